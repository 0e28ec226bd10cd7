"""The difference of two knowledge bases, in plain text of 80 columns."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from knowledge.diff import VERDICT, EntryChange, FieldChange
from knowledge.schema._base import Noun
from recommender.render.lines import wrap

NO_DIFFERENCE = "No difference."


def render(changes: Sequence[EntryChange]) -> str:
    """Return every change, and at the end how many there are."""
    if not changes:
        return f"{NO_DIFFERENCE}\n"
    lines = [line for change in changes for line in _entry(change)]
    counts = Counter(change.what for change in changes)
    total = ", ".join(f"{counts[what]} {what}" for what in ("added", "removed", "changed"))
    return "\n".join([*lines, "", f"{total}."]) + "\n"


def _entry(change: EntryChange) -> Iterator[str]:
    yield from wrap(f"{change.name}: {change.what}", "  ", "")
    for field in change.fields:
        yield from wrap(_field(field), "      ", "  ")


def _field(change: FieldChange) -> str:
    name = change.field.removeprefix("caps.") if change.cells else change.field
    if change.cells:
        cells = ", ".join(change.cells)
        name = cells if name == VERDICT else f"{cells}: {name}"
    separator = " " if change.cells and change.field != VERDICT else ": "
    return f"{name}{separator}{_step(change.before, change.after)}"


def _step(before: Any, after: Any) -> str:
    """Return what became of a value; of a list of words only what went and came."""
    if _is_words(before) and _is_words(after):
        gone = [_value(word) for word in before if word not in after]
        come = [_value(word) for word in after if word not in before]
        parts = [f"without {', '.join(gone)}"] if gone else []
        parts += [f"with {', '.join(come)}"] if come else []
        if parts:
            return "; ".join(parts)
    return f"{_value(before)} ->\N{NO-BREAK SPACE}{_value(after)}"  # wrapping puts a space there


def _is_words(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(one, str) for one in value)


def _value(value: Any) -> str:
    """Return a value as it would stand in the file, on one line."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Noun):
        entry_id = getattr(value, "id", None)
        given = {name: getattr(value, name) for name in sorted(value.model_fields_set)}
        return str(entry_id) if entry_id is not None else _value(given)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_value(part)}" for key, part in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_value, value)) + "]"
    text = str(value)
    return f'"{text}"' if " " in text else text
