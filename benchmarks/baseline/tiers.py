"""The terms of every tier, with the columns and rows it needs; see `recommender/objective.py`."""

import zlib
from collections.abc import Callable

from benchmarks.baseline.week import Sum, Week, ones
from benchmarks.linear import merged
from constraints.problem import DAYS_A_WEEK, cyclic_pairs
from knowledge.schema.exercise import REGIONS

MOST_SETS = 100
"""More main sets than a session can hold."""
NEIGHBOURS = DAYS_A_WEEK + 1
"""What two neighbouring training days weigh."""


def shortfall(week: Week) -> Sum:
    """Return the weighted half sets that are missing from the targets."""
    terms = []
    for region in REGIONS:
        target, weight = week.problem.targets[region], week.problem.weights[region]
        if target and weight:
            missing = week.column(target)
            week.row([(missing, 1), *week.credit(region)], least=target)
            terms.append((missing, weight))
    return terms


def rhythm(week: Week) -> Sum:
    """Return the neighbouring training days, and the sessions off the usual number."""
    terms = []
    for first, second in cyclic_pairs(1):
        if first in week.train and second in week.train:
            both = week.column()
            week.row([(week.train[first], 1), (week.train[second], 1), (both, -1)], most=1)
            terms.append((both, NEIGHBOURS))
    usual = week.problem.knowledge.dosing.week.usual_sessions[week.problem.level]
    off = week.column(DAYS_A_WEEK)
    week.row([(off, 1), *ones(week.train.values(), -1)], least=-usual)
    week.row([(off, 1), *ones(week.train.values())], least=usual)
    return [*terms, (off, 1)]


def unsuitability(week: Week) -> Sum:
    """Return the penalties of all sets and the half sets above the targets."""
    terms = [
        t for c in week.problem.candidates for d in week.train for t in week.sets(c, d, c.penalty)
    ]
    at_most = week.problem.knowledge.dosing.targets.at_most[week.problem.level]
    for region in REGIONS:
        target = week.problem.targets[region]
        over = week.column(max(0, 2 * at_most[region] - target))
        week.row([(over, 1), *week.credit(region, -1)], least=-target)
        terms.append((over, 1))
    return terms


def first_days(week: Week) -> Sum:
    """Return a number that is smaller the earlier the training days are."""
    return [(train, 2**day) for day, train in week.train.items()]


def variety(week: Week) -> Sum:
    """Return the different exercises, negated if the person wants many."""
    return ones(week.used.values(), -1 if week.problem.intake.variety == "high" else 1)


def changes(week: Week) -> Sum:
    """Return the different pieces of equipment and positions."""
    members: dict[str, list[int]] = {}
    for candidate in week.problem.candidates:
        needs = candidate.exercise.equipment
        for name in (candidate.exercise.position, *needs.all_of, *needs.any_of):
            members.setdefault(name, []).append(week.used[candidate.id])
    present = []
    for used in members.values():
        present.append(week.column())
        week.below(used, present[-1])
    return ones(present)


def choice(week: Week) -> Sum:
    """Return the half minutes of one item, then a checksum of its id, for each used exercise."""
    return [
        (
            week.used[one.id],
            2**16 * (one.seconds[one.dose.sets[0]] // 30) + zlib.crc32(one.id.encode()) % 2**16,
        )
        for one in week.problem.candidates
    ]


def evenness(week: Week) -> Sum:
    """Return the main sets between the largest and the smallest session, and those off balance."""
    largest, smallest = week.column(MOST_SETS), week.column(MOST_SETS)
    main = [c for c in week.problem.candidates if c.exercise.block == "main"]
    signs = {"abdominal": 1, "lumbar": -1, "none": 0}
    off = []
    for day, train in week.train.items():
        sets = merged(t for c in main for t in week.sets(c, day))
        week.row([*sets, (largest, -1)], most=0)
        negative = [(column, -weight) for column, weight in sets]
        week.row([(smallest, 1), *negative, (train, MOST_SETS)], most=MOST_SETS)
        if week.problem.balance != "dropped":
            off.append(week.column(MOST_SETS))
            for sign in (1, -1):
                difference = (
                    t for c in main for t in week.sets(c, day, -sign * signs[c.exercise.side])
                )
                week.row([(off[-1], 1), *difference], least=0)
    return [(largest, 1), (smallest, -1), *ones(off)]


def items(week: Week) -> Sum:
    """Return the items of all sessions."""
    return ones(week.use.values())


TIERS: tuple[Callable[[Week], Sum], ...] = (
    shortfall,
    rhythm,
    unsuitability,
    first_days,
    variety,
    changes,
    choice,
    evenness,
    items,
)
