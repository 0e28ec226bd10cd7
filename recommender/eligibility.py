"""What a person may do: every exercise judged by the rules on its demands.

Over all pairs of a demand of the exercise and a condition of the person the worst verdict wins.
The dose is settled first (see `doses`); what a lower dose no longer demands no longer counts.
Orders come after the rules, and only ever lower what those leave.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from knowledge import Caps, Dose, Exercise, Intake, Knowledge, Level, Order, Verdict
from knowledge.schema.condition import VERDICTS
from knowledge.schema.exercise import LEVELS, Kind, milder
from knowledge.schema.order import Cap, FixDose, Lock
from recommender.cells import Cell, Cells, for_sides
from recommender.conditions import ActiveCondition
from recommender.doses import (
    Settled,
    adjustments_of,
    cap_cues,
    demands_of,
    hours_since_waking,
    needs_support,
    settle,
)
from recommender.order_words import because, rule_of
from recommender.orders import Dropped, caps_of, concerns, fixed_dose

Cause = Literal["clinical", "equipment", "level", "banned", "order", "time"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """An exercise, the worst verdict on it, and what that does to its dose.

    `cause` is None for a candidate. `rule` names what decided (condition and demand, a position,
    the level, a technique), `reason` says it in words. `cells` are all rules that fired. `cues`
    come before those of the exercise. `preferred_by` are the conditions that it suits best, and
    `support` means a hand on something steady. `refused` are orders on the dose that ask for more
    than is allowed.
    """

    exercise: Exercise
    verdict: Verdict
    dose: Dose
    cautions: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    support: bool = False
    hours_since_waking: int = 0
    preferred_by: frozenset[str] = frozenset()
    cells: tuple[Cell, ...] = ()
    cause: Cause | None = None
    rule: str = ""
    reason: str = ""
    sources: tuple[str, ...] = ()
    verified: bool = True
    refused: tuple[Dropped, ...] = ()


def level_of(knowledge: Knowledge, intake: Intake) -> Level:
    """Return the level that the person's training age means."""
    return knowledge.dosing.levels.by_training_age[intake.training_age]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps an exercise out."""

    cause: Cause
    rule: str
    reason: str
    sources: tuple[str, ...] = ("author_judgement",)
    verdict: Verdict = "exclude"
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a judgement rests on: the dose of the level, what is left of it, and all obstacles.

    `by_rules` is what the rules alone leave of the dose, `settled` what orders leave of that. A
    judgement names the worst of the clinical obstacles, or the first of the others.
    """

    usual: Dose
    by_rules: Settled
    settled: Settled
    refused: tuple[Dropped, ...]
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    """What the judgements of all exercises have in common."""

    knowledge: Knowledge
    intake: Intake
    level: Level
    cells: Cells
    cells_side_by_side: Cells
    preferred: Mapping[str, frozenset[str]]
    adjustments: Mapping[Kind, tuple[Caps, ...]]
    cannot: frozenset[str]
    orders: tuple[Order, ...]


def judge_all(
    knowledge: Knowledge,
    intake: Intake,
    active: Sequence[ActiveCondition],
    orders: Sequence[Order] = (),
) -> tuple[Judgement, ...]:
    """Return the judgement of every exercise of the knowledge base, in order of id.

    `orders` are those that hold in the week.
    """
    person = _person(knowledge, intake, active, orders)
    return tuple(_judge(person, exercise) for exercise in knowledge.exercises.values())


def judge(
    knowledge: Knowledge, intake: Intake, active: Sequence[ActiveCondition], exercise: Exercise
) -> Judgement:
    """Return the judgement of one exercise: clinical rules first, then level, then bans.

    A blocked exercise carries the dose that it would have had.
    """
    return _judge(_person(knowledge, intake, active, ()), exercise)


def grounds(
    knowledge: Knowledge,
    intake: Intake,
    active: Sequence[ActiveCondition],
    exercise: Exercise,
    orders: Sequence[Order] = (),
) -> Grounds:
    """Return what the judgement of one exercise rests on; `orders` hold in the week."""
    return _grounds(_person(knowledge, intake, active, orders), exercise)


def _grounds(person: _Person, exercise: Exercise) -> Grounds:
    usual, by_rules = _settle(person, exercise)
    settled, refused = _ordered(person, exercise, usual, by_rules)
    ground = Grounds(usual, by_rules, settled, refused, ())
    return replace(ground, obstacles=tuple(_obstacles(person, exercise, ground)))


