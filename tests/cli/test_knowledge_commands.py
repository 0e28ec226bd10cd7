"""`backplan knowledge why|schema|diff` as a person runs them: what they print, and bad input."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from knowledge import SHIPPED
from knowledge.editor_schema import KINDS, editor_schema
from knowledge.reading import parse
from tests.cli.running import run
from tests.overlays import toe_overlay
from tests.strategies import REAL

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
WEEK = "2026-11-30"
INTAKE = """\
name: Ana
answered_on: 2026-11-20
screening:
  age: 40
  red_flags: [{flags}]
  conditions: [{conditions}]
  other_condition: false
  cannot: []
places:
  home: {{mat: 1, wall: 1}}
days:
  mon: {{minutes: 30}}
"""
TOE = "{id: sore_toe, date: 2026-11-19, affected_side: left}"


@pytest.fixture(scope="module")
def toes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toe_overlay(tmp_path_factory.mktemp("overlays") / "toes")


@pytest.fixture
def intake(tmp_path: Path) -> Path:
    path = tmp_path / "answers.yaml"
    path.write_text(INTAKE.format(flags="", conditions=TOE))
    return path


def _page(*arguments: str | Path, stdin: str | None = None) -> str:
    """Run a command that succeeds; return what it prints, 80 columns of ASCII at most."""
    done = run("knowledge", *arguments, stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert max(map(len, done.stdout.splitlines())) <= 80
    return done.stdout


def _refused(*arguments: str | Path) -> str:
    """Run a command that is bad input; return its one line."""
    done = run("knowledge", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line


def _words(text: str) -> str:
    return " ".join(text.split())


def test_why_tells_the_whole_story_of_an_exercise(toes: Path, intake: Path) -> None:
    page = _page(
        "why", "toe_hold", "--intake", intake, "--week-start", WEEK, "--knowledge", toes
    )  # fmt: skip
    assert (
        page
        == """\
Toe hold (toe_hold)
Week of 2026-11-30 for Ana

Conditions of this week
-----------------------
- new toe (toe_new)
  Phase: from 2026-11-19 to 2026-12-30.
  Affected side: left.
  The verdicts may change on 2026-12-31.

Rules on this exercise
----------------------
- toe_new, isometric_long: exclude
  A long hold. Long and heavy work makes a toe throb.
  It acted on the dose of the level; the lower dose no longer demands this.
  Source: Clinical judgement of the authors of this knowledge base; not verified
  (own judgement)
  Not verified.
- toe_new, neural_tension: exclude, now modify because only one side is affected
  Stretching the nerve line at the back of the leg. A new toe must not be
  pulled.
  Caution: Mind the left toe, stand on the right one.
  Source: Blog article on strengthening the lower back in the gym and at home,
  undated (expert opinion)
  Verified.
- toe_new, trains_abdomen: modify
  Training the abdomen. The toe pushes along.
  Limits: effort at most 5 of 10, not in the first 2 h after a meal, breathing
  out on the effort.
  Caution: Push gently.
  Source: Blog article on strengthening the lower back in the gym and at home,
  undated (expert opinion)
  Source: Clinical judgement of the authors of this knowledge base; not verified
  (own judgement)
  Not verified.

Dose
----
  Level novice: 1-3 x 2, hold 20 s, rest 30 s, load none, effort 6 of 10
- repetitions 2 -> 4
- hold 20 s -> 10 s
- between repetitions 0 s -> 5 s
- effort 6 -> 5
- Cue added: Breathe out on the effort and never hold your breath.
- Cue added: Not in the first 2 h after a meal.

