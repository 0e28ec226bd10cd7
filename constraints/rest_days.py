"""Rest days: the number of sessions, full days of rest, and no long run of training days.

With k days in a row at most, on the cycle of seven days::

    at_least <= sum_d train[d] <= min(at_most, 7 - rest days, what conditions leave)
    train[d] + train[d+1] + ... + train[d+k] <= k      for every day d of the cycle
"""

from collections.abc import Iterator

from constraints import derived
from constraints.problem import DAYS_A_WEEK, Problem, makes_session
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "rest_days"
SENTENCE = "The week keeps a full rest day and no long run of training days."


def post(week: WeekModel) -> None:
    """Bound the sessions of the week and every run of days."""
    limits = week.problem.knowledge.dosing.week
    wanted = week.problem.intake.sessions
    total = week.sum(week.train.values())
    week.model.add(total >= wanted.at_least)
    most = min(wanted.at_most, week.problem.sessions_at_most)
    week.model.add(total <= min(most, DAYS_A_WEEK - limits.rest_days_at_least))
    run = limits.training_days_in_a_row
    if run < DAYS_A_WEEK:
        for first in range(DAYS_A_WEEK):
            window = [(first + offset) % DAYS_A_WEEK for offset in range(run + 1)]
            if all(day in week.train for day in window):
                week.model.add(week.sum(week.train[day] for day in window) <= run)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for too few or too many sessions, and for a run that is too long."""
    limits = problem.knowledge.dosing.week
    wanted = problem.intake.sessions
    trains = [
        any(makes_session(problem.knowledge.exercises[item.exercise]) for item in items)
        for items in schedule.days
    ]
    sessions = trains.count(True)
    if sessions < wanted.at_least:
        yield Violation(NAME, f"{sessions} sessions, but at least {wanted.at_least} were asked for")
    if sessions > wanted.at_most:
        yield Violation(NAME, f"{sessions} sessions, but at most {wanted.at_most} were asked for")
    for condition in derived.active(problem):
        most = condition.week.sessions_at_most if condition.week else None
        if most is not None and sessions > most:
            yield Violation(NAME, f"{sessions} sessions, but {condition.id} allows {most}")
    if trains.count(False) < limits.rest_days_at_least:
        yield Violation(NAME, f"the week has no {limits.rest_days_at_least} full rest day(s)")
    longest = current = 0
    for trained in trains + trains:
        current = current + 1 if trained else 0
        longest = max(longest, current)
    if longest > limits.training_days_in_a_row:
        yield Violation(
            NAME,
            f"{min(longest, DAYS_A_WEEK)} training days in a row; "
            f"at most {limits.training_days_in_a_row}",
        )
