"""An empty class to fill in: every column and one example row."""

import csv
import io

from recommender.batch.columns import COLUMNS


def csv_template() -> str:
    """Return the template as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in COLUMNS)
    writer.writerow(column.example for column in COLUMNS)
    return text.getvalue()


def xlsx_template() -> bytes:
    """Return the template as XLSX, every cell formatted as text so that dates stay as typed.

    Raises `BadInput` if the extra is not installed.
    """
    from recommender.batch.tables import workbook

    return workbook([[c.name for c in COLUMNS], [c.example for c in COLUMNS]])
