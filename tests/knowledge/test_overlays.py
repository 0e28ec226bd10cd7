"""Overlays add, replace by name and make stricter; they make milder only with a reason.

They are laid on a small knowledge base with the shipped words and a few entries that have
something to lose, so that a load takes a fraction of a second. Files are written as JSON, which
is YAML.
"""

import copy
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge import SHIPPED, BadInput, Knowledge, load_knowledge
from knowledge.layer import LISTS
from knowledge.schema.condition import Caps
from tests.cli.running import run

Entry = dict[str, Any]
Edit = Callable[[Entry], object]
Files = dict[str, Any]
REASON = "We train under supervision."
LIFT, SORE = "exercises/lift.yaml", "conditions/sore.yaml"
HINGE, SUPINE, KNEELING, STANDING = range(4)
"""The rules of `sore`: excluded, with clearance, modified, allowed."""


# The small knowledge base.

JUDGEMENT = {"sources": ["author_judgement"], "verified": False}
ALL_CAPS = {
    "max_hold_s": 10,
    "max_effort": 5,
    "max_load": "light",
    "max_sets": 2,
    "min_rest_s": 60,
    "min_tempo_s": 4,
    "no_end_range": True,
    "support": True,
    "exhale_on_effort": True,
    "hours_since_waking": 2,
    "hours_since_meal": 2,
}
DEMANDS = [entry["id"] for entry in yaml.safe_load((SHIPPED / "demands.yaml").read_text())]


def _rule(demands: list[str], verdict: str, **more: object) -> Entry:
    return {"demands": demands, "verdict": verdict, "reason": "It is a test.", **more, **JUDGEMENT}


SORE_RULES = [
    _rule(["hip_hinge"], "exclude"),
    _rule(["supine"], "clearance", caps=ALL_CAPS, caution="Mind it.", self_clearance=False),
    _rule(["kneeling"], "modify", caps=ALL_CAPS, caution="Mind it.", self_clearance=False),
    _rule(["standing"], "allow", caution="Mind it."),
]


def _condition(**more: Any) -> Entry:
    rules = more.pop("rules", [])
    ruled = {demand for rule in rules for demand in rule["demands"]}
    rest = [demand for demand in DEMANDS if demand not in ruled]
    return {
        "name": "a condition of the tests",
        "plan": {"verdict": "allow", "reason": "A test.", "self_clearance": True, **JUDGEMENT},
        **more,
        "rules": [*rules, _rule(rest, "allow")],
    }


CONDITIONS: dict[str, Entry] = {
    "sore": _condition(
        id="sore",
        answer="sore",
        question="Are you sore?",
        window={"dated_by": "onset", "from_day": 0, "until_day": 100, "verified": False},
        detail={"question": "Where?", "options": {"here": "Here", "unknown": "I do not know"}},
        if_detail=["here", "unknown"],
        sided=True,
        plan={"verdict": "clearance", "reason": "A test.", "self_clearance": False, **JUDGEMENT},
        week={"sessions_at_most": 3, **JUDGEMENT},
        stop_signs=["Stop when it hurts."],
        rules=SORE_RULES,
    ),
    "old": _condition(id="old", from_age=65),
    "hurting": _condition(id="hurting", from_score={"score": "pain_now", "at_least": 6}),
}
MOVE: Entry = {
    "name": "A movement of the tests",
    "step": 1,
    "kind": "mobility",
    "side": "none",
    "place": "either",
    "position": "standing",
    "pattern": "mobility",
    "difficulty": "novice",
    "muscles": {"primary": ["multifidus"]},
    "spinal_load": "low",
    "demands": [],
    "dose": {
        "sides": "both",
        "setup_s": 10,
        "novice": {"sets": [1, 1], "reps": 5, "tempo_s": 4, "rest_s": 0, "effort": 1},
    },
    "dose_origin": "inferred",
    "verified": False,
    "cues": ["Move."],
    "sources": ["author_judgement"],
}
A_LIFT: Entry = {
    **MOVE,
    "id": "lift",
    "family": "lift",
    "kind": "stability",
    "block": "main",
    "side": "lumbar",
    "pattern": "hinge",
    "hand_free": False,
    "difficulty": "intermediate",
    "technique": "deadlift",
    "credits": {"lumbar": 1},
    "spinal_load": "high",
    "demands": ["standing", "hip_hinge"],
    "dose": {
        "sides": "both",
        "setup_s": 10,
        "intermediate": {"sets": [1, 2], "reps": 5, "hold_s": 5, "rest_s": 60, "effort": 5},
    },
    "cautions": ["Stop when it hurts."],
}
EXERCISES: dict[str, Entry] = {
    "begin": {**MOVE, "id": "begin", "family": "begin", "block": "warm_up"},
    "finish": {**MOVE, "id": "finish", "family": "finish", "block": "cool_down"},
    "lift": A_LIFT,
}


