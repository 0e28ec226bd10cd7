"""The frozen baseline: it means what the rules and the tiers mean, and shares no code with them."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, reject, settings

import benchmarks.baseline
import constraints
from benchmarks.baseline import baseline
from benchmarks.baseline.rules import RULES, NotInBaseline, orders
from benchmarks.baseline.week import Week, new_week
from benchmarks.rivals.tiers import completed
from constraints.problem import Begun
from knowledge import Order
from knowledge.schema.order import Cap, Require, Train
from recommender.objective import TIERS
from tests.benchmarks.proving import assert_same, in_process
from tests.solved import solved_example
from tests.strategies import TinyCase, all_weeks, schedule_of_week, tiny_cases

CONSTRAINTS = {constraint.NAME: constraint for constraint in constraints.ALL}
CHECKED_BY = {"fitting_days": ("equipment", "morning")}
"""What checks a rule, if it is not the constraint of the same name."""
KNOWN = {"constraints.problem", "constraints.day_fit", "benchmarks.linear"}


BETWEEN_WEEKS = {"begun", "stacking", "growth", "familiar", "border"}
"""Rules of a week that has begun or follows another one: such a week is refused."""


def test_every_constraint_has_its_rows() -> None:
    names = [name for rule in RULES for name in CHECKED_BY.get(rule.__name__, (rule.__name__,))]
    assert sorted(names) == sorted(CONSTRAINTS.keys() - {"eligibility"} - BETWEEN_WEEKS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rows_allow_exactly_what_the_checker_accepts(rule: Callable[[Week], None]) -> None:
    checks = [CONSTRAINTS[name] for name in CHECKED_BY.get(rule.__name__, (rule.__name__,))]

    @settings(max_examples=60 if rule is orders else 20)
    @given(tiny_cases(focus=checks[0].NAME))
    def agree(case: TinyCase) -> None:
        week = new_week(case.problem)
        try:
            rule(week)
        except NotInBaseline:
            reject()
        for sets in all_weeks(case, frozenset()):
            schedule = schedule_of_week(case, sets)
            broken = any(list(one.check(case.problem, schedule)) for one in checks)
            assert allows(week, sets) is not broken, sets

    agree()


def allows(week: Week, sets: Mapping[tuple[str, int], int]) -> bool:
    """Return whether these sets, and the least of what follows from them, keep every row."""
    point = {use: int(pair in sets) for pair, use in week.use.items()}
    for (name, day, count), more in week.more.items():
        point[more] = int(sets.get((name, day), 0) >= count)
    for name, used in week.used.items():
        point[used] = max(point[week.use[name, day]] for day in week.train)
    for day, train in week.train.items():
        makers = [c.id for c in week.problem.candidates if c.makes_session]
        point[train] = max((point[week.use[name, day]] for name in makers), default=0)
    point = completed(point, week.columns, week.rows)
    return all(
        (row.lower is None or row.lower <= total) and (row.upper is None or total <= row.upper)
        for row in week.rows
        for total in [sum(weight * point[column] for column, weight in row.terms)]
    )


@given(case=tiny_cases(friendly=True))
@settings(max_examples=15)
def test_another_solver_proves_our_tiers_on_the_baseline(case: TinyCase) -> None:
    try:
        linear = baseline(case.problem)
    except NotInBaseline:
        reject()
    assert_same(case.problem, in_process(linear))


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Require(kind="require", family="plank", author="Pia", reason="x"), "'family': 'plank'"),
        (Train(kind="train", day="mon", author="Pia", reason="x"), "'day': 'mon'"),
        (Cap(kind="cap", exercise="plank", hold_s=9, author="Pia", reason="x"), "'hold_s': 9"),
    ],
)
def test_an_order_without_rows_is_refused(order: Order, said: str) -> None:
    problem = replace(solved_example("empty_room").problem, orders=(order,))
    with pytest.raises(NotInBaseline, match=f"no rows for this order: .*{said}"):
        baseline(problem)


def test_it_knows_neither_the_model_nor_the_objective() -> None:
    for path in Path(benchmarks.baseline.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not isinstance(node, ast.Import) or {one.name for one in node.names} <= {
                "math",
                "zlib",
            }
            if isinstance(node, ast.ImportFrom):
                assert node.module is not None
                package = node.module.partition(".")[0]
                assert package not in ("recommender", "ortools"), path
                if package in ("constraints", "benchmarks"):
                    own = node.module.startswith("benchmarks.baseline.")
                    assert own or node.module in KNOWN, path


def test_it_has_every_tier_and_settles_nothing() -> None:
    linear = baseline(solved_example("empty_room").problem)
    assert [stage.name for stage in linear.stages] == [tier.name for tier in TIERS]
    assert not any(stage.settled for stage in linear.stages)
    assert linear.day_sets is None


def test_a_week_that_has_begun_is_refused() -> None:
    problem = replace(
        solved_example("empty_room").problem, begun=Begun({}, frozenset(), frozenset(), {})
    )
    with pytest.raises(NotInBaseline, match="has begun"):
        baseline(problem)
