"""The tiers of the objective: what a good week is, in the order of importance.

Each tier is minimised while the ones before it are held at their value:

1. shortfall: sum over regions r of weight(r) * max(0, target(r) - credit(r)), in half sets;
2. unsuitability: penalty * sets, plus one for each half set above a target;
3. days: fewest training days in a row, the usual number of sessions, then the earliest days;
4. variety: the number of different exercises, fewest or (negated) most;
5. evenness: the most main sets in one session, and how far each session is from balance;
6. items: the number of items over all sessions;
7. changes: the different pieces of equipment and positions of the week;
8. order: a fixed preference among what is left, so that equal weeks do not depend on chance.

The third tier has only one best set of days, so all later tiers are solved on those days alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from constraints.problem import DAYS_A_WEEK, cyclic_pairs
from constraints.week_model import WeekModel
from knowledge.schema.exercise import REGIONS, Region

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier: its name, and the expression that is minimised, built when it is reached."""

    name: str
    expression: Callable[[WeekModel], "cp_model.LinearExprT"]


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


def days(week: WeekModel) -> "cp_model.LinearExprT":
    """Return a number that is different for every set of training days.

    1024 for each pair of neighbouring days on the cycle, 128 for each session more or less than
    the level's usual number, and 2**d for day d.
    """
    usual = week.problem.knowledge.dosing.week.usual_sessions[week.problem.level]
    terms = [(train, 2**day) for day, train in week.train.items()]
    for first, second in cyclic_pairs(1):
        if first in week.train and second in week.train:
            both = week.flag(f"both[{first},{second}]")
            week.model.add(week.train[first] + week.train[second] <= 1 + both)
            terms.append((both, 1024))
    off = week.model.new_int_var(0, DAYS_A_WEEK, "sessions off the usual number")
    sessions = week.sum(week.train.values())
    week.model.add(off >= sessions - usual)
    week.model.add(off >= usual - sessions)
    return week.weighted_sum([*terms, (off, 128)])


def variety(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the number of different exercises, negated if the person wants many."""
    sign = -1 if week.problem.intake.variety == "high" else 1
    return week.weighted_sum((used, sign) for used in week.used.values())


def evenness(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the most main sets of one session, plus what each session is off balance in sets."""
    largest = week.model.new_int_var(0, 100, "largest session")
    main = [c for c in week.problem.candidates if c.exercise.block == "main"]
    off = []
    for day in week.train:
        week.model.add(
            week.weighted_sum(t for c in main for t in week.set_terms(c, day)) <= largest
        )
        if week.problem.balance != "dropped":
            sides = {"abdominal": 1, "lumbar": -1, "none": 0}
            difference = week.weighted_sum(
                t for c in main for t in week.set_terms(c, day, sides[c.exercise.side])
            )
            off.append(week.model.new_int_var(0, 100, f"off balance[{day}]"))
            week.model.add(off[-1] >= difference)
            week.model.add(off[-1] >= -difference)
    return week.sum([largest, *off])


def items(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the number of items of all sessions."""
    return week.sum(week.use.values())


def changes(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the different pieces of equipment and positions that the week asks for."""
    groups: dict[str, list[str]] = {}
    for candidate in week.problem.candidates:
        needs = candidate.exercise.equipment
        for name in (candidate.exercise.position, *needs.all_of, *needs.any_of):
            groups.setdefault(name, []).append(candidate.id)
    present = []
    for name, members in groups.items():
        flag = week.flag(f"present[{name}]")
        present.append(flag)
        for member in members:
            week.model.add(week.used[member] <= flag)
    return week.sum(present)


def order(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the ranks of the used exercises by id, so that equal weeks are told apart."""
    ranks = {name: rank for rank, name in enumerate(week.problem.knowledge.exercises, 1)}
    return week.weighted_sum((used, ranks[name]) for name, used in week.used.items())


TIERS: tuple[Tier, ...] = tuple(
    Tier(function.__name__, function)
    for function in (shortfall, unsuitability, days, variety, evenness, items, changes, order)
)
