"""The export of the model for other solvers: the same weeks, and nothing guessed."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from benchmarks.export import NotLinear, columns_of, days_first, objective_of, rows_of
from benchmarks.linear import Row, read, write
from recommender.objective import TIERS
from tests.benchmarks.proving import assert_same, in_process
from tests.solved import solved_example
from tests.strategies import TinyCase, tiny_cases


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


@given(case=tiny_cases(friendly=True))
@settings(max_examples=15)
def test_another_solver_proves_the_same_tiers(case: TinyCase) -> None:
    assert_same(case.problem, in_process(days_first(case.problem)))


def test_every_stage_adds_what_its_objective_needs() -> None:
    linear = days_first(solved_example("empty_room").problem)
    assert [stage.name for stage in linear.stages] == [tier.name for tier in TIERS]
    for stage in linear.stages:
        assert all(column < stage.columns for column, _ in stage.terms), stage.name
        for row in linear.rows[: stage.rows]:
            assert all(column < stage.columns for column, _ in row.terms), stage.name
    last = linear.stages[-1]
    assert (last.columns, last.rows) == (len(linear.columns), len(linear.rows))


def test_only_the_exercises_are_settled_and_only_once_they_are_chosen() -> None:
    problem = solved_example("empty_room").problem
    settled = {stage.name: stage.settled for stage in days_first(problem).stages}
    assert len(settled.pop("choice")) == len(problem.candidates)
    assert not any(settled.values())


def test_a_week_is_read_as_it_was_written(tmp_path: Path) -> None:
    linear = days_first(solved_example("empty_room").problem)
    write(linear, tmp_path / "week.json")
    assert read(tmp_path / "week.json") == linear
