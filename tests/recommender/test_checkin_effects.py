"""Orders of check-ins: the loader reads them, and no week under them is harder than the last."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import Intake, Knowledge, Order
from knowledge.schema.checkin import CheckIn
from knowledge.schema.exercise import LOADS
from knowledge.schema.order import Cap, Forbid, Require
from recommender.checkin import (
    Effect,
    effects,
    next_week,
    orders_of,
    orders_text,
    planned_doses,
    steps,
)
from recommender.intake import read_with_orders
from recommender.plan import Plan
from recommender.recommend import Request, recommend
from tests.recommender.checkins import (
    NEXT,
    WEEK,
    answers,
    checkin,
    planned_week,
    weeks_told,
    worse,
)
from tests.solved import EXAMPLES
from tests.strategies import REAL

PLAN = planned_week()
DOSES = planned_doses(PLAN)
LEVERS = {rule.id: rule.levers for rule in REAL.checkin.rules}


def following(
    plan: Plan,
    told: Sequence[CheckIn],
    intake: Intake | None = None,
    confirmed_by: str | None = None,
    knowledge: Knowledge = REAL,
) -> tuple[dict[str, Effect], tuple[Order, ...]]:
    """Return the effects of the steps after these weeks, and all orders for the next one."""
    found = steps(knowledge, plan, told, ())
    laid = intake or answers()
    week = next_week(knowledge, laid, plan, told, "2026-12-07", confirmed_by)
    done = effects(week, found)
    return done, orders_of(week, done)


def with_orders(orders: Sequence[Order], intake: Intake | None = None) -> Intake:
    return (intake or answers()).model_copy(update={"orders": tuple(orders)})


def solved(orders: Sequence[Order], last: Plan | None, intake: Intake | None = None) -> Plan:
    return recommend(REAL, with_orders(orders, intake), Request(NEXT, last=last))


def cap_of(orders: Sequence[Order], name: str | None) -> Cap:
    (cap,) = (one for one in orders if isinstance(one, Cap) and one.exercise == name)
    return cap


def forbidden(orders: Sequence[Order]) -> set[str | None]:
    return {one.exercise for one in orders if isinstance(one, Forbid)}


def ceiling(orders: Sequence[Order], name: str) -> tuple[int, int]:
    """Return the most sets a week and the longest hold that these orders leave of an exercise."""
    if name in forbidden(orders):
        return 0, 0
    caps = [one for one in orders if isinstance(one, Cap) and one.exercise == name]
    sets = [one.sets_a_week for one in caps if one.sets_a_week is not None]
    holds = [one.hold_s for one in caps if one.hold_s is not None]
    return min(sets, default=1000), min(holds, default=1000)


@given(st.data())
@settings(max_examples=100)
def test_a_worse_check_in_never_leaves_more_of_anything(data: st.DataObject) -> None:
    before = data.draw(weeks_told(PLAN))
    after = data.draw(worse(before))
    _, better = following(PLAN, before)
    _, orders = following(PLAN, after)
    for name in REAL.exercises:
        sets, hold_s = ceiling(better, name)
        fewer, shorter = ceiling(orders, name)
        assert fewer <= sets, name
        assert shorter <= hold_s, name
    assert (cap_of(orders, None).sets_a_week or 0) <= (cap_of(better, None).sets_a_week or 0)
    assert cap_of(orders, None).load == cap_of(better, None).load
    demands = [{one.demand for one in o if isinstance(one, Forbid)} for o in (better, orders)]
    assert demands[0] <= demands[1]


@pytest.mark.parametrize("name", ["home_beginner", "disc_cleared"])
@given(data=st.data())
@settings(max_examples=6)
def test_the_next_week_is_never_harder_than_the_last(name: str, data: st.DataObject) -> None:
    plan = planned_week(name)
    told = data.draw(weeks_told(plan))
    _, orders = following(plan, told, answers(name))
    last = data.draw(st.sampled_from([None, plan]))
    week = solved(orders, last, answers(name))
    if not week.days:
        return
    old, new = planned_doses(plan), planned_doses(week)
    for exercise, dose in new.items():
        sets, hold_s = ceiling(orders, exercise)
        assert dose.sets <= sets
        assert (dose.hold_s or 0) <= hold_s
        if exercise in old and REAL.exercises[exercise].block == "main":
            assert dose.sets <= old[exercise].sets
    assert sum(d.sets for d in new.values()) <= sum(d.sets for d in old.values())
    assert max(LOADS.index(d.load) for d in new.values()) <= max(
        LOADS.index(d.load) for d in old.values()
    )
    assert max(d.effort for d in new.values()) <= max(d.effort for d in old.values())
    hardest_rung: Counter[str] = Counter()
    for exercise in old:
        one = REAL.exercises[exercise]
        hardest_rung[one.family] = max(hardest_rung[one.family], one.step)
    for exercise in new:
        one = REAL.exercises[exercise]
        assert one.step <= hardest_rung.get(one.family, 20)


def test_after_a_good_week_the_plan_stays_and_with_pain_there_is_less_of_it() -> None:
    _, orders = following(PLAN, [checkin(PLAN)])
    kept = solved(orders, PLAN)
    assert [day.items for day in kept.days] == [day.items for day in PLAN.days]
    for rule_pain, most in ((4, 0.7), (6, 0.0)):
        told = checkin(PLAN, {"crunch": {"pain": rule_pain, "settled": False}})
        _, orders = following(PLAN, [told])
        week = planned_doses(solved(orders, PLAN))
        sets = week["crunch"].sets if "crunch" in week else 0
        assert sets <= most * DOSES["crunch"].sets


def test_each_lever_makes_less_of_it() -> None:
    done, orders = following(PLAN, [checkin(PLAN, {"crunch": {"effort": 10}})])
    assert LEVERS["at_the_limit"][0] == "sets"
    percent = REAL.checkin.down.sets_percent
    assert cap_of(orders, "crunch").sets_a_week == DOSES["crunch"].sets * percent // 100
    assert done["crunch"].words == "2 sets a week at most (now 4)"
    assert DOSES["side_plank_knees"].sets == 1
    done, orders = following(PLAN, [checkin(PLAN, {"side_plank_knees": {"effort": 10}})])
    assert cap_of(orders, "side_plank_knees").hold_s == 8
    assert done["side_plank_knees"].words == "holds of 8 s at most (now 10 s)"
    done, orders = following(PLAN, [checkin(PLAN, {"crunch": {"pain": 7}})])
    assert "crunch" in forbidden(orders)
    assert done["crunch"].words == "left out; McGill curl-up may take its place"
    done, orders = following(PLAN, [checkin(PLAN, {"side_plank_knees": {"pain": 7}})])
    assert done["side_plank_knees"].words.startswith("left out until")
    assert "side_plank_knees" in forbidden(orders)


def test_two_rules_that_step_down_pull_a_lever_each() -> None:
    rules = tuple(
        rule.model_copy(update={"levers": ("hold",)}) if rule.id == "at_the_limit" else rule
        for rule in REAL.checkin.rules
    )
    checked = REAL.checkin.model_copy(update={"rules": rules})
    knowledge = REAL.model_copy(update={"checkin": checked})
    told = checkin(PLAN, {"bird_dog": {"effort": 10, "pain": 4, "settled": False}})
    done, orders = following(PLAN, [told], knowledge=knowledge)
    cap = cap_of(orders, "bird_dog")
    assert (cap.sets_a_week, cap.hold_s) == (1, 8)
    assert done["bird_dog"].words == (
        "1 set a week at most (now 2) and holds of 8 s at most (now 10 s)"
    )


@pytest.mark.parametrize(
    ("name", "kept_out"),
    [("gym_advanced", {"spinal_load_very_high"}), ("wrist_and_shoulder", {"spinal_load_high"})],
)
def test_a_higher_load_on_the_spine_than_any_so_far_does_not_come_in(
    name: str, kept_out: set[str]
) -> None:
    plan = planned_week(name)
    _, orders = following(plan, [checkin(plan)], answers(name))
    assert {one.demand for one in orders if isinstance(one, Forbid) and one.demand} == kept_out
    second_week = solved(orders, plan, answers(name))
    laid = with_orders(orders, answers(name))
    _, second = following(second_week, [checkin(second_week)], laid)
    assert {one.demand for one in second if isinstance(one, Forbid) and one.demand} == kept_out


def test_two_missed_weeks_step_back_and_take_nothing_out() -> None:
    _, orders = following(PLAN, [checkin(PLAN, weeks_ago=2)])
    main = [name for name in DOSES if REAL.exercises[name].block == "main"]
    assert not forbidden(orders) & set(DOSES)
    for name in main:
        cap, dose = cap_of(orders, name), DOSES[name]
        assert (cap.sets_a_week, cap.hold_s or 0) < (dose.sets, dose.hold_s or 0), name
    week = planned_doses(solved(orders, PLAN))
    total = sum(dose.sets for dose in DOSES.values())
    fewer = sum(DOSES[name].sets * (100 - REAL.checkin.down.sets_percent) // 100 for name in main)
    assert fewer > 0
    assert sum(dose.sets for dose in week.values()) <= total - fewer


GOOD = [checkin(PLAN), checkin(PLAN, weeks_ago=1)]


def _before(name: str, **more: Any) -> CheckIn:
    """Return a check-in of three weeks ago with a higher dose of an exercise."""
    return checkin(PLAN, {name: {"planned": DOSES[name].model_copy(update=more)}}, weeks_ago=3)


def test_nothing_goes_up_without_somebody_who_confirms_it() -> None:
    told = [*GOOD, _before("crunch", sets=6)]
    done, orders = following(PLAN, told)
    assert done["crunch"].words == (
        "could go up: up to 5 sets a week (now 4); it stays until that is confirmed"
    )
    assert cap_of(orders, "crunch").sets_a_week == DOSES["crunch"].sets
    assert not any(isinstance(one, Require) for one in orders)
    done, orders = following(PLAN, told, confirmed_by="Pia")
    assert cap_of(orders, "crunch").sets_a_week == DOSES["crunch"].sets + 1
    growth = sum(dose.sets for dose in DOSES.values()) * REAL.checkin.up.total_percent // 100
    total = cap_of(following(PLAN, told)[1], None).sets_a_week or 0
    assert cap_of(orders, None).sets_a_week == total + min(1, growth)


@given(st.data())
@settings(max_examples=60)
def test_a_yes_without_evidence_changes_nothing(data: st.DataObject) -> None:
    told = data.draw(weeks_told(PLAN))
    up = {one.exercise for one in steps(REAL, PLAN, told, ()) if one.direction == "up"}
    _, without = following(PLAN, told)
    _, confirmed = following(PLAN, told, confirmed_by="Pia")
    for name in set(DOSES) - up:
        assert ceiling(confirmed, name) == ceiling(without, name)
    if not up:
        assert confirmed == without


def test_a_hold_comes_back_one_rung_at_a_time() -> None:
    told = [*GOOD, _before("bird_dog", hold_s=20)]
    _, orders = following(PLAN, told, confirmed_by="Pia")
    assert (DOSES["bird_dog"].hold_s, cap_of(orders, "bird_dog").hold_s) == (10, 15)
    _, orders = following(PLAN, GOOD, confirmed_by="Pia")
    assert cap_of(orders, "bird_dog").hold_s == 10


def test_the_next_rung_comes_in_for_what_pain_took_out_before_when_somebody_agrees() -> None:
    _, down = following(PLAN, [checkin(PLAN, {"crunch": {"pain": 6}})])
    mcgill = Require(kind="require", exercise="mcgill_curl_up", author="Ana", reason="as told")
    easier = recommend(REAL, with_orders((*down, mcgill)), Request(NEXT))
    doses = planned_doses(easier)
    assert "mcgill_curl_up" in doses
    assert "crunch" not in doses
    good = [checkin(easier), checkin(easier, weeks_ago=1)]
    laid = with_orders(down)
    done, orders = following(easier, good, laid)
    assert "crunch" in forbidden(orders), "out until somebody says yes"
    assert "Crunch, the next form, in its place" in done["mcgill_curl_up"].words
    done, orders = following(easier, good, laid, confirmed_by="Pia")
    (asked,) = (one for one in orders if isinstance(one, Require))
    assert (asked.exercise, asked.author) == ("crunch", "check-in of 2026-12-07, confirmed by Pia")
    assert asked.until == easier.stamps.week_start + WEEK + timedelta(days=6)
    assert "crunch" not in forbidden(orders)
    assert "mcgill_curl_up" in forbidden(orders)
    assert cap_of(orders, "crunch").sets_a_week == doses["mcgill_curl_up"].sets
    start = easier.stamps.week_start + WEEK
    week = recommend(REAL, with_orders(orders), Request(start, last=easier))
    assert "crunch" in planned_doses(week)
    assert "mcgill_curl_up" not in planned_doses(week)
    _, after = following(week, [checkin(week)], with_orders(orders))
    assert "mcgill_curl_up" not in forbidden(after), "it was left out for one week only"


def test_what_an_earlier_check_in_took_out_stays_out() -> None:
    _, first = following(PLAN, [checkin(PLAN, {"crunch": {"pain": 9}})])
    second_week = solved(first, PLAN)
    _, second = following(second_week, [checkin(second_week)], with_orders(first))
    assert "crunch" in forbidden(second)
    (order,) = (o for o in second if isinstance(o, Forbid) and o.exercise == "crunch")
    assert order.author == "check-in of 2026-12-07"
    others = Forbid(kind="forbid", exercise="superman", author="Pia", reason="not for her")
    _, third = following(second_week, [checkin(second_week)], with_orders((*first, others)))
    assert others not in third, "the order of a clinician stands in a file of its own"


def test_harder_ones_stay_out_also_in_the_good_weeks_after() -> None:
    name = "disc_cleared"
    plan = planned_week(name)
    painful = next(n for n in planned_doses(plan) if REAL.exercises[n].block == "main")
    _, none = following(plan, [checkin(plan)], answers(name))
    _, first = following(plan, [checkin(plan, {painful: {"pain": 6}})], answers(name))
    kept_out = {one for one in forbidden(first) if one} - set(planned_doses(plan))
    assert kept_out > {one for one in forbidden(none) if one}
    second_week = solved(first, plan, answers(name))
    effort = max(dose.effort for dose in planned_doses(plan).values())
    laid = with_orders(first, answers(name))
    good = [checkin(second_week)]
    known = next_week(REAL, laid, second_week, good, "2026-12-14")
    assert known.lifted == {painful}, "a step up may bring it back"
    assert kept_out <= known.barred
    _, second = following(second_week, good, laid)
    third_week = solved(second, None, answers(name))
    assert not kept_out & set(planned_doses(third_week))
    assert max(dose.effort for dose in planned_doses(third_week).values()) <= effort


def test_a_harder_rung_that_could_have_come_in_does_not() -> None:
    name = "disc_cleared"
    plan = planned_week(name)
    exercises = REAL.exercises
    planned = [exercises[one] for one in planned_doses(plan) if exercises[one].block == "main"]
    harder = {
        one.exercise
        for one in plan.not_chosen
        for own in planned
        if exercises[one.exercise].family == own.family and exercises[one.exercise].step > own.step
    }
    assert harder
    _, orders = following(plan, [checkin(plan)], answers(name))
    assert harder <= forbidden(orders)


def test_a_cap_that_only_held_goes_with_its_exercise() -> None:
    _, first = following(PLAN, [checkin(PLAN, {"bird_dog": {"effort": 10}})])
    days = tuple(
        day.model_copy(
            update={
                "items": tuple(i for i in day.items if i.exercise not in ("crunch", "bird_dog"))
            }
        )
        for day in PLAN.days
    )
    without = PLAN.model_copy(update={"days": days})
    _, second = following(without, [checkin(without)], with_orders(first))
    assert not any(isinstance(one, Cap) and one.exercise == "crunch" for one in second)
    assert cap_of(second, "bird_dog") == cap_of(first, "bird_dog")


def test_what_was_lowered_stays_lowered_in_the_weeks_after() -> None:
    _, first = following(PLAN, [checkin(PLAN, {"crunch": {"effort": 10}})])
    wish = Require(kind="require", exercise="crunch", author="Ana", reason="she likes it")
    second_week = solved((*first, wish), PLAN)
    assert planned_doses(second_week)["crunch"].sets == 2
    _, second = following(second_week, [checkin(second_week)], with_orders(first))
    assert cap_of(second, "crunch").sets_a_week == 2


@pytest.mark.parametrize("name", ["home_beginner", "disc_cleared", "gym_advanced"])
@given(data=st.data())
@settings(max_examples=10)
def test_every_order_that_is_written_is_read_back(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    plan = planned_week(name)
    told = data.draw(weeks_told(plan))
    _, orders = following(plan, told, answers(name), data.draw(st.sampled_from([None, "Pia"])))
    path = tmp_path_factory.mktemp("orders") / "orders.yaml"
    path.write_text(orders_text(orders), encoding="utf-8")
    laid, _ = read_with_orders(EXAMPLES / f"{name}.yaml", [path], REAL, NEXT)
    assert laid.orders[-len(orders) :] == orders
