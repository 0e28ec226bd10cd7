"""Who shares a week: those in whom the solver sees the same. Each gets a plan of their own."""

from dataclasses import replace
from datetime import date

import pytest

from benchmarks.one import problem_of
from knowledge import Intake
from recommender.batch.results import ResultLine
from recommender.batch.rows import Row
from recommender.batch.sharing import Week, seen_by_solver, shared_key
from recommender.batch.solving import Job, read_row, solve_row
from recommender.build import build
from recommender.solve import solve
from tests.recommender.batch.classes import TODAY, person
from tests.strategies import MONDAY, REAL

JOB = Job(REAL, TODAY)


class Known:
    """Remembers weeks as the pool does, and how often one was asked for and given."""

    def __init__(self) -> None:
        self.weeks: dict[str, Week] = {}
        self.key = ""
        self.given = 0

    def ask(self, key: str) -> Week | None:
        self.key = key
        self.given += key in self.weeks
        return self.weeks.get(key)


def both(one: dict[str, str], other: dict[str, str], job: Job = JOB) -> tuple[int, ResultLine]:
    """Return whether the second person got the week of the first, and the line of the second."""
    known = Known()
    _, week = solve_row(job, Row(2, one), known.ask)
    if week is not None:
        known.weeks[known.key] = week
    line, _ = solve_row(job, Row(3, other), known.ask)
    assert line == solve_row(replace(job, share=False), Row(3, other), known.ask)[0]
    return known.given, line


@pytest.mark.parametrize("name", ["03", "24", "38", "55"])
def test_the_solver_sees_nothing_but_what_the_key_is_made_of(name: str) -> None:
    problem = problem_of(REAL, name)
    whole, part = solve(problem), solve(seen_by_solver(problem))
    assert (whole is None) == (part is None)
    if whole is not None and part is not None:
        assert whole.sets == part.sets
        assert [replace(one, seconds=0.0) for one in whole.tiers] == [
            replace(one, seconds=0.0) for one in part.tiers
        ]


@pytest.mark.parametrize(
    "cells",
    [
        {"name": "Eva", "id": "p-2"},
        {"age": "58"},
        {"answered_on": "2026-10-01"},
        {"disliked": "ab_wheel_rollout"},
        {"week_start": "2026-11-30"},
        {
            "places": "home: mat, wall, chair; gym: barbell",
            "mon_place": "home",
            "thu_place": "home",
        },
    ],
    ids=str,
)
def test_who_has_an_equal_problem_gets_the_week_and_a_plan_of_their_own(
    cells: dict[str, str],
) -> None:
    given, line = both(person(), person(**cells))
    assert (given, line.outcome) == (1, "optimal")


def _key(cells: dict[str, str]) -> str | None:
    intake, request = read_row(JOB, Row(2, cells))
    return shared_key(build(REAL, intake, request.week_start).problem, 0)


def _intake(cells: dict[str, str]) -> Intake:
    return read_row(JOB, Row(2, cells))[0]


@pytest.mark.parametrize(
    "cells",
    [
        {"mon_minutes": "30"},
        {"places": "home: mat, wall"},
        {"goal": "strengthen"},
        {"training_age": "over_24_months"},
        {"variety": "high"},
        {"sessions_at_most": "1"},
        {"exercises_per_session": "3"},
        {"rest_days_between_hard_lumbar": "2"},
        {"required": "bird_dog"},
        {"banned": "dead_bug"},
        {"week_start": "2026-12-07"},
    ],
    ids=str,
)
def test_who_differs_in_what_the_solver_sees_does_not_share(cells: dict[str, str]) -> None:
    assert _key(person(**cells)) != _key(person())


def test_seed_and_balance_and_knowledge_are_in_the_key() -> None:
    problem = build(REAL, _intake(person()), MONDAY).problem
    evidence = build(REAL, _intake(person()), MONDAY, "evidence").problem
    later = build(REAL, _intake(person()), date(2026, 12, 7)).problem
    keys = {shared_key(problem, 0), shared_key(problem, 1), shared_key(evidence, 0)}
    assert len(keys | {shared_key(later, 0)}) == 4
    assert None not in keys


def test_a_side_without_exercises_is_never_shared() -> None:
    problem = build(REAL, _intake(person()), MONDAY).problem
    assert shared_key(replace(problem, balance="dropped"), 0) is None
