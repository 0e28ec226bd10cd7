"""The fast way through the tiers: the training days are decided first, then the exercises.

A model with fixed training days is far easier than one with all of them open, and most sets of
days need not be solved: another one covers them (see `day_sets`), or they are refuted by the value
that is to be beaten. Once the days stand, only candidates stay that the unsuitability allows; once
the exercises stand, only those. No tier's value is changed by that, which the tests show by solving
with and without it.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from constraints.problem import Problem
from constraints.week_model import WeekModel
from recommender.objective import TIERS, first_days_of, most_changes, most_choice, rhythm_of
from recommender.solve.day_sets import DaySet, DaySets, day_sets
from recommender.solve.dominance import Through, without_dominated
from recommender.solve.engine import BUDGET, Sets, Solving, TierResult

EXPRESSIONS = {tier.name: tier.expression for tier in TIERS}
EXERCISES: tuple[Through, ...] = ("variety", "changes", "choice")
LAYOUT = ("evenness", "items")
MANY_CANDIDATES = 130
"""So many that leaving out candidates pays (see `docs/solver.md`)."""
LEAST_BUDGET = 0.1
"""Deterministic seconds that every set of days gets, even where the tier has used up its own."""


def days_first(problem: Problem, solving: Solving) -> Iterator[TierResult]:
    """Yield the results of the tiers, as far as they are reached; none if there is no week."""
    sets = day_sets(problem)
    many = len(problem.candidates) > MANY_CANDIDATES and solving.post is None
    reduced = without_dominated if many else _as_it_is
    search = _DaySearch(reduced(problem, "shortfall"), solving, sets)
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
        week = _fixed_days(reduced(small, tiers[-1]), solving, held)
        for result in _minimise_together(tiers, week, solving):
            yield result
            if result.value is None or solving.stopped_by:
                return
            held[result.name] = result.value
    names = {name for name, _ in search.week}
    held = {tier: held[tier] for tier in ("shortfall", "unsuitability")}
    chosen = replace(small, candidates=tuple(c for c in small.candidates if c.id in names))
    week = _fixed_days(chosen, solving, held)
    for used in week.used.values():
        week.model.add(used == 1)
    yield from _minimise_all(LAYOUT, week, solving)


def _as_it_is(problem: Problem, through: Through) -> Problem:
    return problem


def on_days(problem: Problem, days: Iterable[int]) -> Problem:
    """Return the problem with all other days closed."""
    open_days = set(days)
    return replace(
        problem,
        days=tuple(
            day if day.index in open_days else replace(day, seconds=0) for day in problem.days
        ),
    )


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


def _fixed_days(problem: Problem, solving: Solving, held: Mapping[str, int]) -> WeekModel:
    """Return the model of a problem that trains on every open day, with the values held."""
    week = solving.model(problem)
    for train in week.train.values():
        week.model.add(train == 1)
    for name, value in held.items():
        week.model.add(EXPRESSIONS[name](week) <= value)
    return week


def _minimise_all(names: Iterable[str], week: WeekModel, solving: Solving) -> Iterator[TierResult]:
    """Yield the results of some tiers on one model, each held for the next."""
    for name in names:
        if solving.stopped_by:
            return
        begin = time.monotonic()
        expression = EXPRESSIONS[name](week)
        attempt = solving.minimise(week, name, expression)
        if not solving.keep(attempt) or attempt.value is None:
            return
        seconds = time.monotonic() - begin
        yield TierResult(name, attempt.value, attempt.bound, attempt.proven, seconds)
        week.model.add(expression <= attempt.value)


def _minimise_together(
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


@dataclass(slots=True)
class _DaySearch:
    """The search for the best days: those of the best week so far, and its value."""

    problem: Problem
    solving: Solving
    sets: DaySets
    days: DaySet = ()
    value: int | None = None

    @property
    def week(self) -> Sets:
        """The best week so far."""
        return self.solving.sets or {}

    def best(
        self,
        tier: str,
        days_tier: str,
        rank: Callable[[DaySet], int],
        choices: Iterable[DaySet],
        held: Mapping[str, int],
    ) -> Iterator[TierResult]:
        """Yield the results of a tier and of one that only ranks the days, over these sets of days.

        The days so far come first, or else those with the most time. Each further set has to beat
        the best value, or to equal it with a better rank. Nothing is yielded if there is no week.
        """
        begin = time.monotonic()
        self.value = None
        floors: dict[DaySet, float] = {}
        open_floors: dict[DaySet, float] = {}
        spent = 0.0
        for days in self._in_order(choices, rank):
            limit = self._to_beat(days, rank)
            if limit < 0 or self._out_of_reach(days, limit, floors):
                continue
            if self.solving.stopped_by:
                open_floors[days] = 0
                continue
            week = _fixed_days(on_days(self.problem, days), self.solving, held)
            expression = EXPRESSIONS[tier](week)
            if limit < math.inf:
                week.model.add(expression <= int(limit))
            budget = max(LEAST_BUDGET, BUDGET - spent)
            attempt = self.solving.minimise(week, tier, expression, budget)
            spent += attempt.spent
            if attempt.value is not None:
                self.value, self.days, self.solving.sets = attempt.value, days, attempt.sets
            if not attempt.proven:
                open_floors[days] = attempt.bound or 0
            elif attempt.value is None:
                floors[days] = limit + 1
            else:
                floors[days] = attempt.value
        if self.value is None:
            if open_floors and not self.week:
                self.solving.give_up()
            return
        seconds = (time.monotonic() - begin) / 2
        bound = int(min([self.value, *open_floors.values()]))
        yield TierResult(tier, self.value, bound, bound == self.value, seconds)
        ranks = [rank(days) for days, floor in open_floors.items() if floor <= self.value]
        own = rank(self.days)
        bound = min([own, *ranks])
        yield TierResult(days_tier, own, bound, bound == own, seconds)

    def _in_order(
        self, choices: Iterable[DaySet], rank: Callable[[DaySet], int]
    ) -> Iterator[DaySet]:
        order = sorted(choices, key=lambda days: (rank(days), -self.sets.time(days), days))
        first = self.days or max(order, key=self.sets.time, default=())
        yield from sorted(order, key=lambda days: days != first)

    def _to_beat(self, days: DaySet, rank: Callable[[DaySet], int]) -> float:
        """Return the most that these days may cost to be better than the best so far."""
        if self.value is None:
            return math.inf
        return self.value if rank(days) < rank(self.days) else self.value - 1

    def _out_of_reach(self, days: DaySet, limit: float, floors: Mapping[DaySet, float]) -> bool:
        """Return whether days that cover these are known to cost more, or to have no week."""
        return any(
            (floor > limit or floor == math.inf) and self.sets.covers(other, days)
            for other, floor in floors.items()
        )
