"""The rules between the weeks of a program: the model allows what the checker accepts."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

import constraints
from constraints import Constraint, border, check_all, familiar, growth
from constraints.problem import Before, Candidate, Problem
from constraints.schedule import Item, Schedule
from constraints.week_model import WeekModel
from knowledge.schema.exercise import REGIONS
from recommender.decode import decode
from recommender.solve.engine import new_solver
from tests.constraints.test_agreement import assert_agreement
from tests.solved import EXAMPLE_NAMES, solved_example
from tests.strategies import TinyCase, Week, schedule_of_week, tiny_cases

BETWEEN: tuple[Constraint, ...] = (growth, familiar, border)


@st.composite
def earlier_weeks(draw: st.DrawFn, case: TinyCase) -> Schedule:
    """Return a week of the same exercises on any of the seven days, most on the last ones."""
    week: Week = {}
    for judgement in case.built.judgements:
        days = draw(st.sampled_from([(), (6,), (6,), (5,), (5, 6), (4, 5, 6), (0, 3)]))
        week |= {(judgement.exercise.id, day): judgement.dose.sets[0] for day in days}
    return schedule_of_week(case, week)


@st.composite
def cases_after(draw: st.DrawFn, focus: str) -> TinyCase:
    """Return a tiny case whose week follows another one, with close limits."""
    case = draw(tiny_cases(focus=focus))
    names = [judgement.exercise.id for judgement in case.built.judgements]
    few = st.integers(0, 4)
    before = Before(
        schedule=draw(earlier_weeks(case)),
        half_sets_at_most=draw(st.dictionaries(st.sampled_from(REGIONS), few, max_size=3)),
        main_sets_at_most=draw(st.integers(0, 6)),
        sets_at_most=draw(st.dictionaries(st.sampled_from(names), few, max_size=3)),
        keep=draw(st.frozensets(st.sampled_from([*names, "gone"]), max_size=2)),
        known=draw(st.frozensets(st.sampled_from(names))),
        new_at_most=draw(st.integers(0, 2)),
    )
    built = replace(case.built, problem=replace(case.problem, before=before))
    return TinyCase(built)


@pytest.mark.parametrize("constraint", BETWEEN, ids=lambda one: one.NAME)
def test_the_model_allows_exactly_what_the_checker_accepts_between_weeks(
    constraint: Constraint,
) -> None:
    focus = "spinal_load" if constraint is border else ""

    @settings(max_examples=100 if constraint is border else 40)
    @given(cases_after(focus))
    def agree(case: TinyCase) -> None:
        assert_agreement(case, (constraint,), frozenset())

    agree()


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_a_week_may_follow_itself(name: str) -> None:
    solved = solved_example(name)
    main = {one.exercise for day in solved.schedule.days for one in day if one.block == "main"}
    before = Before(solved.schedule, {}, 100, {}, frozenset(main), frozenset(main), 0)
    assert check_all(replace(solved.problem, before=before), solved.schedule) == ()


def test_a_week_that_is_no_part_of_a_program_has_no_such_rules() -> None:
    solved = solved_example("gym_advanced")
    for constraint in BETWEEN:
        assert constraint in constraints.ALL
        assert not list(constraint.check(solved.problem, solved.schedule))


@pytest.mark.parametrize("heavy_first", [True, False])
def test_a_very_high_load_keeps_away_from_hard_lumbar_work_over_the_border(
    heavy_first: bool,
) -> None:
    solved = solved_example("gym_advanced")
    problem = solved.problem
    hard = next(c for c in problem.candidates if c.hard and c.exercise.side == "lumbar")
    # A very high load that is neither hard nor lumbar, so that no other rule keeps them apart.
    other = problem.knowledge.exercises["superman"].model_copy(
        update={"id": "heavy", "side": "abdominal", "kind": "stability"}
    )
    knowledge = problem.knowledge.model_copy(
        update={"exercises": {**problem.knowledge.exercises, "heavy": other}}
    )
    heavy = replace(hard, exercise=other, hard=False)
    early, late = (heavy, hard) if heavy_first else (hard, heavy)
    before = Before(_alone(problem, early, 6), {}, 100, {}, frozenset(), frozenset(), 100)
    week = WeekModel(
        replace(problem, knowledge=knowledge, candidates=(late,), before=before)
    )  # fmt: skip
    border.post(week)
    week.model.add(week.use[late.id, min(week.train)] == 1)
    assert min(week.train) == 0
    assert new_solver().solve(week.model) == cp_model.INFEASIBLE
    assert list(border.check(week.problem, _alone(problem, late, 0)))


def _alone(problem: Problem, candidate: Candidate, day: int) -> Schedule:
    """Return a week with one item of a candidate on a day."""
    days: list[tuple[Item, ...]] = [()] * 7
    sets = candidate.dose.sets[0]
    only = replace(problem, candidates=(candidate,))
    days[day] = decode(only, {(candidate.id, day): sets}).days[day]
    return Schedule(tuple(days))
