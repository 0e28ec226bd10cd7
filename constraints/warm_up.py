"""Warm-up: a session with a pattern that needs it begins with something that prepares for it.

For every pattern p that is to be prepared, P its main candidates and W(p, d) the warm-up
candidates that prepare for it and fit the place and hour of day d, where there are any::

    use[e, d] <= sum_{w in W(p, d)} use[w, d]      for every e in P
"""

from collections.abc import Iterator

from constraints.day_fit import suits
from constraints.equipment import missing
from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "warm_up"
SENTENCE = "The warm-up prepares for what the session asks."


def post(week: WeekModel) -> None:
    """Tie each exercise of such a pattern to a warm-up that prepares for it."""
    problem = week.problem
    for day in problem.open_days():
        for candidate in problem.candidates:
            pattern = problem.knowledge.patterns[candidate.exercise.pattern]
            if candidate.exercise.block != "main" or not pattern.prepare:
                continue
            warm_ups = [
                week.use[one.id, day.index]
                for one in problem.candidates
                if pattern.id in one.exercise.prepares and suits(problem.knowledge, one, day)
            ]
            if warm_ups:
                week.model.add(week.use[candidate.id, day.index] <= week.sum(warm_ups))


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each exercise that comes unprepared although it need not."""
    exercises = problem.knowledge.exercises
    for index, items in enumerate(schedule.days):
        prepared = {p for item in items for p in exercises[item.exercise].prepares}
        day = problem.days[index]
        for item in items:
            exercise = exercises[item.exercise]
            if exercise.block != "main" or exercise.pattern in prepared:
                continue
            if not problem.knowledge.patterns[exercise.pattern].prepare:
                continue
            for one in problem.candidates:
                if exercise.pattern not in one.exercise.prepares:
                    continue
                late = day.hours_awake is None or one.hours_since_waking <= day.hours_awake
                pieces = problem.knowledge.dosing.cap_cues.support_pieces
                steady = not one.support or any(day.equipment.get(piece) for piece in pieces)
                if late and steady and not list(missing(problem, index, one.exercise)):
                    sentence = f"{day.weekday}: nothing prepares for {exercise.id}"
                    yield Violation(NAME, sentence, index, exercise.id)
                    break
