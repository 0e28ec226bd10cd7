"""Orders through the real command: laid on the answers, told in the plan, refused where wrong."""

import json
import re
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.cli.running import run

ANSWERS = """\
answered_on: 2026-11-20
week_start: 2026-11-30
screening:
  age: 34
  red_flags: []
  conditions: []
  other_condition: false
  cannot: []
training_age: 6_to_24_months
places:
  home: {mat: 1, wall: 1}
days:
  mon: {minutes: 30}
  thu: {minutes: 30}
"""
REQUIRE = "  - {kind: require, exercise: bird_dog, author: M. Okafor, reason: it helps%s}\n"
FORBID = "  - {kind: forbid, demand: quadruped, author: B. Lind, reason: sore wrists%s}\n"
UNTIL = ", until: 2027-01-10"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "answers.yaml").write_text(ANSWERS, encoding="utf-8")
    return tmp_path


def _plan(folder: Path, *options: str, **files: str) -> CompletedProcess[str]:
    laid = []
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        laid += ["--orders", f"{name}.yaml"]
    return run("plan", "answers.yaml", *laid, *options, cwd=folder)


def test_files_of_orders_are_laid_on_those_of_the_answers(folder: Path) -> None:
    (folder / "answers.yaml").write_text(ANSWERS + "orders:\n" + REQUIRE % "", encoding="utf-8")
    rest = "orders:\n  - {kind: rest, day: mon, author: B. Lind, reason: a busy day}\n"
    size = "orders:\n  - {kind: session_size, at_most: 2, author: B. Lind, reason: short}\n"
    done = _plan(folder, "--format", "json", rest=rest, size=size)
    assert (done.returncode, done.stderr) == (0, "")
    plan = json.loads(done.stdout)
    assert [(one["kind"], one["in_force"]) for one in plan["orders"]] == [
        ("require", True),
        ("rest", True),
        ("session_size", True),
    ]
    assert [day["day"] for day in plan["days"]] == ["thu"]
    names = [item["exercise"] for item in plan["days"][0]["items"] if item["block"] == "main"]
    assert "bird_dog" in names
    assert len(names) <= 2


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_every_order_is_told_with_its_author_and_what_came_of_it(folder: Path, form: str) -> None:
    ended = "  - {kind: train, day: thu, author: B. Lind, reason: club, until: 2026-11-01}\n"
    done = _plan(folder, "--format", form, o="orders:\n" + REQUIRE % UNTIL + ended)
    assert done.returncode == 0
    text = " ".join(done.stdout.replace("\\", "").split())
    assert "Require Bird-dog. M. Okafor until 2027-01-10: it helps." in text
    assert (
        "Dropped: train on Thursday. B. Lind until 2026-11-01: club. It ended on 2026-11-01."
        in text
    )
    if form == "text":
        assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_contradiction_is_refused_with_both_lines_authors_dates_and_reasons(
    folder: Path,
) -> None:
    (folder / "answers.yaml").write_text(ANSWERS + "orders:\n" + REQUIRE % UNTIL, encoding="utf-8")
    done = _plan(folder, o="orders:\n" + FORBID % "")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.match(r"error: o\.yaml:2: orders\[1\]: the order by B\. Lind: ", done.stderr)
    for words in ("sore wrists", "orders[1] in answers.yaml:16", "the order by M. Okafor "
                  "(until 2027-01-10): require Bird-dog (it helps)"):  # fmt: skip
        assert words in done.stderr


def test_orders_that_contradict_each_other_outside_the_week_do_not_matter(folder: Path) -> None:
    ended = ", until: 2026-11-29"
    done = _plan(folder, o="orders:\n" + REQUIRE % "" + FORBID % ended)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_red_flag_comes_before_orders_that_contradict_each_other(folder: Path) -> None:
    flagged = ANSWERS.replace("red_flags: []", "red_flags: [cauda_equina]")
    (folder / "answers.yaml").write_text(flagged, encoding="utf-8")
    done = _plan(folder, o="orders:\n" + REQUIRE % "" + FORBID % "")
    assert (done.returncode, done.stderr) == (3, "")


def test_a_clash_names_who_ordered_and_whom_to_ask(folder: Path) -> None:
    lock = (
        "  - {kind: lock, exercise: bird_dog, day: tue, sets: 2, author: M. Okafor, reason: r%s}\n"
    )
    done = _plan(folder, o="orders:\n" + lock % UNTIL)
    assert done.returncode == 4
    text = " ".join(done.stdout.split())
    assert "M. Okafor (until 2027-01-10) ordered: lock Bird-dog on Tuesday with 2 sets" in text
    assert "Ask M. Okafor to lift: lock Bird-dog on Tuesday with 2 sets." in text


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("orders: []\nnotes: x\n", r"o\.yaml:2: notes", "is not a known key"),
        ("order: []\n", r"o\.yaml:1: orders", "is missing"),
        ("- kind: rest\n", r"o\.yaml:1: orders", "is missing"),
        ("", r"o\.yaml", "is empty"),
        (
            "orders:\n" + REQUIRE.replace("bird_dog", "birddog") % "",
            r"o\.yaml:2: orders\[1\]\.exercise",
            "did you mean bird_dog?",
        ),
        (
            "orders:\n" + REQUIRE % ", from: 2026-12-01, until: 2026-11-30",
            r"o\.yaml:2: orders\[1\]\.until",
            "2026-11-30 is before 2026-12-01",
        ),
        ("orders:\n  - {kind: rests}\n", r"o\.yaml:2: orders\[1\]\.kind", "did you mean rest?"),
    ],
)
def test_what_is_wrong_in_a_file_of_orders_is_named_with_its_line(
    folder: Path, text: str, where: str, words: str
) -> None:
    done = _plan(folder, o=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.match(f"error: {where}: ", done.stderr)
    assert words in done.stderr


def test_faults_of_the_answers_and_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "answers.yaml").write_text(ANSWERS.replace("34", "old"), encoding="utf-8")
    done = _plan(folder, one="orders: no\n", two="orders:\n" + REQUIRE % ", until: soon")
    assert done.returncode == 2
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [
        "answers.yaml:4",
        "one.yaml:1",
        "two.yaml:2",
    ]


def test_a_missing_file_of_orders_is_named(folder: Path) -> None:
    done = run("plan", "answers.yaml", "--orders", "orders.yaml", cwd=folder)
    assert done.returncode == 2
    assert "orders.yaml: no such file" in done.stderr


def test_the_shipped_orders_hold_on_the_answers_that_they_name() -> None:
    examples = Path(__file__).parent.parent.parent / "examples"
    orders = examples / "orders" / "first_weeks.yaml"
    answers = examples / "home_beginner.yaml"
    done = run(
        "plan", answers, "--orders", orders, "--format", "json", "--week-start", "2026-11-30"
    )
    assert (done.returncode, done.stderr) == (0, "")
    plan = json.loads(done.stdout)
    assert all(one["in_force"] for one in plan["orders"])
    (monday,) = [day for day in plan["days"] if day["day"] == "mon"]
    assert [item["sets"] for item in monday["items"] if item["exercise"] == "bird_dog"] == [2]
    assert all((item["hold_s"] or 0) <= 10 for day in plan["days"] for item in day["items"])
