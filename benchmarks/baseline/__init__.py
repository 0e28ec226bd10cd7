"""The frozen baseline: the week as rows and columns, the way it was first written down.

Other solvers are measured on this formulation. It is built from the problem alone, without `post`
and without the objective, so that what makes those faster leaves it as it is. It changes where a
rule or a tier changes its meaning, and never for speed; the tests hold its tiers to the values of
backplan.
"""

from benchmarks.baseline.rules import RULES, NotInBaseline
from benchmarks.baseline.tiers import TIERS
from benchmarks.baseline.week import new_week
from benchmarks.linear import Linear, Stage, merged
from constraints.problem import Problem


def baseline(problem: Problem) -> Linear:
    """Return the week with all rules, and the tiers as stages; nothing is settled or left out.

    Raises `NotInBaseline` for a week that has begun or follows another one.
    """
    if problem.begun is not None or problem.before is not None:
        raise NotInBaseline("the baseline has no rows for a week that has begun or follows another")
    week = new_week(problem)
    for rule in RULES:
        rule(week)
    stages = []
    for tier in TIERS:
        terms = merged(tier(week))
        stages.append(Stage(tier.__name__, len(week.columns), len(week.rows), terms, offset=0))
    sets = tuple(
        (candidate.id, day, merged(week.sets(candidate, day)))
        for candidate in problem.candidates
        for day in week.train
    )
    return Linear(tuple(week.columns), tuple(week.rows), tuple(stages), sets)
