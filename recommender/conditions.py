"""Which conditions hold in a week, until when, and which of them a doctor's word covers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge import Condition, Intake, Knowledge
from knowledge.schema.condition import Window
from knowledge.schema.intake import Clearance, HeldCondition

PREGNANCY_DAYS = 280
"""From day 0 to the due date, the usual way of counting."""


@dataclass(frozen=True, slots=True)
class ActiveCondition:
    """A condition that holds on at least one day of the week.

    `changes_on` is the first date after the week on which its verdicts may change.
    """

    condition: Condition
    clearance: Clearance | None
    changes_on: date | None


def day_zero(window: Window, held: date) -> date:
    """Return the date from which the window counts its days."""
    return held - timedelta(days=PREGNANCY_DAYS) if window.dated_by == "due_date" else held


def active_conditions(
    knowledge: Knowledge, intake: Intake, week_start: date
) -> tuple[ActiveCondition, ...]:
    """Return the conditions of the week, by answer and by age, in order of id."""
    found = []
    for condition in knowledge.conditions.values():
        if condition.from_age is not None:
            if intake.screening.age >= condition.from_age:
                found.append(ActiveCondition(condition, None, None))
            continue
        held = next((h for h in intake.screening.conditions if h.id == condition.answer), None)
        if held is None or not _holds(condition, held, week_start):
            continue
        clearance = valid_clearance(knowledge, intake, condition, week_start)
        dates = list(_changes(knowledge, condition, held, clearance, week_start))
        found.append(ActiveCondition(condition, clearance, min(dates, default=None)))
    return tuple(found)


def _holds(condition: Condition, held: HeldCondition, week_start: date) -> bool:
    if condition.window is None:
        return True
    if held.date is None:  # only in an interview that has not asked for it yet
        return False
    first_day = (week_start - day_zero(condition.window, held.date)).days
    until = condition.window.until_day
    return first_day + 6 >= condition.window.from_day and (until is None or first_day < until)


def _changes(
    knowledge: Knowledge,
    condition: Condition,
    held: HeldCondition,
    clearance: Clearance | None,
    week_start: date,
) -> Iterator[date]:
    week_end = week_start + timedelta(days=6)
    if condition.window is not None and held.date is not None:
        zero = day_zero(condition.window, held.date)
        for sibling in knowledge.answers[held.id]:
            if sibling.window is None:
                continue
            for day in (sibling.window.from_day, sibling.window.until_day):
                if day is not None and zero + timedelta(days=day) > week_end:
                    yield zero + timedelta(days=day)
    if clearance is not None:
        yield clearance.date + timedelta(days=knowledge.screening.clearance_valid_days)


def valid_clearance(
    knowledge: Knowledge, intake: Intake, condition: Condition, week_start: date
) -> Clearance | None:
    """Return the newest clearance that covers the condition on every day of the week.

    It must name the condition, postdate its begin, not lie in the future of the answers or of the
    week, and not expire before the week ends.
    """
    held = next((h for h in intake.screening.conditions if h.id == condition.answer), None)
    begin = date.min
    if held is not None and held.date is not None and condition.window is not None:
        begin = day_zero(condition.window, held.date)
    latest = min(intake.answered_on, week_start)
    lifetime = timedelta(days=knowledge.screening.clearance_valid_days)
    valid = [
        clearance
        for clearance in intake.clearances
        if clearance.condition == condition.answer
        and begin < clearance.date <= latest
        and clearance.date + lifetime > week_start + timedelta(days=6)
    ]
    return max(valid, key=lambda clearance: clearance.date, default=None)
