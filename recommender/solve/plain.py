"""The plain way through the tiers: one model with all days and candidates, held tier by tier.

It shows what the tiers mean, and it is what the faster way and other solvers are compared with.
"""

import time
from collections.abc import Iterator, Sequence

from constraints.problem import Problem
from constraints.week_model import WeekModel
from recommender.objective import TIERS, Tier
from recommender.solve.engine import Solving, TierResult, give_hint


def plain(
    problem: Problem, solving: Solving, tiers: Sequence[Tier] = TIERS
) -> Iterator[TierResult]:
    """Yield the results of the tiers, as far as they are reached; none if there is no week."""
    yield from minimise_all(tiers, solving.model(problem), solving)


def minimise_all(tiers: Sequence[Tier], week: WeekModel, solving: Solving) -> Iterator[TierResult]:
    """Yield the results of some tiers on one model, each held for the next."""
    for tier in tiers:
        if solving.stopped_by:
            return
        begin = time.monotonic()
        if solving.sets:
            give_hint(week, solving.sets)
        expression = tier.expression(week)
        attempt = solving.minimise(week, tier.name, expression)
        if not solving.keep(attempt) or attempt.value is None:
            return
        seconds = time.monotonic() - begin
        yield TierResult(tier.name, attempt.value, attempt.bound, attempt.proven, seconds)
        week.model.add(expression <= attempt.value)
