"""The fast way through the tiers finds what the plain way finds, and weeks behave as they should.

The people here choose from eight to twelve shipped exercises on three to six days that differ in
time, place and hour: enough for days that cover each other, few enough for the plain way.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from constraints import check_all
from constraints.problem import DAYS_A_WEEK, Problem
from knowledge import Intake, Knowledge
from knowledge.schema.intake import WEEKDAYS
from recommender.build import build
from recommender.decode import decode
from recommender.solve import Solution, solve
from recommender.solve.day_search import on_days
from recommender.solve.day_sets import day_sets
from recommender.solve.days_first import affordable
from tests.strategies import MODES, MONDAY, REAL

SHORTFALL = 1
"""The tiers to solve where only the first is looked at."""

BY_BLOCK = {
    (block, side): sorted(
        one.id for one in REAL.exercises.values() if (one.block, one.side) == (block, side)
    )
    for block in ("warm_up", "main", "cool_down")
    for side in ("abdominal", "lumbar", "none")
}
PREPARED = sorted(
    one.id
    for one in REAL.exercises.values()
    if one.block == "main" and one.side == "lumbar" and REAL.patterns[one.pattern].prepare
)
"""Lumbar exercises that a session has to prepare for where a warm-up that does is possible."""
PREPARING = ("hip_hinge_drill_chair", "pelvic_tilt_wall", "seated_pelvic_tilt", "cat_cow_midrange")
"""Warm-ups that prepare, most of them only where there is a chair or a wall."""
NEEDED = ("march_easy", "slow_breathing")
"""A warm-up and a cool-down that everybody can do anywhere."""
PLACES: list[dict[str, int]] = [
    {},
    {"wall": 1},
    {"mat": 1, "wall": 1, "chair": 1},
    dict(REAL.equipment_sets["gym"].pieces),
]


@st.composite
def few_exercises(draw: st.DrawFn) -> Knowledge:
    lumbar = draw(st.sampled_from([BY_BLOCK["main", "lumbar"], PREPARED]))
    names = {
        *NEEDED,
        *draw(st.sets(st.sampled_from(BY_BLOCK["main", "abdominal"]), min_size=2, max_size=4)),
        *draw(st.sets(st.sampled_from(lumbar), min_size=2, max_size=4)),
        *draw(st.sets(st.sampled_from(BY_BLOCK["main", "none"]), max_size=2)),
        *draw(st.sets(st.sampled_from(PREPARING), max_size=2)),
    }
    kept = {name: one for name, one in REAL.exercises.items() if name in names}
    return REAL.model_copy(update={"exercises": kept})


@st.composite
def problems(
    draw: st.DrawFn, orders: bool = True, bases: st.SearchStrategy[Knowledge] | None = None
) -> Problem:
    knowledge = draw(few_exercises() if bases is None else bases)
    names = sorted(knowledge.exercises)
    days = sorted(draw(st.sets(st.sampled_from(WEEKDAYS), min_size=3, max_size=6)),
                  key=WEEKDAYS.index)  # fmt: skip
    alike = draw(st.booleans())
    usual = draw(st.sampled_from([9, 12, 16, 30]))
    minutes = st.just(usual) if alike else st.sampled_from([8, 10, 13, 16, 25])
    order = {
        "kind": draw(st.sampled_from(["require", "forbid"])),
        "exercise": draw(st.sampled_from(names)),
        "day": draw(st.sampled_from(days)),
        "author": "Ada",
        "reason": "because",
    }
    lowest = draw(st.integers(1, 2))
    intake = Intake.model_validate(
        {
            "answered_on": MONDAY,
            "screening": {
                "age": 40,
                "red_flags": (),
                "conditions": (),
                "other_condition": False,
                "cannot": (),
            },
            "goal": draw(st.sampled_from(["prevent", "strengthen", "relieve"])),
            "training_age": draw(st.sampled_from(["none", "6_to_24_months", "over_24_months"])),
            "places": {"one": draw(st.sampled_from(PLACES)), "two": draw(st.sampled_from(PLACES))},
            "days": {
                day: {
                    "minutes": draw(minutes),
                    "place": draw(st.sampled_from(["one", "one", "two"])),
                }
                for day in days
            },
            "sessions": {"at_least": lowest, "at_most": draw(st.integers(lowest, 5))},
            "rest_days_between_hard_lumbar": draw(st.integers(1, 3)),
            "exercises_per_session": draw(st.integers(2, 4)),
            "variety": draw(st.sampled_from(["same_each_time", "high"])),
            "disliked": draw(st.sampled_from([(), tuple(set(PREPARING) & set(names))])),
            "orders": (order,) if orders and draw(st.integers(0, 2)) == 0 else (),
        }
    )
    return build(knowledge, intake, MONDAY, draw(st.sampled_from(MODES))).problem


def values(solution: Solution | None) -> dict[str, int | None] | None:
    """Return the value of every tier, none of them unproven, or None if there is no week."""
    if solution is None:
        return None
    assert all(tier.proven for tier in solution.tiers)
    return {tier.name: tier.value for tier in solution.tiers}


def shortfall(problem: Problem) -> float:
    """Return the value of the first tier, infinite if there is no week."""
    solution = solve(problem, tiers=SHORTFALL)
    if solution is None or solution.tiers[0].value is None:
        return float("inf")
    assert not check_all(problem, decode(problem, solution.sets))
    return solution.tiers[0].value


@settings(max_examples=200)
@given(problems())
def test_the_fast_way_finds_what_the_plain_way_finds(problem: Problem) -> None:
    fast, plain = solve(problem), solve(problem, reduce=False)
    event("possible" if plain else "impossible")
    assert values(fast) == values(plain)
    if fast is not None:
        assert not check_all(problem, decode(problem, fast.sets))


@settings(max_examples=200)
@given(problems(), st.data())
def test_days_that_cover_others_are_no_worse(problem: Problem, data: st.DataObject) -> None:
    sets = day_sets(problem)
    pairs = [(a, b) for a, b in permutations(sets.every, 2) if sets.covers(a, b)]
    assume(pairs)
    one, other = data.draw(st.sampled_from(pairs))

    assert shortfall(on_days(problem, one)) <= shortfall(on_days(problem, other))


# With targets, doses and rules frozen, more room is never worse, and names of days do not matter.


def with_day(problem: Problem, index: int, **changes: Any) -> Problem:
    days = tuple(replace(day, **changes) if day.index == index else day for day in problem.days)
    return replace(problem, days=days)


def less(problem: Problem, data: st.DataObject) -> Problem:
    """Return the problem with one candidate, some minutes, a day, or some of a limit less."""
    kind = data.draw(st.sampled_from(["candidate", "minutes", "day", "items", "sessions", "load"]))
    event(kind)
    day = data.draw(st.sampled_from([day.index for day in problem.open_days()]))
    if kind == "minutes":
        seconds = problem.days[day].seconds
        return with_day(problem, day, seconds=max(30, seconds - data.draw(st.integers(30, 300))))
    if kind == "day":
        return with_day(problem, day, seconds=0)
    if kind == "items":
        most = problem.intake.exercises_per_session
        fewer = problem.intake.model_copy(update={"exercises_per_session": most - 1})
        return replace(problem, intake=fewer)
    if kind == "sessions":
        return replace(problem, sessions_at_most=problem.intake.sessions.at_most - 1)
    if kind == "load":
        dosing = problem.knowledge.dosing
        week = dosing.week.model_copy(update={"high_load_a_week": dosing.week.high_load_a_week - 1})
        update = {"dosing": dosing.model_copy(update={"week": week})}
        return replace(problem, knowledge=problem.knowledge.model_copy(update=update))
    # Without one that prepares, a rule would not be asked for any more.
    names = [c.id for c in problem.candidates if not c.exercise.prepares]
    dropped = data.draw(st.sampled_from(names))
    kept = tuple(c for c in problem.candidates if c.id != dropped)
    return replace(problem, candidates=kept)


@settings(max_examples=150)
@given(problems(orders=False), st.data())
def test_more_room_never_makes_the_shortfall_worse(problem: Problem, data: st.DataObject) -> None:
    smaller = less(problem, data)
    assume(any(smaller.open_days()))
    found, other = solve(problem, tiers=SHORTFALL), solve(smaller, tiers=SHORTFALL)
    event("possible" if other else "impossible")
    if other is not None:
        assert found is not None
        assert found.tiers[0].value is not None
        assert other.tiers[0].value is not None
        assert found.tiers[0].value <= other.tiers[0].value


def moved(problem: Problem, place: Callable[[int], int]) -> Problem:
    """Return the problem with the time and place of day i on day place(i)."""
    data = {place(day.index): day for day in problem.days}
    return replace(
        problem,
        days=tuple(
            replace(
                day,
                seconds=data[day.index].seconds,
                equipment=data[day.index].equipment,
                hours_awake=data[day.index].hours_awake,
            )
            for day in problem.days
        ),
    )


@settings(max_examples=80)
@given(problems(orders=False), st.integers(1, 6), st.booleans())
def test_turning_or_reversing_the_week_changes_no_value_but_which_days_come_first(
    problem: Problem, by: int, mirror: bool
) -> None:
    other = moved(problem, lambda day: ((-day if mirror else day) + by) % DAYS_A_WEEK)
    one, two = solve(problem, tiers=3), solve(other, tiers=3)
    event("possible" if one else "impossible")
    assert values(one) == values(two)


@settings(max_examples=80)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_changes_no_value(problem: Problem, chance: Any) -> None:
    shuffled = list(problem.candidates)
    chance.shuffle(shuffled)
    other = replace(problem, candidates=tuple(shuffled))
    assert values(solve(problem)) == values(solve(other))


NO_SCREENING = {
    "age": 40,
    "red_flags": (),
    "conditions": (),
    "other_condition": False,
    "cannot": (),
}


def a_problem(**answers: Any) -> Problem:
    """Return the problem of somebody with a chair at one of two places."""
    names = (*NEEDED, "seated_pelvic_tilt", "bird_dog", "heel_slide", "prone_trunk_lift_neutral")
    knowledge = REAL.model_copy(update={"exercises": {n: REAL.exercises[n] for n in names}})
    whole = {
        "answered_on": MONDAY,
        "screening": NO_SCREENING,
        "places": {"bare": {}, "chair": {"chair": 1}},
        "days": {
            "mon": {"minutes": 20, "place": "bare"},
            "thu": {"minutes": 20, "place": "chair"},
        },
        **answers,
    }
    return build(knowledge, Intake.model_validate(whole), MONDAY).problem


def test_a_day_with_one_more_warm_up_that_prepares_covers_no_other() -> None:
    """On Thursday a chest lift has to be prepared on the chair, which takes time."""
    sets = day_sets(a_problem())
    assert sets.fits[3] > sets.fits[0]
    assert sets.prepares[3] > sets.prepares[0]
    assert not sets.covers((3,), (0,))


def test_a_warm_up_that_prepares_stays_whatever_it_costs() -> None:
    problem = a_problem(disliked=("seated_pelvic_tilt", "bird_dog"))
    penalties = {candidate.id: candidate.penalty for candidate in problem.candidates}
    assert penalties["seated_pelvic_tilt"] > 0
    assert "seated_pelvic_tilt" in {c.id for c in affordable(problem, 0).candidates}
    assert "bird_dog" not in {c.id for c in affordable(problem, 0).candidates}
