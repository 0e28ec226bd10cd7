"""What the weeks of a program so far say: doses, sets, rungs, and how long an exercise is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge import Knowledge
from knowledge.schema.exercise import REGIONS, Region
from recommender.plan import Plan, PlanItem


@dataclass(frozen=True, slots=True)
class Done:
    """A planned week, and whether it is a light one."""

    plan: Plan
    light: bool


@dataclass(frozen=True, slots=True)
class History:
    """The weeks so far, of which there is at least one full one."""

    weeks: tuple[Done, ...]

    @property
    def full(self) -> Plan:
        """The last week that is not light: what the next one grows from."""
        return next(one.plan for one in reversed(self.weeks) if not one.light)

    def main(self) -> Mapping[str, PlanItem]:
        """Return the main exercises of the last full week, each with one of its items."""
        return {
            item.exercise: item
            for day in self.full.days
            for item in day.items
            if item.block == "main"
        }

    def weeks_with(self, exercise: str) -> int:
        """Return in how many weeks an exercise has been."""
        return sum(exercise in exercises_of(one.plan) for one in self.weeks)

    def last_item(self, exercise: str) -> PlanItem | None:
        """Return the item of an exercise in the newest week that has it, or None."""
        return next(
            (
                item
                for one in reversed(self.weeks)
                for day in one.plan.days
                for item in day.items
                if item.exercise == exercise
            ),
            None,
        )

    def rung(self, knowledge: Knowledge, family: str) -> int | None:
        """Return the highest step of a ladder in the newest week that has it, or None."""
        for one in reversed(self.weeks):
            exercises = (knowledge.exercises[name] for name in exercises_of(one.plan))
            steps = [exercise.step for exercise in exercises if exercise.family == family]
            if steps:
                return max(steps)
        return None


def exercises_of(plan: Plan) -> frozenset[str]:
    """Return the exercises of a week."""
    return frozenset(item.exercise for day in plan.days for item in day.items)


def sets_of_week(plan: Plan) -> Mapping[str, int]:
    """Return the sets of each exercise in the week."""
    sets: dict[str, int] = {}
    for item in (item for day in plan.days for item in day.items):
        sets[item.exercise] = sets.get(item.exercise, 0) + item.sets
    return sets


def half_sets(plan: Plan) -> Mapping[Region, int]:
    """Return the credited half sets of each region."""
    return {region: round(2 * plan.totals.sets[region]) for region in REGIONS}


def main_sets(plan: Plan) -> int:
    """Return the sets of all main exercises."""
    items = (item for day in plan.days for item in day.items)
    return sum(item.sets for item in items if item.block == "main")


def history_of(plans: Sequence[tuple[Plan, bool]]) -> History:
    """Return the history of plans, each with whether its week is light."""
    return History(tuple(Done(plan, light) for plan, light in plans))
