"""Reads an intake: strictly by its schema, then against the words of the knowledge base."""

import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from knowledge import BadInput, Fault, Intake, Knowledge
from knowledge.reading import Location, decode, nearest, parse, read_text, validate
from recommender.conditions import PREGNANCY_DAYS

OVERDUE_DAYS = 21
STANDARD_INPUT = "-"


def read_intake(path: Path, knowledge: Knowledge) -> Intake:
    """Return the intake in `path` (`-` is standard input); raise `BadInput` with every fault."""
    if str(path) == STANDARD_INPUT:
        name = "<standard input>"
        text = decode(sys.stdin.buffer.read(), name)
    else:
        name, text = str(path), read_text(path)
    return intake_from_text(text, name, knowledge)


def intake_from_text(text: str, name: str, knowledge: Knowledge) -> Intake:
    """Return the intake that a YAML text holds; raise `BadInput` with every fault."""
    document = parse(text, name)
    if not isinstance(document.data, dict):
        raise BadInput([Fault(name, 1, "", "expected the answers of a questionnaire, key by key")])
    intake = validate(Intake, document)
    faults = [document.fault(location, message) for location, message in check(intake, knowledge)]
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
            if other in held:
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
