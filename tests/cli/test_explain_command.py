"""`backplan explain PLAN --intake FILE` as a person runs it: what it prints, and bad input."""

import copy
import datetime
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from recommender.explain.changes import change
from recommender.recommend import next_monday
from recommender.render.explain import schema
from tests.cli.running import run
from tests.recommender.people import asked
from tests.strategies import REAL

ROOT = Path(__file__).parent.parent.parent
OK, BAD_INPUT, REFERRED, IMPOSSIBLE = 0, 2, 3, 4  # as promised to people
TODAY = datetime.date.today()
MONDAY = next_monday(TODAY + datetime.timedelta(days=1))  # still ahead if midnight passes
ANSWERS = f"""\
name: Ana
answered_on: {TODAY}
screening:
  age: 34
  red_flags: []
  conditions: []
  other_condition: false
  cannot: []
places:
  home: {{mat: 1, wall: 1}}
days:
  mon: {{minutes: 15}}
  thu: {{minutes: 15}}
banned: [side_plank]
"""
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Made:
    """A plan made by the real command, with its folder, its file and that of its answers."""

    folder: Path
    intake: Path
    file: Path
    plan: dict[str, Any]

    def explain(self, *options: str | Path) -> Done:
        return run("explain", self.file, "--intake", self.intake, *options)

    def page(self, *options: str | Path) -> str:
        """Explain with success; return what is printed, in 80 columns of ASCII."""
        done = self.explain(*options)
        assert (done.returncode, done.stderr) == (OK, "")
        assert_readable(done.stdout)
        return done.stdout

    def edited(self, edit: Callable[[dict[str, Any]], object]) -> Done:
        """Explain a copy of the plan that was edited by hand."""
        plan = copy.deepcopy(self.plan)
        edit(plan)
        assert plan != self.plan
        file = self.folder / "edited.json"
        file.write_text(json.dumps(plan, indent=2), encoding="utf-8")
        return run("explain", file, "--intake", self.intake, "--tries", "0")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("explain")
    intake, file = folder / "answers.yaml", folder / "plan.json"
    intake.write_text(ANSWERS, encoding="utf-8")
    arguments = ("--week-start", str(MONDAY), "--format", "json", "-o", file)
    done = run("plan", intake, *arguments)
    assert (done.returncode, done.stderr) == (OK, "")
    return Made(folder, intake, file, json.loads(file.read_text(encoding="utf-8")))


def assert_readable(text: str) -> None:
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 80


def words(text: str) -> str:
    return " ".join(text.split())


def assert_refused(done: Done, *pieces: str) -> None:
    """Assert that one line of errors names all the pieces, and that nothing was explained."""
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert all(re.match("(broken|error): ", line) for line in lines)
    assert any(all(piece in line for piece in pieces) for line in lines), done.stderr


def test_every_item_is_explained_with_its_alternatives(made: Made) -> None:
    text = made.page("--tries", "4")
    assert text.startswith(f"Plan for the week of {MONDAY} for Ana, explained\n")
    for day in made.plan["days"]:
        for item in day["items"]:
            assert words(f"{item['name']}, {item['sets']} set") in words(text)
    assert "Every session begins with" in words(text)
    assert "abdominal sets of the week" in words(text)
    assert "4 weeks solved, which is the limit" in words(text)


def test_json_is_the_contract_and_the_same_bytes_twice(made: Made) -> None:
    first, second = (made.explain("--tries", "2", "--format", "json") for _ in range(2))
    assert first.returncode == OK
    assert first.stdout == second.stdout
    document = json.loads(first.stdout)
    jsonschema.validate(document, json.loads(schema()))
    assert document["stamps"] == made.plan["stamps"]
    assert document["items"]["tries"]["made"] == 2
    printed = [item["exercise"] for item in document["items"]["items"]]
    assert printed == [item["exercise"] for day in made.plan["days"] for item in day["items"]]


def test_why_not_names_the_rule_and_its_source(made: Made) -> None:
    assert "You banned it." in made.page("--why-not", "side_plank")
    text = made.page("--why-not", "pallof_press_band")
    assert "It needs: elastic band with an anchor." in text
    assert "Rule: equipment" in text
    assert "Source: " in text


def test_why_not_a_candidate_shows_what_the_week_with_it_would_lose(made: Made) -> None:
    candidate = made.plan["not_chosen"][0]
    text = made.page("--why-not", candidate["exercise"])
    assert f"Why not {candidate['name']}" in words(text)
    assert "The best week with it:" in text
    assert "+ " in text


def test_why_not_something_unknown_names_the_nearest(made: Made) -> None:
    assert_refused(made.explain("--why-not", "crunhc"), "did you mean crunch?")


def test_what_if_shows_the_new_week(made: Made) -> None:
    text = made.page("--what-if", "thu=off")
    assert "Thursday is off." in text
    assert "no session" in text
    assert "does not hold with these answers" in words(text)
    assert "Nothing has to change" in made.page("--what-if", "thu.minutes=15")


