"""Reads people from a file or standard input, one at a time, by the ending of its name.

Only what makes the whole file unreadable raises `BadInput`. A row that cannot be read is yielded
with what is wrong with it, so that it stops nobody else.
"""

import csv
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from knowledge import BadInput, Fault
from knowledge.faults import nearest
from recommender.batch.columns import BY_NAME, COLUMNS
from recommender.batch.rows import Row

STANDARD_INPUT = "-"
LONGEST_LINE = 4_000_000
LONGEST_CELL = 20_000
MOST_NAMED = 5
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_people(path: Path) -> Iterator[Row]:
    """Yield the people in `path`; `-` is standard input in CSV or JSONL.

    Raises `BadInput` if the file, its header or its kind cannot be used.
    """
    name = str(path)
    if name == STANDARD_INPUT:
        if sys.stdin is None:
            raise BadInput([Fault("<standard input>", None, "", "is closed")])
        yield from _text_rows(sys.stdin.buffer, "<standard input>", None)
        return
    ending = path.suffix.lower()
    if ending not in FORMATS:
        message = f"ends in {ending or 'nothing'}; expected one of: {', '.join(FORMATS)}"
        raise BadInput([Fault(name, None, "", message + nearest(ending, FORMATS))])
    try:
        if path.is_dir():
            raise BadInput([Fault(name, None, "", "is a folder; expected a file of people")])
        with path.open("rb") as stream:
            yield from FORMATS[ending](stream, name)
    except FileNotFoundError:
        siblings = [one.name for one in path.parent.glob("*")] if path.parent.is_dir() else []
        hint = nearest(path.name, siblings)
        raise BadInput([Fault(name, None, "", f"no such file{hint}")]) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput([Fault(name, None, "", f"cannot be read: {reason}")]) from None


def _csv_rows(stream: IO[bytes], name: str) -> Iterator[Row]:
    return _text_rows(stream, name, is_json=False)


def _json_rows(stream: IO[bytes], name: str) -> Iterator[Row]:
    return _text_rows(stream, name, is_json=True)


def _text_rows(stream: IO[bytes], name: str, is_json: bool | None) -> Iterator[Row]:
    """Yield the rows of a text; without `is_json` its first character decides."""
    first = stream.readline(LONGEST_LINE)
    if first.startswith(UTF_16) or b"\0" in first:
        message = "is not UTF-8 text; save it as CSV UTF-8 and try again"
        raise BadInput([Fault(name, 1, "", message)])
    rest = iter(lambda: stream.readline(LONGEST_LINE), b"")
    lines = _whole_lines(itertools.chain([first.removeprefix(b"\xef\xbb\xbf")], rest), name)
    if is_json is None:
        is_json = first.lstrip().startswith(b"{")
    return _from_json(lines) if is_json else _from_csv(lines, name)


def _whole_lines(lines: Iterable[bytes], name: str) -> Iterator[bytes]:
    for number, line in enumerate(lines, 1):
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            message = f"is longer than {LONGEST_LINE} bytes; expected one person a row"
            raise BadInput([Fault(name, number, "", message)])
        yield line


def _from_json(lines: Iterable[bytes]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answers = json.loads(line, object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            yield Row(number, fault=("", f"is not valid JSON: {error}"))
            continue
        if isinstance(answers, dict):
            yield Row(number, answers=answers)
        else:
            yield Row(number, fault=("", "expected the answers of one person, {...}"))


def _no_key_twice(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice} stands twice")
    return found


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is not a number")


def _from_csv(lines: Iterator[bytes], name: str) -> Iterator[Row]:
    texts = (line.decode("utf-8", "surrogateescape") for line in lines)
    header = next(texts, "")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(itertools.chain([header], texts), delimiter=_delimiter(header), strict=True)
    return _table(_records(reader), name)


def _delimiter(header: str) -> str:
    """Return what stands between the names of the columns: a comma, a semicolon or a tab."""

    def known(delimiter: str) -> int:
        return sum(cell.strip(' "\r\n') in BY_NAME for cell in header.split(delimiter))

    return max(",;\t", key=known)


def _records(reader: Iterator[list[str]]) -> Iterator[list[str] | str]:
    """Yield the cells of each record, or why it cannot be read."""
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"cannot be split into cells ({error}); is a quote left open?"


def _table(records: Iterator[Sequence[str] | str], name: str, first_row: int = 1) -> Iterator[Row]:
    """Yield the rows below a header; a row is as long as the header, or empty."""
    header = next(records, "is empty")
    if isinstance(header, str):
        raise BadInput([Fault(name, 1, "", header)])
    names = [cell.strip() for cell in header]
    _check_header(names, name)
    for number, record in enumerate(records, first_row + 1):
        if isinstance(record, str):
            yield Row(number, fault=("", record))
        elif any(cell.strip() for cell in record):
            yield _row(number, names, record)


def _row(number: int, names: Sequence[str], record: Sequence[str]) -> Row:
    if len(record) != len(names):
        message = f"has {len(record)} cells where the header has {len(names)}; is a quote missing?"
        return Row(number, fault=("", message))
    cells: dict[str, str] = {}
    for column, cell in zip(names, record, strict=True):
        if not cell.isprintable() and any("\udc80" <= sign <= "\udcff" for sign in cell):
            message = "is not UTF-8 text; save the file as CSV UTF-8 and try again"
            return Row(number, fault=(column, message))
        if column:
            cells[column] = cell
        elif cell.strip():
            return Row(number, fault=("", f"{cell[:40]} stands below no name of a column"))
    return Row(number, cells=cells)


def _check_header(names: Sequence[str], file: str) -> None:
    given = [name for name in names if name]
    if not given:
        raise BadInput([Fault(file, 1, "", "is empty; expected the names of the columns")])
    known = set(given) & BY_NAME.keys()
    unknown = [name for name in given if name not in BY_NAME]
    faults = [
        Fault(file, 1, name[:60], f"is not a known column{nearest(name, BY_NAME)}")
        for name in unknown[:MOST_NAMED]
    ]
    if len(unknown) > MOST_NAMED:
        message = f"{len(unknown) - MOST_NAMED} more columns are not known"
        faults.append(Fault(file, 1, "", message))
    if len(given) - len(unknown) > len(known):
        twice = next(name for name in given if given.count(name) > 1)
        faults.append(Fault(file, 1, twice, "stands twice"))
    faults += [
        Fault(file, 1, column.name, "is missing; backplan batch --template csv has every column")
        for column in COLUMNS
        if column.needed and column.name not in known
    ]
    if faults:
        raise BadInput(faults)


def _xlsx_rows(stream: IO[bytes], name: str) -> Iterator[Row]:
    from recommender.batch.tables import xlsx_records

    return _table(xlsx_records(stream, name), name)


def _parquet_rows(stream: IO[bytes], name: str) -> Iterator[Row]:
    from recommender.batch.tables import parquet_records

    return _table(parquet_records(stream, name), name, first_row=0)


FORMATS: Mapping[str, Callable[[IO[bytes], str], Iterator[Row]]] = {
    ".csv": _csv_rows,
    ".jsonl": _json_rows,
    ".parquet": _parquet_rows,
    ".xlsx": _xlsx_rows,
}
