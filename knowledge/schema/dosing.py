"""The numbers that shape a week: targets, limits and times, by level and goal."""

from typing import Annotated, Literal

from pydantic import Field

from knowledge.schema._base import Identifier, Noun, Seconds, Sentence
from knowledge.schema.condition import Caps
from knowledge.schema.exercise import Kind, Level, Load, Region, SpinalLoad

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
    """From which effort strength work is hard; only these kinds can be.

    An exercise whose effort would have to fall below that of its easiest dose by more than
    `lowered_at_most` is left out; by the load of that dose, as a weight can be smaller, a body not.
    """

    hard_from: Annotated[int, Field(ge=1, le=10)]
    hard_kinds: tuple[Kind, ...]
    lowered_at_most: dict[Load, Annotated[int, Field(ge=0, le=10)]]


class Holds(Sourced):
    """The ladder of holds, when one is long, and the longest by level.

    A shortened hold comes down to a rung of the ladder and is repeated instead, at most
    `repeated_at_most` times with `rest_between_s`, never for more seconds in all.
    """

    ladder_s: tuple[Seconds, ...] = Field(min_length=1)
    at_most_s: dict[Level, Seconds]
    repeated_at_most: Annotated[int, Field(ge=1, le=20)]
    rest_between_s: Seconds
    long_from_s: Seconds
    long_seconds_a_session: dict[Level, Annotated[int, Field(ge=0, le=3600)]]


class Stretches(Sourced):
    """The dose of a held stretch: seconds a hold, holds a side, and seconds a side in all."""

    hold_s: tuple[Seconds, Seconds]
    repetitions: tuple[Small, Small]
    seconds_at_most: Seconds


class Adjustment(Sourced):
    """What goal and age change in the dose of exercises of some kinds; all that is given holds."""

    id: Identifier
    reason: Sentence
    goals: tuple[Goal, ...] = GOALS
    from_age: Annotated[int, Field(ge=0, le=120)] = 0
    kinds: tuple[Kind, ...]
    caps: Caps


class CapCues(Sourced):
    """What is printed for caps that change how an exercise is done. `{hours}` is filled in."""

    no_end_range: Sentence
    support: Sentence
    exhale_on_effort: Sentence
    hours_since_waking: Sentence
    hours_since_meal: Sentence
    support_pieces: tuple[Identifier, ...] = Field(min_length=1)


class Times(Sourced):
    """Seconds that are not in a dose."""

    rounded_up_to_s: Annotated[int, Field(ge=1, le=60)]
    side_change_s: Seconds
    transition_s: Seconds
    floor_transfer_s: Seconds


class Week(Sourced):
    """Limits of a week and of a session.

    Once a week has begun, a session next to a day with hard work takes over at most
    `hard_sets_made_up_next_to_hard` of the hard sets that were missed.
    """

    rest_days_at_least: Annotated[int, Field(ge=0, le=6)]
    training_days_in_a_row: Annotated[int, Field(ge=1, le=7)]
    warm_up_items: tuple[Small, Small]
    cool_down_items: tuple[Small, Small]
    long_setup_from_s: Seconds
    long_setups_a_session: Small
    floor_transfers_a_session: Annotated[int, Field(ge=0, le=10)]
    high_load_a_session: Small
    high_load_a_week: Small
    very_high_load_a_session: Small
    very_high_load_a_week: Small
    hard_sets_made_up_next_to_hard: Small
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
    not_hard: dict[Goal, Small]


class Alternatives(Sourced):
    """How far apart the weeks are that a person chooses from, and how much they may lose.

    `exercises_apart` main exercises at least differ between any two. Against the best week one may
    miss so many per cent of the weighted weekly targets more, and fit so many points a set worse.
    """

    exercises_apart: Annotated[int, Field(ge=1, le=8)]
    shortfall_percent_of_target: Percent
    points_a_set: Small


class Dosing(Noun):
    """All of `dosing.yaml`."""

    targets: Targets
    levels: Levels
    effort: Effort
    holds: Holds
    stretches: Stretches
    adjustments: tuple[Adjustment, ...]
    cap_cues: CapCues
    times: Times
    week: Week
    balance: Balance
    suitability: Suitability
    alternatives: Alternatives
