"""A week that has begun: what was done stays as it was, and days that passed stay empty.

With s(e, d) the sets that were done of exercise e on a day d that was done, 0 where there were
none, and C the days that were missed or do not count any more::

    sets[e, d] = s(e, d)      for every e, d in done
    use[e, d]  = 0            for every e, d in C

What was done and is no candidate any more leaves no week.
"""

from collections.abc import Iterator

from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "begun"
SENTENCE = "What was done this week stays as it was, and days that have passed stay empty."


def post(week: WeekModel) -> None:
    """Fix the days that were done, and keep those that passed empty."""
    begun = week.problem.begun
    if begun is None:
        return
    for day in begun.missed | begun.uncounted:
        if day in week.train:
            week.model.add(week.sum(week.use[one.id, day] for one in week.problem.candidates) == 0)
    for day, done in begun.done.items():
        left = dict(done)
        for candidate in week.problem.candidates if day in week.train else ():
            sets = week.weighted_sum(week.set_terms(candidate, day))
            week.model.add(sets == left.pop(candidate.id, 0))
        if left:
            week.model.add_bool_or([])


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each day that is not as it was done, or that has passed."""
    if problem.begun is None:
        return
    for index, items in enumerate(schedule.days):
        weekday = problem.days[index].weekday
        planned = sorted((item.exercise, item.sets) for item in items)
        if items and (index in problem.begun.missed or index in problem.begun.uncounted):
            yield Violation(NAME, f"{weekday} has passed, but has a session", index)
        if index in problem.begun.done and planned != sorted(problem.begun.done[index].items()):
            yield Violation(NAME, f"{weekday} is not as it was done", index)
