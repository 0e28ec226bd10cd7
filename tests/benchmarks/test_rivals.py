"""Real weeks beside other solvers, each in a process of its own: the same values, tier by tier."""

import importlib.util
from pathlib import Path

import pytest

from benchmarks.one import FORMULATIONS, problem_of
from tests.benchmarks.proving import assert_same, of_rival
from tests.strategies import REAL

WEEKS = {
    "25": "two places, a wish, much variety",
    "39": "evidence mode on three days",
    "40": "evidence mode in a gym, orders",
    "52": "four days alike",
    "62": "three days that differ",
    "35": "no week",
}
"""What HiGHS proves in two seconds or less, of the reference set."""


@pytest.mark.parametrize("formulation", FORMULATIONS)
@pytest.mark.parametrize("name", WEEKS)
def test_highs_proves_the_same_tiers(name: str, formulation: str, tmp_path: Path) -> None:
    problem = problem_of(REAL, name)
    assert_same(problem, of_rival("highs", FORMULATIONS[formulation](problem), tmp_path))


@pytest.mark.parametrize("formulation", FORMULATIONS)
def test_scip_proves_the_same_tiers(formulation: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("pyscipopt") is None:
        pytest.skip("pyscipopt is not installed (make .venv/installed-bench)")
    problem = problem_of(REAL, "39")
    assert_same(problem, of_rival("scip", FORMULATIONS[formulation](problem), tmp_path))
