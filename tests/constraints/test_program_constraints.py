"""The rules between the weeks of a program: the model allows what the checker accepts."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import constraints
from constraints import Constraint, border, check_all, familiar, growth
from constraints.problem import Before
from constraints.schedule import Schedule
from knowledge.schema.exercise import REGIONS
from tests.constraints.test_agreement import assert_agreement
from tests.solved import EXAMPLE_NAMES, solved_example
from tests.strategies import TinyCase, Week, schedule_of_week, tiny_cases

BETWEEN: tuple[Constraint, ...] = (growth, familiar, border)


@st.composite
def earlier_weeks(draw: st.DrawFn, case: TinyCase) -> Schedule:
    """Return a week of the same exercises on any of the seven days, most on the last ones."""
    week: Week = {}
    for judgement in case.built.judgements:
        days = draw(st.sets(st.sampled_from([0, 3, 4, 5, 6, 6]), max_size=4))
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
        keep=draw(st.frozensets(st.sampled_from(names), max_size=2)),
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

    @settings(max_examples=120 if constraint is border else 60)
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
