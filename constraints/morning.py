"""Morning: what needs some hours since getting up is not planned on a day that starts earlier.

For candidate e with h(e) hours from the rules on its demands, and awake(d) the hours between
getting up and training on day d, where the person gave both times::

    use[e, d] = 0    if awake(d) < h(e)

Where a time is not known the rule is printed with the exercise instead.
"""

from collections.abc import Iterator
from datetime import datetime

from constraints import derived
from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "morning"
SENTENCE = "Bending and heavy work wait some hours after getting up."


def post(week: WeekModel) -> None:
    """Forbid each candidate on the days that come too early for it."""
    for candidate in week.problem.candidates:
        for day in week.problem.open_days():
            if day.hours_awake is not None and day.hours_awake < candidate.hours_since_waking:
                week.model.add(week.use[candidate.id, day.index] == 0)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for every item that is planned too early in the day."""
    for index, items in enumerate(schedule.days):
        weekday = problem.days[index].weekday
        answer = problem.intake.days.get(weekday)
        if answer is None or answer.at is None or problem.intake.wakes_at is None:
            continue
        training = datetime.strptime(answer.at, "%H:%M")
        waking = datetime.strptime(problem.intake.wakes_at, "%H:%M")
        awake_s = (training - waking).seconds
        for item in items:
            for name, caps in derived.caps(problem, item):
                if awake_s < 3600 * (caps.hours_since_waking or 0):
                    sentence = f"{item.exercise} on {weekday} is too soon after getting up: {name}"
                    yield Violation(NAME, sentence, index, item.exercise)
                    break
