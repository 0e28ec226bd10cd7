"""A program: several weeks of plans, what advances between them, and the tests at the end."""

import datetime
from typing import Annotated, Literal

from pydantic import Field

from knowledge.schema._base import Noun
from knowledge.schema.program import Lever
from recommender.plan import Plan, Stamps

ProgramStatus = Literal["optimal", "feasible", "stopped"]
Step = Literal["up", "hold", "down", "out"]
"""What a check-in says of an exercise for the next week."""
WeekKind = Literal["steps", "light", "still", "changed", "full_dose"]
"""A week with its steps up; a lighter one; one that raises nothing, as its steps or a lighter week
do not fit; one that may change more exercises than usual; a first week without an easier start."""


class ProgramOptions(Noun):
    """What was asked for beside the intake: the weeks, and every how many one is lighter."""

    weeks: int
    light_every: int


class ProgramPhase(Noun):
    """A phase, its first and last week, and whether the dose may grow in it."""

    id: str
    name: str
    purpose: str
    first_week: int
    last_week: int
    levers: tuple[Lever, ...]


class Advance(Noun):
    """What is raised for one exercise against the last full week, from what to what.

    For a rung of a ladder `exercise` is the new one.
    """

    exercise: str
    name: str
    lever: Lever
    before: str
    after: str
    why: str


class ProgramWeek(Noun):
    """One week: its phase, its kind and plan, what advances, and what has to be said of it.

    A light week has a share of the sets of the last full one and brings nothing new. `out` are the
    exercises that a check-in took out.
    """

    number: Annotated[int, Field(ge=1)]
    phase: str
    kind: WeekKind
    out: tuple[str, ...] = ()
    advances: tuple[Advance, ...]
    notes: tuple[str, ...]
    plan: Plan


class ProgramTest(Noun):
    """A measurement at the end of the last week."""

    id: str
    name: str
    how: str
    sources: tuple[str, ...]


class Program(Noun):
    """Several weeks of one person, each judged at its own dates.

    A `stopped` program ends with a week that is referred or impossible, or that no step leads to.
    `gap_percent` is what the shortfall of all weeks may be above the best, given the weeks before.
    """

    schema_version: Literal[1]
    status: ProgramStatus
    gap_percent: float
    name: str | None
    stamps: Stamps
    options: ProgramOptions
    valid_until: datetime.date
    condition: str
    phases: tuple[ProgramPhase, ...]
    weeks: tuple[ProgramWeek, ...]
    tests: tuple[ProgramTest, ...]
    warnings: tuple[str, ...]
