"""Why an exercise may or may not be done: every rule that bears on it for one person in one week.

Nothing is decided here. The judgement is the one of `build`; this gathers what it rests on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from knowledge import Caps, Dose, Exercise, Intake, Knowledge, Level, Order, Verdict
from knowledge.schema.condition import Condition
from knowledge.schema.dosing import Adjustment
from knowledge.schema.intake import Clearance
from knowledge.schema.order import Forbid, Require
from knowledge.schema.vocabulary import Source
from recommender.build import Built, build, days_of, uncounted
from recommender.candidates import without_place
from recommender.cells import OPPOSITE, Cell, for_sides
from recommender.conditions import NO_CLINICIANS, ActiveCondition, day_zero
from recommender.doses import adjustments_for, demands_of
from recommender.eligibility import Cause, Grounds, Judgement, grounds, level_of
from recommender.order_words import order_words
from recommender.orders import concerns, orders_of_week
from recommender.screening import Screened, screen

EasedBy = Literal["one_sided", "softening", "clearance"]


@dataclass(frozen=True, slots=True)
class HeldPhase:
    """A condition that holds in the week, and why it does.

    `first_day` and `last_day` are the ends of its phase, None where it has none. `holds_by` is the
    person's answer, the age or a score. `expired` is a doctor's word that does not count this week.
    `plan_is_open`: it allows a plan, by itself or by somebody's word.
    """

    condition: Condition
    holds_by: Literal["answer", "age", "score"]
    first_day: date | None
    last_day: date | None
    changes_on: date | None
    affected_side: str | None
    clearance: Clearance | None
    expired: Clearance | None
    plan_is_open: bool


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A cell that acts on the exercise. `eased` are the verdicts that it came down to, and why.

    `outgrown`: it acted on a higher dose, and the dose that is left no longer has its demand.
    """

    condition: str
    demand: str
    demand_name: str
    written: Verdict
    eased: tuple[tuple[Verdict, EasedBy], ...]
    verdict: Verdict
    reason: str
    caps: Caps
    cautions: tuple[str, ...]
    preferred: bool
    sources: tuple[Source, ...]
    verified: bool
    outgrown: bool


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What keeps the exercise out of the week beside the rules of conditions."""

    cause: Cause
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Wish:
    """An order or wish about the exercise, what it says, and whether it is in force."""

    order: Order
    words: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class Why:
    """All that bears on one exercise. `screened` has no flags where a plan may be made."""

    exercise: Exercise
    name: str | None
    week_start: date
    screened: Screened
    phases: tuple[HeldPhase, ...]
    rules: tuple[FiredRule, ...]
    level: Level
    usual: Dose
    dose: Dose
    adjustments: tuple[Adjustment, ...]
    cues: tuple[str, ...]
    support: bool
    hindrances: tuple[Hindrance, ...]
    wishes: tuple[Wish, ...]
    notes: tuple[str, ...]
    judgement: Judgement


def explain(
    knowledge: Knowledge,
    intake: Intake,
    exercise: Exercise,
    week_start: date,
    clinicians: frozenset[str] = NO_CLINICIANS,
) -> Why:
    """Return why the exercise is judged as it is, for this person in this week."""
    built = build(knowledge, intake, week_start, clinicians=clinicians)
    judgement = next(one for one in built.judgements if one.exercise.id == exercise.id)
    held, _ = orders_of_week(intake, week_start)
    ground = grounds(knowledge, intake, built.active, exercise, held)
    days, orders = built.problem.days, built.problem.orders
    free = days_of(intake, week_start, built.active)
    placed = without_place(knowledge, judgement, days, orders, free)
    missing = (placed, without_place(knowledge, judgement, free, (), free))
    active = {one.condition.id: one for one in for_sides(built.active, exercise.dose.sides)}
    adjustments = adjustments_for(knowledge, intake)
    return Why(
        exercise=exercise,
        name=intake.name,
        week_start=week_start,
        screened=screen(knowledge, intake, week_start, clinicians),
        phases=tuple(_phase(knowledge, intake, one) for one in built.active),
        rules=(
            *(_fired(knowledge, active, cell, outgrown=True) for cell in ground.settled.outgrown),
            *(_fired(knowledge, active, cell, outgrown=False) for cell in judgement.cells),
        ),
        level=level_of(knowledge, intake),
        usual=ground.usual,
        dose=judgement.dose,
        adjustments=tuple(one for one in adjustments if exercise.kind in one.kinds),
        cues=judgement.cues,
        support=judgement.support,
        hindrances=tuple(_hindrances(ground, missing)),
        wishes=tuple(_wishes(knowledge, intake, built, exercise, ground)),
        notes=tuple(_notes(knowledge, intake, built, ground, exercise, clinicians)),
        judgement=placed if judgement.cause is None and placed is not None else judgement,
    )


def _phase(knowledge: Knowledge, intake: Intake, one: ActiveCondition) -> HeldPhase:
    condition = one.condition
    held = next((h for h in intake.screening.conditions if h.id == condition.answer), None)
    first = last = None
    if condition.window is not None and held is not None and held.date is not None:
        zero = day_zero(knowledge, condition.window, held.date)
        first = zero + timedelta(days=condition.window.from_day)
        if condition.window.until_day is not None:
            last = zero + timedelta(days=condition.window.until_day - 1)
    words = [word for word in intake.clearances if word.condition == condition.answer]
    return HeldPhase(
        condition=condition,
        holds_by="age" if condition.from_age else "score" if condition.from_score else "answer",
        first_day=first,
        last_day=last,
        changes_on=one.changes_on,
        affected_side=one.affected_side,
        clearance=one.clearance,
        expired=words[-1] if words and one.clearance is None else None,
        plan_is_open=one.plan_is_open,
    )


def _fired(
    knowledge: Knowledge, active: dict[str, ActiveCondition], cell: Cell, *, outgrown: bool
) -> FiredRule:
    rule = cell.rule
    return FiredRule(
        condition=cell.condition,
        demand=cell.demand,
        demand_name=knowledge.demands[cell.demand].name,
        written=rule.verdict,
        eased=tuple(_eased(active[cell.condition], cell)),
        verdict=cell.verdict,
        reason=rule.reason,
        caps=rule.caps,
        cautions=cell.cautions,
        preferred=rule.prefer,
        sources=tuple(knowledge.sources[name] for name in rule.sources),
        verified=rule.verified,
        outgrown=outgrown,
    )


def _eased(one: ActiveCondition, cell: Cell) -> Iterator[tuple[Verdict, EasedBy]]:
    """Yield the milder verdicts of a cell, one after the other (see `cells`)."""
    verdict = cell.rule.verdict
    if cell.rule.one_sided is not None and one.affected_side in OPPOSITE:
        verdict = cell.rule.one_sided.verdict
        yield verdict, "one_sided"
    if cell.softening is not None:
        verdict = "clearance" if verdict == "exclude" else "modify"
        yield verdict, "softening"
    if verdict != cell.verdict:
        yield cell.verdict, "clearance"


def _hindrances(ground: Grounds, missing: Iterable[Judgement | None]) -> Iterator[Hindrance]:
    for one in ground.obstacles:
        if "/" not in one.rule:  # a rule of a condition stands among the rules
            yield Hindrance(one.cause, one.rule, one.reason)
    by_rule = {one.rule: one for one in missing if one is not None}
    for judgement in by_rule.values():
        if judgement.cause is not None:
            yield Hindrance(judgement.cause, judgement.rule, judgement.reason)


def _wishes(
    knowledge: Knowledge, intake: Intake, built: Built, exercise: Exercise, ground: Grounds
) -> Iterator[Wish]:
    """Yield the orders on the exercise, apart from those that forbid it altogether."""
    demands = demands_of(knowledge, exercise, ground.usual)
    demands |= demands_of(knowledge, exercise, ground.settled.dose)
    wish = Require(kind="require", exercise=exercise.id, author="you", reason="required")
    if exercise.id in intake.required:
        yield Wish(wish, order_words(wish, knowledge), in_force=wish in built.problem.orders)
    for order in intake.orders:
        if not concerns(order, exercise, demands):
            continue
        holds = order in built.problem.orders
        if not holds or not isinstance(order, Forbid) or order.day is not None:
            yield Wish(order, order_words(order, knowledge), in_force=holds)


def _notes(
    knowledge: Knowledge,
    intake: Intake,
    built: Built,
    ground: Grounds,
    exercise: Exercise,
    clinicians: frozenset[str],
) -> Iterator[str]:
    """Yield the decisions of clinicians on this exercise that do not count."""
    demands = demands_of(knowledge, exercise, ground.usual)
    demands |= demands_of(knowledge, exercise, ground.settled.dose)
    held = {one.condition.answer or one.condition.id for one in built.active}
    for softening, sentence in uncounted(
        intake, built.active, clinicians, built.problem.week_start
    ):
        if softening.condition in held and softening.demand in demands:
            yield sentence
