"""A template: the sessions of a week with named exercises and open choices, for any person.

Sessions are first, second and so on, not weekdays. There are no repetitions and holds in it: those
are the dose that level and rules give each person.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from knowledge.schema._base import Identifier, Noun
from knowledge.schema.exercise import Block, Side
from knowledge.schema.order import Label, Sets


class TemplateItem(Noun):
    """One exercise of a session, or an open choice among all that have everything else it names.

    Without `sets` any number will do.
    """

    exercise: Identifier | None = None
    family: Identifier | None = None
    pattern: Identifier | None = None
    side: Side | None = None
    block: Block | None = None
    sets: Sets | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        opened = [name for name in OPEN if getattr(self, name) is not None]
        if self.exercise is None and not opened:
            raise ValueError(f"an item names an exercise, or some of: {', '.join(OPEN)}")
        if self.exercise is not None and opened:
            raise ValueError(f"an item names an exercise or {opened[0]}, not both")
        return self


OPEN = ("family", "pattern", "side", "block")
"""What an open choice may name."""


class TemplateSession(Noun):
    """The items of one session, in any order."""

    items: tuple[TemplateItem, ...] = Field(min_length=1, max_length=30)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        named = [item.exercise for item in self.items if item.exercise is not None]
        twice = next((name for name in named if named.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"{twice} stands twice in one session")
        return self


class Template(Noun):
    """The sessions of a week, the first one first, that a clinician gives to many people."""

    name: Identifier
    author: Label
    note: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    sessions: tuple[TemplateSession, ...] = Field(min_length=1, max_length=7)