def test_what_if_takes_several_changes(made: Made) -> None:
    done = made.explain(
        "--what-if", "home.equipment+=band", "--what-if", "sat.minutes=20", "--format", "json"
    )
    assert done.returncode == OK
    what = json.loads(done.stdout)["what_if"]
    assert what["changes"] == ["home.equipment+=band", "sat.minutes=20"]
    assert "pallof_press_band" in what["opened"]


def test_what_if_no_week_fits_ends_as_such_a_plan_would(made: Made) -> None:
    done = made.explain("--what-if", "mon=off", "--what-if", "thu.minutes=5")
    assert (done.returncode, done.stderr) == (IMPOSSIBLE, "")
    assert_readable(done.stdout)
    assert "No week fits these answers." in done.stdout
    assert "makes a week possible" in words(done.stdout)


@pytest.mark.parametrize(
    "text", ["age=20", "conditions+=osteoporosis", "clearances+=osteoporosis", "red_flags-=fever"]
)
def test_what_if_never_plays_with_clinical_answers(made: Made, text: str) -> None:
    assert_refused(made.explain("--what-if", text), text, "fact about your health")


def test_what_if_with_a_wrong_key_names_the_nearest(made: Made) -> None:
    assert_refused(made.explain("--what-if", "wed.minuts=40"), "did you mean wed.minutes?")


def test_one_question_at_a_time(made: Made) -> None:
    done = made.explain("--what-if", "mon=off", "--why-not", "crunch")
    assert_refused(done, "--what-if", "one question at a time")


def test_a_wrong_format_names_the_nearest(made: Made) -> None:
    assert_refused(made.explain("--format", "jsn"), "did you mean json?")


def test_a_plan_that_breaks_a_rule_is_not_explained(made: Made) -> None:
    def more_sets(plan: dict[str, Any]) -> None:
        next(i for i in plan["days"][0]["items"] if i["block"] == "main")["sets"] += 1

    done = made.edited(more_sets)
    assert_refused(done, "broken: balance")
    assert_refused(done, "a plan that breaks a rule is not explained", "backplan plan")


def test_a_plan_of_other_answers_is_not_explained(made: Made) -> None:
    other = made.folder / "other.yaml"
    other.write_text(ANSWERS.replace("name: Ana", "name: Eva"), encoding="utf-8")
    done = run("explain", made.file, "--intake", other)
    assert_refused(done, "stamps.intake", "made from answers", "make a new plan")


def test_a_plan_of_another_knowledge_base_is_not_explained(made: Made) -> None:
    done = made.edited(lambda plan: plan["stamps"].update(knowledge="000000000000"))
    assert_refused(done, "stamps.knowledge", "--knowledge", "make a new plan")


def test_a_person_who_should_see_a_doctor_gets_no_explanation(made: Made) -> None:
    flagged = made.folder / "flagged.yaml"
    flag = next(one.id for one in REAL.screening.red_flags if one.urgency == "emergency")
    flagged.write_text(ANSWERS.replace("red_flags: []", f"red_flags: [{flag}]"), encoding="utf-8")
    done = run("explain", made.file, "--intake", flagged)
    assert (done.returncode, done.stdout) == (REFERRED, "")
    assert done.stderr.startswith("referred: ")


def test_a_plan_whose_week_is_over_is_not_explained(made: Made) -> None:
    answers = made.folder / "old.yaml"
    long_ago = TODAY - datetime.timedelta(days=20)
    answers.write_text(ANSWERS.replace(str(TODAY), str(long_ago)), encoding="utf-8")
    file = made.folder / "old.json"
    week = next_monday(long_ago)
    done = run("plan", answers, "--week-start", str(week), "--format", "json", "-o", file)
    assert done.returncode == OK
    assert_refused(run("explain", file, "--intake", answers), "is over")


def test_a_plan_changed_by_hand_that_holds_is_explained_with_a_note(made: Made) -> None:
    done = made.edited(lambda plan: plan["tiers"][1].update(value=99))
    assert done.returncode == OK
    assert "Note: The tiers in the file are not those of its days" in words(done.stdout)


def test_the_answers_may_come_from_standard_input(made: Made) -> None:
    done = run("explain", made.file, "--intake", "-", "--tries", "0", stdin=ANSWERS)
    assert (done.returncode, done.stderr) == (OK, "")


def test_a_plan_without_days_has_nothing_to_explain(made: Made) -> None:
    done = made.edited(lambda plan: plan.update(status="impossible", days=[]))
    assert_refused(done, "has no days")


def test_the_docs_show_changes_that_are_understood_and_commands_that_run(made: Made) -> None:
    text = (ROOT / "docs" / "explaining.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)
    assert len(table) >= 10
    for example in table:
        assert change([example], asked(), "article", REAL).sentences
    commands = re.findall(r"^    \.venv/bin/backplan explain PLAN --intake FILE(.*)$", text, re.M)
    assert len(commands) >= 3
    for options in commands:
        assert made.explain(*options.replace('"', "").split()).returncode == OK
    assert set(re.findall(r"`--([a-z-]+)", text)) <= {
        "why-not", "what-if", "tries", "format", "knowledge", "intake",
    }  # fmt: skip
