"""`backplan replan` as a person runs it: nothing new, one order, days that have gone, bad input."""

import datetime
import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from recommender.last_week import sealed as with_seal
from recommender.plan import Plan
from tests.cli.running import run

OK, BAD_INPUT, REFERRED, IMPOSSIBLE = 0, 2, 3, 4
TODAY = datetime.date.today()
BEGIN = TODAY - datetime.timedelta(days=2)
"""The first day of the week; it had a session, and so has the one in two days."""
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST, SECOND, THIRD = (NAMES[(BEGIN.weekday() + ahead) % 7] for ahead in (0, 2, 4))
ANSWERS = f"""\
name: Ana
answered_on: {BEGIN - datetime.timedelta(days=3)}
week_start: {BEGIN}
screening:
  age: 34
  red_flags: []
  conditions: []
  other_condition: false
  cannot: []
places:
  home: {{mat: 1, wall: 1}}
days:
  {FIRST}: {{minutes: 20}}
  {SECOND}: {{minutes: 20}}
  {THIRD}: {{minutes: 20}}
"""
SIGNED = "author: M. Okafor, reason: sore wrist, until: 2090-01-10"
Done = CompletedProcess[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with answers and their plan; nothing else may be written there."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "answers.yaml").write_text(ANSWERS, encoding="utf-8")
    done = run("plan", "answers.yaml", "--format", "json", "-o", "plan.json", cwd=folder)
    assert (done.returncode, done.stderr) == (OK, "")
    return folder


def again(
    made: Path, *options: str | Path, plan: str | Path = "plan.json", answers: str = "answers.yaml"
) -> Done:
    return run("replan", plan, "--intake", answers, *options, cwd=made)


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def names(plan: Any, day: str) -> list[str]:
    return [item["exercise"] for one in plan["days"] if one["day"] == day for item in one["items"]]


@pytest.fixture(scope="module")
def orders(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file that forbids a main exercise of the plan."""
    plan = read(made / "plan.json")
    main = next(i["exercise"] for i in plan["days"][0]["items"] if i["block"] == "main")
    file = tmp_path_factory.mktemp("orders") / "orders.yaml"
    file.write_text(f"orders:\n  - {{kind: forbid, exercise: {main}, {SIGNED}}}\n")
    return file


def test_nothing_new_gives_the_same_bytes_and_says_so(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "again.json"
    done = again(made, "--format", "json", "-o", out)
    assert (done.returncode, done.stdout, done.stderr) == (OK, "", "")
    assert out.read_bytes() == (made / "plan.json").read_bytes()
    told = again(made)
    assert told.stdout.startswith("Nothing has changed, so the plan stays as it is.\n\nWeek of")


def test_an_order_is_told_with_what_it_changes(made: Path, orders: Path, tmp_path: Path) -> None:
    done = again(made, "--orders", orders)
    assert (done.returncode, done.stderr) == (OK, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "What changes from the last plan"
    assert max(map(len, lines)) <= 80
    text = " ".join(done.stdout.split())
    assert "New order by M. Okafor (until 2090-01-10): forbid" in text
    assert "M. Okafor forbade it: sore wrist (until 2090-01-10)." in text
    assert "added: " in text
    out = tmp_path / "new.json"
    assert again(made, "--orders", orders, "--format", "json", "-o", out).returncode == OK
    new, forbidden = read(out), orders.read_text().split("exercise: ")[1].split(",")[0]
    assert all(forbidden not in names(new, day) for day in NAMES)
    assert {change["what"] for change in new["changes"]} >= {"removed", "added"}
    assert all(change["reason"] for change in new["changes"])
    checked = run("check", out, made / "answers.yaml", "--orders", orders)
    assert (checked.returncode, checked.stderr) == (OK, "")
    same = again(made, "--orders", orders, "--format", "json", plan=out)
    assert same.stdout == out.read_text(encoding="utf-8")


def test_days_that_have_gone_stay_gone(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "rest.json"
    options = ("--done", FIRST, "--missed", SECOND)
    done = again(made, *options, "--format", "json", "-o", out)
    assert (done.returncode, done.stderr) == (OK, "")
    last, new = read(made / "plan.json"), read(out)
    assert new["days"][0] == last["days"][0]
    assert names(new, SECOND) == []
    assert names(new, THIRD)
    assert new["stamps"]["options"]["begun"]["done"] == [FIRST]
    text = again(made, *options).stdout
    assert "goes without a session." in " ".join(text.split())
    checked = run("check", out, made / "answers.yaml")
    assert (checked.returncode, checked.stderr) == (OK, "")
    assert again(made, "--format", "json", plan=out).stdout == out.read_text(encoding="utf-8")


def test_markdown_has_the_changes_as_a_section(made: Path, orders: Path) -> None:
    done = again(made, "--orders", orders, "--format", "markdown")
    assert done.stdout.startswith("## What changes from the last plan\n\n- New order by M")
    assert "\n# Week of" in done.stdout


def test_no_day_left_is_exit_code_4_and_says_what_to_do(made: Path) -> None:
    done = again(made, "--missed", ",".join(NAMES))
    assert done.returncode == IMPOSSIBLE
    assert "--week-start" in done.stdout


def test_a_red_flag_refers(made: Path, tmp_path: Path) -> None:
    sick = tmp_path / "sick.yaml"
    sick.write_text(ANSWERS.replace("red_flags: []", "red_flags: [heart_now]"))
    done = again(made, answers=str(sick))
    assert done.returncode == REFERRED
    assert "emergency number" in done.stdout


def edited(made: Path, folder: Path) -> Path:
    plan = read(made / "plan.json")
    plan["days"][0]["items"][1]["sets"] += 1
    file = folder / "edited.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    return file


def test_an_edit_by_hand_is_refused_with_what_to_do(made: Path, tmp_path: Path) -> None:
    file = edited(made, tmp_path)
    done = again(made, "-o", tmp_path / "new.json", plan=file)
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    assert "was changed by hand" in done.stderr
    assert f"backplan adopt {file}" in done.stderr
    assert not (tmp_path / "new.json").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--done", "foo"), "--done: foo is not one of: mon, tue"),
        (("--done", THIRD), "is still to come; today is"),
        (("--done", FIRST, "--missed", FIRST), "it cannot be both"),
        (("--done", FIRST, "--week-start", str(BEGIN + datetime.timedelta(days=7))),
         "leave --week-start out"),
        (("--week-start", "2026-13-01"), "--week-start: expected a date"),
        (("--format", "html"), "--format: html is not one of"),
    ],
)  # fmt: skip
def test_bad_options_are_one_clear_message(
    made: Path, options: tuple[str, ...], words: str
) -> None:
    done = again(made, *options)
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_answers_of_another_client_are_refused(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "ben.yaml"
    other.write_text(ANSWERS.replace("name: Ana", "name: Ben"))
    done = again(made, answers=str(other))
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    assert "the plan is that of Ana, and these answers are those of Ben" in done.stderr


def test_another_knowledge_base_is_told_with_what_it_changes(made: Path, tmp_path: Path) -> None:
    plan = read(made / "plan.json")
    item = next(i for i in plan["days"][0]["items"] if i["block"] == "main")
    text = json.dumps(plan).replace(f'"{item["exercise"]}"', '"an_old_exercise"')
    old = json.loads(text.replace(plan["stamps"]["knowledge"], "0123456789abcdef"))
    file = tmp_path / "old.json"
    file.write_text(json.dumps(sealed(old)), encoding="utf-8")
    done = again(made, plan=file)
    assert (done.returncode, done.stderr) == (OK, "")
    words = " ".join(done.stdout.split())
    assert "The knowledge base changed from 0123456789abcdef to" in words
    assert "(an_old_exercise) is not in it any more." in words
    assert "It is not in the knowledge base any more." in words


def sealed(plan: Any) -> Any:
    """Return a plan as an older knowledge base would have sealed it."""
    return json.loads(with_seal(Plan.model_validate_json(json.dumps(plan))).model_dump_json())
