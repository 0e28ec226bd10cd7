"""Long holds: the seconds of long holds in a session are limited by level.

With long(e) the seconds of long holds in one set of e (reps x sides x hold if the hold is long)::

    sum_e long(e) * sets[e, d] <= limit(level)      for every day d
"""

from collections.abc import Iterator

from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "long_holds"
SENTENCE = "Long holds stay within the seconds for the level."


def post(week: WeekModel) -> None:
    """Bound the seconds of long holds of every day."""
    problem = week.problem
    limit = problem.knowledge.dosing.holds.long_seconds_a_session[problem.level]
    holding = [c for c in problem.candidates if c.long_hold_s]
    for day in week.train if holding else ():
        terms = [t for c in holding for t in week.set_terms(c, day, c.long_hold_s)]
        week.model.add(week.weighted_sum(terms) <= limit)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each session whose long holds last too long."""
    holds = problem.knowledge.dosing.holds
    level = problem.knowledge.dosing.levels.by_training_age[problem.intake.training_age]
    limit = holds.long_seconds_a_session[level]
    for index, items in enumerate(schedule.days):
        total = 0
        for item in items:
            trained = problem.knowledge.exercises[item.exercise].kind in ("strength", "stability")
            if trained and item.hold_s is not None and item.hold_s >= holds.long_from_s:
                total += item.sets * item.reps * item.hold_s * (1 if item.sides == "both" else 2)
        if total > limit:
            yield Violation(NAME, f"{total} s of long holds in one session; at most {limit}", index)
