"""Every constraint: the weeks that the model allows are the weeks that the checker accepts."""

from collections.abc import Iterator

import pytest
from hypothesis import event, given, settings

import constraints
from constraints import Constraint
from constraints.week_model import WeekModel
from tests.strategies import TinyCase, Week, all_weeks, schedule_of_week, tiny_cases

CAUSES = {
    "eligibility": frozenset({"clinical", "level"}),
    "equipment": frozenset({"equipment"}),
    "orders": frozenset({"banned", "order"}),
}
"""Exercises left out for these causes are in the universe: the checker must refuse them."""

EXAMPLES = {"eligibility": 300}
"""Verdicts, caps and clearances have many combinations; the other rules are simpler."""

Frozen = frozenset[tuple[tuple[str, int], int]]


def allowed_weeks(case: TinyCase, constraint: Constraint) -> set[Frozen]:
    """Enumerate the model with this constraint alone, projected on the sets."""
    from ortools.sat.python import cp_model

    week = WeekModel(case.problem)
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


def smallest(weeks: set[Frozen]) -> Week | None:
    """Return the week with the fewest items, to be read in a failure."""
    return dict(min(weeks, key=lambda week: sorted(week))) if weeks else None


@pytest.mark.parametrize("constraint", constraints.ALL, ids=lambda one: one.NAME)
def test_the_model_allows_exactly_what_the_checker_accepts(constraint: Constraint) -> None:
    @settings(max_examples=EXAMPLES.get(constraint.NAME, 100))
    @given(tiny_cases(focus=constraint.NAME))
    def agree(case: TinyCase) -> None:
        weeks = list(all_weeks(case, CAUSES.get(constraint.NAME, frozenset())))
        accepted = {
            freeze(week)
            for week in weeks
            if not list(constraint.check(case.problem, schedule_of_week(case, week)))
        }
        event("binds" if len(accepted) < len(weeks) else "does not bind")
        allowed = allowed_weeks(case, constraint)
        wrongly_forbidden = smallest(accepted - allowed)
        wrongly_allowed = smallest(allowed - accepted)
        assert (wrongly_forbidden, wrongly_allowed) == (None, None)

    agree()