def entry(path: str) -> Entry:
    """Return a copy of the entry that stands in a file, such as exercises/lift.yaml."""
    kind, _, name = path.removesuffix(".yaml").partition("/")
    return copy.deepcopy({"exercises": EXERCISES, "conditions": CONDITIONS}[kind][name])


def listed(kind: str, name: str) -> Entry:
    """Return a shipped entry of a file that is a list, such as demands."""
    entries = yaml.safe_load((SHIPPED / f"{kind}.yaml").read_text())
    found: Entry = next(one for one in entries if one["id"] == name)
    return found


def write(root: Path, files: dict[str, Any]) -> Path:
    """Write texts as they are and everything else as JSON; return the folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return root


def write_base(root: Path) -> Path:
    """Write the small knowledge base and return its folder."""
    for kind in (*LISTS, "dosing", "checkin"):
        root.mkdir(parents=True, exist_ok=True)
        shutil.copy(SHIPPED / f"{kind}.yaml", root)
    screening = yaml.safe_load((SHIPPED / "screening.yaml").read_text())
    write(root, {"screening.yaml": {**screening, "combinations": []}})
    program = yaml.safe_load((SHIPPED / "program.yaml").read_text())
    program["still"]["conditions"] = []
    write(root, {"program.yaml": program})
    write(root, {f"exercises/{name}.yaml": one for name, one in EXERCISES.items()})
    return write(root, {f"conditions/{name}.yaml": one for name, one in CONDITIONS.items()})


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_base(tmp_path_factory.mktemp("small") / "knowledge")


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    folder = tmp_path / "clinic"
    folder.mkdir()
    return folder


def loaded(base: Path, *overlays: Path) -> Knowledge:
    return load_knowledge(base, overlays, cached=False)


def faults(base: Path, *overlays: Path) -> list[str]:
    with pytest.raises(BadInput) as caught:
        load_knowledge(base, overlays, cached=False)
    return [str(fault) for fault in caught.value.faults]


def edited(path: str, edit: Edit) -> Entry:
    """Return the entry of a file after an edit that changed something."""
    changed = entry(path)
    edit(changed)
    assert changed != entry(path)
    return changed


def patch(*rules: Entry, condition: str = "sore") -> Entry:
    return {"condition": condition, "rules": list(rules)}


def rule(index: int, **changes: object) -> Entry:
    """Return a rule of `sore` with changes; None takes a key away."""
    changed = {**entry(SORE)["rules"][index], **changes}
    return {key: value for key, value in changed.items() if value is not None}


# What an overlay does.


def test_a_new_entry_is_added_and_named(base: Path, clinic: Path) -> None:
    new = {**entry(LIFT), "id": "lift_more", "step": 2, "sources": ["own_book"]}
    own_book = {"id": "own_book", "title": "A book of the clinic", "strength": "expert"}
    write(clinic, {"exercises/lift_more.yaml": new, "sources.yaml": [own_book]})
    knowledge = loaded(base, clinic)
    assert knowledge.exercises["lift_more"].step == 2
    (overlay,) = knowledge.overlays
    assert overlay.added == ("sources/own_book", "exercises/lift_more")
    assert (overlay.replaced, overlay.weakened) == ((), ())
    assert overlay.name == str(clinic)


def test_a_replaced_entry_is_taken_whole_and_named(base: Path, clinic: Path) -> None:
    new = edited(LIFT, lambda lift: lift.update(name="Lift of the clinic"))
    write(clinic, {LIFT: new})
    knowledge = loaded(base, clinic)
    assert knowledge.exercises["lift"].name == "Lift of the clinic"
    assert knowledge.overlays[0].replaced == ("exercises/lift",)


def test_a_patch_changes_its_cells_and_no_other(base: Path, clinic: Path) -> None:
    harsher = rule(KNEELING, demands=["kneeling", "seated"], verdict="exclude", caps=None,
                   caution=None)  # fmt: skip
    write(clinic, {"rules/sore.yaml": patch(harsher)})
    before, after = (one.conditions["sore"].cells for one in (loaded(base), loaded(base, clinic)))
    changed = {demand for demand in before if before[demand].verdict != after[demand].verdict}
    assert changed == {"kneeling", "seated"}
    assert set(after) == set(before)
    assert loaded(base, clinic).overlays[0].replaced == ("rules/sore",)


def test_a_later_overlay_is_judged_against_the_earlier_one(base: Path, tmp_path: Path) -> None:
    strict = rule(KNEELING, verdict="exclude", caps=None, caution=None)
    first = write(tmp_path / "first", {"rules/sore.yaml": patch(strict)})
    second = write(tmp_path / "second", {"rules/sore.yaml": patch(rule(KNEELING))})
    (fault,) = faults(base, first, second)
    assert fault.startswith(f"{second}/rules/sore.yaml:")
    assert "kneeling: exclude became modify" in fault
    assert [one.name for one in loaded(base, second, first).overlays] == [str(second), str(first)]


def test_the_version_changes_with_an_overlay(base: Path, clinic: Path) -> None:
    write(clinic, {"rules/sore.yaml": patch(rule(HINGE))})
    assert loaded(base, clinic).version != loaded(base).version


# What makes a rule milder. Each is refused without a reason, and named and kept with one.

MILDER_EXERCISES: tuple[tuple[str, Edit], ...] = (
    ("demand hip_hinge is gone", lambda one: one["demands"].remove("hip_hinge")),
    ("side lumbar became abdominal", lambda one: one.update(side="abdominal")),
    ("spinal load high became moderate", lambda one: one.update(spinal_load="moderate")),
    (
        "difficulty intermediate became novice",
        lambda one: one.update(
            difficulty="novice", dose={**one["dose"], "novice": one["dose"]["intermediate"]}
        ),
    ),
    ("technique deadlift is gone", lambda one: one.pop("technique")),
    ("technique deadlift is gone", lambda one: one.update(technique="good_morning")),
    ("a caution is gone", lambda one: one.update(cautions=["Another one."])),
)
MILDER_CONDITIONS: tuple[tuple[str, str, Edit], ...] = (
    (
        SORE,
        "the plan verdict clearance became allow",
        lambda one: one["plan"].update(verdict="allow"),
    ),
    (SORE, "own tick opens the plan", lambda one: one["plan"].update(self_clearance=True)),
    (SORE, "answer is not the same", lambda one: one.update(answer="rarely_sore")),
    (SORE, "window is not the same", lambda one: one["window"].update(until_day=10)),
    (SORE, "if_detail is not the same", lambda one: one.update(if_detail=["here"])),
    (SORE, "sided is not the same", lambda one: one.update(sided=False)),
    (SORE, "the limits of the week are not", lambda one: one["week"].update(sessions_at_most=5)),
    (SORE, "the limits of the week are not", lambda one: one.pop("week")),
    (SORE, "a stop sign is gone", lambda one: one.update(stop_signs=[])),
    ("conditions/old.yaml", "from_age is not the same", lambda one: one.update(from_age=80)),
    (
        "conditions/hurting.yaml",
        "from_score is not the same",
        lambda one: one["from_score"].update(at_least=9),
    ),
)
ONE_SIDED = {"verdict": "modify", "caution": "Lie on the {good} side."}
LOOSER_CAPS: dict[str, object] = {
    "max_hold_s": 20,
    "max_effort": 6,
    "max_load": "moderate",
    "max_sets": 3,
    "min_rest_s": 30,
    "min_tempo_s": 3,
    "no_end_range": False,
    "support": False,
    "exhale_on_effort": False,
    "hours_since_waking": 1,
    "hours_since_meal": 1,
}


def _caps(**changes: object) -> Entry:
    caps = {**entry(SORE)["rules"][KNEELING]["caps"], **changes}
    return {key: value for key, value in caps.items() if value is not None}


MILDER_RULES: tuple[tuple[str, Entry], ...] = (
    ("hip_hinge: exclude became clearance", rule(HINGE, verdict="clearance", caution="Mind it.")),
    ("hip_hinge: exclude became allow", rule(HINGE, verdict="allow")),
    ("hip_hinge: one_sided is new", rule(HINGE, one_sided=ONE_SIDED)),
    ("supine: clearance became modify", rule(SUPINE, verdict="modify")),
    ("supine: a person's own tick opens it", rule(SUPINE, self_clearance=True)),
    ("supine: max_effort was 5", rule(SUPINE, caps=_caps(max_effort=None))),
    ("kneeling: modify became allow", rule(KNEELING, verdict="allow", caps=None)),
    ("kneeling: a person's own tick opens it", rule(KNEELING, self_clearance=True)),
    ("standing: the caution is gone", rule(STANDING, caution=None)),
    *(
        (f"kneeling: {cap} was", rule(KNEELING, caps=_caps(**{cap: looser})))
        for cap, value in LOOSER_CAPS.items()
        for looser in (value, None)
    ),
)
MILDER_WORDS: tuple[tuple[str, str, str, Edit], ...] = (
    ("demands", "ballistic", "own tick opens it", lambda one: one.update(self_clearance=True)),
    ("demands", "supine", "origin is written", lambda one: one.update(origin="derived")),
    ("patterns", "hinge", "a_session was 1", lambda one: one.update(a_session=2)),
    ("patterns", "hinge", "exercises_a_week was 2", lambda one: one.update(exercises_a_week=3)),
    ("patterns", "hinge", "no warm-up prepares for it", lambda one: one.pop("prepare")),
)


def test_every_cap_is_loosened_in_these_tests() -> None:
    assert set(LOOSER_CAPS) == set(Caps.model_fields)


def _is_refused(base: Path, clinic: Path, file: str, what: str) -> None:
    found = faults(base, clinic)
    where = re.escape(f"{clinic}/{file}")
    wanted = rf"{where}:\d+: .*makes a shipped rule milder \(.*{re.escape(what)}"
    assert any(re.match(wanted, fault) for fault in found), found


def _is_kept(base: Path, clinic: Path, name: str, what: str) -> None:
    weakened = [one for one in loaded(base, clinic).overlays[0].weakened if what in one.what]
    assert [(one.entry, one.reason) for one in weakened] == [(name, REASON)]


@pytest.mark.parametrize(
    ("file", "what", "edit"),
    [*((LIFT, *case) for case in MILDER_EXERCISES), *MILDER_CONDITIONS],
)
def test_a_milder_entry_needs_a_reason(
    base: Path, clinic: Path, file: str, what: str, edit: Edit
) -> None:
    milder = edited(file, edit)
    write(clinic, {file: milder})
    _is_refused(base, clinic, file, what)
    write(clinic, {file: {**milder, "weakens": REASON}})
    _is_kept(base, clinic, file.removesuffix(".yaml"), what)


@pytest.mark.parametrize(("what", "milder"), MILDER_RULES)
def test_a_milder_cell_needs_a_reason(base: Path, clinic: Path, what: str, milder: Entry) -> None:
    write(clinic, {"rules/sore.yaml": patch(milder)})
    _is_refused(base, clinic, "rules/sore.yaml", what)
    write(clinic, {"rules/sore.yaml": patch({**milder, "weakens": REASON})})
    _is_kept(base, clinic, "rules/sore", what)


@pytest.mark.parametrize(("what", "milder"), MILDER_RULES)
def test_a_milder_cell_of_a_replaced_condition_needs_a_reason(
    base: Path, clinic: Path, what: str, milder: Entry
) -> None:
    index = [one["demands"] for one in SORE_RULES].index(milder["demands"])

    def replaced(one: Entry) -> Entry:
        condition = entry(SORE)
        condition["rules"][index] = one
        return condition

    write(clinic, {SORE: replaced(milder)})
    _is_refused(base, clinic, SORE, what)
    for reasoned in (replaced({**milder, "weakens": REASON}),
                     {**replaced(milder), "weakens": REASON}):  # fmt: skip
        write(clinic, {SORE: reasoned})
        _is_kept(base, clinic, "conditions/sore", what)


@pytest.mark.parametrize(("kind", "name", "what", "edit"), MILDER_WORDS)
def test_a_word_is_never_made_milder(
    base: Path, clinic: Path, kind: str, name: str, what: str, edit: Edit
) -> None:
    milder = listed(kind, name)
    edit(milder)
    write(clinic, {f"{kind}.yaml": [milder]})
    found = faults(base, clinic)
    where = re.escape(f"{clinic}/{kind}.yaml")
    assert any(re.match(rf"{where}:\d+: .*{re.escape(what)}", fault) for fault in found), found
    write(clinic, {f"{kind}.yaml": [{**milder, "weakens": REASON}]})
    assert faults(base, clinic)


STRICTER: tuple[Files, ...] = (
    {LIFT: edited(LIFT, lambda one: one["demands"].append("supine"))},
    {LIFT: edited(LIFT, lambda one: one.update(spinal_load="very_high"))},
    {LIFT: edited(LIFT, lambda one: one["cautions"].append("And stop when it pinches."))},
    {SORE: edited(SORE, lambda one: one["plan"].update(verdict="exclude"))},
    {SORE: edited(SORE, lambda one: one["stop_signs"].append("Stop when it pinches."))},
    {"conditions/old.yaml": edited("conditions/old.yaml", lambda one: one.update(
        week={"sessions_at_most": 2, **JUDGEMENT}))},
    {"rules/sore.yaml": patch(rule(HINGE))},
    {"rules/sore.yaml": patch(rule(SUPINE, verdict="exclude", caps=None, caution=None))},
    {"rules/sore.yaml": patch(rule(SUPINE, caps=_caps(max_effort=4)))},
    {"rules/sore.yaml": patch(rule(KNEELING, caps=_caps(max_load="none", min_rest_s=90)))},
    {"rules/sore.yaml": patch(rule(KNEELING, verdict="clearance"))},
    {"rules/sore.yaml": patch(rule(STANDING, verdict="modify", caps={"max_sets": 2}))},
    {"demands.yaml": [{**listed("demands", "supine"), "self_clearance": False}]},
    {"patterns.yaml": [{**listed("patterns", "hinge"), "exercises_a_week": 1}]},
)  # fmt: skip


@pytest.mark.parametrize("files", STRICTER)
def test_stricter_needs_no_reason(base: Path, clinic: Path, files: Files) -> None:
    (overlay,) = loaded(base, write(clinic, files)).overlays
    assert overlay.replaced
    assert overlay.weakened == ()


# What is wrong with an overlay is said with file, line, field and the nearest right thing.

SECOND_LIFT = {**entry(LIFT), "id": "lift_more", "step": 2}
MORE = "exercises/lift_more.yaml"
PATCH = "rules/sore.yaml"
BOOK = {"id": "own_book", "title": "A book of the clinic", "strength": "expert"}


def in_yaml(entry: Entry, old: str, new: str) -> str:
    """Return an entry as text, with a piece of it changed by hand."""
    text = "\n".join(f"{key}: {_flow(value)}" for key, value in entry.items()) + "\n"
    assert old in text
    return text.replace(old, new)


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


BROKEN: tuple[tuple[str, Files, str], ...] = (
    ("an id that stands twice", {"sources.yaml": [BOOK, BOOK]},
     r"sources\.yaml:\d+: \[2\]\.id: own_book stands twice"),
    ("two files with one id", {MORE: SECOND_LIFT, "exercises/again.yaml": SECOND_LIFT},
     r"exercises/again\.yaml:\d+: id: is lift_more, but the file is again\.yaml"),
    ("a patch under a wrong name", {"rules/old.yaml": patch(rule(HINGE))},
     r"rules/old\.yaml:\d+: condition: is sore, but the file is old\.yaml"),
    ("a rule for an unknown demand", {PATCH: patch(rule(HINGE, demands=["hip_hinges"]))},
     r"rules/sore\.yaml:\d+: rules\[1\]\.demands\[1\]: hip_hinges is not known "
     r"\(did you mean hip_hinge\?\)"),
    ("a rule of an unknown condition", {"rules/sor.yaml": patch(rule(HINGE), condition="sor")},
     r"rules/sor\.yaml:\d+: condition: sor is not a known condition \(did you mean sore\?\)"),
    ("an unknown source", {PATCH: patch(rule(HINGE, sources=["author_judgment"]))},
     r"rules\[1\]\.sources\[1\]: author_judgment is not known \(did you mean author_judgement"),
    ("no source at all", {PATCH: patch(rule(HINGE, sources=[]))},
     r"rules/sore\.yaml:\d+: rules\[1\]\.sources: expected at least 1, found none"),
    ("a source left out", {PATCH: patch(rule(HINGE, sources=None))},
     r"rules/sore\.yaml:\d+: rules\[1\]\.sources: is missing"),
    ("an unknown demand of an exercise", {MORE: {**SECOND_LIFT, "demands": ["standin"]}},
     r"lift_more\.yaml:\d+: demands\[1\]: standin is not known \(did you mean standing\?\)"),
    ("two new exercises on one rung",
     {MORE: SECOND_LIFT, "exercises/lift_much.yaml": {**SECOND_LIFT, "id": "lift_much"}},
     r"lift_much\.yaml:\d+: step: 2 of ladder lift is taken by lift_more"),
    ("a ladder on two sides", {MORE: {**SECOND_LIFT, "side": "abdominal"}},
     r"lift_more\.yaml:\d+: side: abdominal differs from lift \(lumbar\) of the same ladder"),
    ("a unit in an exercise", {MORE: in_yaml(SECOND_LIFT, "rest_s: 60", "rest_s: 60s")},
     r'lift_more\.yaml:\d+: dose\.intermediate\.rest_s: expected a whole number, found "60s"'),
    ("a unit in a cap", {PATCH: patch(rule(KNEELING, caps={"max_hold_s": "10s"}))},
     r'rules\[1\]\.caps\.max_hold_s: expected a whole number, found "10s"'),
    ("a tab", {MORE: in_yaml(SECOND_LIFT, "step:", "\tstep:")},
     r"lift_more\.yaml:\d+: is not valid YAML: found a tab character"),
    ("a verdict in the wrong case", {PATCH: patch(rule(HINGE, verdict="Exclude"))},
     r'rules\[1\]\.verdict: "Exclude" is not one of .* \(did you mean exclude\?\)'),
    ("an unknown key", {PATCH: patch(rule(HINGE, verdikt="exclude"))},
     r"rules\[1\]\.verdikt: is not a known key \(did you mean verdict\?\)"),
    ("a misspelt folder", {"excercises/lift_more.yaml": SECOND_LIFT},
     r"excercises: is no part of an overlay \(did you mean exercises\?\)"),
    ("a misspelt file", {"source.yaml": [BOOK]},
     r"source\.yaml: is no part of an overlay \(did you mean sources\.yaml\?\)"),
    ("a list under another suffix", {"sources.yml": [BOOK]},
     r"sources\.yml: is no part of an overlay \(did you mean sources\.yaml\?\)"),
    ("an exercise under another suffix", {"exercises/lift_more.yml": SECOND_LIFT},
     r"exercises/lift_more\.yml: would be ignored; expected a name that ends in \.yaml"),
    ("a folder in a folder", {"exercises/lifts/lift_more.yaml": SECOND_LIFT},
     r"exercises/lifts: would be ignored"),
    ("numbers that are the same for all", {"dosing.yaml": {}},
     r"dosing\.yaml: cannot be replaced by an overlay"),
    ("a questionnaire", {"questionnaire.yaml": {}},
     r"questionnaire\.yaml: is no part of an overlay"),
    ("an empty file", {"sources.yaml": ""}, r"sources\.yaml: is empty"),
    ("a new demand that conditions are silent on",
     {"demands.yaml": [{**listed("demands", "supine"), "id": "upside_down"}]},
     r"conditions/sore\.yaml:\d+: rules: says nothing of upside_down"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("files", "message"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_broken_overlay_is_named(base: Path, clinic: Path, files: Files, message: str) -> None:
    found = faults(base, write(clinic, files))
    assert any(re.search(message, fault) for fault in found), found


def test_two_faults_in_two_files_are_both_reported(base: Path, clinic: Path) -> None:
    write(clinic, {MORE: in_yaml(SECOND_LIFT, "rest_s: 60", "rest_s: 60s"),
                   PATCH: patch(rule(HINGE, verdict="Exclude"))})  # fmt: skip
    found = " ".join(faults(base, clinic))
    assert f"{clinic}/{MORE}" in found
    assert f"{clinic}/{PATCH}" in found


def test_two_faults_of_the_layout_are_both_reported(base: Path, clinic: Path) -> None:
    write(clinic, {"excercises/lift_more.yaml": SECOND_LIFT, "rules/sore.yml": ""})
    assert len(faults(base, clinic)) == 2


def test_an_overlay_that_is_no_folder_is_refused(base: Path, clinic: Path) -> None:
    (clinic / "rules.yaml").write_text("")
    assert faults(base, clinic / "rules.yaml") == [
        f"{clinic}/rules.yaml: is a file; expected a folder"
    ]
    assert faults(base, clinic.with_name("clinik")) == [
        f"{clinic.with_name('clinik')}: no such folder (did you mean clinic?)"
    ]


def test_a_file_that_cannot_be_read_is_refused(base: Path, clinic: Path) -> None:
    """A link to itself cannot be read by anybody, not even by root."""
    write(clinic, {MORE: SECOND_LIFT})
    (clinic / "exercises" / "round.yaml").symlink_to("round.yaml")
    (clinic / "exercises" / "gone.yaml").symlink_to("nowhere.yaml")
    gone, link = faults(base, clinic)
    assert link.startswith(f"{clinic}/exercises/round.yaml: cannot be read: ")
    assert gone.startswith(f"{clinic}/exercises/gone.yaml: no such file")


def test_a_forbidden_file_is_refused(base: Path, clinic: Path) -> None:
    write(clinic, {MORE: SECOND_LIFT})
    (clinic / MORE).chmod(0)
    try:
        (clinic / MORE).read_text()
    except PermissionError:
        (fault,) = faults(base, clinic)
        assert fault == f"{clinic}/{MORE}: cannot be read: Permission denied"
    else:
        pytest.skip("this user may read everything")


def test_the_command_reports_the_faults_of_two_overlays(tmp_path: Path) -> None:
    first = write(tmp_path / "first", {MORE: in_yaml(SECOND_LIFT, "rest_s: 60", "rest_s: 60s")})
    second = write(tmp_path / "second", {PATCH: patch(rule(HINGE, verdict="Exclude"))})
    done = run("knowledge", "check", second, "--knowledge", first,
               env={"XDG_CONFIG_HOME": str(tmp_path)})  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert all(line.startswith("error: ") for line in lines)
    assert any(f"{first}/{MORE}:" in line and "60s" in line for line in lines)
    assert any(f"{second}/{PATCH}:" in line and "did you mean exclude?" in line for line in lines)
    assert "Traceback" not in done.stderr


# What is easily missed: fields that change what the rules see, and faults beside other faults.

EASILY_MISSED: tuple[tuple[str, Files], ...] = (
    ("its holds are no longer holds", {LIFT: edited(LIFT, lambda one: one.update(kind="stretch"))}),
    ("a hand is free now", {LIFT: edited(LIFT, lambda one: one.pop("hand_free"))}),
    ("no support when seated", {LIFT: edited(LIFT, lambda one: one.update(position="seated"))}),
    ("no limits of its pattern", {LIFT: edited(LIFT, lambda one: one.update(pattern="mobility"))}),
    ("one side only", {PATCH: patch(rule(SUPINE, one_sided=ONE_SIDED))}),
    ("a doctor's word opens all", {PATCH: patch(rule(KNEELING, verdict="clearance", caps=None))}),
    ("a position is not asked", {"demands.yaml": [
        {key: value for key, value in listed("demands", "supine").items() if key != "position"}]}),
    ("a ball serves as a chair", {"equipment.yaml": [
        {**listed("equipment", "chair"), "substitutes": ["swiss_ball"]}]}),
)  # fmt: skip


@pytest.mark.parametrize(
    "files", [case[1] for case in EASILY_MISSED], ids=[case[0] for case in EASILY_MISSED]
)
def test_a_milder_entry_that_is_easily_missed(base: Path, clinic: Path, files: Files) -> None:
    assert any("milder" in fault for fault in faults(base, write(clinic, files)))


LOWER = {**SECOND_LIFT, "id": "easy_lift", "step": 1}
BOTH = ({MORE: in_yaml(SECOND_LIFT, "rest_s: 60", "rest_s: 60s")},
        {PATCH: patch(rule(HINGE, demands=["hip_hinges"]))},
        {"excercises/lift_more.yaml": SECOND_LIFT})  # fmt: skip
FAULTS_EASILY_MISSED: tuple[tuple[str, Files, str], ...] = (
    ("a demand twice in a patch", {PATCH: patch(rule(HINGE), rule(HINGE))},
     r"rules/sore\.yaml:\d+: .*hip_hinge has more than one rule"),
    ("the file of a harsher short hold",
     {PATCH: patch(rule(HINGE, demands=["isometric_short"]))},
     r"clinic/rules/sore\.yaml:\d+: .*isometric_short"),
    ("the file of a rung that is taken", {"exercises/easy_lift.yaml": LOWER},
     r"clinic/exercises/easy_lift\.yaml:\d+: step: 1 of ladder lift is taken by lift"),
    ("a wrong type beside an unknown word", {**BOTH[0], **BOTH[1]}, r"hip_hinges is not known"),
    ("a misspelt folder beside a wrong type", {**BOTH[0], **BOTH[2]}, r'found "60s"'),
    ("a file where a folder should be", {"exercises": "id: lift"},
     r"exercises: is a file; expected a folder"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("files", "message"),
    [case[1:] for case in FAULTS_EASILY_MISSED],
    ids=[case[0] for case in FAULTS_EASILY_MISSED],
)
def test_a_fault_that_is_easily_missed(
    base: Path, clinic: Path, files: Files, message: str
) -> None:
    assert any(re.search(message, fault) for fault in faults(base, write(clinic, files)))


def test_a_link_to_nowhere_is_not_a_file_left_out(base: Path, clinic: Path) -> None:
    (clinic / "sources.yaml").symlink_to("nowhere.yaml")
    assert faults(base, clinic)


def test_a_rule_with_a_fault_is_not_reported_as_missing_too(base: Path, clinic: Path) -> None:
    write(clinic, {PATCH: patch(rule(HINGE, verdict="Exclude"))})
    assert len(faults(base, clinic)) == 1
