"""`backplan batch` as an instructor runs it: files, bytes, bad rows, interruptions, exit codes."""

import csv
import io
import json
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pexpect
import pytest
import yaml

from cli.commands.batch import MOST_TOLD
from recommender.batch.reading import read_people
from tests.cli.running import BACKPLAN, environment, run
from tests.recommender.batch.classes import as_csv, person

PLAN, BUG, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
WEEK = ("--week-start", "2026-11-30")
REFERRED = {"red_flags": "heart_now"}
CLASS = [
    person(id="p-1", name="=1+1"),
    person(id="p-2", age="x", mon_minutes="3"),
    person(id="p-3", name="Zoë", **REFERRED),
    person(id="p-4", age="60"),
    person(id="p-5", sessions_at_least="3"),
    person(id="p-6", mon_minutes="30", orders="kind: rest, day: thu, author: Eva, reason: off"),
    person(id="p-1"),
]
OUTCOMES = ["optimal", "bad_row", "referred", "optimal", "impossible", "optimal", "bad_row"]
KILLS = 30

Done = subprocess.CompletedProcess[str]


def batch(people: Path, out: Path, *options: str, **env: str) -> Done:
    return run("batch", people, "--out", out, *WEEK, *options, env=env)


def lines_of(results: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]


def class_file(folder: Path, people: Sequence[dict[str, str]] = CLASS) -> Path:
    path = folder / "class.csv"
    path.write_text(as_csv(people), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return class_file(tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="module")
def first(people: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    """Return the class done by one worker, with a file a person, and the folder."""
    out = tmp_path_factory.mktemp("first") / "out"
    done = batch(people, out, "--workers", "1", "--plans", "json", PYTHONHASHSEED="1")
    return done, out


def test_every_row_has_a_line_in_order(first: tuple[Done, Path]) -> None:
    lines = lines_of(first[1] / "results.jsonl")
    assert [line["row"] for line in lines] == [2, 3, 4, 5, 6, 7, 8]
    assert [line["outcome"] for line in lines] == OUTCOMES
    assert [line["id"] for line in lines] == [one["id"] for one in CLASS]
    assert lines[0]["name"] == "=1+1"


def test_bad_rows_are_told_with_file_row_and_column(first: tuple[Done, Path], people: Path) -> None:
    done, _ = first
    assert done.returncode == BAD_INPUT
    assert done.stderr.splitlines() == [
        f'error: {people}:3: age: expected a whole number, found "x"',
        f"error: {people}:3: mon_minutes: expected 5 or more, found 3",
        f"error: {people}:8: id: p-1 stands in row 2 already",
    ]


def test_the_summary_on_the_terminal_and_as_csv(first: tuple[Done, Path]) -> None:
    done, out = first
    assert re.search(r"^ +7  people\n +3  proven\n", done.stdout)
    assert "2  bad rows" in done.stdout
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 80
    figures = dict(csv.reader(io.StringIO((out / "summary.csv").read_text())))
    assert (figures["people"], figures["optimal"], figures["bad_row"]) == ("7", "3", "2")
    assert figures["abdominal_sets"] == figures["lumbar_sets"] != "0"
    assert figures["shared_in_this_run"] == "1"
    minutes = [line["minutes"] for line in lines_of(out / "results.jsonl") if line["minutes"]]
    assert float(figures["minutes_all"]) == sum(minutes)


@pytest.mark.parametrize("options", [("--workers", "2"), ("--workers", "3", "--no-share")])
def test_the_bytes_do_not_depend_on_workers_sharing_or_hashes(
    first: tuple[Done, Path], people: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    batch(people, tmp_path / "out", *options, PYTHONHASHSEED="2")
    there = (tmp_path / "out" / "results.jsonl").read_bytes()
    assert there == (first[1] / "results.jsonl").read_bytes()


def test_a_line_holds_the_plan_that_backplan_plan_gives(
    first: tuple[Done, Path], tmp_path: Path
) -> None:
    """The intake of each person is written by hand here, as a file of answers."""
    lines = {line["id"] + line["outcome"]: line for line in lines_of(first[1] / "results.jsonl")}
    cases: dict[str, dict[str, Any]] = {
        "p-4optimal": {"screening": {"age": 60}},
        "p-3referred": {"name": "Zoë", "screening": {"red_flags": ["heart_now"]}},
        "p-5impossible": {"sessions": {"at_least": 3}},
    }
    for key, changes in cases.items():
        answers: dict[str, Any] = {
            "id": key[:3],
            "answered_on": "2026-11-20",
            "screening": {"age": 34, "red_flags": [], "conditions": [], "other_condition": False,
                          "cannot": []},
            "places": {"home": {"mat": 1, "wall": 1, "chair": 1}},
            "days": {"mon": {"minutes": 20}, "thu": {"minutes": 20}},
        }  # fmt: skip
        answers["screening"] |= changes.pop("screening", {})
        file = tmp_path / f"{key}.yaml"
        file.write_text(yaml.safe_dump(answers | changes, sort_keys=False))
        alone = run("plan", file, "--format", "json", *WEEK)
        document = json.dumps(lines[key]["plan"], ensure_ascii=False, indent=2) + "\n"
        assert document == alone.stdout, key
        page = next((first[1] / "plans").glob(f"{lines[key]['row']:06}-*.json"))
        assert page.read_text(encoding="utf-8") == alone.stdout


def test_a_file_a_person_is_named_by_row_and_id(first: tuple[Done, Path]) -> None:
    names = sorted(path.name for path in (first[1] / "plans").iterdir())
    assert names == [f"00000{row}-p-{row - 1}.json" for row in (2, 4, 5, 6, 7)]


def test_shards_dealt_back_are_the_whole(
    first: tuple[Done, Path], people: Path, tmp_path: Path
) -> None:
    array = {"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "2",
             "SLURM_ARRAY_TASK_MIN": "0"}  # fmt: skip
    batch(people, tmp_path, "--shard", "1/2")
    batch(people, tmp_path, "--shard", "auto", **array)
    parts = [tmp_path / f"results.{number}-of-2.jsonl" for number in (1, 2)]
    lines = [line for part in parts for line in part.read_bytes().splitlines(keepends=True)]
    lines.sort(key=lambda line: json.loads(line)["row"])
    assert b"".join(lines) == (first[1] / "results.jsonl").read_bytes()


def test_standard_input_in_both_forms(tmp_path: Path) -> None:
    text = as_csv([person(**REFERRED)])
    done = run("batch", "-", "--out", tmp_path / "csv", *WEEK, stdin=text)
    assert (done.returncode, done.stderr) == (PLAN, "")
    answers = {"screening": {"age": "old"}}
    done = run("batch", "-", "--out", tmp_path / "json", *WEEK, stdin=json.dumps(answers))
    assert done.returncode == BAD_INPUT
    assert "error: -:1: screening.age: expected a whole number" in done.stderr


def test_fail_fast_stops_and_goes_on_once_the_row_is_right(tmp_path: Path) -> None:
    wrong = [person(id="1", **REFERRED), person(id="2", age="x"), person(id="3", **REFERRED)]
    right = [wrong[0], person(id="2", **REFERRED), wrong[2]]
    people, out = class_file(tmp_path, wrong), tmp_path / "out"
    stopped = batch(people, out, "--fail-fast", "--workers", "1")
    assert stopped.returncode == BAD_INPUT
    assert stopped.stderr.splitlines()[-1] == (
        "Stopped: 1 of 3 people are done. The same command with --resume goes on."
    )
    assert not (out / "results.jsonl").exists()
    class_file(tmp_path, right)
    again = batch(people, out, "--fail-fast", "--resume")
    assert (again.returncode, again.stderr) == (PLAN, "")
    assert [line["row"] for line in lines_of(out / "results.jsonl")] == [2, 3, 4]


def test_a_folder_with_results_is_not_written_over(first: tuple[Done, Path], people: Path) -> None:
    before = (first[1] / "results.jsonl").read_bytes()
    again = batch(people, first[1])
    assert again.returncode == BAD_INPUT
    assert "is there already; go on with --resume" in again.stderr
    other = batch(people, first[1], "--resume", "--seed", "1")
    assert "run.json: seed: was 0 and is 1 now" in other.stderr
    more = batch(people, first[1], "--resume")
    assert more.returncode == BAD_INPUT  # there are bad rows
    assert (first[1] / "results.jsonl").read_bytes() == before
    assert re.search(r"^ +7  people\n +3  proven\n", more.stdout)


def test_a_batch_goes_on_with_the_day_on_which_it_was_begun(tmp_path: Path) -> None:
    people, out = class_file(tmp_path, [person()]), tmp_path / "out"
    stopped = run("batch", class_file(tmp_path, [person(age="x")]), "--out", out, "--fail-fast")
    assert stopped.returncode == BAD_INPUT
    kept = out / "run.json"
    begun = json.loads(kept.read_text()) | {"today": "2026-11-20"}
    kept.write_text(json.dumps(begun))
    class_file(tmp_path, [person()])
    assert run("batch", people, "--out", out, "--resume").returncode == PLAN
    (line,) = lines_of(out / "results.jsonl")
    assert line["plan"]["stamps"]["week_start"] == "2026-11-23"


def test_a_full_disk_is_said_and_what_is_done_is_kept(
    first: tuple[Done, Path], people: Path, tmp_path: Path
) -> None:
    full = subprocess.run(
        ["bash", "-c", 'ulimit -f 48; exec "$@"', "-", BACKPLAN, "batch", people, "--out", tmp_path,
         *WEEK],
        env=environment(), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert full.returncode == BAD_INPUT
    part = tmp_path / "results.jsonl.part"
    assert full.stderr.splitlines()[-1] == f"error: {part}: cannot be written: File too large"
    batch(people, tmp_path, "--resume")
    assert (tmp_path / "results.jsonl").read_bytes() == (first[1] / "results.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "expected a file of people and --out DIR, or --template"),
        (("class.csv",), "expected a file of people and --out DIR, or --template"),
        (("clas.csv", "--out", "o"), "no such file (did you mean class.csv?)"),
        (("class.xls", "--out", "o"), "expected one of: .csv, .jsonl, .parquet, .xlsx"),
        (("class.csv", "--out", "o", "--shard", "3/2"), "part 3 of 2"),
        (("class.csv", "--out", "o", "--plans", "txt"), "did you mean text?"),
        (("class.csv", "--out", "class.csv"), "class.csv: cannot be made"),
    ],
)
def test_what_cannot_be_begun(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    class_file(tmp_path)
    done = run("batch", *arguments, cwd=tmp_path)
    assert done.returncode == BAD_INPUT
    assert words in " ".join(done.stderr.replace("│", " ").split())
    assert not (tmp_path / "o").exists()


def test_many_bad_rows_are_told_only_in_part(tmp_path: Path) -> None:
    people = class_file(tmp_path, [person(id=str(one), age="x") for one in range(MOST_TOLD + 5)])
    done = batch(people, tmp_path / "out")
    assert len(done.stderr.splitlines()) == MOST_TOLD + 1
    assert "the results name them all" in done.stderr


def test_the_template_is_a_class_that_can_be_planned(tmp_path: Path) -> None:
    text = run("batch", "--template", "csv").stdout
    assert len(text.splitlines()) == 2
    (tmp_path / "class.csv").write_text(text, encoding="utf-8")
    assert batch(tmp_path / "class.csv", tmp_path / "out").returncode == PLAN
    with (tmp_path / "class.xlsx").open("wb") as stream:
        subprocess.run([BACKPLAN, "batch", "--template", "xlsx"], stdout=stream, check=True)
    ((_, texts), (_, sheet)) = (
        (row.number, row.cells)
        for name in ("class.csv", "class.xlsx")
        for row in read_people(tmp_path / name)
    )
    assert texts == sheet


def test_a_terminal_shows_a_bar_and_the_summary(people: Path, tmp_path: Path) -> None:
    terminal = pexpect.spawn(
        BACKPLAN, ["batch", str(people), "--out", str(tmp_path / "out"), *WEEK],
        env={**environment(), "TERM": "xterm"}, encoding="utf-8", dimensions=(24, 80),
    )  # fmt: skip
    terminal.expect(r"/7.* a second")
    terminal.expect("3  proven", timeout=60)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == BAD_INPUT


def started(people: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [BACKPLAN, "batch", people, "--out", out, *WEEK, *options],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )


def wait_for_lines(part: Path, more_than: int, process: subprocess.Popen[str]) -> None:
    """Wait until the journal has more lines, or the process has ended."""
    while process.poll() is None and count_of(part) <= more_than:
        time.sleep(0.01)


def count_of(part: Path) -> int:
    return part.read_bytes().count(b"\n") if part.exists() else 0


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """Return a class of people of whom few take long, and its results."""
    folder = tmp_path_factory.mktemp("many")
    people = class_file(
        folder,
        [
            person(id=str(one), **({} if one % 60 == 7 else REFERRED), name="x" * (one % 50 + 1))
            for one in range(400)
        ],
    )
    assert batch(people, folder / "out").returncode == PLAN
    return people, (folder / "out" / "results.jsonl").read_bytes()


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(
    many: tuple[Path, bytes], tmp_path: Path
) -> None:
    people, whole = many
    process = started(people, tmp_path)
    wait_for_lines(tmp_path / "results.jsonl.part", 5, process)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == INTERRUPTED
    found = re.fullmatch(r"Stopped: (\d+) of 400 people are done\. .* --resume goes on\.\n", told)
    assert found is not None
    part = (tmp_path / "results.jsonl.part").read_bytes()
    assert part.count(b"\n") == int(found[1])
    assert whole.startswith(part)
    assert batch(people, tmp_path, "--resume").returncode == PLAN
    assert (tmp_path / "results.jsonl").read_bytes() == whole


def test_nobody_is_lost_or_done_twice_however_often_it_is_killed(
    many: tuple[Path, bytes], tmp_path: Path
) -> None:
    people, whole = many
    chance = random.Random(20261126)
    kills, out = 0, tmp_path / "0"
    while kills < KILLS:
        part = out / "results.jsonl.part"
        process = started(people, out, "--resume", "--workers", str(1 + kills % 2))
        if kills % 3 == 0:
            wait_for_lines(part, count_of(part), process)
            time.sleep(chance.uniform(0, 0.03))
        else:  # at any moment, also before there is a worker
            time.sleep(chance.uniform(0, 1))
        if kills % 2:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()
        if process.returncode == -signal.SIGKILL:
            kills += 1
        else:  # done before it could be killed: begin again
            assert (out / "results.jsonl").read_bytes() == whole
            out = tmp_path / str(kills)
    assert batch(people, out, "--resume").returncode == PLAN
    assert (out / "results.jsonl").read_bytes() == whole