def _person(
    knowledge: Knowledge,
    intake: Intake,
    active: Sequence[ActiveCondition],
    orders: Sequence[Order],
) -> _Person:
    return _Person(
        knowledge,
        intake,
        level_of(knowledge, intake),
        Cells.of(knowledge, active),
        Cells.of(knowledge, for_sides(active, "each")),
        _preferred(active),
        adjustments_of(knowledge, intake),
        frozenset(intake.screening.cannot),
        tuple(orders),
    )


def _preferred(active: Sequence[ActiveCondition]) -> dict[str, frozenset[str]]:
    """Return which conditions prefer each pattern."""
    found: dict[str, frozenset[str]] = {}
    for one in active:
        for pattern in one.condition.prefers:
            found[pattern] = found.get(pattern, frozenset()) | {one.condition.id}
    return found


def _judge(person: _Person, exercise: Exercise) -> Judgement:
    knowledge = person.knowledge
    ground = _grounds(person, exercise)
    settled, fired = ground.settled, ground.settled.fired
    verdict = fired.worst.verdict if fired.worst else "allow"
    if verdict == "allow" and settled.dose is not ground.usual:
        verdict = "modify"
    obstacle = _first_obstacle(ground.obstacles)
    return Judgement(
        exercise,
        obstacle.verdict if obstacle else verdict,
        settled.dose,
        cautions=tuple(dict.fromkeys((*exercise.cautions, *fired.cautions))),
        cues=cap_cues(knowledge, exercise, settled.caps),
        support=needs_support(exercise, settled.caps),
        hours_since_waking=hours_since_waking(settled.caps),
        preferred_by=fired.preferred_by | person.preferred.get(exercise.pattern, frozenset()),
        cells=fired.cells,
        cause=obstacle.cause if obstacle else None,
        rule=obstacle.rule if obstacle else "",
        reason=obstacle.reason if obstacle else "",
        sources=obstacle.sources if obstacle else (),
        verified=obstacle.verified if obstacle else True,
        refused=ground.refused,
    )


def _settle(person: _Person, exercise: Exercise) -> tuple[Dose, Settled]:
    """Return the dose of the level, and what is left of it."""
    usual = exercise.dose.at(person.level) or exercise.dose.at(exercise.difficulty)
    if usual is None:
        raise AssertionError(f"{exercise.id} has no dose")
    adjustments = person.adjustments.get(exercise.kind, ())
    cells = _cells(person, exercise)
    settled = settle(person.knowledge, cells, exercise, usual, adjustments)
    if settled.dose.effort < usual.effort:
        # Less effort means the dose of an easier level, not the same work called easier.
        for easier in exercise.dose.down_from(person.level)[1:]:
            start = milder(settled.dose, easier)
            before = (*settled.outgrown, *settled.fired.cells)
            settled = settle(person.knowledge, cells, exercise, start, settled.caps, before)
            if easier.effort <= settled.dose.effort:
                break
    return usual, settled


def _cells(person: _Person, exercise: Exercise) -> Cells:
    return person.cells if exercise.dose.sides == "both" else person.cells_side_by_side


def _ordered(
    person: _Person, exercise: Exercise, usual: Dose, by_rules: Settled
) -> tuple[Settled, tuple[Dropped, ...]]:
    """Return what orders leave of the dose, and those that ask for more than is allowed.

    Orders never raise a dose, and the rules on a lowered one are looked at again.
    """
    knowledge, settled = person.knowledge, by_rules
    while True:
        demands = demands_of(knowledge, exercise, usual)
        demands |= demands_of(knowledge, exercise, settled.dose)
        caps = [
            cap for order in person.orders for cap in caps_of(knowledge, order, exercise, demands)
        ]
        lower = _again(person, exercise, settled, settled.dose, caps) if caps else settled
        if lower.dose == settled.dose:
            break
        settled = lower
    refused = []
    for order in person.orders:
        if isinstance(order, Lock | FixDose) and order.exercise == exercise.id:
            fixed = _fixed(person, exercise, settled, order)
            if isinstance(fixed, Settled):
                settled = fixed
            elif not _above_level(knowledge, usual, order):
                refused.append(Dropped(order, fixed))
    return settled, tuple(refused)


