"""What a typed answer means: one question as it is put, and the value of each kind of answer."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from knowledge.faults import nearest
from knowledge.schema.intake import WEEKDAYS
from knowledge.schema.questionnaire import LISTED, Option, Question

MAX_LENGTH = 1000
MAX_LABEL = 200
FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Value = Any
"""A part of an intake: what YAML can hold, and dates."""


class BadAnswer(Exception):  # noqa: N818 - read in sentences: raises BadAnswer
    """A typed answer that cannot be used; its text says what would be right."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put to one person, with everything that its answer may depend on.

    `places` are the names of the places so far, `taken` is what was named in earlier questions and
    where, `available` is the number of days with time to train.
    """

    id: str
    question: Question
    subject: str
    label: str
    text: str
    hint: str | None
    options: tuple[Option, ...] = ()
    earliest: date = date.min
    latest: date = date.max
    places: tuple[str, ...] = ()
    taken: Mapping[str, str] = field(default_factory=dict)
    available: int = 7

    @property
    def is_listed(self) -> bool:
        """Whether the options are shown with numbers."""
        return self.question.kind in LISTED

    def read(self, typed: str) -> Value:
        """Return the value that was typed; raise `BadAnswer` if it cannot be used."""
        text = typed.strip()
        if not text.isprintable() or len(text) > MAX_LENGTH:
            raise BadAnswer("please type plain text on one line")
        if not text and self.question.default is None:
            raise BadAnswer("an answer is needed here" + self._none())
        return _READERS[self.question.kind](self, text or self.question.default or "")

    def write(self, value: Value) -> str:
        """Return the text, in ids instead of numbers, that `read` turns into `value`."""
        return _WRITERS.get(self.question.kind, _plain)(value)

    def show(self, value: Value) -> str:
        """Return the value in the words of the question."""
        if self.question.kind not in ("choice", "checklist"):
            return self.write(value)
        words = {option.id: option.text for option in self.options}
        chosen = [value] if isinstance(value, str) else value
        return "; ".join(words[one] for one in chosen) or "none of these"

    def _none(self) -> str:
        return "; type 0 for none of these" if self.question.kind == "checklist" else ""


def _words(text: str) -> list[str]:
    """Return the parts between commas; between two numbers a blank will do."""
    parts = re.split(r"[,;]|(?<=\d)\s+(?=\d+\b)", text)
    return [part.strip() for part in parts if part.strip()]


def _pick(asked: Asked, word: str) -> str:
    """Return the id of the option meant by a number, an id or a name."""
    ids = {option.id: option.id for option in asked.options}
    numbers = {str(number): one for number, one in enumerate(ids, start=1)}
    names = {option.text.lower(): option.id for option in asked.options}
    plain = re.sub(r"[\s-]+", "_", word.lower())
    found = ids.get(plain) or names.get(word.lower())
    if found is None and asked.is_listed:
        found = numbers.get(word)
    if found is None:
        hint = nearest(plain, ids)
        numbered = f"; type numbers from 1 to {len(ids)}" if asked.is_listed else ""
        raise BadAnswer(f"{word} is not known here{hint}{numbered}")
    return found


def _picked(asked: Asked, text: str) -> list[str]:
    """Return the ids of all options meant, each once; 0 or none stands for no option."""
    words = _words(text)
    nothing = [word for word in words if word.lower() in ("0", "none")]
    if nothing and len(words) > 1:
        raise BadAnswer(f"{nothing[0]} (none of these) cannot stand beside other answers")
    if not words:
        raise BadAnswer("type what applies, with commas between, or 0 for none of these")
    return [] if nothing else list(dict.fromkeys(_pick(asked, word) for word in words))


def _choice(asked: Asked, text: str) -> str:
    return _pick(asked, text)


def _checklist(asked: Asked, text: str) -> list[str]:
    chosen = _picked(asked, text)
    for option in asked.options:
        clash = {*chosen, *asked.taken}.intersection(option.excludes)
        if option.id in chosen and clash:
            other = min(clash)
            where = (
                f"; you ticked {other} under {asked.taken[other]}" if other in asked.taken else ""
            )
            raise BadAnswer(f"{option.id} and {other} cannot both be true{where}")
    return [option.id for option in asked.options if option.id in chosen]


def _exercises(asked: Asked, text: str) -> list[str]:
    chosen = _picked(asked, text)
    for one in chosen:
        if one in asked.taken:
            raise BadAnswer(f"you gave {one} as {asked.taken[one]} already")
    return chosen


def _yes_no(_asked: Asked, text: str) -> bool:
    if text.lower() in ("y", "yes"):
        return True
    if text.lower() in ("n", "no"):
        return False
    raise BadAnswer("type yes or no")


def _whole(asked: Asked, text: str, unit: str = "") -> int:
    """Return a whole number within the bounds of the question."""
    least, most = asked.question.at_least, asked.question.at_most
    if not re.fullmatch(r"[0-9]{1,4}", text) or not least <= int(text) <= most:
        raise BadAnswer(f"{text}: type a whole number from {least} to {most}{unit}")
    return int(text)


def _range(asked: Asked, text: str) -> dict[str, int]:
    first, _, last = (part.strip() for part in text.replace("to", "-").partition("-"))
    least, most = _whole(asked, first), _whole(asked, last or first)
    if least > most:
        raise BadAnswer(f"{least} is more than {most}; type the smaller number first")
    if least > asked.available:
        raise BadAnswer(f"{least} sessions do not fit on the {asked.available} days you gave")
    return {"at_least": least, "at_most": most}


def _date(asked: Asked, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadAnswer(f"{text}: type a date as year-month-day, such as 2026-03-30") from None
    if day > asked.latest:
        raise BadAnswer(f"{day} is too late; expected {asked.latest} or earlier")
    if day < asked.earliest:
        raise BadAnswer(f"{day} is too long ago to count; expected {asked.earliest} or later")
    return day


def _time(_asked: Asked, text: str) -> str:
    """Return a time of day as it stands in an intake, `07:30`."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?", text.lower(), re.ASCII)
    hour, minute, half = (int(found[1]), int(found[2] or 0), found[3]) if found else (24, 0, None)
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif half:
        hour = 24
    if hour > 23 or minute > 59:
        raise BadAnswer(f"{text}: type a time of day, such as 07:30 or 18:00")
    return f"{hour:02}:{minute:02}"


