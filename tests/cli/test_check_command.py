"""`backplan check PLAN INTAKE`: what an edited, foreign, old or broken plan file is told."""

import copy
import datetime
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from recommender.recommend import next_monday
from tests.cli.running import run

PLAN, BAD_INPUT, REFERRED = 0, 2, 3  # as promised to people, whatever the code calls them
TODAY = datetime.date.today()
MONDAY = next_monday(TODAY + datetime.timedelta(days=1))  # still ahead if midnight passes
HEALTHY = """\
answered_on: {answered}
screening:
  age: 34
  red_flags: []
  conditions: []
  other_condition: false
  cannot: []
places:
  home: {{mat: 1, wall: 1}}
days:
  mon: {{minutes: 20}}
"""
THIN_BONES = HEALTHY.replace("conditions: []", "conditions: [{{id: osteoporosis}}]")

Done = subprocess.CompletedProcess[str]
Edit = Callable[[dict[str, Any]], object]


@dataclass(frozen=True)
class Made:
    """A plan made by the real command, and the folder and file of its answers."""

    folder: Path
    intake: Path
    plan: dict[str, Any]

    def check(self, plan: object, intake: str | None = None) -> Done:
        """Check a plan (or the text of a file) against these answers or others."""
        text = plan if isinstance(plan, str) else json.dumps(plan, indent=2)
        file = self.folder / "edited.json"
        file.write_text(text, encoding="utf-8")
        answers = self.intake
        if intake is not None:
            answers = self.folder / "other.yaml"
            answers.write_text(intake, encoding="utf-8")
        return run("check", file, answers)

    def check_edited(self, edit: Edit) -> Done:
        """Check a copy of the plan that was edited by hand."""
        plan = copy.deepcopy(self.plan)
        edit(plan)
        assert plan != self.plan
        return self.check(plan)


def _made(folder: Path, text: str, week: datetime.date, answered: datetime.date = TODAY) -> Made:
    intake = folder / "answers.yaml"
    intake.write_text(text.format(answered=answered), encoding="utf-8")
    done = run("plan", intake, "--week-start", str(week), "--format", "json")
    assert done.stderr == ""
    return Made(folder, intake, json.loads(done.stdout))


