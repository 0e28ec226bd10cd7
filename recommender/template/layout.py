"""The tier that keeps a template: its sessions laid on days, its choices made, in one model.

For session s of the template, its item i, candidate e and open day d::

    place[s, d]      in {0, 1}    session s is held on training day d; each day holds one session
                                  at most, and no session comes before an earlier one
    pick[s, i, e, d] in {0, 1}    item i is e on d; needs place[s, d] and use[e, d], and an exercise
                                  of a day stands for one item at most

    cost = 3 * items of the template without a pick  +  3 * items of the week that are no pick
         + 2 * picks that are only alike             +  1 * picks with another number of sets

A pick is alike if it is not what the item names, but counts on the same side (or stands in the same
block) and has the pattern or family of what is named. The number of sets is compared with the one
of the template as far as the person's own dose has it.

The tier comes after the shortfall. Once it and the rhythm are decided, days and picks stand, and
the other tiers only choose what comes beside them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from constraints.day_fit import suits
from constraints.problem import Candidate, Problem
from constraints.week_model import WeekModel
from knowledge import Exercise, Knowledge
from knowledge.schema.template import Template, TemplateItem
from recommender.objective import TIERS, Tier, shortfall
from recommender.solve import OutOfTime, Progress, Sets, Solution, TierResult
from recommender.solve.day_search import fixed_days, on_days
from recommender.solve.engine import Solving, new_solver
from recommender.solve.plain import minimise_all
from recommender.template.files import matches

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

GONE, ALIKE, OTHER_SETS = 3, 2, 1
"""What an item costs that goes or comes, that is only alike, that has other sets."""

Slot = tuple[int, int]
"""An item of the template: the index of its session, and its own."""
Pick = tuple[int, int, str, int]
"""An item of the template, the exercise that is done for it, and the index of the day."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a week follows a template: the day index of each session, the exercise of each item."""

    days: dict[int, int]
    picks: dict[Slot, str]


@dataclass(frozen=True, slots=True)
class Links:
    """The variables that lay a template on a week, and what the week costs."""

    place: "dict[tuple[int, int], cp_model.IntVar]"
    pick: "dict[Pick, cp_model.IntVar]"
    cost: "cp_model.LinearExprT"


def follow(
    problem: Problem,
    template: Template,
    missing: int,
    start: Sets,
    seed: int,
    progress: Progress | None = None,
) -> Solution:
    """Return the week that follows a template best among those with no more shortfall.

    `missing` is the least shortfall there is, and `start` a week that has it. Raises
    `KeyboardInterrupt` if somebody stopped the search, and `OutOfTime` if nothing was found.
    """
    solving = Solving(seed=seed, progress=progress, hint=start)
    week = solving.model(problem)
    week.model.add(shortfall(week) <= missing)
    tier = Tier("template", partial(_cost, template=template))
    results = [TierResult(TIERS[0].name, missing, missing, proven=True)]
    results += minimise_all((tier, TIERS[1]), week, solving)
    if solving.sets is not None and not solving.stopped_by:
        rest = _with_layout(problem, template, solving.sets, missing, solving)
        results += minimise_all(TIERS[2:], rest, solving)
    if solving.stopped_by == "interrupt":
        raise KeyboardInterrupt
    if solving.sets is None:
        raise OutOfTime
    return Solution(solving.sets, tuple(results))


def _with_layout(
    problem: Problem, template: Template, sets: Sets, missing: int, solving: Solving
) -> WeekModel:
    """Return the model of the days of a week and of what it took from the template."""
    layout = layout_of(problem, template, sets)
    candidates = {candidate.id: candidate for candidate in problem.candidates}
    week = fixed_days(
        on_days(problem, {day for _, day in sets}), solving, {TIERS[0].name: missing}
    )  # fmt: skip
    week.model.add(week.sum(week.use.values()) <= len(sets))
    for (session, number), name in layout.picks.items():
        day, item = layout.days[session], template.sessions[session].items[number]
        week.model.add(week.use[name, day] == 1)
        wanted = wanted_sets(item, candidates[name])
        if wanted is not None and wanted == sets[name, day]:
            week.model.add(week.sum(_has_sets(week, candidates[name], day, wanted)) == 1)
    return week


def layout_of(problem: Problem, template: Template, sets: Sets) -> Layout:
    """Return how a week follows a template at the least cost."""
    week = WeekModel(problem)
    for (name, day), use in week.use.items():
        week.model.add(use == ((name, day) in sets))
    for (name, day, count), more in week.more.items():
        week.model.add(more == (sets.get((name, day), 0) >= count))
    links = _link(week, template)
    week.model.minimize(links.cost)
    solver = new_solver()
    solver.solve(week.model)
    return Layout(
        days={session: day for (session, day), var in links.place.items() if solver.value(var)},
        picks={
            (session, item): name
            for (session, item, name, _), var in links.pick.items()
            if solver.value(var)
        },
    )


