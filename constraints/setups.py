"""Set-ups: at most two exercises of a session need a long set-up, such as loading a bar.

With L the candidates whose set-up lasts `long_setup_from_s` or more, for every day d::

    sum_{e in L} use[e, d] <= long_setups_a_session        (both from YAML)
"""

from collections.abc import Iterator

from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "setups"
SENTENCE = "A session has few exercises that take long to set up."


def post(week: WeekModel) -> None:
    """Bound the long set-ups of every day."""
    limits = week.problem.knowledge.dosing.week
    long = [
        candidate.id
        for candidate in week.problem.candidates
        if candidate.exercise.dose.setup_s >= limits.long_setup_from_s
    ]
    for day in week.train:
        uses = [week.use[name, day] for name in long]
        week.model.add(week.sum(uses) <= limits.long_setups_a_session)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for every session with too many long set-ups."""
    limits = problem.knowledge.dosing.week
    exercises = problem.knowledge.exercises
    for index, items in enumerate(schedule.days):
        slow = [
            item.exercise
            for item in items
            if exercises[item.exercise].dose.setup_s >= limits.long_setup_from_s
        ]
        if len(slow) > limits.long_setups_a_session:
            weekday = problem.days[index].weekday
            sentence = f"{weekday}: {', '.join(slow)} each take long to set up"
            yield Violation(NAME, sentence, index, slow[0])
