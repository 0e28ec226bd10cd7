"""Checks a plan file against an intake: at the plan's own dates, and as of today."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from constraints import check_all, eligibility
from constraints.schedule import Violation
from knowledge import BadInput, Fault, Intake, Knowledge
from knowledge.faults import nearest
from knowledge.reading import parse, read_text, validate
from knowledge.schema.intake import WEEKDAYS
from recommender.build import Built, build, stop_signs, valid_until
from recommender.conditions import NO_CLINICIANS
from recommender.plan import Plan, PlanDay, schedule_of
from recommender.replan.begun import as_planned
from recommender.screening import Screened, screen


def read_plan(path: Path, knowledge: Knowledge | None) -> Plan:
    """Return the plan in a JSON file; raise `BadInput` if it is none or names unknown things.

    Without a knowledge base any exercise may stand in it, as in a plan of an older one.
    """
    document = parse(read_text(path), str(path))  # JSON is YAML, and so errors have lines
    if not isinstance(document.data, dict) or "schema_version" not in document.data:
        raise BadInput([Fault(str(path), None, "schema_version", "is missing: this is no plan")])
    plan = validate(Plan, document)
    faults = []
    seen: set[date] = set()
    for number, day in enumerate(plan.days):
        offset = (day.date - plan.stamps.week_start).days
        if not 0 <= offset <= 6:
            message = f"{day.date} is not in the week of {plan.stamps.week_start}"
            faults.append(document.fault(("days", number, "date"), message))
        elif day.date in seen:
            faults.append(document.fault(("days", number, "date"), f"{day.date} stands twice"))
        elif WEEKDAYS[day.date.weekday()] != day.day:
            message = f"{day.day} is not the weekday of {day.date}"
            faults.append(document.fault(("days", number, "day"), message))
        seen.add(day.date)
        for index, item in enumerate(day.items):
            if knowledge is not None and item.exercise not in knowledge.exercises:
                hint = nearest(item.exercise, knowledge.exercises)
                message = f"{item.exercise} is not a known exercise{hint}"
                faults.append(document.fault(("days", number, "items", index, "exercise"), message))
    if faults:
        raise BadInput(faults)
    if not plan.days:
        message = f"is {plan.status} and has no days; there is nothing to check"
        raise BadInput([Fault(str(path), document.line_of(("status",)), "status", message)])
    return plan


def screen_at(
    knowledge: Knowledge,
    intake: Intake,
    plan: Plan,
    today: date,
    clinicians: frozenset[str] = NO_CLINICIANS,
) -> Screened:
    """Return the screening at the plan's week, and as of today once that week is over."""
    at_week = screen(knowledge, intake, plan.stamps.week_start, clinicians)
    if not _is_over(plan, today) or at_week.outcome != "clear":
        return at_week
    return screen(knowledge, intake, today, clinicians)


def _is_over(plan: Plan, today: date) -> bool:
    return today > plan.stamps.week_start + timedelta(days=6)


def check_plan(
    knowledge: Knowledge,
    intake: Intake,
    plan: Plan,
    today: date,
    clinicians: frozenset[str] = NO_CLINICIANS,
) -> tuple[Violation, ...]:
    """Return every way in which the plan breaks a rule for this intake.

    Rules that depend on the date are applied to all days of the plan's own week and, once that is
    over, to the seven days from today, so that a plan does not outlive a clearance or a trimester.
    """
    return tuple(dict.fromkeys(_violations(knowledge, intake, plan, today, clinicians)))


def _violations(
    knowledge: Knowledge, intake: Intake, plan: Plan, today: date, clinicians: frozenset[str]
) -> Iterator[Violation]:
    balance = plan.stamps.options.balance
    built = build(knowledge, intake, plan.stamps.week_start, balance, clinicians)
    built = as_planned(built, plan)
    schedule = schedule_of(plan)
    for day in plan.days:
        yield from _printed(knowledge, intake, built, day)
    if not set(stop_signs(built)) <= set(plan.stop_signs):
        yield Violation("stop_signs", "a stop sign is not printed")
    if plan.valid_until is None or plan.valid_until > valid_until(built):
        yield Violation("valid_until", f"the plan is valid until {valid_until(built)} only")
    yield from check_all(built.problem, schedule)
    if _is_over(plan, today):
        yield Violation("valid_until", f"the week of {plan.stamps.week_start} is over")
        yield from eligibility.check(replace(built.problem, week_start=today), schedule)
    if plan.valid_until is not None and today >= plan.valid_until:
        yield Violation("valid_until", f"the plan was valid until {plan.valid_until}")


def _printed(
    knowledge: Knowledge, intake: Intake, built: Built, day: PlanDay
) -> Iterator[Violation]:
    """Yield what is printed for a day and is not so."""
    seconds = sum(item.seconds for item in day.items)
    if any(knowledge.exercises[item.exercise].on_floor for item in day.items):
        seconds += 2 * knowledge.dosing.times.floor_transfer_s
    if 60 * day.minutes != seconds:
        yield Violation(
            "session_time", f"{day.day} says {day.minutes:g} minutes, but takes {seconds / 60:g}"
        )
    available = {one.weekday: one.seconds // 60 for one in built.problem.days}[day.day]
    if day.minutes_available != available:
        yield Violation("session_time", f"{day.day} has {available} minutes available")
    if day.place != intake.place_of(day.day):
        yield Violation("equipment", f"{day.day} is planned at {day.place}, which is not its place")
    for item in day.items:
        exercise = knowledge.exercises[item.exercise]
        if item.name != exercise.name:
            yield Violation(
                "eligibility", f"{item.exercise} is printed with the name of something else"
            )
