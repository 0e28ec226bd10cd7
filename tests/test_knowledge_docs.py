"""What the docs say of rules, settings and evidence is what the program knows."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from knowledge import Knowledge, load_knowledge
from knowledge.layer import FOLDERS, LISTS, PATCHES, SINGLES
from knowledge.reading import parse, validate
from knowledge.schema import condition, exercise, vocabulary
from knowledge.schema._base import Noun
from knowledge.schema.settings import Settings
from recommender.render.evidence import evidence

DOCS = Path(__file__).parent.parent / "docs"
GUIDE = (DOCS / "knowledge.md").read_text()
INTENDED_USE = (DOCS / "intended-use.md").read_text()
INTAKE = (DOCS / "intake.md").read_text()
YAML = re.compile(r"```yaml\n# (\S+)\n(.*?)```", re.DOTALL)
NOUNS: tuple[type[Noun], ...] = (
    exercise.Exercise,
    exercise.Dose,
    exercise.Doses,
    exercise.Equipment,
    exercise.Muscles,
    condition.Condition,
    condition.Rule,
    condition.Caps,
    condition.PlanRule,
    condition.Window,
    condition.Detail,
    condition.FromScore,
    condition.WeekLimits,
    Settings,
    *LISTS.values(),
)
LITERALS = (
    exercise.Kind,
    exercise.Block,
    exercise.Side,
    exercise.Region,
    exercise.Position,
    exercise.Load,
    exercise.SpinalLoad,
    exercise.Sides,
    exercise.Level,
    condition.DatedBy,
    vocabulary.Source.model_fields["strength"].annotation,
    vocabulary.Demand.model_fields["origin"].annotation,
    Settings.model_fields["role"].annotation,
)
UNEXPLAINED = {
    "id",
    "name",
    "reason",
    "one_sided",
    "caution",
    "caps",
    "rules",
    "demands",
    "verdict",
}
"""Keys that the examples show and a sentence would only repeat."""


def blocks() -> dict[str, str]:
    """Return the examples of the guide by the file that they stand for."""
    found = dict(YAML.findall(GUIDE))
    assert len(found) == GUIDE.count("```yaml"), "an example without the name of its file"
    return found


def words(text: str) -> set[str]:
    """Return the words in `code` of a text; the examples do not count."""
    spans = re.findall(r"`([^`\n]+)`", text)
    return {word for span in spans for word in re.findall(r"[a-z_]+", span)}


def rows(text: str, title: str) -> Iterator[list[str]]:
    """Yield the cells of the table whose header begins with `title`."""
    lines = iter(text.splitlines())
    assert any(line.startswith(f"| {title} |") for line in lines), title
    next(lines)
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the overlay that the examples of the guide make up."""
    folder = tmp_path_factory.mktemp("clinic")
    for name, text in blocks().items():
        if name != "settings.yaml":
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
    return folder


def test_the_examples_of_the_guide_load_as_one_overlay(clinic: Path) -> None:
    knowledge = load_knowledge(overlays=[clinic], cached=False)
    (overlay,) = knowledge.overlays
    assert set(overlay.added) == {
        "sources/clinic_handbook",
        "exercises/wall_reach",
        "conditions/sore_elbow",
    }
    assert overlay.replaced == ("rules/wrist_pain",)
    (weakened,) = overlay.weakened
    assert weakened.entry == "rules/wrist_pain"


def test_the_settings_of_the_guide_are_accepted() -> None:
    settings = validate(Settings, parse(blocks()["settings.yaml"], "docs/knowledge.md"))
    assert settings.role == "clinician"


def test_the_guide_explains_every_key_and_every_word_of_the_schema() -> None:
    keys = {key for noun in NOUNS for key in noun.model_fields} - UNEXPLAINED
    assert keys - words(GUIDE) == set()
    literals = {word for literal in LITERALS for word in get_args(literal)}
    assert literals - words(GUIDE) == set()
    examples = " ".join(blocks().values())
    assert all(re.search(rf"\b{key}:", examples) for key in UNEXPLAINED)


def test_the_guide_lists_every_demand(knowledge: Knowledge) -> None:
    listed = {name.strip("`"): (words, own) for name, words, _, own in rows(GUIDE, "Demand")}
    assert listed == {
        one.id: (" ".join(one.name.split()), "" if one.self_clearance else "never opens it")
        for one in knowledge.demands.values()
    }
    written = {name.strip("`") for name, _, origin, _ in rows(GUIDE, "Demand")
               if origin == "written"}  # fmt: skip
    assert written == {one.id for one in knowledge.demands.values() if one.origin == "written"}


