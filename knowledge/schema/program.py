"""The numbers of a program of several weeks: phases, steps, growth, lighter weeks, tests."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from knowledge.schema._base import Identifier, Noun, Sentence
from knowledge.schema.dosing import Percent, Sourced
from knowledge.schema.exercise import Region

Lever = Literal["reps", "hold", "sets", "load", "ladder"]
Weeks = Annotated[int, Field(ge=1, le=52)]
Few = Annotated[int, Field(ge=0, le=10)]


class Length(Sourced):
    """The shortest and the longest program, in weeks."""

    between: tuple[Weeks, Weeks]


class Phase(Sourced):
    """A part of a program: its share of the weeks, and what may grow in it.

    `volume_percent` scales the weekly targets, never above the most that the level allows. `levers`
    are what may be raised, the first that can move first; none means that the dose stays.
    """

    id: Identifier
    name: Sentence
    purpose: Sentence
    share_percent: Annotated[int, Field(ge=1, le=100)]
    volume_percent: Annotated[int, Field(ge=1, le=200)]
    levers: tuple[Lever, ...]

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len(set(self.levers)) < len(self.levers):
            raise ValueError("levers: one stands twice")
        return self


class Condition(Sourced):
    """What is said of every step up: on which condition it counts."""

    text: Sentence


class Start(Sourced):
    """How far below the allowed dose an exercise begins.

    A hold begins so many rungs of the ladder of holds down; what is not held, with so many per cent
    of the repetitions. A ladder begins so many rungs below the highest that is allowed.
    """

    reps_percent: Annotated[int, Field(ge=1, le=100)]
    hold_rungs_down: Few
    ladder_rungs_down: Few


class Steps(Sourced):
    """One pull of each lever: repetitions, seconds of hold, sets a week, per cent of a weight."""

    reps: Annotated[int, Field(ge=1, le=5)]
    hold_s_at_most: Annotated[int, Field(ge=1, le=30)]
    sets: Annotated[int, Field(ge=1, le=2)]
    load_percent: tuple[Percent, Percent]


class Growth(Sourced):
    """How much a week may add to the last full one.

    At most `sets_a_region` credited sets in each of the regions, and `sets_percent` of the main
    sets in all, or `sets_at_least` where that is more.
    """

    sets_a_region: Annotated[int, Field(ge=1, le=4)]
    sets_percent: Percent
    sets_at_least: Few
    regions: tuple[Region, ...] = Field(min_length=1)


class Learning(Sourced):
    """The weeks that a main exercise is kept at least, and how many new ones a week may bring."""

    weeks_kept: Weeks
    new_a_week: Few


class Still(Sourced):
    """The conditions under which nothing is raised, as long as they hold."""

    conditions: tuple[Identifier, ...]


class Light(Sourced):
    """Every how many weeks one is lighter, the range to choose from, and its share of the sets."""

    every: Weeks
    every_between: tuple[Weeks, Weeks]
    sets_percent: Annotated[int, Field(ge=1, le=99)]

    @model_validator(mode="after")
    def _inside(self) -> Self:
        low, high = self.every_between
        if not low <= self.every <= high:
            raise ValueError(f"every {self.every} is not between {low} and {high}")
        return self


class EndTest(Sourced):
    """What is measured at the end. `{exercise}`, `{dose}` and `{week}` are filled in by side."""

    id: Identifier
    name: Sentence
    how: Sentence
    about: Literal["each_side", "person"]


class ProgramRules(Noun):
    """All of `program.yaml`."""

    weeks: Length
    phases: tuple[Phase, ...] = Field(min_length=1)
    condition: Condition
    start: Start
    steps: Steps
    growth: Growth
    learning: Learning
    still: Still
    light: Light
    tests: tuple[EndTest, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(phase.share_percent for phase in self.phases)
        if total != 100:
            raise ValueError(f"phases: the shares make {total} %, not 100 %")
        if len(self.phases) > self.weeks.between[0]:
            raise ValueError(f"phases: more than the {self.weeks.between[0]} weeks of a program")
        return self