Verdict: modify, allowed with the limits above.
"""
    )


def test_why_reads_standard_input_and_names_what_stands_beside_the_rules(toes: Path) -> None:
    text = INTAKE.format(flags="", conditions="") + "banned: [toe_press]\n"
    page = _page(
        "why", "toe_press", "--intake", "-", "--week-start", WEEK, "--knowledge", toes, stdin=text
    )
    assert "Level novice (it begins at advanced):" in page
    assert page.partition("Beside the rules\n")[2].splitlines()[1:] == [
        "- level (level_advanced): It is for the advanced level; yours is novice.",
        "- level (technique_deadlift): It needs the barbell deadlift taught and checked",
        "  by a coach, and at least six months of training.",
        "- banned (banned): You banned it.",
        "- equipment (equipment): It needs: barbell and weight plate or kettlebell.",
        "",
        "Verdict: exclude, decided by level_advanced.",
    ]


def test_why_explains_a_referral_first_and_still_ends_well(tmp_path: Path) -> None:
    flag = next(one for one in REAL.screening.red_flags if one.urgency == "emergency")
    path = tmp_path / "answers.yaml"
    path.write_text(INTAKE.format(flags=flag.id, conditions=""))
    page = _page("why", "bird_dog", "--intake", path, "--week-start", WEEK)
    assert page.splitlines()[3] == "No plan now. Emergency: get help now."
    assert f"Where to go: {flag.where_to_go}" in _words(page)
    assert "Verdict: no plan now, so no exercise. Without that: allow; no rule acts" in page


def test_why_believes_the_clinicians_of_the_settings_only(
    toes: Path, intake: Path, tmp_path: Path
) -> None:
    decision = (
        "softenings:\n  - {condition: sore_toe, demand: neural_tension, by: Pia, reason: Fine., "
        "date: 2026-11-20, until: 2026-12-20}\n"
    )
    intake.write_text(INTAKE.format(flags="", conditions=TOE.replace("left", "both")) + decision)
    asked = ("why", "toe_hold", "--intake", intake, "--week-start", WEEK, "--knowledge", toes)
    without = _page(*asked)
    assert "does not count: the settings of this clinic do not name Pia." in _words(without)
    settings = tmp_path / "config" / "backplan" / "settings.yaml"
    settings.parent.mkdir(parents=True)
    settings.write_text("role: clinician\nclinicians: [Pia]\n")
    done = run("knowledge", *asked, env={"XDG_CONFIG_HOME": str(tmp_path / "config")})
    assert "neural_tension: exclude, now clearance by a decision of a clinician" in _words(
        done.stdout
    )
    assert "does not count" not in done.stdout


def test_why_takes_the_next_week_where_none_is_named() -> None:
    page = _page("why", "bird_dog", "--intake", EXAMPLES / "home_beginner.yaml")
    assert page.splitlines()[1].startswith("Week of 20")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("bird_dogg",), "error: bird_dogg: is not a known exercise (did you mean bird_dog?)"),
        (
            ("bird_dog", "--week-start", "30.11.2026"),
            "error: --week-start: expected a date such as 2026-11-30, found 30.11.2026",
        ),
        (("bird_dog", "--week-start", "2020-01-06"), "error: --week-start: the week of 2020-01-06"),
        (("bird_dog", "--knowledge", "nowhere"), "error: nowhere: no such folder"),
    ],
)
def test_why_refuses_what_it_cannot_use(arguments: tuple[str, ...], message: str) -> None:
    line = _refused("why", *arguments, "--intake", EXAMPLES / "home_beginner.yaml")
    assert line.startswith(message)


def test_why_refuses_an_intake_that_is_missing_or_wrong(tmp_path: Path) -> None:
    assert "no such file" in _refused("why", "bird_dog", "--intake", tmp_path / "none.yaml")
    path = tmp_path / "answers.yaml"
    path.write_text(INTAKE.format(flags="", conditions="{id: osteoporosi}"))
    line = _refused("why", "bird_dog", "--intake", path)
    assert line.startswith(f"error: {path}:6: screening.conditions[1].id: osteoporosi is not")
    done = run("knowledge", "why", "bird_dog")
    assert done.returncode == 2
    assert "--intake" in done.stderr


FOLDERS = {"exercise": "exercises", "condition": "conditions"}


def _shipped(kind: str) -> list[Path]:
    """Return the shipped files of a kind that people write."""
    if kind in FOLDERS:
        return sorted((SHIPPED / FOLDERS[kind]).glob("*.yaml"))
    if kind == "intake":
        return sorted(EXAMPLES.glob("*.yaml"))
    if kind == "rules":
        return sorted(EXAMPLES.glob("*/knowledge/rules/*.yaml"))
    if kind == "settings":
        return sorted(EXAMPLES.glob("*/settings/backplan/*.yaml"))
    name = kind if kind == "equipment" else f"{kind}s"
    return [SHIPPED / f"{name}.yaml"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_file_fits_the_schema_of_its_kind(kind: str) -> None:
    schema = editor_schema(kind, REAL)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for path in _shipped(kind):
        # As JSON: a list of numbers is a list, not a tuple.
        data = json.loads(json.dumps(parse(path.read_text(), path.name).data))
        assert not list(validator.iter_errors(data)), path


@pytest.mark.parametrize("kind", KINDS)
def test_no_schema_lets_a_key_through_that_nobody_knows(kind: str) -> None:
    validator = Draft202012Validator(editor_schema(kind, REAL))
    wrong: Any = {"neame": "x"}
    messages = [one.message for one in validator.iter_errors(wrong)]
    messages += [one.message for one in validator.iter_errors([wrong])]
    assert any("'neame' was unexpected" in message for message in messages)


def _offered(schema: dict[str, Any], noun: str, field: str) -> str:
    """Return what a schema says of a field, as text to look for words in."""
    node = schema if schema["title"] == noun else schema["$defs"][noun]
    return json.dumps(node["properties"][field])


def test_the_words_of_the_knowledge_base_are_offered_where_they_belong() -> None:
    schema = editor_schema("exercise", REAL)
    assert '"supine"' in _offered(schema, "Exercise", "demands")
    # What follows from the dose is not written.
    assert '"isometric_long"' not in _offered(schema, "Exercise", "demands")
    assert '"dumbbell"' in _offered(schema, "Equipment", "any_of")
    assert '"bird_dog"' in _offered(schema, "Exercise", "substitutes")
    assert '"author_judgement"' in _offered(schema, "Exercise", "sources")
    assert '"isometric_long"' in _offered(editor_schema("condition", REAL), "Rule", "demands")
    assert '"dumbbell"' in _offered(editor_schema("intake", REAL), "Intake", "places")
    assert '"pregnancy"' in _offered(editor_schema("intake", REAL), "HeldCondition", "id")


def test_a_word_that_an_overlay_may_be_about_to_add_is_let_through() -> None:
    path = SHIPPED / "exercises" / "bird_dog.yaml"
    data = json.loads(json.dumps(parse(path.read_text(), path.name).data))
    validator = Draft202012Validator(editor_schema("exercise", REAL))
    assert validator.is_valid({**data, "pattern": "something_new", "sources": ["our_own_study"]})
    assert not validator.is_valid({**data, "pattern": "Something new"})
    assert not validator.is_valid({**data, "step": "1"})


def test_schema_prints_or_writes_what_an_editor_reads(tmp_path: Path) -> None:
    printed = run("knowledge", "schema")
    assert (printed.returncode, printed.stderr) == (0, "")
    assert json.loads(printed.stdout)["title"] == "Exercise"
    assert run("knowledge", "schema", "exercise").stdout == printed.stdout
    path = tmp_path / "source.schema.json"
    done = run("knowledge", "schema", "source", "--output", path)
    assert (done.returncode, done.stdout) == (0, "")
    schema = json.loads(path.read_text())
    assert (schema["type"], schema["items"]["title"]) == ("array", "Source")


def test_schema_knows_the_words_of_an_overlay(toes: Path) -> None:
    done = run("knowledge", "schema", "intake", "--knowledge", toes)
    assert '"sore_toe"' in done.stdout
    assert '"sore_toe"' not in run("knowledge", "schema", "intake").stdout


def test_schema_refuses_a_kind_that_is_not_one(tmp_path: Path) -> None:
    line = _refused("schema", "exercises")
    assert line.startswith("error: KIND: exercises is not one of: exercise, condition, rules,")
    assert line.endswith("(did you mean exercise?)")
    line = _refused("schema", "--output", tmp_path / "none" / "x.json")
    assert "cannot be written" in line


def test_diff_of_a_thing_and_itself_is_none(toes: Path) -> None:
    assert _page("diff", "shipped", "shipped") == "No difference.\n"
    assert _page("diff", toes, toes) == "No difference.\n"
    assert _page("diff", SHIPPED, "shipped") == "No difference.\n"


def test_diff_shows_what_an_overlay_and_its_rules_change(toes: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    shutil.copytree(toes, ours)
    (ours / "exercises" / "toe_push.yaml").unlink()
    text = (ours / "exercises" / "toe_press.yaml").read_text()
    (ours / "exercises" / "toe_press.yaml").write_text(
        text.replace("substitutes: [toe_push]", "substitutes: [toe_hold]")
    )
    (ours / "rules").mkdir()
    (ours / "rules" / "toe_old.yaml").write_text(
        "condition: toe_old\nrules:\n  - {demands: [standing, supine], verdict: exclude, "
        "reason: No., sources: [article], verified: false}\n"
    )
    assert (
        _page("diff", toes, ours)
        == """\
