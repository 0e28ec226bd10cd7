"""`backplan plan --alternatives K` as a person runs it."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import run

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
WEEK = EXAMPLES / "empty_room.yaml"
PAIRS = EXAMPLES / "pairs"
EMERGENCY = PAIRS / "screening.red_flags" / "b.yaml"
CLASH = PAIRS / "sessions.at_least" / "b.yaml"
PLAN, BAD_INPUT, REFERRED, IMPOSSIBLE = 0, 2, 3, 4
Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def done() -> dict[str, Done]:
    return {
        form: run("plan", WEEK, "--alternatives", "2", "--format", form)
        for form in ("text", "json", "markdown")
    }


def test_two_weeks_are_two_plans_the_best_first(done: dict[str, Done]) -> None:
    result = done["json"]
    assert (result.returncode, result.stderr) == (PLAN, "")
    found = json.loads(result.stdout)
    alone = json.loads(run("plan", WEEK, "--format", "json").stdout)
    assert [choice["plan"]["status"] for choice in found["choices"]] == ["optimal", "optimal"]
    assert found["choices"][0]["plan"] == alone
    assert found["choices"][1]["plan"]["days"] != alone["days"]
    assert (found["asked"], found["note"]) == (2, "")


def test_each_plan_passes_the_check_of_a_plan_file(done: dict[str, Done], tmp_path: Path) -> None:
    choices = json.loads(done["json"].stdout)["choices"]
    for number, choice in enumerate(choices):
        plan = tmp_path / f"{number}.json"
        plan.write_text(json.dumps(choice["plan"]), encoding="utf-8")
        result = run("check", plan, WEEK)
        assert result.returncode == PLAN, result.stderr


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_people_read_what_the_second_week_costs_and_exchanges(
    form: str, done: dict[str, Done]
) -> None:
    result = done[form]
    assert (result.returncode, result.stderr) == (PLAN, "")
    text = " ".join(result.stdout.replace("\\", "").split())
    for words in ("2 weeks to choose from", "compared with week 1 it costs:", "It brings:",
                  "It leaves out:", "Week 1 of 2", "Week 2 of 2"):  # fmt: skip
        assert words in text


def test_no_line_is_longer_than_80_columns(done: dict[str, Done]) -> None:
    lines = done["text"].stdout.splitlines()
    assert len(lines) > 20
    assert [line for line in lines if len(line) > 80] == []


def test_the_same_command_gives_the_same_bytes_whatever_the_hash_seed(
    done: dict[str, Done],
) -> None:
    again = run("plan", WEEK, "--alternatives", "2", "--format", "json",
                env={"PYTHONHASHSEED": "4242"})  # fmt: skip
    assert again.stdout == done["json"].stdout


@pytest.mark.parametrize(
    ("intake", "code", "status"),
    [(EMERGENCY, REFERRED, "referred"), (CLASH, IMPOSSIBLE, "impossible")],
)
def test_without_a_week_the_ending_is_that_of_a_plan(intake: Path, code: int, status: str) -> None:
    alone, asked = run("plan", intake), run("plan", intake, "--alternatives", "3")
    assert (asked.returncode, asked.stderr) == (code, "")
    assert asked.stdout == alone.stdout
    found = json.loads(run("plan", intake, "--alternatives", "3", "--format", "json").stdout)
    assert [choice["plan"]["status"] for choice in found["choices"]] == [status]


@pytest.mark.parametrize("number", ["0", "10", "many"])
def test_a_number_that_is_none_is_bad_input(number: str) -> None:
    result = run("plan", WEEK, "--alternatives", number)
    assert (result.returncode, result.stdout) == (BAD_INPUT, "")
    assert "--alternatives" in result.stderr


def test_the_output_goes_to_a_file(done: dict[str, Done], tmp_path: Path) -> None:
    output = tmp_path / "weeks.json"
    result = run("plan", WEEK, "--alternatives", "2", "--format", "json", "-o", output)
    assert (result.returncode, result.stdout) == (PLAN, "")
    assert output.read_text(encoding="utf-8") == done["json"].stdout
