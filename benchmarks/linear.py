"""A week as rows and columns of whole numbers, for solvers that know nothing else.

The tiers are stages: a stage adds the columns and rows that its objective needs.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Terms = tuple[tuple[int, int], ...]
"""(column, coefficient), each column once."""


@dataclass(frozen=True, slots=True)
class Column:
    """An integer variable, both bounds included."""

    lower: int
    upper: int


@dataclass(frozen=True, slots=True)
class Row:
    """`lower <= sum of coefficient * column <= upper`; None is a side without a bound."""

    terms: Terms
    lower: int | None
    upper: int | None


@dataclass(frozen=True, slots=True)
class Stage:
    """One tier: it sees the first `columns` and the first `rows`, and minimises `terms` + offset.

    `settled` are columns that keep the value they have here in all later stages.
    """

    name: str
    columns: int
    rows: int
    terms: Terms
    offset: int
    settled: tuple[int, ...] = ()

    def value(self, solution: Mapping[int, int]) -> int:
        """Return the objective of a solution (column -> value)."""
        return self.offset + sum(weight * solution[column] for column, weight in self.terms)

    def held(self, value: int) -> Row:
        """Return the row that keeps this stage at `value` or below."""
        return Row(self.terms, None, value - self.offset)


@dataclass(frozen=True, slots=True)
class DaySet:
    """One set of training days that a week may have, and what compares it with the others.

    `trains` are the columns of its days, `seconds` the time that they have together. `ranks` are
    the values of the tiers that only rank the days, by name. Every week on one of the `covers`,
    which are numbers of other sets, could be done on this one.
    """

    trains: tuple[int, ...]
    seconds: int
    ranks: Mapping[str, int]
    covers: tuple[int, ...]


@dataclass(frozen=True)
class Linear:
    """A week in stages. `sets` says how to read it: (exercise, day index, terms of its sets).

    With `day_sets` the days are to be decided first: `trains` are the columns of all open days.
    Without them (None) they are left to the stages.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    stages: tuple[Stage, ...]
    sets: tuple[tuple[str, int, Terms], ...]
    trains: tuple[int, ...] = ()
    day_sets: tuple[DaySet, ...] | None = None


def merged(pairs: Iterable[tuple[int, int]]) -> Terms:
    """Return the terms with each column once, and none of coefficient 0."""
    terms: dict[int, int] = {}
    for column, weight in pairs:
        terms[column] = terms.get(column, 0) + weight
    return tuple((column, weight) for column, weight in terms.items() if weight)


def write(linear: Linear, path: Path) -> None:
    """Write a week as JSON."""
    path.write_text(json.dumps(asdict(linear)), encoding="utf-8")


def read(path: Path) -> Linear:
    """Return the week that `write` wrote."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Linear(
        tuple(Column(**column) for column in data["columns"]),
        tuple(Row(_pairs(row["terms"]), row["lower"], row["upper"]) for row in data["rows"]),
        tuple(
            Stage(**{**s, "terms": _pairs(s["terms"]), "settled": tuple(s["settled"])})
            for s in data["stages"]
        ),
        tuple((name, day, _pairs(terms)) for name, day, terms in data["sets"]),
        tuple(data["trains"]),
        None if data["day_sets"] is None else tuple(_day_set(one) for one in data["day_sets"]),
    )


def _day_set(data: Mapping[str, Any]) -> DaySet:
    return DaySet(tuple(data["trains"]), data["seconds"], data["ranks"], tuple(data["covers"]))


def _pairs(pairs: list[list[int]]) -> Terms:
    return tuple((column, weight) for column, weight in pairs)
