"""`backplan ask` on a pseudo-terminal."""

import datetime
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from knowledge import load_knowledge
from recommender.intake import read_intake
from recommender.questionnaire import load_questionnaire

BACKPLAN = str(Path(sys.executable).with_name("backplan"))
PROMPT = r"(?:\n|Enter: [a-z ]+ |or no )> "
FLAGS = len(load_knowledge().screening.groups)
CONDITIONS = len(load_questionnaire(load_knowledge()).condition_groups)
LISTS = FLAGS + CONDITIONS
HEALTHY = (
    *["0"] * LISTS,
    "no",
    "0",
    "34",
    "3",
    "1",
    "mat, wall",
    "",
    "mon 30, wed 30",
    "1-2",
)

Spawn = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Spawn]:
    children = []

    def start(*options: str) -> "pexpect.spawn[str]":
        child = pexpect.spawn(
            BACKPLAN,
            ["ask", *options],
            cwd=str(tmp_path),
            env={**os.environ, "TERM": "dumb"},
            dimensions=(24, 80),
            encoding="utf-8",
            timeout=30,
        )
        children.append(child)
        return child

    yield start
    for child in children:
        child.close(force=True)


def say(child: "pexpect.spawn[str]", *answers: str) -> str:
    """Answer the next prompts and return what was shown before them."""
    shown = ""
    for answer in answers:
        child.expect(PROMPT)
        shown += child.before or ""
        child.sendline(answer)
    return shown


def end(child: "pexpect.spawn[str]") -> tuple[str, int | None]:
    """Return the last words and the exit code."""
    child.expect(pexpect.EOF)
    child.close()
    return child.before or "", child.exitstatus


def test_a_healthy_person_answers_twenty_questions_and_saves(spawn: Spawn, tmp_path: Path) -> None:
    child = spawn()
    shown = say(child, *HEALTHY, "")
    words, code = end(child)
    assert code == 0
    assert "20/20" in shown
    assert "Next: backplan plan intake.yaml" in words
    assert max(len(line) for line in shown.splitlines()) <= 80
    saved = tmp_path / "intake.yaml"
    assert read_intake(saved, load_knowledge()).screening.age == 34
    assert saved.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [saved]


def test_ctrl_c_saves_a_draft_that_the_next_interview_goes_on_with(
    spawn: Spawn, tmp_path: Path
) -> None:
    first = spawn("--output", "me.yaml")
    say(first, *HEALTHY[:9])
    first.expect(PROMPT)
    first.sendintr()
    words, code = end(first)
    assert code == 130
    assert "draft saved as me.yaml.draft" in words
    draft = tmp_path / "me.yaml.draft"
    assert draft.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [draft]
    refused = subprocess.run([BACKPLAN, "plan", str(draft)], capture_output=True, check=False)
    assert refused.returncode == 2

    second = spawn("--output", "me.yaml")
    shown = say(second, "perhaps", "yes", *HEALTHY[9:], "")
    assert "me.yaml.draft holds 9 answers" in shown
    assert end(second)[1] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["me.yaml"]


def test_a_draft_may_be_declined_and_a_broken_one_is_left_aside(
    spawn: Spawn, tmp_path: Path
) -> None:
    draft = tmp_path / "intake.yaml.draft"
    draft.write_text("saved_on: 2026-01-01\nanswers: {age: '40'}\n", encoding="utf-8")
    declining = spawn()
    assert "1/20" in say(declining, "no", "0")
    declining.expect(PROMPT)
    declining.sendintr()
    assert end(declining)[1] == 130
    draft.write_text("answers: [", encoding="utf-8")
    starting = spawn()
    assert "cannot be used and is left aside" in say(starting, "0")


def test_an_answer_can_be_changed_in_the_review_with_its_follow_ups(
    spawn: Spawn, tmp_path: Path
) -> None:
    child = spawn()
    training_age = str(LISTS + 5)
    shown = say(child, *HEALTHY, "99", training_age, "4", "0", "", "")
    assert "type a number from 1 to 20" in shown
    assert "Which of these lifts did a coach teach you" in shown
    assert end(child)[1] == 0
    intake = read_intake(tmp_path / "intake.yaml", load_knowledge())
    assert intake.training_age == "over_24_months"


def test_back_and_question_mark_lead_to_earlier_answers(spawn: Spawn, tmp_path: Path) -> None:
    child = spawn()
    asked = HEALTHY[: LISTS + 3]
    age = str(len(asked))
    rest = HEALTHY[len(asked) :]
    shown = say(child, "back", *asked, "back", "51", "?", age, "52", *rest, "")
    assert "Enter keeps: 34" in shown
    assert end(child)[1] == 0
    assert read_intake(tmp_path / "intake.yaml", load_knowledge()).screening.age == 52


def test_a_red_flag_ends_with_where_to_go_and_without_a_file(spawn: Spawn, tmp_path: Path) -> None:
    child = spawn()
    say(child, "0", "5", "0", "2,1", "0", "")
    assert end(child)[1] == 3
    assert list(tmp_path.iterdir()) == []


def test_the_most_urgent_place_to_go_is_named_first(spawn: Spawn) -> None:
    child = spawn()
    say(child, "0", "5", "0", "1", "0")
    child.expect(PROMPT)
    shown = child.before or ""
    assert shown.index("Call the emergency number") < shown.index("Make an appointment")


