"""The rules of check-ins are loaded strictly, like all knowledge."""

import re
import shutil
from pathlib import Path

import pytest

from knowledge import SHIPPED, BadInput, load_knowledge

FILE = "checkin.yaml"
SOURCES = "    sources: [s88_pain_traffic_light, author_judgement]\n"
BREAKS = [
    ("a rule without a source", SOURCES, "", r"rules\[1\].sources: is missing"),
    ("an empty list of sources", SOURCES, "    sources: []\n",
     r"rules\[1\].sources: expected at least 1, found none"),
    ("an unknown source", "s88_pain_traffic_light", "s88_pain_trafic_light",
     r"rules\[1\].sources\[1\]: s88_pain_trafic_light is not known "
     r"\(did you mean s88_pain_traffic_light\?\)"),
    ("a rule that never applies", "when: {pain_from: 8}", "when: {}",
     r"rules\[1\].when: expected one of: pain_from"),
    ("a rule that steps up", "step: out", "step: up", r'rules\[1\].step: "up" is not one of'),
    ("a rule on good answers", "when: {pain_from: 8}", "when: {pain_at_most: 3}",
     r"rules\[1\].when.pain_at_most: is not a known key"),
    ("settled pain", "not_settled: true", "not_settled: false",
     r"not_settled: false is not one of True"),
    ("a lever where nothing goes down", "step: out\n", "step: out\n    levers: [sets]\n",
     r"rules\[1\]: levers are needed for a step down, and for no other"),
    ("a step down without a lever", "    levers: [rung, out]\n", "",
     r"rules\[3\]: levers are needed for a step down"),
    ("an unknown lever", "levers: [rung, out]", "levers: [tempo]",
     r'levers\[1\]: "tempo" is not one of'),
    ("a rule that stands twice", "id: strong_pain_again", "id: worst_pain",
     r"checkin.yaml:\d+: rules\[2\].id: worst_pain stands twice"),
    ("an unknown warning sign", "flag: unbearable_pain", "flag: unberable_pain",
     r"counts_as_flag.flag: unberable_pain is no warning sign that stops a plan \(did you mean"),
    ("pain of eleven", "pain_from: 8", "pain_from: 11", r"pain_from: expected 10 or less"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "fault"), [one[1:] for one in BREAKS],
                         ids=[one[0] for one in BREAKS])  # fmt: skip
def test_a_fault_in_the_rules_is_a_load_error_with_its_place(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    root = tmp_path / "knowledge"
    shutil.copytree(SHIPPED, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (root / FILE).read_text(encoding="utf-8")
    assert old in text
    (root / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_knowledge(root, cached=False)
    found = [str(one) for one in caught.value.faults]
    assert any(FILE in one and re.search(fault, one) for one in found), found
    assert len(found) == 1, found


def test_the_rules_are_a_part_of_the_version(tmp_path: Path) -> None:
    root = tmp_path / "knowledge"
    shutil.copytree(SHIPPED, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    before = load_knowledge(root, cached=False).version
    path = root / FILE
    path.write_text(path.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    assert load_knowledge(root, cached=False).version != before
