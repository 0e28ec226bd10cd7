"""The small language of `--what-if`: changes of wishes, never of what is true about a person.

wed.minutes=40  wed=off  wed.place=gym  home.equipment+=band  home.equipment-=dumbbell:2
sessions.at_least=2  sessions.at_most=3  exercises_per_session=5
variety=high  goal=relieve  balance=evidence
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from knowledge import BadInput, Fault, Intake, Knowledge
from knowledge.faults import nearest, spell
from knowledge.reading import Document, validate
from knowledge.schema.intake import WEEKDAYS, ScreeningAnswers
from recommender.answers import DAY_NAMES
from recommender.intake import check

OPTION = "--what-if"
BALANCES: tuple[Literal["article", "evidence"], ...] = ("article", "evidence")
PLAIN = ("exercises_per_session", "variety", "goal")
SESSIONS = ("at_least", "at_most")
FACTS = frozenset(
    {"screening", "condition", "flag", "red_flag", "clearance", "clearances", "softening",
     "softenings", "score", "scores", "weaker_side", "training_age", "technique",
     "technique_cleared", *ScreeningAnswers.model_fields}
)  # fmt: skip
"""Words for what is true about a person, beside the ids of conditions, flags and scores."""

_CHANGE = re.compile(r"\s*(?P<key>[^\s=+-]+)\s*(?P<sign>\+=|-=|=)\s*(?P<value>\S.*?)\s*")
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_PIECE = re.compile(r"(?P<piece>[^:\s]+)(?::(?P<count>[0-9]{1,3}))?")


@dataclass(frozen=True)
class Changed:
    """Answers and balance after the changes, and each change in words."""

    intake: Intake
    balance: Literal["article", "evidence"]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class _Change:
    """One change as it was typed: the key, `=`, `+=` or `-=`, and the value."""

    text: str
    key: str
    sign: str
    value: str

    @property
    def number_or_word(self) -> int | str:
        return int(self.value) if _NUMBER.fullmatch(self.value) else self.value


Data = dict[str, Any]
"""An intake as plain data."""


def change(
    texts: Sequence[str],
    intake: Intake,
    balance: Literal["article", "evidence"],
    knowledge: Knowledge,
) -> Changed:
    """Return the answers as they would be; raise `BadInput` for every change that cannot be made.

    The result is read as strictly as a file of answers.
    """
    parsed = _parse_all(texts, intake, knowledge)
    data: Data = intake.model_dump(mode="json")
    data["places"] = {place: dict(stock) for place, stock in data["places"].items()}
    sentences = []
    for one in parsed:
        if one.key == "balance":
            sentences.append(_said("balance", balance, one.value))
            balance = next(mode for mode in BALANCES if mode == one.value)
        else:
            sentences.append(_apply(one, data))
    return Changed(_read(data, knowledge), balance, tuple(sentences))


def known_keys(intake: Intake) -> tuple[str, ...]:
    """Return every key that a change of these answers can have."""
    return (
        *(f"{day}.minutes" for day in WEEKDAYS),
        *(f"{day}.place" for day in WEEKDAYS),
        *WEEKDAYS,
        "equipment",
        *(f"{place}.equipment" for place in intake.places),
        *(f"sessions.{bound}" for bound in SESSIONS),
        *PLAIN,
        "balance",
    )


def _parse_all(texts: Sequence[str], intake: Intake, knowledge: Knowledge) -> list[_Change]:
    facts = {
        *FACTS,
        *knowledge.answers,
        *knowledge.conditions,
        *knowledge.scores,
        *knowledge.positions,
        *(flag.id for flag in knowledge.screening.red_flags),
    }
    parsed: list[_Change] = []
    faults: list[Fault] = []
    for text in texts:
        try:
            parsed.append(_parse(text, intake, facts))
        except ValueError as error:
            faults.append(Fault(OPTION, None, text, str(error)))
    faults += [Fault(OPTION, None, text, message) for text, message in _quarrels(parsed)]
    if faults:
        raise BadInput(faults)
    return parsed


def _parse(text: str, intake: Intake, facts: set[str]) -> _Change:
    """Return one change; raise `ValueError` with what is wrong and what would be right."""
    match = _CHANGE.fullmatch(text)
    words = re.findall(r"[a-z_0-9]+", (match["key"] if match else text).lower())
    if any(word in facts for word in words):
        raise ValueError(
            "is a fact about your health or training, and explanations never play with those; if "
            "it has changed, change it in the file of answers and make a new plan"
        )
    if match is None:
        raise ValueError("expected a change such as wed.minutes=40 or home.equipment+=band")
    found = _Change(text, match["key"], match["sign"], match["value"])
    keys = known_keys(intake)
    if found.key not in keys:
        raise ValueError(
            f"{found.key} is not known{nearest(found.key, keys)}; known are: DAY.minutes, "
            "DAY.place, DAY=off, PLACE.equipment, sessions.at_least, sessions.at_most, "
            f"{', '.join(PLAIN)}, balance"
        )
    _check_value(found, intake)
    return found


def _check_value(found: _Change, intake: Intake) -> None:
    """Raise `ValueError` if sign or value does not go with the key."""
    of_equipment = found.key.endswith("equipment")
    if of_equipment != (found.sign != "="):
        expected = (
            f"{found.key}+=PIECE or {found.key}-=PIECE" if of_equipment else f"{found.key}=VALUE"
        )
        raise ValueError(f"{found.key} does not take {found.sign}; expected {expected}")
    if found.key == "equipment" and len(intake.places) > 1:
        places = " or ".join(f"{place}.equipment" for place in intake.places)
        raise ValueError(f"you have several places; say which one: {places}")
    if of_equipment and not _PIECE.fullmatch(found.value):
        raise ValueError("expected a piece, or a piece and a number, such as dumbbell:2")
    if found.key in WEEKDAYS and found.value != "off":
        raise ValueError(f"expected {found.key}=off or {found.key}.minutes=N, found {found.value}")
    if found.key == "balance" and found.value not in BALANCES:
        hint = nearest(found.value, BALANCES)
        raise ValueError(f"{found.value} is not one of: {', '.join(BALANCES)}{hint}")


def _quarrels(parsed: Sequence[_Change]) -> Iterator[tuple[str, str]]:
    """Yield changes that cannot stand beside another one."""
    single = [one.key for one in parsed if one.sign == "="]
    for index, one in enumerate(parsed):
        if one.sign == "=" and one.key in [other.key for other in parsed[:index]]:
            yield one.text, f"{one.key} stands twice"
        day = one.key.partition(".")[0]
        if day != one.key and day in single and day in WEEKDAYS:
            yield one.text, f"{day}=off stands beside it; it cannot be both"


def _apply(one: _Change, data: Data) -> str:
    """Make one change of the data and return it in words."""
    first, _, second = one.key.partition(".")
    if one.key.endswith("equipment"):
        place = first if second else next(iter(data["places"]))
        return _apply_equipment(one, place, data["places"][place])
    if first in WEEKDAYS:
        name = DAY_NAMES[next(day for day in WEEKDAYS if day == first)]
        if not second:
            had = data["days"].pop(first, None)
            return f"{name} is off{'' if had else ', as it is'}."
        return _set(data["days"].setdefault(first, {}), second, one, f"{name} {second}")
    if first == "sessions":
        return _set(data["sessions"], second, one, f"sessions {second.replace('_', ' ')}")
    return _set(data, first, one, first.replace("_", " "))


def _set(where: Data, key: str, one: _Change, words: str) -> str:
    was = where.get(key)
    where[key] = one.number_or_word
    return _said(words, was, where[key])


def _said(words: str, was: object, now: object) -> str:
    before = "none" if was is None else was
    title = words[0].upper() + words[1:]
    return f"{title}: {now}, as it is." if was == now else f"{title}: {now} instead of {before}."


def _apply_equipment(one: _Change, place: str, stock: dict[str, int]) -> str:
    match = _PIECE.fullmatch(one.value)
    if match is None:
        raise AssertionError(f"{one.text} was checked")
    piece, count = match["piece"], int(match["count"] or 1)
    was = stock.get(piece, 0)
    now = was + count if one.sign == "+=" else was - count
    if now < 0:
        have = ", ".join(f"{n} x {name}" for name, n in stock.items()) or "nothing"
        hint = "" if was else nearest(piece, stock)
        message = f"{place} has {was or 'no'} {piece}{hint}; it has: {have}"
        raise BadInput([Fault(OPTION, None, one.text, message)])
    if now:
        stock[piece] = now
    else:
        stock.pop(piece, None)
    return f"{place[0].upper()}{place[1:]}: {now} x {piece} instead of {was}."


def _read(data: Data, knowledge: Knowledge) -> Intake:
    """Return the data as an intake; raise `BadInput` as for a file, without lines."""
    try:
        intake = validate(Intake, Document(OPTION, "{}", data))
    except BadInput as error:
        raise BadInput(
            Fault(OPTION, None, one.field, one.message) for one in error.faults
        ) from None
    faults = [
        Fault(OPTION, None, spell(location), message)
        for location, message in check(intake, knowledge)
    ]
    if faults:
        raise BadInput(faults)
    return intake
