"""Bad input through the real command: one clear message with file, line and field, and no more.

Every case asks for an output file that is there already; it must stay as it was, byte for byte.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from knowledge import BadInput
from recommender.intake import intake_from_text
from tests.cli.running import BACKPLAN, environment, run
from tests.strategies import REAL

INTAKE = """\
answered_on: 2026-11-20
week_start: 2026-11-30
screening:
  age: 34
  red_flags: []
  conditions: []
  other_condition: false
  cannot: []
goal: prevent
training_age: none
places:
  home: {mat: 1, wall: 1}
days:
  mon: {minutes: 15}
"""
Case = tuple[str, bytes, Sequence[tuple[str, ...]]]
KEPT = b"what was here before\r\n\xff"


def _plan(folder: Path, raw: bytes | None, *options: str, source: str = "answers.yaml") -> str:
    """Ask for a plan that cannot be, check what must hold of every bad input, return stderr."""
    if raw is not None:
        (folder / "answers.yaml").write_bytes(raw)
    (folder / "plan.json").write_bytes(KEPT)
    before = _contents(folder)
    options = options if "--output" in options else (*options, "--output", "plan.json")
    done = run("plan", source, *options, cwd=folder)
    assert "Traceback" not in done.stderr
    assert done.returncode == 2
    assert done.stdout == ""
    assert _contents(folder) == before
    return done.stderr


def _contents(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def _assert_says(stderr: str, expected: Sequence[tuple[str, ...]]) -> None:
    """Assert one line for each expected one: where it starts, and what else it has to say."""
    lines = stderr.splitlines()
    assert len(lines) == len(expected), stderr
    for line, (where, *pieces) in zip(lines, expected, strict=True):
        assert re.match(f"error: {where}: ", line), f"{line!r} does not start at {where!r}"
        for piece in pieces:
            assert piece in line


def _edited(old: str, new: str) -> bytes:
    assert INTAKE.count(old) == 1
    return INTAKE.replace(old, new).encode()


def _added(text: str) -> bytes:
    return (INTAKE + text).encode()


def _at(line: int | str, field: str) -> str:
    return rf"answers\.yaml:{line}: {field}"


AN_ORDER = "{kind: %s, exercise: %s, author: Dr. Ruiz, reason: It helps}"
PREGNANT = "conditions: [{id: pregnancy, date: %s}]"
_KEYS = ("age", "red_flags", "conditions", "other_condition", "cannot")
_SCREENING = "|".join(_KEYS)
TWO_PLACES = "  home: {mat: 1, wall: 1}\n  gym: {}"

# Whole files that are no answers: name, content, expected lines.
FILES: list[Case] = [
    ("an empty file", b"", [(r"answers\.yaml", "is empty")]),
    ("no YAML", b"goal: [1\ndays: }", [(r"answers\.yaml:2", "is not valid YAML")]),
    ("a text", b"hello\n", [(r"answers\.yaml:1", "expected the answers")]),
    ("a list", b"- goal\n", [(r"answers\.yaml:1", "expected the answers")]),
    ("a NUL byte", b"goal: \x00\n", [(r"answers\.yaml(:1)?", "is not valid YAML")]),
    (
        "two documents",
        INTAKE.encode() + b"---\n" + INTAKE.encode(),
        [(r"answers\.yaml:15", "more than one document")],
    ),
    ("an alias", _edited("goal: prevent", "goal: *x"), [(_at(9, "goal"), "aliases", "write it")]),
    (
        "an anchor",
        _edited("goal: prevent", "goal: &x prevent"),
        [(_at(9, "goal"), "anchors")],
    ),
    (
        "a billion laughs",
        b"a: &a [x, x]\n" + b"".join(
            b"%c: &%c [*%c, *%c, *%c]\n" % (c, c, c - 1, c - 1, c - 1) for c in range(98, 123)
        ),
        [(_at(1, "a"), "anchors")],
    ),
    ("a tag", _edited("goal: prevent", "goal: !!str prevent"), [(_at(9, "goal"), "tags")]),
    (
        "lists nested 1000 deep",
        b"places: " + b"[" * 1000 + b"]" * 1000,
        [(r"answers\.yaml:1", "nested deeper than 20")],
    ),
    (
        "keys nested 1000 deep",
        b"{a: " * 1000 + b"1" + b"}" * 1000,
        [(r"answers\.yaml:1", "nested deeper than 20")],
    ),
    (
        "1000 brackets that are never closed",
        b"[" * 1000,
        [(r"answers\.yaml:1", "nested deeper than 20")],
    ),
    ("50 MB", b"name: Ana\n" * 5_000_000, [(r"answers\.yaml", "larger than 1000 kB")]),
    ("UTF-16", INTAKE.encode("utf-16"), [(r"answers\.yaml:1", "is not UTF-8")]),
    ("Latin-1", _added("") + "name: José\n".encode("latin-1"), [
        (r"answers\.yaml:15", "is not UTF-8", "save it as UTF-8")
    ]),
]  # fmt: skip

# Answers that are wrong: name, content, expected lines.
ANSWERS: list[Case] = [
    # types
    ("age as a text", _edited("age: 34", 'age: "34"'), [
        (_at(4, r"screening\.age"), "a whole number", '"34"')]),
    ("age in words", _edited("age: 34", "age: thirty"), [
        (_at(4, r"screening\.age"), "a whole number", '"thirty"')]),
    ("age of 200", _edited("age: 34", "age: 200"), [
        (_at(4, r"screening\.age"), "120 or less", "200")]),
    ("days as a number", _edited("days:\n  mon: {minutes: 15}", "days: 3"), [
        (_at(13, "days"), "expected keys with values", "3")]),
    ("banned as a text", _added("banned: crunch\n"), [
        (_at(15, "banned"), "expected a list", '"crunch"')]),
    ("a condition that is no id with keys",
     _edited("conditions: []", "conditions: [osteoporosis]"), [
        (_at(6, r"screening\.conditions\[1\]"), "expected keys with values", '"osteoporosis"')]),
    ("no date", _edited("answered_on: 2026-11-20", "answered_on: 2026-13-45"), [
        (_at(1, "answered_on"), "a date such as", '"2026-13-45"')]),
    ("a goal spelt wrong", _edited("goal: prevent", "goal: strenghten"), [
        (_at(9, "goal"), "'relieve', 'strengthen' or 'prevent'", "did you mean strengthen?")]),
    # keys
    ("an unknown key", _added("exercises_per_sesion: 3\n"), [
        (_at(15, "exercises_per_sesion"), "not a known key",
         "did you mean exercises_per_session?")]),
    ("an unknown key inside", _edited("minutes: 15", "minutes: 15, plce: home"), [
        (_at(14, r"days\.mon\.plce"), "not a known key", "did you mean place?")]),
    ("a key spelt wrong", _edited("cannot:", "canot:"), [
        (_at(3, r"screening\.cannot"), "is missing"),
        (_at(8, r"screening\.canot"), "not a known key", "did you mean cannot?")]),
    ("a key given twice", _added("goal: prevent\n"), [
        (_at(15, "goal"), "stands twice", "line 9")]),
    # days and minutes
    ("negative minutes", _edited("minutes: 15", "minutes: -5"), [
        (_at(14, r"days\.mon\.minutes"), "5 or more", "-5")]),
    ("a day of 24 hours", _edited("minutes: 15", "minutes: 1440"), [
        (_at(14, r"days\.mon\.minutes"), "180 or less", "1440")]),
    ("a number without end", _edited("minutes: 15", "minutes: " + "9" * 5000), [
        (_at(14, r"days\.mon\.minutes"), "expected")]),
    ("minutes as a clock", _edited("minutes: 15", "minutes: 1:30"), [
        (_at(14, r"days\.mon\.minutes"), "a whole number", '"1:30"')]),
    ("no available day", _edited("days:\n  mon: {minutes: 15}", "days: {}"), [
        (_at(13, "days"), "expected at least 1")]),
    ("days without a value", _edited("days:\n  mon: {minutes: 15}", "days:"), [
        (_at(13, "days"), "expected keys with values", "nothing")]),
    ("no days", _edited("days:\n  mon: {minutes: 15}\n", ""), [
        (_at(1, "days"), "is missing")]),
    ("a day twice", _added("  mon: {minutes: 20}\n"), [
        (_at(15, r"days\.mon"), "stands twice", "line 14")]),
    ("a day that is none", _edited("  mon:", "  monday:"), [
        (_at(14, r"days\.monday"), "is not one of", "did you mean mon?")]),
    ("more sessions at least than at most", _added("sessions: {at_least: 3, at_most: 2}\n"), [
        (_at(15, "sessions"), "at_least 3", "at_most 2")]),
    # places
    ("an unknown place", _edited("minutes: 15", "minutes: 15, place: hoem"), [
        (_at(14, r"days\.mon(\.place)?"), "hoem", "home")]),
    ("two places and none on a day", _edited("  home: {mat: 1, wall: 1}", TWO_PLACES), [
        (_at(15, r"days\.mon(\.place)?"), "place")]),
    ("unknown equipment", _edited("mat: 1", "matt: 1"), [
        (_at(12, r"places\.home\.matt"), "matt is not a known equipment", "did you mean mat?")]),
    # exercises
    ("an unknown banned exercise", _added("banned: [bird_dog, cruch]\n"), [
        (_at(15, r"banned\[2\]"), "cruch is not a known exercise", "did you mean crunch?")]),
    ("an unknown required exercise", _added("required: [birddog]\n"), [
        (_at(15, r"required\[1\]"), "birddog is not a known exercise", "did you mean bird_dog?")]),
    ("an unknown liked exercise", _added("liked:\n  - crunch\n  - dead_bugg\n"), [
        (_at(17, r"liked\[2\]"), "dead_bugg is not a known exercise", "did you mean dead_bug?")]),
    ("an unknown exercise in an order",
     _added("orders:\n  - " + AN_ORDER % ("require", "cruch") + "\n"), [
        (_at(16, r"orders\[1\]\.exercise"), "cruch is not", "did you mean crunch?")]),
    # contradictions
    ("banned and required", _added("banned: [crunch]\nrequired: [crunch]\n"), [
        (_at("1[56]", r"(banned|required)(\[1\])?"), "crunch", "banned", "required")]),
    ("liked and disliked", _added("liked: [crunch]\ndisliked: [crunch]\n"), [
        (_at("1[56]", r"(dis)?liked(\[1\])?"), "crunch", "liked", "disliked")]),
    ("banned and ordered",
     _added("banned: [crunch]\norders:\n  - " + AN_ORDER % ("require", "crunch") + "\n"), [
        (_at(17, r"orders\[1\]\.exercise"), "crunch is banned as well")]),
    ("pregnant and postpartum", _edited("conditions: []", """conditions:
    - {id: pregnancy, date: 2027-04-09}
    - {id: postpartum, date: 2026-10-01}"""), [
        (_at(8, r"screening\.conditions\[2\]\.id"), "postpartum and pregnancy cannot both")]),
    # screening answers have no defaults
    ("no answers to the screening", re.sub(rf"  ({_SCREENING}): .*\n", "", INTAKE)
     .replace("screening:", "screening: {}").encode(), [
        (_at(3, rf"screening\.{key}"), "is missing") for key in _KEYS]),
    *((f"{name} answers to the screening",
       re.sub(rf"  ({_SCREENING}): .*", rf"  \1:{value}", INTAKE).encode(), [
        (_at(line, rf"screening\.{key}"), "expected", found)
        for line, key in enumerate(_KEYS, 4)])
      for name, value, found in (("blank", "", "nothing"), ("null", " null", "nothing"),
                                 ("empty", ' ""', '""'))),
    *((f"{word} for a boolean", _edited("other_condition: false", f"other_condition: {word}"), [
        (_at(7, r"screening\.other_condition"), "true or false", f'"{word}"')])
      for word in ("no", "yes")),
    ("none as a red flag", _edited("red_flags: []", "red_flags: [none]"), [
        (_at(5, r"screening\.red_flags\[1\]"), "none is not a known red flag")]),
    ("a red flag spelt wrong", _edited("red_flags: []", "red_flags: [hart_now]"), [
        (_at(5, r"screening\.red_flags\[1\]"), "hart_now", "did you mean heart_now?")]),
    ("an unknown position", _edited("cannot: []", "cannot: [floor]"), [
        (_at(8, r"screening\.cannot\[1\]"), "floor is not a known position", "floor_transfer")]),
    # conditions and dates
    ("a condition spelt wrong", _edited("conditions: []", "conditions: [{id: osteoporisis}]"), [
        (_at(6, r"screening\.conditions\[1\]\.id"), "osteoporisis is not a known condition",
         "did you mean osteoporosis?")]),
    ("an onset in the future",
     _edited("conditions: []", "conditions: [{id: low_back_pain, date: 2026-12-25}]"), [
        (_at(6, r"screening\.conditions\[1\]\.date"), "onset 2026-12-25", "2026-11-20")]),
    ("a due date in ten years", _edited("conditions: []", PREGNANT % "2036-03-01"), [
        (_at(6, r"screening\.conditions\[1\]\.date"), "2036-03-01 cannot be the due date")]),
    ("no due date", _edited("conditions: []", "conditions: [{id: pregnancy}]"), [
        (_at(6, r"screening\.conditions\[1\]\.date"), "is missing", "due date")]),
    ("a date where none belongs",
     _edited("conditions: []", "conditions: [{id: osteoporosis, date: 2026-01-25}]"), [
        (_at(6, r"screening\.conditions\[1\]\.date"), "takes no date", "leave it out")]),
    ("a clearance for a condition not held",
     _added("clearances:\n  - {condition: sciatica, by: Dr. Ruiz, date: 2026-11-01}\n"), [
        (_at(16, r"clearances\[1\]\.condition"), "sciatica is not among your conditions")]),
    ("a clearance for a condition spelt wrong",
     _added("clearances:\n  - {condition: sciatcia, by: Dr. Ruiz, date: 2026-11-01}\n"), [
        (_at(16, r"clearances\[1\]\.condition"), "sciatcia is not", "did you mean sciatica?")]),
    ("a clearance in the future",
     _edited("conditions: []", "conditions: [{id: sciatica}]")
     + b"clearances:\n  - {condition: sciatica, by: Dr. Ruiz, date: 2026-11-25}\n", [
        (_at(16, r"clearances\[1\]\.date"), "2026-11-25", "2026-11-20")]),
    ("a week before the answers", _edited("2026-11-30", "2026-10-05"), [
        (_at(2, "week_start"), "2026-10-05", "was over when the questions were answered")]),
    ("answers from after the week", _edited("answered_on: 2026-11-20", "answered_on: 2099-01-01"), [
        (_at(1, "answered_on"), "is in the future"),
        (_at(2, "week_start"), "was over")]),
    ("answers from the far future", _edited(
        "answered_on: 2026-11-20\nweek_start: 2026-11-30\n", "answered_on: 2099-01-01\n"), [
        (_at(1, "answered_on"), "2099-01-01")]),
    ("a week after the end of time", _edited("2026-11-30", "9999-12-31"), [
        (_at(2, "week_start"), "9999-12-31")]),
]  # fmt: skip

# Variants of the above, put to the reader without a process of their own.
VARIANTS: list[Case] = [
    ("negative age", _edited("age: 34", "age: -1"), [
        (_at(4, r"screening\.age"), "0 or more", "-1")]),
    ("days as a list", _edited("days:\n  mon: {minutes: 15}", "days: [mon]"), [
        (_at(13, "days"), "expected keys with values")]),
    ("name as a number", _added("name: 5\n"), [(_at(15, "name"), "expected a text", "5")]),
    ("a blank name", _added('name: ""\n'), [(_at(15, "name"), "at least 1 character")]),
    ("a date and a time", _edited("week_start: 2026-11-30", "week_start: 2026-11-30 10:00"), [
        (_at(2, "week_start"), "a date such as", '"2026-11-30 10:00"')]),
    ("no minutes", _edited("minutes: 15", "minutes: 0"), [
        (_at(14, r"days\.mon\.minutes"), "5 or more", "0")]),
    ("half minutes", _edited("minutes: 15", "minutes: 15.5"), [
        (_at(14, r"days\.mon\.minutes"), "a whole number", "15.5")]),
    ("infinite minutes", _edited("minutes: 15", "minutes: .inf"), [
        (_at(14, r"days\.mon\.minutes"), "a whole number", '".inf"')]),
    ("eight sessions", _added("sessions: {at_most: 8}\n"), [
        (_at(15, r"sessions\.at_most"), "7 or less", "8")]),
    ("no place", _edited("places:\n  home: {mat: 1, wall: 1}", "places: {}"), [
        (_at(11, "places"), "expected at least 1")]),
    ("no piece of equipment", _edited("mat: 1", "mat: 0"), [
        (_at(12, r"places\.home\.mat"), "1 or more", "0")]),
    ("a place twice", _edited("  home: {mat: 1, wall: 1}", "  home: {}\n  home: {}"), [
        (_at(13, r"places\.home"), "stands twice", "line 12")]),
    ("an unknown disliked exercise", _added("disliked: [xyzzy]\n"), [
        (_at(15, r"disliked\[1\]"), "xyzzy is not a known exercise")]),
    ("an exercise twice", _added("liked: [crunch, crunch]\n"), [
        (_at(15, r"liked\[2\]"), "crunch stands twice")]),
    ("an unknown kind of order",
     _added("orders:\n  - " + AN_ORDER % ("requires", "crunch") + "\n"), [
        (_at(16, r"orders\[1\]\.kind"), "is not one of", "did you mean require?")]),
    ("a lock without a day", _added("orders:\n  - " + AN_ORDER % ("lock", "crunch") + "\n"), [
        (_at(16, r"orders\[1\]\.day"), "is missing"),
        (_at(16, r"orders\[1\]\.sets"), "is missing")]),
    ("an order without a kind", _added("orders:\n  - {author: Eva}\n"), [
        (_at(16, r"orders\[1\]\.kind"), "is missing", "session_size")]),
    ("an order that is a word", _added("orders: [lock]\n"), [
        (_at(15, r"orders\[1\]"), "expected an order")]),
    ("orders that are no list", _added("orders: {kind: rest}\n"), [
        (_at(15, "orders"), "expected a list of orders")]),
    ("an unknown key in an order",
     _added("orders:\n  - {kind: rest, day: mon, sets: 2, author: Eva, reason: tired}\n"), [
        (_at(16, r"orders\[1\]\.sets"), "is not a known key", "known are: author")]),
    ("an order about nothing",
     _added("orders:\n  - {kind: forbid, author: Eva, reason: tired}\n"), [
        (_at(16, r"orders\[1\]"), "names one of exercise, demand", "found none of them")]),
    ("an order about two things", _added(
        "orders:\n  - {kind: cap, family: plank, demand: supine, sets: 1, author: E, reason: t}\n"),
     [(_at(16, r"orders\[1\]"), "about one thing, not demand and family")]),
    ("a cap without a limit", _added("orders:\n  - {kind: cap, author: Eva, reason: tired}\n"), [
        (_at(16, r"orders\[1\]"), "a cap order needs a limit")]),
    ("minutes of an exercise", _added(
        "orders:\n  - {kind: cap, exercise: crunch, minutes: 9, author: Eva, reason: tired}\n"), [
        (_at(16, r"orders\[1\]"), "leave exercise out")]),
    ("sets of a day", _added(
        "orders:\n  - {kind: cap, sets: 1, day: mon, author: Eva, reason: tired}\n"), [
        (_at(16, r"orders\[1\]"), "a day goes with minutes alone")]),
    ("a dose without numbers", _added(
        "orders:\n  - {kind: fix_dose, exercise: crunch, author: Eva, reason: tired}\n"), [
        (_at(16, r"orders\[1\]"), "needs sets, reps or hold_s")]),
    ("a size upside down", _added("orders:\n  - {kind: session_size, at_least: 3, at_most: 2, "
                                  "author: Eva, reason: tired}\n"), [
        (_at(16, r"orders\[1\]"), "at_least 3 exceeds at_most 2")]),
    ("a band upside down", _added("orders:\n  - {kind: balance_band, low_percent: 3, "
                                  "high_percent: 2, author: Eva, reason: tired}\n"), [
        (_at(16, r"orders\[1\]"), "low_percent 3 exceeds high_percent 2")]),
    ("an order that ends before it begins", _added("""orders:
  - kind: rest
    day: mon
    author: Eva
    reason: tired
    from: 2026-12-01
    until: 2026-11-30
