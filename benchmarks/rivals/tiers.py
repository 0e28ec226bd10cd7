"""The tiers one after the other for a solver of rows and columns, as `recommender.solve` does it.

Each stage minimises its objective while the earlier ones are held by a row, starting from the
solution before it. Only the time inside the solver counts.
"""

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from benchmarks.linear import Column, Linear, Row, Stage, read


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


def main(solver: Solver) -> None:
    """Solve the week in the file of the first argument, write the outcome to the second.

    The third argument is the limit for all tiers together, in seconds.
    """
    source, target, limit = sys.argv[1:]
    outcome = in_tiers(read(Path(source)), solver, float(limit))
    if "ortools" in sys.modules:
        raise AssertionError("a rival must not share its process with ortools")
    Path(target).write_text(json.dumps(outcome), encoding="utf-8")


def in_tiers(linear: Linear, solver: Solver, limit: float) -> dict[str, Any]:
    """Return whether there is a week, its tiers, the seconds of all, and its sets.

    Raises `WrongAnswer` if a solution, rounded to whole numbers, breaks a row.
    """
    columns, held = list(linear.columns), list[Row]()
    start: dict[int, int] = {}
    tiers: list[dict[str, Any]] = []
    spent = 0.0
    possible: bool | None = None
    known = 0
    for stage in linear.stages:
        rows = [*linear.rows[: stage.rows], *held]
        if start:
            start = completed(start, columns[: stage.columns], linear.rows[known : stage.rows])
        known = stage.rows
        task = Task(columns[: stage.columns], rows, stage.terms, start, max(limit - spent, 0.001))
        outcome = solver(task)
        spent += outcome.seconds
        if outcome.status == "impossible":
            if tiers:
                raise WrongAnswer(f"{stage.name} lost the week of the tier before it")
            return {"possible": False, "tiers": [], "proof": spent, "sets": []}
        if outcome.values is None:
            break
        possible = True
        start = _whole(outcome.values, task)
        value = stage.value(start)
        proven = outcome.status == "optimal"
        tiers.append(_tier(stage, value, outcome, proven))
        if not proven:
            break
        held.append(stage.held(value))
        for column in stage.settled:
            columns[column] = Column(start[column], start[column])
    tiers += [_not_reached(stage) for stage in linear.stages[len(tiers) :]]
    return {
        "possible": possible,
        "tiers": tiers,
        "proof": spent,
        "sets": list(_sets(linear, start)),
    }


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


def _tier(stage: Stage, value: int, outcome: Outcome, proven: bool) -> dict[str, Any]:
    # A bound of minus infinity is one that was never found.
    whole = math.ceil(outcome.bound - 1e-4) if math.isfinite(outcome.bound) else None
    bound = None if whole is None else stage.offset + whole
    if proven and bound is not None and bound > value:
        raise WrongAnswer(f"{stage.name}: the bound {bound} is above the value {value}")
    return {
        "name": stage.name,
        "value": value,
        "bound": value if proven else bound,
        "proven": proven,
        "seconds": outcome.seconds,
    }


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
