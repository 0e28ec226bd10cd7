"""`backplan swap`: checked choices for an item, and the plan with one of them."""

import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.cli.running import run
from tests.cli.test_adopt import ANSWERS, BAD_INPUT, OK, WEEK

Done = CompletedProcess[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "answers.yaml").write_text(ANSWERS, encoding="utf-8")
    done = run("plan", "answers.yaml", "--format", "json", "-o", "plan.json", cwd=folder)
    assert (done.returncode, done.stderr) == (OK, "")
    return folder


def plan_of(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def a_main_exercise(made: Path) -> str:
    items = plan_of(made / "plan.json")["days"][0]["items"]
    return str(next(item["exercise"] for item in items if item["side"] == "lumbar"))


def swap(made: Path, exercise: str, *options: str | Path) -> Done:
    return run("swap", "plan.json", exercise, "--intake", "answers.yaml", *options, cwd=made)


def test_choices_are_numbered_and_say_what_they_cost(made: Path) -> None:
    done = swap(made, a_main_exercise(made), "--day", "mon")
    assert (done.returncode, done.stderr) == (OK, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("In place of ")
    assert lines[1].startswith("1. ")
    assert "change" in done.stdout
    assert "--take 1" in done.stdout
    assert max(map(len, lines)) <= 90  # the command with its file names may be longer


def test_a_choice_that_is_taken_is_in_a_plan_that_holds(made: Path, tmp_path: Path) -> None:
    exercise = a_main_exercise(made)
    new, orders = tmp_path / "new.json", tmp_path / "orders.yaml"
    done = swap(made, exercise, "--day", "mon", "--take", "1", "-o", new, "--save-orders", orders)
    assert (done.returncode, done.stderr) == (OK, "")
    assert "What changes from the last plan" in done.stdout
    names = [item["exercise"] for item in plan_of(new)["days"][0]["items"]]
    assert exercise not in names
    listed = swap(made, exercise, "--day", "mon").stdout
    assert any(f"({name})" in listed for name in names)
    checked = run("check", new, made / "answers.yaml", "--orders", orders)
    assert (checked.returncode, checked.stderr) == (OK, "")
    same = run("replan", new, "--intake", made / "answers.yaml", "--orders", orders, "--format",
               "json")  # fmt: skip
    assert same.stdout == new.read_text(encoding="utf-8")


def test_a_choice_can_be_taken_by_its_name(made: Path) -> None:
    exercise = a_main_exercise(made)
    first = swap(made, exercise, "--day", "mon").stdout.split("(", 2)[2].partition(")")[0]
    done = swap(made, exercise, "--day", "mon", "--take", first)
    assert done.returncode == OK
    assert "the swap lasts as long as its orders" in done.stderr
    assert f"Week of {WEEK}" in done.stdout


@pytest.mark.parametrize(
    ("exercise", "options", "words"),
    [
        ("bird_dg", (), "is not in the plan"),
        ("MAIN", (), "say which one with --day"),
        ("MAIN", ("--day", "tue"), "is not there; it is on"),
        ("MAIN", ("--day", "mon", "--take", "99"), "--take: expected 1 to"),
        ("MAIN", ("--day", "mon", "--take", "bird_dg"), "is not a known exercise"),
    ],
)
def test_bad_input_is_one_clear_message(
    made: Path, exercise: str, options: tuple[str, ...], words: str
) -> None:
    name = a_main_exercise(made) if exercise == "MAIN" else exercise
    done = swap(made, name, *options)
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_other_answers_are_refused(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "answers.yaml"
    other.write_text(ANSWERS.replace("minutes: 20", "minutes: 30"), encoding="utf-8")
    done = run("swap", made / "plan.json", a_main_exercise(made), "--intake", other)
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    assert "stamps.intake" in done.stderr
