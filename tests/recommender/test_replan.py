"""A plan is made again with as little changed as can be, and every change has its reason."""

from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from constraints import check_all
from knowledge import BadInput, Intake, Order, Weekday
from knowledge.schema.days import WEEKDAYS
from recommender.build import build
from recommender.check import check_plan
from recommender.last_week import is_edited
from recommender.plan import Plan, PlanChange, schedule_of
from recommender.render import render
from recommender.replan.begun import as_planned
from recommender.replan.replan import Asked, replan
from recommender.replan.trials import NOT_LOOKED_INTO
from tests.recommender.people import DAY, WEEK, asked, held, planned
from tests.strategies import MONDAY, ORDER, REAL

DAYS: dict[str, dict[str, int]] = {day: {"minutes": 25} for day in ("mon", "wed", "fri")}
SUNDAY = MONDAY - DAY
WEDNESDAY = MONDAY + 2 * DAY


@cache
def person() -> Intake:
    return asked(days=DAYS, name="Ana")


@cache
def last_plan() -> Plan:
    return planned(person())


def order(kind: str, **details: Any) -> Order:
    return ORDER.validate_python(
        {"kind": kind, "author": "M. Okafor", "reason": "sore wrist", **details}
    )


def ordered(*orders: Order, intake: Intake | None = None) -> Intake:
    return (intake or person()).model_copy(update={"orders": orders})


def again(
    intake: Intake, last: Plan | None = None, today: date = SUNDAY, tries: int = 6, **gone: Any
) -> Plan:
    """Return the plan made again; it must keep every rule, as the checkers of plan files see it."""
    new = replan(REAL, intake, last or last_plan(), Asked(**gone), today, tries=tries)
    if new.days:
        assert check_plan(REAL, intake, new, today) == ()
        assert not is_edited(new)
    return new


def items(plan: Plan) -> dict[tuple[Weekday, str], int]:
    return {(day.day, item.exercise): item.sets for day in plan.days for item in day.items}


def tier(plan: Plan, name: str) -> int | None:
    return next(one.value for one in plan.tiers if one.name == name)


def of(plan: Plan, exercise: str) -> PlanChange:
    return next(change for change in plan.changes if change.exercise == exercise)


def main_of(plan: Plan, day: Weekday = "mon") -> str:
    return next(
        item.exercise
        for one in plan.days
        if one.day == day
        for item in one.items
        if item.block == "main"
    )


def test_nothing_new_changes_nothing_byte_for_byte() -> None:
    new = again(person())
    assert render(new, REAL, "json") == render(last_plan(), REAL, "json")
    laid = ordered(order("forbid", exercise=main_of(last_plan())))
    changed = again(laid)
    assert changed.changes
    assert render(again(laid, changed), REAL, "json") == render(changed, REAL, "json")


def test_the_number_of_changes_is_the_value_of_the_tier() -> None:
    new = again(ordered(order("forbid", exercise=main_of(last_plan()))), tries=0)
    assert len(new.changes) == tier(new, "kept")
    before, after = items(last_plan()), items(new)
    differ = {place for place in {*before, *after} if before.get(place) != after.get(place)}
    assert differ == {(change.day, change.exercise) for change in new.changes}


@st.composite
def one_order(draw: st.DrawFn) -> Order:
    plan = last_plan()
    day = draw(st.sampled_from(plan.days))
    item = draw(st.sampled_from(day.items))
    about = {"exercise": item.exercise}
    details: dict[str, dict[str, Any]] = {
        "forbid": about | draw(st.sampled_from([{}, {"day": day.day}])),
        "lock": about | {"day": day.day, "sets": item.sets},
        "cap": about | {"sets": 1},
        "require": {"exercise": draw(st.sampled_from(plan.not_chosen)).exercise},
        "rest": {"day": day.day},
        "session_size": {"at_most": 2},
    }
    kind = draw(st.sampled_from(sorted(details)))
    return order(kind, **details[kind])


