"""Classes of people for the tests, as cells and as files."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date

from knowledge import Intake
from recommender.batch.columns import COLUMNS

TODAY = date(2026, 11, 29)
PERSON: Mapping[str, str] = {
    "id": "p-1",
    "answered_on": "2026-11-20",
    "age": "34",
    "red_flags": "none",
    "conditions": "none",
    "other_condition": "no",
    "cannot": "none",
    "places": "home: mat, wall, chair",
    "mon_minutes": "20",
    "thu_minutes": "20",
}
"""A healthy person with one quick week."""


def person(**cells: str) -> dict[str, str]:
    """Return the cells of the person with some of them changed."""
    return {**PERSON, **cells}


def as_csv(people: Iterable[Mapping[str, str]], delimiter: str = ",") -> str:
    """Return a class as CSV with every column."""
    text = io.StringIO()
    names = [column.name for column in COLUMNS]
    writer = csv.DictWriter(text, names, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(people)
    return text.getvalue()


def cells_of(intake: Intake) -> dict[str, str]:
    """Return an intake in the flat form, as a person would type it."""
    said = intake.model_dump(mode="json")
    screening = said["screening"]
    cells = {
        "id": said["id"] or "",
        "name": said["name"] or "",
        "answered_on": said["answered_on"],
        "age": str(screening["age"]),
        "red_flags": ", ".join(screening["red_flags"]) or "none",
        "conditions": "; ".join(map(_words, screening["conditions"])) or "none",
        "other_condition": "yes" if screening["other_condition"] else "no",
        "cannot": ", ".join(screening["cannot"]) or "none",
        "settled": _records(screening["settled"]),
        "clearances": "; ".join(
            f"{one['condition']} {one['date']} {one['by']}" for one in said["clearances"]
        ),
        "softenings": _records(said["softenings"]),
        "scores": ", ".join(f"{name} {value}" for name, value in said["scores"].items()),
        "places": "; ".join(
            f"{place}: {', '.join(f'{piece} {count}' for piece, count in stock.items())}"
            for place, stock in said["places"].items()
        ),
        "orders": _records(said["orders"]),
        **{f"sessions_{end}": str(said["sessions"][end]) for end in ("at_least", "at_most")},
    }
    for day, answer in said["days"].items():
        cells |= {f"{day}_{key}": str(value) for key, value in answer.items() if value is not None}
    for key in ("technique_cleared", "liked", "disliked", "banned", "required"):
        cells[key] = ", ".join(said[key])
    for key in (
        "weaker_side", "wakes_at", "goal", "training_age", "rest_days_between_hard_lumbar",
        "exercises_per_session", "variety", "week_start",
    ):  # fmt: skip
        cells[key] = "" if said[key] is None else str(said[key])
    return cells


def _words(condition: Mapping[str, str | None]) -> str:
    return " ".join(value for value in condition.values() if value is not None)


def _records(records: Iterable[Mapping[str, object]]) -> str:
    return "; ".join(
        ", ".join(f"{key}: {value}" for key, value in record.items() if value is not None)
        for record in records
    )
