"""The tiers of the objective: what a good week is, in the order of importance.

Each tier is minimised while the ones before it are held at their value:

1. shortfall: sum over regions r of weight(r) * max(0, target(r) - credit(r)), in half sets;
2. unsuitability: penalty * sets, plus one for each half set above a target;
3. variety: the number of different exercises, fewest or (negated) most;
4. evenness: the most sets in one session, plus equipment set-ups, changes of position and items;
5. order: a fixed preference among what is left, so that equal weeks do not depend on chance.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


def variety(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the number of different exercises, negated if the person wants many."""
    sign = -1 if week.problem.intake.variety == "high" else 1
    return week.weighted_sum((used, sign) for used in week.used.values())


def evenness(week: WeekModel) -> "cp_model.LinearExprT":
    """Return the most sets of one session, plus set-ups, positions and items."""
    problem = week.problem
    main = [c for c in problem.candidates if c.exercise.block == "main"]
    largest = week.model.new_int_var(0, 100, "largest session")
    terms = [(largest, 1)]
    for day in week.train:
        sets = week.weighted_sum(t for c in main for t in week.set_terms(c, day))
        week.model.add(sets <= largest)
        kinds: dict[str, list[str]] = {}
        for candidate in problem.candidates:
            terms.append((week.use[candidate.id, day], 1))
            kinds.setdefault(f"position {candidate.exercise.position}", []).append(candidate.id)
            needs = candidate.exercise.equipment
            for piece in (*needs.all_of, *needs.any_of):
                kinds.setdefault(f"piece {piece}", []).append(candidate.id)
        for kind, members in kinds.items():
            present = week.flag(f"{kind}[{day}]")
            terms.append((present, 1))
            for member in members:
                week.model.add(week.use[member, day] <= present)
    return week.weighted_sum(terms)


def fixed_order(week: WeekModel) -> "cp_model.LinearExprT":
    """Return a preference for early days and early ids among weeks that are otherwise equal."""
    ranks = {candidate.id: rank for rank, candidate in enumerate(week.problem.candidates)}
    return week.weighted_sum(
        (use, 1 + ranks[name] % 7 + day) for (name, day), use in week.use.items()
    )


TIERS: tuple[Tier, ...] = (
    Tier("shortfall", shortfall),
    Tier("unsuitability", unsuitability),
    Tier("variety", variety),
    Tier("evenness", evenness),
    Tier("order", fixed_order),
)
