"""`backplan adopt`: edits by hand become orders, or are refused with rule and exercise."""

import datetime
import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml

from tests.cli.running import run

OK, BAD_INPUT = 0, 2
TODAY = datetime.date.today()
WEEK = TODAY + datetime.timedelta(days=7 - TODAY.weekday())
ANSWERS = f"""\
name: Joao
answered_on: {TODAY}
week_start: {WEEK}
screening:
  age: 27
  red_flags: []
  conditions: []
  other_condition: false
  cannot: []
training_age: under_6_months
places:
  room: {{}}
days:
  mon: {{minutes: 20}}
  thu: {{minutes: 20}}
  sat: {{minutes: 20}}
"""
CLINIC = "role: clinician\nclinicians: [M. Okafor, B. Lind]\n"
Done = CompletedProcess[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "answers.yaml").write_text(ANSWERS, encoding="utf-8")
    (folder / "clinic").mkdir()
    done = run("plan", "answers.yaml", "--format", "json", "-o", "plan.json", cwd=folder)
    assert (done.returncode, done.stderr) == (OK, "")
    return folder


def one_set_less_on_both_sides(plan: Any) -> None:
    for side in ("abdominal", "lumbar"):
        item = next(i for i in plan["days"][0]["items"] if i["side"] == side and i["sets"] > 1)
        item["sets"] -= 1


def edit(made: Path, folder: Path, change: Any) -> Path:
    plan = json.loads((made / "plan.json").read_text(encoding="utf-8"))
    change(plan)
    file = folder / "edited.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    return file


def adopt(made: Path, edited: Path, *options: str | Path) -> Done:
    return run("adopt", edited, "--intake", "answers.yaml", *options, cwd=made)


@pytest.mark.parametrize("was", [(), ("--was", "plan.json")])
def test_edits_become_orders_that_replan_follows(
    made: Path, tmp_path: Path, was: tuple[str, ...]
) -> None:
    edited = edit(made, tmp_path, one_set_less_on_both_sides)
    orders = tmp_path / "orders.yaml"
    done = adopt(made, edited, *was, "-o", orders)
    assert (done.returncode, done.stdout) == (OK, "")
    assert "adopted: lock" in done.stderr
    assert "backplan replan" in done.stderr
    written = yaml.safe_load(orders.read_text(encoding="utf-8"))["orders"]
    assert [(one["kind"], one["author"]) for one in written] == [("lock", "you")] * 2
    new = run("replan", "plan.json", "--intake", "answers.yaml", "--orders", orders, "--format",
              "json", "-o", tmp_path / "new.json", cwd=made)  # fmt: skip
    assert (new.returncode, new.stderr) == (OK, "")
    day = json.loads((tmp_path / "new.json").read_text(encoding="utf-8"))["days"][0]
    sets = {item["exercise"]: item["sets"] for item in day["items"]}
    for one in written:
        assert sets[one["exercise"]] == one["sets"]


def test_no_edit_is_nothing_to_adopt(made: Path, tmp_path: Path) -> None:
    done = adopt(made, Path("plan.json"), "-o", tmp_path / "orders.yaml")
    assert (done.returncode, done.stdout) == (OK, "")
    assert "nothing to adopt" in done.stderr
    assert not (tmp_path / "orders.yaml").exists()


def nine_sets(plan: Any) -> None:
    plan["days"][0]["items"][1]["sets"] = 9


def no_lumbar(plan: Any) -> None:
    for day in plan["days"]:
        day["items"] = [item for item in day["items"] if item["side"] != "lumbar"]


def for_the_advanced(plan: Any) -> None:
    plan["days"][0]["items"][1].update(exercise="hanging_leg_raise", name="Hanging leg raise")


@pytest.mark.parametrize(
    ("change", "words"),
    [(nine_sets, "broken: "), (no_lumbar, "broken: "), (for_the_advanced, "hanging_leg_raise")],
)
def test_an_edit_that_breaks_a_rule_is_refused(
    made: Path, tmp_path: Path, change: Any, words: str
) -> None:
    done = adopt(made, edit(made, tmp_path, change), "-o", tmp_path / "orders.yaml")
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "orders.yaml").exists()


def other_rest(plan: Any) -> None:
    plan["days"][0]["items"][1]["rest_s"] = 1


def test_what_no_order_can_ask_for_names_the_field(made: Path, tmp_path: Path) -> None:
    done = adopt(made, edit(made, tmp_path, other_rest))
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    assert "days[0].items[1].rest_s: 60 became 1" in done.stderr


def test_another_plan_is_not_what_was_edited(made: Path, tmp_path: Path) -> None:
    edited = edit(made, tmp_path, one_set_less_on_both_sides)
    other = tmp_path / "other.json"
    later = str(WEEK + datetime.timedelta(days=7))
    options = ("--week-start", later, "--format", "json", "-o", other)
    assert run("plan", "answers.yaml", *options, cwd=made).returncode == OK
    done = adopt(made, edited, "--was", other)
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    assert "is not the plan that" in done.stderr
    done = adopt(made, edited, "--was", edited)
    assert "was changed by hand as well" in done.stderr


@pytest.mark.parametrize(
    ("signed", "code", "words"),
    [
        (("--author", "M. Okafor", "--reason", "tired"), OK, "adopted: lock"),
        (("--author", "M. Okafer", "--reason", "tired"), BAD_INPUT, "did you mean M. Okafor?"),
        ((), BAD_INPUT, "--author: is missing; expected one of the clinicians"),
        (("--author", "B. Lind"), BAD_INPUT, "--reason: is missing"),
    ],
)
def test_a_clinic_says_who_edited_and_why(
    made: Path, tmp_path: Path, signed: tuple[str, ...], code: int, words: str
) -> None:
    home = tmp_path / "config"
    (home / "backplan").mkdir(parents=True)
    (home / "backplan" / "settings.yaml").write_text(CLINIC, encoding="utf-8")
    env = {"XDG_CONFIG_HOME": str(home)}
    plan = tmp_path / "clinic.json"
    made_so = run("plan", "answers.yaml", "--format", "json", "-o", plan, cwd=made, env=env)
    assert made_so.returncode == OK
    document = json.loads(plan.read_text(encoding="utf-8"))
    one_set_less_on_both_sides(document)
    plan.write_text(json.dumps(document), encoding="utf-8")
    done = run("adopt", plan, "--intake", "answers.yaml", *signed, cwd=made, env=env)
    assert done.returncode == code
    assert words in done.stderr
    if code == OK:
        assert "author: M. Okafor" in done.stdout