@settings(max_examples=8)
@given(one_order(), st.sampled_from(["", "disc_herniation", "spondylolisthesis", "pregnancy"]))
def test_a_lock_holds_or_the_plan_says_what_beats_it(one: Order, condition: str) -> None:
    plan = last_plan()
    item = next(item for item in plan.days[0].items if item.block == "main")
    lock = order("lock", exercise=item.exercise, day=plan.days[0].day, sets=item.sets)
    intake = asked(*held(condition), days=DAYS, name="Ana") if condition in REAL.answers else None
    new = again(ordered(one, lock, intake=intake), tries=0)
    event(new.status)
    if not new.days:
        return
    said = new.orders[1]
    event("holds" if said.in_force else "beaten")
    if said.in_force:
        assert items(new)[plan.days[0].day, item.exercise] == item.sets
    else:
        assert said.note
        assert item.exercise in {excluded.exercise for excluded in new.excluded}
        assert of(new, item.exercise).reason in said.note
    if one.kind == "forbid":
        assert one.exercise is not None
        days = {day for day, name in items(new) if name == one.exercise}
        assert (one.day not in days) if one.day else not days


@pytest.mark.parametrize(
    ("kind", "details", "words"),
    [
        ("forbid", {"until": date(2027, 1, 10)},
         "M. Okafor forbade it: sore wrist (until 2027-01-10)."),
        ("forbid", {"day": "mon"}, "Ordered by M. Okafor: sore wrist."),
        ("lock", {"day": "mon", "sets": 1}, "Ordered by M. Okafor: sore wrist."),
        ("fix_dose", {"sets": 1}, "Ordered by M. Okafor: sore wrist."),
    ],
)  # fmt: skip
def test_an_order_is_the_reason_of_what_it_changes(
    kind: str, details: dict[str, Any], words: str
) -> None:
    name = next(
        name for (day, name), sets in items(last_plan()).items() if sets > 1 and day == "mon"
    )
    new = again(ordered(order(kind, exercise=name, **details)), tries=0)
    assert of(new, name).reason == words


def test_a_day_of_rest_is_the_reason_that_its_items_are_gone() -> None:
    new = again(ordered(order("rest", day="mon")), tries=0)
    gone = {change.reason for change in new.changes if change.day == "mon"}
    assert gone == {"Ordered by M. Okafor: sore wrist."}


def test_what_was_asked_for_says_by_whom() -> None:
    name = last_plan().not_chosen[0].exercise
    new = again(ordered(order("require", exercise=name)), tries=0)
    assert of(new, name).reason == "Ordered by M. Okafor: sore wrist."


def test_answers_that_take_away_time_place_or_health_are_named() -> None:
    without = {day: minutes for day, minutes in DAYS.items() if day != "mon"}
    new = again(asked(days=without, name="Ana"), tries=0)
    assert of(new, main_of(last_plan())).reason == "You have no time on Monday."
    bare = again(asked(days=DAYS, name="Ana", pieces={}), tries=0)
    needs = [change.reason for change in bare.changes if change.what == "removed"]
    assert any(reason.startswith("It needs: ") for reason in needs) or not any(
        item.equipment for day in last_plan().days for item in day.items
    )
    banned = again(asked(days=DAYS, name="Ana", banned=(main_of(last_plan()),)), tries=0)
    assert of(banned, main_of(last_plan())).reason == "You banned it."


def test_reasons_that_need_solving_are_solved_for_and_bounded() -> None:
    laid = ordered(order("forbid", exercise=main_of(last_plan())))
    solved, cut = again(laid), again(laid, tries=0)
    added = [change.reason for change in solved.changes if change.what == "added"]
    assert added
    assert all(reason.startswith(("Without it", "No week")) for reason in added)
    left = [change.reason for change in cut.changes if change.what == "added"]
    assert set(left) == {NOT_LOOKED_INTO}
    assert solved.days == cut.days


