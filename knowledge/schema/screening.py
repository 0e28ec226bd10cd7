"""Red flags, combinations and stop signs: what ends a plan before it starts."""

from typing import Annotated, Literal

from pydantic import Field

from knowledge.schema._base import Identifier, Noun, Sentence

Urgency = Literal["emergency", "same_day", "doctor", "advice"]
URGENCIES: tuple[Urgency, ...] = ("advice", "doctor", "same_day", "emergency")
"""From mildest to most urgent; `advice` is printed and lets the plan go on."""


class RedFlag(Noun):
    """A present event, or an event together with a history; never a diagnosis alone."""

    id: Identifier
    group: Identifier
    statement: Sentence
    urgency: Urgency
    where_to_go: Sentence
    sources: tuple[Identifier, ...] = Field(min_length=1)
    verified: bool


class FlagGroup(Noun):
    """One grouped checklist of the questionnaire."""

    id: Identifier
    question: Sentence


class Combination(Noun):
    """Conditions that are harmless alone and a flag together.

    Each is an answer of the questionnaire, or a condition where only one phase of it counts.
    """

    id: Identifier
    conditions: tuple[Identifier, ...] = Field(min_length=2)
    statement: Sentence
    urgency: Urgency
    where_to_go: Sentence
    sources: tuple[Identifier, ...] = Field(min_length=1)
    verified: bool


class Screening(Noun):
    """Everything asked and decided before a plan is thought of."""

    groups: tuple[FlagGroup, ...]
    red_flags: tuple[RedFlag, ...]
    combinations: tuple[Combination, ...]
    where_to_go: dict[Urgency, Sentence]
    minimum_age: Annotated[int, Field(ge=0, le=120)]
    minimum_age_reason: Sentence
    other_condition_question: Sentence
    other_condition_reason: Sentence
    clearance_valid_days: Annotated[int, Field(ge=1, le=366)]
    settled_valid_days: Annotated[int, Field(ge=1, le=366)]
    softening_valid_days: Annotated[int, Field(ge=1, le=366)]
    pregnancy_days: Annotated[int, Field(ge=200, le=300)]
    overdue_days: Annotated[int, Field(ge=0, le=60)]
    answers_fresh_days: Annotated[int, Field(ge=1, le=366)]
    stop_signs: tuple[Sentence, ...] = Field(min_length=1)
    sources: tuple[Identifier, ...] = Field(min_length=1)
    verified: bool
