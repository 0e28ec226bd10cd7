"""Floor transfers: getting down to the floor and up again at most as often as the limit.

In the order of a session (standing before the floor in the warm-up and the main block, after it in
the cool-down) a second way down is needed exactly if a warm-up item is on the floor, a main item
is not, and a main or cool-down item is on the floor again. Each way down and up is two transfers::

    use[w, d] + use[m, d] + use[f, d] <= 2     for limit 2 or 3, w in floor warm-up,
                                               m in other main, f in floor main or floor cool-down
    use[f, d] = 0                              for limit 0 or 1, f on the floor
"""

from collections.abc import Iterator

from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "floor_transfers"
SENTENCE = "A session goes down to the floor only once."


def post(week: WeekModel) -> None:
    """Forbid a second way down, through one flag for each of the three parts of a session."""
    problem = week.problem
    limit = problem.knowledge.dosing.week.floor_transfers_a_session
    floor = [c for c in problem.candidates if c.exercise.on_floor]
    warm_up = [c for c in floor if c.exercise.block == "warm_up"]
    later = [c for c in floor if c.exercise.block != "warm_up"]
    upright = [
        c for c in problem.candidates if c.exercise.block == "main" and not c.exercise.on_floor
    ]
    for day in week.train:
        if limit < 2:
            for candidate in floor:
                week.model.add(week.use[candidate.id, day] == 0)
        elif limit < 4 and warm_up and later and upright:
            flags = []
            for name, part in (("warm_up", warm_up), ("upright", upright), ("later", later)):
                flag = week.flag(f"{name}[{day}]")
                flags.append(flag)
                for candidate in part:
                    week.model.add(week.use[candidate.id, day] <= flag)
            week.model.add(week.sum(flags) <= 2)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each session that changes between floor and standing too often."""
    limit = problem.knowledge.dosing.week.floor_transfers_a_session
    for index, items in enumerate(schedule.days):
        transfers = 0
        down = False
        for item in items:
            floor = problem.knowledge.exercises[item.exercise].position in ("kneeling", "lying")
            transfers += floor != down
            down = floor
        transfers += down
        if transfers > limit:
            yield Violation(
                NAME, f"{transfers} floor transfers in one session; at most {limit}", index
            )
