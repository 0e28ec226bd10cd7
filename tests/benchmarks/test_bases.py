"""Knowledge bases of other sizes: whole, of the same make, and the same every time."""

from collections import Counter

import pytest

from benchmarks.bases import knowledge_of
from benchmarks.scaling import PEOPLE, SIZES, person_of
from knowledge import Knowledge
from knowledge.references import check_references
from knowledge.schema.exercise import Equipment, Exercise
from recommender.build import build
from recommender.solve import is_possible
from tests.strategies import MONDAY, REAL


@pytest.fixture(scope="module", params=SIZES)
def base(request: pytest.FixtureRequest) -> Knowledge:
    return knowledge_of(REAL, request.param)


def test_it_would_be_loaded(base: Knowledge) -> None:
    assert not list(check_references(base, complete=True))
    for exercise in base.exercises.values():
        assert Exercise.model_validate(exercise.model_dump()) == exercise
        assert set(exercise.substitutes) <= set(base.exercises)


def test_blocks_and_sides_keep_their_shares(base: Knowledge) -> None:
    size, whole = len(base.exercises), len(REAL.exercises)
    shares = Counter((one.block, one.side) for one in REAL.exercises.values())
    for group, count in Counter((one.block, one.side) for one in base.exercises.values()).items():
        assert abs(count - size * shares[group] / whole) < 1, group


def test_there_is_a_warm_up_and_a_cool_down_for_everybody(base: Knowledge) -> None:
    free = [e for e in base.exercises.values() if not e.demands and e.equipment == Equipment()]
    assert {"warm_up", "cool_down"} <= {exercise.block for exercise in free}


def test_a_size_is_made_the_same_every_time(base: Knowledge) -> None:
    size = len(base.exercises)
    assert size in SIZES
    assert knowledge_of(REAL, size) == base
    assert knowledge_of(REAL, size, seed=2) != base


@pytest.mark.parametrize("base", [200, 1000], indirect=True)
def test_a_larger_one_has_all_that_is_shipped_and_variants_of_their_own(base: Knowledge) -> None:
    assert set(REAL.exercises) <= set(base.exercises)
    added = [one for name, one in base.exercises.items() if name not in REAL.exercises]
    assert len({one.family for one in added}) == len(added)
    assert not {one.family for one in added} & {one.family for one in REAL.exercises.values()}
    different = {one.model_dump_json(exclude={"id", "name", "family", "step"}) for one in added}
    assert len(different) > 0.9 * len(added)


@pytest.mark.parametrize("name", PEOPLE)
def test_with_25_exercises_everybody_has_a_balanced_week(name: str) -> None:
    base = knowledge_of(REAL, 25)
    problem = build(base, person_of(REAL, name), MONDAY).problem
    assert problem.balance == "article"
    assert is_possible(problem)