def test_a_red_flag_that_was_a_slip_can_be_taken_back(spawn: Spawn) -> None:
    child = spawn()
    say(child, "1", *["0"] * (FLAGS - 1), "1", "0", *HEALTHY[FLAGS:], "")
    assert end(child)[1] == 0


def test_advice_is_shown_at_the_end_and_the_answers_are_saved(spawn: Spawn, tmp_path: Path) -> None:
    child = spawn()
    shown = say(child, "0", "inflammatory_back_pain", *HEALTHY[2:], "")
    assert "does not stand in the way of a plan" in shown
    assert "rheumatologist should look" in " ".join(shown.split())
    assert end(child)[1] == 0
    saved = read_intake(tmp_path / "intake.yaml", load_knowledge())
    assert saved.screening.red_flags == ("inflammatory_back_pain",)


def test_dates_details_sides_and_times_stand_in_the_file(spawn: Spawn, tmp_path: Path) -> None:
    today = datetime.date.today()
    operated, began, examined = (today - datetime.timedelta(days=n) for n in (800, 100, 10))
    child = spawn()
    flags, others = ["0"] * FLAGS, ["0"] * (CONDITIONS - 2)
    say(child, *flags, "low_back_pain", *others, "hip_replacement, knee_pain")
    shown = say(child, str(began), str(operated), "posterior", "left")
    shown += say(child, *HEALTHY[LISTS : LISTS + 3], "0", *HEALTHY[LISTS + 3 : -3])
    shown += say(child, "times, weaker_side, settled", "right", "infection")
    shown += say(child, f"Dr. Ruiz, {examined}, all clear", "mon 30, wed 30", "6:30", "18:00", "")
    child.expect(PROMPT)
    child.sendline("")
    assert end(child)[1] == 0
    assert "On which day was the operation" in shown
    assert "From which side was the hip opened?" in " ".join(shown.split())
    assert (tmp_path / "intake.yaml").read_text(encoding="utf-8").splitlines()[1:] == [
        f"answered_on: {today}",
        "screening:",
        "  age: 34",
        "  red_flags: []",
        "  conditions:",
        f"  - {{id: low_back_pain, date: {began}}}",
        f"  - {{id: hip_replacement, date: {operated}, detail: posterior, affected_side: left}}",
        "  - {id: knee_pain}",
        "  other_condition: false",
        "  cannot: []",
        "  settled:",
        f"  - {{flag: infection, by: Dr. Ruiz, date: {examined}, finding: all clear}}",
        "goal: prevent",
        "training_age: none",
        "places:",
        "  home: {mat: 1, wall: 1}",
        "weaker_side: right",
        "days:",
        "  mon: {minutes: 30, at: '18:00'}",
        "  wed: {minutes: 30, at: '18:00'}",
        "wakes_at: 06:30",
        "sessions: {at_least: 1, at_most: 7}",
    ]
    read_intake(tmp_path / "intake.yaml", load_knowledge())


def test_who_leaves_after_a_red_flag_is_told_where_to_go(spawn: Spawn, tmp_path: Path) -> None:
    child = spawn()
    say(child, "2")
    child.expect(PROMPT)
    child.sendintr()
    words, code = end(child)
    assert code == 3
    assert "Call the emergency number" in words
    assert list(tmp_path.iterdir()) == []


def test_the_end_of_the_input_leaves_like_ctrl_c(spawn: Spawn) -> None:
    child = spawn()
    child.expect(PROMPT)
    child.sendeof()
    words, code = end(child)
    assert code == 130
    assert "nothing to save" in words


def test_an_existing_file_is_refused_before_the_first_question(
    spawn: Spawn, tmp_path: Path
) -> None:
    saved = tmp_path / "intake.yaml"
    saved.write_text("mine", encoding="utf-8")
    child = spawn()
    words, code = end(child)
    assert code == 2
    assert "intake.yaml: exists already" in words
    assert "1/20" not in words
    assert saved.read_text(encoding="utf-8") == "mine"
    forced = spawn("--force")
    say(forced, *HEALTHY, "")
    assert end(forced)[1] == 0
    assert "age: 34" in saved.read_text(encoding="utf-8")


@pytest.mark.parametrize("output", ["-", ".", "nowhere/intake.yaml"])
def test_an_output_that_cannot_be_written_is_refused_at_once(spawn: Spawn, output: str) -> None:
    words, code = end(spawn("--output", output))
    assert code == 2
    assert "error: " in words


def test_without_a_terminal_it_points_to_the_examples(tmp_path: Path) -> None:
    piped = subprocess.run(
        [BACKPLAN, "ask"], input="0\n", capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert piped.returncode == 2
    assert piped.stdout == ""
    assert "examples/" in piped.stderr


def test_the_interview_leaves_stdout_empty_and_the_solver_unloaded(tmp_path: Path) -> None:
    script = "import sys, cli.commands.ask; sys.exit(any('ortools' in m for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
    child = pexpect.spawn(
        "/bin/sh",
        ["-c", f"{BACKPLAN} ask >heard"],
        cwd=str(tmp_path),
        env={**os.environ, "TERM": "dumb"},
        encoding="utf-8",
        timeout=30,
    )
    say(child, *HEALTHY, "")
    assert end(child)[1] == 0
    assert (tmp_path / "heard").read_bytes() == b""
