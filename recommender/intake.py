"""Reads an intake: strictly by its schema, then against the words of the knowledge base."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from knowledge import BadInput, Condition, Fault, Intake, Knowledge, Order
from knowledge.faults import Location, nearest
from knowledge.reading import MAX_BYTES, Document, decode, parse, read_text, validate_part
from knowledge.schema.intake import HeldCondition, Softening
from recommender.conditions import dated_window
from recommender.written_orders import WrittenOrder, order_faults, orders_in, read_orders, unknown

MOST_DAYS_AHEAD = 366
STANDARD_INPUT = "-"


def read_intake(path: Path, knowledge: Knowledge, today: date | None = None) -> Intake:
    """Return the intake in `path` (`-` is standard input); raise `BadInput` with every fault.

    With `today`, answers that are dated later are refused.
    """
    return _read(_document(path), knowledge, today)


def _document(path: Path) -> Document:
    if str(path) != STANDARD_INPUT:
        return parse(read_text(path), str(path))
    name = "<standard input>"
    if sys.stdin is None:
        raise BadInput([Fault(name, None, "", "is closed")])
    return parse(decode(sys.stdin.buffer.read(MAX_BYTES + 1), name), name)


def intake_from_text(
    text: str, name: str, knowledge: Knowledge, today: date | None = None
) -> Intake:
    """Return the intake that a YAML text holds; raise `BadInput` with every fault."""
    return _read(parse(text, name), knowledge, today)


def read_with_orders(
    path: Path, files: Sequence[Path], knowledge: Knowledge, today: date
) -> tuple[Intake, tuple[WrittenOrder, ...]]:
    """Return the intake in `path` with the orders of files laid on it, and where each stands."""
    document = _document(path)
    faults: list[Fault] = []
    intake, written = None, []
    try:
        intake = _read(document, knowledge, today)
        written += [
            WrittenOrder(order, document, ("orders", index))
            for index, order in enumerate(intake.orders)
        ]
    except BadInput as error:
        faults += error.faults
    for file in files:
        try:
            written += read_orders(file)
        except BadInput as error:
            faults += error.faults
            continue
    banned = frozenset(intake.banned) if intake is not None else frozenset()
    faults += [
        one.fault(field, message)
        for one in written
        if one.document is not document
        for field, message in order_faults(one.order, knowledge, banned)
    ]
    if faults or intake is None:
        raise BadInput(faults)
    orders = tuple(one.order for one in written)
    return intake.model_copy(update={"orders": orders}), tuple(written)


def _read(document: Document, knowledge: Knowledge, today: date | None) -> Intake:
    if not isinstance(document.data, dict):
        message = "expected the answers of a questionnaire, key by key"
        raise BadInput([Fault(document.file, 1, "", message)])
    intake = _validated(document)
    faults = [document.fault(location, message) for location, message in check(intake, knowledge)]
    if today is not None and intake.answered_on > today:
        message = f"{intake.answered_on} is in the future; today is {today}"
        faults.append(document.fault(("answered_on",), message))
    if faults:
        raise BadInput(faults)
    return intake


def _validated(document: Document) -> Intake:
    """Return the intake of a document; raise `BadInput` with every fault, orders included."""
    answers = {key: value for key, value in document.data.items() if key != "orders"}
    faults: list[Fault] = []
    orders: tuple[Order, ...] = ()
    try:
        if "orders" in document.data:
            orders = orders_in(document)
    except BadInput as error:
        faults += error.faults
    try:
        intake = validate_part(Intake, document, answers, ())
    except BadInput as error:
        raise BadInput([*faults, *error.faults]) from None
    if faults:
        raise BadInput(faults)
    return intake.model_copy(update={"orders": orders})


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
                yield (*location, index), unknown(noun, word, known)
            elif word in words[:index]:
                yield (*location, index), f"{word} stands twice"
    for place, stock in intake.places.items():
        for piece in stock:
            if piece not in knowledge.equipment:
                yield ("places", place, piece), unknown("equipment", piece, knowledge.equipment)
    for index, order in enumerate(intake.orders):
        for field, message in order_faults(order, knowledge, frozenset(intake.banned)):
            yield ("orders", index, field), message
    yield from _check_wishes(intake)
    yield from _check_days(intake)
    yield from _check_conditions(intake, knowledge)
    yield from _check_clinical(intake, knowledge)
    held = [condition.id for condition in answers.conditions]
    for index, clearance in enumerate(intake.clearances):
        if clearance.condition not in knowledge.answers:
            message = unknown("condition", clearance.condition, knowledge.answers)
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


def _check_conditions(intake: Intake, knowledge: Knowledge) -> Iterator[tuple[Location, str]]:
    held = [condition.id for condition in intake.screening.conditions]
    for index, condition in enumerate(intake.screening.conditions):
        at: Location = ("screening", "conditions", index)
        if condition.id not in knowledge.answers:
            yield (*at, "id"), unknown("condition", condition.id, knowledge.answers)
            continue
        if condition.id in held[:index]:
            yield (*at, "id"), f"{condition.id} stands twice"
        meaning = knowledge.answers[condition.id][0]
        for other in meaning.contradicts:
            if other in held[:index]:
                yield (*at, "id"), f"{condition.id} and {other} cannot both be true"
        yield from _check_follow_ups(at, condition, meaning)
        window = dated_window(knowledge, condition.id)
        if window is None:
            if condition.date is not None:
                yield (*at, "date"), f"{condition.id} takes no date; leave it out"
            continue
        dated_by = window.dated_by
        words = dated_by.replace("_", " ")
        if condition.date is None:
            yield (*at, "date"), f"is missing; {condition.id} needs the {words}"
        elif dated_by == "due_date":
            screening = knowledge.screening
            earliest = intake.answered_on - timedelta(days=screening.overdue_days)
            latest = intake.answered_on + timedelta(days=screening.pregnancy_days)
            if not earliest <= condition.date <= latest:
                message = f"{condition.date} cannot be the due date of a pregnancy on "
                yield (*at, "date"), f"{message}{intake.answered_on}"
        elif condition.date > intake.answered_on:
            message = f"the {words} {condition.date} is after the answers of {intake.answered_on}"
            yield (*at, "date"), message


def _check_follow_ups(
    at: Location, held: HeldCondition, meaning: Condition
) -> Iterator[tuple[Location, str]]:
    """Yield what is wrong with the second question of a condition and with its side."""
    if meaning.detail is None:
        if held.detail is not None:
            yield (*at, "detail"), f"{held.id} takes no detail; leave it out"
    elif held.detail not in meaning.detail.options:
        options = ", ".join(meaning.detail.options)
        if held.detail is None:
            yield (*at, "detail"), f"is missing; {held.id} needs one of: {options}"
        else:
            hint = nearest(held.detail, meaning.detail.options)
            yield (*at, "detail"), f"{held.detail} is not one of: {options}{hint}"
    if meaning.sided and held.affected_side is None:
        message = f"is missing; {held.id} needs one of: left, right, both"
        yield (*at, "affected_side"), message
    if not meaning.sided and held.affected_side is not None:
        yield (*at, "affected_side"), f"{held.id} takes no side; leave it out"


def _check_clinical(intake: Intake, knowledge: Knowledge) -> Iterator[tuple[Location, str]]:
    """Yield what is wrong with settled flags, scores and clinicians' decisions."""
    flags = [flag.id for flag in knowledge.screening.red_flags]
    flags += [one.id for one in knowledge.screening.combinations if one.urgency == "doctor"]
    for index, settled in enumerate(intake.screening.settled):
        at: Location = ("screening", "settled", index)
        if settled.flag not in flags:
            yield (*at, "flag"), unknown("red flag", settled.flag, flags)
        elif settled.flag in intake.screening.red_flags:
            yield (*at, "flag"), f"{settled.flag} is present as well; a present flag always stops"
        if settled.date > intake.answered_on:
            message = f"{settled.date} is after the answers of {intake.answered_on}"
            yield (*at, "date"), message
    for name, value in intake.scores.items():
        score = knowledge.scores.get(name)
        if score is None:
            yield ("scores", name), unknown("score", name, knowledge.scores)
        elif not score.at_least <= value <= score.at_most:
            message = f"expected {score.at_least} to {score.at_most}, found {value}"
            yield ("scores", name), message
    for index, one in enumerate(intake.softenings):
        yield from (
            (("softenings", index, key), message)
            for key, message in _check_softening(one, knowledge)
        )


def _check_softening(one: Softening, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    unasked = [c.id for c in knowledge.conditions.values() if c.answer is None]
    known = [*knowledge.answers, *unasked]
    if one.condition not in known:
        yield "condition", unknown("condition", one.condition, known)
    if one.demand is not None and one.demand not in knowledge.demands:
        yield "demand", unknown("demand", one.demand, knowledge.demands)
    longest = knowledge.screening.softening_valid_days
    if one.until < one.date:
        yield "until", f"{one.until} is before {one.date}"
    elif (one.until - one.date).days > longest:
        yield "until", f"is {(one.until - one.date).days} days after {one.date}; at most {longest}"
