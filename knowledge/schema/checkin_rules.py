"""What a check-in does to the exercises of the next week."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from knowledge.schema._base import Identifier, Noun
from knowledge.schema.checkin import ZeroToTen
from knowledge.schema.dosing import Sourced

Direction = Literal["out", "down", "hold", "up"]
DIRECTIONS: tuple[Direction, ...] = ("out", "down", "hold", "up")
"""From easiest to hardest."""
DownLever = Literal["sets", "hold", "rung", "out"]
UpLever = Literal["sets", "hold", "rung"]
Reason = Annotated[str, Field(min_length=3, max_length=160)]
Percent = Annotated[int, Field(ge=1, le=100)]


class When(Noun):
    """A week to which a rule applies: all that is given holds.

    Each can only become true as an answer gets worse, so that a worse check-in never makes a
    harder week. `pain_from` is the higher of the pain during and the day after. `missed` is a week
    without a set, or without a check-in.
    """

    pain_from: ZeroToTen | None = None
    not_settled: Literal[True] | None = None
    effort_from: ZeroToTen | None = None
    effort_above_plan: Annotated[int, Field(ge=1, le=10)] | None = None
    missed: Literal[True] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_dump(exclude_none=True):
            raise ValueError(f"expected one of: {', '.join(type(self).model_fields)}")
        return self


class StepRule(Sourced):
    """A rule that holds an exercise, steps it down or takes it out.

    It applies when the last `weeks` weeks are all as `when` says; one that is not about pain, to
    main exercises only. A step down pulls the first of its `levers` that can be pulled, and
    changes nothing if none can.
    """

    id: Identifier
    when: When
    weeks: Annotated[int, Field(ge=1, le=12)] = 1
    step: Literal["out", "down", "hold"]
    levers: tuple[DownLever, ...] = ()
    reason: Reason

    @model_validator(mode="after")
    def _levers_where_down(self) -> Self:
        if (self.step == "down") != bool(self.levers):
            raise ValueError("levers are needed for a step down, and for no other")
        return self


class Up(Sourced):
    """The evidence that a step up needs: all of it in so many weeks in a row, at one dose.

    Nothing is stepped up with a condition under which a program stands still (`program.yaml`).
    `levers` are tried in order: back toward a hold or sets that were planned before, `sets_a_week`
    at a time, then the next rung of the ladder. All sets together grow by `total_percent` at most.
    `otherwise` is said where the evidence is not there.
    """

    weeks: Annotated[int, Field(ge=1, le=12)]
    pain_at_most: ZeroToTen
    effort_at_most: ZeroToTen
    effort_above_plan_at_most: ZeroToTen
    done_percent_at_least: Percent
    levers: tuple[UpLever, ...] = Field(min_length=1)
    sets_a_week: Annotated[int, Field(ge=1, le=3)]
    total_percent: Annotated[int, Field(ge=0, le=20)]
    reason: Reason
    otherwise: Reason


class Down(Sourced):
    """How far a step down goes: the sets of a week that are left, in per cent."""

    sets_percent: Percent


class CountsAsFlag(Sourced):
    """Pain from which on a check-in counts as a warning sign, ticked or not."""

    pain_from: ZeroToTen
    flag: Identifier


class CheckInRules(Noun):
    """All of `checkin.yaml`. Of several rules the easiest step counts."""

    rules: tuple[StepRule, ...] = Field(min_length=1)
    up: Up
    down: Down
    counts_as_flag: CountsAsFlag
