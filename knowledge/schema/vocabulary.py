"""The words that exercises and rules may use."""

from typing import Annotated, Literal

from pydantic import Field

from knowledge.schema._base import Identifier, Noun, Sentence
from knowledge.schema.exercise import Count


class Piece(Noun):
    """A kind of equipment, and what else can serve as it (never the reverse by itself)."""

    id: Identifier
    name: Sentence
    substitutes: tuple[Identifier, ...] = ()


class EquipmentSet(Noun):
    """A usual place: pieces and how many of each."""

    id: Identifier
    name: Sentence
    pieces: dict[Identifier, Count]


class Muscle(Noun):
    """A muscle or muscle group."""

    id: Identifier
    name: Sentence


class Demand(Noun):
    """A movement tag on which rules act.

    `written`: stands in the exercise files. `derived`: follows from the dose, the spinal load or
    the side. A demand with `self_clearance` false is never opened by a person's own tick.
    """

    id: Identifier
    name: Sentence
    origin: Literal["written", "derived"]
    self_clearance: bool
    position: Sentence | None = None


class Pattern(Noun):
    """A way of moving that exercises share, and how much of it makes sense.

    `prepare`: a session with it has a warm-up exercise that prepares for it, if one is possible.
    """

    id: Identifier
    name: Sentence
    a_session: Annotated[int, Field(ge=1, le=10)]
    exercises_a_week: Annotated[int, Field(ge=1, le=20)]
    prepare: bool = False
    sources: tuple[Identifier, ...] = Field(min_length=1)
    verified: bool


class Score(Noun):
    """A number that a clinician types, such as the total of a published instrument."""

    id: Identifier
    name: Sentence
    at_least: int
    at_most: int
    sources: tuple[Identifier, ...] = Field(min_length=1)
    verified: bool


class Technique(Noun):
    """A lift that has to be taught before it is planned."""

    id: Identifier
    name: Sentence


class Source(Noun):
    """Where a fact comes from. `strength`: high, moderate, low, expert, own judgement."""

    id: Identifier
    title: Annotated[str, Field(min_length=5, max_length=400)]
    strength: Literal["high", "moderate", "low", "expert", "judgement"]
