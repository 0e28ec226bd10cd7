"""The way through the tiers that keeps the last week: shortfall, fewest changes, then the rest.

The shortfall does not know the last week, so the search over sets of days serves as before. Keeping
then leaves so little open that one model with all days is quick for what follows; once the days
stand, and then the exercises, only those stay in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from constraints.problem import Problem
from constraints.week_model import WeekModel
from recommender.objective import LastWeek, Tier, tiers_after
from recommender.solve.day_search import DaySearch, on_days
from recommender.solve.day_sets import day_sets
from recommender.solve.days_first import EXERCISES, LAYOUT, affordable, minimise_together
from recommender.solve.engine import Solving, TierResult
from recommender.solve.plain import minimise_all


def least_change(
    problem: Problem, solving: Solving, last: LastWeek, shortfall_at_least: int = 0
) -> Iterator[TierResult]:
    """Yield the results of the tiers, as far as they are reached; none if there is no week.

    No week misses less than `shortfall_at_least`, so that days which reach it need no comparison.
    """
    tiers = tiers_after(last)
    first = tiers[0]
    sets = day_sets(problem)
    names = {candidate.id for candidate in problem.candidates}
    solving.hint = {item: count for item, count in last.sets.items() if item[0] in names}
    days = tuple(sorted({day for _, day in last.sets}))
    start = days if days in sets.every else ()
    search = DaySearch(problem, solving, sets, start, least=shortfall_at_least)
    results = search.best(first.name, "rhythm", lambda _: 0, sets.every, {})
    yield from results[:1]
    if search.value is None or solving.stopped_by:
        return
    held = {first.name: search.value}
    week = solving.model(problem)
    week.model.add(first.expression(week) <= search.value)
    for result in minimise_all(tiers[1 : -len(EXERCISES + LAYOUT)], week, solving):
        yield result
        if result.value is None or solving.stopped_by:
            return
        held[result.name] = result.value
    stand = affordable(on_days(problem, {day for _, day in _sets(solving)}), held["unsuitability"])
    for result in minimise_together(EXERCISES, _held(stand, solving, tiers, held), solving):
        yield result
        if result.value is None or solving.stopped_by:
            return
        held[result.name] = result.value
    used = {name for name, _ in _sets(solving)}
    kept = tuple(c for c in stand.candidates if c.id in used or c.exercise.prepares)
    week = _held(replace(stand, candidates=kept), solving, tiers, held)
    for name, use in week.used.items():
        week.model.add(use == (name in used))
    yield from minimise_all(LAYOUT, week, solving)


def _sets(solving: Solving) -> Mapping[tuple[str, int], int]:
    return solving.sets or {}


def _held(
    problem: Problem, solving: Solving, tiers: tuple[Tier, ...], held: Mapping[str, int]
) -> WeekModel:
    """Return the model of a problem that trains on every open day, with what was reached held."""
    week = solving.model(problem)
    for train in week.train.values():
        week.model.add(train == 1)
    for tier in tiers:
        if tier.name in held:
            week.model.add(tier.expression(week) <= held[tier.name])
    return week
