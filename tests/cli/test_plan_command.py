"""`backplan plan` as a person runs it: exit codes, streams, files, dates, bytes and signals."""

import datetime
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import BACKPLAN, environment, long_answers, run

# As promised to people, whatever the code calls them.
PLAN, REFERRED, IMPOSSIBLE, INTERRUPTED = 0, 3, 4, 130
EXAMPLES = Path(__file__).parent.parent.parent / "examples"
PAIRS = EXAMPLES / "pairs"
WEEK = PAIRS / "goal" / "a.yaml"
SMALL = PAIRS / "days" / "a.yaml"
EMERGENCY = PAIRS / "screening.red_flags" / "b.yaml"
CLASH = PAIRS / "sessions.at_least" / "b.yaml"
CODES = {"week": PLAN, "emergency": REFERRED, "clash": IMPOSSIBLE}
INTAKES = {"week": WEEK, "emergency": EMERGENCY, "clash": CLASH}
ENDINGS = [*((name, form) for name in INTAKES for form in ("text", "json")), ("week", "markdown")]

Done = subprocess.CompletedProcess[str]

# The fields that issue 2 lists under "Plan JSON".
FIELDS = {
    "": "status schema_version stamps valid_until screening days totals balance excluded "
    "not_chosen clashes repairs stop_signs tiers warnings",
    "stamps": "backplan ortools knowledge intake week_start options seed",
    "screening": "outcome flags",
    "totals": "exercises sets",
    "balance": "mode abdominal lumbar kept reason",
    "days[]": "day date place minutes_available minutes items",
    "days[].items[]": "exercise name block sets reps hold_s tempo_s rest_between_reps_s sides "
    "rest_s load effort seconds equipment side regions hard cues cautions why",
    "excluded[]": "exercise cause verdict rule source",
    "tiers[]": "name value bound proven",
}
FIELDS_OF_A_CLASH = {"clashes[]": "answers sentence", "repairs[]": "change sentence verified"}


def _nodes(plan: Any, path: str) -> list[Any]:
    """Return everything that stands at a path such as `days[].items[]`."""
    nodes = [plan]
    for part in filter(None, path.split(".")):
        nodes = [node[part.removesuffix("[]")] for node in nodes]
        if part.endswith("[]"):
            nodes = [one for node in nodes for one in node]
    return nodes


