"""`backplan checkin`: from a file and on a pseudo-terminal."""

import datetime
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pexpect
import pytest

from knowledge import load_knowledge
from knowledge.schema.order import Cap
from recommender.intake import read_intake
from recommender.written_orders import read_orders
from tests.cli.running import BACKPLAN, run

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
GROUPS = len(load_knowledge().screening.groups)
PROMPT = r"(?:\n|yes or no )> "
WELL = (*["0"] * GROUPS, "no", "0")
"""No warning sign, nothing new, no position lost."""
WEEK, NEXT, EARLIER = "2026-11-16", "2026-11-23", "2026-11-09"

Spawn = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planned")
    shutil.copy(EXAMPLES / "home_beginner.yaml", folder / "intake.yaml")
    shutil.copy(EXAMPLES / "checkin" / "a_week.yaml", folder / "told.yaml")
    made = run("plan", "intake.yaml", "--week-start", WEEK, "--format", "json", "-o", "plan.json",
               cwd=folder)  # fmt: skip
    assert made.returncode == 0
    return folder


@pytest.fixture
def folder(planned: Path, tmp_path: Path) -> Path:
    shutil.copytree(planned, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def spawn(folder: Path) -> Iterator[Spawn]:
    children = []

    def start(*options: str) -> "pexpect.spawn[str]":
        child = pexpect.spawn(
            BACKPLAN,
            ["checkin", "plan.json", "--intake", "intake.yaml", *options],
            cwd=str(folder),
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


def told(folder: Path, *options: str, **env: str) -> CompletedProcess[str]:
    return run("checkin", "plan.json", "--intake", "intake.yaml", *options, cwd=folder, env=env)


def change(folder: Path, old: str, new: str, name: str = "told.yaml") -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def good_weeks(folder: Path) -> None:
    """Write two good weeks of the side plank, which had more sets a week before them."""
    planned = "planned: {sets: %d, reps: 3, hold_s: 10, load: none, effort: 4}"
    line = "  - {exercise: side_plank_knees, %s, done: %d, effort: 4, pain: 0, pain_next_day: 0}\n"
    head = (folder / "told.yaml").read_text(encoding="utf-8").partition("exercises:")[0]
    for name, start, sets in (("told", WEEK, 1), ("past", EARLIER, 1), ("old", "2026-11-02", 3)):
        text = head.replace(WEEK, start) + "exercises:\n" + line % (planned % sets, sets)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def side_plank_sets(folder: Path) -> int | None:
    """Return the most sets a week of the side plank that the orders allow."""
    (sets,) = (
        one.order.sets_a_week
        for one in read_orders(folder / "o.yaml")
        if isinstance(one.order, Cap) and one.order.exercise == "side_plank_knees"
    )
    return sets


UP = ("--answers", "told.yaml", "--history", "past.yaml", "--history", "old.yaml", "-o", "o.yaml")


def test_a_file_is_told_in_steps_with_reasons_and_a_chart(folder: Path) -> None:
    done = told(folder, "--answers", "told.yaml", "--save", "saved.yaml", "-o", "orders.yaml")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    text = " ".join(done.stdout.split())
    assert "Crunch: 2 of 4 sets, effort 6 (planned 5), pain 6, next day 3" in text
    assert "Why: Pain of six or more; an easier form of it, or something else." in text
    assert f"{WEEK} ███████████" in text
    assert "Next: backplan plan intake.yaml --orders orders.yaml --week-start" in done.stderr
    assert "planned: {sets: 4" in (folder / "saved.yaml").read_text(encoding="utf-8")
    authors = {one.order.author for one in read_orders(folder / "orders.yaml")}
    assert authors == {f"check-in of {NEXT}"}
    plan = run("plan", "intake.yaml", "--orders", "orders.yaml", "--week-start", NEXT, cwd=folder)
    assert plan.returncode == 0
    assert "Forbid Crunch" in plan.stdout
    again = told(folder, "--answers", "saved.yaml", "-o", "again.yaml")
    assert again.stdout == done.stdout
    assert (folder / "again.yaml").read_bytes() == (folder / "orders.yaml").read_bytes()


def test_the_chart_needs_no_unicode(folder: Path) -> None:
    done = told(folder, "--answers", "told.yaml", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "######" in done.stdout
    assert done.stdout.isascii()


def test_a_missed_week_holds_and_a_second_one_steps_back(folder: Path) -> None:
    first = told(folder, "--missed")
    assert (first.returncode, "\nDown\n" in first.stdout) == (0, False)
    assert "nothing told" in first.stdout
    good_weeks(folder)
    second = told(folder, "--missed", "--history", "old.yaml", "-o", "orders.yaml")
    assert second.returncode == 0
    assert "Two weeks without training" in second.stdout
    assert "\nDown\n" in second.stdout
    (first_order, *_) = read_orders(folder / "orders.yaml")
    assert first_order.order.author == f"check-in of {WEEK} (missed)"


def test_a_warning_sign_refers_and_stops_the_program_until_it_is_settled(folder: Path) -> None:
    change(folder, "red_flags: []", "red_flags: [worsening_leg]")
    done = told(folder, "--answers", "told.yaml", "--save", "saved.yaml", "-o", "orders.yaml",
                "--next-intake", "next.yaml")  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert "Where to go: Have it examined by a doctor today" in done.stderr
    assert not (folder / "orders.yaml").exists()
    assert run("plan", "next.yaml", cwd=folder).returncode == 3
    run("plan", "intake.yaml", "--week-start", NEXT, "--format", "json", "-o", "plan.json",
        cwd=folder)  # fmt: skip
    change(folder, "red_flags: [worsening_leg]", "red_flags: []")
    change(folder, f"week_start: {WEEK}", f"week_start: {NEXT}")
    head = (folder / "told.yaml").read_text(encoding="utf-8").partition("exercises:")[0]
    (folder / "week.yaml").write_text(f"{head}exercises: []\n", encoding="utf-8")
    stopped = told(folder, "--history", "saved.yaml", "--answers", "week.yaml")
    assert stopped.returncode == 3
    record = f"{{flag: worsening_leg, by: Dr A, date: {NEXT}, finding: nothing serious}}"
    change(folder, "cannot: []", f"cannot: []\n  settled: [{record}]", "intake.yaml")
    change(folder, "answered_on: 2026-11-20", f"answered_on: {NEXT}", "intake.yaml")
    goes_on = told(folder, "--history", "saved.yaml", "--answers", "week.yaml")
    assert goes_on.returncode == 0


def test_changed_answers_are_written_or_asked_for(folder: Path) -> None:
    change(folder, "cannot: []", "cannot: [supine]")
    done = told(folder, "--answers", "told.yaml", "-o", "orders.yaml")
    assert done.returncode == 2
    assert "--next-intake: this check-in changes the answers" in done.stderr
    assert not (folder / "orders.yaml").exists()
    done = told(folder, "--answers", "told.yaml", "-o", "o.yaml", "--next-intake", "next.yaml")
    assert done.returncode == 0
    assert "Next: backplan plan next.yaml" in done.stderr
    changed = read_intake(folder / "next.yaml", load_knowledge())
    assert changed.screening.cannot == ("supine",)
    assert str(changed.answered_on) == NEXT


def test_up_is_a_proposal_until_somebody_confirms_it(folder: Path) -> None:
    good_weeks(folder)
    done = told(folder, *UP)
    assert done.returncode == 0
    assert "Could go up: up to 2 sets a week (now 1); it stays until" in " ".join(
        done.stdout.split()
    )
    assert side_plank_sets(folder) == 1
    assert told(folder, *UP, "--confirm", "Ana").returncode == 0
    assert side_plank_sets(folder) == 2


def test_in_a_clinic_only_its_clinicians_confirm(folder: Path) -> None:
    good_weeks(folder)
    settings = folder / "config" / "backplan"
    settings.mkdir(parents=True)
    text = "role: clinician\nclinicians: [Pia Lindqvist]\n"
    (settings / "settings.yaml").write_text(text, encoding="utf-8")
    config = str(folder / "config")
    refused = told(folder, *UP, "--confirm", "Pia Lindkvist", XDG_CONFIG_HOME=config)
    assert refused.returncode == 2
    assert "do not name Pia Lindkvist (did you mean Pia Lindqvist?)" in refused.stderr
    done = told(folder, *UP, "--confirm", "Pia Lindqvist", XDG_CONFIG_HOME=config)
    assert done.returncode == 0
    assert side_plank_sets(folder) == 2


@pytest.mark.parametrize("name", ["", "x" * 101, "two\nlines"])
def test_who_confirms_has_a_name(folder: Path, name: str) -> None:
    done = told(folder, "--answers", "told.yaml", "--confirm", name)
    assert done.returncode == 2
    assert done.stderr.startswith("error: --confirm: expected the name of who agrees")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (f"week_start: {WEEK}", f"week_start: {EARLIER}",
         f"error: told.yaml:4: week_start: the plan has no week of {EARLIER}; it is for {WEEK} to "
         "2026-11-22"),
        (f"answered_on: {NEXT}", "answered_on: 2099-01-01",
         "error: told.yaml:5: answered_on: 2099-01-01 is in the future; today is"),
        ("exercise: crunch", "exercise: crunches",
         "error: told.yaml:13: exercises[3].exercise: crunches is not in the plan (did you mean "
         "crunch?)"),
    ],
)  # fmt: skip
def test_bad_input_is_named_and_nothing_is_written(
    folder: Path, old: str, new: str, message: str
) -> None:
    change(folder, old, new)
    before = sorted(folder.iterdir())
    done = told(folder, "--answers", "told.yaml", "--save", "s.yaml", "-o", "o.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)
    assert sorted(folder.iterdir()) == before


def test_answers_of_somebody_else_and_two_ways_at_once_are_refused(folder: Path) -> None:
    both = told(folder, "--answers", "told.yaml", "--missed")
    assert (both.returncode, both.stderr.split(":")[1]) == (2, " --missed")
    change(folder, "name: Ana", "name: Bo", "intake.yaml")
    done = told(folder, "--answers", "told.yaml")
    assert done.returncode == 2
    assert "plan.json: name: is for Ana, but the answers are of Bo" in done.stderr


def test_a_week_that_is_not_over_is_not_missed(folder: Path) -> None:
    change(folder, "2026-11-20", str(datetime.date.today()), "intake.yaml")
    run("plan", "intake.yaml", "--format", "json", "-o", "plan.json", cwd=folder)
    done = told(folder, "--missed")
    assert done.returncode == 2
    assert re.search(r"--missed: the week of \S+ is not over before \S+ has gone", done.stderr)


def test_without_a_terminal_it_says_how_else(folder: Path) -> None:
    done = told(folder)
    assert done.returncode == 2
    assert "needs a terminal; or give --answers FILE" in done.stderr


def test_a_good_week_takes_a_few_answers(spawn: Spawn, folder: Path) -> None:
    child = spawn("-o", "orders.yaml")
    shown = say(child, *WELL, "1", "1", "1", "0", "0", "")
    words, code = end(child)
    assert code == 0
    assert max(map(len, shown.splitlines())) <= 80
    assert "13/13" in shown
    assert "100 %" in words
    saved = folder / f"checkin-{WEEK}.yaml"
    assert saved.stat().st_mode & 0o777 == 0o600
    again = told(folder, "--answers", saved.name, "-o", "again.yaml")
    assert again.returncode == 0
    assert (folder / "again.yaml").read_bytes() == (folder / "orders.yaml").read_bytes()


def test_what_was_less_hard_or_painful_is_asked_further(spawn: Spawn, folder: Path) -> None:
    child = spawn()
    shown = say(child, *WELL, "all", "2", "2,9", "2", "1", "3", "crunch", "8", "bird_dog", "5",
                "12", "4", "no", "slow")  # fmt: skip
    words, code = end(child)
    assert code == 0, words
    assert "type numbers from 1 to 4" in shown
    assert "Bird-dog: how many of the 2 sets did you do?" in shown
    assert "12: type a whole number from 0 to 10" in shown
    text = (folder / f"checkin-{WEEK}.yaml").read_text(encoding="utf-8")
    assert "note: slow" in text
    assert "done: 1" in text
    assert "settled: false" in text


def test_a_person_alone_is_asked_before_anything_goes_up(spawn: Spawn, folder: Path) -> None:
    good_weeks(folder)
    for answer, sets in (("no", 1), ("maybe", 2)):
        child = spawn("--history", "past.yaml", "--history", "old.yaml", "-o", "o.yaml")
        say(child, *WELL, "1", "1", "1", "0", "0", "", answer)
        if answer == "maybe":
            assert "type yes or no" in say(child, "yes")
        assert end(child)[1] == 0
        assert side_plank_sets(folder) == sets


def test_back_leads_to_the_question_before_and_enter_keeps(spawn: Spawn) -> None:
    child = spawn()
    shown = say(child, *["0"] * GROUPS, "back", "", "no", "0", "3", "back", "1", "1", "1", "0", "0",
                "")  # fmt: skip
    words, code = end(child)
    assert code == 0
    assert "Enter keeps: none of these" in shown
    assert "Enter keeps: nothing" in shown
    assert "100 %" in words


def test_ctrl_c_leaves_nothing_behind(spawn: Spawn, folder: Path) -> None:
    before = sorted(folder.iterdir())
    child = spawn("-o", "orders.yaml")
    say(child, *WELL, "1")
    child.expect(PROMPT)
    child.sendintr()
    words, code = end(child)
    assert code == 130
    assert "Left; nothing was saved." in words
    assert sorted(folder.iterdir()) == before


def test_a_warning_sign_ends_the_questions_and_says_where_to_go(spawn: Spawn, folder: Path) -> None:
    child = spawn("--next-intake", "next.yaml")
    say(child, "4", *["0"] * (GROUPS - 1))
    words, code = end(child)
    assert code == 3
    assert "Where to go" in words
    assert "worsening_leg" in (folder / f"checkin-{WEEK}.yaml").read_text(encoding="utf-8")
    assert run("plan", "next.yaml", cwd=folder).returncode == 3


def test_who_leaves_after_a_warning_sign_still_reads_where_to_go(
    spawn: Spawn, folder: Path
) -> None:
    before = sorted(folder.iterdir())
    child = spawn()
    say(child, "4")
    child.expect(PROMPT)
    child.sendintr()
    words, code = end(child)
    assert (code, "Where to go" in words) == (3, True)
    assert sorted(folder.iterdir()) == before


def test_advice_is_told_and_stops_nothing(folder: Path) -> None:
    change(folder, "red_flags: []", "red_flags: [inflammatory_back_pain]")
    done = told(folder, "--answers", "told.yaml", "--save", "s.yaml")
    assert done.returncode == 2
    assert "is saved: --answers s.yaml)" in done.stderr
    done = told(folder, "--answers", "s.yaml", "--next-intake", "next.yaml")
    assert done.returncode == 0
    assert "Please note: All of these together: back pain or stiffness" in done.stdout