"""), [(_at(21, r"orders\[1\]\.until"), "2026-11-30 is before 2026-12-01")]),
    *((f"an unknown {field} in an order",
       _added(f"orders:\n  - {{kind: forbid, {field}: {word}, author: Eva, reason: tired}}\n"), [
        (_at(16, rf"orders\[1\]\.{field}"), f"{word} is not a known {field}", hint)])
      for field, word, hint in (("family", "planc", "did you mean plank?"),
                                ("demand", "supin", "did you mean supine?"),
                                ("equipment", "matt", "did you mean mat?"))),
    ("an unknown technique", _added("technique_cleared: [deadlifts]\n"), [
        (_at(15, r"technique_cleared\[1\]"), "deadlifts", "did you mean deadlift?")]),
    ("0 for a boolean", _edited("other_condition: false", "other_condition: 0"), [
        (_at(7, r"screening\.other_condition"), "true or false", "0")]),
    ("a condition twice",
     _edited("conditions: []", "conditions: [{id: sciatica}, {id: sciatica}]"), [
        (_at(6, r"screening\.conditions\[2\]\.id"), "sciatica stands twice")]),
    ("a birth in the future",
     _edited("conditions: []", "conditions: [{id: postpartum, date: 2026-11-21}]"), [
        (_at(6, r"screening\.conditions\[1\]\.date"), "2026-11-21", "2026-11-20")]),
    ("a due date of last year", _edited("conditions: []", PREGNANT % "2025-11-30"), [
        (_at(6, r"screening\.conditions\[1\]\.date"), "2025-11-30 cannot be the due date")]),
]  # fmt: skip

# Options that are wrong: what the message has to say.
OPTIONS: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    (("--week-start", "2026-13-45"), ("--week-start", "2026-11-30", "2026-13-45")),
    (("--week-start", "9999-12-31"), ("--week-start", "9999-12-31")),
    (("--week-start", "2026-10-05"), ("--week-start", "2026-10-05")),
    (("--format", "pdf"), ("--format", "pdf is not one of", "text, json, markdown")),
    (("--format", "jsn"), ("--format", "jsn", "did you mean json?")),
    (("--time-limit", "0"), ("--time-limit", "0.001")),
    (("--time-limit", "-3"), ("--time-limit", "0.001")),
    (("--time-limit", "inf"), ("--time-limit",)),
    (("--seed", "-1"), ("--seed", "0")),
    (("--seed", "x"), ("--seed", "integer")),
    (("--balance", "artcle"), ("--balance", "article", "evidence")),
    (("--frmat", "json"), ("--frmat", "--format")),
]

# Outputs that cannot be written: what the message has to say.
OUTPUTS: list[tuple[str, str, tuple[str, ...]]] = [
    ("a folder that does not exist", "nowhere/plan.json", ("nowhere/plan.json", "No such file")),
    ("a folder", "folder", ("folder", "it is a folder")),
    ("a file as a folder", "answers.yaml/plan.json", ("answers.yaml/plan.json", "Not a directory")),
]


@pytest.fixture(scope="module")
def refusals(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Future[str]]]:
    """Yield what the command says to each selected case by name; they run beside each other."""
    calls = [item.callspec for item in request.session.items if hasattr(item, "callspec")]
    selected = [call.params.get("name") or call.params.get("options") for call in calls]
    asked: list[tuple[str, bytes, tuple[str, ...]]] = [
        *((name, raw, ()) for name, raw, _ in (*FILES, *ANSWERS)),
        *((" ".join(options), INTAKE.encode(), options) for options, _ in OPTIONS),
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {
            name: pool.submit(_plan, tmp_path_factory.mktemp("case"), raw, *options)
            for name, raw, options in asked
            if (options or name) in selected
        }
        pool.shutdown(cancel_futures=True)


def test_every_case_has_a_name_of_its_own() -> None:
    names = [name for name, _, _ in (*FILES, *ANSWERS)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("name", "expected"), [pytest.param(c[0], c[2], id=c[0]) for c in FILES])
def test_a_file_that_holds_no_answers_is_refused(
    name: str, expected: Sequence[tuple[str, ...]], refusals: Mapping[str, Future[str]]
) -> None:
    _assert_says(refusals[name].result(), expected)


@pytest.mark.parametrize(("name", "expected"), [pytest.param(c[0], c[2], id=c[0]) for c in ANSWERS])
def test_a_wrong_answer_is_refused_with_its_line_and_field(
    name: str, expected: Sequence[tuple[str, ...]], refusals: Mapping[str, Future[str]]
) -> None:
    _assert_says(refusals[name].result(), expected)


@pytest.mark.parametrize(("raw", "expected"), [pytest.param(c[1], c[2], id=c[0]) for c in VARIANTS])
def test_a_variant_of_a_wrong_answer_is_refused_by_the_reader(
    raw: bytes, expected: Sequence[tuple[str, ...]]
) -> None:
    with pytest.raises(BadInput) as refused:
        intake_from_text(raw.decode(), "answers.yaml", REAL)
    _assert_says("\n".join(f"error: {fault}" for fault in refused.value.faults), expected)


@pytest.mark.parametrize(("options", "pieces"), OPTIONS, ids=" ".join)
def test_a_wrong_option_is_refused_by_name(
    options: tuple[str, ...], pieces: tuple[str, ...], refusals: Mapping[str, Future[str]]
) -> None:
    words = " ".join(refusals[" ".join(options)].result().replace("│", " ").split())
    for piece in pieces:
        assert piece in words


@pytest.mark.parametrize(("output", "pieces"), [pytest.param(*c[1:], id=c[0]) for c in OUTPUTS])
def test_an_output_that_cannot_be_written_is_refused_and_leaves_nothing(
    output: str, pieces: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    stderr = _plan(tmp_path, INTAKE.encode(), "--output", output)
    _assert_says(stderr, [(re.escape(output), *pieces[1:])])


def test_an_output_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    refer = INTAKE.replace("red_flags: []", "red_flags: [heart_now]")
    (tmp_path / "answers.yaml").write_text(refer, encoding="utf-8")
    (tmp_path / "plan.json").write_bytes(KEPT)
    before = _contents(tmp_path)
    command = 'ulimit -f 1; exec "$0" plan answers.yaml --format json --output plan.json'
    done = subprocess.run(
        ["sh", "-c", command, BACKPLAN],
        cwd=tmp_path,
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    _assert_says(done.stderr, [(r"plan\.json", "cannot be written", "File too large")])
    assert (done.returncode, done.stdout) == (2, "")
    assert _contents(tmp_path) == before


def test_a_missing_file_is_named_with_the_nearest_name_beside_it(tmp_path: Path) -> None:
    stderr = _plan(tmp_path, INTAKE.encode(), source="answer.yaml")
    _assert_says(stderr, [(r"answer\.yaml", "no such file", "did you mean answers.yaml?")])


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    stderr = _plan(tmp_path, None, source="nowhere/answers.yaml")
    _assert_says(stderr, [(r"nowhere/answers\.yaml", "no such file")])


def test_a_folder_is_no_file_of_answers(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    stderr = _plan(tmp_path, None, source="folder")
    _assert_says(stderr, [("folder", "is a folder", "expected a YAML file")])


def test_every_fault_is_named_at_once_in_order_of_line(tmp_path: Path) -> None:
    raw = INTAKE.replace("age: 34", "age: old").replace("goal: prevent", "goal: fun")
    stderr = _plan(tmp_path, raw.replace("minutes: 15", "minutes: 1").encode())
    _assert_says(
        stderr,
        [
            (_at(4, r"screening\.age"), "a whole number"),
            (_at(9, "goal"), "is not one of"),
            (_at(14, r"days\.mon\.minutes"), "5 or more"),
        ],
    )


def test_bad_answers_on_standard_input_are_refused_with_their_line(tmp_path: Path) -> None:
    done = run("plan", "-", stdin=INTAKE.replace("age: 34", "age: old"), cwd=tmp_path)
    _assert_says(done.stderr, [(r"<standard input>:4: screening\.age", "a whole number")])
    assert (done.returncode, done.stdout) == (2, "")


def test_an_empty_standard_input_is_refused(tmp_path: Path) -> None:
    done = run("plan", "-", cwd=tmp_path)
    _assert_says(done.stderr, [("<standard input>", "is empty")])
    assert (done.returncode, done.stdout) == (2, "")


def test_standard_input_without_end_is_not_read_to_its_end() -> None:
    process = subprocess.Popen(
        [BACKPLAN, "plan", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdin is not None
    written = 0
    try:
        while written < 50_000_000:
            written += os.write(process.stdin.fileno(), b"name: Ana\n" * 1000)
    except BrokenPipeError:
        pass
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 2
    assert stdout == b""
    assert b"larger than 1000 kB" in stderr
    assert written < 10_000_000


def test_a_closed_standard_input_is_refused_without_a_traceback(tmp_path: Path) -> None:
    command = f"exec {BACKPLAN} plan - <&-"
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=environment(), capture_output=True, check=False
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == 2


def test_the_file_that_all_cases_start_from_is_good(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text(INTAKE, encoding="utf-8")
    done = run("plan", "answers.yaml", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "raw",
    [b"\xef\xbb\xbf" + INTAKE.encode(), INTAKE.replace("\n", "\r\n").encode()],
    ids=["with a UTF-8 BOM", "with CRLF"],
)
def test_what_editors_do_to_a_file_is_fine(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_bytes(raw)
    (tmp_path / "plain.yaml").write_text(INTAKE, encoding="utf-8")
    done, plain = (run("plan", name, cwd=tmp_path) for name in ("answers.yaml", "plain.yaml"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == plain.stdout
