"""Patterns: not four planks, and not every kind of back extension in one week.

For a pattern p (planks, hinges, ...) with its limits from YAML, and P its main candidates::

    sum_{e in P} use[e, d] <= a_session          for every day d
    sum_{e in P} used[e]   <= exercises_a_week
"""

from collections.abc import Iterator

from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "patterns"
SENTENCE = "One way of moving does not fill a session or the week."


def post(week: WeekModel) -> None:
    """Bound the exercises of each pattern, by session and by week."""
    problem = week.problem
    for pattern in problem.knowledge.patterns.values():
        names = [
            c.id
            for c in problem.candidates
            if c.exercise.block == "main" and c.exercise.pattern == pattern.id
        ]
        week.model.add(week.sum(week.used[name] for name in names) <= pattern.exercises_a_week)
        for day in week.train:
            week.model.add(week.sum(week.use[name, day] for name in names) <= pattern.a_session)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each session and for each week with too much of one pattern."""
    knowledge = problem.knowledge
    of_week: dict[str, set[str]] = {}
    for index, items in enumerate(schedule.days):
        of_session: dict[str, list[str]] = {}
        for item in items:
            exercise = knowledge.exercises[item.exercise]
            if exercise.block == "main":
                of_session.setdefault(exercise.pattern, []).append(exercise.id)
                of_week.setdefault(exercise.pattern, set()).add(exercise.id)
        for pattern, found in of_session.items():
            if len(found) > knowledge.patterns[pattern].a_session:
                weekday = problem.days[index].weekday
                sentence = f"{weekday}: {' and '.join(found)} are all {pattern}"
                yield Violation(NAME, sentence, index, found[0])
    for pattern, names in of_week.items():
        most = knowledge.patterns[pattern].exercises_a_week
        if len(names) > most:
            sentence = (
                f"{len(names)} exercises of the pattern {pattern} in the week; at most {most}"
            )
            yield Violation(NAME, sentence)
