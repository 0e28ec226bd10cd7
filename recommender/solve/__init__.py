"""Solves a problem in tiers: each is minimised while the ones before it are held."""

from collections.abc import Collection
from dataclasses import dataclass

import constraints
from constraints import Constraint
from constraints.problem import Problem
from recommender.objective import TIERS, LastWeek, tiers_after
from recommender.solve.days_first import days_first
from recommender.solve.engine import (
    BUDGET,
    OutOfTime,
    Post,
    Progress,
    Sets,
    Solving,
    StoppedBy,
    TierResult,
    model_of,
    new_solver,
    run,
)
from recommender.solve.least_change import least_change
from recommender.solve.plain import plain

__all__ = [
    "TIERS",
    "LastWeek",
    "OutOfTime",
    "Post",
    "Progress",
    "Sets",
    "Solution",
    "StoppedBy",
    "TierResult",
    "is_possible",
    "model_of",
    "solve",
]


@dataclass(frozen=True, slots=True)
class Solution:
    """The best week found: sets by exercise and day, and how far each tier was proven."""

    sets: Sets
    tiers: tuple[TierResult, ...]
    stopped_by: StoppedBy | None = None


def is_possible(problem: Problem, rules: Collection[Constraint] = constraints.ALL) -> bool:
    """Return whether any week satisfies the rules, solved without an objective.

    Raises `OutOfTime` if that could not be decided.
    """
    from ortools.sat.python import cp_model

    if not problem.candidates or not any(problem.open_days()):
        return False
    solver = new_solver(budget=BUDGET)
    solver.parameters.cp_model_presolve = False
    if run(solver, model_of(problem, rules).model):
        raise KeyboardInterrupt
    status = solver.response_proto.status
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return True
    if status == cp_model.INFEASIBLE:
        return False
    if status == cp_model.MODEL_INVALID:
        raise AssertionError("the model is invalid")
    raise OutOfTime


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    time_limit_s: float | None = None,
    tiers: int | None = None,
    reduce: bool = True,
    progress: Progress | None = None,
    post: Post | None = None,
    last: LastWeek | None = None,
    shortfall_at_least: int = 0,
) -> Solution | None:
    """Return the best week in the first `tiers` tiers, or None if there is none at all.

    A tier that uses up its deterministic budget is held at its best value and not proven.
    `time_limit_s` is a guard in wall-clock seconds for all tiers together. `reduce` decides days
    and exercises first and leaves out what later tiers cannot use; it changes no value, only the
    time. `post` adds to every model what is asked of this week beside the constraints; it must not
    tell the days apart. With a `last` week the one closest to it is best, after the shortfall;
    the search for that ends where no week is known to miss less than `shortfall_at_least`.
    """
    solving = Solving(seed, time_limit_s, progress, post)
    wanted = tiers_after(last)[:tiers]
    results: list[TierResult] = []
    if not reduce:
        found = plain(problem, solving, wanted)
    elif last is None:
        found = days_first(problem, solving)
    else:
        found = least_change(problem, solving, last, shortfall_at_least)
    for result in found:
        results.append(result)
        if len(results) == len(wanted) or solving.stopped_by:
            break
    if solving.sets is None:
        return None
    missing = wanted[len(results) :]
    results += [TierResult(tier.name, None, None, proven=False) for tier in missing]
    return Solution(solving.sets, tuple(results), solving.stopped_by)