@pytest.fixture(scope="module")
def thin_bones(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return the plan of a person with osteoporosis for a week that lies ahead."""
    return _made(tmp_path_factory.mktemp("thin_bones"), THIN_BONES, MONDAY)


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return the plan of a healthy person for a week that lies ahead."""
    return _made(tmp_path_factory.mktemp("healthy"), HEALTHY, MONDAY)


def _main_item(plan: dict[str, Any], side: str = "abdominal") -> dict[str, Any]:
    item: dict[str, Any] = next(i for i in plan["days"][0]["items"] if i["side"] == side)
    return item


def _assert_refused(done: Done, *pieces: str) -> None:
    """Assert that the plan is refused, and that one line names all the pieces."""
    assert done.returncode == BAD_INPUT
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert all(re.match("(broken|error): ", line) for line in lines)
    assert any(all(piece in line for piece in pieces) for line in lines), done.stderr


def test_a_fresh_plan_holds(thin_bones: Made) -> None:
    done = thin_bones.check(thin_bones.plan)
    assert (done.returncode, done.stderr) == (PLAN, "")
    assert done.stdout == f"The plan for the week of {MONDAY} holds.\n"


def test_a_plan_holds_with_other_white_space(thin_bones: Made) -> None:
    assert thin_bones.check(json.dumps(thin_bones.plan)).returncode == PLAN


def test_a_plan_read_with_a_label_changed_still_holds(thin_bones: Made) -> None:
    text = THIN_BONES.format(answered=TODAY) + "name: Ingrid\n"
    assert thin_bones.check(thin_bones.plan, text).returncode == PLAN


def test_a_crunch_added_by_hand_is_refused_by_name_with_osteoporosis(thin_bones: Made) -> None:
    def add_crunch(plan: dict[str, Any]) -> None:
        crunch = {**_main_item(plan), "exercise": "crunch", "name": "Crunch"}
        plan["days"][0]["items"].insert(1, crunch)

    _assert_refused(thin_bones.check_edited(add_crunch), "crunch", "osteoporosis forbids")


def test_a_crunch_in_the_place_of_another_exercise_is_refused_too(thin_bones: Made) -> None:
    def swap(plan: dict[str, Any]) -> None:
        _main_item(plan).update(exercise="crunch", name="Crunch")

    _assert_refused(thin_bones.check_edited(swap), "crunch", "osteoporosis forbids flexion_loaded")


def test_the_plan_of_a_healthy_person_is_refused_for_another_with_osteoporosis(
    healthy: Made,
) -> None:
    crunch = {**_main_item(healthy.plan), "exercise": "crunch", "name": "Crunch"}
    plan = copy.deepcopy(healthy.plan)
    plan["days"][0]["items"].insert(1, crunch)
    done = healthy.check(plan, THIN_BONES.format(answered=TODAY))
    _assert_refused(done, "crunch", "osteoporosis forbids flexion_loaded")


def test_a_plan_for_another_room_is_refused_by_exercise_and_equipment(healthy: Made) -> None:
    plan = copy.deepcopy(healthy.plan)
    plan["days"][0]["items"].insert(
        1, {**_main_item(plan), "exercise": "dead_bug", "name": "Dead bug"}
    )
    bare = HEALTHY.format(answered=TODAY).replace("{mat: 1, wall: 1}", "{}")
    _assert_refused(healthy.check(plan, bare), "equipment", "dead_bug", "mat")


def test_a_plan_for_another_day_is_refused_by_day(healthy: Made) -> None:
    other = HEALTHY.format(answered=TODAY).replace("mon:", "tue:")
    _assert_refused(healthy.check(healthy.plan, other), "mon")


def test_a_plan_longer_than_the_minutes_of_other_answers_is_refused(healthy: Made) -> None:
    shorter = HEALTHY.format(answered=TODAY).replace("minutes: 20", "minutes: 6")
    _assert_refused(healthy.check(healthy.plan, shorter), "session_time", "mon", "6")


def _drop_caution(plan: dict[str, Any]) -> None:
    _main_item(plan, "lumbar")["cautions"].pop()


def _add_set(plan: dict[str, Any]) -> None:
    _main_item(plan)["sets"] += 20


def _change(field: str, value: object) -> Edit:
    return lambda plan: _main_item(plan).update({field: value})


@pytest.mark.parametrize(
    ("edit", "pieces"),
    [
        (_drop_caution, ("eligibility", "caution", "not printed")),
        (_change("seconds", 30), ("session_time", "30 s")),
        (_add_set, ("eligibility", "sets")),
        (_change("hold_s", 600), ("eligibility", "hold")),
        (_change("load", "heavy"), ("eligibility", "load")),
        (_change("side", "lumbar"), ("eligibility", "side")),
        (_change("hard", True), ("eligibility", "hard")),
        (lambda plan: plan["days"][0].update(place="gym"), ("equipment", "mon", "gym")),
        (lambda plan: plan["days"][0].update(minutes=1), ("session_time", "mon", "1 minutes")),
        (lambda plan: plan["days"][0]["items"].pop(0), ("session_shape", "mon", "0 warm")),
        (lambda plan: plan["days"][0]["items"].reverse(), ("session_shape",)),
    ],
    ids=[
        "a caution removed",
        "seconds changed",
        "twenty sets more",
        "a hold of ten minutes",
        "a heavy weight",
        "another side",
        "hard that is not",
        "another place",
        "another total",
        "no warm-up",
        "the other way round",
    ],
)
def test_an_edit_by_hand_is_refused_by_rule(
    edit: Edit, pieces: tuple[str, ...], thin_bones: Made
) -> None:
    _assert_refused(thin_bones.check_edited(edit), *pieces)


@pytest.mark.parametrize(
    ("edit", "pieces"),
    [
        (
            _change("exercise", "glute_brige"),
            (".exercise: ", "glute_brige is not a known exercise", "did you mean glute_bridge?"),
        ),
        (_change("sets", 0), (".sets: ", "1 or more", "0")),
        (_change("sets", "three"), (".sets: ", "a whole number", "three")),
        (_change("setz", 3), (".setz: ", "not a known key", "did you mean sets?")),
        (lambda plan: plan.pop("stamps"), ("stamps: ", "is missing")),
        (lambda plan: plan.update(schema_version=99), ("schema_version: ", "1")),
        (
            lambda plan: plan["days"][0].update(date=str(MONDAY + datetime.timedelta(days=7))),
            ("days[1].date: ", "is not in the week of"),
        ),
        (
            lambda plan: plan["days"][0].update(day="tue"),
            ("days[1].day: ", "tue is not the weekday of"),
        ),
        (
            lambda plan: plan["days"].append(plan["days"][0]),
            ("days[2].date: ", "stands twice"),
        ),
    ],
    ids=[
        "an unknown exercise",
        "no sets",
        "sets in words",
        "an unknown key",
        "no stamps",
        "another version",
        "another week",
        "another weekday",
        "a day twice",
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_line_and_field(
    edit: Edit, pieces: tuple[str, ...], thin_bones: Made
) -> None:
    done = thin_bones.check_edited(edit)
    _assert_refused(done, *pieces)
    assert re.search(r"edited\.json:\d+: ", done.stderr)


def test_a_red_flag_ticked_later_refers_and_says_where_to_go(healthy: Made) -> None:
    text = HEALTHY.format(answered=TODAY).replace("red_flags: []", "red_flags: [heart_now]")
    done = healthy.check(healthy.plan, text)
    assert (done.returncode, done.stdout) == (REFERRED, "")
    assert done.stderr.startswith("referred: Now or in the last few days: chest pain")
    assert "Call the emergency number" in done.stderr


def test_a_condition_that_needs_a_word_ticked_later_refers(healthy: Made) -> None:
    text = HEALTHY.format(answered=TODAY)
    done = healthy.check(
        healthy.plan, text.replace("conditions: []", "conditions: [{id: disc_herniation}]")
    )
    assert (done.returncode, done.stdout) == (REFERRED, "")
    assert "herniated disc" in done.stderr


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("{", ("edited.json:", "is not valid YAML")),
        ("", ("edited.json: ", "is empty")),
        ("Week of 2026-11-30\n", ("edited.json", "this is no plan")),
        ("[1, 2]", ("edited.json", "this is no plan")),
    ],
    ids=["an open bracket", "nothing", "the text format", "a list"],
)
def test_a_plan_file_that_is_not_json_is_refused(
    text: str, pieces: tuple[str, ...], healthy: Made
) -> None:
    done = healthy.check(text)
    _assert_refused(done, *pieces)
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_plan_file_is_named(healthy: Made) -> None:
    healthy.check(healthy.plan)
    done = run("check", healthy.folder / "edites.json", healthy.intake)
    _assert_refused(done, "edites.json: no such file", "did you mean edited.json?")


def test_bad_answers_are_named_before_the_plan_is_looked_at(healthy: Made) -> None:
    text = HEALTHY.format(answered=TODAY).replace("age: 34", "age: old")
    _assert_refused(healthy.check("{", text), "other.yaml:3: screening.age", "a whole number")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (("red_flags: []", "red_flags: [heart_now]"), "referred"),
        (("days:", "sessions: {{at_least: 2}}\ndays:"), "impossible"),
    ],
    ids=["referred", "impossible"],
)
def test_a_file_without_a_week_is_refused_by_its_status(
    change: tuple[str, str], status: str, tmp_path: Path
) -> None:
    made = _made(tmp_path, HEALTHY.replace(*change), MONDAY)
    assert made.plan["status"] == status
    _assert_refused(made.check(made.plan), f"status: is {status}", "nothing to check")


