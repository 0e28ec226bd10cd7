"""The instance that the solver sees: candidates, days, targets and limits, as plain data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from constraints.schedule import Schedule
from knowledge import Dose, Exercise, Intake, Knowledge, Level, Order, Region, Weekday

BalanceMode = Literal["article", "evidence", "dropped"]
DAYS_A_WEEK = 7
SESSION_KINDS = frozenset({"strength", "stability"})


@dataclass(frozen=True, slots=True)
class Day:
    """One of the seven days. `seconds` is 0 where the person has no time.

    `hours_awake` is the time since getting up when training starts, None if not known.
    """

    index: int
    weekday: Weekday
    date: date
    place: str | None
    seconds: int
    equipment: Mapping[str, int]
    hours_awake: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An exercise that this person may do, at the dose that level and rules gave it.

    `seconds[k]` is the rounded duration of an item with k sets, for k from 0 to the most sets.
    `cues` is all that is printed of how it is done. `support` means a hand on something steady.
    `penalty` is the unsuitability of one set, 0 for the best fitting of its side.
    """

    exercise: Exercise
    dose: Dose
    hard: bool
    long_hold_s: int
    seconds: tuple[int, ...]
    half_credits: Mapping[Region, int]
    cautions: tuple[str, ...]
    cues: tuple[str, ...]
    support: bool
    hours_since_waking: int
    penalty: int

    @property
    def id(self) -> str:
        """Return the id of the exercise."""
        return self.exercise.id

    @property
    def makes_session(self) -> bool:
        """Whether a day with this item is a training day."""
        return makes_session(self.exercise)


@dataclass(frozen=True, slots=True)
class Begun:
    """A week that has begun, by day index.

    `done` are the sets of each exercise on the days that were done, `missed` the days that passed
    without a session. `uncounted` were done as well, but hold what is not allowed any more, so that
    they are no part of the week. `hard_sets` is what the plan so far gave every day with a session.
    """

    done: Mapping[int, Mapping[str, int]]
    missed: frozenset[int]
    uncounted: frozenset[int]
    hard_sets: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Before:
    """What a week of a program owes to the weeks before it.

    `schedule` is the week right before: its last day lies next to the first day of this one.
    `half_sets_at_most` are credited half sets by region, `main_sets_at_most` the main sets in all,
    `sets_at_most` the sets of an exercise in the week. Of the main exercises those in `keep` are
    used again, and at most `new_at_most` are not `known`.
    """

    schedule: Schedule
    half_sets_at_most: Mapping[Region, int]
    main_sets_at_most: int
    sets_at_most: Mapping[str, int]
    keep: frozenset[str]
    known: frozenset[str]
    new_at_most: int


@dataclass(frozen=True)
class Problem:
    """One week of one person. Targets and caps are in half sets a week by region.

    `sessions_at_most` is what conditions leave; the seconds of the days are already shortened.
    `clinicians` are those whose softenings count. `knowledge` and `intake` are there for the
    checkers, which derive from them what they can instead of trusting the numbers that the model
    was given. `begun` is None for a week that is planned as a whole, `before` for one that is no
    part of a program.
    """

    knowledge: Knowledge
    intake: Intake
    week_start: date
    level: Level
    days: tuple[Day, ...]
    candidates: tuple[Candidate, ...]
    targets: Mapping[Region, int]
    weights: Mapping[Region, int]
    balance: BalanceMode
    orders: tuple[Order, ...]
    clinicians: frozenset[str] = frozenset()
    sessions_at_most: int = DAYS_A_WEEK
    begun: Begun | None = None
    before: Before | None = None

    @property
    def week_end(self) -> date:
        """Return the last of the seven dates."""
        return self.week_start + timedelta(days=DAYS_A_WEEK - 1)

    def open_days(self) -> Iterator[Day]:
        """Yield the days on which the person has time."""
        return (day for day in self.days if day.seconds > 0)


def makes_session(exercise: Exercise) -> bool:
    """Return whether an exercise makes a day a training day: work for the abdomen or the back."""
    return exercise.kind in SESSION_KINDS and exercise.side != "none"


def cyclic_pairs(distance: int) -> Iterator[tuple[int, int]]:
    """Yield the pairs of day indices that lie `distance` days apart, Sunday next to Monday."""
    for first in range(DAYS_A_WEEK):
        yield first, (first + distance) % DAYS_A_WEEK