def _above_level(knowledge: Knowledge, usual: Dose, order: Lock | FixDose) -> bool:
    """Return whether a lock asks for more than its level has for anybody.

    No rule stands in the way of that: the lock holds, and as it cannot be kept there is no week.
    """
    return isinstance(order, Lock) and isinstance(fixed_dose(knowledge, usual, order), str)


def _fixed(
    person: _Person, exercise: Exercise, settled: Settled, order: Lock | FixDose
) -> Settled | str:
    """Return the dose that an order fixes with the rules on it, or why that is not allowed."""
    dose = fixed_dose(person.knowledge, settled.dose, order)
    if isinstance(dose, str):
        return dose
    again = _again(person, exercise, settled, dose, ())
    worst = again.fired.worst
    if again.dose != dose or (worst is not None and worst.blocks):
        return "The rules do not allow this dose."
    return again


def _again(
    person: _Person, exercise: Exercise, settled: Settled, dose: Dose, caps: Sequence[Caps]
) -> Settled:
    """Return a lower dose than the settled one, settled again with more caps."""
    before = (*settled.outgrown, *settled.fired.cells)
    limits = (*settled.caps, *caps)
    return settle(person.knowledge, _cells(person, exercise), exercise, dose, limits, before)


def _first_obstacle(obstacles: Sequence[Obstacle]) -> Obstacle | None:
    """Return the worst of the clinical obstacles, or the first of the others."""
    clinical = [one for one in obstacles if one.cause == "clinical"]
    if clinical:
        return max(clinical, key=lambda one: VERDICTS.index(one.verdict))
    return obstacles[0] if obstacles else None


def _obstacles(person: _Person, exercise: Exercise, ground: Grounds) -> Iterator[Obstacle]:
    """Yield what keeps an exercise out: clinical rules first, then level, bans and orders."""
    knowledge, usual, settled = person.knowledge, ground.usual, ground.settled
    worst = settled.fired.worst
    lacking = person.cannot & exercise.fixed_demands
    if lacking:
        for position in (one for one in person.intake.screening.cannot if one in lacking):
            reason = f"You cannot {knowledge.positions[position]}."
            yield Obstacle("clinical", f"cannot_{position}", reason, ("person",))
    if worst is not None and worst.blocks:
        rule = worst.rule
        reason = f"{knowledge.demands[worst.demand].name.capitalize()}: {rule.reason}"
        name = f"{worst.condition}/{worst.demand}"
        yield Obstacle("clinical", name, reason, rule.sources, worst.verdict, rule.verified)
    if not exercise.hand_free and needs_support(exercise, settled.caps):
        reason = "It needs both hands, and you should hold on to something steady."
        yield Obstacle("clinical", "support", reason)
    if ground.by_rules.dose.load == "none" and usual.load != "none":
        yield Obstacle("clinical", "load_none", "It cannot be done without a weight or band.")
    easiest = (exercise.dose.down_from(person.level) or (usual,))[-1]
    lowered = easiest.effort - settled.dose.effort
    if lowered > knowledge.dosing.effort.lowered_at_most[easiest.load]:
        reason = (
            f"The rules allow you an effort of {settled.dose.effort} of 10, and even done gently "
            "it takes more."
        )
        yield Obstacle("clinical", "effort", reason, knowledge.dosing.effort.sources)
    if LEVELS.index(exercise.difficulty) > LEVELS.index(person.level):
        reason = f"It is for the {exercise.difficulty} level; yours is {person.level}."
        yield Obstacle("level", f"level_{exercise.difficulty}", reason)
    if exercise.technique is not None and not _taught(person, exercise.technique):
        name = knowledge.techniques[exercise.technique].name
        reason = f"It needs the {name}, and at least six months of training."
        yield Obstacle("level", f"technique_{exercise.technique}", reason)
    if exercise.id in person.intake.banned:
        yield Obstacle("banned", "banned", "You banned it.", ("person",))
    if settled.dose.load == "none" and ground.by_rules.dose.load != "none":
        demands = demands_of(knowledge, exercise, usual)
        for order in person.orders:
            unloaded = isinstance(order, Cap) and order.load == "none"
            if unloaded and concerns(order, exercise, demands):
                reason = "It cannot be done without a weight or band, and "
                yield Obstacle("order", rule_of(order), reason + because(order), ("person",))


def _taught(person: _Person, technique: str) -> bool:
    old_enough = person.intake.training_age in person.knowledge.dosing.levels.technique_from
    return old_enough and technique in person.intake.technique_cleared
