"""Whatever a session holds, its order is one that the checkers accept."""

from hypothesis import given, settings
from hypothesis import strategies as st

from constraints.session_shape import order_key
from knowledge import Exercise
from tests.strategies import exercises


@settings(max_examples=500)
@given(st.tuples(*(exercises(name, "main", "") for name in "abcd")))
def test_hinges_come_before_holds_and_standing_before_the_floor(made: tuple[Exercise, ...]) -> None:
    ordered = sorted(made, key=order_key)
    assert [one.on_floor for one in ordered] == sorted(one.on_floor for one in made)
    for floor in (False, True):
        level = [one for one in ordered if one.on_floor == floor]
        hinges = ["hip_hinge" in one.demands and one.kind == "strength" for one in level]
        assert hinges == sorted(hinges, reverse=True)


@settings(max_examples=200)
@given(st.tuples(*(exercises(name, "cool_down", "") for name in "abcd")))
def test_a_cool_down_ends_standing(made: tuple[Exercise, ...]) -> None:
    ordered = sorted(made, key=order_key)
    assert [one.on_floor for one in ordered] == sorted((o.on_floor for o in made), reverse=True)
