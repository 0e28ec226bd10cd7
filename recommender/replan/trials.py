"""What a week would be if an item had been kept, or had not been added: solved for, not guessed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from constraints.problem import Problem
from knowledge import Order, Weekday
from knowledge.schema.order import Forbid, Lock
from recommender.explain.figures import Figures, figures_of
from recommender.explain.loss import loss_of, tier_words
from recommender.recommend import checked
from recommender.solve import LastWeek, OutOfTime, Sets, solve

TRIES = 6
"""How many weeks are solved for at most to say why one is as it is."""
TIERS = 4
"""The tiers that are compared: shortfall, kept, rhythm, unsuitability."""
AUTHOR = "replan"
NOT_LOOKED_INTO = "Not looked into; allow more with --tries."
UNDECIDED = "The search for a week {} ended before it had an answer."

Report = Callable[[str], None]
"""Called with what is being tried, in words."""


@dataclass(slots=True)
class Trials:
    """The new week, and how many weeks may still be solved for to compare with it.

    `shortfall` is that of the new week if it is proven, so that no other week misses less.
    """

    problem: Problem
    last: LastWeek
    sets: Sets
    shortfall: int
    seed: int
    left: int = TRIES
    report: Report | None = None
    known: dict[tuple[str, Weekday | None], str] = field(default_factory=dict)

    def without(self, exercise: str, day: Weekday | None) -> str:
        """Return why an exercise is there, on a day or at all: the best week without it."""
        if (exercise, day) not in self.known:
            order = Forbid(
                kind="forbid", exercise=exercise, day=day, author=AUTHOR, reason="asked"
            )  # fmt: skip
            self.known[exercise, day] = self._compared(order, "without it", "Without it")
        return self.known[exercise, day]

    def kept(self, exercise: str, day: Weekday, sets: int) -> str:
        """Return why an item is gone: the best week with it as it was."""
        order = Lock(
            kind="lock", exercise=exercise, day=day, sets=sets, author=AUTHOR, reason="asked"
        )  # fmt: skip
        return self._compared(order, "with it as it was", "With it as it was")

    def _compared(self, order: Order, how: str, begin: str) -> str:
        if not self.left:
            return NOT_LOOKED_INTO
        self.left -= 1
        if self.report is not None:
            self.report(f"a week {how}")
        problem = replace(self.problem, orders=(*self.problem.orders, order))
        try:
            solution = solve(
                problem,
                seed=self.seed,
                tiers=TIERS,
                last=self.last,
                shortfall_at_least=self.shortfall,
            )
        except OutOfTime:
            return UNDECIDED.format(how)
        if solution is None:
            return f"No week is possible {how}."
        if solution.stopped_by == "interrupt":
            raise KeyboardInterrupt
        checked(problem, solution.sets)
        proven = [tier.name for tier in solution.tiers if tier.proven]
        words = self._words(solution.sets, begin, proven)
        sure = "shortfall" in proven and "kept" in proven
        return words if sure else f"{words} That is as far as the search went."

    def _words(self, sets: Sets, begin: str, proven: list[str]) -> str:
        mine, other = (figures_of(self.problem, one) for one in (self.sets, sets))
        if other.weighted_missing != mine.weighted_missing:
            return f"{begin}: {tier_words('shortfall', mine, other)}."
        changed, would = changes_in(self.last, self.sets), changes_in(self.last, sets)
        if would != changed:
            number = f"{would} item{'s' if would > 1 else ''}"
            return f"{begin}, {number} of the last plan would change, not {changed}."
        return f"{begin}, as many items would change, {_less_good(mine, other, proven)}."


def _less_good(mine: Figures, other: Figures, proven: list[str]) -> str:
    loss = loss_of(mine, other, proven, TIERS - 1)  # `kept` is no figure of a week alone
    if loss is None or not loss.words or loss.rank != "worse":
        return "and the week would be as good; a fixed order decided"
    return f"and the week would be less good: {loss.words}"


def changes_in(last: LastWeek, sets: Sets) -> int:
    """Return how many items of a week are not as in the last one, those that went included."""
    return sum(
        item in last.redosed or last.sets.get(item) != sets.get(item)
        for item in {*last.sets, *sets}
    )
