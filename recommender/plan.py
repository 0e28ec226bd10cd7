"""The plan: the JSON contract that everything else renders, and its way to and from a schedule."""

import datetime
from typing import Annotated, Literal

from pydantic import Field

from constraints.schedule import Item, Schedule
from knowledge.schema._base import Noun
from knowledge.schema.condition import Verdict
from knowledge.schema.exercise import Block, Load, Region, Side, Sides
from knowledge.schema.intake import SettledFlag, Weekday
from knowledge.schema.order import OrderKind
from knowledge.schema.overlay import Overlay
from knowledge.schema.screening import Urgency
from recommender.eligibility import Cause
from recommender.screening import Outcome

Status = Literal["optimal", "feasible", "impossible", "referred"]
Natural = Annotated[int, Field(ge=0)]


class BegunWeek(Noun):
    """The days of a week that had begun: done, missed, and done but not counted any more.

    `hard_sets` is what the plan before gave each day with a session.
    """

    done: tuple[Weekday, ...]
    missed: tuple[Weekday, ...]
    uncounted: tuple[Weekday, ...]
    hard_sets: dict[Weekday, Natural]


class Options(Noun):
    """What was asked for beside the intake."""

    balance: Literal["article", "evidence"]
    time_limit_s: float | None
    begun: BegunWeek | None = None


class Stamps(Noun):
    """Everything that decides the bytes of a plan. `role` comes from the settings of the clinic.

    `last` is the stamp of the plan that this one keeps as far as it goes. `client` is the id in the
    answers. `seal` is the stamp of the days, so that an edit by hand is seen.
    """

    role: Literal["individual", "clinician"]
    backplan: str
    ortools: str
    knowledge: str
    intake: str
    week_start: datetime.date
    options: Options
    seed: int
    last: str | None = None
    client: str | None = None
    seal: str | None = None


class PlanFlag(Noun):
    """One reason to refer, with where to go."""

    id: str
    statement: str
    urgency: Urgency
    where_to_go: str
    sources: tuple[str, ...]


class PlanScreening(Noun):
    """Outcome of the screening; for a missing clearance, what one would open.

    `advice` lets the plan go on. `settled` are flags whose assessment is on record.
    """

    outcome: Outcome
    flags: tuple[PlanFlag, ...]
    advice: tuple[PlanFlag, ...] = ()
    settled: tuple[SettledFlag, ...] = ()
    clearance_would_open: tuple[str, ...] = ()


class PlanItem(Noun):
    """One exercise of a session. Reps are per side; durations in seconds; effort 0 to 10."""

    exercise: str
    name: str
    block: Block
    sets: Annotated[int, Field(ge=1)]
    reps: Annotated[int, Field(ge=1)]
    hold_s: int | None
    tempo_s: int | None
    rest_between_reps_s: Natural
    sides: Sides
    rest_s: Natural
    load: Load
    load_hint: str | None
    effort: Natural
    seconds: Natural
    equipment: dict[str, int]
    side: Side
    regions: dict[Region, float]
    hard: bool
    cues: tuple[str, ...]
    cautions: tuple[str, ...]
    why: str
    verified: bool


class PlanDay(Noun):
    """A training day. `minutes` includes warm-up, rests, floor transfers and cool-down."""

    day: Weekday
    date: datetime.date
    place: str
    minutes_available: int
    minutes: float
    items: tuple[PlanItem, ...]


class Totals(Noun):
    """Different exercises and credited sets of the week by region."""

    exercises: dict[Region, int]
    sets: dict[Region, float]


class SideFigures(Noun):
    """A figure for each of the two sides."""

    abdominal: float
    lumbar: float


class PlanBalance(Noun):
    """The balance: `abdominal` and `lumbar` are what the mode compares (sets or credited sets)."""

    mode: Literal["article", "evidence"]
    abdominal: float
    lumbar: float
    kept: bool
    reason: str
    exercises: SideFigures
    sets: SideFigures
    credited_sets: SideFigures
    hard_sets: SideFigures


class Excluded(Noun):
    """An exercise of the knowledge base that was no candidate, what decided, and what instead."""

    exercise: str
    name: str
    cause: Cause
    verdict: Verdict
    rule: str
    reason: str
    source: tuple[str, ...]
    verified: bool
    instead: tuple[str, ...]


class NotChosen(Noun):
    """A candidate that the best week does not need."""

    exercise: str
    name: str


class Softened(Noun):
    """A verdict that a clinician made one step milder; `demand` null is the plan as a whole."""

    condition: str
    demand: str | None
    was: Verdict
    now: Verdict
    by: str
    reason: str
    date: datetime.date
    until: datetime.date


class PlanOrder(Noun):
    """An order, whether it holds in this week, and what has to be said of that.

    `since` and `until` are its first and last day; null is open.
    """

    kind: OrderKind
    what: str
    author: str
    reason: str
    since: datetime.date | None
    until: datetime.date | None
    in_force: bool
    note: str


class PlanChange(Noun):
    """An item that is not as it was in the last plan: its dose before and after, and why."""

    day: Weekday
    exercise: str
    name: str
    what: Literal["added", "removed", "changed"]
    before: str | None
    after: str | None
    reason: str


class Clash(Noun):
    """Answers that cannot hold together; without any one of them the week is possible."""

    answers: tuple[str, ...]
    sentence: str
    limits: tuple[str, ...]


class Repair(Noun):
    """A change of the answers that makes the week possible: new value by field."""

    change: dict[str, int | str | None]
    sentence: str
    verified: bool


class PlanTier(Noun):
    """How far a tier of the objective was proven; null values were not reached."""

    name: str
    value: int | None
    bound: int | None
    proven: bool


class Plan(Noun):
    """One week of one person, or why there is none.

    `changes` are those from the last plan, where it was made to keep one.
    """

    schema_version: Literal[1]
    status: Status
    name: str | None
    stamps: Stamps
    valid_until: datetime.date | None
    stopped_by: Literal["time_limit", "interrupt"] | None
    screening: PlanScreening
    days: tuple[PlanDay, ...]
    totals: Totals
    balance: PlanBalance | None
    excluded: tuple[Excluded, ...]
    not_chosen: tuple[NotChosen, ...]
    softened: tuple[Softened, ...]
    orders: tuple[PlanOrder, ...] = ()
    overlays: tuple[Overlay, ...]
    clashes: tuple[Clash, ...]
    repairs: tuple[Repair, ...]
    stop_signs: tuple[str, ...]
    tiers: tuple[PlanTier, ...]
    warnings: tuple[str, ...]
    changes: tuple[PlanChange, ...] = ()


def schedule_of(plan: Plan) -> Schedule:
    """Return the plan as the checkers see it."""
    days: list[tuple[Item, ...]] = [()] * 7
    for day in plan.days:
        index = (day.date - plan.stamps.week_start).days
        days[index] = tuple(
            Item(
                exercise=item.exercise,
                block=item.block,
                side=item.side,
                sets=item.sets,
                reps=item.reps,
                tempo_s=item.tempo_s,
                hold_s=item.hold_s,
                rest_between_reps_s=item.rest_between_reps_s,
                rest_s=item.rest_s,
                sides=item.sides,
                load=item.load,
                effort=item.effort,
                hard=item.hard,
                seconds=item.seconds,
                cautions=item.cautions,
                cues=item.cues,
            )
            for item in day.items
        )
    return Schedule(tuple(days))
