"""Tiny weeks: the solver finds exactly what trying every week finds, in every tier."""

import zlib

from hypothesis import event, given, settings

from constraints import check_all
from knowledge.schema.exercise import REGIONS
from recommender.decode import decode
from recommender.solve import is_possible, solve
from tests.strategies import TinyCase, Week, all_weeks, schedule_of_week, tiny_cases


def tier_values(case: TinyCase, week: Week) -> tuple[int, ...]:
    """Return the value of every tier by plain arithmetic."""
    problem = case.problem
    exercises = problem.knowledge.exercises
    penalties = {candidate.id: candidate.penalty for candidate in problem.candidates}
    half_minutes = {c.id: c.seconds[c.dose.sets[0]] // 30 for c in problem.candidates}
    missing = over = 0
    for region in REGIONS:
        credit = sum(
            2 * exercises[name].credits.get(region, 0) * sets for (name, _), sets in week.items()
        )
        missing += problem.weights[region] * max(0, problem.targets[region] - int(credit))
        over += max(0, int(credit) - problem.targets[region])
    points = sum(penalties[name] * sets for (name, _), sets in week.items())
    training = {
        day
        for name, day in week
        if exercises[name].kind in ("strength", "stability") and exercises[name].side != "none"
    }
    usual = problem.knowledge.dosing.week.usual_sessions[problem.level]
    rhythm = abs(len(training) - usual) + 8 * sum((day + 1) % 7 in training for day in training)
    used = sorted({name for name, _ in week})
    by_day: dict[int, dict[str, int]] = {day: {} for day in training}
    for (name, day), sets in week.items():
        if exercises[name].block == "main":
            sides = by_day[day]
            side = exercises[name].side
            sides[side] = sides.get(side, 0) + sets
    totals = [sum(sides.values()) for sides in by_day.values()]
    uneven = max(totals, default=0) - min(totals, default=0)
    if problem.balance != "dropped":
        for sides in by_day.values():
            uneven += abs(sides.get("abdominal", 0) - sides.get("lumbar", 0))
    kinds: set[str] = set()
    for name in used:
        kinds.add(exercises[name].position)
        kinds.update(exercises[name].equipment.all_of, exercises[name].equipment.any_of)
    return (
        missing,
        rhythm,
        points + over,
        sum(2**day for day in training),
        -len(used) if problem.intake.variety == "high" else len(used),
        len(kinds),
        sum(half_minutes[name] * 65536 + zlib.crc32(name.encode()) % 65536 for name in used),
        uneven,
        len(week),
    )


@settings(max_examples=300)
@given(tiny_cases(friendly=True, most_weeks=1500))
def test_the_solver_agrees_with_trying_every_week(case: TinyCase) -> None:
    weeks = [
        week
        for week in all_weeks(case, frozenset())
        if not check_all(case.problem, schedule_of_week(case, week))
    ]
    solution = solve(case.problem)
    event("possible" if weeks else "impossible")
    assert is_possible(case.problem) == bool(weeks)
    assert (solution is not None) == bool(weeks)
    if solution is None:
        return
    assert all(tier.proven for tier in solution.tiers)
    best = min(tier_values(case, week) for week in weeks)
    assert tuple(tier.value for tier in solution.tiers) == best
    assert not check_all(case.problem, decode(case.problem, solution.sets))
    assert tier_values(case, dict(solution.sets)) == best


@settings(max_examples=60)
@given(tiny_cases(friendly=True, most_weeks=100_000))
def test_leaving_out_days_and_candidates_changes_no_tier(case: TinyCase) -> None:
    short, full = solve(case.problem), solve(case.problem, reduce=False)
    assert (short is None) == (full is None)
    if short is not None and full is not None:
        values = [(tier.value, tier.proven) for tier in short.tiers]
        assert values == [(tier.value, tier.proven) for tier in full.tiers]
