"""Screening: whether there may be a plan at all, decided before anything is solved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from knowledge import Intake, Knowledge
from knowledge.schema.intake import SettledFlag
from knowledge.schema.screening import URGENCIES, Urgency
from recommender.conditions import (
    NO_CLINICIANS,
    ActiveCondition,
    active_conditions,
    begin_of,
)

Outcome = Literal["clear", "doctor", "same_day", "emergency"]


@dataclass(frozen=True, slots=True)
class Flag:
    """One reason to refer: what was answered, how urgent it is and where to go."""

    id: str
    statement: str
    urgency: Urgency
    where_to_go: str
    sources: tuple[str, ...]
    clearance_opens: bool = False


@dataclass(frozen=True, slots=True)
class Screened:
    """The outcome of the screening, worst flag first.

    `advice` are flags that let the plan go on. `settled` are the flags that were there, and whose
    assessment is on record.
    """

    outcome: Outcome
    flags: tuple[Flag, ...]
    advice: tuple[Flag, ...] = ()
    settled: tuple[SettledFlag, ...] = ()


def screen(
    knowledge: Knowledge,
    intake: Intake,
    week_start: date,
    clinicians: frozenset[str] = NO_CLINICIANS,
) -> Screened:
    """Return whether a plan may be made, and if not, why and where to go."""
    active = active_conditions(knowledge, intake, week_start, clinicians)
    found = [
        *_red_flags(knowledge, intake),
        *_combinations(knowledge, intake, active),
        *_unknown_and_young(knowledge, intake),
        *_old_records(knowledge, intake, week_start),
        *(_closed_plan(knowledge, one) for one in active if not one.plan_is_open),
    ]
    found.sort(key=lambda flag: -URGENCIES.index(flag.urgency))
    stops = tuple(flag for flag in found if flag.urgency != "advice")
    advice = tuple(flag for flag in found if flag.urgency == "advice")
    current = set(intake.screening.red_flags)
    settled = tuple(one for one in intake.screening.settled if one.flag not in current)
    outcome: Outcome = "clear"
    if stops and stops[0].urgency != "advice":
        outcome = stops[0].urgency
    return Screened(outcome, stops, advice, settled)


def _red_flags(knowledge: Knowledge, intake: Intake) -> Iterator[Flag]:
    for flag in knowledge.screening.red_flags:
        if flag.id in intake.screening.red_flags:
            yield Flag(flag.id, flag.statement, flag.urgency, flag.where_to_go, flag.sources)


def _combinations(
    knowledge: Knowledge, intake: Intake, active: tuple[ActiveCondition, ...]
) -> Iterator[Flag]:
    held = {one.id for one in intake.screening.conditions} | {one.condition.id for one in active}
    begins = {one.condition.id: begin_of(knowledge, intake, one.condition) for one in active}
    begins |= {one.condition.answer or "": begins[one.condition.id] for one in active}
    records = newest_records(intake)
    for one in knowledge.screening.combinations:
        record = records.get(one.id) if one.urgency == "doctor" else None
        begun = max(begins.get(name, date.min) for name in one.conditions)
        is_settled = record is not None and record.date > begun
        if held.issuperset(one.conditions) and not is_settled:
            yield Flag(one.id, one.statement, one.urgency, one.where_to_go, one.sources)


def _unknown_and_young(knowledge: Knowledge, intake: Intake) -> Iterator[Flag]:
    rules = knowledge.screening
    doctor = rules.where_to_go["doctor"]
    if intake.screening.other_condition:
        reason = rules.other_condition_reason
        yield Flag("other_condition", reason, "doctor", doctor, rules.sources)
    if intake.screening.age < rules.minimum_age:
        reason = rules.minimum_age_reason
        yield Flag("minimum_age", reason, "doctor", doctor, rules.sources)


def _old_records(knowledge: Knowledge, intake: Intake, week_start: date) -> Iterator[Flag]:
    """Yield the settled flags whose assessment is too old for the week."""
    rules = knowledge.screening
    stops = {flag.id for flag in rules.red_flags if flag.urgency != "advice"}
    stops |= {one.id for one in rules.combinations if one.urgency != "advice"}
    for one in newest_records(intake).values():
        if one.flag in stops and settled_until(knowledge, one) <= week_start + timedelta(days=6):
            reason = (
                f"The assessment of {one.date} by {one.by} ({one.flag}) is older than "
                f"{rules.settled_valid_days} days; it has to be looked at again."
            )
            where = rules.where_to_go["doctor"]
            yield Flag(f"{one.flag}_settled_long_ago", reason, "doctor", where, rules.sources)


def newest_records(intake: Intake) -> dict[str, SettledFlag]:
    """Return the newest record of an assessment by flag."""
    return {one.flag: one for one in sorted(intake.screening.settled, key=lambda one: one.date)}


def settled_until(knowledge: Knowledge, settled: SettledFlag) -> date:
    """Return the first date on which the record of an assessment no longer counts."""
    return settled.date + timedelta(days=knowledge.screening.settled_valid_days)


def _closed_plan(knowledge: Knowledge, one: ActiveCondition) -> Flag:
    plan = one.condition.plan
    opens = plan.verdict == "clearance" and plan.self_clearance
    doctor = knowledge.screening.where_to_go["doctor"]
    return Flag(one.condition.id, plan.reason, "doctor", doctor, plan.sources, opens)
