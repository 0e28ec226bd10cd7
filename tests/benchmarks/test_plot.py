"""The curves: one for each solver, and the same bytes for the same times."""

from pathlib import Path

import pytest

from benchmarks.plot import curves

pytest.importorskip("matplotlib", reason="matplotlib is not installed (make .venv/installed-bench)")


def test_the_same_times_make_the_same_picture(tmp_path: Path) -> None:
    times: dict[str, list[float | None]] = {
        "backplan": [0.1, 0.001, 3.0],
        "highs": [2.0, None, None],
    }
    for name in ("one.svg", "two.svg"):
        curves(times, 60, tmp_path / name)
    text = (tmp_path / "one.svg").read_text()
    assert "backplan (3 of 3)" in text
    assert "highs (1 of 3)" in text
    assert text == (tmp_path / "two.svg").read_text()
