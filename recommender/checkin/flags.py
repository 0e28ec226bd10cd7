"""What check-ins change in the answers: a warning sign stops the program until it is settled."""

from collections.abc import Iterable, Iterator
from datetime import date

from knowledge import Intake, Knowledge
from knowledge.schema.checkin import CheckIn
from recommender.screening import newest_records


def reopened(knowledge: Knowledge, intake: Intake, checkins: Iterable[CheckIn]) -> Intake:
    """Return the answers with what check-ins told since: to be screened again, and planned from.

    A warning sign stays until a record of its assessment stands under `settled`, dated on the day
    of the check-in or later. With a new one, clearances that were given before it fall. Of two
    check-ins of one week the later one tells of changes, and both tell of warning signs.
    """
    in_order = sorted(checkins, key=lambda one: one.answered_on)
    last = {checkin.week_start: checkin for checkin in in_order}
    for checkin in in_order:
        intake = _with_flags(knowledge, intake, checkin)
        is_last = last[checkin.week_start] is checkin
        if is_last and checkin.answered_on >= intake.answered_on:
            intake = _with_changes(intake, checkin)
    return intake


def flags_of(knowledge: Knowledge, checkin: CheckIn) -> Iterator[str]:
    """Yield the warning signs of a check-in, ticked or told as pain, in the order of screening."""
    rule = knowledge.checkin.counts_as_flag
    told = set(checkin.red_flags)
    if any(report.worst_pain >= rule.pain_from for report in checkin.exercises):
        told.add(rule.flag)
    return (flag.id for flag in knowledge.screening.red_flags if flag.id in told)


def _with_flags(knowledge: Knowledge, intake: Intake, checkin: CheckIn) -> Intake:
    flags = list(flags_of(knowledge, checkin))
    if not flags:
        return intake
    records = newest_records(intake)
    still = [
        flag for flag in flags if flag not in records or records[flag].date < checkin.answered_on
    ]
    answers = intake.screening
    screening = answers.model_copy(
        update={
            "red_flags": tuple(dict.fromkeys([*answers.red_flags, *still])),
            "settled": tuple(one for one in answers.settled if one.flag not in still),
        }
    )
    clearances = tuple(one for one in intake.clearances if one.date >= checkin.answered_on)
    return _answered(
        intake.model_copy(update={"screening": screening, "clearances": clearances}),
        checkin.answered_on,
    )


def _with_changes(intake: Intake, checkin: CheckIn) -> Intake:
    """Return the answers with new conditions in place of older ones of the same name."""
    answers = intake.screening
    changed = {one.id: one for one in (*answers.conditions, *checkin.conditions)}
    screening = answers.model_copy(
        update={
            "conditions": tuple(changed.values()),
            "cannot": tuple(dict.fromkeys([*answers.cannot, *checkin.cannot])),
            "other_condition": answers.other_condition or checkin.other_condition,
        }
    )
    return _answered(intake.model_copy(update={"screening": screening}), checkin.answered_on)


def _answered(intake: Intake, day: date) -> Intake:
    """Return the answers dated by a check-in, which asks for every change since they were given."""
    return intake.model_copy(update={"answered_on": max(intake.answered_on, day)})
