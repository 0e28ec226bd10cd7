"""Recovery: a muscle that worked hard rests the next day.

On the cycle of seven days, for hard candidates e and f (e = f included)::

    use[e, d] + use[f, d+1] <= 1     where e and f share a primary muscle
    use[e, d] + use[f, d+i] <= 1     where both count as lumbar, for i = 1 .. rest days asked for
"""

from collections.abc import Iterator

from constraints.problem import Problem, cyclic_pairs
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "recovery"
SENTENCE = "Muscles that worked hard rest the next day."


def post(week: WeekModel) -> None:
    """Keep hard work for one group of muscles apart, through one flag a group and day."""
    problem = week.problem
    groups: dict[str, list[str]] = {}
    for candidate in problem.candidates:
        if candidate.hard:
            for muscle in candidate.exercise.muscles.primary:
                groups.setdefault(muscle, []).append(candidate.id)
            if candidate.exercise.side == "lumbar":
                groups.setdefault("lumbar side", []).append(candidate.id)
    lumbar_days = problem.intake.rest_days_between_hard_lumbar
    for group, members in groups.items():
        hard = {}
        for day in week.train:
            hard[day] = week.flag(f"hard[{group},{day}]")
            for member in members:
                week.model.add(week.use[member, day] <= hard[day])
        for distance in range(1, (lumbar_days if group == "lumbar side" else 1) + 1):
            for first, second in cyclic_pairs(distance):
                if first in hard and second in hard:
                    week.model.add(hard[first] + hard[second] <= 1)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each pair of hard items that stand too close."""
    effort = problem.knowledge.dosing.effort
    hard = []
    for index, items in enumerate(schedule.days):
        for item in items:
            exercise = problem.knowledge.exercises[item.exercise]
            if exercise.kind in effort.hard_kinds and item.effort >= effort.hard_from:
                hard.append((index, exercise))
    for day, exercise in hard:
        for other_day, other in hard:
            apart = (other_day - day) % len(schedule.days)
            shared = set(exercise.muscles.primary) & set(other.muscles.primary)
            if apart == 1 and shared:
                yield Violation(
                    NAME,
                    f"{exercise.id} and {other.id} train {min(shared)} hard on days in a row",
                    day,
                    exercise.id,
                )
            elif (
                1 <= apart <= problem.intake.rest_days_between_hard_lumbar
                and exercise.side == other.side == "lumbar"
            ):
                yield Violation(
                    NAME,
                    f"{exercise.id} and {other.id} train the lower back hard {apart} day(s) apart",
                    day,
                    exercise.id,
                )
