"""Screening: whether there may be a plan at all, decided before anything is solved."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from knowledge import Intake, Knowledge
from knowledge.schema.screening import URGENCIES, Urgency
from recommender.conditions import active_conditions

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
    """The outcome of the screening, worst flag first."""

    outcome: Outcome
    flags: tuple[Flag, ...]


def screen(knowledge: Knowledge, intake: Intake, week_start: date) -> Screened:
    """Return whether a plan may be made, and if not, why and where to go."""
    answers = intake.screening
    rules = knowledge.screening
    flags = [
        Flag(flag.id, flag.statement, flag.urgency, flag.where_to_go, flag.sources)
        for flag in rules.red_flags
        if flag.id in answers.red_flags
    ]
    active = active_conditions(knowledge, intake, week_start)
    held = {one.id for one in answers.conditions} | {one.condition.id for one in active}
    flags += [
        Flag(one.id, one.statement, one.urgency, one.where_to_go, one.sources)
        for one in rules.combinations
        if held.issuperset(one.conditions)
    ]
    doctor = rules.where_to_go["doctor"]
    if answers.other_condition:
        reason = rules.other_condition_reason
        flags.append(Flag("other_condition", reason, "doctor", doctor, rules.sources))
    if answers.age < rules.minimum_age:
        reason = rules.minimum_age_reason
        flags.append(Flag("minimum_age", reason, "doctor", doctor, rules.sources))
    for one in active:
        plan = one.condition.plan
        if plan.verdict == "clearance" and not (plan.self_clearance and one.clearance):
            flags.append(
                Flag(one.condition.id, plan.reason, "doctor", doctor, plan.sources,
                     plan.self_clearance)
            )  # fmt: skip
    flags.sort(key=lambda flag: -URGENCIES.index(flag.urgency))
    return Screened(flags[0].urgency if flags else "clear", tuple(flags))
