"""Solves a week that follows another one.

The fast way takes days as interchangeable, which those next to the week before are not. So that
week is left out first: a best week without it that goes with it is the best one with it, too. Only
where it does not go with it, the plain way is taken, which tells all days apart.
"""

from dataclasses import replace

from constraints import border
from constraints.problem import Problem
from constraints.schedule import Schedule
from recommender.decode import decode
from recommender.solve import LastWeek, Progress, Solution, solve

NOWHERE = Schedule(((),) * 7)
"""A week before that bears on nothing."""


def solve_after(
    problem: Problem, last: LastWeek | None, seed: int = 0, progress: Progress | None = None
) -> Solution | None:
    """Return the best week of a program, or None if there is none."""
    if problem.before is None:
        return solve(problem, seed=seed, progress=progress)
    alone = replace(problem, before=replace(problem.before, schedule=NOWHERE))
    solution = solve(alone, seed=seed, progress=progress, last=last)
    if solution is None or not any(border.check(problem, decode(problem, solution.sets))):
        return solution
    return solve(problem, seed=seed, progress=progress, last=last, reduce=False)
