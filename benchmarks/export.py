"""The CP-SAT model of a week as rows and columns.

Every variable becomes an integer column, every constraint a row
`lower <= sum of coefficient * column <= upper`. What has no such form is refused, never guessed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.linear import Column, DaySet, Linear, Row, Stage, Terms, merged
from constraints.problem import Problem
from recommender.objective import TIERS, first_days_of, rhythm_of
from recommender.solve import model_of
from recommender.solve.day_sets import day_sets

SMALLEST, LARGEST = -(2**63), 2**63 - 1
"""How CP-SAT writes a side without a bound."""


class NotLinear(ValueError):  # noqa: N818 - read in sentences: raises NotLinear
    """The model holds something that has no form as a row or a column."""


def days_first(problem: Problem) -> Linear:
    """Return the model of a week as it stands now, with what backplan's own reductions know.

    The days are decided first, one set of them after the other. The tier of the choice leaves one
    best set of exercises, so they are settled after it.
    """
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
        settled = [used.index for used in week.used.values()] if tier.name == "choice" else []
        stages.append(Stage(tier.name, len(columns), len(rows), terms, offset, tuple(settled)))
    sets = tuple(
        (candidate.id, day, tuple((v.index, n) for v, n in week.set_terms(candidate, day)))
        for candidate in problem.candidates
        for day in week.train
    )
    trains = {day: train.index for day, train in week.train.items()}
    choices = tuple(_day_sets(problem, trains))
    return Linear(tuple(columns), tuple(rows), tuple(stages), sets, tuple(trains.values()), choices)


def _day_sets(problem: Problem, trains: Mapping[int, int]) -> Iterator[DaySet]:
    known = day_sets(problem)
    for days in known.every:
        others = ((n, other) for n, other in enumerate(known.every) if other != days)
        yield DaySet(
            trains=tuple(trains[day] for day in days),
            seconds=known.time(days),
            ranks={"rhythm": rhythm_of(problem, days), "first_days": first_days_of(days)},
            covers=tuple(number for number, other in others if known.covers(days, other)),
        )


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
    return Row(_terms(pairs, f"constraint {number}"), _bound(domain[0]), _bound(domain[1]))


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


def objective_of(proto: Any) -> tuple[Terms, int]:
    """Return the terms of the objective that a CP-SAT model minimises, and its offset.

    Raises `NotLinear` for one that is maximised, scaled or bounded.
    """
    objective = proto.objective
    if objective.scaling_factor not in (0, 1) or len(objective.domain):
        raise NotLinear("the objective is maximised, scaled or bounded")
    pairs = zip(objective.vars, objective.coeffs, strict=True)
    return _terms(pairs, "the objective"), round(objective.offset)


def _terms(pairs: Iterator[tuple[int, int]], where: str) -> Terms:
    known = list(pairs)
    if any(column < 0 for column, _ in known):
        raise NotLinear(f"{where} counts a negated variable")
    return merged(known)


def _bound(value: int) -> int | None:
    return None if value in (SMALLEST, LARGEST) else value
