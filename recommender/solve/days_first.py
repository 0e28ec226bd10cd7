"""The fast way through the tiers: the training days are decided first, then the exercises.

A model with fixed training days is far easier than one with all of them open, and most sets of
days need not be solved: another one covers them (see `day_sets`), or they are refuted by the value
that is to be beaten. Once the days stand, only candidates stay that the unsuitability allows; once
the exercises stand, only those. No tier's value is changed by that, which the tests show by solving
with and without it.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from constraints.problem import Problem
from constraints.week_model import WeekModel
from recommender.objective import TIERS, first_days_of, most_changes, most_choice, rhythm_of
from recommender.solve.day_search import EXPRESSIONS, DaySearch, fixed_days, on_days
from recommender.solve.day_sets import DaySet, day_sets
from recommender.solve.dominance import Through, without_dominated
from recommender.solve.engine import Solving, TierResult
from recommender.solve.plain import minimise_all

EXERCISES: tuple[Through, ...] = ("variety", "changes", "choice")
LAYOUT = tuple(tier for tier in TIERS if tier.name in ("evenness", "items"))
MANY_CANDIDATES = 130
"""So many that leaving out candidates pays (see `docs/solver.md`)."""


def days_first(problem: Problem, solving: Solving) -> Iterator[TierResult]:
    """Yield the results of the tiers, as far as they are reached; none if there is no week."""
    sets = day_sets(problem)
    many = len(problem.candidates) > MANY_CANDIDATES and solving.post is None
    reduced = without_dominated if many else _as_it_is
    search = DaySearch(reduced(problem, "shortfall"), solving, sets)
    held: dict[str, int] = {}

    def rhythm(days: DaySet) -> int:
        return rhythm_of(problem, days)

    yield from search.best("shortfall", "rhythm", rhythm, sets.every, held)
    if search.value is None or solving.stopped_by:
        return
    held["shortfall"] = search.value

    search.problem = reduced(problem, "unsuitability")
    same = [days for days in sets.every if rhythm(days) == rhythm(search.days)]
    yield from search.best("unsuitability", "first_days", first_days_of, same, held)
    if search.value is None or solving.stopped_by:
        return
    held["unsuitability"] = search.value

    # As long as names do not count, far more candidates can be left out. Where few are, one sum for
    # all three tiers takes half the time.
    small = affordable(on_days(problem, search.days), search.value)
    for tiers in (EXERCISES[:2], EXERCISES[2:]) if many else (EXERCISES,):
        week = fixed_days(reduced(small, tiers[-1]), solving, held)
        for result in minimise_together(tiers, week, solving):
            yield result
            if result.value is None or solving.stopped_by:
                return
            held[result.name] = result.value
    names = {name for name, _ in search.week}
    held = {tier: held[tier] for tier in ("shortfall", "unsuitability")}
    chosen = replace(small, candidates=tuple(c for c in small.candidates if c.id in names))
    week = fixed_days(chosen, solving, held)
    for used in week.used.values():
        week.model.add(used == 1)
    yield from minimise_all(LAYOUT, week, solving)


def _as_it_is(problem: Problem, through: Through) -> Problem:
    return problem


def affordable(problem: Problem, unsuitability: int) -> Problem:
    """Return the problem without candidates whose penalty alone is more than the whole.

    One that prepares stays, because without it nothing would have to be prepared.
    """
    return replace(
        problem,
        candidates=tuple(
            c
            for c in problem.candidates
            if c.penalty * c.dose.sets[0] <= unsuitability or c.exercise.prepares
        ),
    )


def minimise_together(
    tiers: Sequence[str], week: WeekModel, solving: Solving
) -> Iterator[TierResult]:
    """Yield the results of some tiers of the exercises, minimised as one.

    With M the most that a later tier can be, the sum `tier * (M + 1) + later tier` puts them in the
    same order as one after the other.
    """
    begin = time.monotonic()
    most = {"changes": most_changes(week.problem), "choice": most_choice(week.problem)}
    digits = [most[tier] + 1 for tier in tiers[1:]]
    weights = [math.prod(digits[place:]) for place in range(len(tiers))]
    expressions = [EXPRESSIONS[tier](week) for tier in tiers]
    total = week.weighted_sum(zip(expressions, weights, strict=True))
    attempt = solving.minimise(week, tiers[0], total)
    if not solving.keep(attempt) or attempt.value is None or attempt.bound is None:
        return
    seconds = (time.monotonic() - begin) / len(tiers)
    held = True
    values, bounds = _split(attempt.value, digits), _split(attempt.bound, digits)
    for tier, value, bound in zip(tiers, values, bounds, strict=True):
        # A bound of the sum says something of a tier only while the ones before it are closed.
        yield TierResult(tier, value, bound if held else None, held and bound == value, seconds)
        held = held and bound == value


def _split(total: int, digits: Sequence[int]) -> list[int]:
    parts = []
    for digit in reversed(digits):
        total, part = divmod(total, digit)
        parts.append(part)
    return [total, *reversed(parts)]
