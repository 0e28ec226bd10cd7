"""Clients for a terminal of 80 columns, in plain text."""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date

from rich.cells import cell_len, set_cell_size

from knowledge import Intake, Order
from knowledge.schema._base import Noun
from recommender.plan import Plan
from recommender.render.lines import WIDTH, wrap
from recommender.store.documents import Document
from recommender.store.finding import Client
from recommender.store.history import Entry, State, Version, orders_in_force, standing

_SIGNED = ("kind", "author", "reason", "from", "until")
_ABOUT = ("exercise", "family", "demand", "equipment", "day")
_MOST_LINES = 8
_LABEL = 15
_BREAKS = ("Cc", "Zl", "Zp")
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def render_list(found: Sequence[Client], searched: str | None) -> str:
    """Return one row for each client: id, date of the newest answers, name."""
    width = max((len(one.id) for one in found), default=0)
    rows = [
        _cut(f"{one.id:<{width}}  {one.answered_on}  {one_line(one.name or '')}").rstrip()
        for one in found
    ]
    count = f"{len(found)} client{'' if len(found) == 1 else 's'}"
    like = f" like {one_line(searched)}" if searched else ""
    return "\n".join([*rows, *([""] if rows else []), f"{count}{like}."]) + "\n"


def render_state(state: State, day: date) -> str:
    """Return the present state of a client on one screen; orders are those that hold on `day`."""
    intake = state.intake.body
    lines = [_cut(f"{state.client}  {one_line(intake.name)}").rstrip()]
    lines += _field("Answers", f"of {intake.answered_on}, {_by(state.intake)}")
    lines += _field("Conditions", "; ".join(_conditions(intake)) or "none")
    orders = [order_words(order, day) for order in orders_in_force(state, day)]
    more = [f"and {len(orders) - _MOST_LINES} more"] if len(orders) > _MOST_LINES else []
    for number, words in enumerate([*orders[:_MOST_LINES], *more] or ["none in force"]):
        lines += _field("" if number else "Orders", words)
    lines += _field("Last plan", _document(state.plan))
    if state.program is not None:
        lines += _field("Last program", _document(state.program))
    last = state.checkins[-1] if state.checkins else None
    lines += _field("Last check-in", _document(last))
    return "\n".join([*lines, *_field("Versions", str(state.number))]) + "\n"


def render_history(entries: Sequence[Entry]) -> str:
    """Return one row for each version, oldest first, with what is undone marked."""
    stands = standing(entries)
    width = len(str(entries[-1].number))
    lines = []
    for entry in entries:
        gone = "" if entry.number in stands or entry.kind == "undo" else " (undone)"
        words = _entry_words(entries, entry)
        head = f"{entry.number:>{width}}  {entry.at:%Y-%m-%d %H:%M}  "
        lines += wrap(f"{head}{words}{gone}, {one_line(entry.author)}", " " * len(head), "")
    return "\n".join(lines) + "\n"


def undo_words(entries: Sequence[Entry]) -> str:
    """Return what the undo at the end of a history did."""
    undone = next(entry for entry in entries if entry.number == entries[-1].undoes)
    return f"{_entry_words(entries, entries[-1])} ({_entry_words(entries, undone)})"


def _entry_words(entries: Sequence[Entry], entry: Entry) -> str:
    """Return a version in a few words; each second undo of the same brings it back."""
    if entry.undoes is None:
        return document_words(entry.body, entry.kind)
    times = sum(one.undoes == entry.undoes for one in entries if one.number <= entry.number)
    return f"{'undo of' if times % 2 else 'brings back'} {entry.undoes}"


def document_words(body: Document | None, kind: str) -> str:
    """Return what a document is in a few words."""
    if isinstance(body, Intake):
        whose = f" ({one_line(body.name)})" if body.name else ""
        return f"answers of {body.answered_on}{whose}"
    if isinstance(body, Plan):
        return f"plan for the week of {body.stamps.week_start}, {body.status}"
    if isinstance(body, Noun):
        return f"order: {_order_core(body)}"
    return {"checkin": "check-in"}.get(kind, kind)


def order_words(order: Order, day: date) -> str:
    """Return an order with its author, reason and dates."""
    data = order.model_dump(by_alias=True)
    begin, end = data.get("from"), data.get("until")
    dates = f", from {begin}" if begin and begin > day else ""
    dates += f", until {end}" if end else ""
    return one_line(f"{_order_core(order)}, {order.author}{dates}: {order.reason}")


def _order_core(order: Noun) -> str:
    data = order.model_dump(mode="json", by_alias=True, exclude_none=True)
    about = [str(data[key]) for key in _ABOUT if key in data]
    rest = [f"{key} {data[key]}" for key in data if key not in (*_ABOUT, *_SIGNED)]
    return ", ".join([" ".join([data["kind"], *about]), *rest])


def _conditions(intake: Intake) -> Iterator[str]:
    answers = intake.screening
    for flag in answers.red_flags:
        yield f"RED FLAG {flag}"
    for one in answers.conditions:
        details = [str(value) for value in (one.detail, one.affected_side, one.date) if value]
        yield f"{one.id} ({', '.join(details)})" if details else one.id
    if answers.other_condition:
        yield "another condition"


def _document(version: Version[Document] | None) -> str:
    if version is None:
        return "none"
    body = version.body
    if isinstance(body, Plan):
        return f"week of {body.stamps.week_start}, {body.status}, {_by(version)}"
    return _by(version)


def _by(version: Version[Document]) -> str:
    return f"added {version.at:%Y-%m-%d} by {one_line(version.author)}"


def _field(label: str, words: str) -> list[str]:
    return wrap(one_line(words), " " * _LABEL, f"{label:<{_LABEL}}")


def one_line(text: str | None) -> str:
    """Return a text without what would move the cursor or turn the direction of the line."""
    letters = (" " if unicodedata.category(one) in _BREAKS else one for one in text or "")
    kept = (one for one in letters if one in _JOINERS or unicodedata.category(one) != "Cf")
    return " ".join("".join(kept).split())


def _cut(line: str) -> str:
    """Return a line that takes at most 80 columns; wide letters take two."""
    if cell_len(line) <= WIDTH:
        return line
    return set_cell_size(line, WIDTH - 1).rstrip() + "…"
