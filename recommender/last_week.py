"""The last plan as the week that a new one keeps, as far as the answers of now allow."""

import hashlib
from collections.abc import Sequence

from pydantic import BaseModel

from constraints.problem import Problem
from knowledge import Dose
from knowledge.schema.intake import WEEKDAYS
from recommender.plan import Plan, PlanDay, PlanItem
from recommender.solve import LastWeek


def last_week_of(problem: Problem, plan: Plan) -> LastWeek:
    """Return the items of the plan on the same weekdays, and which would have another dose now."""
    index = {day.weekday: day.index for day in problem.days}
    doses = {candidate.id: candidate.dose for candidate in problem.candidates}
    sets = {}
    redosed = set()
    for day in plan.days:
        for item in day.items:
            place = item.exercise, index[WEEKDAYS[day.date.weekday()]]
            sets[place] = item.sets
            if item.exercise in doses and not same_dose(item, doses[item.exercise]):
                redosed.add(place)
    return LastWeek(sets, frozenset(redosed))


def same_dose(item: PlanItem, dose: Dose) -> bool:
    """Return whether an item asks for the dose, apart from its sets."""
    parts = ("reps", "tempo_s", "hold_s", "rest_between_reps_s", "rest_s", "load", "effort")
    return all(getattr(item, part) == getattr(dose, part) for part in parts)


def plan_stamp(days: Sequence[PlanDay]) -> str:
    """Return the stamp of a new plan for the one that it keeps: what is to be done on which day."""
    return _stamp(days)


def sealed(plan: Plan) -> Plan:
    """Return the plan with the seal of its days and tiers, so that an edit by hand is seen."""
    stamps = plan.stamps.model_copy(update={"seal": _stamp((*plan.days, *plan.tiers))})
    return plan.model_copy(update={"stamps": stamps})


def is_edited(plan: Plan) -> bool:
    """Return whether days or tiers are not those that the plan was written with."""
    return plan != sealed(plan)


def _stamp(parts: Sequence[BaseModel]) -> str:
    text = "\n".join(part.model_dump_json() for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
