"""The explanation: the JSON contract of `backplan explain`, in the words of the plan."""

import datetime
from typing import Annotated, Literal

from pydantic import Field

from knowledge.schema._base import Noun
from knowledge.schema.exercise import Block, Region, Side
from knowledge.schema.intake import OrderKind, Weekday
from recommender.plan import (
    Clash,
    Excluded,
    PlanBalance,
    PlanFlag,
    PlanItem,
    Repair,
    Stamps,
    Status,
    Totals,
)

Natural = Annotated[int, Field(ge=0)]
Rank = Literal["better", "same", "worse"]


class Loss(Noun):
    """How one week compares with the plan in the first tier in which they differ.

    `by` is the value of that tier in this week less its value in the plan, so that more is worse.
    `tier` is None, and `by` 0, where the two are equal in all tiers; a difference in the last tier
    alone (the fixed order) is ranked `same`. `proven`: no such week loses less.
    """

    rank: Rank
    tier: str | None
    by: int
    words: str
    proven: bool


class Fill(Noun):
    """Credited sets that an item gives a region, all of the week, and the target (0: none)."""

    region: Region
    sets: float
    total: float
    target: float


class Share(Noun):
    """The sets of an item among all sets of its side of the balance in the week."""

    side: Side
    sets: Natural
    total: Natural


class Prepared(Noun):
    """A pattern that must be prepared for, and the exercises of that day that have it."""

    pattern: str
    name: str
    exercises: tuple[str, ...]


class Asked(Noun):
    """An order or wish that an item follows."""

    kind: OrderKind
    author: str
    reason: str


class Alternative(Noun):
    """An exercise that was tried in the place of an item; `loss` None: no week is possible so."""

    exercise: str
    name: str
    loss: Loss | None


class ItemExplained(Noun):
    """What an item is for, and what could stand in its place.

    `duty` says what block it opens or closes. `held`: an order keeps it on this day, so that
    nothing else can stand here. `untried` is the number of candidates that were not tried.
    """

    day: Weekday
    date: datetime.date
    exercise: str
    name: str
    block: Block
    sets: Annotated[int, Field(ge=1)]
    fills: tuple[Fill, ...]
    share: Share | None
    prepares: tuple[Prepared, ...]
    duty: str | None
    asked: tuple[Asked, ...]
    held: bool
    alternatives: tuple[Alternative, ...]
    untried: Natural


class Tries(Noun):
    """How many alternatives were tried, of how many that would have been, and the limit."""

    made: Natural
    wanted: Natural
    at_most: Natural


class ItemsExplained(Noun):
    """Every item of the plan, in its order."""

    items: tuple[ItemExplained, ...]
    tries: Tries


class DayFrame(Noun):
    """Where a session is, its minutes, and the minutes that there are."""

    place: str
    minutes: float
    minutes_available: int


class ItemChange(Noun):
    """An item that stands on the same day in both weeks and is not the same."""

    exercise: str
    name: str
    before: PlanItem
    after: PlanItem


class DayChange(Noun):
    """What becomes of a day; None before or after: there is no session."""

    day: Weekday
    date: datetime.date
    before: DayFrame | None
    after: DayFrame | None
    added: tuple[PlanItem, ...]
    removed: tuple[PlanItem, ...]
    changed: tuple[ItemChange, ...]


class TierChange(Noun):
    """A tier in both weeks. `rank` None: the answers changed its scale, so the two say nothing.

    `words` is empty where the values are equal or have no rank.
    """

    tier: str
    before: int
    after: int
    rank: Rank | None
    words: str


class WeekDiff(Noun):
    """Another week against the plan: days that differ, totals, balance and all tiers.

    `holds`: the plan as it is breaks no rule under the other answers either. Then its tiers are
    measured by those too, and all have a rank.
    """

    holds: bool
    days: tuple[DayChange, ...]
    totals_before: Totals
    totals_after: Totals
    balance_before: PlanBalance
    balance_after: PlanBalance
    tiers: tuple[TierChange, ...]


class SourceNamed(Noun):
    """A source by its id and title."""

    id: str
    title: str


class WhyNot(Noun):
    """Why an exercise is not in the plan.

    planned: it is, on `days`. excluded: `excluded` says by what, and `also` what else stands in
    its way. costs: `loss` and `diff` are those of the best week with it. impossible: no week with
    it fits the answers; `clashes` and `repairs` say why, and are empty if no answer is to blame.
    """

    exercise: str
    name: str
    answer: Literal["planned", "excluded", "costs", "impossible"]
    days: tuple[Weekday, ...] = ()
    excluded: Excluded | None = None
    sources: tuple[SourceNamed, ...] = ()
    also: tuple[str, ...] = ()
    loss: Loss | None = None
    diff: WeekDiff | None = None
    clashes: tuple[Clash, ...] = ()
    repairs: tuple[Repair, ...] = ()


class WhatIf(Noun):
    """The week that changed answers give.

    `loss` compares it with the plan in the first tier that differs, None where one up to there has
    another scale. `opened` and `closed` are the exercises that became possible or
    stopped to be. Without a week, `flags`, `clashes` and `repairs` are those of the answer.
    """

    changes: tuple[str, ...]
    sentences: tuple[str, ...]
    status: Status
    loss: Loss | None = None
    diff: WeekDiff | None = None
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    flags: tuple[PlanFlag, ...] = ()
    clashes: tuple[Clash, ...] = ()
    repairs: tuple[Repair, ...] = ()


class Explanation(Noun):
    """The answer to one question about one plan; `stamps` are those of the plan."""

    schema_version: Literal[1]
    name: str | None
    stamps: Stamps
    notes: tuple[str, ...]
    items: ItemsExplained | None = None
    why_not: WhyNot | None = None
    what_if: WhatIf | None = None
