"""Weekly volume: no region gets more credited sets than the level's upper value.

With credit(e, r) in half sets::

    sum_{e, d} credit(e, r) * sets[e, d] <= 2 * at_most(level, r)      for every region r

The lower value is a target of the first tier and never a constraint: it would make a week
impossible for people with few minutes.
"""

from collections.abc import Iterator

from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "weekly_volume"
SENTENCE = "No region of the body gets more sets in a week than the level allows."


def post(week: WeekModel) -> None:
    """Bound the credited half sets of every region."""
    problem = week.problem
    for region, limit in problem.knowledge.dosing.targets.at_most[problem.level].items():
        terms = [
            term
            for candidate in problem.candidates
            if region in candidate.half_credits
            for day in week.train
            for term in week.set_terms(candidate, day, candidate.half_credits[region])
        ]
        week.model.add(week.weighted_sum(terms) <= 2 * limit)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each region with too many credited sets."""
    level = problem.knowledge.dosing.levels.by_training_age[problem.intake.training_age]
    done: dict[str, float] = {}
    for item in (item for items in schedule.days for item in items):
        for region, share in problem.knowledge.exercises[item.exercise].credits.items():
            done[region] = done.get(region, 0) + share * item.sets
    for region, limit in problem.knowledge.dosing.targets.at_most[level].items():
        if done.get(region, 0) > limit:
            yield Violation(
                NAME, f"{done[region]:g} credited {region} sets in the week; at most {limit}"
            )
