"""Every constraint: the weeks that the model allows are the weeks that the checker accepts."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import event, given, settings

import constraints
from constraints import Constraint
from constraints.week_model import WeekModel
from knowledge.schema.order import ORDERS
from tests.strategies import TinyCase, Week, all_weeks, schedule_of_week, tiny_cases

CAUSES = {
    "eligibility": frozenset({"clinical", "level"}),
    "equipment": frozenset({"equipment"}),
    "orders": frozenset({"banned", "order"}),
}
"""Exercises left out for these causes are in the universe: the checker must refuse them."""

TOGETHER: dict[str, tuple[Constraint, ...]] = {
    "orders": (constraints.equipment, constraints.session_time, constraints.orders)
}
"""An order on minutes or equipment reaches the model through the day, so through other rules."""

EXAMPLES = {"eligibility": 300}
"""Verdicts, caps and clearances have many combinations; the other rules are simpler."""

Frozen = frozenset[tuple[tuple[str, int], int]]


def allowed_weeks(case: TinyCase, rules: Sequence[Constraint]) -> set[Frozen]:
    """Enumerate the model with these constraints alone, projected on the sets."""
    from ortools.sat.python import cp_model

    week = WeekModel(case.problem)
    for constraint in rules:
        constraint.post(week)
    found: set[Frozen] = set()

    class Collect(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            found.add(freeze(dict(self._sets())))

        def _sets(self) -> Iterator[tuple[tuple[str, int], int]]:
            for candidate in case.problem.candidates:
                for day in week.train:
                    count = sum(w * self.value(v) for v, w in week.set_terms(candidate, day))
                    if count:
                        yield (candidate.id, day), count

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.enumerate_all_solutions = True
    status = solver.solve(week.model, Collect())
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return found


def freeze(week: Week) -> Frozen:
    return frozenset(week.items())


def broken(case: TinyCase, rules: Sequence[Constraint], week: Week) -> bool:
    schedule = schedule_of_week(case, week)
    return any(True for rule in rules for _ in rule.check(case.problem, schedule))


def smallest(weeks: set[Frozen]) -> Week | None:
    """Return the week with the fewest items, to be read in a failure."""
    return dict(min(weeks, key=lambda week: sorted(week))) if weeks else None


def assert_agreement(case: TinyCase, rules: Sequence[Constraint], causes: frozenset[str]) -> None:
    weeks = list(all_weeks(case, causes))
    accepted = {freeze(week) for week in weeks if not broken(case, rules, week)}
    event("binds" if len(accepted) < len(weeks) else "does not bind")
    allowed = allowed_weeks(case, rules)
    wrongly_forbidden = smallest(accepted - allowed)
    wrongly_allowed = smallest(allowed - accepted)
    assert (wrongly_forbidden, wrongly_allowed) == (None, None)


@pytest.mark.parametrize("constraint", constraints.ALL, ids=lambda one: one.NAME)
def test_the_model_allows_exactly_what_the_checker_accepts(constraint: Constraint) -> None:
    rules = TOGETHER.get(constraint.NAME, (constraint,))

    @settings(max_examples=EXAMPLES.get(constraint.NAME, 100))
    @given(tiny_cases(focus=constraint.NAME))
    def agree(case: TinyCase) -> None:
        assert_agreement(case, rules, CAUSES.get(constraint.NAME, frozenset()))

    agree()


@pytest.mark.parametrize("kind", ORDERS)
def test_the_model_allows_exactly_what_the_checker_accepts_of_each_order(kind: str) -> None:
    @settings(max_examples=150 if kind == "forbid" else 60)  # it can be about four things
    @given(tiny_cases(focus="orders", kinds=(kind,)))
    def agree(case: TinyCase) -> None:
        assert_agreement(case, TOGETHER["orders"], CAUSES["orders"])

    agree()
