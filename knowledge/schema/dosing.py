"""The numbers that shape a week: targets, limits and times, by level and goal."""

from typing import Annotated, Literal

from pydantic import Field

from knowledge.schema._base import Identifier, Noun, Seconds
from knowledge.schema.exercise import Kind, Level, Region, SpinalLoad

Goal = Literal["relieve", "strengthen", "prevent"]
GOALS: tuple[Goal, ...] = ("relieve", "strengthen", "prevent")
TrainingAge = Literal["none", "under_6_months", "6_to_24_months", "over_24_months"]
Percent = Annotated[int, Field(ge=0, le=1000)]
Small = Annotated[int, Field(ge=0, le=40)]


class Sourced(Noun):
    """A group of numbers that share their origin."""

    sources: tuple[Identifier, ...] = Field(min_length=1)
    verified: bool


class Targets(Sourced):
    """Credited sets a week that a person of a level should reach, by region, and the most allowed.

    A goal scales the targets in per cent and weighs what is missing.
    """

    at_least: dict[Level, dict[Region, Small]]
    at_most: dict[Level, dict[Region, Small]]
    scale_percent: dict[Goal, dict[Region, Percent]]
    weight: dict[Goal, dict[Region, Small]]


class Levels(Sourced):
    """Which level a training age means, and from which on a cleared technique counts."""

    by_training_age: dict[TrainingAge, Level]
    technique_from: tuple[TrainingAge, ...]


class Effort(Sourced):
    """From which effort strength work is hard; only these kinds can be."""

    hard_from: Annotated[int, Field(ge=1, le=10)]
    hard_kinds: tuple[Kind, ...]


class Holds(Sourced):
    """When a hold is long, and how many seconds of long holds a session may have by level."""

    long_from_s: Seconds
    long_seconds_a_session: dict[Level, Annotated[int, Field(ge=0, le=3600)]]


class Times(Sourced):
    """Seconds that are not in a dose."""

    rounded_up_to_s: Annotated[int, Field(ge=1, le=60)]
    side_change_s: Seconds
    transition_s: Seconds
    floor_transfer_s: Seconds


class Week(Sourced):
    """Limits of a week and of a session."""

    rest_days_at_least: Annotated[int, Field(ge=0, le=6)]
    training_days_in_a_row: Annotated[int, Field(ge=1, le=7)]
    warm_up_items: tuple[Small, Small]
    cool_down_items: tuple[Small, Small]
    floor_transfers_a_session: Annotated[int, Field(ge=0, le=10)]
    high_load_a_session: Small
    very_high_load_a_session: Small
    very_high_load_a_week: Small
    usual_sessions: dict[Level, Annotated[int, Field(ge=1, le=7)]]
    days_a_week: dict[Kind, Annotated[int, Field(ge=1, le=7)]]


class Balance(Sourced):
    """The two ways to balance abdominal and lumbar work."""

    evidence_ratio_percent: tuple[Percent, Percent]
    costly_percent_of_target: Percent


class Suitability(Sourced):
    """Penalty points a set: 0 is the best fitting exercise of its side."""

    easier_than_level: Small
    disliked: Small
    not_liked: Small
    not_preferred: Small
    spinal_load: dict[SpinalLoad, Small]
    supported_when_able: Small
    harder_rung_at_hand: dict[Goal, Small]


class Dosing(Noun):
    """All of `dosing.yaml`."""

    targets: Targets
    levels: Levels
    effort: Effort
    holds: Holds
    times: Times
    week: Week
    balance: Balance
    suitability: Suitability
