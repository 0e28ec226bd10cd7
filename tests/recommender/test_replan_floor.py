"""What the last plan proves of the next one is true, and the search that uses it finds the same."""

from dataclasses import replace

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from constraints.problem import Problem
from recommender.build import build
from recommender.draft import Request
from recommender.replan.floor import answers_before, only_restricts, shortfall_at_least
from recommender.solve import LastWeek, solve
from tests.recommender.test_days_first import problems, values
from tests.recommender.test_replan import last_plan, order, ordered, person
from tests.strategies import MONDAY, REAL


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Problem, Problem]:
    """Draw a problem and one with something taken away, or given."""
    old = draw(problems())
    kind = draw(st.sampled_from(["exercise", "minutes", "more minutes", "warm-up", "order"]))
    event(kind)
    names = [c.id for c in old.candidates if (c.exercise.block == "warm_up") == (kind == "warm-up")]
    gone = draw(st.sampled_from(names))
    if kind in ("exercise", "warm-up"):
        return old, replace(old, candidates=tuple(c for c in old.candidates if c.id != gone))
    if kind == "order":
        return old, replace(old, orders=(*old.orders, order("forbid", exercise=gone)))
    day = draw(st.sampled_from(list(old.open_days()))).index
    more = 300 if kind == "more minutes" else -120
    return old, replace(
        old,
        days=tuple(
            replace(one, seconds=max(0, one.seconds + more)) if one.index == day else one
            for one in old.days
        ),
    )


@settings(max_examples=40)
@given(pairs())
def test_no_week_of_a_restricted_problem_misses_less(pair: tuple[Problem, Problem]) -> None:
    old, new = pair
    restricts = only_restricts(new, old)
    event(f"restricts: {restricts}")
    assume(restricts and any(new.open_days()))
    before, after = solve(old, tiers=1), solve(new, tiers=1)
    if after is not None:
        assert before is not None
        least, found = before.tiers[0].value, after.tiers[0].value
        assert least is not None
        assert found is not None
        assert found >= least


@settings(max_examples=10)
@given(pairs())
def test_a_known_shortfall_changes_no_value(pair: tuple[Problem, Problem]) -> None:
    old, new = pair
    before = solve(old)
    assume(before is not None and only_restricts(new, old) and any(new.open_days()))
    assert before is not None
    last = LastWeek(before.sets)
    known = before.tiers[0].value or 0
    with_it, without = solve(new, last=last, shortfall_at_least=known), solve(new, last=last)
    assert values(with_it) == values(without)
    if with_it is not None and without is not None:
        assert with_it.sets == without.sets


def test_the_loss_of_the_only_warm_up_that_prepares_restricts_nothing() -> None:
    old = build(REAL, person(), MONDAY).problem
    left = tuple(c for c in old.candidates if not c.exercise.prepares)
    assert left != old.candidates
    assert not only_restricts(replace(old, candidates=left), old)


def test_the_answers_before_are_found_by_their_stamp() -> None:
    laid = ordered(order("rest", day="mon"), order("rest", day="wed"))
    assert answers_before(laid, last_plan()) == person()
    other = person().model_copy(update={"goal": "relieve"})
    assert answers_before(other, last_plan()) is None


def test_nothing_is_known_of_a_plan_that_is_not_proven_or_of_other_rules() -> None:
    laid = ordered(order("rest", day="mon"))
    plan, request = last_plan(), Request(MONDAY)
    first = plan.tiers[0].model_copy(update={"value": 7})
    proven = plan.model_copy(update={"tiers": (first, *plan.tiers[1:])})
    assert shortfall_at_least(REAL, laid, proven, request) == 7
    unsure = first.model_copy(update={"proven": False})
    unproven = plan.model_copy(update={"tiers": (unsure, *plan.tiers[1:])})
    assert shortfall_at_least(REAL, laid, unproven, request) == 0
    stamps = proven.stamps.model_copy(update={"knowledge": "another"})
    other = proven.model_copy(update={"stamps": stamps})
    assert shortfall_at_least(REAL, laid, other, request) == 0
    evidence = replace(request, balance="evidence")
    assert shortfall_at_least(REAL, laid, proven, evidence) == 0
