"""The plain way through the tiers: one model with all days and candidates, held tier by tier.

It shows what the tiers mean, and it is what the faster way and other solvers are compared with.
"""

import time
from collections.abc import Iterator

from constraints.problem import Problem
from recommender.objective import TIERS
from recommender.solve.engine import Solving, TierResult


def plain(problem: Problem, solving: Solving) -> Iterator[TierResult]:
    """Yield the results of the tiers, as far as they are reached; none if there is no week."""
    week = solving.model(problem)
    for tier in TIERS:
        begin = time.monotonic()
        expression = tier.expression(week)
        attempt = solving.minimise(week, tier.name, expression)
        if not solving.keep(attempt) or attempt.value is None:
            return
        seconds = time.monotonic() - begin
        yield TierResult(tier.name, attempt.value, attempt.bound, attempt.proven, seconds)
        week.model.add(expression <= attempt.value)
