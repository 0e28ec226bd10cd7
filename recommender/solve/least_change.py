"""The way through the tiers that keeps the last week: shortfall, fewest changes, then the rest.

The shortfall does not know the last week, so the search over sets of days serves as before. Keeping
then leaves so little open that one model with all days is quick for what follows.
"""

from collections.abc import Iterator

from constraints.problem import Problem
from recommender.objective import LastWeek, tiers_after
from recommender.solve.day_search import DaySearch
from recommender.solve.day_sets import day_sets
from recommender.solve.engine import Solving, TierResult
from recommender.solve.plain import minimise_all


def least_change(
    problem: Problem, solving: Solving, last: LastWeek, shortfall_at_least: int = 0
) -> Iterator[TierResult]:
    """Yield the results of the tiers, as far as they are reached; none if there is no week.

    No week misses less than `shortfall_at_least`, so that days which reach it need no comparison.
    """
    first, *others = tiers_after(last)
    sets = day_sets(problem)
    names = {candidate.id for candidate in problem.candidates}
    solving.hint = {item: count for item, count in last.sets.items() if item[0] in names}
    days = tuple(sorted({day for _, day in last.sets}))
    search = DaySearch(problem, solving, sets, days if days in sets.every else (),
                       least=shortfall_at_least)  # fmt: skip
    results = search.best(first.name, "rhythm", lambda _: 0, sets.every, {})
    yield from results[:1]
    if search.value is None or solving.stopped_by:
        return
    week = solving.model(problem)
    week.model.add(first.expression(week) <= search.value)
    yield from minimise_all(others, week, solving)