def _agreement(asked: Asked, text: str) -> dict[str, str | date]:
    found = re.fullmatch(r"(.*?)[,\s]+(\S+)", text)
    by = found[1].strip(", ") if found else ""
    if found is None or not by or len(by) > MAX_LABEL:
        raise BadAnswer("type a name and a date, such as Dr. Ruiz, 2026-03-30")
    return {"by": by, "date": _date(asked, found[2])}


def _assessment(asked: Asked, text: str) -> dict[str, str | date]:
    found = re.search(r"\d{4}-\d{1,2}-\d{1,2}", text, re.ASCII)
    by = text[: found.start()].strip(" ,;") if found else ""
    finding = text[found.end() :].strip(" ,;") if found else ""
    if found is None or not by or not finding or len(by) > MAX_LABEL or len(finding) > MAX_LABEL:
        raise BadAnswer(
            "type a name, a date and what was found, such as Dr. Ruiz, 2026-03-30, nothing serious"
        )
    return {"by": by, "date": _date(asked, found[0]), "finding": finding}


def _text(_asked: Asked, text: str) -> str:
    if len(text) > MAX_LABEL:
        raise BadAnswer(f"please use at most {MAX_LABEL} letters")
    return text


def _equipment(asked: Asked, text: str) -> dict[str, dict[str, int]]:
    before, colon, after = text.partition(":")
    name = before.strip() if colon else asked.question.place or ""
    place = re.sub(r"[\s-]+", "_", name.lower())
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", place):
        raise BadAnswer(f"{name}: a place is named in plain letters, such as gym")
    if place in asked.taken:
        raise BadAnswer(f"{place} is the first place; put another name in front, such as office:1")
    return {place: dict(_pieces(asked, after if colon else text))}


