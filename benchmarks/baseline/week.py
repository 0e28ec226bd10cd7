"""The columns and rows of a week while it is written down."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from benchmarks.linear import Column, Row, merged
from constraints.problem import Candidate, Problem
from knowledge.schema.exercise import Region

Sum = Iterable[tuple[int, int]]
"""(column, coefficient); a column may come twice."""


@dataclass
class Week:
    """The columns and rows so far, and the numbers of the columns that the rules speak of.

    `train[d]`, `used[e]`, `use[e, d]`, and `more[e, d, k]`: e has at least k sets on d, for k above
    the fewest sets. All are 0 or 1.
    """

    problem: Problem
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    train: dict[int, int] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    use: dict[tuple[str, int], int] = field(default_factory=dict)
    more: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def column(self, most: int = 1) -> int:
        """Add a column from 0 to `most` and return its number."""
        self.columns.append(Column(0, most))
        return len(self.columns) - 1

    def row(self, terms: Sum, least: int | None = None, most: int | None = None) -> None:
        """Add the row `least <= terms <= most`."""
        self.rows.append(Row(merged(terms), least, most))

    def never(self, column: int) -> None:
        """Keep a column at 0."""
        self.row([(column, 1)], 0, 0)

    def below(self, columns: Iterable[int], other: int) -> None:
        """Keep each of the columns at `other` or below."""
        for column in columns:
            self.row([(column, 1), (other, -1)], most=0)

    def uses(self, candidates: Iterable[Candidate], day: int) -> list[int]:
        """Return the columns that say whether each candidate is done on a day."""
        return [self.use[candidate.id, day] for candidate in candidates]

    def sets(self, candidate: Candidate, day: int, weight: int = 1) -> Iterator[tuple[int, int]]:
        """Yield the terms of `weight` times the sets of a candidate on a day."""
        fewest, most = candidate.dose.sets
        yield self.use[candidate.id, day], weight * fewest
        for count in range(fewest + 1, most + 1):
            yield self.more[candidate.id, day, count], weight

    def credit(self, region: Region, weight: int = 1) -> Iterator[tuple[int, int]]:
        """Yield the terms of `weight` times the credited half sets of a region."""
        for candidate in self.problem.candidates:
            for day in self.train:
                yield from self.sets(candidate, day, weight * candidate.half_credits.get(region, 0))


def ones(columns: Iterable[int], weight: int = 1) -> list[tuple[int, int]]:
    """Return the columns as terms of one weight."""
    return [(column, weight) for column in columns]


def new_week(problem: Problem) -> Week:
    """Return the columns of a week and the rows that link them."""
    week = Week(problem)
    for open_day in problem.open_days():
        week.train[open_day.index] = week.column()
    for candidate in problem.candidates:
        fewest, most = candidate.dose.sets
        name = candidate.id
        used = week.used[name] = week.column()
        for day, train in week.train.items():
            below = week.use[name, day] = week.column()
            week.below([below], used)
            if candidate.makes_session:
                week.below([below], train)
            for count in range(fewest + 1, most + 1):
                more = week.more[name, day, count] = week.column()
                week.below([more], below)
                below = more
        week.row([*ones(week.use[name, day] for day in week.train), (used, -1)], least=0)
    for day, train in week.train.items():
        makers = week.uses((c for c in problem.candidates if c.makes_session), day)
        week.row([*ones(makers), (train, -1)], least=0)
    return week
