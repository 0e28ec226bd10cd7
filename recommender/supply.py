"""The supply table: for every usual place, level and condition, how many candidates are left.

A condition is taken as a person has it: at a day inside its window, with the siblings that hold
on that day too, with both sides affected, and with a doctor's word where a person's own tick
opens the plan. A cell without an abdominal or without a lumbar candidate cannot make a balanced
week.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from constraints.day_fit import suits
from knowledge import Condition, Intake, Knowledge, Level
from knowledge.schema.condition import Window
from knowledge.schema.exercise import LEVELS
from recommender.build import days_of
from recommender.conditions import active_conditions
from recommender.eligibility import judge_all
from recommender.screening import screen

NOBODY = "no_condition"
SOME_MONDAY = date(2026, 11, 30)
"""Any Monday: the table does not depend on it."""
ADULT_AGE = 40
TRAINING_AGES = {
    "novice": "none",
    "intermediate": "6_to_24_months",
    "advanced": "over_24_months",
}
UNKNOWN = "unknown"
EVERYTHING = "everything"
"""A place with every piece, so that what nobody can reach is found."""


@dataclass(frozen=True, slots=True, order=True)
class SupplyCell:
    """The candidates of both sides in one place, at one level, with one condition.

    `referred`: there is no plan without a clinician, whatever is left.
    """

    condition: str
    place: str
    level: Level
    abdominal: int
    lumbar: int
    referred: bool

    @property
    def fails(self) -> bool:
        """Whether a plan is allowed here but cannot be balanced."""
        return not self.referred and 0 in (self.abdominal, self.lumbar)

    @property
    def name(self) -> str:
        """The cell without its figures."""
        return f"{self.condition} {self.place} {self.level}"


@dataclass(frozen=True, slots=True)
class Supply:
    """The whole table, and the exercises that are a candidate in none of its cells."""

    cells: tuple[SupplyCell, ...]
    unreachable: tuple[str, ...]

    def worst(self, count: int) -> tuple[SupplyCell, ...]:
        """Return the cells with a plan that have the fewest candidates on their poorer side."""
        open_cells = (cell for cell in self.cells if not cell.referred)
        return tuple(
            sorted(
                open_cells,
                key=lambda c: (min(c.abdominal, c.lumbar), c.abdominal + c.lumbar, c.name),
            )[:count]
        )


def supply(knowledge: Knowledge) -> Supply:
    """Return the supply of every place, level and condition."""
    cells: list[SupplyCell] = []
    reached: set[str] = set()
    for condition in (None, *knowledge.conditions.values()):
        for level in LEVELS:
            intake = person(knowledge, condition, level)
            referred = screen(knowledge, intake, SOME_MONDAY).outcome != "clear"
            for place, names in _possible(knowledge, intake):
                reached.update(names)
                sides = [knowledge.exercises[name].side for name in names]
                counts = sides.count("abdominal"), sides.count("lumbar")
                if place != EVERYTHING:
                    name = condition.id if condition else NOBODY
                    cells.append(SupplyCell(name, place, level, *counts, referred=referred))
    unreachable = tuple(name for name in knowledge.exercises if name not in reached)
    return Supply(tuple(cells), unreachable)


def _possible(knowledge: Knowledge, intake: Intake) -> Iterator[tuple[str, list[str]]]:
    """Yield each place and the exercises that the person may do there."""
    active = active_conditions(knowledge, intake, SOME_MONDAY)
    judged = judge_all(knowledge, intake, active)
    allowed = [judgement for judgement in judged if judgement.cause is None]
    monday = days_of(intake, SOME_MONDAY, active)[0]
    for place, pieces in intake.places.items():
        there = replace(monday, place=place, equipment=pieces)
        yield place, [j.exercise.id for j in allowed if suits(knowledge, j, there)]


def person(knowledge: Knowledge, condition: Condition | None, level: Level) -> Intake:
    """Return the answers of somebody with this condition (and its siblings) and no other.

    The places are the usual ones, and one with every piece of equipment that there is.
    """
    answer = condition.answer if condition else None
    held = [] if condition is None or answer is None else [answer_for(knowledge, condition)]
    age = condition.from_age if condition and condition.from_age else ADULT_AGE
    score = condition.from_score if condition else None
    yesterday = SOME_MONDAY - timedelta(days=1)
    intake = Intake.model_validate(
        {
            "answered_on": SOME_MONDAY,
            "screening": {
                "age": age,
                "red_flags": (),
                "conditions": tuple(held),
                "other_condition": False,
                "cannot": (),
            },
            "scores": {} if score is None else {score.score: score.at_least},
            "training_age": TRAINING_AGES[level],
            "technique_cleared": tuple(knowledge.techniques),
            "places": {
                **{place.id: place.pieces for place in knowledge.equipment_sets.values()},
                EVERYTHING: dict.fromkeys(knowledge.equipment, 20),
            },
            "days": {"mon": {"minutes": 60, "place": EVERYTHING}},
        }
    )
    opens = [
        {"condition": one.condition.answer, "by": "a doctor", "date": yesterday}
        for one in active_conditions(knowledge, intake, SOME_MONDAY)
        if one.condition.plan.verdict == "clearance" and one.condition.plan.self_clearance
    ][:1]
    return Intake.model_validate(intake.model_dump() | {"clearances": tuple(opens)})


def answer_for(knowledge: Knowledge, condition: Condition) -> dict[str, object]:
    """Return an answer of the questionnaire, id, date and all, with which the condition holds."""
    held: dict[str, object] = {"id": condition.answer}
    if condition.detail is not None:
        held["detail"] = _detail(condition)
    if condition.sided:
        held["affected_side"] = "both"
    windows = [one.window for one in knowledge.answers[str(condition.answer)] if one.window]
    if windows:
        held["date"] = _date_inside(knowledge, condition.window or windows[-1])
    return held


def _detail(condition: Condition) -> str:
    options = condition.if_detail or tuple(condition.detail.options if condition.detail else ())
    return next((one for one in options if one != UNKNOWN), options[0])


def _date_inside(knowledge: Knowledge, window: Window) -> date:
    """Return a date for which all seven days lie inside the window, or as many as there are."""
    last = window.from_day + 7 if window.until_day is None else window.until_day - 7
    zero = SOME_MONDAY - timedelta(days=max(window.from_day, min(window.from_day + 7, last)))
    if window.dated_by == "due_date":
        return zero + timedelta(days=knowledge.screening.pregnancy_days)
    return zero
