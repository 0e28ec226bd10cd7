"""People out of files as people really save them: what is odd stops one row, or all of it."""

import datetime
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest

from knowledge import BadInput
from recommender.batch.columns import COLUMNS
from recommender.batch.reading import read_people
from recommender.batch.rows import Row, refuse_second
from recommender.batch.solving import Job, read_row, solve_row
from recommender.batch.template import xlsx_template
from tests.recommender.batch.classes import PERSON, TODAY, as_csv, cells_of, person
from tests.strategies import REAL

JOB = Job(REAL, TODAY)
HEADER = [column.name for column in COLUMNS]


def rows_of(tmp_path: Path, content: str | bytes, name: str = "class.csv") -> list[Row]:
    """Return the rows of a file with this content."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_people(path))


def refused(read: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as error:
        read()
    return str(error.value)


def is_the_person(row: Row) -> bool:
    return read_row(JOB, row)[0] == read_row(JOB, Row(2, PERSON))[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_csv_as_spreadsheets_write_it(
    tmp_path: Path, delimiter: str, bom: str, ending: str
) -> None:
    text = bom + as_csv([PERSON], delimiter).replace("\n", ending)
    (row,) = rows_of(tmp_path, text)
    assert row.number == 2
    assert is_the_person(row)


def test_only_the_needed_columns_have_to_be_there(tmp_path: Path) -> None:
    text = ",".join(PERSON) + "\n" + ",".join(f'"{cell}"' for cell in PERSON.values())
    (row,) = rows_of(tmp_path, text)
    assert is_the_person(row)


def test_empty_rows_count_and_are_nobody(tmp_path: Path) -> None:
    header, line = as_csv([PERSON]).splitlines()
    rows = rows_of(tmp_path, "\n".join([header, "", line, "," * (len(HEADER) - 1), line]))
    assert [row.number for row in rows] == [3, 5]


@pytest.mark.parametrize(
    ("bad", "field", "words"),
    [
        ("{line},more", "", "cells where the header has"),
        ("one,two", "", "has 2 cells where the header has"),
        ('"open,{line}', "", "is a quote left open?"),
        ('"a"b,{line}', "", "cannot be split into cells"),
        ("x" * 30_000, "", "field larger than field limit"),
    ],
)
def test_a_row_that_cannot_be_split_stops_nobody_else(
    tmp_path: Path, bad: str, field: str, words: str
) -> None:
    header, line = as_csv([PERSON]).splitlines()
    # A quote that is left open takes what is below it, up to the longest cell.
    good = [line] * 3
    rows = rows_of(tmp_path, "\n".join([header, line, *good, bad.replace("{line}", line)]))
    assert [row.fault is None for row in rows] == [True] * 4 + [False]
    assert rows[-1].fault is not None
    assert (rows[-1].number, rows[-1].fault[0]) == (6, field)
    assert words in rows[-1].fault[1]


def test_the_rows_after_an_open_quote_are_read_once_it_is_too_long(tmp_path: Path) -> None:
    header, line = as_csv([PERSON]).splitlines()
    rows = rows_of(tmp_path, "\n".join([header, '"' + line, *[line] * 600]))
    bad = [row for row in rows if row.fault is not None]
    assert len(bad) <= 2
    assert len(rows) > 100


def test_one_row_in_another_encoding_stops_nobody_else(tmp_path: Path) -> None:
    text = as_csv([person(name="Zoë"), person(name="Ana")])
    first, second, third = text.encode().splitlines()
    rows = rows_of(tmp_path, b"\n".join([first, second.replace("ë".encode(), b"\xeb"), third]))
    assert rows[0].fault is not None
    assert rows[0].fault[0] == "name"
    assert "UTF-8" in rows[0].fault[1]
    assert rows[1].label("name") == "Ana"
    assert solve_row(JOB, rows[0], lambda _: None)[0].outcome == "bad_row"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf_16_is_refused_whole(tmp_path: Path, encoding: str) -> None:
    message = refused(lambda: rows_of(tmp_path, as_csv([PERSON]).encode(encoding)))
    assert "save it as CSV UTF-8" in message


def test_a_hundred_thousand_columns_are_refused_in_a_few_lines(tmp_path: Path) -> None:
    header = ",".join(f"column{number}" for number in range(100_000))
    message = refused(lambda: rows_of(tmp_path, header + "\n1\n"))
    assert "99995 more columns are not known" in message
    assert len(message.splitlines()) < 20


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "is empty"),
        (",".join([*HEADER, "age"]), "class.csv:1: age: stands twice"),
        (",".join([*HEADER, "aeg"]), "class.csv:1: aeg: is not a known column (did you mean age?)"),
        ("name", "class.csv:1: red_flags: is missing"),
    ],
)
def test_a_header_that_cannot_be_used(tmp_path: Path, header: str, words: str) -> None:
    assert words in refused(lambda: rows_of(tmp_path, header))


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    assert "is longer than" in refused(lambda: rows_of(tmp_path, "a," * 2_500_000))


def test_the_second_row_with_an_id_is_bad(tmp_path: Path) -> None:
    people = [person(id="a"), person(id="b"), person(id="a "), person(id=""), person(id="")]
    rows = list(refuse_second(rows_of(tmp_path, as_csv(people))))
    assert [row.fault for row in rows] == [
        None, None, ("id", "a stands in row 2 already"), None, None,
    ]  # fmt: skip


def test_a_file_that_is_not_there_or_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text("")
    assert "did you mean class.csv?" in refused(lambda: list(read_people(tmp_path / "clas.csv")))
    assert "did you mean .xlsx?" in refused(lambda: rows_of(tmp_path, "", "class.xls"))
    assert "is a folder" in refused(lambda: list(read_people(_folder(tmp_path / "d.csv"))))


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


ANSWERS = {
    "answered_on": "2026-11-20",
    "screening": {
        "age": 34, "red_flags": [], "conditions": [], "other_condition": False, "cannot": [],
    },
    "places": {"home": {"mat": 1, "wall": 1, "chair": 1}},
    "days": {"mon": {"minutes": 20}, "thu": {"minutes": 20}},
    "id": "p-1",
}  # fmt: skip


def test_jsonl_holds_answers_as_in_a_file(tmp_path: Path) -> None:
    named = {**ANSWERS, "name": "🤸 \u2028"}
    lines = "\n".join(json.dumps(one, ensure_ascii=plain) for plain in (True, False)
                      for one in (ANSWERS, named))  # fmt: skip
    rows = rows_of(tmp_path, "\ufeff" + lines + "\n\n", "class.jsonl")
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert is_the_person(rows[0])
    assert is_the_person(rows[2])
    assert read_row(JOB, rows[1])[0].name == "🤸 \u2028" == read_row(JOB, rows[3])[0].name


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "is not valid JSON"),
        ("[1]", "expected the answers of one person"),
        ('{"name": "a", "name": "b"}', "the key name stands twice"),
        ('{"name": NaN}', "NaN is not a number"),
        ("[" * 100_000, "is not valid JSON"),
        (b'{"name": "\xff"}', "is not valid JSON"),
    ],
)
def test_a_line_that_is_no_person_stops_nobody_else(
    tmp_path: Path, line: str | bytes, words: str
) -> None:
    raw = line if isinstance(line, bytes) else line.encode()
    good = json.dumps(ANSWERS).encode()
    first, bad, last = rows_of(tmp_path, b"\n".join([good, raw, good]), "class.jsonl")
    assert bad.fault is not None
    assert words in bad.fault[1]
    assert first.fault is None is last.fault


def test_nested_answers_name_their_fields(tmp_path: Path) -> None:
    answers = {**ANSWERS, "days": {"mon": {"minutes": 3}}}
    (row,) = rows_of(tmp_path, json.dumps(answers), "class.jsonl")
    (fault,) = solve_row(JOB, row, lambda _: None)[0].faults
    assert fault.field == "days.mon.minutes"


def sheet_of(rows: list[list[Any]], change: Callable[[Any], None] = lambda sheet: None) -> bytes:
    """Return a workbook with these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def typed(cells: dict[str, str]) -> list[Any]:
    """Return cells as a spreadsheet holds them: numbers, dates, and nothing where it is empty."""
    values: list[Any] = [cells.get(name) or None for name in HEADER]
    for index, value in enumerate(values):
        if isinstance(value, str) and value.isdigit():
            values[index] = float(value)
        elif isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            values[index] = datetime.datetime.fromisoformat(value)
    return values


