"""The loader fails closed: every fault is named with file, line, field and what was expected."""

import re
import shutil
from pathlib import Path

import pytest

from knowledge import SHIPPED, BadInput, load_knowledge
from knowledge.cache import cache_folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copy = tmp_path / "knowledge"
    shutil.copytree(SHIPPED, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


def faults(root: Path) -> list[str]:
    with pytest.raises(BadInput) as caught:
        load_knowledge(root, cached=False)
    return [str(fault) for fault in caught.value.faults]


BRIDGE = "exercises/glute_bridge.yaml"
DISC = "conditions/disc_herniation.yaml"
BREAKS = (
    (BRIDGE, "  - Pause", " - Pause", r"glute_bridge.yaml:\d+: is not valid YAML"),
    (BRIDGE, "demands: [supine", "demands: [supin", r"glute_bridge.yaml:\d+: demands\[1\]: supin "
     r"is not known \(did you mean supine\?\)"),
    (BRIDGE, "sources: [article", "sources: [artikel", r"sources\[1\]: artikel is not known "
     r"\(did you mean article\?\)"),
    (BRIDGE, "family: bridge", "familiy: bridge", r"glute_bridge.yaml:\d+: familiy: is not a known "
     r"key \(did you mean family\?\)"),
    (BRIDGE, "family: bridge\n", "", r"glute_bridge.yaml:\d+: family: is missing"),
    (BRIDGE, "rest_s: 60", "rest_s: 60s", r'novice.rest_s: expected a whole number, found "60s"'),
    (BRIDGE, "verified: false", "verified: no", r'verified: expected true or false, found "no"'),
    (BRIDGE, "step: 1", "step: 012", r'step: expected a whole number, found "012"'),
    (BRIDGE, "side: lumbar\narticle", "side: both\narticle", r'side: "both" is not one of'),
    (BRIDGE, "id: glute_bridge\n", "id: bridge_glute\n", r"id: is bridge_glute, but the file is "
     r"glute_bridge.yaml"),
    (BRIDGE, "step: 1", "step: 2", r"step: 2 of ladder bridge is taken by"),
    (BRIDGE, "primary: [gluteus", "primary: [glutaeus", r"primary\[1\]: glutaeus_maximus is not "
     r"known \(did you mean gluteus_maximus"),
    (BRIDGE, "equipment: {}", "equipment: {all_of: {matt: 1}}", r"equipment.all_of.matt: is not "
     r"known equipment \(did you mean mat\?\)"),
    (BRIDGE, "sets: [1, 3]", "sets: [3, 1]", r"dose.novice: sets \[3, 1\]: the first number may "
     r"not exceed the second"),
    (BRIDGE, "floor_transfer, ", "", r"position lying is on the floor: add floor_transfer"),
    (BRIDGE, "difficulty: novice", "difficulty: advanced", r"difficulty is advanced, but the "
     r"easiest dose is for novice"),
    (BRIDGE, "name: Glute", "name: &anchor Glute", r"name: anchors \(&name\) are not allowed"),
    (BRIDGE, "step: 1", "step: 1\nstep: 1", r"step: stands twice; the first is on line \d+"),
    (DISC, "flexion_end_range", "flexion_end_rang", r"disc_herniation.yaml:\d+: rules\[\d+\]"
     r".demands\[\d+\]: flexion_end_rang is not known \(did you mean flexion_end_range\?\)"),
    (DISC, "flexion_end_range, ", "", r"says nothing of flexion_end_range; write a rule"),
    (DISC, "verdict: exclude", "verdict: Exclude", r'verdict: "Exclude" is not one of .*exclude'),
    ("screening.yaml", "urgency: emergency", "urgency: emergenzy", r'urgency: "emergenzy" is not '
     r"one of .*did you mean emergency"),
    ("equipment.yaml", "substitutes: [carpet]", "substitutes: [carpets]", r"carpets is not known"),
    ("dosing.yaml", "hard_from: 6", "hard_from: 66", r"effort.hard_from: expected 10 or less"),
    ("demands.yaml", "- {id: supine", "- {id: prone", r"demands.yaml:\d+: \[\d+\].id: prone "
     r"stands twice"),
    ("sources.yaml", "- id: article\n", "- id: Article\n", r"sources.yaml:\d+: \[1\].id: expected "
     r"small letters"),
)  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), BREAKS)
def test_a_broken_file_is_named_with_line_and_field(
    root: Path, file: str, old: str, new: str, message: str
) -> None:
    path = root / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    found = faults(root)
    assert any(re.search(message, fault) for fault in found), found


def test_all_faults_are_reported_at_once(root: Path) -> None:
    for file, old, new, _ in (BREAKS[4], BREAKS[20], BREAKS[23]):
        (root / file).write_text((root / file).read_text().replace(old, new, 1))
    assert len({fault.split(":")[0] for fault in faults(root)}) == 3


def test_a_missing_file_and_an_empty_folder_are_named(root: Path) -> None:
    (root / "muscles.yaml").unlink()
    assert any("muscles.yaml" in fault and "no such file" in fault for fault in faults(root))
    shutil.copy(SHIPPED / "muscles.yaml", root)
    shutil.rmtree(root / "conditions")
    assert any("conditions: holds no file" in fault for fault in faults(root))


def test_without_a_free_warm_up_nothing_is_loaded(root: Path) -> None:
    for path in (root / "exercises").glob("*.yaml"):
        if "block: warm_up" in path.read_text() and "demands: []" in path.read_text():
            path.unlink()
    assert any("no warm_up exercise without demands" in fault for fault in faults(root))


def test_the_cached_knowledge_is_the_same_as_the_files(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = load_knowledge(root)
    (cached,) = cache_folder().glob("knowledge-*.json")
    assert load_knowledge(root) == first == load_knowledge(root, cached=False)
    cached.write_text("{}")
    assert load_knowledge(root) == first


def test_a_changed_file_is_never_hidden_by_the_cache(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    before = load_knowledge(root)
    path = root / BRIDGE
    path.write_text(path.read_text().replace("name: Glute bridge", "name: Hip bridge"))
    after = load_knowledge(root)
    assert after.exercises["glute_bridge"].name == "Hip bridge"
    assert after.version != before.version


def test_an_unusable_cache_folder_is_no_obstacle(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocker))
    assert load_knowledge(root).exercises
