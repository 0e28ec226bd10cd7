"""Reads an intake: strictly by its schema, then against the words of the knowledge base."""

import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from knowledge import BadInput, Fault, Intake, Knowledge
from knowledge.reading import MAX_BYTES, Location, decode, nearest, parse, read_text, validate
from recommender.conditions import PREGNANCY_DAYS

OVERDUE_DAYS = 21
MOST_DAYS_AHEAD = 366
STANDARD_INPUT = "-"


def read_intake(path: Path, knowledge: Knowledge, today: date | None = None) -> Intake:
    """Return the intake in `path` (`-` is standard input); raise `BadInput` with every fault.

    With `today`, answers that are dated later are refused.
    """
    if str(path) != STANDARD_INPUT:
        return intake_from_text(read_text(path), str(path), knowledge, today)
    name = "<standard input>"
    if sys.stdin is None:
        raise BadInput([Fault(name, None, "", "is closed")])
    text = decode(sys.stdin.buffer.read(MAX_BYTES + 1), name)
    return intake_from_text(text, name, knowledge, today)


def intake_from_text(
    text: str, name: str, knowledge: Knowledge, today: date | None = None
) -> Intake:
    """Return the intake that a YAML text holds; raise `BadInput` with every fault."""
    document = parse(text, name)
    if not isinstance(document.data, dict):
        raise BadInput([Fault(name, 1, "", "expected the answers of a questionnaire, key by key")])
    intake = validate(Intake, document)
    faults = [document.fault(location, message) for location, message in check(intake, knowledge)]
    if today is not None and intake.answered_on > today:
        message = f"{intake.answered_on} is in the future; today is {today}"
        faults.append(document.fault(("answered_on",), message))
    if faults:
        raise BadInput(faults)
    return intake


def check(intake: Intake, knowledge: Knowledge) -> Iterator[tuple[Location, str]]:
    """Yield what the knowledge base does not know, and answers that cannot all be true."""
    answers = intake.screening
    exercises = knowledge.exercises
    flags = [flag.id for flag in knowledge.screening.red_flags]
    lists: Iterable[tuple[Location, tuple[str, ...], Iterable[str], str]] = (
        (("screening", "red_flags"), answers.red_flags, flags, "red flag"),
        (("screening", "cannot"), answers.cannot, knowledge.positions, "position"),
        (("technique_cleared",), intake.technique_cleared, knowledge.techniques, "technique"),
        (("liked",), intake.liked, exercises, "exercise"),
        (("disliked",), intake.disliked, exercises, "exercise"),
        (("banned",), intake.banned, exercises, "exercise"),
        (("required",), intake.required, exercises, "exercise"),
    )
    for location, words, known, noun in lists:
        for index, word in enumerate(words):
            if word not in known:
                yield (*location, index), _unknown(noun, word, known)
            elif word in words[:index]:
                yield (*location, index), f"{word} stands twice"
    for place, stock in intake.places.items():
        for piece in stock:
            if piece not in knowledge.equipment:
                yield ("places", place, piece), _unknown("equipment", piece, knowledge.equipment)
    for index, order in enumerate(intake.orders):
        if order.exercise not in exercises:
            message = _unknown("exercise", order.exercise, exercises)
            yield ("orders", index, "exercise"), message
        if order.exercise in intake.banned and order.kind in ("require", "lock"):
            yield ("orders", index, "exercise"), f"{order.exercise} is banned as well"
    yield from _check_wishes(intake)
    yield from _check_days(intake)
    yield from _check_conditions(intake, knowledge)
    held = [condition.id for condition in answers.conditions]
    for index, clearance in enumerate(intake.clearances):
        if clearance.condition not in knowledge.answers:
            message = _unknown("condition", clearance.condition, knowledge.answers)
            yield ("clearances", index, "condition"), message
        elif clearance.condition not in held:
            message = f"{clearance.condition} is not among your conditions"
            yield ("clearances", index, "condition"), message
        elif clearance.date > intake.answered_on:
            message = f"{clearance.date} is after the answers of {intake.answered_on}"
            yield ("clearances", index, "date"), message


def _check_wishes(intake: Intake) -> Iterator[tuple[Location, str]]:
    for one, other in (
        ("required", "banned"),
        ("liked", "banned"),
        ("disliked", "liked"),
        ("disliked", "required"),
    ):
        for index, name in enumerate(getattr(intake, one)):
            if name in getattr(intake, other):
                yield (one, index), f"{name} is {other} as well; it cannot be both"


def _check_days(intake: Intake) -> Iterator[tuple[Location, str]]:
    known = ", ".join(intake.places)
    for day, answer in intake.days.items():
        if answer.place is None and len(intake.places) > 1:
            yield ("days", day), f"needs a place, because there are several: {known}"
        elif answer.place is not None and answer.place not in intake.places:
            hint = nearest(answer.place, intake.places)
            yield ("days", day, "place"), f"{answer.place} is not one of your places{hint}: {known}"
    if intake.week_start is not None:
        wrong = wrong_week(intake, intake.week_start)
        if wrong:
            yield ("week_start",), wrong


def wrong_week(intake: Intake, week_start: date) -> str | None:
    """Return why a week cannot be planned from these answers, or None if it can."""
    if week_start + timedelta(days=6) < intake.answered_on:
        return f"the week of {week_start} was over when the questions were answered"
    if week_start > intake.answered_on + timedelta(days=MOST_DAYS_AHEAD):
        return (
            f"the week of {week_start} is more than {MOST_DAYS_AHEAD} days after the answers of "
            f"{intake.answered_on}; please answer again nearer to it"
        )
    return None


def _unknown(noun: str, word: str, known: Iterable[str]) -> str:
    words = list(known)
    listed = f"; known are: {', '.join(words)}" if len(words) <= 25 else ""
    return f"{word} is not a known {noun}{nearest(word, words)}{listed}"


def _check_conditions(intake: Intake, knowledge: Knowledge) -> Iterator[tuple[Location, str]]:
    held = [condition.id for condition in intake.screening.conditions]
    for index, condition in enumerate(intake.screening.conditions):
        at: Location = ("screening", "conditions", index)
        if condition.id not in knowledge.answers:
            yield (*at, "id"), _unknown("condition", condition.id, knowledge.answers)
            continue
        if condition.id in held[:index]:
            yield (*at, "id"), f"{condition.id} stands twice"
        meaning = knowledge.answers[condition.id][0]
        for other in meaning.contradicts:
            if other in held[:index]:
                yield (*at, "id"), f"{condition.id} and {other} cannot both be true"
        if meaning.window is None:
            if condition.date is not None:
                yield (*at, "date"), f"{condition.id} takes no date; leave it out"
            continue
        dated_by = meaning.window.dated_by
        words = dated_by.replace("_", " ")
        if condition.date is None:
            yield (*at, "date"), f"is missing; {condition.id} needs the {words}"
        elif dated_by == "due_date":
            earliest = intake.answered_on - timedelta(days=OVERDUE_DAYS)
            latest = intake.answered_on + timedelta(days=PREGNANCY_DAYS)
            if not earliest <= condition.date <= latest:
                message = f"{condition.date} cannot be the due date of a pregnancy on "
                yield (*at, "date"), f"{message}{intake.answered_on}"
        elif condition.date > intake.answered_on:
            message = f"the {words} {condition.date} is after the answers of {intake.answered_on}"
            yield (*at, "date"), message