def test_a_week_that_is_over_is_refused_by_date(tmp_path: Path) -> None:
    start = MONDAY - datetime.timedelta(days=28)
    made = _made(tmp_path, HEALTHY, start, answered=start - datetime.timedelta(days=1))
    _assert_refused(made.check(made.plan), "valid_until", str(start), "is over")


def test_a_plan_past_its_date_is_refused_by_that_date(tmp_path: Path) -> None:
    start = MONDAY - datetime.timedelta(days=70)
    made = _made(tmp_path, HEALTHY, start, answered=start - datetime.timedelta(days=1))
    until = made.plan["valid_until"]
    assert until < str(TODAY)
    _assert_refused(made.check(made.plan), "valid_until", until)


def test_a_clearance_that_expires_in_the_week_is_not_enough(healthy: Made) -> None:
    word = MONDAY - datetime.timedelta(days=86)
    text = HEALTHY.format(answered=TODAY)
    text = text.replace("conditions: []", "conditions: [{id: disc_herniation}]")
    text += f"clearances: [{{condition: disc_herniation, by: Dr. Ruiz, date: {word}}}]\n"
    assert healthy.check(healthy.plan, text).returncode == REFERRED


def test_check_writes_nothing_and_leaves_both_files(healthy: Made) -> None:
    healthy.check(healthy.plan)
    before = {path: path.read_bytes() for path in healthy.folder.iterdir()}
    done = run("check", healthy.folder / "edited.json", healthy.intake, cwd=healthy.folder)
    assert done.returncode == PLAN
    assert {path: path.read_bytes() for path in healthy.folder.iterdir()} == before
