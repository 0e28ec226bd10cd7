"""`backplan knowledge check`: the table of supply, the gaps that are known, overlays, faults."""

from pathlib import Path

import pytest

from knowledge.schema.exercise import LEVELS
from recommender.supply import Supply, supply
from tests.cli.running import run
from tests.strategies import REAL

GAPS = Path(__file__).parent.parent / "knowledge" / "known_gaps.txt"


@pytest.fixture(scope="module")
def table() -> Supply:
    return supply(REAL)


def known_gaps() -> set[str]:
    return {line for line in GAPS.read_text().splitlines() if not line.startswith("#")}


def test_only_the_known_cells_cannot_make_a_balanced_week(table: Supply) -> None:
    assert {cell.name for cell in table.cells if cell.fails} == known_gaps()


def test_every_condition_place_and_level_has_a_cell_and_every_exercise_somebody(
    table: Supply,
) -> None:
    expected = (len(REAL.conditions) + 1) * len(REAL.equipment_sets) * len(LEVELS)
    assert len({cell.name for cell in table.cells}) == expected
    assert table.unreachable == ()


def test_more_equipment_and_a_higher_level_never_leave_fewer(table: Supply) -> None:
    cells = {(cell.condition, cell.place, cell.level): cell for cell in table.cells}
    for condition in {cell.condition for cell in table.cells}:
        for level in LEVELS:
            empty, gym = cells[condition, "empty_room", level], cells[condition, "gym", level]
            assert empty.abdominal <= gym.abdominal
            assert empty.lumbar <= gym.lumbar


def test_the_command_shows_counts_and_the_worst_cells_and_knows_the_gaps() -> None:
    shown = run("knowledge", "check", "--known-gaps", GAPS)
    assert shown.returncode == 0, shown.stderr
    assert f"{len(REAL.exercises)} exercises" in shown.stdout
    assert f"{len(REAL.conditions)} conditions x {len(REAL.demands)} demands" in shown.stdout
    assert "frail" in shown.stdout
    assert all(len(line) <= 80 for line in shown.stdout.splitlines())


def test_an_overlay_that_makes_a_cell_run_short_is_an_error_that_names_it(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "reflux.yaml").write_text(
        "condition: reflux\nrules:\n  - demands: [trains_lumbar]\n    verdict: exclude\n"
        "    reason: Not with us.\n    sources: [author_judgement]\n    verified: false\n"
    )
    shown = run("knowledge", "check", tmp_path, "--known-gaps", GAPS)
    assert shown.returncode == 2
    assert "reflux gym novice used to work and runs short now" in shown.stderr
    assert "replaced  rules/reflux" in shown.stdout


def test_a_gap_that_is_closed_has_to_leave_the_list(tmp_path: Path) -> None:
    gaps = tmp_path / "gaps.txt"
    gaps.write_text(GAPS.read_text() + "reflux gym novice\n")
    shown = run("knowledge", "check", "--known-gaps", gaps)
    assert shown.returncode == 2
    assert "reflux gym novice works now; take the line out" in shown.stderr


def test_what_is_wrong_in_an_overlay_is_named_with_file_line_and_field(tmp_path: Path) -> None:
    (tmp_path / "equipment.yaml").write_text("- {id: sling, name: Sling}\n- {id: Rope}\n")
    shown = run("knowledge", "check", tmp_path)
    assert shown.returncode == 2
    assert f"{tmp_path}/equipment.yaml:2: [2].name: is missing" in shown.stderr
    assert "equipment.yaml:2: [2].id: expected small letters" in shown.stderr
