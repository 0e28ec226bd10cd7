"""The tiers one after the other for a solver of rows and columns, as `recommender.solve` does it.

Each stage minimises its objective while the earlier ones are held by a row, starting from the
solution before it. Only the time inside the solver counts.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from benchmarks.linear import Column, Linear, Row, Stage


@dataclass(frozen=True, slots=True)
class Task:
    """One stage as a solver gets it: minimise the sum of `terms` within `seconds`.

    `start` is a week to start from, a value for every column, or empty in the first stage.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    terms: Sequence[tuple[int, int]]
    start: Mapping[int, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one stage ended: `stopped` is a solver that gave up, with a solution or without.

    `values` are those of all columns as the solver has them, `bound` the proven lower bound of
    `Task.terms`, `seconds` the time inside the solver.
    """

    status: Literal["optimal", "impossible", "stopped"]
    values: Sequence[float] | None
    bound: float
    seconds: float


Solver = Callable[[Task], Outcome]


class WrongAnswer(Exception):  # noqa: N818 - read in sentences: raises WrongAnswer
    """A solver said something that its own rows contradict."""


@dataclass
class Run:
    """A week being solved: its columns as far as they are settled, the tiers held, the best week.

    `tiers` are plain data, as `outcome` returns them; `possible` is None until it is known.
    """

    linear: Linear
    solver: Solver
    limit: float
    columns: list[Column] = field(default_factory=list)
    held: list[Row] = field(default_factory=list)
    start: dict[int, int] = field(default_factory=dict)
    tiers: list[dict[str, Any]] = field(default_factory=list)
    spent: float = 0.0
    possible: bool | None = None
    completed_rows: int = 0

    def __post_init__(self) -> None:
        """Begin with the columns as they are."""
        self.columns = list(self.linear.columns)

    def solve(
        self, stage: Stage, columns: Sequence[Column], start: Mapping[int, int], *more: Row
    ) -> tuple[Outcome, dict[int, int]]:
        """Return how a stage ended with these columns and `more` rows, and its week, if any.

        Raises `WrongAnswer` if the week, rounded to whole numbers, breaks a row, or if the bound
        is above its value.
        """
        rows = [*self.linear.rows[: stage.rows], *self.held, *more]
        seconds = max(self.limit - self.spent, 0.001)
        task = Task(columns[: stage.columns], rows, stage.terms, start, seconds)
        outcome = self.solver(task)
        self.spent += outcome.seconds
        if outcome.values is None:
            return outcome, {}
        week = _whole(outcome.values, task)
        bound, value = _bound(stage, outcome), stage.value(week)
        if outcome.status == "optimal" and bound is not None and bound > value:
            raise WrongAnswer(f"{stage.name}: the bound {bound} is above the value {value}")
        return outcome, week

    def complete(self, stage: Stage) -> None:
        """Give the columns that a stage adds a value in the best week."""
        if self.start:
            rows = self.linear.rows[self.completed_rows : stage.rows]
            self.start = completed(self.start, self.columns[: stage.columns], rows)
        self.completed_rows = stage.rows

    def tier(self, stage: Stage) -> bool:
        """Solve a stage and hold it; return whether it was proven and there is a week."""
        self.complete(stage)
        outcome, week = self.solve(stage, self.columns, self.start)
        if outcome.status == "impossible":
            if self.tiers:
                raise WrongAnswer(f"{stage.name} lost the week of the tier before it")
            self.possible = False
            return False
        if not week:
            return False
        self.possible, self.start = True, week
        proven = outcome.status == "optimal"
        self.add(stage, stage.value(week), _bound(stage, outcome), outcome.seconds, proven=proven)
        return proven

    def add(
        self, stage: Stage, value: int, bound: int | None, seconds: float, *, proven: bool
    ) -> None:
        """Add the result of a stage, and hold it if it is proven."""
        self.tiers.append(
            {
                "name": stage.name,
                "value": value,
                "bound": value if proven else bound,
                "proven": proven,
                "seconds": seconds,
            }
        )
        if proven:
            self.held.append(stage.held(value))
            self.settle({column: self.start[column] for column in stage.settled})

    def settle(self, values: Mapping[int, int]) -> None:
        """Give columns (column -> value) the value that they keep."""
        for column, value in values.items():
            self.columns[column] = Column(value, value)

    def outcome(self) -> dict[str, Any]:
        """Return whether there is a week, its tiers, the seconds of all, its sets, and its size."""
        missing = self.linear.stages[len(self.tiers) :] if self.possible is not False else ()
        return {
            "possible": self.possible,
            "tiers": [*self.tiers, *(_not_reached(stage) for stage in missing)],
            "proof": self.spent,
            "sets": list(_sets(self.linear, self.start)),
            "columns": len(self.linear.columns),
            "rows": len(self.linear.rows),
        }


def in_tiers(linear: Linear, solver: Solver, limit: float) -> dict[str, Any]:
    """Return what a solver proves within `limit` seconds; see `Run.outcome`.

    Raises `WrongAnswer` as soon as it contradicts its own rows or an earlier tier.
    """
    run = Run(linear, solver, limit)
    for stage in linear.stages:
        if not run.tier(stage):
            break
    return run.outcome()


def completed(
    start: Mapping[int, int], columns: Sequence[Column], rows: Sequence[Row]
) -> dict[int, int]:
    """Return the start with the least value for each new column that the new rows allow.

    So no solver spends time on it. A row with two new columns says nothing here: the start is a
    proposal, and a solver tests it like any other.
    """
    least = {column: columns[column].lower for column in range(len(columns))}
    for row in rows:
        new = [(column, weight) for column, weight in row.terms if column not in start]
        if len(new) != 1:
            continue
        column, weight = new[0]
        done = sum(start[known] * weight for known, weight in row.terms if known in start)
        side = row.lower if weight > 0 else row.upper
        if side is not None:
            needed = math.ceil(Fraction(side - done, weight))
            least[column] = max(least[column], needed)
    return {**least, **start}


def _bound(stage: Stage, outcome: Outcome) -> int | None:
    # A bound of minus infinity is one that was never found.
    whole = math.ceil(outcome.bound - 1e-4) if math.isfinite(outcome.bound) else None
    return None if whole is None else stage.offset + whole


def _not_reached(stage: Stage) -> dict[str, Any]:
    return {"name": stage.name, "value": None, "bound": None, "proven": False, "seconds": 0.0}


def _whole(values: Sequence[float], task: Task) -> dict[int, int]:
    """Return the solution in whole numbers, which must keep every row exactly."""
    whole = {column: round(value) for column, value in enumerate(values)}
    for column, (found, limits) in enumerate(zip(values, task.columns, strict=True)):
        if not limits.lower <= whole[column] <= limits.upper:
            raise WrongAnswer(f"column {column} is {found}")
    for number, row in enumerate(task.rows):
        total = sum(weight * whole[column] for column, weight in row.terms)
        below = row.lower is not None and total < row.lower
        if below or (row.upper is not None and total > row.upper):
            raise WrongAnswer(f"row {number} is {total}, outside {row.lower} to {row.upper}")
    return whole


def _sets(linear: Linear, solution: Mapping[int, int]) -> Iterator[tuple[str, int, int]]:
    """Yield (exercise, day, sets) of all that is done."""
    for name, day, terms in linear.sets:
        count = sum(weight * solution.get(column, 0) for column, weight in terms)
        if count:
            yield name, day, count
