"""The tiers of the objective: what a good week is, in the order of importance.

Each tier is minimised while the ones before it are held at their value:

1. shortfall: sum over regions r of weight(r) * max(0, target(r) - credit(r)), in half sets;
2. rhythm: fewest training days in a row, then the usual number of sessions;
3. unsuitability: penalty * sets, plus one for each half set above a target;
4. first_days: the earliest days;
5. variety: the number of different exercises, fewest or (negated) most;
6. changes: the different pieces of equipment and positions of the week;
7. choice: a fixed preference among what is left, so that equal weeks do not depend on chance;
8. evenness: how far sessions differ in their main sets, and how far each is from balance;
9. items: the number of items over all sessions.

After the fourth tier the training days are decided, and after the seventh the exercises: the last
two only lay them out.

With a last week that is to be kept as far as it goes, one more tier comes right after the first:

    kept: the items that are added, removed, or given another dose; each counts once.
"""

import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from constraints.problem import DAYS_A_WEEK, Candidate, Problem, cyclic_pairs
from constraints.week_model import WeekModel
from knowledge import Exercise
from knowledge.schema.exercise import REGIONS, Region

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


NEIGHBOURS = DAYS_A_WEEK + 1
"""What two neighbouring training days weigh: more than any number of sessions."""
MOST_SETS = 100
"""More main sets than a session can hold."""
CHECKSUMS = 2**16
"""How many checksums tell exercises apart that take equally long."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier: its name, and the expression that is minimised, built when it is reached."""

    name: str
    expression: Callable[[WeekModel], "cp_model.LinearExprT"]


@dataclass(frozen=True, slots=True)
class LastWeek:
    """The week that is to be kept: sets by exercise and day index.

    `redosed` are those of its items that would have another dose now, whatever their sets.
    """

    sets: Mapping[tuple[str, int], int]
    redosed: frozenset[tuple[str, int]] = frozenset()


def _credit(week: WeekModel, region: Region) -> "cp_model.LinearExprT":
    return week.weighted_sum(
        term
        for candidate in week.problem.candidates
        if region in candidate.half_credits
        for day in week.train
        for term in week.set_terms(candidate, day, candidate.half_credits[region])
    )


