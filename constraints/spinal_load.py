"""Spinal load: high loads do not pile up, and very high ones are rare and stand alone.

With V the candidates of very high spinal load, G those of high or very high spinal load, and H the
hard lumbar ones, on the cycle of days::

    sum_{g in G} use[g, d]     <= 1 a session (from YAML)
    sum_{g in G, d} use[g, d]  <= 2 a week (from YAML)
    sum_{v in V} use[v, d]     <= 1 a session (from YAML)
    sum_{v in V, d} use[v, d]  <= 2 a week (from YAML)
    use[v, d] + use[h, d+1] <= 1   and   use[h, d] + use[v, d+1] <= 1
"""

from collections.abc import Iterator

from constraints.problem import Problem, cyclic_pairs
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "spinal_load"
SENTENCE = "High loads on the spine do not pile up, and very high ones stand alone."


def post(week: WeekModel) -> None:
    """Bound the very high loads and keep them away from hard lumbar days."""
    problem = week.problem
    limits = problem.knowledge.dosing.week
    high = [c.id for c in problem.candidates if c.exercise.spinal_load in ("high", "very_high")]
    for day in week.train:
        uses = [week.use[name, day] for name in high]
        week.model.add(week.sum(uses) <= limits.high_load_a_session)
    week.model.add(
        week.sum(week.use[name, day] for name in high for day in week.train)
        <= limits.high_load_a_week
    )
    very_high = [c.id for c in problem.candidates if c.exercise.spinal_load == "very_high"]
    hard_lumbar = [c.id for c in problem.candidates if c.hard and c.exercise.side == "lumbar"]
    if not very_high:
        return
    loads = {day: [week.use[name, day] for name in very_high] for day in week.train}
    for load in loads.values():
        week.model.add(week.sum(load) <= limits.very_high_load_a_session)
    week.model.add(
        week.sum(use for load in loads.values() for use in load) <= limits.very_high_load_a_week
    )
    for first, second in cyclic_pairs(1):
        if first not in week.train or second not in week.train:
            continue
        for name in very_high:
            for other in hard_lumbar:
                week.model.add(week.use[name, first] + week.use[other, second] <= 1)
                week.model.add(week.use[other, first] + week.use[name, second] <= 1)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for too many very high loads and for each that has a hard neighbour."""
    limits = problem.knowledge.dosing.week
    effort = problem.knowledge.dosing.effort
    count = high_count = 0
    for index, items in enumerate(schedule.days):
        loaded = [
            item.exercise
            for item in items
            if problem.knowledge.exercises[item.exercise].spinal_load in ("high", "very_high")
        ]
        high_count += len(loaded)
        if len(loaded) > limits.high_load_a_session:
            yield Violation(NAME, f"{' and '.join(loaded)} in one session", index, loaded[0])
        heavy = [
            item.exercise
            for item in items
            if problem.knowledge.exercises[item.exercise].spinal_load == "very_high"
        ]
        count += len(heavy)
        if len(heavy) > limits.very_high_load_a_session:
            yield Violation(NAME, f"{' and '.join(heavy)} in one session", index, heavy[0])
        if not heavy:
            continue
        for neighbour in ((index - 1) % 7, (index + 1) % 7):
            for item in schedule.days[neighbour]:
                exercise = problem.knowledge.exercises[item.exercise]
                if (
                    exercise.side == "lumbar"
                    and exercise.kind in effort.hard_kinds
                    and item.effort >= effort.hard_from
                ):
                    sentence = f"{heavy[0]} stands next to a day with {item.exercise}"
                    yield Violation(NAME, sentence, index, heavy[0])
    if high_count > limits.high_load_a_week:
        sentence = f"{high_count} high loads on the spine in the week; at most "
        yield Violation(NAME, f"{sentence}{limits.high_load_a_week}")
    if count > limits.very_high_load_a_week:
        yield Violation(
            NAME,
            f"{count} very high loads on the spine in the week; "
            f"at most {limits.very_high_load_a_week}",
        )
