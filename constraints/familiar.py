"""Familiar: in a program an exercise stays long enough to be learned, and few new ones come.

With K the exercises that are kept, F those that are known, and n the new ones that are allowed::

    used[e] = 1                               for every e in K
    sum_{e main, e not in F} used[e]  <= n

A week that is no part of a program knows neither.
"""

from collections.abc import Iterator

from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "familiar"
SENTENCE = "An exercise stays for some weeks, and few new ones come at a time."


def post(week: WeekModel) -> None:
    """Use what is kept, and bound the new main exercises."""
    before = week.problem.before
    if before is None:
        return
    for name in sorted(before.keep):
        week.model.add_bool_or([week.used[name]] if name in week.used else [])
    new = [
        week.used[candidate.id]
        for candidate in week.problem.candidates
        if candidate.exercise.block == "main" and candidate.id not in before.known
    ]
    week.model.add(week.sum(new) <= before.new_at_most)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each exercise that went too soon, and for too many new ones."""
    if problem.before is None:
        return
    here = {item.exercise for items in schedule.days for item in items}
    for name in sorted(problem.before.keep - here):
        sentence = f"{name} is gone before it could be learned"
        yield Violation(NAME, sentence, exercise=name)
    new = sorted(
        name
        for name in here - problem.before.known
        if problem.knowledge.exercises[name].block == "main"
    )
    if len(new) > problem.before.new_at_most:
        sentence = f"{', '.join(new)} are new; at most {problem.before.new_at_most} a week"
        yield Violation(NAME, sentence)
