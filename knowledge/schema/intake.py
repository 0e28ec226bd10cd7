"""The intake: one person's answered questionnaire.

Wishes have defaults. Answers to the screening have none: a missing one is bad input, never "no".
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from knowledge.schema._base import Identifier, Noun
from knowledge.schema.days import WEEKDAYS as WEEKDAYS
from knowledge.schema.days import Date
from knowledge.schema.days import Weekday as Weekday
from knowledge.schema.dosing import Goal, TrainingAge
from knowledge.schema.exercise import Count
from knowledge.schema.order import Label as Label
from knowledge.schema.order import Order
from knowledge.schema.order import OrderKind as OrderKind

ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
AffectedSide = Literal["left", "right", "both"]
Minutes = Annotated[int, Field(ge=5, le=180)]

LABELS: frozenset[str] = frozenset(
    {
        "name",
        "id",
        "clearances.by",
        "orders.author",
        "orders.reason",
        "screening.settled.by",
        "screening.settled.finding",
        "softenings.reason",
    }
)
"""Fields that name people and reasons. They are printed and change nothing else."""


class HeldCondition(Noun):
    """A condition that the person has.

    `date` is its onset, due date, date of birth, operation or event; `detail` answers the second
    question of conditions that have one, `affected_side` where that matters.
    """

    id: Identifier
    date: Date | None = None
    detail: Identifier | None = None
    affected_side: AffectedSide | None = None


class SettledFlag(Noun):
    """A red flag that was there and has been assessed: by whom, when, with which finding.

    `flag` may also name a combination of conditions that asks for a doctor, none more urgent.
    """

    flag: Identifier
    by: Label
    date: Date
    finding: Label


class ScreeningAnswers(Noun):
    """Every field must be answered; an empty list means "none of these"."""

    age: Annotated[int, Field(ge=0, le=120)]
    red_flags: tuple[Identifier, ...]
    conditions: tuple[HeldCondition, ...]
    other_condition: bool
    cannot: tuple[Identifier, ...]
    settled: tuple[SettledFlag, ...] = ()


class Clearance(Noun):
    """A person's word that a professional agreed to exercise with a named condition."""

    condition: Identifier
    by: Label
    date: Date


class Softening(Noun):
    """A clinician's decision to make one verdict one step milder, from `date` to `until`.

    `demand` left out means the plan as a whole. It counts only where the settings of the clinic
    name the clinician.
    """

    condition: Identifier
    demand: Identifier | None = None
    by: Label
    reason: Label
    date: Date
    until: Date


class DayAnswer(Noun):
    """A day with time to train; `place` may be left out when there is only one.

    `at` is when training starts, `07:30`.
    """

    minutes: Minutes
    at: ClockTime | None = None
    place: Identifier | None = None


class SessionsAWeek(Noun):
    """How many training sessions a week."""

    at_least: Annotated[int, Field(ge=1, le=7)] = 1
    at_most: Annotated[int, Field(ge=1, le=7)] = 7

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.at_least > self.at_most:
            raise ValueError(f"at_least {self.at_least} exceeds at_most {self.at_most}")
        return self


class Intake(Noun):
    """One person's answers."""

    name: Label | None = None
    id: Label | None = None
    answered_on: Date
    screening: ScreeningAnswers
    clearances: tuple[Clearance, ...] = ()
    softenings: tuple[Softening, ...] = ()
    scores: dict[Identifier, int] = {}
    weaker_side: Literal["left", "right"] | None = None
    wakes_at: ClockTime | None = None
    goal: Goal = "prevent"
    training_age: TrainingAge = "none"
    technique_cleared: tuple[Identifier, ...] = ()
    places: dict[Identifier, dict[Identifier, Count]] = Field(min_length=1)
    days: dict[Weekday, DayAnswer] = Field(min_length=1)
    sessions: SessionsAWeek = SessionsAWeek(at_least=1, at_most=7)
    rest_days_between_hard_lumbar: Annotated[int, Field(ge=1, le=3)] = 1
    exercises_per_session: Annotated[int, Field(ge=2, le=8)] = 4
    variety: Literal["same_each_time", "high"] = "same_each_time"
    liked: tuple[Identifier, ...] = ()
    disliked: tuple[Identifier, ...] = ()
    banned: tuple[Identifier, ...] = ()
    required: tuple[Identifier, ...] = ()
    orders: tuple[Order, ...] = ()
    week_start: Date | None = None

    def place_of(self, day: Weekday) -> str | None:
        """Return the name of the place of `day`, or None if there is no time on that day."""
        answer = self.days.get(day)
        if answer is None:
            return None
        return answer.place if answer.place is not None else next(iter(self.places))
