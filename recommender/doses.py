"""The dose that level, goal, age and rules leave, and the demands that follow from it.

A dose is only ever lowered. Caps lower it; and where a rule forbids a demand that comes from the
dose itself (a long hold, a moderate or heavy load), it is lowered until it no longer has it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge import Caps, Dose, Exercise, Intake, Knowledge
from knowledge.schema.dosing import Adjustment
from knowledge.schema.exercise import LOADS, Kind, Load
from recommender.cells import Cell, Cells, Fired

HOLDING_KINDS = frozenset({"strength", "stability", "motor_control"})
"""Kinds whose holds are muscular work; a stretch that is held is not."""
MARKED_LOADS = frozenset({"moderate", "heavy"})
"""Loads that rules act on."""
LOWER_LOADS: dict[str, Load] = {"load_heavy": "moderate", "load_moderate": "light"}


@dataclass(frozen=True, slots=True)
class Settled:
    """A dose that no cap lowers further, what fired on its demands, and all caps on the way.

    `outgrown` are the cells on demands that only the higher doses before it had.
    """

    dose: Dose
    fired: Fired
    caps: tuple[Caps, ...]
    outgrown: tuple[Cell, ...] = ()


def demands_of(knowledge: Knowledge, exercise: Exercise, dose: Dose) -> frozenset[str]:
    """Return the fixed demands of an exercise and those that follow from its dose."""
    derived = []
    if dose.hold_s is not None and exercise.kind in HOLDING_KINDS:
        is_long = dose.hold_s >= knowledge.dosing.holds.long_from_s
        derived.append("isometric_long" if is_long else "isometric_short")
    if dose.load in MARKED_LOADS:
        derived.append(f"load_{dose.load}")
    return exercise.fixed_demands.union(derived) if derived else exercise.fixed_demands


def settle(
    knowledge: Knowledge,
    cells: Cells,
    exercise: Exercise,
    usual: Dose,
    limits_so_far: Sequence[Caps],
    cells_so_far: Sequence[Cell] = (),
) -> Settled:
    """Return the dose after the limits so far and every cell on its demands."""
    caps = list(limits_so_far)
    dose = lowered(knowledge, exercise, usual, caps)
    before = list(cells_so_far)
    while True:
        on = cells.on(demands_of(knowledge, exercise, dose))
        next_dose = lowered(knowledge, exercise, dose, on.caps)
        for demand in on.blocked:
            next_dose = _below(knowledge, exercise, next_dose, demand)
        caps += on.caps
        if next_dose is dose:
            return Settled(dose, on, tuple(caps), _outgrown(before, on.cells))
        before += on.cells
        dose = next_dose


def _outgrown(before: Sequence[Cell], now: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return the earlier cells, each once, on demands that no cell is on any more."""
    if not before:
        return ()
    demands = {cell.demand for cell in now}
    gone = {(one.demand, one.condition): one for one in before if one.demand not in demands}
    return tuple(gone.values())


def adjustments_of(knowledge: Knowledge, intake: Intake) -> dict[Kind, tuple[Caps, ...]]:
    """Return what goal and age change in the dose, by kind of exercise."""
    found: dict[Kind, tuple[Caps, ...]] = {}
    for one in adjustments_for(knowledge, intake):
        for kind in one.kinds:
            found[kind] = (*found.get(kind, ()), one.caps)
    return found


def adjustments_for(knowledge: Knowledge, intake: Intake) -> Iterator[Adjustment]:
    """Yield the adjustments that a person's goal and age bring, whatever the exercise."""
    for one in knowledge.dosing.adjustments:
        if intake.screening.age >= one.from_age and intake.goal in one.goals:
            yield one


def _below(knowledge: Knowledge, exercise: Exercise, dose: Dose, demand: str) -> Dose:
    """Return the dose without a demand that comes from it, or as it is for any other demand."""
    if demand == "isometric_long":
        longest = knowledge.dosing.holds.long_from_s - 1
        return lowered(knowledge, exercise, dose, [Caps(max_hold_s=longest)])
    if demand in LOWER_LOADS:
        return lowered(knowledge, exercise, dose, [Caps(max_load=LOWER_LOADS[demand])])
    return dose