def test_no_more_weeks_are_solved_than_allowed() -> None:
    gone: dict[str, Any] = {"today": WEDNESDAY, "done": {"mon"}, "missed": {"wed"}}
    begins = ("Without it", "With it", "No week")
    whole, cut = (
        [change for change in again(person(), tries=tries, **gone).changes if change.day == "fri"]
        for tries in (6, 1)
    )
    assert sum(change.reason.startswith(begins) for change in whole) > 1
    assert sum(change.reason.startswith(begins) for change in cut) == 1
    assert NOT_LOOKED_INTO in {change.reason for change in cut}


def test_another_week_keeps_the_weekdays() -> None:
    new = again(person(), week_start=MONDAY + WEEK)
    assert items(new) == items(last_plan())
    assert new.changes == ()
    assert new.stamps.week_start == MONDAY + WEEK
    moved = again(person(), week_start=MONDAY + 3 * DAY)
    assert items(moved) == items(last_plan())


def test_a_week_that_is_over_is_followed_by_the_next_one() -> None:
    new = again(person(), today=MONDAY + WEEK)
    assert new.stamps.week_start == MONDAY + 2 * WEEK


def test_a_red_flag_refers_whatever_was_planned() -> None:
    new = again(asked(days=DAYS, name="Ana", red_flags=("heart_now",)))
    assert (new.status, new.days, new.changes) == ("referred", (), ())


@pytest.mark.parametrize("name", ["Ben", None])
def test_the_answers_of_another_client_are_refused(name: str | None) -> None:
    with pytest.raises(BadInput, match="the plan is that of Ana"):
        again(asked(days=DAYS, name=name))


def test_a_client_is_known_by_the_id_before_the_name() -> None:
    intake = asked(days=DAYS, name="Ana", id="ana-1")
    plan = planned(intake)
    again(asked(days=DAYS, name="Ana Maria", id="ana-1"), plan)
    with pytest.raises(BadInput, match="ana-1"):
        again(asked(days=DAYS, name="Ana", id="ana-2"), plan)


# A week that has begun.


def test_what_was_done_stays_and_what_was_missed_stays_empty() -> None:
    new = again(person(), today=WEDNESDAY, done={"mon"}, missed={"wed"})
    assert new.days[0] == last_plan().days[0]
    assert [day.day for day in new.days] == ["mon", "fri"]
    begun = new.stamps.options.begun
    assert begun is not None
    assert (begun.done, begun.missed) == (("mon",), ("tue", "wed"))
    gone = [change for change in new.changes if change.day == "wed"]
    assert gone
    assert {change.reason for change in gone} == {"Wednesday goes without a session."}


def test_days_that_have_gone_are_remembered() -> None:
    first = again(person(), today=WEDNESDAY, done={"mon"}, missed={"wed"})
    assert again(person(), first, today=WEDNESDAY) == first
    later = again(person(), first, today=WEDNESDAY + 2 * DAY, done={"fri"})
    begun = later.stamps.options.begun
    assert begun is not None
    assert begun.done == ("mon", "fri")
    assert "wed" in begun.missed
    assert later.days == first.days


def hard_sets(plan: Plan) -> dict[Weekday, int]:
    return {day.day: sum(item.sets for item in day.items if item.hard) for day in plan.days}


