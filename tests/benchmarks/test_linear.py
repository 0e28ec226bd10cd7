"""The export for other solvers: the same weeks, the same tiers, and nothing guessed."""

import importlib.util
import itertools
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]
from ortools.sat.python import cp_model

from benchmarks.linear import (
    FORMULATIONS,
    Column,
    Linear,
    NotLinear,
    Row,
    Stage,
    baseline,
    columns_of,
    days_settled,
    objective_of,
    read,
    rows_of,
    write,
)
from benchmarks.rivals.tiers import Outcome, Task, WrongAnswer, completed, in_tiers
from constraints import check_all
from constraints.problem import Problem
from recommender.decode import decode
from recommender.solve import solve
from tests.solved import solved_example
from tests.strategies import TinyCase, tiny_cases

ROOT = Path(__file__).parent.parent.parent


# Rows mean what the constraints mean


@st.composite
def models(draw: st.DrawFn) -> cp_model.CpModel:
    """Return a model of three switches and a number from -1 to 2, with one to four constraints."""
    model = cp_model.CpModel()
    switches = [model.new_bool_var(f"x{number}") for number in range(3)]
    number = model.new_int_var(-1, 2, "y")
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["linear", "or", "at most one"]))
        if kind == "linear":
            weights = draw(st.lists(st.integers(-2, 2), min_size=5, max_size=5))
            total = sum(
                (w * v for w, v in zip(weights, [*switches, number], strict=False)), weights[4]
            )
            limit = draw(st.integers(-3, 3))
            sense = draw(st.sampled_from(["<=", ">=", "=="]))
            if not isinstance(total, int):
                model.add({"<=": total <= limit, ">=": total >= limit, "==": total == limit}[sense])
            continue
        signs = draw(st.lists(st.sampled_from([None, False, True]), min_size=3, max_size=3))
        literals = [
            switch if sign else switch.negated()
            for switch, sign in zip(switches, signs, strict=True)
            if sign is not None
        ]
        if kind == "or":
            model.add_bool_or(literals)
        else:
            model.add_at_most_one(literals)
    return model


@given(models())
@settings(max_examples=60)
def test_rows_and_constraints_hold_for_the_same_points(model: cp_model.CpModel) -> None:
    columns, rows = list(columns_of(model.proto)), list(rows_of(model.proto))
    ranges = [range(column.lower, column.upper + 1) for column in columns]
    assert {point for point in itertools.product(*ranges) if all(map(holds(point), rows))} == {
        point for point in itertools.product(*ranges) if possible(model, point)
    }


def holds(point: tuple[int, ...]) -> Callable[[Row], bool]:
    def test(row: Row) -> bool:
        total = sum(weight * point[column] for column, weight in row.terms)
        low = row.lower is None or row.lower <= total
        return low and (row.upper is None or total <= row.upper)

    return test


def possible(model: cp_model.CpModel, point: tuple[int, ...]) -> bool:
    fixed = model.clone()
    for column, value in enumerate(point):
        fixed.add(fixed.get_int_var_from_proto_index(column) == value)
    return cp_model.CpSolver().solve(fixed) == cp_model.OPTIMAL


def _two() -> tuple[cp_model.CpModel, cp_model.IntVar, cp_model.IntVar]:
    model = cp_model.CpModel()
    return model, model.new_bool_var("x"), model.new_int_var(0, 3, "y")


def _if_literal() -> cp_model.CpModel:
    model, x, y = _two()
    model.add(y == 3).only_enforce_if(x)
    return model


def _hole() -> cp_model.CpModel:
    model, _, y = _two()
    model.add(y != 2)
    return model


def _product() -> cp_model.CpModel:
    model, _, y = _two()
    model.add_multiplication_equality(y, [y, y])
    return model


def _exactly_one() -> cp_model.CpModel:
    model, x, _ = _two()
    model.add_exactly_one([x])
    return model


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (_if_literal(), "constraint 0 holds only if a literal does"),
        (_hole(), "constraint 0 has a domain with holes"),
        (_product(), "constraint 0 is int_prod"),
        (_exactly_one(), "constraint 0 is exactly_one"),
    ],
)
def test_what_is_not_linear_is_refused(model: cp_model.CpModel, said: str) -> None:
    with pytest.raises(NotLinear, match=said):
        list(rows_of(model.proto))


def test_a_variable_with_a_hole_is_refused() -> None:
    model = cp_model.CpModel()
    model.new_int_var_from_domain(cp_model.Domain.from_values([0, 2]), "y")
    with pytest.raises(NotLinear, match="variable 0 has a domain with holes"):
        list(columns_of(model.proto))


def test_an_objective_has_its_terms_and_its_offset() -> None:
    model, x, y = _two()
    model.minimize(3 * y - 2 * x.negated() + 4)
    assert objective_of(model.proto) == (((0, 2), (1, 3)), 2)
    model.minimize(7)
    assert objective_of(model.proto) == ((), 7)


def test_an_objective_that_is_maximised_is_refused() -> None:
    model, _, y = _two()
    model.maximize(y)
    with pytest.raises(NotLinear, match="maximised"):
        objective_of(model.proto)


# The week in stages is the week


def _scip(task: Task) -> Outcome:
    """Solve one stage with the SCIP that comes with ortools."""
    solver = pywraplp.Solver.CreateSolver("SCIP")
    infinity = solver.infinity()
    x = [solver.IntVar(c.lower, c.upper, f"x{n}") for n, c in enumerate(task.columns)]
    for row in task.rows:
        lower = -infinity if row.lower is None else row.lower
        constraint = solver.Constraint(lower, infinity if row.upper is None else row.upper)
        for column, weight in row.terms:
            constraint.SetCoefficient(x[column], weight)
    for column, weight in task.terms:
        solver.Objective().SetCoefficient(x[column], weight)
    status = solver.Solve()
    if status == pywraplp.Solver.INFEASIBLE:
        return Outcome("impossible", None, float("inf"), 0.0)
    assert status == pywraplp.Solver.OPTIMAL
    values = [variable.solution_value() for variable in x]
    return Outcome("optimal", values, solver.Objective().BestBound(), 0.0)


