"""A clinic's overlay: what it added to the shipped knowledge base, replaced and weakened."""

from pydantic import Field

from knowledge.schema._base import Identifier, Noun, Sentence
from knowledge.schema.condition import Rule


class RulePatch(Noun):
    """New cells for one condition; they replace the cells of the same demands."""

    condition: Identifier
    rules: tuple[Rule, ...] = Field(min_length=1)


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