@pytest.fixture(scope="module")
def done() -> dict[tuple[str, str], Done]:
    """Return the three endings as text and as JSON, and a week in Markdown."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        asked = {
            (name, form): pool.submit(
                run, "plan", INTAKES[name], "--format", form, env={"PYTHONHASHSEED": "1"}
            )
            for name, form in ENDINGS
        }
    return {key: future.result() for key, future in asked.items()}


@pytest.fixture(scope="module")
def small() -> Done:
    """Return the JSON of the smallest week."""
    return run("plan", SMALL, "--format", "json")


@pytest.mark.parametrize(("name", "form"), ENDINGS)
def test_the_exit_code_says_how_it_ended_in_every_format(
    name: str, form: str, done: dict[tuple[str, str], Done]
) -> None:
    assert done[name, form].returncode == CODES[name]


@pytest.mark.parametrize(("name", "form"), ENDINGS)
def test_stderr_is_empty_when_it_is_no_terminal(
    name: str, form: str, done: dict[tuple[str, str], Done]
) -> None:
    assert done[name, form].stderr == ""
    assert done[name, form].stdout.endswith("\n")


@pytest.mark.parametrize("name", INTAKES)
def test_no_line_of_text_is_longer_than_80_columns(
    name: str, done: dict[tuple[str, str], Done]
) -> None:
    lines = done[name, "text"].stdout.splitlines()
    assert len(lines) > 5
    assert [line for line in lines if len(line) > 80] == []
    assert "\x1b" not in done[name, "text"].stdout


def test_text_keeps_to_80_columns_with_the_longest_name_and_place(tmp_path: Path) -> None:
    place = "p" * 60
    text = SMALL.read_text(encoding="utf-8").replace("  home:", f"  {place}:")
    intake = tmp_path / "answers.yaml"
    intake.write_text(f"{text}name: {'N' * 200}\n", encoding="utf-8")
    result = run("plan", intake)
    assert (result.returncode, result.stderr) == (PLAN, "")
    assert [line for line in result.stdout.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize(
    ("name", "status"), [("week", "optimal"), ("emergency", "referred"), ("clash", "impossible")]
)
def test_json_is_one_document_with_every_field_of_the_contract(
    name: str, status: str, done: dict[tuple[str, str], Done]
) -> None:
    plan = json.loads(done[name, "json"].stdout, parse_constant=pytest.fail)
    assert plan["status"] == status
    assert bool(plan["days"]) == (status == "optimal")
    fields = FIELDS | (FIELDS_OF_A_CLASH if status == "impossible" else {})
    for path, keys in fields.items():
        for node in _nodes(plan, path):
            if node is not None:  # the balance of a week that there is not
                assert not set(keys.split()) - node.keys(), path
    for path in FIELDS_OF_A_CLASH if status == "impossible" else ():
        assert _nodes(plan, path)


def test_the_json_of_a_week_has_something_at_every_field(
    done: dict[tuple[str, str], Done],
) -> None:
    plan = json.loads(done["week", "json"].stdout)
    for path in FIELDS:
        assert _nodes(plan, path), path
    assert plan["balance"] is not None
    assert plan["stop_signs"]
    assert {item["block"] for item in _nodes(plan, "days[].items[]")} == {
        "warm_up",
        "main",
        "cool_down",
    }


def test_a_referral_says_where_to_go_and_names_no_exercise(
    done: dict[tuple[str, str], Done],
) -> None:
    plan = json.loads(done["emergency", "json"].stdout)
    assert plan["screening"]["outcome"] == "emergency"
    assert [flag["id"] for flag in plan["screening"]["flags"]] == ["heart_now"]
    assert "emergency number" in done["emergency", "text"].stdout
    assert "Bird-dog" not in done["emergency", "text"].stdout


def test_an_impossible_week_names_the_clash_and_a_verified_repair(
    done: dict[tuple[str, str], Done],
) -> None:
    plan = json.loads(done["clash", "json"].stdout)
    assert [clash["answers"] for clash in plan["clashes"]] != [[]]
    assert all(repair["verified"] for repair in plan["repairs"])
    text = " ".join(done["clash", "text"].stdout.split())
    for repair in plan["repairs"]:
        assert repair["sentence"] in text


def test_a_dash_reads_the_answers_from_standard_input(small: Done) -> None:
    piped = run("plan", "-", "--format", "json", stdin=SMALL.read_text(encoding="utf-8"))
    assert (piped.returncode, piped.stderr) == (PLAN, "")
    assert piped.stdout == small.stdout


def test_output_replaces_a_file_by_the_whole_result_and_prints_nothing(
    tmp_path: Path, small: Done
) -> None:
    output = tmp_path / "plan.json"
    output.write_text("old\n" * 100_000, encoding="utf-8")
    result = run("plan", SMALL, "--format", "json", "--output", output)
    assert (result.returncode, result.stdout, result.stderr) == (PLAN, "", "")
    assert output.read_bytes().decode() == small.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.parametrize("name", ["emergency", "clash"])
def test_output_is_written_also_when_there_is_no_plan(
    name: str, tmp_path: Path, done: dict[tuple[str, str], Done]
) -> None:
    output = tmp_path / "plan.txt"
    result = run("plan", INTAKES[name], "-o", output)
    assert (result.returncode, result.stdout) == (CODES[name], "")
    assert output.read_bytes().decode() == done[name, "text"].stdout


def test_output_goes_through_a_link_and_leaves_the_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    assert run("plan", EMERGENCY, "-o", link).returncode == REFERRED
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") != "old"


def test_an_output_that_is_no_regular_file_is_never_replaced(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        run("plan", EMERGENCY, "-o", fifo)
    finally:
        os.close(reader)
    assert fifo.is_fifo()


def test_evidence_balance_is_named_and_stays_in_its_band() -> None:
    result = run("plan", WEEK, "--format", "json", "--balance", "evidence")
    plan = json.loads(result.stdout)
    balance = plan["balance"]
    assert (result.returncode, result.stderr) == (PLAN, "")
    assert (balance["mode"], balance["kept"]) == ("evidence", True)
    assert plan["stamps"]["options"]["balance"] == "evidence"
    assert 0.9 <= balance["abdominal"] / balance["lumbar"] <= 1.1


def test_the_default_balance_counts_exercises_and_sets_alike(
    done: dict[tuple[str, str], Done],
) -> None:
    balance = json.loads(done["week", "json"].stdout)["balance"]
    assert (balance["mode"], balance["kept"]) == ("article", True)
    for figure in ("exercises", "sets"):
        assert balance[figure]["abdominal"] == balance[figure]["lumbar"] > 0


def test_week_start_moves_the_dates_and_beats_the_file(small: Done) -> None:
    moved = run("plan", SMALL, "--format", "json", "--week-start", "2026-12-07")
    before, after = json.loads(small.stdout), json.loads(moved.stdout)
    assert before["stamps"]["week_start"] == "2026-11-30"
    assert after["stamps"]["week_start"] == "2026-12-07"
    assert [day["date"] for day in before["days"]] == ["2026-11-30"]
    assert [day["date"] for day in after["days"]] == ["2026-12-07"]
    assert before["days"][0]["items"] == after["days"][0]["items"]


def test_a_week_may_start_on_any_weekday(small: Done) -> None:
    moved = run("plan", SMALL, "--format", "json", "--week-start", "2026-12-02")
    assert [(day["day"], day["date"]) for day in json.loads(moved.stdout)["days"]] == [
        ("mon", "2026-12-07")
    ]


def test_without_a_week_the_next_monday_is_planned() -> None:
    today = datetime.date.today()
    text = SMALL.read_text(encoding="utf-8").replace("week_start: 2026-11-30\n", "")
    text = text.replace("answered_on: 2026-11-20", f"answered_on: {today}")
    plan = json.loads(run("plan", "-", "--format", "json", stdin=text).stdout)
    start = datetime.date.fromisoformat(plan["stamps"]["week_start"])
    assert start.weekday() == 0
    assert 0 < (start - today).days <= 8  # eight if midnight has just passed


@pytest.mark.parametrize(("name", "form"), [("week", "text"), ("week", "json"), ("clash", "json")])
def test_the_same_command_gives_the_same_bytes_whatever_the_hash_seed(
    name: str, form: str, done: dict[tuple[str, str], Done]
) -> None:
    again = run("plan", INTAKES[name], "--format", form, env={"PYTHONHASHSEED": "4242"})
    assert again.stdout == done[name, form].stdout
    assert again.returncode == CODES[name]


def test_the_words_do_not_depend_on_the_language_of_the_terminal(small: Done) -> None:
    plain = run("plan", SMALL, "--format", "json", env={"LC_ALL": "C", "TZ": "Pacific/Kiritimati"})
    assert plain.stdout == small.stdout


_SOLVER = """
import sys
import cli.app, cli.main
assert "ortools" not in sys.modules, "importing the command imports the solver"
sys.argv = ["backplan", *sys.argv[1:]]
try:
    cli.main.main()
