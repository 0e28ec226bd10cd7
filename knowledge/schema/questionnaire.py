"""The questionnaire: which questions are asked, in which order and when."""

import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from knowledge.schema._base import Identifier, Noun, Sentence

Section = Literal["red_flags", "health", "training", "week"]
Kind = Literal[
    "choice",
    "checklist",
    "yes_no",
    "number",
    "range",
    "date",
    "time",
    "agreement",
    "assessment",
    "minutes_by_day",
    "equipment",
    "exercises",
    "text",
]
LISTED: frozenset[Kind] = frozenset({"choice", "checklist", "equipment"})
"""Kinds whose options are shown with numbers."""

Each = Literal[
    "flag_groups",
    "condition_groups",
    "onset",
    "due_date",
    "birth_date",
    "surgery_date",
    "event_date",
    "detail",
    "sided",
    "clearances",
    "settled",
]
OptionsFrom = Literal[
    "red_flags", "past_flags", "conditions", "details", "clearances", "positions", "techniques"
]
Bound = Annotated[int, Field(ge=0, le=1000)]


class Option(Noun):
    """One thing that can be picked, and the options that cannot be true beside it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=60)]
    text: Sentence
    excludes: tuple[Identifier, ...] = ()


class When(Noun):
    """Holds when an earlier question was answered with one of these.

    `technique_from` stands for the training ages of `dosing.yaml` from which on a taught technique
    counts.
    """

    question: Identifier
    is_one_of: tuple[str, ...] | Literal["technique_from"]


class Question(Noun):
    """One question, or one for `each` subject of a kind; `{subject}` in its texts is the subject.

    The dates, `detail` and `sided` are asked for each condition that the person has and that needs
    them. `fills` is the key of the intake that the answer goes to, such as `goal`, or
    `screening.conditions.date` for the date of the condition that is the subject; without it the
    answer only decides what else is asked. `not_in` names earlier questions whose answers may not
    be given again.
    """

    id: Identifier
    section: Section
    kind: Kind
    label: Annotated[str, Field(min_length=3, max_length=40)]
    text: Sentence
    hint: Sentence | None = None
    each: Each | None = None
    options: tuple[Option, ...] = ()
    options_from: OptionsFrom | None = None
    when: tuple[When, ...] = ()
    default: str | None = None
    at_least: Bound = 0
    at_most: Bound = 0
    place: Identifier | None = None
    not_in: tuple[Identifier, ...] = ()
    fills: str | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        is_list = self.kind in ("choice", "checklist")
        if is_list != bool(self.options or self.options_from):
            raise ValueError(f"options are given for a choice or checklist only, not {self.kind}")
        if self.options and self.options_from:
            raise ValueError("give either options or options_from")
        is_bounded = self.kind in ("number", "range", "minutes_by_day", "equipment")
        if is_bounded != (self.at_most > 0):
            raise ValueError(f"at_most does not fit the kind {self.kind}")
        if (self.kind == "equipment") != (self.place is not None):
            raise ValueError("a question about equipment, and no other, names its place")
        if self.section in ("red_flags", "health") and self.default is not None:
            raise ValueError("a question of the screening has no default")
        return self


class ConditionGroup(Noun):
    """One grouped checklist of conditions: the answers that stand in it, in order."""

    id: Identifier
    question: Sentence
    answers: tuple[Identifier, ...] = Field(min_length=1)


class Questionnaire(Noun):
    """All of `questionnaire.yaml`. Every answer of the conditions stands in exactly one group."""

    sections: dict[Section, Sentence]
    condition_groups: tuple[ConditionGroup, ...] = Field(min_length=1)
    questions: tuple[Question, ...] = Field(min_length=1)


class Draft(Noun):
    """An interview that was broken off: the answers as they were typed, by question."""

    saved_on: datetime.date
    answers: dict[str, str]
