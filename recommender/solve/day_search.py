"""The search for the best days: one model for each set of days that is not covered or refuted."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from constraints.problem import Problem
from constraints.week_model import WeekModel
from recommender.objective import TIERS, Tier
from recommender.solve.day_sets import DaySet, DaySets
from recommender.solve.engine import BUDGET, Sets, Solving, TierResult

EXPRESSIONS = {tier.name: tier.expression for tier in TIERS}
LEAST_BUDGET = 0.1
"""Deterministic seconds that every set of days gets, even where the tier has used up its own."""

BUDGET_OF_TRY = 1.0
"""Deterministic seconds for the look for a week at a value that is known to be the least."""


def on_days(problem: Problem, days: Iterable[int]) -> Problem:
    """Return the problem with all other days closed."""
    open_days = set(days)
    return replace(
        problem,
        days=tuple(
            day if day.index in open_days else replace(day, seconds=0) for day in problem.days
        ),
    )


def fixed_days(
    problem: Problem,
    solving: Solving,
    held: Mapping[str, int],
    tiers: Sequence[Tier] = TIERS,
) -> WeekModel:
    """Return the model of a problem that trains on every open day, with the values held."""
    week = solving.model(problem)
    for train in week.train.values():
        week.model.add(train == 1)
    for tier in tiers:
        if tier.name in held:
            week.model.add(tier.expression(week) <= held[tier.name])
    return week


def _nothing(_: DaySet) -> int:
    return 0


@dataclass(slots=True)
class DaySearch:
    """The search for the best days: those of the best week so far, and its value.

    No week has a value in the first tier below `least`.
    """

    problem: Problem
    solving: Solving
    sets: DaySets
    days: DaySet = ()
    value: int | None = None
    least: int = 0
    tiers: Sequence[Tier] = TIERS

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
        floor: Callable[[DaySet], int] = _nothing,
    ) -> tuple[TierResult, ...]:
        """Return the results of a tier and of one that only ranks the days, over these choices.

        The days so far come first, or else those with the most time. Each further set has to beat
        the best value, or to equal it with a better rank; no week on it is below its `floor`. There
        are no results if there is no week.
        """
        least = 0 if held else self.least
        expression_of = {one.name: one.expression for one in self.tiers}[tier]
        begin = time.monotonic()
        self.value = None
        if least:
            self._try_least(tier)
        floors: dict[DaySet, float] = {}
        open_floors: dict[DaySet, float] = {}
        spent = 0.0
        for days in self._in_order(choices, rank):
            limit = self._to_beat(days, rank)
            if limit < max(least, floor(days)) or self._out_of_reach(days, limit, floors):
                continue
            if self.solving.stopped_by:
                open_floors[days] = 0
                continue
            week = fixed_days(on_days(self.problem, days), self.solving, held, self.tiers)
            expression = expression_of(week)
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
            return ()
        seconds = (time.monotonic() - begin) / 2
        bound = int(min([self.value, *open_floors.values()]))
        first = TierResult(tier, self.value, bound, bound == self.value, seconds)
        ranks = [rank(days) for days, floor in open_floors.items() if floor <= self.value]
        own = rank(self.days)
        bound = min([own, *ranks])
        return first, TierResult(days_tier, own, bound, bound == own, seconds)

    def _try_least(self, tier: str) -> None:
        """Look for a week at the least value on the days so far; none is better than such a one."""
        if not self.days:
            return
        week = fixed_days(on_days(self.problem, self.days), self.solving, {})
        expression = EXPRESSIONS[tier](week)
        week.model.add(expression == self.least)
        attempt = self.solving.minimise(week, tier, expression, BUDGET_OF_TRY)
        if attempt.value is not None:
            self.value, self.solving.sets = attempt.value, attempt.sets

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
