"""A check-in: what became of one week, as the person tells it afterwards.

The answers to the screening have no defaults: a missing one is bad input, never "no".
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from knowledge.schema._base import Identifier, Noun
from knowledge.schema.days import Date
from knowledge.schema.exercise import Load
from knowledge.schema.intake import HeldCondition
from knowledge.schema.order import Label

ZeroToTen = Annotated[int, Field(ge=0, le=10)]
SetsAWeek = Annotated[int, Field(ge=0, le=200)]


class PlannedDose(Noun):
    """What the plan asked for: sets of the whole week, and the dose of each."""

    sets: Annotated[int, Field(ge=1, le=200)]
    reps: Annotated[int, Field(ge=1, le=200)]
    hold_s: Annotated[int, Field(ge=1, le=300)] | None = None
    load: Load
    effort: ZeroToTen


class ExerciseReport(Noun):
    """One exercise of the week.

    `done` counts the sets of the whole week. `effort` and `pain` are the highest while training,
    `pain_next_day` the highest on the day after, each from 0 to 10. `settled` says whether all was
    as usual again by the next morning. `planned` is filled in from the plan.
    """

    exercise: Identifier
    planned: PlannedDose | None = None
    done: SetsAWeek
    effort: ZeroToTen | None = None
    pain: ZeroToTen | None = None
    pain_next_day: ZeroToTen | None = None
    settled: bool | None = None

    @property
    def worst_pain(self) -> int:
        """The higher of the two pains; 0 if nothing was told."""
        return max(self.pain or 0, self.pain_next_day or 0)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        told = {"effort": self.effort, "pain": self.pain, "pain_next_day": self.pain_next_day}
        missing = [name for name, value in told.items() if value is None]
        if self.done and missing:
            raise ValueError(f"{' and '.join(missing)} must be given where sets were done")
        if self.worst_pain and self.settled is None:
            raise ValueError("settled must be given where there was pain: true or false")
        return self


class CheckIn(Noun):
    """What became of the week that began on `week_start`.

    `red_flags`, `conditions` (new ones, or those that changed), `other_condition` and `cannot` are
    asked as in the questionnaire, for the time since the last answers.
    """

    week_start: Date
    answered_on: Date
    red_flags: tuple[Identifier, ...]
    conditions: tuple[HeldCondition, ...]
    other_condition: bool
    cannot: tuple[Identifier, ...]
    exercises: tuple[ExerciseReport, ...]
    note: Label | None = None

    @property
    def is_missed(self) -> bool:
        """Whether not a single set was done."""
        return not any(report.done for report in self.exercises)

    def report(self, exercise: str) -> ExerciseReport | None:
        """Return what was told of an exercise, or None."""
        return next((one for one in self.exercises if one.exercise == exercise), None)
