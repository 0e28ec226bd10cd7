"""`backplan exercises list|show|new` as a person runs them."""

import re
from pathlib import Path

import pytest

from knowledge import Exercise, load_knowledge
from knowledge.reading import parse, validate
from knowledge.scaffold import draft_exercise
from knowledge.schema.exercise import LEVELS
from tests.cli.running import run
from tests.overlays import toe_overlay
from tests.strategies import REAL


@pytest.fixture(scope="module")
def toes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toe_overlay(tmp_path_factory.mktemp("overlays") / "toes")


def _page(*arguments: str | Path) -> str:
    """Run a command that succeeds; return what it prints, 80 columns of ASCII at most."""
    done = run("exercises", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert max(map(len, done.stdout.splitlines())) <= 80
    return done.stdout


def _refused(*arguments: str | Path) -> list[str]:
    done = run("exercises", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr.splitlines()


def _listed(*arguments: str | Path) -> set[str]:
    """Return the ids that are listed, after a look at the count below them."""
    lines = _page("list", *arguments).splitlines()
    ids = [line.split()[0] for line in lines if re.match("[a-z][a-z_0-9]* ", line)]
    known = len(REAL.exercises) + (4 if "--knowledge" in arguments else 0)
    assert lines[-1] == f"{len(ids)} of {known} exercises."
    assert ids == sorted(ids)
    return set(ids)


def _enough(exercise: Exercise, pieces: set[str]) -> bool:
    """Return whether the pieces are enough, said again in another way than the program does."""
    served = pieces | {one.id for one in REAL.equipment.values() if pieces & {*one.substitutes}}
    options = set(exercise.equipment.any_of)
    return set(exercise.equipment.all_of) <= served and (not options or bool(options & served))


def test_the_list_has_every_exercise() -> None:
    assert _listed() == set(REAL.exercises)
    assert _listed("--equipment", "none", "--demand", "supine", "--demand", "standing") == set()


@pytest.mark.parametrize("pieces", [["none"], ["mat"], ["carpet"], ["mat", "band", "wall"]])
def test_the_equipment_filter_counts_substitutes_and_nothing_else(pieces: list[str]) -> None:
    arguments = [word for piece in pieces for word in ("--equipment", piece)]
    own = set(pieces) - {"none"}
    assert _listed(*arguments) == {one.id for one in REAL.exercises.values() if _enough(one, own)}


def test_a_substitute_serves_but_not_the_other_way_round() -> None:
    with_carpet, with_mat = (_listed("--equipment", piece) for piece in ("carpet", "mat"))
    needs_mat = {one.id for one in REAL.exercises.values() if one.equipment.all_of == {"mat": 1}}
    assert needs_mat
    assert needs_mat <= with_carpet
    needs_carpet = {one for one in with_carpet if "carpet" in REAL.exercises[one].equipment.all_of}
    assert not needs_carpet & with_mat


def test_pieces_are_there_in_any_number(toes: Path) -> None:
    everything = ("--level", "advanced", "--knowledge", toes)
    assert "toe_press" in _listed("--equipment", "barbell", "--equipment", "plate", *everything)
    assert "toe_press" not in _listed("--equipment", "barbell", *everything)


def test_the_other_filters_look_at_region_demands_and_level() -> None:
    every = REAL.exercises.values()
    assert _listed("--region", "hip") == {one.id for one in every if "hip" in one.credits}
    both = _listed("--demand", "prone", "--demand", "extension_loaded")
    assert both == {one.id for one in every if {"prone", "extension_loaded"} <= {*one.demands}}
    neither = _listed("--without-demand", "supine", "--without-demand", "floor_transfer")
    assert neither == {one.id for one in every if not {"supine", "floor_transfer"} & {*one.demands}}
    open_levels = LEVELS[:2]
    assert _listed("--level", "intermediate") == {
        one.id for one in every if one.difficulty in open_levels
    }


def test_all_filters_hold_together() -> None:
    wanted = ("--region", "lumbar", "--without-demand", "supine", "--level", "novice")
    assert _listed(*wanted, "--equipment", "none") == {
        one.id
        for one in REAL.exercises.values()
        if "lumbar" in one.credits and "supine" not in one.demands
        and one.difficulty == "novice" and _enough(one, set())
    }  # fmt: skip


def test_demands_that_follow_from_the_dose_depend_on_the_level(toes: Path) -> None:
    long = ("--demand", "isometric_long", "--knowledge", toes)
    assert {"toe_hold", "toe_push"} <= _listed(*long)
    starts_short = {
        one.id
        for one in REAL.exercises.values()
        if one.kind == "stability"
        and (one.dose.novice and (one.dose.novice.hold_s or 99) <= 10)
        and (one.dose.advanced and (one.dose.advanced.hold_s or 0) > 10)
    }
    assert starts_short
    assert not starts_short & _listed(*long)
    assert starts_short <= _listed(*long, "--level", "advanced")
    assert "toe_press" in _listed("--demand", "load_heavy", "--knowledge", toes)
    assert "toe_hold" in _listed("--demand", "trains_abdomen", "--knowledge", toes)


def _rows(page: str) -> dict[str, list[str]]:
    """Return the rows below each exercise, or the rest of its own row."""
    rows: dict[str, list[str]] = {}
    for line in page.splitlines()[:-2]:
        words = line.split()
        if line.startswith(" "):
            rows[next(reversed(rows))].append(" ".join(words))
        else:
            rows[words[0]] = [" ".join(words[1:])] if words[1:] else []
    return rows


def test_a_condition_shows_its_worst_verdict_and_what_decides(toes: Path) -> None:
    rows = _rows(_page("list", "--condition", "toe_new", "--knowledge", toes))
    assert rows["toe_hold"] == ["exclude neural_tension"]
    assert rows["toe_push"] == ["modify trains_abdomen"]
    assert rows["toe_reach"] == ["exclude support"]
    assert rows["toe_press"] == ["modify trains_abdomen"]  # the heavy load is taken away
    no_demand = {one.id for one in REAL.exercises.values() if one.side != "abdominal"} & {
        one.id for one in REAL.exercises.values() if not one.demands
    }
    assert no_demand
    assert all(rows[name] == ["allow"] for name in no_demand)


def test_a_dose_that_is_only_lowered_is_decided_by_what_it_lost(toes: Path, tmp_path: Path) -> None:
    overlay = tmp_path / "toes"
    (overlay / "exercises").mkdir(parents=True)
    text = (toes / "exercises" / "toe_push.yaml").read_text()
    for old, new in (
        ("toe_push", "toe_wait"),
        ("side: abdominal", "side: none\ntechnique: deadlift"),
        ("credits: {abdominal: 1}", "credits: {hip: 1}"),
        ("reps: 1, hold_s: 15", "reps: 1, hold_s: 10"),
    ):
        assert old in text
        text = text.replace(old, new)
    (overlay / "exercises" / "toe_wait.yaml").write_text(text)
    asked = ("list", "--condition", "toe_new", "--knowledge", toes, "--knowledge", overlay)
    # A lift that has to be taught is no matter of the condition.
    assert _rows(_page(*asked))["toe_wait"] == ["allow"]
    assert _rows(_page(*asked, "--level", "intermediate"))["toe_wait"] == ["modify isometric_long"]


def test_an_answer_with_phases_shows_each_phase_by_its_id(toes: Path) -> None:
    arguments = ("--condition", "sore_toe", "--level", "novice", "--knowledge", toes)
    rows = _rows(_page("list", *arguments))
    assert rows["toe_hold"] == ["toe_new exclude neural_tension", "toe_old clearance standing"]
    assert rows["toe_push"][0] == "toe_new modify trains_abdomen"
    assert "toe_press" not in rows


def test_every_condition_can_be_asked_within_eighty_columns() -> None:
    longest = max(REAL.answers, key=lambda one: max(len(c.id) for c in REAL.answers[one]))
    assert _rows(_page("list", "--condition", longest)).keys() == REAL.exercises.keys()


def test_every_unknown_word_is_named_with_the_nearest_known() -> None:
    lines = _refused(
        "list", "--region", "hipp", "--equipment", "matt", "--equipment", "mat", "--demand",
        "suppine", "--without-demand", "pron", "--condition", "pregnanzy", "--level", "novise",
    )  # fmt: skip
    assert sorted(lines) == [
        "error: --condition: pregnanzy is not known (did you mean pregnancy?)",
        "error: --demand: suppine is not known (did you mean supine?)",
        "error: --equipment: matt is not known (did you mean mat?)",
        "error: --level: novise is not known (did you mean novice?)",
        "error: --region: hipp is not known (did you mean hip?)",
        "error: --without-demand: pron is not known (did you mean prone?)",
    ]


def test_filters_that_contradict_each_other_are_refused() -> None:
    (line,) = _refused("list", "--equipment", "none", "--equipment", "mat")
    assert line == "error: --equipment: none cannot stand beside other pieces"
    (line,) = _refused("list", "--demand", "prone", "--without-demand", "prone")
    assert line == "error: --demand: prone is in --without-demand as well"


def test_an_id_of_any_length_keeps_the_list_within_eighty_columns(tmp_path: Path) -> None:
    long = "a" * 60
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / f"{long}.yaml").write_text(draft_exercise(REAL, long))
    page = _page("list", "--knowledge", tmp_path)
    assert page.startswith(f"{long}  abdominal\n    advanced      nothing\n")
    assert "\nbird_dog                            lumbar  " in page


def test_show_has_pattern_ladder_hands_and_swaps(toes: Path) -> None:
    page = _page("show", "toe_press", "--knowledge", toes)
    lines = page.splitlines()
    assert lines[:2] == ["Toe press (toe_press)", "  ladder      toe_hold, step 2"]
    assert "  easier      Toe hold (toe_hold)" in lines
    assert "  harder" not in page
    assert "  taught      barbell deadlift taught and checked by a coach" in lines
    plank = REAL.patterns["plank"]
    assert f"  pattern     plank, {plank.name}: at most {plank.a_session} a session" in page
    assert "  needs       barbell, 2 x weight plate or kettlebell" in lines
    assert "  instead     Toe push (toe_push)" in lines
    assert "  hands" not in page
    page = _page("show", "toe_hold", "--knowledge", toes)
    assert "  harder      Toe press (toe_press)" in page
    assert "  easier" not in page
    assert "  hands       both are needed" in page


def test_show_says_which_rules_are_not_verified(toes: Path) -> None:
    lines = _page("show", "toe_hold", "--knowledge", toes).splitlines()
    assert "    toe_new: exclude (neural_tension), verified" in lines
    assert "    toe_old: clearance (standing), verified" in lines
    assert not any(line.startswith("    toe_new") for line in
                   _page("show", "toe_push", "--knowledge", toes).splitlines())  # fmt: skip
    rules = [
        condition.cells["ballistic"]
        for condition in REAL.conditions.values()
        if condition.cells["ballistic"].verdict in ("exclude", "clearance")
    ]
    page = " ".join(_page("show", "kettlebell_swing").split())
    assert page.count("ballistic") >= len(rules)
    assert ("not verified" in page.partition("that block it")[2]) == any(
        not rule.verified for rule in rules
    )


def test_show_names_what_a_warm_up_prepares() -> None:
    warm_up = next(one for one in REAL.exercises.values() if one.prepares)
    names = ", ".join(REAL.patterns[name].name for name in warm_up.prepares)
    page = " ".join(_page("show", warm_up.id).split())
    assert f"prepares {names}" in page


def test_show_of_every_exercise_is_whole() -> None:
    from recommender.render.exercise import render_page

    for exercise in REAL.exercises.values():
        page = render_page(exercise, REAL)
        assert max(map(len, page.splitlines())) <= 80
        words = " ".join(page.split())
        assert all(cue in words for cue in exercise.cues)
        assert all(REAL.sources[name].title in words for name in exercise.sources)


def test_show_refuses_an_unknown_exercise() -> None:
    (line,) = _refused("show", "glute_brige")
    assert line == "error: glute_brige: is not a known exercise (did you mean glute_bridge?)"


def test_a_new_exercise_loads_as_it_stands_and_is_as_strict_as_can_be(tmp_path: Path) -> None:
    done = run("exercises", "new", "front_hold", "--output", tmp_path / "own" / "exercises")
    path = tmp_path / "own" / "exercises" / "front_hold.yaml"
    assert (done.returncode, done.stdout) == (0, f"Wrote {path}.\n")
    knowledge = load_knowledge(overlays=[tmp_path / "own"], cached=False)
    exercise = knowledge.exercises["front_hold"]
    assert (exercise.family, exercise.step) == ("front_hold", 1)
    assert set(exercise.demands) == {
        one.id for one in REAL.demands.values() if one.origin == "written"
    }
    assert (exercise.difficulty, exercise.spinal_load) == ("advanced", "very_high")
    assert (exercise.hand_free, exercise.verified) == (False, False)
    assert knowledge.overlays[0].added == ("exercises/front_hold",)


def test_a_new_exercise_explains_every_key_and_names_every_word() -> None:
    text = draft_exercise(REAL, "front_hold")
    for key in set(Exercise.model_fields) - {"weakens", "article_side"}:
        assert re.search(rf"^{key}:", text, re.MULTILINE), key
    for kind in ("patterns", "equipment", "muscles", "techniques", "sources", "demands"):
        for word in getattr(REAL, kind).values():
            is_derived = getattr(word, "origin", "written") == "derived"
            assert is_derived or re.search(rf"\b{word.id}\b", text), word.id
    comments = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    for words in ("one of: strength, stability", "one of: standing, seated", "one of: low, moder"):
        assert words in comments.lower()
    assert text.isascii()
    assert max(len(line) for line in text.splitlines()) <= 80


@pytest.mark.parametrize("family", sorted({one.family for one in REAL.exercises.values()}))
def test_a_new_rung_is_valid_on_every_ladder(family: str) -> None:
    text = draft_exercise(REAL, "zz_new", family)
    exercise = validate(Exercise, parse(text, "zz_new.yaml"))
    rungs = [one for one in REAL.exercises.values() if one.family == family]
    assert exercise.step == max(one.step for one in rungs) + 1
    assert exercise.side == rungs[0].side
    assert "floor_transfer" in exercise.demands


def test_new_rungs_of_all_ladders_load_as_one_overlay(tmp_path: Path) -> None:
    families = sorted({one.family for one in REAL.exercises.values()})
    (tmp_path / "exercises").mkdir()
    for number, family in enumerate(families):
        name = f"zz_{number}"
        (tmp_path / "exercises" / f"{name}.yaml").write_text(draft_exercise(REAL, name, family))
    knowledge = load_knowledge(overlays=[tmp_path], cached=False)
    assert len(knowledge.exercises) == len(REAL.exercises) + len(families)


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "front_hold.yaml"
    path.write_bytes(b"mine\xff")
    (line,) = _refused("new", "front_hold", "--output", tmp_path)
    assert line == f"error: {path}: exists already; choose another id or another --output"
    assert path.read_bytes() == b"mine\xff"


@pytest.mark.parametrize(
    ("exercise_id", "message"),
    [
        ("bird_dog", "is taken by Bird-dog; choose another id"),
        ("Front Hold", "(did you mean front_hold?)"),
        ("2_planks", "(did you mean planks?)"),
        ("../planks", "(did you mean planks?)"),
        ("", "(like glute_bridge)"),
        ("a" * 61, "expected at most 60 small letters"),
        ("null", "means something else in YAML"),
        ("true", "means something else in YAML"),
    ],
)
def test_new_refuses_ids_that_cannot_be(exercise_id: str, message: str, tmp_path: Path) -> None:
    (line,) = _refused("new", exercise_id, "--output", tmp_path / "exercises")
    assert message in line
    assert not list(tmp_path.iterdir())


def test_new_refuses_an_id_of_an_overlay(toes: Path, tmp_path: Path) -> None:
    arguments = ("new", "toe_hold", "--output", tmp_path)
    assert "is taken by Toe hold" in _refused(*arguments, "--knowledge", toes)[0]
    assert run("exercises", *arguments).returncode == 0


def test_new_refuses_a_ladder_that_is_not_known(tmp_path: Path) -> None:
    (line,) = _refused("new", "front_hold", "--family", "plnk", "--output", tmp_path)
    assert line.startswith("error: --family: plnk is not a known ladder (did you mean plank?)")
    assert not list(tmp_path.iterdir())


def test_new_refuses_a_folder_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (line,) = _refused("new", "front_hold", "--output", tmp_path / "file" / "exercises")
    assert "cannot be a folder" in line


def test_new_can_be_printed(tmp_path: Path) -> None:
    done = run("exercises", "new", "front_hold", "--output", "-", cwd=tmp_path)
    assert done.stdout == draft_exercise(REAL, "front_hold")
    assert not list(tmp_path.iterdir())
    done = run("exercises", "new", "front_hold", cwd=tmp_path)
    assert (tmp_path / "front_hold.yaml").read_text() == draft_exercise(REAL, "front_hold")
