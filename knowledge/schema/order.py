"""Orders: standing instructions with a name on them, one model a kind.

`exercise`, `family`, `demand` and `equipment` say what an order is about. A family is every rung of
a ladder; a demand is every exercise that has it, by itself or by its dose; a piece of equipment is
every exercise that names it.
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from knowledge.schema._base import Identifier, Noun
from knowledge.schema.days import Date, Weekday
from knowledge.schema.exercise import Load

OrderKind = Literal[
    "lock",
    "require",
    "forbid",
    "cap",
    "fix_dose",
    "fix_day",
    "train",
    "rest",
    "session_size",
    "balance_band",
]
Label = Annotated[str, Field(min_length=1, max_length=200)]
Sets = Annotated[int, Field(ge=1, le=10)]
Reps = Annotated[int, Field(ge=1, le=100)]
HoldSeconds = Annotated[int, Field(ge=1, le=300)]
MainExercises = Annotated[int, Field(ge=1, le=8)]
Percent = Annotated[int, Field(ge=0, le=1000)]


class GivenOrder(Noun):
    """What every order has: who gave it, why, and its first and last day; None is open."""

    model_config = ConfigDict(serialize_by_alias=True)

    author: Label
    reason: Label
    since: Date | None = Field(default=None, alias="from")
    until: Date | None = None


class Lock(GivenOrder):
    """Keep an item as it is: on `day` with exactly these sets and, if given, reps and hold.

    The sets are those of that day; reps and hold are those of the exercise on all its days.
    """

    kind: Literal["lock"]
    exercise: Identifier
    day: Weekday
    sets: Sets
    reps: Reps | None = None
    hold_s: HoldSeconds | None = None


class Require(GivenOrder):
    """At least once in the week, or on `day`: an exercise, or any one of a family."""

    kind: Literal["require"]
    exercise: Identifier | None = None
    family: Identifier | None = None
    day: Weekday | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _name_one(self.kind, {"exercise": self.exercise, "family": self.family})
        return self


class Forbid(GivenOrder):
    """Never, or not on `day`. A forbidden piece of equipment is as if it were not there."""

    kind: Literal["forbid"]
    exercise: Identifier | None = None
    demand: Identifier | None = None
    family: Identifier | None = None
    equipment: Identifier | None = None
    day: Weekday | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _name_one(self.kind, _about(self))
        return self


class Cap(GivenOrder):
    """At most so much of what it is about, or of everything.

    `sets`, `hold_s` and `load` are limits of each exercise in a session; `sets_a_week` is all of it
    together. `minutes` is the length of a session, on `day` or on every day.
    """

    kind: Literal["cap"]
    exercise: Identifier | None = None
    demand: Identifier | None = None
    family: Identifier | None = None
    equipment: Identifier | None = None
    sets: Sets | None = None
    sets_a_week: Annotated[int, Field(ge=1, le=200)] | None = None
    hold_s: HoldSeconds | None = None
    load: Load | None = None
    minutes: Annotated[int, Field(ge=5, le=180)] | None = None
    day: Weekday | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        named = [name for name, value in _about(self).items() if value is not None]
        if len(named) > 1:
            raise ValueError(f"a cap order is about one thing, not {' and '.join(named)}")
        limits = (self.sets, self.sets_a_week, self.hold_s, self.load, self.minutes)
        if limits == (None,) * len(limits):
            raise ValueError(
                "a cap order needs a limit: sets, sets_a_week, hold_s, load or minutes"
            )
        if self.minutes is not None and named:
            raise ValueError(f"minutes are those of the whole session; leave {named[0]} out")
        if self.day is not None and limits[:-1] != (None,) * len(limits[:-1]):
            raise ValueError("a day goes with minutes alone; leave it or the other limits out")
        return self


class FixDose(GivenOrder):
    """Exactly these sets, reps and seconds of hold whenever it is used; never more than allowed."""

    day: ClassVar[None] = None
    kind: Literal["fix_dose"]
    exercise: Identifier
    sets: Sets | None = None
    reps: Reps | None = None
    hold_s: HoldSeconds | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.sets, self.reps, self.hold_s) == (None, None, None):
            raise ValueError("a fix_dose order needs sets, reps or hold_s")
        return self


class FixDay(GivenOrder):
    """On no day but `day`."""

    kind: Literal["fix_day"]
    exercise: Identifier
    day: Weekday


class Train(GivenOrder):
    """A session on `day`."""

    kind: Literal["train"]
    day: Weekday


class Rest(GivenOrder):
    """Nothing on `day`."""

    kind: Literal["rest"]
    day: Weekday


class SessionSize(GivenOrder):
    """The number of main exercises of every session, in place of what the person answered."""

    day: ClassVar[None] = None
    kind: Literal["session_size"]
    at_least: MainExercises | None = None
    at_most: MainExercises | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("a session_size order needs at_least or at_most")
        if self.at_least and self.at_most and self.at_least > self.at_most:
            raise ValueError(f"at_least {self.at_least} exceeds at_most {self.at_most}")
        return self


class BalanceBand(GivenOrder):
    """Credited abdominal sets in per cent of the lumbar ones; the week is in evidence mode."""

    day: ClassVar[None] = None
    kind: Literal["balance_band"]
    low_percent: Percent
    high_percent: Percent

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.low_percent > self.high_percent:
            raise ValueError(
                f"low_percent {self.low_percent} exceeds high_percent {self.high_percent}"
            )
        return self


Order = Annotated[
    Lock | Require | Forbid | Cap | FixDose | FixDay | Train | Rest | SessionSize | BalanceBand,
    Field(discriminator="kind"),
]

ORDERS: dict[str, type[GivenOrder]] = {
    "lock": Lock,
    "require": Require,
    "forbid": Forbid,
    "cap": Cap,
    "fix_dose": FixDose,
    "fix_day": FixDay,
    "train": Train,
    "rest": Rest,
    "session_size": SessionSize,
    "balance_band": BalanceBand,
}
"""The model of each kind."""


class OrderFile(Noun):
    """A file of orders, to be laid on the answers of a person."""

    orders: tuple[Order, ...]


def _about(order: Forbid | Cap) -> dict[str, str | None]:
    return {
        "exercise": order.exercise,
        "demand": order.demand,
        "family": order.family,
        "equipment": order.equipment,
    }


def _name_one(kind: str, about: dict[str, str | None]) -> None:
    """Raise ValueError unless exactly one of these is given."""
    named = [name for name, value in about.items() if value is not None]
    if len(named) != 1:
        found = " and ".join(named) or "none of them"
        raise ValueError(f"a {kind} order names one of {', '.join(about)}; found {found}")
