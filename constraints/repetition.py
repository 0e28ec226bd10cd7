"""Repetition: an exercise is not done every day, and one rung of a ladder a session is enough.

With f(kind) the most days a week::

    sum_d use[e, d]                     <= f(kind of e)
    sum_{e of one family} use[e, d]     <= 1       for every day d

Both sides of the body get the same dose: reps are per side, and an exercise that is worked
one side at a time stays so.
"""

from collections.abc import Iterator

from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "repetition"
SENTENCE = "An exercise is not done too often, and no two of one ladder in one session."


def post(week: WeekModel) -> None:
    """Bound the days of every exercise and the rungs of every ladder."""
    problem = week.problem
    families: dict[str, list[str]] = {}
    for candidate in problem.candidates:
        families.setdefault(candidate.exercise.family, []).append(candidate.id)
        most = problem.knowledge.dosing.week.days_a_week[candidate.exercise.kind]
        uses = [week.use[candidate.id, day] for day in week.train]
        if len(uses) > most:
            week.model.add(week.sum(uses) <= most)
    for members in families.values():
        if len(members) > 1:
            for day in week.train:
                week.model.add_at_most_one(week.use[name, day] for name in members)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each exercise done too often, and each ladder climbed twice a day."""
    days: dict[str, int] = {}
    for index, items in enumerate(schedule.days):
        seen: dict[str, str] = {}
        for item in items:
            exercise = problem.knowledge.exercises[item.exercise]
            if exercise.family in seen:
                yield Violation(
                    NAME,
                    f"{item.exercise} and {seen[exercise.family]} are rungs of one ladder",
                    index,
                    item.exercise,
                )
            seen[exercise.family] = item.exercise
            days[item.exercise] = days.get(item.exercise, 0) + 1
            if item.sides != exercise.dose.sides:
                yield Violation(
                    NAME,
                    f"{item.exercise} is worked {exercise.dose.sides}, not {item.sides}",
                    index,
                    item.exercise,
                )
    for name, count in days.items():
        most = problem.knowledge.dosing.week.days_a_week[problem.knowledge.exercises[name].kind]
        if count > most:
            yield Violation(NAME, f"{name} on {count} days; at most {most}", exercise=name)
