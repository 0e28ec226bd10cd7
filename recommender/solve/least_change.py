"""The way through the tiers that keeps the last week: shortfall, fewest changes, then the rest.

The shortfall does not know the last week, so the search over sets of days serves as before. Keeping
does: a set of days loses at least the items on the days that it leaves out, which refutes most sets
without solving. The days stand then, and the rest goes on as without a last week.
"""

from collections.abc import Iterator
from dataclasses import replace

from constraints.problem import Problem
from recommender.objective import LastWeek, first_days_of, rhythm_of, tiers_after
from recommender.solve.day_search import DaySearch, fixed_days, on_days
from recommender.solve.day_sets import DaySet, day_sets
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
    sets = day_sets(problem)
    names = {candidate.id for candidate in problem.candidates}
    solving.hint = {item: count for item, count in last.sets.items() if item[0] in names}
    days = tuple(sorted({day for _, day in last.sets}))
    start = days if days in sets.every else ()
    search = DaySearch(problem, solving, sets, start, least=shortfall_at_least, tiers=tiers)
    held: dict[str, int] = {}

    def rhythm(days: DaySet) -> int:
        return rhythm_of(problem, days)

    def lost(days: DaySet) -> int:
        return sum(day not in days for _, day in last.sets)

    yield from search.best("shortfall", "rhythm", lambda _: 0, sets.every, held)[:1]
    if search.value is None or solving.stopped_by:
        return
    held["shortfall"] = search.value

    # What is kept is kept on its own day, so that no day can stand in for another any more.
    search.sets = replace(sets, ordered=frozenset(sets.seconds))
    yield from search.best("kept", "rhythm", rhythm, sets.every, held, lost)
    if search.value is None or solving.stopped_by:
        return
    held["kept"] = search.value

    same = [days for days in sets.every if rhythm(days) == rhythm(search.days)]
    same = [days for days in same if lost(days) <= held["kept"]]
    yield from search.best("unsuitability", "first_days", first_days_of, same, held)
    if search.value is None or solving.stopped_by:
        return
    held["unsuitability"] = search.value

    stand = affordable(on_days(problem, search.days), search.value)
    for result in minimise_together(EXERCISES, fixed_days(stand, solving, held, tiers), solving):
        yield result
        if result.value is None or solving.stopped_by:
            return
    used = {name for name, _ in search.week}
    kept = tuple(c for c in stand.candidates if c.id in used or c.exercise.prepares)
    week = fixed_days(replace(stand, candidates=kept), solving, held, tiers)
    for name, use in week.used.items():
        week.model.add(use == (name in used))
    yield from minimise_all(LAYOUT, week, solving)
