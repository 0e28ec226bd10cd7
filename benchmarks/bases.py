"""Knowledge bases of other sizes, made from the shipped one by a fixed seed.

A smaller one is a sample with the same shares of blocks and sides. A larger one adds variants of
shipped exercises: the same demands, muscles and equipment, a family of their own, and doses,
set-ups and credits a little off.
"""

import random
from collections.abc import Sequence
from typing import Any

from knowledge import Dose, Exercise, Knowledge
from knowledge.references import check_references
from knowledge.schema.exercise import LEVELS, Equipment

SEED = 1
"""The first from 1 on with which 25 exercises leave each of the six people a balanced week."""

FLIPPED = 0.25
"""The share of credits that a variant changes, from a half to one or back."""


def knowledge_of(shipped: Knowledge, size: int, seed: int = SEED) -> Knowledge:
    """Return a knowledge base of `size` exercises, the same for the same seed.

    Raises `ValueError` if it breaks a rule that the loader would refuse it for.
    """
    chance = random.Random(f"{seed} {size}")
    groups: Groups = {}
    for exercise in shipped.exercises.values():
        groups.setdefault((exercise.block, exercise.side), []).append(exercise)
    make = _sample if size < len(shipped.exercises) else _with_variants
    chosen: list[Exercise] = []
    for key, count in _counts(groups, size).items():
        chosen += make(groups[key], count, chance)
    ids = {exercise.id for exercise in chosen}
    kept = {
        exercise.id: exercise.model_copy(
            update={"substitutes": tuple(one for one in exercise.substitutes if one in ids)}
        )
        for exercise in sorted(chosen, key=lambda exercise: exercise.id)
    }
    knowledge = shipped.model_copy(
        update={"exercises": kept, "version": f"{shipped.version}+{size}"}
    )
    findings = list(check_references(knowledge, complete=True))
    if findings:
        first = findings[0]
        raise ValueError(f"{first.entry_id}: {first.location}: {first.message}")
    return knowledge


Groups = dict[tuple[str, str], list[Exercise]]
"""Exercises by block and side."""


def _counts(groups: Groups, size: int) -> dict[tuple[str, str], int]:
    """Return how many of `size` each group has, its share rounded by largest remainder."""
    whole = sum(map(len, groups.values()))
    exact = {key: size * len(members) / whole for key, members in groups.items()}
    counts = {key: int(share) for key, share in exact.items()}
    by_remainder = sorted(groups, key=lambda key: (counts[key] - exact[key], key))
    for key in by_remainder[: size - sum(counts.values())]:
        counts[key] += 1
    return counts


def _sample(members: Sequence[Exercise], count: int, chance: random.Random) -> list[Exercise]:
    """Return some of a group; outside the main block, one of them is for everybody."""
    first = [] if members[0].block == "main" else [chance.choice(list(filter(_for_all, members)))]
    others = [exercise for exercise in members if exercise not in first]
    return [*first, *chance.sample(others, count - len(first))]


def _for_all(exercise: Exercise) -> bool:
    """Return whether nobody is kept from it: the loader wants one such in each block."""
    return not exercise.demands and exercise.equipment == Equipment()


def _with_variants(
    members: Sequence[Exercise], count: int, chance: random.Random
) -> list[Exercise]:
    """Return a whole group and variants of its members in turn."""
    order = chance.sample(members, len(members))
    numbers = range(count - len(members))
    return [*members, *(_variant(order[n % len(order)], n, chance) for n in numbers)]


def _variant(exercise: Exercise, number: int, chance: random.Random) -> Exercise:
    data: dict[str, Any] = exercise.model_dump()
    data["id"] = data["family"] = f"{exercise.id[:40]}_{number}"
    data["name"] = f"{exercise.name[:50]} {number}"
    data["step"] = 1
    data["credits"] = {
        region: 1.5 - credit if chance.random() < FLIPPED else credit
        for region, credit in exercise.credits.items()
    }
    data["dose"]["setup_s"] = max(0, exercise.dose.setup_s + chance.choice((-10, 0, 0, 10)))
    for level in LEVELS:
        dose: Dose | None = getattr(exercise.dose, level)
        if dose is not None:
            data["dose"][level] |= _other_dose(exercise, dose, chance)
    return Exercise.model_validate(data)


def _other_dose(exercise: Exercise, dose: Dose, chance: random.Random) -> dict[str, Any]:
    """Return what is different in the dose; a stretch keeps its repetitions, which are bounded."""
    rest_s = max(0, dose.rest_s + chance.choice((-15, 0, 0, 15)))
    if exercise.kind == "stretch":
        return {"rest_s": rest_s}
    reps = max(1, round(dose.reps * chance.choice((0.8, 1, 1, 1.2))))
    fewest, most = dose.sets
    return {
        "rest_s": rest_s,
        "reps": reps,
        "sets": (fewest, max(fewest, min(10, most + chance.choice((-1, 0, 0, 1))))),
    }