except SystemExit as end:
    code = end.code
print("ortools" in sys.modules, "pandas" in sys.modules, code, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--help",), 0),
        (("plan", "--help"), 0),
        (("exercises", "list"), 0),
        (("exercises", "show", "crunch"), 0),
        (("plan", str(EMERGENCY)), REFERRED),
        (("plan", "no_such_file.yaml"), 2),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_a_command_that_does_not_solve_does_not_import_the_solver(
    arguments: tuple[str, ...], code: int
) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _SOLVER, *arguments],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.stderr.splitlines()[-1] == f"False False {code or 0}"


def test_the_probe_for_the_solver_sees_it_when_there_is_one() -> None:
    result = subprocess.run(
        [sys.executable, "-c", _SOLVER, "plan", str(SMALL)],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.stderr.splitlines()[-1].startswith("True ")


def test_a_reader_that_has_gone_leaves_no_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        process = subprocess.run(
            [BACKPLAN, "plan", str(WEEK)],
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.PIPE,
            env=environment(),
            check=False,
        )
    finally:
        os.close(writer)
    assert process.stderr == b""
    assert process.returncode != 0


def test_head_takes_the_first_line_and_nothing_is_said() -> None:
    result = subprocess.run(
        ["sh", "-c", '"$0" plan "$1" --format json | head -1', BACKPLAN, str(WEEK)],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.stdout == "{\n"
    assert result.stderr == ""


def test_a_full_disk_behind_stdout_is_said_without_a_traceback() -> None:
    full = Path("/dev/full")
    if not full.is_char_device():
        pytest.skip("there is no /dev/full here")
    with full.open("w") as stdout:
        result = subprocess.run(
            [BACKPLAN, "plan", str(EMERGENCY)],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=environment(),
            encoding="utf-8",
            check=False,
        )
    assert result.returncode not in (0, REFERRED)
    assert "Traceback" not in result.stderr
    assert "No space left" in result.stderr


@pytest.fixture
def asked(tmp_path: Path) -> Iterator["Start"]:
    """Yield a starter of `backplan plan` that reads its answers from a pipe in `tmp_path`."""
    os.mkfifo(tmp_path / "answers.yaml")
    processes = []

    def start() -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [BACKPLAN, "plan", "answers.yaml", "--output", "plan.txt"],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            encoding="utf-8",
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


Start = Callable[[], "subprocess.Popen[str]"]


def test_an_interrupt_while_the_answers_are_awaited_leaves_nothing(
    asked: Start, tmp_path: Path
) -> None:
    process = asked()
    with (tmp_path / "answers.yaml").open("w"):  # opens when the command has begun to read
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (INTERRUPTED, "")
    assert "Traceback" not in stderr
    assert [path.name for path in tmp_path.iterdir()] == ["answers.yaml"]


@pytest.mark.parametrize("after_s", [0.0, 0.3, 1.0, 2.0], ids="after {} s".format)
def test_an_interrupt_on_the_way_to_a_plan_leaves_a_whole_one_or_none(
    after_s: float, asked: Start, tmp_path: Path
) -> None:
    process = asked()
    (tmp_path / "answers.yaml").write_text(long_answers(), encoding="utf-8")
    time.sleep(after_s)  # somewhere in loading the solver or in solving
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert "Traceback" not in stderr
    assert stdout == ""
    assert process.returncode in (INTERRUPTED, PLAN)
    left = {path.name for path in tmp_path.iterdir()} - {"answers.yaml"}
    assert left == ({"plan.txt"} if process.returncode == PLAN else set())


def test_an_interrupt_while_the_command_loads_leaves_no_traceback() -> None:
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", BACKPLAN, "--help"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        encoding="utf-8",
    )
    assert process.stderr is not None
    for line in process.stderr:  # the log of imports tells how far it is
        if line.split("|")[-1].strip() == "typer":
            break
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert "Traceback" not in stderr
    assert process.returncode in (INTERRUPTED, -signal.SIGINT)
