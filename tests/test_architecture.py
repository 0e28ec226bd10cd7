"""The house rules that a reader relies on, as tests."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import constraints

ROOT = Path(__file__).parent.parent
PACKAGES = ("cli", "recommender", "constraints", "knowledge")
SHARED = {"__init__", "day_fit", "derived", "problem", "schedule", "week_model"}


def modules() -> list[Path]:
    return [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]


def test_every_constraint_file_is_registered_under_its_own_name() -> None:
    files = {path.stem for path in (ROOT / "constraints").glob("*.py")} - SHARED
    assert {constraint.NAME for constraint in constraints.ALL} == files


@pytest.mark.parametrize("constraint", constraints.ALL, ids=lambda one: one.NAME)
def test_every_constraint_says_its_rule_in_words_and_maths(
    constraint: constraints.Constraint,
) -> None:
    assert constraint.SENTENCE.endswith(".")
    assert constraint.__doc__ is not None
    assert "::\n" in constraint.__doc__


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_longer_than_four_hundred_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_ortools_is_imported_only_inside_functions() -> None:
    for path in modules():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert "ortools" not in ast.unparse(node), path


def test_the_checkers_and_the_commands_start_without_the_solver() -> None:
    code = (
        "import sys, cli.app, recommender.check, constraints; "
        "sys.exit(any(name.split('.')[0] in ('ortools', 'pandas') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
