"""The plan without search: it keeps to what it promises, and its figures are those of the model."""

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings

from benchmarks.greedy import TURNS, greedy_week, quality
from constraints.problem import Problem
from constraints.schedule import Schedule
from knowledge import Intake
from recommender.build import build
from recommender.decode import decode
from recommender.intake import read_intake
from recommender.screening import screen
from recommender.solve import solve
from tests.solved import EXAMPLE_NAMES, EXAMPLES, solved_example
from tests.strategies import MONDAY, REAL, intakes

KEPT = {"eligibility", "equipment", "session_time", "morning"}
"""The rules that a greedy plan never breaks."""


def example(name: str) -> Problem:
    return build(REAL, read_intake(EXAMPLES / f"{name}.yaml", REAL), MONDAY).problem


@given(intakes())
@settings(max_examples=60)
def test_it_keeps_to_what_is_allowed_at_hand_and_in_time(intake: Intake) -> None:
    assume(screen(REAL, intake, MONDAY).outcome == "clear")
    problem = build(REAL, intake, MONDAY).problem
    week = greedy_week(problem)
    assert not KEPT.intersection(quality(problem, week).broken)
    assert sum(bool(day) for day in week.days) <= intake.sessions.at_most
    for day in week.days:
        assert sum(item.block == "main" for item in day) <= intake.exercises_per_session
        assert not day or any(item.block == "main" for item in day)


@pytest.mark.parametrize("limit", [{"support": True}, {"hours_since_waking": 2}])
def test_without_a_hold_or_too_early_nothing_is_done(limit: dict[str, Any]) -> None:
    problem = example("home_beginner")
    days = tuple(replace(day, equipment={"mat": 1}, hours_awake=1.5) for day in problem.days)
    problem = replace(problem, days=days)
    assert any(greedy_week(problem).days)
    limited = tuple(replace(candidate, **limit) for candidate in problem.candidates)
    assert not any(greedy_week(replace(problem, candidates=limited)).days)


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_both_sides_get_their_turn_and_the_next_day_something_else(name: str) -> None:
    problem = example(name)
    filled = [day for day in greedy_week(problem).days if day]
    assert filled
    for day in filled:
        counts = [sum(item.side == side for item in day) for side in TURNS]
        assert abs(counts[0] - counts[1]) <= 1
    mains = [{item.exercise for item in day if item.block == "main"} for day in filled]
    assert all(one != other for one, other in itertools.pairwise(mains))


def test_the_best_suited_come_first() -> None:
    problem = example("home_beginner")
    chosen = {item.exercise for items in greedy_week(problem).days for item in items}
    penalties = {c.id: c.penalty for c in problem.candidates if c.exercise.block == "main"}
    assert 0 in {penalties[name] for name in chosen if name in penalties}


@pytest.mark.parametrize("name", ["acute_back_pain", "empty_room"])
def test_the_figures_of_a_solved_week_are_those_of_the_first_tier(name: str) -> None:
    problem = example(name)
    solution = solve(problem)
    assert solution is not None
    found = quality(problem, decode(problem, solution.sets))
    assert found.shortfall == solution.tiers[0].value
    assert (found.broken, found.sets_apart, found.exercises_apart) == ((), 0, 0)


def test_a_week_without_its_abdominal_work_is_worth_less() -> None:
    week = solved_example("empty_room")
    whole = quality(week.problem, week.schedule)
    days = (tuple(i for i in day if i.side != "abdominal") for day in week.schedule.days)
    less = quality(week.problem, Schedule(tuple(days)))
    assert "balance" in less.broken
    assert less.shortfall > whole.shortfall
    assert less.sets_apart == sum(
        item.sets for day in week.schedule.days for item in day if item.side == "abdominal"
    )
