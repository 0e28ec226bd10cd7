"""Border: the first days of a week of a program follow the last days of the week before.

With the week before as it was planned (w(e, p) is 1 where it has e on its day p), t(p) its training
days, and days counted on from it (its day p lies 7 - p + d days before day d of this week)::

    use[e, 0] = 0            where e is hard and shares a primary muscle with a hard f, w(f, 6) = 1
    use[e, d] = 0            where e and f are hard lumbar work, w(f, p) = 1, and the days lie no
                             further apart than the rest days asked for
    use[e, 0] = 0            where one of e and f has a very high load on the spine, the other is
                             hard lumbar work, and w(f, 6) = 1
    training days in a row   k + 1 days in a row over the border are never all training days
    loads of a week          seven days in a row over the border hold no more items of high, and of
                             very high load on the spine than a week may hold

The rules inside the week stay as they are, the cycle included: so the week can be repeated.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from constraints.problem import DAYS_A_WEEK, Candidate, Problem, makes_session
from constraints.schedule import Item, Schedule, Violation
from constraints.week_model import WeekModel
from knowledge import Exercise

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

NAME = "border"
SENTENCE = "The first days of the week go with the last days of the week before."

LOADS = (("high", "very_high"), ("very_high",))
"""The loads on the spine that are counted in seven days: high and above, and very high."""


def post(week: WeekModel) -> None:
    """Close what follows too soon on the week before, and bound what runs over the border."""
    problem = week.problem
    if problem.before is None:
        return
    earlier = problem.before.schedule.days
    for candidate in problem.candidates:
        for day in week.train:
            for past, items in enumerate(earlier):
                apart = DAYS_A_WEEK - past + day
                if any(_too_soon(problem, candidate, item, apart) for item in items):
                    week.model.add(week.use[candidate.id, day] == 0)
                    break
    _post_runs(week, earlier)
    _post_loads(week, earlier)


def _too_soon(problem: Problem, candidate: Candidate, item: Item, apart: int) -> bool:
    one, other = candidate.exercise, problem.knowledge.exercises[item.exercise]
    lumbar = one.side == "lumbar", other.side == "lumbar"
    if candidate.hard and item.hard:
        if all(lumbar) and apart <= problem.intake.rest_days_between_hard_lumbar:
            return True
        if apart == 1 and not set(one.muscles.primary).isdisjoint(other.muscles.primary):
            return True
    heavy_after = one.spinal_load == "very_high" and item.hard and lumbar[1]
    heavy_before = other.spinal_load == "very_high" and candidate.hard and lumbar[0]
    return apart == 1 and (heavy_after or heavy_before)


def _post_runs(week: WeekModel, earlier: tuple[tuple[Item, ...], ...]) -> None:
    run = week.problem.knowledge.dosing.week.training_days_in_a_row
    exercises = week.problem.knowledge.exercises
    for before in range(1, run + 1):
        ending = earlier[DAYS_A_WEEK - before :]
        first = range(run + 1 - before)
        trained = (any(makes_session(exercises[i.exercise]) for i in items) for items in ending)
        if all(trained) and all(day in week.train for day in first):
            week.model.add(week.sum(week.train[day] for day in first) < len(first))


def _post_loads(week: WeekModel, earlier: tuple[tuple[Item, ...], ...]) -> None:
    exercises = week.problem.knowledge.exercises
    limits = week.problem.knowledge.dosing.week
    for loads, most in zip(
        LOADS, (limits.high_load_a_week, limits.very_high_load_a_week), strict=True
    ):
        loaded = [c.id for c in week.problem.candidates if c.exercise.spinal_load in loads]
        for days in range(1, DAYS_A_WEEK):
            known = sum(
                exercises[item.exercise].spinal_load in loads
                for items in earlier[days:]
                for item in items
            )
            uses: list[cp_model.IntVar] = [
                week.use[name, day] for name in loaded for day in week.train if day < days
            ]
            if known and uses:
                week.model.add(week.sum(uses) <= max(0, most - known))


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for whatever does not go with the week before, on one line of 14 days."""
    if problem.before is None:
        return
    days = (*problem.before.schedule.days, *schedule.days)
    for late in range(DAYS_A_WEEK, 2 * DAYS_A_WEEK):
        for early in range(DAYS_A_WEEK):
            for item in days[late]:
                for other in days[early]:
                    sentence = _clash(problem, other, item, late - early)
                    if sentence is not None:
                        yield Violation(NAME, sentence, late - DAYS_A_WEEK, item.exercise)
    yield from _check_runs(problem, days)
    yield from _check_loads(problem, days)


def _clash(problem: Problem, early: Item, late: Item, apart: int) -> str | None:
    """Return what is wrong with two items that lie so many days apart."""
    first = problem.knowledge.exercises[early.exercise]
    second = problem.knowledge.exercises[late.exercise]
    hard_lumbar = [
        _hard(problem, item, exercise) and exercise.side == "lumbar"
        for item, exercise in ((early, first), (late, second))
    ]
    if all(hard_lumbar) and apart <= problem.intake.rest_days_between_hard_lumbar:
        return f"{first.id} of the week before and {second.id} are {apart} day(s) apart"
    if apart > 1:
        return None
    shared = set(first.muscles.primary) & set(second.muscles.primary)
    if shared and _hard(problem, early, first) and _hard(problem, late, second):
        return f"{first.id} the day before the week and {second.id} train {min(shared)} hard"
    very = [exercise.spinal_load == "very_high" for exercise in (first, second)]
    if (very[0] and hard_lumbar[1]) or (very[1] and hard_lumbar[0]):
        return f"{first.id} the day before the week stands next to {second.id}"
    return None


def _hard(problem: Problem, item: Item, exercise: Exercise) -> bool:
    effort = problem.knowledge.dosing.effort
    return exercise.kind in effort.hard_kinds and item.effort >= effort.hard_from


def _check_runs(problem: Problem, days: tuple[tuple[Item, ...], ...]) -> Iterator[Violation]:
    most = problem.knowledge.dosing.week.training_days_in_a_row
    exercises = problem.knowledge.exercises
    run = 0
    for index, items in enumerate(days):
        run = run + 1 if any(makes_session(exercises[i.exercise]) for i in items) else 0
        if run > most and 0 <= index - DAYS_A_WEEK < most:
            sentence = f"more than {most} training days in a row with the week before"
            yield Violation(NAME, sentence, index - DAYS_A_WEEK)


def _check_loads(problem: Problem, days: tuple[tuple[Item, ...], ...]) -> Iterator[Violation]:
    limits = problem.knowledge.dosing.week
    loads = [[problem.knowledge.exercises[i.exercise].spinal_load for i in items] for items in days]
    for start in range(1, DAYS_A_WEEK):
        seven = loads[start : start + DAYS_A_WEEK]
        before, after = seven[: DAYS_A_WEEK - start], seven[DAYS_A_WEEK - start :]
        for word, among, most in (
            ("high", {"high", "very_high"}, limits.high_load_a_week),
            ("very high", {"very_high"}, limits.very_high_load_a_week),
        ):
            earlier = sum(load in among for day in before for load in day)
            later = sum(load in among for day in after for load in day)
            if earlier and later and earlier + later > most:
                yield Violation(NAME, f"{earlier + later} {word} loads on the spine in seven days")
