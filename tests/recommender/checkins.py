"""Check-ins on the week of a real plan, for the tests of steps, orders and warning signs."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from knowledge import Intake
from knowledge.schema.checkin import CheckIn, ExerciseReport, PlannedDose
from knowledge.schema.checkin_rules import DIRECTIONS
from recommender.checkin import planned_doses, steps
from recommender.checkin.rules import Step
from recommender.intake import read_intake
from recommender.plan import Plan
from recommender.recommend import Request, recommend
from tests.solved import EXAMPLES
from tests.strategies import MONDAY, REAL

WEEK = timedelta(days=7)
NEXT = MONDAY + WEEK


@cache
def answers(name: str = "home_beginner") -> Intake:
    return read_intake(EXAMPLES / f"{name}.yaml", REAL)


@cache
def planned_week(name: str = "home_beginner") -> Plan:
    return recommend(REAL, answers(name), Request(MONDAY))


def fine(dose: PlannedDose, **told: Any) -> dict[str, Any]:
    """Return what is told of an exercise that went as planned, but for what is given."""
    usual = {"done": dose.sets, "effort": dose.effort, "pain": 0, "pain_next_day": 0}
    return {"planned": dose, "settled": True, **usual, **told}


def checkin(
    plan: Plan,
    told: Mapping[str, Mapping[str, Any]] | None = None,
    weeks_ago: int = 0,
    **more: Any,
) -> CheckIn:
    """Return a check-in of a good week of this plan, but for what is told of some exercises."""
    start = plan.stamps.week_start - weeks_ago * WEEK
    content: dict[str, Any] = {
        "week_start": start,
        "answered_on": start + WEEK,
        "red_flags": (),
        "conditions": (),
        "other_condition": False,
        "cannot": (),
        "exercises": tuple(
            ExerciseReport(exercise=name, **fine(dose, **(told or {}).get(name, {})))
            for name, dose in planned_doses(plan).items()
        ),
    }
    return CheckIn(**(content | more))


def by_name(found: tuple[Step, ...]) -> dict[str, Step]:
    return {step.exercise: step for step in found}


def stepped(plan: Plan, *checkins: CheckIn, conditions: frozenset[str] = frozenset()) -> Any:
    """Return the step of each exercise by its id."""
    return by_name(steps(REAL, plan, checkins, conditions))


def hardness(step: Step) -> int:
    return DIRECTIONS.index(step.direction)


levels = st.integers(0, 10)


@st.composite
def told_of(draw: st.DrawFn, dose: PlannedDose) -> dict[str, Any]:
    """Return what is told of an exercise, often good, else anything."""
    if draw(st.booleans()):
        return fine(dose)
    return {
        "planned": dose,
        "done": draw(st.integers(0, dose.sets)),
        "effort": draw(levels),
        "pain": draw(levels),
        "pain_next_day": draw(levels),
        "settled": draw(st.booleans()),
    }


@st.composite
def weeks_told(draw: st.DrawFn, plan: Plan, count: int = 2) -> list[CheckIn]:
    """Return the check-ins of the plan's week and of those before it, some of them missed."""
    found = []
    for weeks_ago in range(count):
        if weeks_ago and draw(st.integers(0, 3)) == 0:
            continue
        told = {name: draw(told_of(dose)) for name, dose in planned_doses(plan).items()}
        found.append(checkin(plan, told, weeks_ago))
    return found


@st.composite
def worse(draw: st.DrawFn, checkins: list[CheckIn]) -> list[CheckIn]:
    """Return the same weeks with some pains and efforts higher and some sets fewer."""
    return [
        one.model_copy(update={"exercises": tuple(draw(_worse(each)) for each in one.exercises)})
        for one in checkins
    ]


@st.composite
def _worse(draw: st.DrawFn, report: ExerciseReport) -> ExerciseReport:
    if draw(st.booleans()):
        return report
    changes = {
        "done": draw(st.integers(0, report.done)),
        "effort": draw(st.integers(report.effort or 0, 10)),
        "pain": draw(st.integers(report.pain or 0, 10)),
        "pain_next_day": draw(st.integers(report.pain_next_day or 0, 10)),
        "settled": bool(report.settled) and draw(st.booleans()),
    }
    return report.model_copy(update=changes)
