"""Solves a week that follows another one.

Days can stand in for each other only where no week before tells them apart, which makes solving
fast. So that week is left out first: a best week without it that goes with it is the best one with
it, too. Only where it does not go with it, it is solved again with all days told apart.
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
    return solve(problem, seed=seed, progress=progress, last=last)
