"""The candidates of a problem: what is left of the allowed exercises, at which dose and penalty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from constraints.day_fit import suits
from constraints.equipment import fits, fits_support
from constraints.problem import Candidate, Day
from knowledge import Dose, Exercise, Intake, Knowledge, Order, Region
from knowledge.schema.exercise import LEVELS
from knowledge.schema.order import Forbid, Rest
from recommender.doses import HOLDING_KINDS, demands_of
from recommender.eligibility import Judgement, level_of
from recommender.order_words import rule_of
from recommender.orders import concerns

LIGHTER_FIRST = frozenset({"moderate", "heavy"})
"""Loads with one more, lighter set before the counted ones."""


def without_place(
    knowledge: Knowledge,
    judgement: Judgement,
    days: Sequence[Day],
    orders: Sequence[Order],
    free: Sequence[Day],
) -> Judgement | None:
    """Return why an allowed exercise has no day, or None if it has one.

    `free` are the days as they would be without the orders.
    """
    exercise = judgement.exercise
    demands = demands_of(knowledge, exercise, judgement.dose)
    for order in orders:
        whole_week = isinstance(order, Forbid) and order.day is None and order.equipment is None
        if whole_week and concerns(order, exercise, demands):
            return _by_order(judgement, order, f"{order.author} forbade it: {order.reason}")
    if any(day.seconds and suits(knowledge, judgement, day) for day in days):
        return None
    if any(day.seconds and suits(knowledge, judgement, day) for day in free):
        order = _in_the_way(knowledge, exercise, orders)
        what = "a day of rest" if isinstance(order, Rest) else "to do without what it needs"
        return _by_order(judgement, order, f"{order.author} ordered {what}: {order.reason}")
    if not any(day.seconds and fits(knowledge, exercise, day.equipment) for day in days):
        return replace(judgement, verdict="exclude", cause="equipment", rule="equipment",
                       reason=f"It needs: {_needs(knowledge, exercise)}.",
                       sources=("person",))  # fmt: skip
    if judgement.support and not any(fits_support(knowledge, day.equipment) for day in days):
        pieces = knowledge.dosing.cap_cues.support_pieces
        names = " or ".join(knowledge.equipment[piece].name for piece in pieces)
        return replace(judgement, verdict="exclude", cause="equipment", rule="support",
                       reason=f"It needs something steady to hold on to: {names}.",
                       sources=("person",))  # fmt: skip
    reason = f"It needs {judgement.hours_since_waking} hours between getting up and training."
    return replace(judgement, verdict="exclude", cause="time", rule="hours_since_waking",
                   reason=reason, sources=knowledge.dosing.cap_cues.sources)  # fmt: skip


def _in_the_way(knowledge: Knowledge, exercise: Exercise, orders: Sequence[Order]) -> Order:
    """Return the order that most likely takes away all days of an exercise."""
    own = {*exercise.equipment.all_of, *exercise.equipment.any_of}
    useful = own.union(*(knowledge.equipment[piece].substitutes for piece in own))
    pieces = [one for one in orders if isinstance(one, Forbid) and one.equipment is not None]
    first: list[Order] = [one for one in pieces if one.equipment in useful]
    return [*first, *(one for one in orders if isinstance(one, Rest)), *pieces][0]


def _by_order(judgement: Judgement, order: Order, reason: str) -> Judgement:
    return replace(judgement, verdict="exclude", cause="order", rule=rule_of(order), reason=reason,
                   sources=("person",))  # fmt: skip


def _needs(knowledge: Knowledge, exercise: Exercise) -> str:
    needs = [knowledge.equipment[piece].name for piece in exercise.equipment.all_of]
    options = [knowledge.equipment[piece].name for piece in exercise.equipment.any_of]
    return " and ".join([*needs, " or ".join(options)] if options else needs)


def candidates_of(
    knowledge: Knowledge, intake: Intake, judgements: Sequence[Judgement]
) -> tuple[Candidate, ...]:
    """Return the judged exercises as candidates, their penalties counted from the best."""
    preferring = frozenset(name for judgement in judgements for name in judgement.preferred_by)
    hardest: dict[str, int] = {}
    for judgement in judgements:
        family, step = judgement.exercise.family, judgement.exercise.step
        hardest[family] = max(hardest.get(family, step), step)
    points = {
        judgement.exercise.id: _unsuitability(knowledge, intake, judgement, preferring, hardest)
        for judgement in judgements
    }
    best: dict[tuple[str, str], int] = {}
    for judgement in judgements:
        group = (judgement.exercise.block, judgement.exercise.side)
        own = points[judgement.exercise.id]
        best[group] = min(best.get(group, own), own)
    candidates = []
    for judgement in judgements:
        exercise, dose = judgement.exercise, judgement.dose
        candidates.append(
            Candidate(
                exercise=exercise,
                dose=dose,
                hard=_is_hard(knowledge, judgement),
                long_hold_s=_long_hold_s(knowledge, exercise, dose),
                seconds=_durations(knowledge, exercise, dose),
                half_credits=_half_credits(exercise),
                cautions=judgement.cautions,
                cues=(*judgement.cues, *_side_cue(intake, exercise), *exercise.cues),
                support=judgement.support,
                hours_since_waking=judgement.hours_since_waking,
                penalty=points[exercise.id] - best[exercise.block, exercise.side],
            )
        )
    return tuple(candidates)


def _side_cue(intake: Intake, exercise: Exercise) -> Iterator[str]:
    if intake.weaker_side is not None and exercise.dose.sides != "both":
        yield f"Begin with the {intake.weaker_side} side, the weaker one."


def _half_credits(exercise: Exercise) -> Mapping[Region, int]:
    return {region: round(2 * credit) for region, credit in exercise.credits.items()}


def _sides(exercise: Exercise) -> int:
    return 1 if exercise.dose.sides == "both" else 2


def _long_hold_s(knowledge: Knowledge, exercise: Exercise, dose: Dose) -> int:
    if exercise.kind not in HOLDING_KINDS - {"motor_control"} or dose.hold_s is None:
        return 0
    if dose.hold_s < knowledge.dosing.holds.long_from_s:
        return 0
    return dose.hold_s * dose.reps * _sides(exercise)


def _durations(knowledge: Knowledge, exercise: Exercise, dose: Dose) -> tuple[int, ...]:
    """Return the seconds of an item with 0, 1, ... sets, rounded up (see `session_time`)."""
    times = knowledge.dosing.times
    reps = dose.reps * _sides(exercise)
    work = reps * ((dose.tempo_s or 0) + (dose.hold_s or 0)) + (reps - 1) * dose.rest_between_reps_s
    if exercise.dose.sides == "each":
        work += times.side_change_s
    fixed = exercise.dose.setup_s + times.transition_s - dose.rest_s
    lighter = 1 if dose.load in LIGHTER_FIRST else 0
    exact = (
        fixed + (count + lighter) * (work + dose.rest_s) for count in range(1, dose.sets[1] + 1)
    )
    step = times.rounded_up_to_s
    return (0, *((seconds + step - 1) // step * step for seconds in exact))


def _is_hard(knowledge: Knowledge, judgement: Judgement) -> bool:
    effort = knowledge.dosing.effort
    is_strength = judgement.exercise.kind in effort.hard_kinds
    return is_strength and judgement.dose.effort >= effort.hard_from


def _leans(knowledge: Knowledge, exercise: Exercise) -> bool:
    """Return whether all that an exercise needs is something to lean on or sit on."""
    pieces = {*exercise.equipment.all_of, *exercise.equipment.any_of}
    return bool(pieces) and pieces <= set(knowledge.dosing.cap_cues.support_pieces)


def _unsuitability(
    knowledge: Knowledge,
    intake: Intake,
    judgement: Judgement,
    preferring: frozenset[str],
    hardest: Mapping[str, int],
) -> int:
    """Return the penalty points of one set before the best of its side is set to 0.

    `preferring` are the conditions that prefer some candidate, `hardest` the highest step at hand
    of each ladder.
    """
    weights = knowledge.dosing.suitability
    exercise = judgement.exercise
    reached = LEVELS[: LEVELS.index(level_of(knowledge, intake)) + 1]
    made_for = max(n for n, level in enumerate(reached) if getattr(exercise.dose, level))
    points = weights.easier_than_level * (len(reached) - 1 - made_for)
    if exercise.id in intake.disliked:
        points += weights.disliked
    if intake.liked and exercise.id not in intake.liked:
        points += weights.not_liked
    points += weights.not_preferred * len(preferring - judgement.preferred_by)
    points += weights.spinal_load[exercise.spinal_load]
    able = not judgement.preferred_by and not {"floor_transfer", "standing"}.intersection(
        intake.screening.cannot
    )
    if able and (exercise.position == "seated" or _leans(knowledge, exercise)):
        points += weights.supported_when_able
    if hardest[exercise.family] > exercise.step:
        points += weights.harder_rung_at_hand[intake.goal]
    if exercise.block == "main" and not _is_hard(knowledge, judgement):
        points += weights.not_hard[intake.goal]
    return points
