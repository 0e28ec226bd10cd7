"""The real `backplan program` command: what it prints, writes, refuses, and its exit codes."""

import json
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess

import jsonschema
import pytest

from tests.cli.running import run
from tests.solved import EXAMPLES

HOME = EXAMPLES / "home_beginner.yaml"
DISC = EXAMPLES / "disc_cleared.yaml"
SCHEMA = EXAMPLES.parent / "recommender" / "program" / "program.schema.json"
START = ("--start", "2026-11-30")


@cache
def as_json() -> CompletedProcess[str]:
    return run("program", HOME, "--weeks", "5", *START, "--format", "json")


def test_the_overview_and_the_weeks_are_printed_in_80_columns() -> None:
    result = run("program", HOME, "--weeks", "5", *START)
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "Program of 5 weeks for Ana, from 2026-11-30"
    assert any(line.startswith("week  begins  phase") for line in lines)
    assert sum(line.startswith("Week ") for line in lines) == 5
    text = " ".join(result.stdout.split())
    assert "counts on the week before having gone well" in text
    assert "Stop and get help if you notice" in text
    assert "not a medical device" in text


def test_json_holds_every_week_in_full_and_follows_its_schema() -> None:
    result = as_json()
    assert (result.returncode, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [week["number"] for week in document["weeks"]] == [1, 2, 3, 4, 5]
    assert all(week["plan"]["days"] for week in document["weeks"])


def test_the_same_command_gives_the_same_bytes() -> None:
    again = run("program", HOME, "--weeks", "5", *START, "--format", "json")
    assert again.stdout == as_json().stdout


def test_a_week_in_full_is_a_plan_that_the_check_accepts(tmp_path: Path) -> None:
    plan = tmp_path / "week.json"
    result = run("program", HOME, "--weeks", "4", *START, "--week", "3", "--format", "json",
                 "-o", plan)  # fmt: skip
    assert (result.returncode, result.stdout) == (0, "")
    assert json.loads(plan.read_text())["stamps"]["week_start"] == "2026-12-14"
    checked = run("check", plan, HOME)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_markdown_is_written_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "program.md"
    result = run("program", HOME, "--weeks", "4", *START, "--format", "markdown", "-o", file)
    assert (result.returncode, result.stdout) == (0, "")
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# Program of 4 weeks for Ana")
    assert "\n\n| week | begins |" in text
    assert sorted(tmp_path.iterdir()) == [file]


def test_a_program_that_a_clearance_ends_says_so_and_exits_like_a_referral() -> None:
    result = run("program", DISC, "--weeks", "8", "--start", "2027-01-18")
    assert result.returncode == 3
    text = " ".join(result.stdout.split())
    assert "It stops early: 2 of 8 weeks are planned." in text
    assert "no plan: referred" in text
    assert "Where to go:" in text


def test_orders_hold_in_every_week(tmp_path: Path) -> None:
    orders = tmp_path / "orders.yaml"
    orders.write_text(
        "orders:\n- {kind: forbid, exercise: glute_bridge, author: Pia, reason: sore}\n"
    )
    result = run("program", HOME, "--weeks", "4", *START, "--orders", orders, "--format", "json")
    assert result.returncode == 0
    used = {
        item["exercise"]
        for week in json.loads(result.stdout)["weeks"]
        for day in week["plan"]["days"]
        for item in day["items"]
    }
    assert "glute_bridge" not in used


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--weeks", "3"), "error: --weeks: expected a number from 4 to 16, found 3"),
        (("--weeks", "17"), "error: --weeks: expected a number from 4 to 16, found 17"),
        (("--weeks", "8", "--light-every", "2"), "error: --light-every: expected a number from 3"),
        (("--weeks", "8", "--week", "9"), "error: --week: expected a number from 1 to 8, found 9"),
        (("--weeks", "8", "--start", "soon"), "error: --start: expected a date such as"),
        (("--weeks", "8", "--start", "2020-01-06"), "error: --start: the week of 2020-01-06 was"),
        (("--weeks", "8", "--start", "2027-11-08"), "error: --start: the week of 2027-12-27 is"),
        (("--weeks", "8", "--format", "pdf"), "error: --format: pdf is not one of"),
    ],
)
def test_bad_input_is_named_with_what_was_expected(
    arguments: tuple[str, ...], message: str
) -> None:
    result = run("program", HOME, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(message)


def test_the_number_of_weeks_is_asked_for() -> None:
    result = run("program", HOME)
    assert result.returncode == 2
    assert "--weeks" in result.stderr
