"""The week as rows and columns of integers, for solvers that know nothing else.

Every variable of the CP-SAT model becomes an integer column, every constraint a row
`lower <= sum of coefficient * column <= upper`. What has no such form is refused, never guessed.
The tiers are stages: a stage adds the columns and rows that its objective needs.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from constraints.problem import Problem
from recommender.objective import TIERS
from recommender.solve import model_of

SMALLEST, LARGEST = -(2**63), 2**63 - 1
"""How CP-SAT writes a side without a bound."""

DAYS_TIER = "first_days"


class NotLinear(ValueError):  # noqa: N818 - read in sentences: raises NotLinear
    """The model holds something that has no form as a row or a column."""


@dataclass(frozen=True, slots=True)
class Column:
    """An integer variable, both bounds included."""

    lower: int
    upper: int


@dataclass(frozen=True, slots=True)
class Row:
    """`lower <= sum of coefficient * column <= upper`; None is a side without a bound."""

    terms: tuple[tuple[int, int], ...]
    """(column, coefficient), each column once."""
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
    terms: tuple[tuple[int, int], ...]
    offset: int
    settled: tuple[int, ...] = ()

    def value(self, solution: Mapping[int, int]) -> int:
        """Return the objective of a solution (column -> value)."""
        return self.offset + sum(weight * solution[column] for column, weight in self.terms)

    def held(self, value: int) -> Row:
        """Return the row that keeps this stage at `value` or below."""
        return Row(self.terms, None, value - self.offset)


@dataclass(frozen=True)
class Linear:
    """A week in stages. `sets` says how to read it: (exercise, day index, terms of its sets)."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    stages: tuple[Stage, ...]
    sets: tuple[tuple[str, int, tuple[tuple[int, int], ...]], ...]


def baseline(problem: Problem) -> Linear:
    """Return the week as it is first written down: all constraints, all tiers, no reduction."""
    return _export(problem, settle_days=False)


def days_settled(problem: Problem) -> Linear:
    """Return the baseline with the days settled once they are chosen.

    The tier of the days has one best set of them, so this changes no value. It gives a rival what
    backplan's own reduction knows: a presolve drops all that belongs to a closed day.
    """
    return _export(problem, settle_days=True)


def _export(problem: Problem, *, settle_days: bool) -> Linear:
    week = model_of(problem)
    columns: list[Column] = []
    rows: list[Row] = []
    stages = []
    for tier in TIERS:
        week.model.minimize(tier.expression(week))
        proto = week.model.proto
        columns += columns_of(proto, len(columns))
        rows += rows_of(proto, len(rows))
        terms, offset = objective_of(proto)
        settled = settle_days and tier.name == DAYS_TIER
        trains = tuple(train.index for train in week.train.values()) if settled else ()
        stages.append(Stage(tier.name, len(columns), len(rows), terms, offset, trains))
    sets = tuple(
        (candidate.id, day, tuple((v.index, n) for v, n in week.set_terms(candidate, day)))
        for candidate in problem.candidates
        for day in week.train
    )
    return Linear(tuple(columns), tuple(rows), tuple(stages), sets)


FORMULATIONS: dict[str, Callable[[Problem], Linear]] = {"": baseline, "days": days_settled}
"""What a rival may be given, by the word after `+` in its name (`highs`, `highs+days`)."""


def columns_of(proto: Any, first: int = 0) -> Iterator[Column]:
    """Yield the variables of a CP-SAT model from number `first` on.

    Raises `NotLinear` for a domain with holes.
    """
    for number in range(first, len(proto.variables)):
        domain = list(proto.variables[number].domain)
        if len(domain) != 2:
            raise NotLinear(f"variable {number} has a domain with holes: {domain}")
        yield Column(domain[0], domain[1])


def rows_of(proto: Any, first: int = 0) -> Iterator[Row]:
    """Yield the constraints of a CP-SAT model from number `first` on.

    Raises `NotLinear` for every other kind than linear, at most one and or, for a domain with
    holes, and for a constraint that holds only if a literal does.
    """
    for number in range(first, len(proto.constraints)):
        constraint = proto.constraints[number]
        if len(constraint.enforcement_literal):
            raise NotLinear(f"constraint {number} holds only if a literal does")
        if constraint.has_linear():
            yield _linear(constraint.linear, number)
        elif constraint.has_bool_or():
            yield _literals(constraint.bool_or.literals, lower=1, upper=None)
        elif constraint.has_at_most_one():
            yield _literals(constraint.at_most_one.literals, lower=None, upper=1)
        else:
            kinds = [word for word in dir(constraint) if word.startswith("has_")]
            kind = next((word for word in kinds if getattr(constraint, word)()), "no kind")
            raise NotLinear(f"constraint {number} is {kind.removeprefix('has_')}, not linear")


def _linear(linear: Any, number: int) -> Row:
    domain = list(linear.domain)
    if len(domain) != 2:
        raise NotLinear(f"constraint {number} has a domain with holes: {domain}")
    pairs = zip(linear.vars, linear.coeffs, strict=True)
    return Row(_merged(pairs, f"constraint {number}"), _bound(domain[0]), _bound(domain[1]))


def _literals(literals: Any, *, lower: int | None, upper: int | None) -> Row:
    """Return the row on how many literals are true; a negated one is 1 - x, written -x - 1."""
    terms: dict[int, int] = {}
    negated = 0
    for literal in literals:
        column, sign = (literal, 1) if literal >= 0 else (-literal - 1, -1)
        negated += literal < 0
        terms[column] = terms.get(column, 0) + sign
    return Row(
        tuple(terms.items()),
        None if lower is None else lower - negated,
        None if upper is None else upper - negated,
    )


def objective_of(proto: Any) -> tuple[tuple[tuple[int, int], ...], int]:
    """Return the terms of the objective that a CP-SAT model minimises, and its offset.

    Raises `NotLinear` for one that is maximised, scaled or bounded.
    """
    objective = proto.objective
    if objective.scaling_factor not in (0, 1) or len(objective.domain):
        raise NotLinear("the objective is maximised, scaled or bounded")
    pairs = zip(objective.vars, objective.coeffs, strict=True)
    return _merged(pairs, "the objective"), round(objective.offset)


def _merged(pairs: Iterator[tuple[int, int]], where: str) -> tuple[tuple[int, int], ...]:
    terms: dict[int, int] = {}
    for column, weight in pairs:
        if column < 0:
            raise NotLinear(f"{where} counts a negated variable")
        terms[column] = terms.get(column, 0) + weight
    return tuple((column, weight) for column, weight in terms.items() if weight)


def _bound(value: int) -> int | None:
    return None if value in (SMALLEST, LARGEST) else value


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
    )


def _pairs(pairs: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((column, weight) for column, weight in pairs)
