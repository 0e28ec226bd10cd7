"""Candidates that others can always stand in for are left out, and no value changes.

The knowledge bases here are made of variants of a few exercises: other doses, set-ups and credits,
some on the ladder of the original and some on one of their own.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from constraints.problem import Candidate, Problem
from knowledge import Exercise, Knowledge
from knowledge.schema.exercise import Equipment
from recommender.objective import TIERS, weight_of
from recommender.solve import solve
from recommender.solve.dominance import Through, without_dominated
from tests.recommender.test_days_first import BY_BLOCK, NEEDED, a_problem, problems, values
from tests.strategies import REAL

NAMES = [tier.name for tier in TIERS]


@st.composite
def variants(draw: st.DrawFn, name: str, number: int) -> Exercise:
    exercise = REAL.exercises[name]
    own_ladder = draw(st.booleans())
    one = exercise.id[:30]
    dose = exercise.dose.model_dump()
    dose["setup_s"] = draw(st.sampled_from([0, 30, 60, 90]))
    for level in ("novice", "intermediate", "advanced"):
        if dose[level] is not None:
            fewest, most = dose[level]["sets"]
            dose[level]["sets"] = (fewest, draw(st.integers(fewest, most)))
            dose[level]["rest_s"] = draw(st.sampled_from([0, 30, 90]))
    return exercise.model_validate(
        {
            **exercise.model_dump(),
            "id": f"{one}_{number}",
            "family": f"{one}_{number}" if own_ladder else exercise.family,
            "step": exercise.step if own_ladder else draw(st.integers(1, 3)),
            "position": draw(st.sampled_from([exercise.position, "standing"])),
            "dose": dose,
            "substitutes": (),
        }
    )


@st.composite
def bases(draw: st.DrawFn) -> Knowledge:
    exercises = [REAL.exercises[name] for name in NEEDED]
    for side in ("abdominal", "lumbar"):
        name = draw(st.sampled_from(BY_BLOCK["main", side]))
        exercises += [draw(variants(name, n)) for n in range(draw(st.integers(2, 5)))]
        exercises.append(REAL.exercises[draw(st.sampled_from(BY_BLOCK["main", side]))])
    exercises += [draw(variants("slow_breathing", n)) for n in range(draw(st.integers(0, 3)))]
    return REAL.model_copy(
        update={"exercises": {one.id: one for one in sorted(exercises, key=lambda one: one.id)}}
    )


@settings(max_examples=80)
@given(
    problems(orders=False, bases=bases()),
    st.sampled_from(["shortfall", "unsuitability", "variety", "changes", "choice"]),
    st.integers(0, 2**16),
)
def test_what_is_left_out_changes_no_value(problem: Problem, through: Through, seed: int) -> None:
    problem = with_other_penalties(problem, seed)
    reduced = without_dominated(problem, through)
    event(f"{len(problem.candidates) - len(reduced.candidates)} left out")
    tiers = len(TIERS) if through == "choice" else NAMES.index(through) + 1
    assert values(solve(reduced, tiers=tiers, reduce=False)) == values(
        solve(problem, tiers=tiers, reduce=False)
    )


def with_other_penalties(problem: Problem, seed: int) -> Problem:
    """Return the problem with some candidates a little less fitting."""
    candidates = (
        replace(one, penalty=one.penalty + (seed >> place) % 2)
        for place, one in enumerate(problem.candidates)
    )
    return replace(problem, candidates=tuple(candidates))


Change = Callable[[Candidate], Candidate]


def with_exercise(**changes: Any) -> Change:
    return lambda one: replace(one, exercise=one.exercise.model_copy(update=changes))


def with_dose(**changes: Any) -> Change:
    return lambda one: replace(one, dose=one.dose.model_copy(update=changes))


def longer(one: Candidate) -> Candidate:
    return replace(one, seconds=tuple(seconds and seconds + 30 for seconds in one.seconds))


def slow_to_set_up(one: Candidate) -> Candidate:
    dose = one.exercise.dose.model_copy(update={"setup_s": 120})
    return with_exercise(dose=dose)(one)


def alike(one: Candidate) -> Candidate:
    return one


def copies(problem: Problem, change: Change, name: str = "heel_slide") -> Problem:
    """Return the problem with five changed copies of a candidate, each on a ladder of its own.

    Only the original has long holds: but for the change all copies would be better.
    """
    (one,) = (candidate for candidate in problem.candidates if candidate.id == name)
    more = (with_exercise(id=f"{name}_{n}", family=f"{name}_{n}")(change(one)) for n in range(5))
    candidates = (replace(c, long_hold_s=10) if c is one else c for c in problem.candidates)
    return replace(problem, candidates=(*candidates, *more))


def left_of(problem: Problem, through: Through) -> list[str]:
    """Return which of the copied exercises are left."""
    left = without_dominated(problem, through).candidates
    return [one.id for one in left if one.id.startswith("heel_slide")]


@pytest.mark.parametrize("through", ["shortfall", "unsuitability", "variety", "changes"])
def test_as_many_stay_as_a_week_can_hold_of_one_pattern(through: Through) -> None:
    pattern = REAL.exercises["heel_slide"].pattern
    assert REAL.patterns[pattern].exercises_a_week == 2
    assert left_of(copies(a_problem(), alike), through) == ["heel_slide_0", "heel_slide_1"]


@pytest.mark.parametrize(
    ("change", "tier"),
    [
        (longer, "shortfall"),
        (with_dose(sets=(1, 1)), "shortfall"),
        (with_dose(sets=(3, 3)), "shortfall"),
        (lambda one: replace(one, half_credits={"abdominal": 2}), "shortfall"),
        (lambda one: replace(one, hard=True), "shortfall"),
        (lambda one: replace(one, support=True), "shortfall"),
        (with_exercise(side="lumbar"), "shortfall"),
        (with_exercise(kind="strength"), "shortfall"),
        (with_exercise(pattern="curl"), "shortfall"),
        (with_exercise(position="standing", on_floor=False), "shortfall"),
        (with_exercise(spinal_load="high"), "shortfall"),
        (slow_to_set_up, "shortfall"),
        (with_exercise(equipment=Equipment(all_of={"chair": 1})), "shortfall"),
        (lambda one: replace(one, penalty=one.penalty + 1), "unsuitability"),
        (with_exercise(position="kneeling"), "changes"),
    ],
)
def test_an_exercise_stays_if_what_could_stand_in_is_worse(change: Change, tier: Through) -> None:
    problem = copies(a_problem(), change)
    order: list[Through] = ["shortfall", "unsuitability", "variety", "changes"]
    place = order.index(tier)
    assert all("heel_slide" in left_of(problem, through) for through in order[place:])
    if place:
        assert len(left_of(problem, order[place - 1])) == 2


def test_high_and_very_high_loads_differ() -> None:
    problem = a_problem()
    heavy = tuple(with_exercise(spinal_load="high")(one) for one in problem.candidates)
    problem = replace(problem, candidates=heavy)
    problem = copies(problem, with_exercise(spinal_load="very_high"))
    assert "heel_slide" in left_of(problem, "shortfall")


def test_muscles_that_worked_hard_differ() -> None:
    problem = a_problem()
    hard = tuple(replace(one, hard=True) for one in problem.candidates)
    muscles = REAL.exercises["heel_slide"].muscles
    more = muscles.model_copy(update={"primary": (*muscles.primary, "gluteus_maximus")})
    problem = copies(replace(problem, candidates=hard), with_exercise(muscles=more))
    assert "heel_slide" in left_of(problem, "shortfall")


def test_only_a_warm_up_that_prepares_replaces_one_that_does() -> None:
    problem = a_problem(days={"thu": {"minutes": 20, "place": "chair"}})
    for prepares in ((), REAL.exercises["seated_pelvic_tilt"].prepares):
        change = with_exercise(prepares=prepares)
        left = without_dominated(copies(problem, change, "seated_pelvic_tilt"), "shortfall")
        stays = "seated_pelvic_tilt" in {one.id for one in left.candidates}
        assert stays == (not prepares)


def test_the_choice_keeps_the_lightest() -> None:
    problem = copies(a_problem(), alike)
    left = left_of(problem, "choice")
    own = [one for one in problem.candidates if one.id.startswith("heel_slide_")]
    assert set(left) >= {one.id for one in sorted(own, key=weight_of)[:2]}
    (original,) = (one for one in problem.candidates if one.id == "heel_slide")
    lighter = [one for one in own if weight_of(one) < weight_of(original)]
    assert ("heel_slide" in left) == (len(lighter) < 2)


def test_an_order_keeps_every_candidate() -> None:
    problem = copies(a_problem(required=("heel_slide",)), alike)
    assert without_dominated(problem, "shortfall") == problem
