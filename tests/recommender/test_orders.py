"""Orders: when they hold, what beats them, what they never do, and which cannot hold together."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import constraints
from constraints import check_all
from constraints.schedule import Schedule
from knowledge import Intake, Order
from knowledge.schema.order import ORDERS, Forbid, Lock
from recommender.build import build
from recommender.contradictions import contradict
from recommender.decode import decode
from recommender.order_words import order_words
from recommender.orders import restricts
from recommender.plan import Plan
from recommender.solve import is_possible, solve
from tests.recommender.people import GYM, STOPPING, asked, planned
from tests.strategies import MONDAY, ORDER, REAL, TinyCase, item_of, orders, tiny_cases

DAY = timedelta(days=1)
SUNDAY = MONDAY + 6 * DAY
Details = dict[str, Any]

# One order of each kind, about the bird-dog where there is something to be about.
EACH: dict[str, Details] = {
    "lock": {"exercise": "bird_dog", "day": "mon", "sets": 2},
    "require": {"exercise": "bird_dog"},
    "forbid": {"exercise": "bird_dog"},
    "cap": {"exercise": "bird_dog", "sets": 1},
    "fix_dose": {"exercise": "bird_dog", "sets": 2},
    "fix_day": {"exercise": "bird_dog", "day": "mon"},
    "train": {"day": "mon"},
    "rest": {"day": "mon"},
    "session_size": {"at_least": 2},
    "balance_band": {"low_percent": 50, "high_percent": 200},
}
LIMITING = ("forbid", "cap", "fix_dose", "fix_day", "rest")


def order(kind: str, **details: Any) -> Order:
    given_by = {"author": "M. Okafor", "reason": "It helps."}
    return ORDER.validate_python({"kind": kind, **given_by, **details})


def with_orders(*given_orders: Order, **answers: Any) -> Intake:
    return asked(**answers).model_copy(update={"orders": given_orders})


def notes(plan: Plan) -> list[tuple[bool, str]]:
    return [(one.in_force, one.note) for one in plan.orders]


def test_there_is_an_order_of_each_kind() -> None:
    assert EACH.keys() == ORDERS.keys()


@pytest.mark.parametrize("kind", EACH)
def test_an_order_has_words_that_name_what_it_is_about(kind: str) -> None:
    words = order_words(order(kind, **EACH[kind]), REAL)
    assert ("Bird-dog" in words) == ("exercise" in EACH[kind])
    assert ("Monday" in words) == ("day" in EACH[kind])


# From when until when


@pytest.mark.parametrize("kind", EACH)
@pytest.mark.parametrize(
    ("dates", "touches", "covers"),
    [
        ({}, True, True),
        ({"from": MONDAY, "until": SUNDAY}, True, True),
        ({"from": MONDAY - DAY, "until": SUNDAY + DAY}, True, True),
        ({"from": MONDAY + DAY}, True, False),
        ({"from": SUNDAY}, True, False),
        ({"until": SUNDAY - DAY}, True, False),
        ({"until": MONDAY}, True, False),
        ({"until": MONDAY - DAY}, False, False),
        ({"from": SUNDAY + DAY}, False, False),
    ],
)
def test_what_limits_holds_if_it_touches_the_week_the_rest_only_if_it_covers_it(
    kind: str, dates: Details, touches: bool, covers: bool
) -> None:
    given_order = order(kind, **EACH[kind], **dates)
    built = build(REAL, with_orders(given_order), MONDAY)
    holds = touches if kind in LIMITING else covers
    assert (given_order in built.problem.orders) == holds
    assert [one.order for one in built.dropped] == ([] if holds else [given_order])
    for one in built.dropped:
        assert any(str(date) in one.reason for date in dates.values())


def test_a_smaller_session_holds_if_it_touches_the_week_and_a_larger_one_does_not() -> None:
    intake = with_orders()
    assert restricts(intake, order("session_size", at_most=4))
    assert not restricts(intake, order("session_size", at_most=5))
    assert not restricts(intake, order("session_size", at_least=2, at_most=3))


def test_orders_that_end_begin_or_half_cover_the_week_are_told_with_their_dates() -> None:
    plan = planned(
        with_orders(
            order("require", exercise="bird_dog", until=MONDAY - DAY),
            order("train", day="tue", **{"from": SUNDAY + DAY}),
            order("require", exercise="dead_bug", until=MONDAY + DAY),
            order("forbid", exercise="crunch", **{"from": SUNDAY}),
            order("forbid", exercise="side_plank"),
        )
    )
    whole = "It holds for the whole week, although its dates do not cover all of it."
    inside = "inside the week, and asks for what it needs all week."
    assert notes(plan) == [
        (False, "It ended on 2026-11-29."),
        (False, "It begins on 2026-12-07."),
        (False, f"It ends on 2026-12-01, {inside}"),
        (True, whole),
        (True, ""),
    ]


# What beats an order


@pytest.mark.parametrize("kind", [kind for kind, one in EACH.items() if "exercise" in one])
def test_a_verdict_beats_an_order_aloud(kind: str) -> None:
    answers = asked()
    screening = answers.screening.model_copy(update={"cannot": ("quadruped",)})
    plan = planned(
        answers.model_copy(update={"screening": screening, "orders": (order(kind, **EACH[kind]),)})
    )
    assert plan.status == "optimal"
    assert not any(item.exercise == "bird_dog" for day in plan.days for item in day.items)
    (told,) = plan.orders
    assert told.in_force == (kind == "forbid")
    if kind != "forbid":
        assert told.note.startswith("A safety rule beats it. You cannot be on hands and knees.")


def test_a_verdict_beats_a_family_aloud_only_if_it_leaves_nothing_of_it() -> None:
    orders_on = order("require", family="bird_dog"), order("require", family="side_plank")
    intake = with_orders(*orders_on)
    screening = intake.screening.model_copy(update={"cannot": ("side_lying",)})
    one, other = notes(planned(intake.model_copy(update={"screening": screening})))
    assert one == (True, "")
    assert (other[0], other[1][:24]) == (False, "A safety rule beats it. ")


@pytest.mark.parametrize("kind", ["lock", "fix_dose"])
def test_a_dose_that_a_rule_has_overtaken_is_refused_aloud_and_kept_before(kind: str) -> None:
    details: Details = {"exercise": "plank_forearm", "sets": 2, "reps": 2, "hold_s": 30}
    if kind == "lock":
        details["day"] = "mon"
    young, old = (with_orders(order(kind, **details), age=age) for age in (40, 66))
    assert notes(planned(young)) == [(True, "")]
    plan = planned(old)
    assert plan.status == "optimal"
    assert notes(plan) == [(False, "It can be held for no more than 20 s.")]
    items = [item for day in plan.days for item in day.items]
    assert all(item.hold_s == 20 for item in items if item.exercise == "plank_forearm")


@pytest.mark.parametrize(
    ("dose", "note"),
    [
        ({"sets": 9}, "No more than 3 sets of it can be done."),
        ({"reps": 50}, "No more than 5 repetitions of it can be done."),
        ({"hold_s": 60}, "It can be held for no more than 10 s."),
        ({"reps": 6, "hold_s": 10}, "No more than 5 repetitions of it can be done."),
        ({"reps": 6, "hold_s": 8}, ""),
        ({"sets": 1, "reps": 2, "hold_s": 3}, ""),
    ],
)
def test_a_fixed_dose_is_never_above_the_level(dose: Details, note: str) -> None:
    fixed = order("fix_dose", exercise="bird_dog", **dose)
    plan = planned(with_orders(fixed, order("require", exercise="bird_dog")))
    assert plan.status == "optimal"
    assert notes(plan)[0] == (not note, note)
    for item in (item for day in plan.days for item in day.items if item.exercise == "bird_dog"):
        printed = {"sets": item.sets, "reps": item.reps, "hold_s": item.hold_s}
        assert (printed | dose == printed) == (not note)


def test_a_fixed_number_of_sets_leaves_no_other() -> None:
    built = build(REAL, with_orders(order("fix_dose", exercise="bird_dog", sets=2)), MONDAY)
    doses = {candidate.id: candidate.dose for candidate in built.problem.candidates}
    assert doses["bird_dog"].sets == (2, 2)


def test_a_fixed_hold_of_what_is_not_held_is_refused_aloud() -> None:
    plan = planned(with_orders(order("fix_dose", exercise="dead_bug", hold_s=5)))
    assert notes(plan) == [(False, "It is not held.")]


@settings(max_examples=15)
@given(st.lists(orders(REAL), min_size=1, max_size=3), st.sampled_from(STOPPING))
def test_a_red_flag_refers_with_any_orders(given_orders: list[Order], flag: Any) -> None:
    plan = planned(with_orders(*given_orders, red_flags=[flag.id]))
    assert (plan.status, plan.days) == ("referred", ())


# What orders do


def test_forbidden_demands_of_the_dose_are_taken_away_with_a_lower_dose() -> None:
    forbid = order("forbid", demand="isometric_long")
    built = build(REAL, with_orders(forbid), MONDAY)
    judged = {one.exercise.id: one for one in built.judgements}
    assert judged["plank_forearm"].cause is None
    long_from = REAL.dosing.holds.long_from_s
    assert (judged["plank_forearm"].dose.hold_s or 0) < long_from
    stretches = [one for one in judged.values() if one.exercise.kind == "stretch"]
    assert any((one.dose.hold_s or 0) >= long_from for one in stretches)  # that is no hard work


def test_a_heavy_load_is_forbidden_with_a_moderate_one() -> None:
    answers: Details = {"pieces": GYM, "training_age": "over_24_months",
                        "technique_cleared": ("deadlift",)}  # fmt: skip
    forbid = order("forbid", demand="load_moderate")
    ordered = build(REAL, with_orders(forbid, **answers), MONDAY).problem
    assert {candidate.dose.load for candidate in ordered.candidates} <= {"none", "light"}
    free = build(REAL, with_orders(**answers), MONDAY)
    heavy = [one for one in free.judgements if one.dose.load == "heavy" and one.cause is None]
    assert heavy
    for one in heavy:
        item = item_of(free.problem, one, one.dose, one.dose.sets[0])
        week = Schedule(((item,), *((),) * 6))
        assert not list(constraints.orders.check(free.problem, week))
        assert list(constraints.orders.check(replace(free.problem, orders=(forbid,)), week))


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("forbid", {"exercise": "wall_bird_dog"}),
        ("forbid", {"family": "bird_dog"}),
        ("forbid", {"demand": "single_leg_balance"}),
        ("forbid", {"equipment": "wall"}),
        ("rest", {"day": "mon"}),
    ],
)
def test_what_an_order_leaves_out_is_excluded_by_it_with_author_and_date(
    kind: str, details: Details
) -> None:
    given_order = order(kind, until=SUNDAY + DAY, **details)
    intake = with_orders(given_order, days={"mon": {"minutes": 30}})
    excluded = {one.exercise.id: one for one in build(REAL, intake, MONDAY).excluded}
    one = excluded["wall_bird_dog"]
    assert (one.cause, one.rule) == ("order", f"{kind} by M. Okafor (until 2026-12-07)")
    assert one.reason.startswith("M. Okafor ")
    assert one.reason.endswith(": It helps.")


def test_an_exercise_that_needs_a_weight_is_left_out_by_an_order_without_any() -> None:
    pieces = {"mat": 1, "dumbbell": 2}
    intake = with_orders(order("cap", load="none"), pieces=pieces)
    excluded = {one.exercise.id: one for one in build(REAL, intake, MONDAY).excluded}
    assert (excluded["rdl_dumbbells"].cause, excluded["rdl_dumbbells"].rule) == (
        "order",
        "cap by M. Okafor",
    )


def test_a_size_raises_and_lowers_what_the_person_answered() -> None:
    def sizes(**details: Any) -> set[int]:
        intake = with_orders(order("session_size", **details), days={"mon": {"minutes": 60}})
        plan = planned(intake)
        return {sum(item.block == "main" for item in day.items) for day in plan.days}

    assert sizes(at_least=6) == {6}
    assert sizes(at_most=2) == {2}
    built = build(REAL, with_orders(order("session_size", at_most=6)), MONDAY)
    assert built.problem.intake.exercises_per_session == 6


def test_a_band_brings_evidence_mode_aloud() -> None:
    plan = planned(with_orders(order("balance_band", low_percent=150, high_percent=400)))
    assert plan.balance is not None
    assert plan.balance.mode == "evidence"
    assert 1.5 <= plan.balance.abdominal / plan.balance.lumbar <= 4
    assert "150 to 400 %" in plan.balance.reason
    assert [one for one in plan.warnings if "M. Okafor ordered a balance band" in one]


# Properties


@settings(max_examples=20)
@given(tiny_cases(focus="orders", friendly=True, most_weeks=10**6))
def test_solved_weeks_keep_their_orders(case: TinyCase) -> None:
    built, problem = case.built, case.problem
    dropped = {one.order for one in built.dropped}
    assert dropped | {*problem.orders} >= {*problem.intake.orders}
    assert all(one.reason for one in built.dropped)
    solution = solve(problem, tiers=1)
    assume(solution is not None)
    assert solution is not None
    schedule = decode(problem, solution.sets)
    assert check_all(problem, schedule) == ()
    week = {
        (item.exercise, problem.days[index].weekday): item
        for index, items in enumerate(schedule.days)
        for item in items
    }
    for one in problem.orders:
        if isinstance(one, Lock):
            item = week[one.exercise, one.day]
            assert item.sets == one.sets
            assert one.reps in (None, item.reps)
            assert one.hold_s in (None, item.hold_s)
        if isinstance(one, Forbid) and one.exercise is not None:
            days = [day for name, day in week if name == one.exercise]
            assert one.day is not None or not days
            assert one.day not in days


@settings(max_examples=40)
@given(tiny_cases(focus="orders", friendly=True, most_weeks=10**6))
def test_orders_never_add_a_candidate_or_raise_a_dose(case: TinyCase) -> None:
    problem = case.problem
    bare = problem.intake.model_copy(update={"orders": ()})
    free = build(problem.knowledge, bare, MONDAY, clinicians=problem.clinicians).problem
    before = {candidate.id: candidate.dose for candidate in free.candidates}
    for candidate in problem.candidates:
        was, now = before[candidate.id], candidate.dose
        assert now.sets[1] <= was.sets[1]
        assert (now.hold_s or 0) <= (was.hold_s or 0)
        assert now.reps * (now.hold_s or 1) <= was.reps * (was.hold_s or 1)
        assert now.effort <= was.effort


BIRD: Details = {"exercise": "bird_dog"}
AGAINST: list[tuple[Details, Details]] = [
    ({"kind": "require", **BIRD}, {"kind": "forbid", **BIRD}),
    ({"kind": "require", **BIRD, "day": "mon"}, {"kind": "forbid", **BIRD, "day": "mon"}),
    ({"kind": "require", **BIRD}, {"kind": "forbid", "family": "bird_dog"}),
    ({"kind": "require", **BIRD}, {"kind": "forbid", "demand": "quadruped"}),
    ({"kind": "require", "family": "bird_dog"}, {"kind": "forbid", "family": "bird_dog"}),
    ({"kind": "lock", **BIRD, "day": "mon", "sets": 2}, {"kind": "forbid", **BIRD}),
    ({"kind": "lock", **BIRD, "day": "mon", "sets": 2},
     {"kind": "lock", **BIRD, "day": "mon", "sets": 3}),
    ({"kind": "lock", **BIRD, "day": "mon", "sets": 2, "reps": 3},
     {"kind": "lock", **BIRD, "day": "thu", "sets": 2, "reps": 4}),
    ({"kind": "lock", **BIRD, "day": "mon", "sets": 2}, {"kind": "fix_dose", **BIRD, "sets": 3}),
    ({"kind": "fix_dose", **BIRD, "hold_s": 5}, {"kind": "fix_dose", **BIRD, "hold_s": 6}),
    ({"kind": "lock", **BIRD, "day": "mon", "sets": 2}, {"kind": "cap", **BIRD, "sets": 1}),
    ({"kind": "lock", **BIRD, "day": "mon", "sets": 2}, {"kind": "cap", "sets_a_week": 1}),
    ({"kind": "fix_dose", **BIRD, "hold_s": 8}, {"kind": "cap", "family": "bird_dog", "hold_s": 5}),
    ({"kind": "require", **BIRD, "day": "mon"}, {"kind": "fix_day", **BIRD, "day": "thu"}),
    ({"kind": "fix_day", **BIRD, "day": "mon"}, {"kind": "fix_day", **BIRD, "day": "thu"}),
    ({"kind": "train", "day": "mon"}, {"kind": "rest", "day": "mon"}),
    ({"kind": "lock", **BIRD, "day": "mon", "sets": 2}, {"kind": "rest", "day": "mon"}),
    ({"kind": "session_size", "at_least": 4}, {"kind": "session_size", "at_most": 3}),
    ({"kind": "balance_band", "low_percent": 50, "high_percent": 90},
     {"kind": "balance_band", "low_percent": 91, "high_percent": 120}),
]  # fmt: skip
TOGETHER: list[tuple[Details, Details]] = [
    ({"kind": "require", **BIRD}, {"kind": "forbid", **BIRD, "day": "mon"}),
    ({"kind": "require", **BIRD, "day": "mon"}, {"kind": "forbid", **BIRD, "day": "thu"}),
    ({"kind": "require", "family": "bird_dog"}, {"kind": "forbid", **BIRD}),
    ({"kind": "require", **BIRD}, {"kind": "forbid", "equipment": "mat"}),
    ({"kind": "lock", **BIRD, "day": "mon", "sets": 2, "reps": 3},
     {"kind": "lock", **BIRD, "day": "thu", "sets": 3, "reps": 3}),
    ({"kind": "lock", **BIRD, "day": "mon", "sets": 2}, {"kind": "fix_dose", **BIRD, "reps": 3}),
    ({"kind": "lock", **BIRD, "day": "mon", "sets": 2},
     {"kind": "cap", "exercise": "dead_bug", "sets": 1}),
    ({"kind": "lock", **BIRD, "day": "mon", "sets": 2}, {"kind": "cap", "minutes": 5}),
    ({"kind": "require", **BIRD}, {"kind": "fix_day", **BIRD, "day": "thu"}),
    ({"kind": "train", "day": "mon"}, {"kind": "rest", "day": "tue"}),
    ({"kind": "session_size", "at_least": 3}, {"kind": "session_size", "at_least": 4}),
    ({"kind": "session_size", "at_least": 3}, {"kind": "session_size", "at_most": 3}),
    ({"kind": "balance_band", "low_percent": 50, "high_percent": 90},
     {"kind": "balance_band", "low_percent": 90, "high_percent": 120}),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), AGAINST)
def test_orders_that_cannot_hold_together_are_found_and_leave_no_week(
    one: Details, other: Details
) -> None:
    """Where an order only limits an exercise, no week has it, or one is dropped aloud."""
    first, second = order(**one), order(**other)
    assert contradict(first, second, REAL)
    assert contradict(second, first, REAL)
    assert not contradict(first, first, REAL)
    wanted = (order("require", **BIRD),) if "exercise" in one else ()
    for pair in ((first, second), (second, first)):
        built = build(REAL, with_orders(*pair, *wanted), MONDAY)
        assert built.dropped or not is_possible(built.problem)


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_orders_that_can_hold_together_are_let_through(one: Details, other: Details) -> None:
    first, second = order(**one), order(**other)
    assert not contradict(first, second, REAL)
    assert not contradict(second, first, REAL)
