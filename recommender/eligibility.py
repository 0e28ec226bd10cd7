"""What a person may do: every exercise judged by the rules on its demands.

Over all pairs of a demand of the exercise and a condition of the person the worst verdict wins.
Caps of `modify` rules lower the dose first; what a lower dose no longer demands no longer counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from knowledge import Caps, Condition, Dose, Exercise, Intake, Knowledge, Level, Rule, Verdict
from knowledge.schema.condition import VERDICTS
from knowledge.schema.exercise import LEVELS, LOADS, Load
from recommender.conditions import ActiveCondition

Cause = Literal["clinical", "equipment", "level", "banned", "order"]
HOLDING_KINDS = frozenset({"strength", "stability", "motor_control"})
"""Kinds whose holds are muscular work; a stretch that is held is not."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """An exercise, the worst verdict on it, and what that does to its dose.

    `cause` is None for a candidate. `rule` names what decided (condition and demand, a position,
    the level, a technique), `reason` says it in words.
    """

    exercise: Exercise
    verdict: Verdict
    dose: Dose
    cautions: tuple[str, ...] = ()
    preferred: bool = False
    cause: Cause | None = None
    rule: str = ""
    reason: str = ""
    sources: tuple[str, ...] = ()


def level_of(knowledge: Knowledge, intake: Intake) -> Level:
    """Return the level that the person's training age means."""
    return knowledge.dosing.levels.by_training_age[intake.training_age]


def demands_of(knowledge: Knowledge, exercise: Exercise, dose: Dose) -> frozenset[str]:
    """Return the written demands of an exercise and those that follow from its dose."""
    derived = []
    if dose.hold_s is not None and exercise.kind in HOLDING_KINDS:
        is_long = dose.hold_s >= knowledge.dosing.holds.long_from_s
        derived.append("isometric_long" if is_long else "isometric_short")
    if LOADS.index(dose.load) >= LOADS.index("moderate"):
        derived.append(f"load_{dose.load}")
    if exercise.spinal_load in ("high", "very_high"):
        derived.append(f"spinal_load_{exercise.spinal_load}")
    if exercise.side != "none":
        derived.append("trains_lumbar" if exercise.side == "lumbar" else "trains_abdomen")
    return frozenset(exercise.demands) | frozenset(derived)


def judge_all(
    knowledge: Knowledge, intake: Intake, active: Sequence[ActiveCondition]
) -> tuple[Judgement, ...]:
    """Return the judgement of every exercise of the knowledge base, in order of id."""
    return tuple(
        judge(knowledge, intake, active, exercise) for exercise in knowledge.exercises.values()
    )


def judge(
    knowledge: Knowledge, intake: Intake, active: Sequence[ActiveCondition], exercise: Exercise
) -> Judgement:
    """Return the judgement of one exercise: clinical rules first, then level, then bans.

    A blocked exercise carries the dose that it would have had.
    """
    level = level_of(knowledge, intake)
    usual = exercise.dose.at(level) or exercise.dose.at(exercise.difficulty)
    if usual is None:
        raise AssertionError(f"{exercise.id} has no dose")
    judgement = _by_conditions(knowledge, active, exercise, usual)
    position = next((one for one in intake.screening.cannot if one in exercise.demands), None)
    if position is not None:
        reason = f"You cannot {knowledge.positions[position]}."
        return _blocked(judgement, "clinical", f"cannot_{position}", reason, ("person",))
    if judgement.cause is not None:
        return judgement
    if LEVELS.index(exercise.difficulty) > LEVELS.index(level):
        reason = f"It is for the {exercise.difficulty} level; yours is {level}."
        return _blocked(judgement, "level", f"level_{exercise.difficulty}", reason)
    if exercise.technique is not None and not _taught(knowledge, intake, exercise.technique):
        name = knowledge.techniques[exercise.technique].name
        reason = f"It needs the {name}, and at least six months of training."
        return _blocked(judgement, "level", f"technique_{exercise.technique}", reason)
    if exercise.id in intake.banned:
        return _blocked(judgement, "banned", "banned", "You banned it.", ("person",))
    return judgement


def _taught(knowledge: Knowledge, intake: Intake, technique: str) -> bool:
    old_enough = intake.training_age in knowledge.dosing.levels.technique_from
    return old_enough and technique in intake.technique_cleared


def _blocked(
    judgement: Judgement,
    cause: Cause,
    rule: str,
    reason: str,
    sources: tuple[str, ...] = ("author_judgement",),
    verdict: Verdict = "exclude",
) -> Judgement:
    return replace(
        judgement, verdict=verdict, cause=cause, rule=rule, reason=reason, sources=sources
    )


def _by_conditions(
    knowledge: Knowledge, active: Sequence[ActiveCondition], exercise: Exercise, usual: Dose
) -> Judgement:
    conditions = [one.condition for one in active]
    before = demands_of(knowledge, exercise, usual)
    dose = _capped(usual, [rule.caps for _, _, rule in _rules(conditions, before)])
    after = demands_of(knowledge, exercise, dose)
    dose = _capped(dose, [rule.caps for _, _, rule in _rules(conditions, after)])
    worst: tuple[Verdict, Condition, str, Rule] | None = None
    cautions: dict[str, None] = dict.fromkeys(exercise.cautions)
    preferred = False
    cleared = {one.condition.id for one in active if one.clearance is not None}
    for condition, demand, rule in _rules(conditions, after):
        verdict = rule.verdict
        preferred |= rule.prefer
        if verdict == "clearance" and condition.id in cleared:
            verdict = "modify" if knowledge.demands[demand].self_clearance else "clearance"
        if worst is None or VERDICTS.index(verdict) > VERDICTS.index(worst[0]):
            worst = (verdict, condition, demand, rule)
        if rule.caution is not None:
            cautions[rule.caution] = None
    verdict = worst[0] if worst else "allow"
    judgement = Judgement(exercise, verdict, dose, tuple(cautions), preferred)
    if worst is None or verdict in ("allow", "modify"):
        return judgement
    _, condition, demand, rule = worst
    reason = f"{knowledge.demands[demand].name.capitalize()}: {rule.reason}"
    name = f"{condition.id}/{demand}"
    return _blocked(judgement, "clinical", name, reason, rule.sources, verdict)


def _rules(
    conditions: Sequence[Condition], demands: frozenset[str]
) -> Iterator[tuple[Condition, str, Rule]]:
    for condition in conditions:
        for demand in sorted(demands):
            yield condition, demand, condition.rule_for(demand)


def _capped(dose: Dose, caps: Sequence[Caps]) -> Dose:
    """Return the dose lowered to every cap; never a higher one."""
    changes: dict[str, int | str | tuple[int, int] | None] = {}
    holds = [cap.max_hold_s for cap in caps if cap.max_hold_s is not None]
    efforts = [cap.max_effort for cap in caps if cap.max_effort is not None]
    sets = [cap.max_sets for cap in caps if cap.max_sets is not None]
    loads: list[Load] = [cap.max_load for cap in caps if cap.max_load is not None]
    if holds and dose.hold_s is not None:
        changes["hold_s"] = min(dose.hold_s, *holds)
    if efforts:
        changes["effort"] = min(dose.effort, *efforts)
    if sets:
        most = min(dose.sets[1], *sets)
        changes["sets"] = (min(dose.sets[0], most), most)
    if loads and LOADS.index(dose.load) > min(map(LOADS.index, loads)):
        load = min(loads, key=LOADS.index)
        changes["load"] = load
        changes["load_hint"] = f"A {load} weight at most." if load != "none" else "No weight."
    return dose.model_copy(update=changes)
