"""What a person may do: every exercise judged by the rules on its demands.

Over all pairs of a demand of the exercise and a condition of the person the worst verdict wins.
The dose is settled first (see `doses`); what a lower dose no longer demands no longer counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from knowledge import Dose, Exercise, Intake, Knowledge, Level, Verdict
from knowledge.schema.condition import VERDICTS
from knowledge.schema.exercise import LEVELS
from recommender.cells import Cell, Cells
from recommender.conditions import ActiveCondition
from recommender.doses import cap_cues, needs_support, settle

Cause = Literal["clinical", "equipment", "level", "banned", "order", "time"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """An exercise, the worst verdict on it, and what that does to its dose.

    `cause` is None for a candidate. `rule` names what decided (condition and demand, a position,
    the level, a technique), `reason` says it in words. `cells` are all rules that fired. `cues`
    come before those of the exercise; `support` means a hand on something steady.
    """

    exercise: Exercise
    verdict: Verdict
    dose: Dose
    cautions: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    support: bool = False
    hours_since_waking: int = 0
    preferred: bool = False
    cells: tuple[Cell, ...] = ()
    cause: Cause | None = None
    rule: str = ""
    reason: str = ""
    sources: tuple[str, ...] = ()
    verified: bool = True


def level_of(knowledge: Knowledge, intake: Intake) -> Level:
    """Return the level that the person's training age means."""
    return knowledge.dosing.levels.by_training_age[intake.training_age]


def judge_all(
    knowledge: Knowledge, intake: Intake, active: Sequence[ActiveCondition]
) -> tuple[Judgement, ...]:
    """Return the judgement of every exercise of the knowledge base, in order of id."""
    cells = Cells.of(knowledge, active)
    return tuple(
        _judge(knowledge, intake, cells, exercise) for exercise in knowledge.exercises.values()
    )


def judge(
    knowledge: Knowledge, intake: Intake, active: Sequence[ActiveCondition], exercise: Exercise
) -> Judgement:
    """Return the judgement of one exercise: clinical rules first, then level, then bans.

    A blocked exercise carries the dose that it would have had.
    """
    return _judge(knowledge, intake, Cells.of(knowledge, active), exercise)


def _judge(knowledge: Knowledge, intake: Intake, cells: Cells, exercise: Exercise) -> Judgement:
    level = level_of(knowledge, intake)
    usual = exercise.dose.at(level) or exercise.dose.at(exercise.difficulty)
    if usual is None:
        raise AssertionError(f"{exercise.id} has no dose")
    judgement = _by_conditions(knowledge, intake, cells, exercise, usual)
    position = next((one for one in intake.screening.cannot if one in exercise.demand_set), None)
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
    verified: bool = True,
) -> Judgement:
    return replace(
        judgement,
        verdict=verdict,
        cause=cause,
        rule=rule,
        reason=reason,
        sources=sources,
        verified=verified,
    )


def _by_conditions(
    knowledge: Knowledge, intake: Intake, cells: Cells, exercise: Exercise, usual: Dose
) -> Judgement:
    settled = settle(knowledge, intake, cells, exercise, usual)
    cautions = dict.fromkeys(exercise.cautions)
    worst: Cell | None = None
    for cell in settled.cells:
        cautions.update(dict.fromkeys(cell.cautions))
        if worst is None or VERDICTS.index(cell.verdict) > VERDICTS.index(worst.verdict):
            worst = cell
    verdict = worst.verdict if worst else "allow"
    if verdict == "allow" and settled.dose != usual:
        verdict = "modify"
    judgement = Judgement(
        exercise,
        verdict,
        settled.dose,
        cautions=tuple(cautions),
        cues=cap_cues(knowledge, exercise, settled.caps),
        support=needs_support(exercise, settled.caps),
        hours_since_waking=max((cap.hours_since_waking or 0 for cap in settled.caps), default=0),
        preferred=any(cell.rule.prefer for cell in settled.cells),
        cells=settled.cells,
    )
    if worst is not None and worst.blocks:
        reason = f"{knowledge.demands[worst.demand].name.capitalize()}: {worst.rule.reason}"
        name = f"{worst.condition}/{worst.demand}"
        return _blocked(
            judgement, "clinical", name, reason, worst.rule.sources, verdict, worst.rule.verified
        )
    if judgement.support and not exercise.hand_free:
        reason = "It needs both hands, and you should hold on to something steady."
        return _blocked(judgement, "clinical", "support", reason)
    return judgement
