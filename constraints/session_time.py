"""Session time: a session lasts no longer than the minutes of its day.

An item with s sets lasts, rounded up to 30 s (`times.rounded_up_to_s`)::

    setup + n_sets * work + (n_sets - 1) * rest + changes + transition
    n_sets  = s + 1 for a moderate or heavy load (one lighter set comes first), else s
    work    = reps * n * (tempo + hold) + (reps * n - 1) * rest between reps
    n       = 2 for `each` and `alternating`, else 1
    changes = n_sets * side change for `each`, else 0

and for every day d::

    sum over e of seconds(e, sets[e, d]) + 2 * floor transfer * floor[d] <= 60 * minutes[d]
    minutes[d] = the minutes of the day, or fewer where a condition says so
    floor[d] >= use[e, d]      for every e on the floor
"""

import math
from collections.abc import Iterator

from constraints import derived
from constraints.problem import Problem
from constraints.schedule import Item, Schedule, Violation
from constraints.week_model import WeekModel

NAME = "session_time"
SENTENCE = "A session, with warm-up, rests and cool-down, fits the minutes of its day."


def post(week: WeekModel) -> None:
    """Keep every day's items and floor transfers within its seconds."""
    problem = week.problem
    times = problem.knowledge.dosing.times
    # The common unit keeps the coefficients small, which the solver's cuts like.
    unit = math.gcd(times.rounded_up_to_s, 2 * times.floor_transfer_s)
    for day in problem.open_days():
        terms = []
        on_floor = [c for c in problem.candidates if c.exercise.on_floor]
        if on_floor:
            floor = week.flag(f"floor[{day.index}]")
            terms.append((floor, 2 * times.floor_transfer_s // unit))
            for candidate in on_floor:
                week.model.add(week.use[candidate.id, day.index] <= floor)
        for candidate in problem.candidates:
            terms += week.second_terms(candidate, day.index, unit)
        week.model.add(week.weighted_sum(terms) <= day.seconds // unit)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for a wrong printed duration and for every session that is too long."""
    times = problem.knowledge.dosing.times
    for index, items in enumerate(schedule.days):
        if not items:
            continue
        total = 0
        floor = False
        for item in items:
            seconds = _duration(problem, item)
            if item.seconds != seconds:
                yield Violation(
                    NAME,
                    f"{item.exercise} says {item.seconds} s, but its dose lasts {seconds} s",
                    index,
                    item.exercise,
                )
            total += seconds
            floor |= problem.knowledge.exercises[item.exercise].position in ("kneeling", "lying")
        if floor:
            total += times.floor_transfer_s * 2
        weekday = problem.days[index].weekday
        answer = problem.intake.days.get(weekday)
        minutes = 0 if answer is None else answer.minutes
        for condition in derived.active(problem):
            if condition.week is not None and condition.week.minutes_at_most is not None:
                minutes = min(minutes, condition.week.minutes_at_most)
        if total > minutes * 60:
            yield Violation(
                NAME, f"{weekday} takes {total / 60:g} minutes, but has {minutes}", index
            )


def _duration(problem: Problem, item: Item) -> int:
    times = problem.knowledge.dosing.times
    setup = problem.knowledge.exercises[item.exercise].dose.setup_s
    repetitions = item.reps if item.sides == "both" else item.reps + item.reps
    one_set = repetitions * ((item.tempo_s or 0) + (item.hold_s or 0))
    one_set += (repetitions - 1) * item.rest_between_reps_s
    if item.sides == "each":
        one_set += times.side_change_s
    sets = item.sets if item.load in ("none", "light") else item.sets + 1
    exact = setup + sets * one_set + (sets - 1) * item.rest_s + times.transition_s
    step = times.rounded_up_to_s
    return -(-exact // step) * step
