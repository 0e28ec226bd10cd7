"""People in XLSX and Parquet, which need the extra `tables`."""

import datetime
import importlib
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

from knowledge import BadInput, Fault

BATCH = 256
_MERGED = re.compile(rb'<mergeCell ref="([A-Z0-9:]+)"')
_CHUNK = 1 << 20
_OVERLAP = 64
ROOM = 500
"""Rows of the template that are formatted as text."""


def _extra(module: str, name: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        message = "needs the extra for tables: install backplan[tables], or save it as CSV UTF-8"
        raise BadInput([Fault(name, None, "", message)]) from None


def xlsx_records(stream: IO[bytes], name: str) -> Iterator[Sequence[str] | str]:
    """Yield the cells of each row of the first sheet as text, or why it cannot be read."""
    openpyxl = _extra("openpyxl", name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl does not keep when it saves
            book = openpyxl.load_workbook(stream, read_only=True)
            sheet = book.worksheets[0]
            _refuse_merged(stream, sheet._worksheet_path.lstrip("/"), name)
            sheet.reset_dimensions()
            width = 0
            for cells in sheet.iter_rows():
                width = width or len(cells)
                yield _texts(cells, width)
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        message = f"cannot be read as XLSX ({error}); save it as CSV UTF-8 and try again"
        raise BadInput([Fault(name, None, "", message)]) from None


def _texts(cells: Sequence[Any], width: int) -> Sequence[str] | str:
    """Return the cells of a row, as many as the header has, or the first formula or error."""
    texts = []
    for cell in cells:
        if cell.value is not None and cell.data_type in ("f", "e"):
            kind = "a formula" if cell.data_type == "f" else "an error"
            return f"the cell {cell.coordinate} holds {kind}; expected a value, so paste values"
        texts.append(_text(cell.value))
    while len(texts) > width and not texts[-1]:
        texts.pop()
    return texts + [""] * (width - len(texts))


def _refuse_merged(stream: IO[bytes], sheet: str, name: str) -> None:
    """Raise `BadInput` for merged cells: all but one of them would be read as empty."""
    with zipfile.ZipFile(stream) as archive, archive.open(sheet) as content:
        tail = b""
        while chunk := content.read(_CHUNK):
            merged = _MERGED.search(tail + chunk)
            if merged is not None:
                message = f"the cells {merged[1].decode()} are merged; split them again"
                raise BadInput([Fault(name, None, "", message)])
            tail = chunk[-_OVERLAP:]


def parquet_records(stream: IO[bytes], name: str) -> Iterator[Sequence[str] | str]:
    """Yield the names of the columns, then the cells of each row as text."""
    parquet = _extra("pyarrow.parquet", name)
    arrow = _extra("pyarrow", name)
    try:
        file = parquet.ParquetFile(stream)
        yield file.schema_arrow.names
        for batch in file.iter_batches(batch_size=BATCH):
            columns = [column.to_pylist() for column in batch.columns]
            yield from ([_text(cell) for cell in cells] for cells in zip(*columns, strict=True))
    except arrow.ArrowException as error:
        message = f"cannot be read as Parquet: {error}"
        raise BadInput([Fault(name, None, "", message)]) from None


def _text(value: object) -> str:
    """Return a cell as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M")
    return str(value)


def workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as a workbook of one sheet in which every cell is text."""
    openpyxl = _extra("openpyxl", "--template")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "people"
    sheet.freeze_panes = "A2"
    for number in range(1, ROOM + 1):
        row = rows[number - 1] if number <= len(rows) else [None] * len(rows[0])
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column, value or None)
            cell.number_format = "@"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
