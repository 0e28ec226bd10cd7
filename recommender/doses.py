"""The dose that level, goal, age and rules leave, and the demands that follow from it.

A dose is only ever lowered. Caps lower it; and where a rule forbids a demand that comes from the
dose itself (a long hold, a moderate or heavy load), it is lowered until it no longer has it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge import Caps, Dose, Exercise, Intake, Knowledge
from knowledge.schema.exercise import LOADS, Load
from recommender.cells import Cell, Cells

HOLDING_KINDS = frozenset({"strength", "stability", "motor_control"})
"""Kinds whose holds are muscular work; a stretch that is held is not."""
LOWER_LOADS: dict[str, Load] = {"load_heavy": "moderate", "load_moderate": "light"}


@dataclass(frozen=True, slots=True)
class Settled:
    """A dose that no cap lowers further, the cells on its demands, and all caps on the way."""

    dose: Dose
    cells: tuple[Cell, ...]
    caps: tuple[Caps, ...]


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
    return exercise.demand_set.union(derived)


def settle(
    knowledge: Knowledge, intake: Intake, cells: Cells, exercise: Exercise, usual: Dose
) -> Settled:
    """Return the dose of the level after goal, age and every cell on its demands."""
    caps = list(_adjustments(knowledge, intake, exercise))
    dose = lowered(knowledge, exercise, usual, caps)
    while True:
        on = cells.on(demands_of(knowledge, exercise, dose))
        limits = [cell.caps for cell in on if not cell.blocks]
        next_dose = lowered(knowledge, exercise, dose, limits)
        for cell in on:
            if cell.blocks:
                next_dose = _below(knowledge, exercise, next_dose, cell.demand)
        caps += limits
        if next_dose == dose:
            return Settled(dose, tuple(on), tuple(caps))
        dose = next_dose


def _adjustments(knowledge: Knowledge, intake: Intake, exercise: Exercise) -> Iterator[Caps]:
    for one in knowledge.dosing.adjustments:
        old_enough = intake.screening.age >= one.from_age
        if old_enough and intake.goal in one.goals and exercise.kind in one.kinds:
            yield one.caps


def _below(knowledge: Knowledge, exercise: Exercise, dose: Dose, demand: str) -> Dose:
    """Return the dose without a demand that comes from it, or as it is for any other demand."""
    if demand == "isometric_long":
        longest = knowledge.dosing.holds.long_from_s - 1
        return lowered(knowledge, exercise, dose, [Caps(max_hold_s=longest)])
    if demand in LOWER_LOADS:
        return lowered(knowledge, exercise, dose, [Caps(max_load=LOWER_LOADS[demand])])
    return dose


def lowered(knowledge: Knowledge, exercise: Exercise, dose: Dose, caps: Iterable[Caps]) -> Dose:
    """Return the dose within every cap. A shortened hold comes down to a rung of the ladder."""
    changes: dict[str, int | str | tuple[int, int]] = {}
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
    if hold_s is not None and hold_s != dose.hold_s:
        rungs = [rung for rung in knowledge.dosing.holds.ladder_s if rung <= hold_s]
        changes["hold_s"] = max(rungs, default=hold_s)
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


def cap_cues(knowledge: Knowledge, exercise: Exercise, caps: Iterable[Caps]) -> tuple[str, ...]:
    """Return what has to be printed for the caps that change how an exercise is done."""
    words = knowledge.dosing.cap_cues
    every = list(caps)
    cues = []
    if any(cap.no_end_range for cap in every):
        cues.append(words.no_end_range)
    if needs_support(exercise, every):
        cues.append(words.support)
    if any(cap.exhale_on_effort for cap in every):
        cues.append(words.exhale_on_effort)
    for name in ("hours_since_waking", "hours_since_meal"):
        hours = max((getattr(cap, name) or 0 for cap in every), default=0)
        if hours:
            cues.append(getattr(words, name).format(hours=hours))
    return tuple(cues)


def needs_support(exercise: Exercise, caps: Iterable[Caps]) -> bool:
    """Return whether a cap wants a hand on something steady; sitting or lying nobody needs it."""
    return exercise.position == "standing" and any(cap.support for cap in caps)