def _pieces(asked: Asked, text: str) -> Iterator[tuple[str, int]]:
    """Yield every piece of equipment with its count, in the order of the list."""
    counts: dict[str, int] = {}
    words = _words(text)
    if not words:
        raise BadAnswer("type the numbers of what is there, or 0 for an empty room")
    for word in words if words not in (["0"], ["none"]) else ():
        counted = re.fullmatch(r"(.+?)\s*x\s*(\d+)", word)
        piece = _pick(asked, counted[1] if counted else word)
        counts[piece] = _whole(asked, counted[2], " behind the x") if counted else 1
    for option in asked.options:
        if option.id in counts:
            yield option.id, counts[option.id]


def _minutes_by_day(asked: Asked, text: str) -> dict[str, dict[str, int | str]]:
    days: dict[str, dict[str, int | str]] = {}
    for part in re.split(r"[,;]", text):
        word, _, rest = part.strip().partition(" ")
        day = next((full[:3] for full in FULL_NAMES if len(word) > 2 and _begins(full, word)), None)
        found = re.fullmatch(r"([0-9]+)\s*(?:minutes|min)?\s*(.*)", rest.strip())
        if day is None or found is None:
            raise BadAnswer(f"{part.strip()}: type a day and its minutes, such as mon 30, wed 45")
        if day in days:
            raise BadAnswer(f"{day} stands twice")
        minutes = _whole(asked, found[1], " minutes")
        days[day] = {"minutes": minutes, **_place(asked, day, minutes, found[2])}
    return {day: days[day] for day in WEEKDAYS if day in days}


def _begins(full: str, word: str) -> bool:
    return full.startswith(word.lower())


def _place(asked: Asked, day: str, minutes: int, name: str) -> dict[str, str]:
    """Return the place of a day, which is needed as soon as there are two."""
    place = re.sub(r"[\s-]+", "_", name.lower())
    if place in asked.places:
        return {"place": place} if len(asked.places) > 1 else {}
    if not place and len(asked.places) == 1:
        return {}
    where = " or ".join(asked.places)
    raise BadAnswer(f"{day}: say where, {where}, such as {day} {minutes} {asked.places[0]}")


_READERS: Mapping[str, Callable[[Asked, str], Value]] = {
    "choice": _choice,
    "checklist": _checklist,
    "yes_no": _yes_no,
    "number": _whole,
    "range": _range,
    "date": _date,
    "time": _time,
    "agreement": _agreement,
    "assessment": _assessment,
    "minutes_by_day": _minutes_by_day,
    "equipment": _equipment,
    "exercises": _exercises,
    "text": _text,
}


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _list(value) if isinstance(value, list) else str(value)


def _list(words: Sequence[str]) -> str:
    return ", ".join(words) or "none"


def _write_days(days: Mapping[str, Mapping[str, Value]]) -> str:
    return _list([" ".join([day, *map(str, answer.values())]) for day, answer in days.items()])


def _write_equipment(places: Mapping[str, Mapping[str, int]]) -> str:
    ((place, stock),) = places.items()
    pieces = [piece if count == 1 else f"{piece} x{count}" for piece, count in stock.items()]
    return f"{place}: {_list(pieces)}"


def _write_assessment(parts: Mapping[str, Value]) -> str:
    return f"{parts['by']}, {parts['date']}, {parts['finding']}"


def _write_together(mark: str) -> Callable[[Mapping[str, Value]], str]:
    return lambda parts: mark.join(dict.fromkeys(map(str, parts.values())))


_WRITERS: Mapping[str, Callable[[Value], str]] = {
    "minutes_by_day": _write_days,
    "equipment": _write_equipment,
    "range": _write_together("-"),
    "agreement": _write_together(", "),
    "assessment": _write_assessment,
}