def _assert_same(problem: Problem, linear: Linear) -> None:
    """Assert that another solver proves the same values and finds a week that keeps all rules."""
    other = in_tiers(linear, _scip, limit=600)
    ours = solve(problem)
    assert other["possible"] == (ours is not None)
    if ours is None:
        return
    assert [(tier["name"], tier["value"]) for tier in other["tiers"]] == [
        (tier.name, tier.value) for tier in ours.tiers
    ]
    sets = {(name, day): count for name, day, count in other["sets"]}
    assert not check_all(problem, decode(problem, sets))


@pytest.mark.parametrize("formulation", FORMULATIONS.values())
@given(case=tiny_cases(friendly=True))
@settings(max_examples=15)
def test_another_solver_proves_the_same_tiers(
    formulation: Callable[[Problem], Linear], case: TinyCase
) -> None:
    _assert_same(case.problem, formulation(case.problem))


def test_another_solver_proves_the_same_tiers_of_an_example() -> None:
    problem = solved_example("acute_back_pain").problem
    _assert_same(problem, days_settled(problem))


def test_every_stage_adds_what_its_objective_needs() -> None:
    linear = baseline(solved_example("empty_room").problem)
    for stage in linear.stages:
        assert all(column < stage.columns for column, _ in stage.terms), stage.name
        for row in linear.rows[: stage.rows]:
            assert all(column < stage.columns for column, _ in row.terms), stage.name
    assert (linear.stages[-1].columns, linear.stages[-1].rows) == (
        len(linear.columns),
        len(linear.rows),
    )


def test_only_the_days_are_settled_and_only_where_it_is_asked() -> None:
    problem = solved_example("empty_room").problem
    settled = {stage.name: stage.settled for stage in days_settled(problem).stages}
    assert len(settled.pop("first_days")) == len(list(problem.open_days()))
    assert not any(settled.values())
    assert not any(stage.settled for stage in baseline(problem).stages)


def test_a_week_is_read_as_it_was_written(tmp_path: Path) -> None:
    linear = days_settled(solved_example("empty_room").problem)
    write(linear, tmp_path / "week.json")
    assert read(tmp_path / "week.json") == linear


# What a rival says is not believed


def _small(*rows: Row) -> Linear:
    """Return one column from 0 to 3 in two stages, minimised and then maximised."""
    stages = (
        Stage("low", 1, len(rows), ((0, 1),), 5),
        Stage("high", 1, len(rows), ((0, -1),), 0),
    )
    return Linear((Column(0, 3),), rows, stages, (("plank", 2, ((0, 2),)),))


def test_a_later_tier_keeps_the_value_of_the_earlier_one() -> None:
    found = in_tiers(_small(Row(((0, 2),), 3, None)), _scip, limit=600)
    assert [tier["value"] for tier in found["tiers"]] == [7, -2]
    assert found["sets"] == [("plank", 2, 4)]


def test_after_a_tier_without_proof_no_other_is_tried() -> None:
    def tired(task: Task) -> Outcome:
        return Outcome("stopped", [2.0], 0.4, 1.0)

    found = in_tiers(_small(), tired, limit=600)
    assert [(t["value"], t["bound"], t["proven"]) for t in found["tiers"]] == [
        (7, 6, False),
        (None, None, False),
    ]
    assert found["proof"] == 1.0


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome("optimal", [1.0], 1.0, 0.0), "row 0 is 2, outside 3 to None"),
        (Outcome("optimal", [4.0], 4.0, 0.0), "column 0 is 4"),
        (Outcome("optimal", [2.0], 3.0, 0.0), "the bound 8 is above the value 7"),
    ],
)
def test_an_answer_that_its_rows_contradict_is_refused(outcome: Outcome, said: str) -> None:
    with pytest.raises(WrongAnswer, match=said):
        in_tiers(_small(Row(((0, 2),), 3, None)), lambda _: outcome, limit=600)


@pytest.mark.parametrize(
    ("row", "least"),
    [
        (Row(((0, 3), (1, -2)), None, 0), 3),  # 2 y >= 3 x at x = 2
        (Row(((0, -3), (1, 4)), -1, None), 2),  # 4 y >= 3 x - 1
        (Row(((0, 1), (1, 1)), None, 9), 0),
        (Row(((0, 1), (1, -1), (2, -1)), None, 0), 0),  # two new columns say nothing
    ],
)
def test_a_start_gets_the_least_value_for_a_new_column(row: Row, least: int) -> None:
    columns = [Column(0, 9)] * 3
    assert completed({0: 2}, columns, [row])[1] == least


@pytest.mark.parametrize(("rival", "module"), [("highs", "highspy"), ("scip", "pyscipopt")])
def test_a_rival_in_its_own_process_proves_the_same_tiers(
    rival: str, module: str, tmp_path: Path
) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed (make .venv/installed-bench)")
    problem = solved_example("acute_back_pain").problem
    week, out = tmp_path / "week.json", tmp_path / "out.json"
    write(days_settled(problem), week)
    command = [sys.executable, "-m", f"benchmarks.rivals.{rival}", str(week), str(out), "300"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(out.read_text())
    ours = solve(problem)
    assert ours is not None
    assert [tier["value"] for tier in found["tiers"]] == [tier.value for tier in ours.tiers]
