"""Balance: as much abdominal as lumbar work over the week.

Article mode, with A and L the abdominal and the lumbar candidates::

    sum_{e in A} used[e]        = sum_{e in L} used[e]
    sum_{e in A, d} sets[e, d]  = sum_{e in L, d} sets[e, d]  >= 1

Evidence mode, with credits in half sets and the band [lo, hi] in per cent::

    lo * lumbar <= 100 * abdominal <= hi * lumbar,    abdominal sets >= 1,  lumbar sets >= 1

Where no candidate is left on one side the rule is dropped, aloud.
"""

from collections.abc import Iterator

from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel

NAME = "balance"
SENTENCE = "The week has as much abdominal as lumbar work."


def post(week: WeekModel) -> None:
    """Keep both sides equal, or their credits inside the band."""
    problem = week.problem
    if problem.balance == "dropped":
        return
    sides = {
        side: [c for c in problem.candidates if c.exercise.side == side]
        for side in ("abdominal", "lumbar")
    }
    exercises = {
        side: week.sum(week.used[c.id] for c in candidates) for side, candidates in sides.items()
    }
    sets = {
        side: week.weighted_sum(
            term
            for candidate in candidates
            for day in week.train
            for term in week.set_terms(candidate, day)
        )
        for side, candidates in sides.items()
    }
    week.model.add(exercises["abdominal"] >= 1)
    week.model.add(exercises["lumbar"] >= 1)
    if problem.balance == "article":
        week.model.add(exercises["abdominal"] == exercises["lumbar"])
        week.model.add(sets["abdominal"] == sets["lumbar"])
        return
    lowest, highest = problem.knowledge.dosing.balance.evidence_ratio_percent
    abdominal, lumbar = (
        week.weighted_sum(
            term
            for candidate in problem.candidates
            for day in week.train
            for term in week.set_terms(candidate, day, candidate.half_credits.get(region, 0))
        )
        for region in ("abdominal", "lumbar")
    )
    week.model.add(100 * abdominal >= lowest * lumbar)
    week.model.add(100 * abdominal <= highest * lumbar)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each way in which the two sides differ."""
    if problem.balance == "dropped":
        return
    names: dict[str, set[str]] = {"abdominal": set(), "lumbar": set(), "none": set()}
    sets = {"abdominal": 0, "lumbar": 0, "none": 0}
    credit = {"abdominal": 0.0, "lumbar": 0.0}
    for item in (item for items in schedule.days for item in items):
        exercise = problem.knowledge.exercises[item.exercise]
        names[exercise.side].add(item.exercise)
        sets[exercise.side] += item.sets
        for region, share in exercise.credits.items():
            if region in credit:
                credit[region] += share * item.sets
    for side in ("abdominal", "lumbar"):
        if not names[side]:
            yield Violation(NAME, f"the week has no {side} exercise")
    if problem.balance == "article":
        if len(names["abdominal"]) != len(names["lumbar"]):
            yield Violation(
                NAME,
                f"{len(names['abdominal'])} abdominal exercises, but {len(names['lumbar'])} lumbar",
            )
        if sets["abdominal"] != sets["lumbar"]:
            yield Violation(
                NAME, f"{sets['abdominal']} abdominal sets, but {sets['lumbar']} lumbar"
            )
        return
    lowest, highest = problem.knowledge.dosing.balance.evidence_ratio_percent
    if not lowest * credit["lumbar"] <= 100 * credit["abdominal"] <= highest * credit["lumbar"]:
        yield Violation(
            NAME,
            f"{credit['abdominal']:g} credited abdominal sets against {credit['lumbar']:g} lumbar "
            f"is outside {lowest}-{highest} %",
        )