def test_the_guide_lists_every_pattern(knowledge: Knowledge) -> None:
    listed = {cells[0].strip("`"): cells[1:] for cells in rows(GUIDE, "Pattern")}
    assert set(listed) == set(knowledge.patterns)
    for pattern in knowledge.patterns.values():
        name, a_session, a_week = listed[pattern.id]
        assert name.split(",")[0] == pattern.name
        assert ("warm-up" in name) == pattern.prepare
        assert (a_session, a_week) == (str(pattern.a_session), str(pattern.exercises_a_week))


def test_the_guide_lists_every_cap_and_verdict() -> None:
    assert [row[0].strip("`") for row in rows(GUIDE, "Cap")] == list(condition.Caps.model_fields)
    assert [row[0].strip("`") for row in rows(GUIDE, "Verdict")] == list(condition.VERDICTS)


def test_the_guide_lists_every_part_of_an_overlay() -> None:
    table = " ".join(row[0] for row in rows(GUIDE, "In the folder"))
    parts = {*(f"{name}.yaml" for name in LISTS), *(f"{name}/" for name in (*FOLDERS, PATCHES))}
    assert set(re.findall(r"`([^`]+)`", table)) == parts
    assert all(f"`{name}.yaml`" in GUIDE for name in SINGLES)


def test_the_numbers_of_the_guide_are_those_of_the_dosing(knowledge: Knowledge) -> None:
    text = " ".join(GUIDE.split())
    holds, stretches = knowledge.dosing.holds, knowledge.dosing.stretches
    ladder = ", ".join(map(str, holds.ladder_s))
    longest = "{novice}, {intermediate}".format(**holds.at_most_s)
    assert f"the ladder {ladder} s, up to {longest} and {holds.at_most_s['advanced']} s" in text
    low, high = stretches.hold_s
    assert f"held {low} to {high} s, {stretches.seconds_at_most} s a side in all" in text
    assert holds.long_from_s == 11, "the guide says: a long hold is one of 11 s or more"
    lowered = knowledge.dosing.effort.lowered_at_most
    assert (
        "than {none} below its effort without a weight, {light} with a light".format(**lowered)
        in text
    )
    assert lowered["moderate"] == lowered["heavy"]
    assert f"{lowered['heavy']} with a moderate or heavy one" in text
    assert knowledge.screening.pregnancy_days == 280, "the guide says: 280 days before"


def test_the_numbers_of_the_promises_are_those_of_the_screening(knowledge: Knowledge) -> None:
    screening = knowledge.screening
    assert f"younger than {screening.minimum_age}" in INTENDED_USE
    assert f"after {screening.answers_fresh_days} days" in " ".join(INTENDED_USE.split())
    days = {screening.clearance_valid_days, screening.settled_valid_days,
            screening.softening_valid_days}  # fmt: skip
    assert days == {90}, "the docs say 90 days of each"
    assert all("90 days" in text for text in (GUIDE, INTENDED_USE, INTAKE))


def test_the_answers_that_the_docs_list_are_all_there_are(knowledge: Knowledge) -> None:
    scores = {name.strip("`"): (limits, start) for name, limits, start in rows(INTAKE, "Score")}
    assert {name: limits for name, (limits, _) in scores.items()} == {
        one.id: f"{one.at_least} to {one.at_most}" for one in knowledge.scores.values()
    }
    for one in knowledge.conditions.values():
        if one.from_score is not None:
            assert scores[one.from_score.score][1].startswith(f"{one.from_score.at_least}:")
    (technique,) = re.findall(r"lifts that a coach taught: (.*)", INTAKE)
    assert technique.split(", ") == sorted(knowledge.techniques)


def test_the_evidence_is_up_to_date(knowledge: Knowledge) -> None:
    page = (DOCS / "evidence.md").read_text(encoding="utf-8")
    assert page == evidence(knowledge), "run: make evidence"
    assert page.count("\n") < 600


def test_the_evidence_counts_every_cell_source_and_condition(knowledge: Knowledge) -> None:
    page = evidence(knowledge)
    cells: dict[str, Any] = {
        name: counts for name, *counts in rows(page, "Cells (condition x demand)")
    }
    total = sum(int(yes) + int(no) for yes, no, _ in cells.values())
    assert total == len(knowledge.conditions) * len(knowledge.demands)
    assert all(f"| `{name}` |" in page for name in knowledge.conditions)
    assert all(f"| `{name}` " in page for name in knowledge.sources)
