"""The words that exercises and rules may use."""

from typing import Annotated, Literal

from pydantic import Field

from knowledge.schema._base import Identifier, Noun, Sentence


class Piece(Noun):
    """A kind of equipment, and what else can serve as it (never the reverse by itself)."""

    id: Identifier
    name: Sentence
    substitutes: tuple[Identifier, ...] = ()


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


class Technique(Noun):
    """A lift that has to be taught before it is planned."""

    id: Identifier
    name: Sentence


class Source(Noun):
    """Where a fact comes from. `strength`: high, moderate, low, expert, own judgement."""

    id: Identifier
    title: Annotated[str, Field(min_length=5, max_length=400)]
    strength: Literal["high", "moderate", "low", "expert", "judgement"]
