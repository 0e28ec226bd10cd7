"""The flat form of the answers: everything that a file of answers says can stand in a row."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given

from knowledge import Intake
from knowledge.schema.intake import ScreeningAnswers
from recommender.batch.columns import COLUMNS, table
from recommender.batch.reading import read_people
from recommender.batch.results import ResultLine
from recommender.batch.rows import Row
from recommender.batch.solving import Job, read_row, solve_row
from recommender.batch.template import csv_template
from tests.recommender.batch.classes import TODAY, cells_of, person
from tests.strategies import MONDAY, REAL, intakes

JOB = Job(REAL, TODAY, file="people.csv")
DOCS = Path(__file__).parent.parent.parent.parent / "docs" / "batch.md"


def line_of(cells: dict[str, str], number: int = 7) -> ResultLine:
    """Return what becomes of a row."""
    return solve_row(JOB, Row(number, cells), lambda _: None)[0]


def said(cells: dict[str, str]) -> list[tuple[str, str]]:
    line = line_of(cells)
    assert line.outcome == "bad_row"
    return [(fault.field, fault.message) for fault in line.faults]


@given(intakes())
def test_a_row_says_what_a_file_of_answers_says(intake: Intake) -> None:
    intake = intake.model_copy(update={"week_start": MONDAY})
    assert read_row(JOB, Row(2, cells_of(intake)))[0] == intake


def test_orders_and_records_stand_in_cells() -> None:
    cells = person(
        orders="kind: rest, day: mon, author: Eva, reason: her day off; "
        "kind: forbid, exercise: crunch, author: Eva, reason: sore",
        settled="flag: hard_injury, by: Dr. Ruiz, date: 2026-10-05, finding: nothing broken",
        softenings="condition: low_back_pain, by: Pia, reason: fine, date: 2026-11-01, "
        "until: 2026-12-20",
    )
    intake = read_row(JOB, Row(2, cells))[0]
    assert [order.kind for order in intake.orders] == ["rest", "forbid"]
    assert intake.screening.settled[0].finding == "nothing broken"
    assert intake.softenings[0].condition == "low_back_pain"


def test_every_field_of_the_answers_has_a_column() -> None:
    fields = {column.field.split(".")[0] for column in COLUMNS}
    assert fields == set(Intake.model_fields)
    screening = {c.field.split(".")[1] for c in COLUMNS if c.field.startswith("screening.")}
    assert screening == set(ScreeningAnswers.model_fields)


def test_the_template_has_every_column_and_a_person_with_a_week() -> None:
    header, example = csv.reader(io.StringIO(csv_template()))
    assert header == [column.name for column in COLUMNS]
    assert line_of(dict(zip(header, example, strict=True))).outcome == "optimal"


def test_the_docs_have_the_table_of_the_columns() -> None:
    assert table() in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("column", "cell", "field", "words"),
    [
        ("age", "", "age", "is missing"),
        ("red_flags", "", "red_flags", "is missing; expected ids"),
        ("conditions", " ", "conditions", "is missing"),
        ("cannot", "", "cannot", "is missing"),
        ("other_condition", "", "other_condition", "is missing; expected `yes` or `no`"),
        ("other_condition", "maybe", "other_condition", "expected yes or no, found maybe"),
        ("age", "34.5", "age", 'expected a whole number, found "34.5"'),
        ("age", "=A1", "age", "expected a whole number"),
        ("age", "340", "age", "120 or less"),
        ("answered_on", "45985", "answered_on", "it is the number of a date"),
        ("answered_on", "20/11/2026", "answered_on", "such as 2026-11-30, found 20/11/2026"),
        ("answered_on", "2026-02-30", "answered_on", "expected a date"),
        ("answered_on", "2027-02-03", "answered_on", "is in the future"),
        ("conditions", "hernai", "conditions[1].id", "did you mean hernia?"),
        ("conditions", "knee_pain, knee_pain", "conditions[2].id", "stands twice"),
        ("conditions", "low_back_pain", "conditions[1].date", "needs the onset"),
        ("conditions", "low_back_pain 1.11.2026", "conditions", "found 1.11.2026"),
        ("conditions", "shoulder_pain left both", "conditions", "one affected side"),
        ("conditions", "hip_replacement 2026-03-02 back left", "conditions[1].detail", "back"),
        ("clearances", "disc_herniation", "clearances", "condition, date and who agreed"),
        ("clearances", "knee_pain 2026-11-01 Dr A", "clearances[1].condition", "not among"),
        ("places", "home: matt", "places.home.matt", "did you mean mat?"),
        ("places", "home: mat two", "places.home.mat", "expected a whole number"),
        ("places", "home: mat 1, mat 2", "places", "mat stands twice"),
        ("places", "home: mat; home: wall", "places", "home stands twice"),
        ("places", "Home: mat", "places.Home", "small letters"),
        ("mon_minutes", "3", "mon_minutes", "expected 5 or more, found 3"),
        ("mon_place", "gym", "mon_place", "is not one of your places"),
        ("tue_at", "7:30", "tue_minutes", "is missing"),
        ("mon_at", "half past", "mon_at", "half past"),
        ("liked", "bird_dgo", "liked[1]", "did you mean bird_dog?"),
        ("scores", "pain_now", "scores", "pain_now 3"),
        ("scores", "pain_now 11", "scores.pain_now", "expected 0 to 10"),
        ("goal", "relief", "goal", "did you mean relieve?"),
        ("orders", "rest on monday", "orders[1].kind", "is missing"),
        ("orders", "kind: [rest", "orders", "expected keys with values"),
        ("orders", "kind: rest, day: monday, author: E, reason: r", "orders[1].day", "mon"),
        ("week_start", "2028-01-03", "week_start", "more than 366 days"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_the_column_and_what_was_expected(
    column: str, cell: str, field: str, words: str
) -> None:
    found = said(person(**{column: cell}))
    assert [one for one, _ in found] == [field]
    assert words in found[0][1]


def test_all_that_is_wrong_with_a_row_is_said() -> None:
    found = said(person(age="x", answered_on="", mon_minutes="3", liked="planck"))
    # The words of the knowledge base are looked at once the answers can be read.
    assert {field for field, _ in found} == {"age", "answered_on", "mon_minutes"}


def test_nobody_trains_without_a_day() -> None:
    assert said(person(mon_minutes="", thu_minutes=""))[0][0] == "mon_minutes to sun_minutes"


def test_orders_that_contradict_each_other_name_the_row() -> None:
    rest = "kind: rest, day: mon, author: Eva, reason: r"
    train = "kind: train, day: mon, author: Pia, reason: r"
    ((field, message),) = said(person(orders=f"{train}; {rest}"))
    assert field == "orders[2]"
    assert "orders[1] in people.csv:7" in message


def test_a_name_like_a_formula_is_a_name() -> None:
    line = line_of(person(name='=HYPERLINK("x")', red_flags="heart_now"))
    assert (line.name, line.outcome) == ('=HYPERLINK("x")', "referred")


@pytest.mark.parametrize("name", ["Zoë 王", "🤸 Ana", "a\u2028b\x85c", "tab\there", 'q"uo\\te'])
def test_a_name_is_kept_as_it_is(name: str) -> None:
    assert line_of(person(name=name, red_flags="heart_now")).name == name


def test_the_example_is_a_class_of_24_that_can_be_read(examples: Path) -> None:
    rows = list(read_people(examples / "class.csv"))
    assert len(rows) == 24
    for row in rows:
        read_row(JOB, row)
    assert len({row.label("id") for row in rows}) == 24
