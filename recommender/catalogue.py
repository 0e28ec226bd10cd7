"""Finds exercises by what they train, need and demand, and what a condition makes of them.

A condition is taken alone, with both sides affected and without anybody's word, for an adult of
middle age at some level (see `supply.person`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from constraints.equipment import fits
from knowledge import BadInput, Condition, Dose, Exercise, Fault, Knowledge, Level, Region, Verdict
from knowledge.faults import nearest
from knowledge.schema.exercise import LEVELS, REGIONS
from recommender.cells import Cell
from recommender.conditions import ActiveCondition
from recommender.doses import demands_of
from recommender.eligibility import grounds
from recommender.supply import person

NO_EQUIPMENT = "none"
ANY_NUMBER = 20
"""A piece that is there is there in any number."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; all that is given must hold.

    `equipment` are the only pieces at hand, or None for any. `level` is that of the person, None
    for the level at which each exercise begins.
    """

    region: Region | None = None
    equipment: frozenset[str] | None = None
    demands: frozenset[str] = frozenset()
    without_demands: frozenset[str] = frozenset()
    conditions: tuple[Condition, ...] = ()
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one condition alone makes of an exercise.

    `decides` is the demand with the worst verdict, or what else the rules came to (`support`: both
    hands are needed and one should hold on; `effort`: even done gently it takes too much), or
    empty. `blocking` are the cells that forbid it or want a doctor's word.
    """

    condition: str
    verdict: Verdict
    decides: str
    blocking: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An exercise that fits a query, and the opinion of each condition asked for."""

    exercise: Exercise
    opinions: tuple[Opinion, ...]


def query(
    knowledge: Knowledge,
    *,
    region: str | None = None,
    equipment: Sequence[str] = (),
    demands: Sequence[str] = (),
    without_demands: Sequence[str] = (),
    condition: str | None = None,
    level: str | None = None,
) -> Query:
    """Return the query that these words mean; raise `BadInput` for every word that is not known."""
    conditions = {one.id: (one,) for one in knowledge.conditions.values()}
    given: tuple[tuple[str, Iterable[str], Iterable[str]], ...] = (
        ("region", [region] if region else (), REGIONS),
        ("equipment", equipment, (NO_EQUIPMENT, *knowledge.equipment)),
        ("demand", demands, knowledge.demands),
        ("without-demand", without_demands, knowledge.demands),
        ("condition", [condition] if condition else (), {**conditions, **knowledge.answers}),
        ("level", [level] if level else (), LEVELS),
    )
    faults = [
        Fault(f"--{option}", None, "", f"{word} is not known{nearest(word, known)}")
        for option, words, known in given
        for word in words
        if word not in known
    ]
    if NO_EQUIPMENT in equipment and len(set(equipment)) > 1:
        faults.append(Fault("--equipment", None, "", "none cannot stand beside other pieces"))
    faults += [
        Fault("--demand", None, "", f"{word} is in --without-demand as well")
        for word in sorted(set(demands) & set(without_demands))
    ]
    if faults:
        raise BadInput(faults)
    return Query(
        region=next((one for one in REGIONS if one == region), None),
        equipment=frozenset(equipment) - {NO_EQUIPMENT} if equipment else None,
        demands=frozenset(demands),
        without_demands=frozenset(without_demands),
        conditions=_meant(knowledge, condition) if condition else (),
        level=next((one for one in LEVELS if one == level), None),
    )


def _meant(knowledge: Knowledge, word: str) -> tuple[Condition, ...]:
    """Return the conditions of an answer, or the one condition of that id."""
    if word in knowledge.conditions:
        return (knowledge.conditions[word],)
    return knowledge.answers[word]


def known_exercise(knowledge: Knowledge, exercise_id: str) -> Exercise:
    """Return the exercise of this id; raise `BadInput` with the nearest one otherwise."""
    exercise = knowledge.exercises.get(exercise_id)
    if exercise is None:
        hint = nearest(exercise_id, knowledge.exercises)
        raise BadInput([Fault(exercise_id, None, "", f"is not a known exercise{hint}")])
    return exercise


def find(knowledge: Knowledge, wanted: Query) -> tuple[Found, ...]:
    """Return the exercises that fit, in order of id."""
    return tuple(
        Found(
            exercise,
            tuple(opinion(knowledge, one, exercise, wanted.level) for one in wanted.conditions),
        )
        for exercise in knowledge.exercises.values()
        if _fits(knowledge, wanted, exercise)
    )


def _fits(knowledge: Knowledge, wanted: Query, exercise: Exercise) -> bool:
    if wanted.level and LEVELS.index(exercise.difficulty) > LEVELS.index(wanted.level):
        return False
    if wanted.region is not None and wanted.region not in exercise.credits:
        return False
    demands = demands_of(knowledge, exercise, _dose(exercise, wanted.level))
    if not wanted.demands <= demands or wanted.without_demands & demands:
        return False
    return wanted.equipment is None or fits(
        knowledge, exercise, dict.fromkeys(wanted.equipment, ANY_NUMBER)
    )


def _dose(exercise: Exercise, level: Level | None) -> Dose:
    dose = exercise.dose.at(level or exercise.difficulty)
    if dose is None:
        raise AssertionError(f"{exercise.id} has no dose")
    return dose


def opinion(
    knowledge: Knowledge, condition: Condition, exercise: Exercise, level: Level | None = None
) -> Opinion:
    """Return what one condition makes of an exercise, at the dose where it begins or of `level`."""
    somebody = person(knowledge, None, level or exercise.difficulty)
    active = ActiveCondition(condition, clearance=None, changes_on=None)
    ground = grounds(knowledge, somebody, [active], exercise)
    settled = ground.settled
    blocking = tuple(cell for cell in settled.fired.cells if cell.blocks)
    for obstacle in ground.obstacles:
        if obstacle.cause == "clinical":
            decides = obstacle.rule.rpartition("/")[2]
            return Opinion(condition.id, obstacle.verdict, decides, blocking)
    acting = [cell for cell in settled.fired.cells if cell.verdict == "modify"]
    if not acting and settled.dose is not ground.usual:
        # What lowered the dose is a demand that the lower one no longer has.
        acting = list(settled.outgrown)
    if acting:
        return Opinion(condition.id, "modify", acting[0].demand, ())
    return Opinion(condition.id, "allow", "", ())