exercises/toe_press: changed
  substitutes: without toe_push; with toe_hold
exercises/toe_push: removed
conditions/toe_old: changed
  standing: clearance -> exclude
  supine: allow -> exclude
  standing: max_sets 1 -> none
  standing: reason "An old toe may give way." -> No.
  standing: caution "Your doctor looked at the toe." -> none
  standing, supine: verified true -> false
  supine: reason "A toe is far away." -> No.

0 added, 1 removed, 2 changed.
"""
    )


def test_diff_of_an_overlay_with_faults_names_them(tmp_path: Path) -> None:
    overlay = toe_overlay(tmp_path / "toes")
    path = overlay / "exercises" / "toe_push.yaml"
    path.write_text(path.read_text().replace("pattern: plank", "pattern: plnk"))
    line = _refused("diff", "shipped", overlay)
    assert line.startswith(f"error: {path}:")
    assert line.endswith("pattern: plnk is not known (did you mean plank?)")


def test_diff_refuses_what_is_no_knowledge_base(tmp_path: Path) -> None:
    line = _refused("diff", "shiped", "shipped")
    assert line.startswith("error: shiped: no such folder (did you mean shipped?)")
    assert "holds no knowledge" in _refused("diff", "shipped", tmp_path)
    done = run("knowledge", "diff", "shipped")
    assert done.returncode == 2
