"""Growth: a week of a program adds only so much to the weeks before it.

With the limits L(r) in half sets, M and S(e) that the weeks before leave::

    sum_{e, d} credit(e, r) * sets[e, d]  <= L(r)     for every region r that has a limit
    sum_{e main, d} sets[e, d]            <= M
    sum_d sets[e, d]                      <= S(e)     for every exercise e that has a limit

A week that is no part of a program has no such limits.
"""

from collections.abc import Iterator

from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "growth"
SENTENCE = "A week adds only a little to the weeks before it."


def post(week: WeekModel) -> None:
    """Bound the half sets of the regions, the main sets and the sets of the exercises."""
    before = week.problem.before
    if before is None:
        return
    for region, limit in before.half_sets_at_most.items():
        halves = [
            term
            for candidate in week.problem.candidates
            if region in candidate.half_credits
            for day in week.train
            for term in week.set_terms(candidate, day, candidate.half_credits[region])
        ]
        week.model.add(week.weighted_sum(halves) <= limit)
    main = [
        term
        for candidate in week.problem.candidates
        if candidate.exercise.block == "main"
        for day in week.train
        for term in week.set_terms(candidate, day)
    ]
    week.model.add(week.weighted_sum(main) <= before.main_sets_at_most)
    for candidate in week.problem.candidates:
        if candidate.id in before.sets_at_most:
            sets = [term for day in week.train for term in week.set_terms(candidate, day)]
            week.model.add(week.weighted_sum(sets) <= before.sets_at_most[candidate.id])


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each region, exercise and sum that grew too much."""
    if problem.before is None:
        return
    credited: dict[str, float] = {}
    sets: dict[str, int] = {}
    main_sets = 0
    for item in (item for items in schedule.days for item in items):
        exercise = problem.knowledge.exercises[item.exercise]
        sets[item.exercise] = sets.get(item.exercise, 0) + item.sets
        main_sets += item.sets if exercise.block == "main" else 0
        for region, share in exercise.credits.items():
            credited[region] = credited.get(region, 0) + share * item.sets
    for region, limit in problem.before.half_sets_at_most.items():
        if 2 * credited.get(region, 0) > limit:
            sentence = f"{credited[region]:g} credited {region} sets; at most {limit / 2:g}"
            yield Violation(NAME, f"{sentence} after the weeks before")
    if main_sets > problem.before.main_sets_at_most:
        most = problem.before.main_sets_at_most
        yield Violation(NAME, f"{main_sets} main sets; at most {most} after the weeks before")
    for name, most in problem.before.sets_at_most.items():
        if sets.get(name, 0) > most:
            sentence = f"{sets[name]} sets of {name}; at most {most} after the weeks before"
            yield Violation(NAME, sentence, exercise=name)
