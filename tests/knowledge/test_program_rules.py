"""The numbers of a program: a broken file is named with line and field, and all have a source."""

import re
import shutil
from pathlib import Path

import pytest

from knowledge import SHIPPED, BadInput, load_knowledge
from tests.strategies import REAL

BREAKS = (
    ("share_percent: 45", "share_percent: 44", r"phases: the shares make 99 %, not 100 %"),
    ("levers: [hold, reps", "levers: [hold, rep", r'phases\[2\].levers\[2\]: "rep" is not one of'),
    ("levers: [hold, reps", "levers: [hold, hold", r"phases\[2\]: levers: one stands twice"),
    ("  every: 4", "  every: 9", r"light: every 9 is not between 3 and 6"),
    ("reps_percent: 70", "reps_percent: 170", r"start.reps_percent: expected 100 or less"),
    ("  new_a_week: 2\n", "", r"learning.new_a_week: is missing"),
    ("    - low_back_pain_acute", "    - low_back_pain_acut", r"program.yaml:\d+: "
     r"still.conditions\[1\]: low_back_pain_acut is not known \(did you mean low_back_pain_acute"),
    ("sources: [s16_bell_2023,", "sources: [s16_bel_2023,", r"light.sources\[1\]: s16_bel_2023 is "
     r"not known \(did you mean s16_bell_2023\?\)"),
    ("between: [4, 16]", "between: [3, 16]", r"phases: more than the 3 weeks of a program"),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), BREAKS)
def test_a_broken_number_is_named_with_its_field(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    root = tmp_path / "knowledge"
    shutil.copytree(SHIPPED, root, ignore=shutil.ignore_patterns("*.py", "__pycache__", "schema"))
    path = root / "program.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput) as error:
        load_knowledge(root, cached=False)
    assert re.search(message, str(error.value)), str(error.value)


def test_every_group_of_numbers_has_a_source_and_says_whether_it_is_verified() -> None:
    for name, group in REAL.program:
        for one in group if isinstance(group, tuple) else (group,):
            assert one.sources, name
            assert one.verified is False