def shortfall(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the weighted half sets that are missing from the targets."""
    terms = []
    for region in REGIONS:
        target, weight = week.problem.targets[region], week.problem.weights[region]
        if target and weight:
            missing = week.model.new_int_var(0, target, f"missing[{region}]")
            week.model.add(missing >= target - _credit(week, region))
            terms.append((missing, weight))
    return week.weighted_sum(terms)


def unsuitability(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the penalties of all sets and the half sets above the targets."""
    terms = [
        term
        for candidate in week.problem.candidates
        for day in week.train
        for term in week.set_terms(candidate, day, candidate.penalty)
    ]
    at_most = week.problem.knowledge.dosing.targets.at_most[week.problem.level]
    for region in REGIONS:
        target = week.problem.targets[region]
        over = week.model.new_int_var(0, max(0, 2 * at_most[region] - target), f"over[{region}]")
        week.model.add(over >= _credit(week, region) - target)
        terms.append((over, 1))
    return week.weighted_sum(terms)


def rhythm(week: WeekModel) -> "cp_model.LinearExprT":
    """Return 8 for each pair of neighbouring training days, and the sessions off the usual number.

    See `rhythm_of`.
    """
    terms = []
    for first, second in cyclic_pairs(1):
        if first in week.train and second in week.train:
            both = week.flag(f"both[{first},{second}]")
            week.model.add(week.train[first] + week.train[second] <= 1 + both)
            terms.append((both, NEIGHBOURS))
    off = week.model.new_int_var(0, DAYS_A_WEEK, "sessions off the usual number")
    sessions = week.sum(week.train.values())
    week.model.add(off >= sessions - _usual_sessions(week.problem))
    week.model.add(off >= _usual_sessions(week.problem) - sessions)
    return week.weighted_sum([*terms, (off, 1)])


def rhythm_of(problem: Problem, days: Collection[int]) -> int:
    """Return the value of the rhythm tier for these training days."""
    pairs = sum(first in days and second in days for first, second in cyclic_pairs(1))
    return NEIGHBOURS * pairs + abs(len(days) - _usual_sessions(problem))


def _usual_sessions(problem: Problem) -> int:
    return problem.knowledge.dosing.week.usual_sessions[problem.level]


def first_days(week: WeekModel) -> "cp_model.LinearExprT":
    """Return 2**d for each training day d, which is different for every set of days."""
    return week.weighted_sum((train, 2**day) for day, train in week.train.items())


def first_days_of(days: Iterable[int]) -> int:
    """Return the value of the tier of the earliest days for these training days."""
    return sum(2**day for day in days)


def variety(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the number of different exercises, negated if the person wants many."""
    sign = -1 if week.problem.intake.variety == "high" else 1
    return week.weighted_sum((used, sign) for used in week.used.values())


def evenness(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the main sets between the largest and the smallest session, and those off balance.

    A session is off balance by the difference of its abdominal and its lumbar sets.
    """
    largest = week.model.new_int_var(0, MOST_SETS, "largest session")
    smallest = week.model.new_int_var(0, MOST_SETS, "smallest session")
    main = [c for c in week.problem.candidates if c.exercise.block == "main"]
    sides = {"abdominal": 1, "lumbar": -1, "none": 0}
    off = []
    for day, train in week.train.items():
        sets = week.weighted_sum(t for c in main for t in week.set_terms(c, day))
        week.model.add(sets <= largest)
        smaller = week.weighted_sum([(smallest, 1), (sets, -1), (train, MOST_SETS)])
        week.model.add(smaller <= MOST_SETS)
        if week.problem.balance != "dropped":
            difference = week.weighted_sum(
                t for c in main for t in week.set_terms(c, day, sides[c.exercise.side])
            )
            off.append(week.model.new_int_var(0, MOST_SETS, f"off balance[{day}]"))
            week.model.add(off[-1] >= difference)
            week.model.add(off[-1] >= -difference)
    return week.weighted_sum([(largest, 1), (smallest, -1), *((one, 1) for one in off)])


def items(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the number of items of all sessions."""
    return week.sum(week.use.values())


def changes(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the different pieces of equipment and positions that the week asks for."""
    present = []
    for name, members in _members(week.problem).items():
        flag = week.flag(f"present[{name}]")
        present.append(flag)
        for member in members:
            week.model.add(week.used[member] <= flag)
    return week.sum(present)


def most_changes(problem: Problem) -> int:
    """Return a number that the value of the tier of changes cannot exceed."""
    return len(_members(problem))


def _members(problem: Problem) -> dict[str, list[str]]:
    """Return the candidates that ask for each piece of equipment and each position."""
    members: dict[str, list[str]] = {}
    for candidate in problem.candidates:
        for name in sorted(kinds_of(candidate.exercise)):
            members.setdefault(name, []).append(candidate.id)
    return members


def kinds_of(exercise: Exercise) -> frozenset[str]:
    """Return the pieces of equipment and the position that an exercise asks for."""
    needs = exercise.equipment
    return frozenset((exercise.position, *needs.all_of, *needs.any_of))


def choice(week: WeekModel) -> "cp_model.LinearExprT":
    """Return a weight for each used exercise: the time of one item, then a checksum of its id.

    Weeks that are equal so far differ hardly ever in nothing but the names, so that one is best,
    and an exercise keeps its weight when the knowledge base grows.
    """
    return week.weighted_sum(
        (week.used[candidate.id], weight_of(candidate)) for candidate in week.problem.candidates
    )


def most_choice(problem: Problem) -> int:
    """Return a number that the value of the tier of the choice cannot exceed."""
    return sum(weight_of(candidate) for candidate in problem.candidates)


def weight_of(candidate: Candidate) -> int:
    """Return the weight of an exercise in the choice among equal weeks."""
    half_minutes = candidate.seconds[candidate.dose.sets[0]] // 30
    return CHECKSUMS * half_minutes + zlib.crc32(candidate.id.encode()) % CHECKSUMS


def kept(week: WeekModel, last: LastWeek) -> "cp_model.LinearExprT":
    """Return the number of items that are not as they were in the last week.

    With L its items, each with s(e, d) sets, and those of another dose counted in any case::

        sum_{(e, d) in L} (1 - [sets[e, d] = s(e, d)]) + sum_{(e, d) not in L} use[e, d]
        [sets = s] = at least s sets - at least s + 1 sets
    """
    terms: list[tuple[cp_model.LinearExprT, int]] = []
    for candidate in week.problem.candidates:
        fewest, most = candidate.dose.sets
        for day in week.train:
            item = candidate.id, day
            if item not in last.sets:
                terms.append((week.use[item], 1))
            elif item not in last.redosed and fewest <= last.sets[item] <= most:
                sets = last.sets[item]
                at_least = week.use[item] if sets == fewest else week.more[*item, sets]
                terms.append((at_least, -1))
                if sets < most:
                    terms.append((week.more[*item, sets + 1], 1))
    return week.weighted_sum(terms) + len(last.sets)


TIERS: tuple[Tier, ...] = tuple(
    Tier(function.__name__, function)
    for function in (
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
)


def tiers_after(last: LastWeek | None) -> tuple[Tier, ...]:
    """Return the tiers, with the one that keeps the last week if there is one to keep."""
    if last is None:
        return TIERS
    return TIERS[0], Tier(kept.__name__, partial(kept, last=last)), *TIERS[1:]
