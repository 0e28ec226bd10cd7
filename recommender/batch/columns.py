"""The flat form of the answers: one person a row, one column a question.

`COLUMNS` is the one place that says what a column is called, what it fills and how it is written;
the reader, the template and the table in the docs are made from it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge import BadInput
from knowledge.reading import parse
from knowledge.schema.days import DAY_NAMES, WEEKDAYS

NONE = "none"
SIDES = ("left", "right", "both")
Said = tuple[str, str]
"""A column (or a field of the answers) and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field that it fills, how it is written, an example, and whether it must be.

    `read` turns the text of a cell into what stands in a file of answers. What it does not know it
    leaves as it is for the schema to refuse; it raises `ValueError` for what it cannot split.
    """

    name: str
    field: str
    read: Callable[[str], Any]
    written: str
    example: str = ""
    needed: bool = False


def _text(cell: str) -> str:
    return cell


def _whole_number(cell: str) -> int | str:
    return int(cell) if re.fullmatch(r"[0-9]{1,9}", cell) else cell


def _yes_or_no(cell: str) -> bool:
    word = cell.lower()
    if word not in ("yes", "no", "true", "false"):
        raise ValueError(f"expected yes or no, found {_shown(cell)}")
    return word in ("yes", "true")


def _date(cell: str) -> str:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        return cell
    hint = ""
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", cell):
        hint = "; it is the number of a date, so format the column as text or as a date"
    raise ValueError(f"expected a date such as 2026-11-30, found {_shown(cell)}{hint}")


def _time(cell: str) -> str:
    return f"0{cell}" if re.fullmatch(r"[0-9]:[0-9]{2}", cell) else cell


def _list(cell: str) -> list[str]:
    return [] if cell.lower() == NONE else _entries(cell, ",;")


def _entries(cell: str, separators: str) -> list[str]:
    parts = (part.strip() for part in re.split(f"[{separators}]", cell))
    return [part for part in parts if part]


def _conditions(cell: str) -> list[dict[str, str]]:
    return [_condition(entry) for entry in _list(cell)]


def _condition(entry: str) -> dict[str, str]:
    """Return a condition from its id, its date, its detail and its side, in any order."""
    name, *words = entry.split()
    condition = {"id": name}
    for word in words:
        key = "date" if word[0].isdigit() else "affected_side" if word in SIDES else "detail"
        if key in condition:
            message = f"expected one {key.replace('_', ' ')}, found {condition[key]} and {word}"
            raise ValueError(f"{name}: {message}")
        condition[key] = _date(word) if key == "date" else word
    return condition


def _clearances(cell: str) -> list[dict[str, str]]:
    found = []
    for entry in _entries(cell, ";"):
        words = entry.split(maxsplit=2)
        if len(words) < 3:
            example = "disc_herniation 2026-11-06 Dr. Ruiz"
            raise ValueError(
                f"expected condition, date and who agreed, such as {example}; found {_shown(entry)}"
            )
        found.append({"condition": words[0], "by": words[2], "date": _date(words[1])})
    return found


def _scores(cell: str) -> dict[str, int | str]:
    return _counted(cell, "a score and its number, such as pain_now 3")


def _counted(cell: str, expected: str, otherwise: int | None = None) -> dict[str, int | str]:
    counts: dict[str, int | str] = {}
    for entry in _entries(cell, ",;"):
        words = entry.split()
        if len(words) > 2 or (len(words) == 1 and otherwise is None):
            raise ValueError(f"expected {expected}; found {_shown(entry)}")
        if words[0] in counts:
            raise ValueError(f"{words[0]} stands twice")
        counts[words[0]] = _whole_number(words[1]) if len(words) == 2 else otherwise or 1
    return counts


def _places(cell: str) -> dict[str, dict[str, int | str]]:
    """Return the pieces of each place; a piece without a number is there once."""
    places: dict[str, dict[str, int | str]] = {}
    for entry in _entries(cell, ";"):
        name, _, pieces = (part.strip() for part in entry.partition(":"))
        if name in places:
            raise ValueError(f"{name} stands twice")
        places[name] = _counted(pieces, "equipment and its number, such as dumbbell 2", 1)
    return places


def _records(cell: str) -> list[Any]:
    """Return records as they stand in a file of answers, without their braces."""
    found = []
    for entry in _entries(cell, ";"):
        try:
            found.append(parse("{" + entry + "}", "").data)
        except BadInput:
            message = "expected keys with values, such as kind: rest, day: mon, author: Eva"
            raise ValueError(f"{message}; found {_shown(entry)}") from None
    return found


def _shown(cell: str) -> str:
    return cell if len(cell) <= 60 else f"{cell[:57]}..."


def _day_columns() -> Iterator[Column]:
    for day in WEEKDAYS:
        name = DAY_NAMES[day]
        example = "30" if day in ("mon", "thu") else ""
        yield Column(
            f"{day}_minutes", f"days.{day}.minutes", _whole_number,
            f"minutes on {name}; empty: no time", example,
        )  # fmt: skip
    for day in WEEKDAYS:
        name = DAY_NAMES[day]
        yield Column(f"{day}_at", f"days.{day}.at", _time, f"when training begins on {name}, 07:30")
        yield Column(
            f"{day}_place", f"days.{day}.place", _text,
            f"where on {name}, if there are several places",
        )  # fmt: skip


_IDS = "ids, with commas between"
_AS_IN_ANSWERS = "as in a file of answers without braces, with ; between"

COLUMNS: tuple[Column, ...] = (
    Column("id", "id", _text, "anything that names the person once in the class", "p-001"),
    Column("name", "name", _text, "printed, and nothing else", "Ana"),
    Column(
        "answered_on", "answered_on", _date, "the date of the answers, 2026-11-20", "2026-11-20",
        needed=True,
    ),
    Column("age", "screening.age", _whole_number, "years", "34", needed=True),
    Column(
        "red_flags", "screening.red_flags", _list, f"{_IDS}, or `none`", NONE, needed=True
    ),
    Column(
        "conditions", "screening.conditions", _conditions,
        "id, date, detail, side: `disc_herniation, hip_replacement 2026-03-02 posterior left`; "
        "or `none`",
        "disc_herniation", needed=True,
    ),
    Column(
        "other_condition", "screening.other_condition", _yes_or_no, "`yes` or `no`", "no",
        needed=True,
    ),
    Column(
        "cannot", "screening.cannot", _list, "positions, with commas between, or `none`", NONE,
        needed=True,
    ),
    Column("settled", "screening.settled", _records, _AS_IN_ANSWERS),
    Column(
        "clearances", "clearances", _clearances,
        "condition, date, who: `disc_herniation 2026-11-06 Dr. Ruiz`, with ; between",
        "disc_herniation 2026-11-06 Dr. Ruiz",
    ),
    Column("softenings", "softenings", _records, _AS_IN_ANSWERS),
    Column("scores", "scores", _scores, "`pain_now 3`, with commas between", "pain_now 3"),
    Column("weaker_side", "weaker_side", _text, "`left` or `right`"),
    Column("wakes_at", "wakes_at", _time, "06:30"),
    Column("goal", "goal", _text, "`relieve`, `strengthen` or `prevent`", "prevent"),
    Column(
        "training_age", "training_age", _text,
        "`none`, `under_6_months`, `6_to_24_months` or `over_24_months`", "under_6_months",
    ),
    Column("technique_cleared", "technique_cleared", _list, "lifts, with commas between"),
    Column(
        "places", "places", _places, "`home: mat, chair, dumbbell 2; gym: mat, barbell`",
        "home: mat, wall, chair", needed=True,
    ),
    *_day_columns(),
    Column("sessions_at_least", "sessions.at_least", _whole_number, "1 to 7", "2"),
    Column("sessions_at_most", "sessions.at_most", _whole_number, "1 to 7", "3"),
    Column(
        "rest_days_between_hard_lumbar", "rest_days_between_hard_lumbar", _whole_number, "1 to 3"
    ),
    Column("exercises_per_session", "exercises_per_session", _whole_number, "2 to 8"),
    Column("variety", "variety", _text, "`same_each_time` or `high`"),
    Column("liked", "liked", _list, _IDS),
    Column("disliked", "disliked", _list, _IDS),
    Column("banned", "banned", _list, _IDS),
    Column("required", "required", _list, _IDS),
    Column(
        "orders", "orders", _records,
        "`kind: rest, day: mon, author: Eva, reason: her day off`, with ; between",
    ),
    Column("week_start", "week_start", _date, "first day of the week; default: --week-start"),
)  # fmt: skip
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}


def answers_in(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Said]]:
    """Return the answers that the cells of a row hold, and what is wrong with single cells.

    An empty cell is no answer. Where one is needed, that is said.
    """
    answers: dict[str, Any] = {"screening": {}, "days": {}}
    wrong = []
    for column in COLUMNS:
        cell = cells.get(column.name, "").strip()
        if not cell:
            if column.needed:
                wrong.append((column.name, f"is missing; expected {column.written}"))
            continue
        try:
            value = column.read(cell)
        except ValueError as error:
            wrong.append((column.name, str(error)))
            continue
        *groups, key = column.field.split(".")
        part = answers
        for group in groups:
            part = part.setdefault(group, {})
        part[key] = value
    return answers, wrong


def in_columns(field: str) -> str:
    """Return the column of a field such as `screening.conditions[2].date`, with what is below."""
    for column in COLUMNS:
        rest = field.removeprefix(column.field)
        if rest != field and rest[:1] in ("", ".", "["):
            return column.name + rest
    return "mon_minutes to sun_minutes" if field == "days" else field


def table() -> str:
    """Return the columns as a table in Markdown."""
    rows = [f"| `{one.name}` | {'yes' if one.needed else ''} | {one.written} |" for one in COLUMNS]
    return "| Column | Needed | Written as |\n|---|---|---|\n" + "\n".join(rows) + "\n"
