"""The difference of two knowledge bases: entries, fields and cells, and nothing else."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from knowledge import SHIPPED, BadInput, Caps, Condition, Knowledge, Rule, load_knowledge
from knowledge.diff import EntryChange, FieldChange, compare, load_side
from knowledge.schema.condition import Window
from recommender.render.difference import render
from tests.overlays import toe_overlay
from tests.strategies import REAL

TOP = "disc_herniation"
BRIDGE = "glute_bridge"


def _with(kind: str, entry_id: str, **changes: Any) -> Knowledge:
    """Return the shipped knowledge base with one entry changed."""
    entries = getattr(REAL, kind)
    # No model_copy: it would copy what the entry has worked out of its old fields as well.
    fields = {
        name: getattr(entries[entry_id], name) for name in type(entries[entry_id]).model_fields
    }
    entry = type(entries[entry_id]).model_construct(**{**fields, **changes})
    return REAL.model_copy(update={kind: {**entries, entry_id: entry}})


def _with_rules(*rules: Rule) -> Knowledge:
    """Return the shipped knowledge base with these rules in place of the cells of one condition."""
    said = {demand for rule in rules for demand in rule.demands}
    kept = [
        rule.model_copy(update={"demands": tuple(d for d in rule.demands if d not in said)})
        for rule in REAL.conditions[TOP].rules
    ]
    return _with("conditions", TOP, rules=(*(rule for rule in kept if rule.demands), *rules))


def _fields(before: Knowledge, after: Knowledge) -> tuple[FieldChange, ...]:
    (change,) = compare(before, after)
    assert change.what == "changed"
    return change.fields


def _rule(*demands: str, **changes: Any) -> Rule:
    rule = Rule(
        demands=demands, verdict="modify", reason="A test.", caution="Mind the test.",
        caps=Caps(max_effort=5, support=True), sources=("article",), verified=False,
    )  # fmt: skip
    return rule.model_copy(update=changes)


def test_the_same_knowledge_base_has_no_difference() -> None:
    copy = Knowledge.model_validate_json(REAL.model_dump_json())
    assert compare(REAL, copy) == ()
    assert render(()) == "No difference.\n"


def test_the_version_and_the_cache_of_a_noun_are_no_difference() -> None:
    assert REAL.conditions[TOP].cells  # now it carries what it worked out
    fresh = Condition.model_validate_json(REAL.conditions[TOP].model_dump_json())
    other = REAL.model_copy(
        update={"version": "0", "conditions": {**REAL.conditions, TOP: fresh}}
    )  # fmt: skip
    assert compare(REAL, other) == compare(other, REAL) == ()


def test_entries_are_added_and_removed() -> None:
    fewer = {name: one for name, one in REAL.exercises.items() if name != BRIDGE}
    less = REAL.model_copy(update={"exercises": fewer})
    assert compare(REAL, less) == (EntryChange("exercises", BRIDGE, "removed"),)
    assert compare(less, REAL) == (EntryChange("exercises", BRIDGE, "added"),)
    assert render(compare(less, REAL)).splitlines() == [
        "exercises/glute_bridge: added",
        "",
        "1 added, 0 removed, 0 changed.",
    ]


def test_a_changed_exercise_names_its_fields() -> None:
    bridge = REAL.exercises[BRIDGE]
    assert bridge.dose.novice is not None
    dose = bridge.dose.novice.model_copy(update={"reps": 199, "hold_s": None})
    after = _with(
        "exercises",
        BRIDGE,
        demands=("valsalva", *bridge.demands[1:]),
        dose=bridge.dose.model_copy(update={"novice": dose}),
        hand_free=not bridge.hand_free,
    )
    found = {one.field: (one.before, one.after) for one in _fields(REAL, after)}
    assert found["dose.novice.reps"] == (bridge.dose.novice.reps, 199)
    assert found["hand_free"] == (bridge.hand_free, not bridge.hand_free)
    assert set(found) <= {"dose.novice.reps", "dose.novice.hold_s", "hand_free", "demands"}
    assert f"  demands: without {bridge.demands[0]}; with valsalva" in render(compare(REAL, after))


def test_a_changed_condition_names_verdict_and_caps_of_each_cell() -> None:
    before, after = _with_rules(_rule("prone")), _with_rules(
        _rule("prone", verdict="clearance", caps=Caps(max_effort=4, max_hold_s=10))
    )  # fmt: skip
    assert _fields(before, after) == (
        FieldChange("verdict", "modify", "clearance", ("prone",)),
        FieldChange("caps.max_hold_s", None, 10, ("prone",)),
        FieldChange("caps.max_effort", 5, 4, ("prone",)),
        FieldChange("caps.support", True, False, ("prone",)),
    )
    assert render(compare(before, after)).splitlines()[1:5] == [
        "  prone: modify -> clearance",
        "  prone: max_hold_s none -> 10",
        "  prone: max_effort 5 -> 4",
        "  prone: support true -> false",
    ]


def test_cells_that_changed_alike_share_a_line_and_others_do_not() -> None:
    before = _with_rules(_rule("prone", "supine", "hanging"))
    after = _with_rules(
        _rule("prone", "hanging", verdict="exclude", caps=Caps(max_effort=5, support=True)),
        _rule("supine", verdict="clearance"),
    )
    assert _fields(before, after) == (
        FieldChange("verdict", "modify", "exclude", ("prone", "hanging")),
        FieldChange("verdict", "modify", "clearance", ("supine",)),
    )


def test_the_same_cells_in_other_groups_are_no_difference() -> None:
    together = _with_rules(_rule("prone", "supine"))
    apart = _with_rules(_rule("supine"), _rule("prone"))
    assert compare(together, apart) == ()


def test_texts_of_a_rule_count_too() -> None:
    (change,) = _fields(_with_rules(_rule("prone")), _with_rules(_rule("prone", reason="Another.")))
    assert change == FieldChange("reason", "A test.", "Another.", ("prone",))


def test_a_demand_that_only_one_side_knows_is_a_cell_of_its_own() -> None:
    after = _with_rules(_rule("prone"))
    silent = tuple(one for one in after.conditions[TOP].rules if one.demands != ("prone",))
    assert _fields(_with("conditions", TOP, rules=silent), after) == (
        FieldChange("verdict", None, "modify", ("prone",)),
        FieldChange("caps.max_effort", None, 5, ("prone",)),
        FieldChange("caps.support", None, True, ("prone",)),
    )


def test_plan_and_window_of_a_condition_are_shown() -> None:
    condition = REAL.conditions["pregnancy_16_to_28_weeks"]
    assert condition.window is not None
    after = _with(
        "conditions",
        condition.id,
        plan=condition.plan.model_copy(update={"verdict": "exclude"}),
        window=condition.window.model_copy(update={"from_day": 7}),
    )
    text = render(compare(REAL, after))
    assert f"  plan.verdict: {condition.plan.verdict} -> exclude" in text
    assert f"  window.from_day: {condition.window.from_day} -> 7" in text


def test_a_window_that_is_new_is_shown_whole() -> None:
    window = Window(dated_by="onset", from_day=0, until_day=9, verified=False)
    after = _with("conditions", TOP, window=window)
    (change,) = _fields(REAL, after)
    assert (change.field, change.before, change.after) == ("window", None, window)
    assert "window: none -> {dated_by: onset, from_day: 0, until_day: 9, verified:" in render(
        compare(REAL, after)
    )


def test_numbers_of_dosing_and_red_flags_are_compared_by_name() -> None:
    dosing = REAL.dosing.model_copy(
        update={"effort": REAL.dosing.effort.model_copy(update={"hard_from": 9})}
    )
    flags = REAL.screening.red_flags
    screening = REAL.screening.model_copy(update={"red_flags": flags[1:]})
    after = REAL.model_copy(update={"dosing": dosing, "screening": screening})
    changes = {one.name: one.fields for one in compare(REAL, after)}
    assert set(changes) == {"dosing", "screening"}
    (effort,) = changes["dosing"]
    assert (effort.field, effort.after) == ("effort.hard_from", 9)
    (gone,) = changes["screening"]
    assert (gone.field, gone.after) == (f"red_flags.{flags[0].id}", None)


def test_a_list_in_another_order_is_a_difference() -> None:
    flags = REAL.screening.red_flags
    screening = REAL.screening.model_copy(update={"red_flags": flags[::-1]})
    (change,) = _fields(REAL, REAL.model_copy(update={"screening": screening}))
    assert change.field == "red_flags (order)"


def test_an_emptied_list_names_every_entry() -> None:
    screening = REAL.screening.model_copy(update={"combinations": ()})
    fields = _fields(REAL, REAL.model_copy(update={"screening": screening}))
    assert [one.field for one in fields] == [
        f"combinations.{one.id}" for one in REAL.screening.combinations
    ]


def test_long_changes_are_kept_within_eighty_columns() -> None:
    every = tuple(REAL.demands)
    text = render(compare(_with_rules(_rule(*every)), _with_rules(_rule(*every, verified=True))))
    assert max(map(len, text.splitlines())) <= 80
    words = " ".join(text.split())
    assert f"{', '.join(every)}: verified false -> true" in words


def test_an_overlay_is_laid_on_the_shipped_base_first(tmp_path: Path) -> None:
    overlay = toe_overlay(tmp_path / "toes")
    changes = compare(load_side("shipped"), load_side(str(overlay)))
    assert {one.name for one in changes} == {
        "conditions/toe_new",
        "conditions/toe_old",
        *(f"exercises/{name}" for name in ("toe_hold", "toe_press", "toe_push", "toe_reach")),
    }
    assert {one.what for one in changes} == {"added"}


def test_a_whole_knowledge_base_stands_for_itself(tmp_path: Path) -> None:
    copy = tmp_path / "base"
    shutil.copytree(SHIPPED, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (copy / "exercises" / "suitcase_carry.yaml").unlink()
    (change,) = compare(load_side("shipped"), load_side(str(copy)))
    assert change == EntryChange("exercises", "suitcase_carry", "removed")


def test_comparing_does_not_drive_the_daily_base_out_of_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    load_knowledge()
    kept = {path.name for path in (tmp_path / "cache").rglob("*.json")}
    load_side(str(toe_overlay(tmp_path / "toes")))
    assert {path.name for path in (tmp_path / "cache").rglob("*.json")} == kept


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("shippd", "did you mean shipped?"),
        ("toez", "did you mean toes?"),
        ("empty", "holds no knowledge"),
        ("a_file", "is a file; expected a folder"),
    ],
)
def test_what_is_no_knowledge_base_is_named(tmp_path: Path, name: str, message: str) -> None:
    toe_overlay(tmp_path / "toes")
    (tmp_path / "empty").mkdir()
    (tmp_path / "a_file").write_text("")
    with pytest.raises(BadInput) as caught:
        load_side(str(tmp_path / name))
    (fault,) = caught.value.faults
    assert fault.file == str(tmp_path / name)
    assert message in fault.message