def alike(knowledge: Knowledge, item: TemplateItem, exercise: Exercise) -> bool:
    """Return whether an exercise is close to the one that an item names; no open choice has any."""
    if item.exercise is None or item.exercise == exercise.id:
        return False
    named = knowledge.exercises[item.exercise]
    return stands_for(named, exercise) and (
        named.pattern == exercise.pattern or named.family == exercise.family
    )


def stands_for(one: Exercise, other: Exercise) -> bool:
    """Return whether two exercises have the same block and side."""
    return (one.block, one.side) == (other.block, other.side)


def wanted_sets(item: TemplateItem, candidate: Candidate) -> int | None:
    """Return the sets of an item as far as the dose of a candidate has them."""
    if item.sets is None:
        return None
    fewest, most = candidate.dose.sets
    return min(max(item.sets, fewest), most)


def _cost(week: WeekModel, template: Template) -> "cp_model.LinearExprT":
    return _link(week, template).cost


def _link(week: WeekModel, template: Template) -> Links:
    place = _place(week, len(template.sessions))
    pick: dict[Pick, cp_model.IntVar] = {}
    of_item: dict[tuple[str, int], list[cp_model.IntVar]] = {}
    slots = 0
    costs: list[tuple[cp_model.LinearExprT, int]] = [(use, GONE) for use in week.use.values()]
    for session, number, item in items_of(template):
        slots += 1
        of_slot = []
        for candidate, day, cost in _choices(week, item):
            one = session, number, candidate.id, day
            taken = pick[one] = week.flag(f"pick{one}")
            week.model.add(taken <= place[session, day])
            week.model.add(taken <= week.use[candidate.id, day])
            of_slot.append(taken)
            of_item.setdefault((candidate.id, day), []).append(taken)
            costs.append((taken, cost - 2 * GONE))
            sets = wanted_sets(item, candidate)
            if sets is not None and candidate.dose.sets[0] < candidate.dose.sets[1]:
                other = week.flag(f"other sets{one}")
                week.model.add(week.sum([other, *_has_sets(week, candidate, day, sets)]) >= taken)
                costs.append((other, OTHER_SETS))
        week.model.add(week.sum(of_slot) <= 1)
    for taken_for in of_item.values():
        week.model.add(week.sum(taken_for) <= 1)
    return Links(place, pick, week.weighted_sum(costs) + GONE * slots)


def items_of(template: Template) -> Iterator[tuple[int, int, TemplateItem]]:
    """Yield every item of a template with the index of its session and its own."""
    for session, content in enumerate(template.sessions):
        for number, item in enumerate(content.items):
            yield session, number, item


def _place(week: WeekModel, sessions: int) -> "dict[tuple[int, int], cp_model.IntVar]":
    days = sorted(week.train)
    place = {(s, d): week.flag(f"place[{s},{d}]") for s in range(sessions) for d in days}
    for session in range(sessions):
        week.model.add(week.sum(place[session, day] for day in days) <= 1)
        for later in range(session + 1, sessions):
            for index, day in enumerate(days):
                not_after = [place[later, other] for other in days[: index + 1]]
                week.model.add(week.sum([place[session, day], *not_after]) <= 1)
    for day in days:
        week.model.add(week.sum(place[session, day] for session in range(sessions)) <= 1)
        for session in range(sessions):
            week.model.add(place[session, day] <= week.train[day])
    return place


def _choices(week: WeekModel, item: TemplateItem) -> Iterator[tuple[Candidate, int, int]]:
    """Yield the candidates for an item, the day, and the cost of that pick."""
    problem = week.problem
    for candidate in problem.candidates:
        exact = matches(item, candidate.exercise)
        if exact or alike(problem.knowledge, item, candidate.exercise):
            for day in week.train:
                if suits(problem.knowledge, candidate, problem.days[day]):
                    yield candidate, day, 0 if exact else ALIKE


def _has_sets(
    week: WeekModel, candidate: Candidate, day: int, count: int
) -> "list[cp_model.LinearExprT]":
    """Return terms whose sum is 1 if a candidate has so many sets on a day, else 0."""
    fewest, most = candidate.dose.sets
    at_least = week.use[candidate.id, day]
    if count > fewest:
        at_least = week.more[candidate.id, day, count]
    return [at_least, -week.more[candidate.id, day, count + 1]] if count < most else [at_least]