@cache
def lifter() -> tuple[Intake, Plan]:
    week = {day: {"minutes": 40} for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
    intake = asked(
        days=week,
        pieces=dict(REAL.equipment_sets["gym"].pieces),
        goal="strengthen",
        training_age="over_24_months",
        sessions={"at_least": 4, "at_most": 5},
    )
    return intake, planned(intake)


@settings(max_examples=4)
@given(st.data())
def test_missed_sets_are_not_stacked_next_to_hard_days(data: st.DataObject) -> None:
    intake, plan = lifter()
    days = [day.day for day in plan.days]
    count = data.draw(st.integers(1, len(days) - 1))
    states = [data.draw(st.booleans()) for _ in days[:count]]
    done = frozenset(day for day, was in zip(days, states, strict=False) if was)
    missed = frozenset(days[:count]) - done
    today = plan.days[count - 1].date
    new = again(intake, plan, today=today, tries=0, done=done, missed=missed)
    event(new.status)
    if not new.days:
        return
    before, after = hard_sets(plan), hard_sets(new)
    begun = new.stamps.options.begun
    assert begun is not None
    assert begun.hard_sets == before
    built = as_planned(build(REAL, intake, MONDAY), new)
    assert check_all(built.problem, schedule_of(new)) == ()
    for place, weekday in enumerate(WEEKDAYS):
        beside = (WEEKDAYS[place - 1], WEEKDAYS[(place + 1) % 7])
        if weekday not in done and any(after.get(other) for other in beside):
            assert after.get(weekday, 0) <= before.get(weekday, 0)
    for day in plan.days:
        if day.day in done:
            assert day in new.days


def test_what_is_not_allowed_any_more_does_not_count_and_is_told() -> None:
    laid = ordered(order("forbid", exercise=main_of(last_plan())))
    new = again(laid, today=WEDNESDAY, done={"mon"})
    begun = new.stamps.options.begun
    assert begun is not None
    assert begun.uncounted == ("mon",)
    assert "mon" not in {day.day for day in new.days}
    assert any("Monday was done, but" in warning for warning in new.warnings)


def test_the_balance_is_given_up_aloud_where_it_cannot_be_kept() -> None:
    last = last_plan()
    names = {item.exercise for item in last.days[0].items if item.side == "lumbar"}
    lumbar = [one for one in REAL.exercises.values() if one.side == "lumbar"]
    laid = [order("forbid", exercise=one.id, day=day) for one in lumbar for day in ("wed", "fri")
            if one.id not in names]  # fmt: skip
    laid += [order("forbid", exercise=name, day=day) for name in names for day in ("wed", "fri")]
    sides = [order("require", exercise=abdominal_left(), day="wed")]
    new = again(ordered(*laid, *sides), today=WEDNESDAY, done={"mon"}, tries=0)
    assert new.balance is not None
    assert not new.balance.kept
    assert any("the balance rule is dropped" in warning for warning in new.warnings)


def abdominal_left() -> str:
    used = {item.exercise for day in last_plan().days for item in day.items}
    candidates = build(REAL, person(), MONDAY).problem.candidates
    return next(c.id for c in candidates if c.exercise.side == "abdominal" and c.id not in used)


def test_no_day_left_is_no_week_and_says_what_to_do() -> None:
    new = again(person(), today=MONDAY, missed={"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
    assert new.status == "impossible"
    assert "--week-start" in new.clashes[0].sentence


@pytest.mark.parametrize(
    ("gone", "today", "words"),
    [
        ({"done": {"tue"}}, WEDNESDAY, "the plan has no session on Tuesday"),
        ({"done": {"fri"}}, WEDNESDAY, "is still to come"),
        ({"done": {"mon"}, "missed": {"mon"}}, WEDNESDAY, "it cannot be both"),
        ({"done": {"mon"}, "week_start": MONDAY + WEEK}, WEDNESDAY, "leave --week-start out"),
        ({"missed": {"mon"}}, MONDAY + WEEK, "is over"),
    ],
)
def test_days_that_cannot_have_gone_are_refused(
    gone: dict[str, Any], today: date, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        again(person(), today=today, **gone)


def test_days_that_the_plan_counts_otherwise_are_refused() -> None:
    first = again(person(), today=WEDNESDAY, done={"mon"}, missed={"wed"}, tries=0)
    with pytest.raises(BadInput, match="already counts Wednesday"):
        again(person(), first, today=WEDNESDAY, done={"wed"})
    with pytest.raises(BadInput, match="already counts Monday"):
        again(person(), first, today=WEDNESDAY, missed={"mon"})
