"""A clinic's overlay: what it added to the shipped knowledge base, replaced and weakened."""

from typing import Self

from pydantic import Field, model_validator

from knowledge.schema._base import Identifier, Noun, Sentence
from knowledge.schema.condition import Rule, each_demand_once


class RulePatch(Noun):
    """New cells for one condition; they replace the cells of the same demands."""

    condition: Identifier
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        each_demand_once(self.rules)
        return self


class Weakening(Noun):
    """A shipped rule that an overlay made milder, what exactly, and its reason."""

    entry: str
    what: str
    reason: Sentence


class Overlay(Noun):
    """What one overlay changed. Entries are named `exercises/glute_bridge`."""

    name: str
    added: tuple[str, ...]
    replaced: tuple[str, ...]
    weakened: tuple[Weakening, ...]
