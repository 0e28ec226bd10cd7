"""What was changed by hand is seen, becomes orders, and is never lost; swaps are what they say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from constraints import check_all
from recommender.build import build
from recommender.decode import decode
from recommender.explain.base import base_of
from recommender.last_week import is_edited
from recommender.plan import Plan, PlanItem
from recommender.replan.adopt import Edits, broken_by, edits_of, orders_text
from recommender.replan.replan import Asked, replan
from recommender.replan.swap import choices_for, swap_orders, with_swap
from recommender.written_orders import read_orders
from tests.recommender.test_replan import SUNDAY, again, items, last_plan, main_of, ordered, person
from tests.strategies import MONDAY, REAL


def edited(day: int, item: int | None, **changes: Any) -> Plan:
    """Return the last plan with an item of a day changed, or with the day changed itself."""
    plan = last_plan()
    days = list(plan.days)
    if item is None:
        days[day] = days[day].model_copy(update=changes)
    else:
        there = list(days[day].items)
        there[item] = there[item].model_copy(update=changes)
        days[day] = days[day].model_copy(update={"items": tuple(there)})
    return plan.model_copy(update={"days": tuple(days)})


def place(wanted: Callable[[PlanItem], bool]) -> tuple[int, int]:
    return next(
        (number, index)
        for number, day in enumerate(last_plan().days)
        for index, item in enumerate(day.items)
        if wanted(item)
    )


def adopted(plan: Plan) -> Edits:
    return edits_of(last_plan(), plan, "you", "by hand", "plan.json")


def test_an_edit_of_a_day_or_of_a_proof_is_seen() -> None:
    plan = last_plan()
    assert not is_edited(plan)
    assert is_edited(edited(0, 0, sets=9))
    tiers = (plan.tiers[0].model_copy(update={"value": 99}), *plan.tiers[1:])
    assert is_edited(plan.model_copy(update={"tiers": tiers}))
    assert is_edited(plan.model_copy(update={"days": plan.days[1:]}))
    read_again = Plan.model_validate_json(plan.model_dump_json(indent=3))
    assert not is_edited(read_again)


def test_a_week_edited_within_the_rules_comes_back_as_it_was_edited(tmp_path: Path) -> None:
    number, index = place(lambda one: one.block == "cool_down")
    day = last_plan().days[number]
    other = next(
        candidate.id
        for candidate in build(REAL, person(), MONDAY).problem.candidates
        if candidate.exercise.block == "cool_down"
        and candidate.id not in {item.exercise for item in day.items}
        and candidate.exercise.family != REAL.exercises[day.items[index].exercise].family
        and candidate.seconds[1] <= day.items[index].seconds
        and not candidate.exercise.equipment.all_of
    )
    plan = edited(number, index, exercise=other, name=REAL.exercises[other].name, sets=1)
    found = adopted(plan)
    assert found.faults == ()
    assert sorted(one.kind for one in found.orders) == ["forbid", "lock"]
    assert broken_by(REAL, person(), plan, found.orders) == ()
    file = tmp_path / "orders.yaml"
    file.write_text(orders_text(found.orders), encoding="utf-8")
    read = tuple(one.order for one in read_orders(file))
    assert read == found.orders
    new = again(ordered(*read))
    assert items(new)[day.day, other] == 1
    assert (day.day, day.items[index].exercise) not in items(new)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"rest_s": 3}, "rest_s", "no order can ask for that"),
        ({"load": "heavy"}, "load", "no order can ask for that"),
        ({"cues": ("Jump.",)}, "cues", "no order can ask for that"),
    ],
)
def test_what_no_order_can_ask_for_is_refused(
    changes: dict[str, Any], field: str, words: str
) -> None:
    (fault,) = adopted(edited(0, 1, **changes)).faults
    assert fault.field == f"days[0].items[1].{field}"
    assert words in fault.message


def test_what_stands_outside_the_days_is_refused() -> None:
    plan = last_plan()
    (fault,) = adopted(plan.model_copy(update={"stop_signs": ()})).faults
    assert fault.field == "stop_signs"
    (fault,) = adopted(edited(0, None, place="club")).faults
    assert fault.field == "days[0].place"


def test_what_is_counted_anew_is_no_edit() -> None:
    assert adopted(edited(0, 0, seconds=1, why="because")).orders == ()
    assert adopted(edited(0, None, minutes=1.0)) == Edits((), ())


def test_a_day_that_was_taken_out_becomes_a_day_of_rest() -> None:
    plan = last_plan()
    (order,) = adopted(plan.model_copy(update={"days": plan.days[:-1]})).orders
    assert (order.kind, order.day) == ("rest", plan.days[-1].day)


@pytest.mark.parametrize("sets", [9, 3])
def test_an_edit_that_breaks_a_rule_names_rule_and_exercise(sets: int) -> None:
    number, index = place(lambda one: one.block == "main" and one.sets != sets)
    plan = edited(number, index, sets=sets)
    broken = broken_by(REAL, person(), plan, adopted(plan).orders)
    assert broken
    assert all(violation.constraint and violation.sentence for violation in broken)
    if sets == 9:
        assert broken[0].exercise == plan.days[number].items[index].exercise


def test_an_edit_is_no_way_around_a_verdict() -> None:
    number, index = place(lambda one: one.block == "main")
    forbidden = next(
        judgement.exercise
        for judgement in build(REAL, person(), MONDAY).excluded
        if judgement.cause in ("level", "clinical")
    )
    plan = edited(number, index, exercise=forbidden.id, name=forbidden.name)
    broken = broken_by(REAL, person(), plan, adopted(plan).orders)
    assert forbidden.id in {violation.exercise for violation in broken}


def test_each_choice_of_a_swap_is_a_week_that_holds_and_costs_what_it_says() -> None:
    plan = last_plan()
    base = base_of(REAL, person(), plan, frozenset())
    day = plan.days[0]
    item = next(item for item in day.items if item.exercise == main_of(plan))
    choices = choices_for(base, day, item)
    assert choices
    assert [choice.rank for choice in choices] == sorted(choice.rank for choice in choices)
    for choice in choices[:2]:
        laid = with_swap(person(), swap_orders(item, choice.exercise, day.day, "you"))
        new = replan(REAL, laid, plan, Asked(), SUNDAY, tries=0)
        problem = build(REAL, laid, MONDAY).problem
        assert check_all(problem, decode(problem, sets_of_plan(new))) == ()
        assert (day.day, choice.exercise) in items(new)
        assert (day.day, item.exercise) not in items(new)
        assert new.tiers[1].value == choice.rank[1]
        place_of = {(day.day, item.exercise), (day.day, choice.exercise)}
        others = {(one.day, one.exercise) for one in new.changes} - place_of
        assert len(others) == choice.others


def sets_of_plan(plan: Plan) -> dict[tuple[str, int], int]:
    return {
        (item.exercise, (day.date - plan.stamps.week_start).days): item.sets
        for day in plan.days
        for item in day.items
    }
