"""Stacking: what was missed is not piled onto days that stand next to hard work.

Once a week has begun, with h(d) the hard sets that the plan so far gave day d, H the hard
candidates, k the sets that may be taken over all the same (from YAML), and M more hard sets than a
day can hold, for every day d that is still to come and each of its two neighbours n::

    hard[n] >= use[e, n]                                          for every e in H
    sum_{e in H} sets[e, d] <= h(d) + k + M * (1 - hard[n])
    sum_{e in H} sets[e, d]  = 0                                  if n was done but does not count

The days are a cycle, as everywhere: the week after is taken to begin as this one did.
"""

from collections.abc import Iterator

from constraints.problem import DAYS_A_WEEK, Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "stacking"
SENTENCE = "Missed sets are not piled onto a day next to hard work."


def post(week: WeekModel) -> None:
    """Bound the hard sets of each day to come where a neighbour has hard work."""
    begun = week.problem.begun
    if begun is None:
        return
    hard = [candidate for candidate in week.problem.candidates if candidate.hard]
    most = sum(candidate.dose.sets[1] for candidate in hard)
    made_up = week.problem.knowledge.dosing.week.hard_sets_made_up_next_to_hard
    works = {day: week.flag(f"hard work[{day}]") for day in week.train}
    for day, work in works.items():
        for candidate in hard:
            week.model.add(week.use[candidate.id, day] <= work)
    for day in week.train:
        if day in begun.done:
            continue
        sets = week.weighted_sum(term for one in hard for term in week.set_terms(one, day))
        limit = begun.hard_sets.get(day, 0) + made_up
        for neighbour in ((day - 1) % DAYS_A_WEEK, (day + 1) % DAYS_A_WEEK):
            if neighbour in begun.uncounted:
                week.model.add(sets == 0)
            elif neighbour in works:
                week.model.add(sets <= limit + most * (1 - works[neighbour]))


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each day to come that takes over hard sets next to hard work."""
    if problem.begun is None:
        return
    effort = problem.knowledge.dosing.effort
    sets = [0] * DAYS_A_WEEK
    for index, items in enumerate(schedule.days):
        for item in items:
            kind = problem.knowledge.exercises[item.exercise].kind
            if kind in effort.hard_kinds and item.effort >= effort.hard_from:
                sets[index] += item.sets
    made_up = problem.knowledge.dosing.week.hard_sets_made_up_next_to_hard
    for index, count in enumerate(sets):
        before = problem.begun.hard_sets.get(index, 0)
        if index in problem.begun.done or not count:
            continue
        day = problem.days[index].weekday
        neighbours = {(index - 1) % len(sets), (index + 1) % len(sets)}
        if neighbours & problem.begun.uncounted:
            sentence = f"{day} has hard work next to a day that was done and does not count"
            yield Violation(NAME, sentence, index)
        elif count > before + made_up and any(sets[neighbour] for neighbour in neighbours):
            sentence = f"{day} stands next to hard work and has {count} hard sets; it had {before}"
            yield Violation(NAME, sentence, index)