def test_xlsx_with_numbers_and_dates(tmp_path: Path) -> None:
    rows = [HEADER, typed(person()), [], [*typed(person(id="p-2")), None, ""]]
    first, last = rows_of(tmp_path, sheet_of(rows), "class.xlsx")
    assert (first.number, last.number) == (2, 4)
    assert is_the_person(first)


def test_xlsx_with_times_and_a_tick(tmp_path: Path) -> None:
    values = typed(person())
    values[HEADER.index("mon_at")] = datetime.time(7, 30)
    values[HEADER.index("other_condition")] = True
    (row,) = rows_of(tmp_path, sheet_of([HEADER, values]), "class.xlsx")
    intake = read_row(JOB, row)[0]
    assert intake.days["mon"].at == "07:30"
    assert intake.screening.other_condition


def test_a_formula_stops_its_row(tmp_path: Path) -> None:
    values = typed(person())
    values[HEADER.index("age")] = "=30+4"
    bad, good = rows_of(tmp_path, sheet_of([HEADER, values, typed(person())]), "class.xlsx")
    assert bad.fault is not None
    assert "D2 holds a formula" in bad.fault[1]
    assert good.fault is None


def test_merged_cells_are_refused(tmp_path: Path) -> None:
    rows = [HEADER, typed(person()), typed(person(id="p-2"))]
    content = sheet_of(rows, lambda sheet: sheet.merge_cells("D2:D3"))
    assert "D2:D3 are merged" in refused(lambda: rows_of(tmp_path, content, "class.xlsx"))


@pytest.mark.parametrize("name", ["class.xlsx", "class.parquet"])
def test_what_is_no_table_is_refused(tmp_path: Path, name: str) -> None:
    assert "cannot be read as" in refused(lambda: rows_of(tmp_path, as_csv([PERSON]), name))


def test_another_zip_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "class.xlsx", "w") as archive:
        archive.writestr("a.txt", "a")
    message = refused(lambda: list(read_people(tmp_path / "class.xlsx")))
    assert "cannot be read as XLSX" in message


def test_the_xlsx_template_reads_back(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, xlsx_template(), "class.xlsx")
    assert row.cells is not None
    assert list(row.cells) == HEADER
    assert solve_row(JOB, row, lambda _: None)[0].outcome == "optimal"


def test_parquet_with_types_and_without(tmp_path: Path) -> None:
    intake = read_row(JOB, Row(2, PERSON))[0]
    texts = {name: [cell] for name, cell in cells_of(intake).items()}
    types = {**texts, "age": [34], "answered_on": [datetime.date(2026, 11, 20)],
             "other_condition": [False], "mon_minutes": [20.0], "liked": [None]}  # fmt: skip
    for columns in (texts, types):
        path = tmp_path / "class.parquet"
        pyarrow.parquet.write_table(pyarrow.table(columns), path)
        (row,) = read_people(path)
        assert row.number == 1
        assert is_the_person(row)