def lowered(knowledge: Knowledge, exercise: Exercise, dose: Dose, caps: Sequence[Caps]) -> Dose:
    """Return the dose within every cap. A shortened hold comes down to a rung of the ladder."""
    if not caps:
        return dose
    changes: dict[str, Any] = {}
    hold_s, effort, rest_s, tempo_s = dose.hold_s, dose.effort, dose.rest_s, dose.tempo_s
    (fewest, most), load = dose.sets, dose.load
    for cap in caps:
        if cap.max_hold_s is not None and hold_s is not None and hold_s > cap.max_hold_s:
            hold_s = cap.max_hold_s
        if cap.max_effort is not None:
            effort = min(effort, cap.max_effort)
        if cap.max_sets is not None:
            most = min(most, cap.max_sets)
        if cap.max_load is not None:
            load = min(load, cap.max_load, key=LOADS.index)
        if cap.min_rest_s is not None and exercise.block == "main":
            rest_s = max(rest_s, cap.min_rest_s)
        if cap.min_tempo_s is not None and tempo_s is not None:
            tempo_s = max(tempo_s, cap.min_tempo_s)
    if hold_s is not None and dose.hold_s is not None and hold_s != dose.hold_s:
        changes |= _shorter_holds(knowledge, dose, hold_s, dose.hold_s)
    if effort != dose.effort:
        changes["effort"] = effort
    if most != dose.sets[1]:
        changes["sets"] = (min(fewest, most), most)
    if rest_s != dose.rest_s:
        changes["rest_s"] = rest_s
    if tempo_s is not None and tempo_s != dose.tempo_s:
        changes["tempo_s"] = tempo_s
    if load != dose.load:
        changes["load"] = load
        changes["load_hint"] = f"A {load} weight at most." if load != "none" else "No weight."
    return dose.model_copy(update=changes) if changes else dose


def _shorter_holds(knowledge: Knowledge, dose: Dose, hold_s: int, was_s: int) -> dict[str, int]:
    """Return the changes of a dose whose hold is shortened: more repetitions, no more work."""
    holds = knowledge.dosing.holds
    rung = max((rung for rung in holds.ladder_s if rung <= hold_s), default=hold_s)
    reps = max(dose.reps, min(dose.reps * was_s // rung, holds.repeated_at_most))
    if reps == dose.reps:
        return {"hold_s": rung}
    rest_s = max(dose.rest_between_reps_s, holds.rest_between_s)
    return {"hold_s": rung, "reps": reps, "rest_between_reps_s": rest_s}


def cap_cues(knowledge: Knowledge, exercise: Exercise, caps: Sequence[Caps]) -> tuple[str, ...]:
    """Return what has to be printed for the caps that change how an exercise is done."""
    if not caps:
        return ()
    words = knowledge.dosing.cap_cues
    cues = []
    if any(cap.no_end_range for cap in caps):
        cues.append(words.no_end_range)
    if needs_support(exercise, caps):
        cues.append(words.support)
    if any(cap.exhale_on_effort for cap in caps):
        cues.append(words.exhale_on_effort)
    waking = hours_since_waking(caps)
    if waking:
        cues.append(words.hours_since_waking.format(hours=waking))
    meal = max(cap.hours_since_meal or 0 for cap in caps)
    if meal:
        cues.append(words.hours_since_meal.format(hours=meal))
    return tuple(cues)


def needs_support(exercise: Exercise, caps: Iterable[Caps]) -> bool:
    """Return whether a cap wants a hand on something steady; sitting or lying nobody needs it."""
    return exercise.position == "standing" and any(cap.support for cap in caps)


def hours_since_waking(caps: Iterable[Caps]) -> int:
    """Return the hours that have to pass between getting up and the exercise."""
    return max((cap.hours_since_waking or 0 for cap in caps), default=0)
