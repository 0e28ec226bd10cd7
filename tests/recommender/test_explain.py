"""Explanations: every claim is what an independent solve of the changed answers says."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from constraints import check_all
from constraints.session_shape import order_key
from knowledge import BadInput, Intake
from knowledge.schema.intake import WEEKDAYS, DayAnswer, ScreeningAnswers, SessionsAWeek
from recommender.build import build
from recommender.decode import decode
from recommender.draft import intake_stamp
from recommender.explain.base import Base, base_of, notes_of, sets_of, stamp_faults
from recommender.explain.changes import change, known_keys
from recommender.explain.diff import diff_days
from recommender.explain.explanation import (
    Alternative,
    DayChange,
    Explanation,
    ItemsExplained,
    Loss,
    WhatIf,
)
from recommender.explain.figures import Figures, figures_of
from recommender.explain.items import explain_items, stand_ins_for, swap_loss
from recommender.explain.loss import loss_of
from recommender.explain.what_if import explain_what_if
from recommender.explain.why_not import explain_why_not
from recommender.intake import read_intake
from recommender.plan import Plan, PlanDay, PlanItem, schedule_of
from recommender.recommend import Request, recommend
from recommender.render.explain import render, schema
from recommender.solve import is_possible, solve
from tests.recommender.people import asked
from tests.solved import EXAMPLES
from tests.strategies import MONDAY, ORDER, REAL, TinyCase, intakes, tiny_cases

TIE_BREAK = "choice"
SMALL = "empty_room"
NAMES = (SMALL, "osteoporosis", "home_beginner")


@cache
def base(name: str) -> Base:
    """Return a shipped example with its plan, ready to be explained."""
    intake = read_intake(EXAMPLES / f"{name}.yaml", REAL)
    return base_of(REAL, intake, recommend(REAL, intake, Request(MONDAY)))


@cache
def all_items(name: str) -> ItemsExplained:
    """Return the items of an example with every alternative tried."""
    return explain_items(base(name), 1000)


def remade(one: Base, intake: Intake, **options: Any) -> Plan:
    """Return the plan that the whole pipeline makes of other answers."""
    return recommend(REAL, intake, Request(one.plan.stamps.week_start, **options))


def with_orders(intake: Intake, *orders: tuple[str, str, str | None]) -> Intake:
    more = tuple(
        ORDER.validate_python(
            {"kind": kind, "exercise": name, "day": day, "author": "A", "reason": "b"}
        )
        for kind, name, day in orders
    )
    return intake.model_copy(update={"orders": (*intake.orders, *more)})


def values(plan: Plan) -> dict[str, int]:
    found = {tier.name: tier.value for tier in plan.tiers}
    return {name: value for name, value in found.items() if value is not None}


def assert_loss(loss: Loss | None, before: dict[str, int], after: dict[str, int]) -> None:
    """Assert that a loss names the first tier that differs, and by how much."""
    assert loss is not None
    assert loss.proven
    differing = [name for name in before if after[name] != before[name]]
    first = differing[0] if differing else None
    assert loss.tier == first
    assert loss.by == (after[first] - before[first] if first else 0)
    rank = "worse" if loss.by > 0 else "better"
    assert loss.rank == ("same" if first in (None, TIE_BREAK) else rank)
    assert loss.words


def applied(days: Sequence[PlanDay], changes: Sequence[DayChange]) -> tuple[PlanDay, ...]:
    """Return the days after the changes, every session in its order."""
    found = {day.date: day for day in days}
    for one in changes:
        items: dict[str, PlanItem] = {}
        old = found.pop(one.date, None)
        if old is not None:
            items = {item.exercise: item for item in old.items}
        for item in one.removed:
            assert items.pop(item.exercise) == item
        for each in one.changed:
            assert items[each.exercise] == each.before
            items[each.exercise] = each.after
        for item in one.added:
            assert item.exercise not in items
            items[item.exercise] = item
        if one.after is not None:
            ordered = sorted(items.values(), key=lambda i: order_key(REAL.exercises[i.exercise]))
            frame = one.after.model_dump()
            found[one.date] = PlanDay(day=one.day, date=one.date, items=tuple(ordered), **frame)
        else:
            assert not items
    return tuple(found[date] for date in sorted(found))


def without_why(days: Sequence[PlanDay]) -> list[PlanDay]:
    return [
        day.model_copy(
            update={"items": tuple(item.model_copy(update={"why": ""}) for item in day.items)}
        )
        for day in days
    ]


# Figures.


@settings(max_examples=60)
@given(tiny_cases(friendly=True, most_weeks=1500))
def test_the_figures_of_a_solved_week_are_the_values_of_its_tiers(case: TinyCase) -> None:
    solution = solve(case.problem)
    if solution is None:
        event("impossible")
        return
    found = figures_of(case.problem, solution.sets).values()
    assert list(found.items()) == [(tier.name, tier.value) for tier in solution.tiers]


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_of_an_example_are_the_tiers_of_its_plan(name: str) -> None:
    assert base(name).figures.values() == values(base(name).plan)
    assert notes_of(base(name)) == ()


def test_a_loss_is_looked_for_in_the_first_tiers_only_if_asked() -> None:
    figures = base(SMALL).figures
    names = list(figures.values())
    assert loss_of(figures, figures, names, tiers=2) is None
    assert_loss(loss_of(figures, figures, names), figures.values(), figures.values())


def test_a_loss_is_proven_only_if_all_tiers_up_to_it_are() -> None:
    one, other = base(SMALL).figures, base("osteoporosis").figures
    whole = loss_of(one, other, list(one.values()))
    assert whole is not None
    assert whole.tier == "shortfall"
    assert whole.proven
    cut = loss_of(one, other, ["unsuitability", "rhythm"])
    assert cut is not None
    assert not cut.proven
    more_items = replace(one, items=one.items + 1)
    late = loss_of(one, more_items, [name for name in one.values() if name != "rhythm"])
    assert late is not None
    assert late.tier == "items"
    assert not late.proven


FIGURES = Figures(
    missing={"abdominal": 4, "lumbar": 4, "lateral": 0, "hip": 1, "mobility": 0},
    weighted_missing=25,
    points=6,
    above=2,
    days=("mon", "wed", "fri"),
    in_a_row=1,
    off_usual=1,
    earliest=21,
    exercises=7,
    wants_many=False,
    apart=2,
    off_balance=4,
    items=12,
    kinds=5,
    choice=300,
)
"""A week made up for its words."""


def missing(**regions: int) -> dict[str, int]:
    return {str(region): sets for region, sets in FIGURES.missing.items()} | regions


@pytest.mark.parametrize(
    ("update", "words"),
    [
        (
            {"missing": missing(hip=4), "weighted_missing": 28},
            "3 half sets more missing from the hip target",
        ),
        (
            {"missing": missing(hip=2, lumbar=3), "weighted_missing": 23},
            "1 half set fewer missing from the lumbar target, 1 half set more missing from the hip "
            "target, weighted by importance that is 2 half sets fewer",
        ),
        ({"points": 7}, "1 point less suitable for you"),
        ({"points": 4}, "2 points more suitable for you"),
        (
            {"points": 9, "above": 0},
            "1 point less suitable for you, with 2 half sets fewer above the targets",
        ),
        ({"in_a_row": 3, "off_usual": 0}, "2 pairs of training days more in a row"),
        ({"off_usual": 0, "earliest": 99}, "1 session nearer to the usual number"),
        (
            {"earliest": 37, "days": ("mon", "wed", "sat")},
            "later days (Monday, Wednesday, Saturday)",
        ),
        (
            {"earliest": 11, "days": ("mon", "tue", "thu")},
            "earlier days (Monday, Tuesday, Thursday)",
        ),
        ({"exercises": 8}, "1 different exercise more"),
        (
            {"exercises": 5, "wants_many": True},
            "2 different exercises fewer, and you asked for many",
        ),
        ({"apart": 3}, "1 main set more between the largest and the smallest session"),
        ({"off_balance": 2}, "2 sets nearer to equal sides in a session"),
        (
            {"apart": 4, "off_balance": 3},
            "1 set less even in sum, 2 main sets more between the largest and the smallest "
            "session, 1 set nearer to equal sides in a session",
        ),
        ({"items": 11}, "1 item fewer in the week"),
        ({"kinds": 7}, "2 pieces of equipment or positions more"),
        ({"choice": 301}, "the same in every tier but the fixed order"),
    ],
)
def test_a_difference_is_said_in_words(update: dict[str, Any], words: str) -> None:
    plan = replace(FIGURES, wants_many=update.get("wants_many", False))
    loss = loss_of(plan, replace(FIGURES, **update), list(FIGURES.values()))
    assert loss is not None
    assert loss.words == words


# Items and their alternatives.


@pytest.mark.parametrize("name", [SMALL, "osteoporosis"])
def test_the_loss_of_every_alternative_is_what_the_whole_pipeline_finds(name: str) -> None:
    one = base(name)
    explained = all_items(SMALL) if name == SMALL else explain_items(one, 6)
    tried = [(item, other) for item in explained.items for other in item.alternatives]
    assert len(tried) == explained.tries.made > 0
    for item, other in tried:
        orders = (("forbid", item.exercise, item.day), ("require", other.exercise, item.day))
        plan = remade(one, with_orders(one.intake, *orders))
        if plan.status == "impossible":
            assert other.loss is None
        else:
            assert plan.status == "optimal"
            assert_loss(other.loss, values(one.plan), values(plan))


def test_an_optimal_plan_has_no_better_alternative_and_the_best_comes_first() -> None:
    for item in all_items(SMALL).items:
        ranks = [one.loss.rank for one in item.alternatives if one.loss is not None]
        assert "better" not in ranks
        assert ranks == sorted(ranks)  # same before worse
        tiers = [one.loss.tier for one in item.alternatives if one.loss is not None]
        names = list(base(SMALL).figures.values())
        places = [names.index(tier or TIE_BREAK) for tier in tiers]
        assert places == sorted(places, reverse=True)


def test_a_limit_cuts_the_tries_and_is_said() -> None:
    one = base(SMALL)
    whole, cut, none = all_items(SMALL), explain_items(one, 3), explain_items(one, 0)
    assert whole.tries.made == whole.tries.wanted
    assert cut.tries.made == 3 < cut.tries.wanted == whole.tries.wanted
    assert none.tries.made == 0
    kept = {(i.date, i.exercise): i.alternatives for i in whole.items}
    for item in cut.items:
        assert set(item.alternatives) <= set(kept[item.date, item.exercise])
        if item.alternatives:
            assert item.block == "main"
    for few, all_tried in zip(none.items, whole.items, strict=True):
        assert few.untried == all_tried.untried + len(all_tried.alternatives)
        assert (few.fills, few.share, few.prepares) == (
            all_tried.fills, all_tried.share, all_tried.prepares,
        )  # fmt: skip
    words = render(explanation(items=cut), REAL, "text")
    assert f"All of them: --tries {whole.tries.wanted}." in " ".join(words.split())


@pytest.mark.parametrize("name", NAMES)
def test_what_the_items_fill_adds_up_to_the_totals_and_the_balance(name: str) -> None:
    one = base(name)
    items = explain_items(one, 0).items
    for region, total in one.plan.totals.sets.items():
        fills = [fill for item in items for fill in item.fills if fill.region == region]
        assert sum(fill.sets for fill in fills) == total
        assert all(fill.total == total for fill in fills)
        assert all(fill.target == one.problem.targets[region] / 2 for fill in fills)
    assert one.plan.balance is not None
    for side, sets in one.plan.balance.sets.model_dump().items():
        shares = [item.share for item in items if item.share and item.share.side == side]
        assert sum(share.sets for share in shares) == sets
        assert all(share.total == sets for share in shares)


@pytest.mark.parametrize("name", NAMES)
def test_what_must_be_prepared_for_names_its_warm_up(name: str) -> None:
    one = base(name)
    items = explain_items(one, 0).items
    for item in items:
        exercise = REAL.exercises[item.exercise]
        assert (item.duty is not None) == (exercise.block != "main")
        if exercise.block != "main" or not REAL.patterns[exercise.pattern].prepare:
            continue
        assert any(
            prepared.pattern == exercise.pattern and item.exercise in prepared.exercises
            for other in items
            if other.date == item.date
            for prepared in other.prepares
        )


@pytest.mark.parametrize("name", NAMES)
def test_stand_ins_have_the_block_and_side_and_are_new_on_that_day(name: str) -> None:
    one = base(name)
    for day in one.plan.days:
        there = {item.exercise for item in day.items}
        for item in day.items:
            for candidate in stand_ins_for(one, day, item):
                exercise = candidate.exercise
                assert (exercise.block, exercise.side) == (item.block, item.side)
                assert candidate.id not in there


def test_orders_hold_an_item_in_its_place_and_keep_others_away() -> None:
    one = base(SMALL)
    day = one.plan.days[0]
    item = next(i for i in day.items if i.block == "main")
    first, second = stand_ins_for(one, day, item)[:2]
    elsewhere = next(other.day for other in one.plan.days if other.day != day.day)
    held = with_orders(
        one.intake,
        ("require", item.exercise, day.day),
        ("require", item.exercise, elsewhere),
        ("forbid", item.exercise, "sun"),
    )
    kept_away = with_orders(
        one.intake, ("forbid", first.id, day.day), ("fix_day", second.id, elsewhere)
    )
    explained = explain_items(base_of(REAL, held, one.plan), 0)
    found = next(i for i in explained.items if (i.day, i.exercise) == (day.day, item.exercise))
    assert found.held
    assert [(one.kind, one.author) for one in found.asked] == [("require", "A")]
    assert (found.alternatives, found.untried) == ((), 0)
    left = stand_ins_for(base_of(REAL, kept_away, one.plan), day, item)
    assert [c.id for c in left] == [
        c.id for c in stand_ins_for(one, day, item) if c.id not in (first.id, second.id)
    ]


def test_an_alternative_that_is_too_long_for_its_day_is_impossible_there() -> None:
    """It would fit on the other day, which is long."""
    intake = asked(days={"mon": DayAnswer(minutes=9), "thu": DayAnswer(minutes=60)},
                   sessions=SessionsAWeek(at_least=2, at_most=2))  # fmt: skip
    one = base_of(REAL, intake, recommend(REAL, intake, Request(MONDAY)))
    day = one.plan.days[0]
    item = next(i for i in day.items if i.block == "main")
    long = max(stand_ins_for(one, day, item), key=lambda c: c.seconds[c.dose.sets[0]])
    orders = (("forbid", item.exercise, "mon"), ("require", long.id, "mon"))
    assert remade(one, with_orders(intake, *orders)).status == "impossible"
    assert remade(one, with_orders(intake, orders[0], ("require", long.id, "thu"))).days
    assert swap_loss(one, day, item, long) is None
    impossible = Alternative(exercise=long.id, name=long.exercise.name, loss=None)
    found = explain_items(one, 0)
    shown = found.items[0].model_copy(update={"alternatives": (impossible,)})
    text = render(explanation(items=found.model_copy(update={"items": (shown,)})), REAL, "text")
    assert "no week is possible with it here." in " ".join(text.split())


def test_a_plan_that_is_not_the_best_has_better_alternatives() -> None:
    """The days of a plan with a poor exercise, as if somebody had put it in by hand."""
    one = base(SMALL)
    poor = max(
        (c for c in one.problem.candidates if c.exercise.side == "abdominal"),
        key=lambda c: c.penalty,
    )
    plan = remade(one, one.intake.model_copy(update={"required": (poor.id,)}))
    edited = one.plan.model_copy(update={"days": plan.days})
    by_hand = base_of(REAL, one.intake, edited)
    assert "changed by hand" in notes_of(by_hand)[0]
    explained = explain_items(by_hand, 8)
    for item in explained.items:
        for other in item.alternatives:
            orders = (("forbid", item.exercise, item.day), ("require", other.exercise, item.day))
            anew = remade(one, with_orders(one.intake, *orders))
            if anew.days:
                assert_loss(other.loss, values(plan), values(anew))
    ranks = {
        other.loss.rank
        for item in explained.items
        if item.exercise == poor.id
        for other in item.alternatives
        if other.loss
    }
    assert "better" in ranks


# Why not.


@pytest.mark.parametrize("name", NAMES)
def test_why_not_an_excluded_exercise_names_what_the_plan_names(name: str) -> None:
    one = base(name)
    assert one.plan.excluded
    for excluded in one.plan.excluded:
        why = explain_why_not(one, REAL.exercises[excluded.exercise])
        assert why.answer == "excluded"
        assert why.excluded == excluded
        assert tuple(source.id for source in why.sources) == excluded.source
        assert excluded.reason not in why.also
        text = render(explanation(why_not=why), REAL, "text")
        assert " ".join(excluded.reason.split()) in " ".join(text.split())
        assert excluded.rule in text


def test_why_not_a_planned_exercise_says_its_days() -> None:
    one = base(SMALL)
    for item in one.plan.days[0].items:
        why = explain_why_not(one, REAL.exercises[item.exercise])
        assert why.answer == "planned"
        assert why.days == tuple(
            day.day for day in one.plan.days if item.exercise in {i.exercise for i in day.items}
        )


@pytest.mark.parametrize("place", [0, 7, 14, 21])
def test_why_not_a_candidate_tells_the_loss_of_the_best_week_with_it(place: int) -> None:
    one = base(SMALL)
    name = one.plan.not_chosen[place].exercise
    why = explain_why_not(one, REAL.exercises[name])
    anew = remade(one, one.intake.model_copy(update={"required": (name,)}))
    if anew.status == "impossible":
        assert why.answer == "impossible"
        return
    assert why.answer == "costs"
    assert_loss(why.loss, values(one.plan), values(anew))
    assert why.diff is not None
    with_it = one.plan.model_copy(update={"days": applied(one.plan.days, why.diff.days)})
    schedule = schedule_of(with_it)
    assert name in {item.exercise for items in schedule.days for item in items}
    assert check_all(one.problem, schedule) == ()
    assert figures_of(one.problem, sets_of(schedule)).values() == values(anew)
    assert {tier.tier: tier.after for tier in why.diff.tiers} == values(anew)
    assert {tier.tier: tier.before for tier in why.diff.tiers} == values(one.plan)


def test_why_not_what_no_week_has_room_for_names_the_clash() -> None:
    """The only day is just long enough for what it holds."""
    wide = asked(days={"mon": DayAnswer(minutes=30)}, exercises_per_session=2)

    def on_monday(minutes: int) -> Intake:
        return wide.model_copy(update={"days": {"mon": DayAnswer(minutes=minutes)}})

    tight = next(
        one for one in map(on_monday, range(5, 31)) if is_possible(build(REAL, one, MONDAY).problem)
    )
    plan = recommend(REAL, tight, Request(MONDAY))
    one = base_of(REAL, tight, plan)
    long = max(
        (c for c in one.problem.candidates if c.exercise.side == "lumbar"),
        key=lambda c: c.seconds[c.dose.sets[0]],
    )
    why = explain_why_not(one, long.exercise)
    assert remade(one, tight.model_copy(update={"required": (long.id,)})).status == "impossible"
    assert why.answer == "impossible"
    blamed = {answer for clash in why.clashes for answer in clash.answers}
    assert f"required.{long.id}" in blamed
    assert "days.mon.minutes" in blamed
    assert why.repairs


# What if.

CHANGES = (
    ["mon.minutes=20"],
    ["tue.minutes=25"],
    ["{first}=off"],
    ["{first}.minutes=12", "{last}.minutes=60"],
    ["equipment+=band", "equipment+=dumbbell:2"],
    ["sessions.at_least=1", "sessions.at_most=2"],
    ["exercises_per_session=2"],
    ["variety=high"],
    ["goal=relieve"],
    ["balance=evidence"],
)


def filled(texts: Sequence[str], one: Base) -> list[str]:
    days = [day for day in WEEKDAYS if day in one.intake.days]
    return [text.format(first=days[0], last=days[-1]) for text in texts]


@pytest.mark.parametrize("texts", CHANGES, ids=" ".join)
def test_the_diff_applied_to_the_plan_is_the_plan_of_the_changed_answers(
    texts: list[str],
) -> None:
    one = base(SMALL)
    texts = filled(texts, one)
    answer = explain_what_if(one, texts)
    changed = change(texts, one.intake, "article", REAL)
    anew = remade(one, changed.intake, balance=changed.balance)
    assert answer.status == anew.status == "optimal"
    assert answer.diff is not None
    assert without_why(applied(one.plan.days, answer.diff.days)) == without_why(anew.days)
    assert answer.diff.totals_after == anew.totals
    assert answer.diff.totals_before == one.plan.totals
    assert answer.diff.balance_after == anew.balance
    assert answer.diff.balance_before == one.plan.balance
    assert {tier.tier: tier.after for tier in answer.diff.tiers} == values(anew)
    assert_measured_rightly(one, changed.intake, changed.balance, answer)


def assert_measured_rightly(one: Base, intake: Intake, balance: Any, answer: WhatIf) -> None:
    """Assert that the plan is measured by the new answers where it holds under them.

    Its value is solved for: with every item locked, there is one week.
    """
    problem = build(REAL, intake, MONDAY, balance).problem
    assert answer.diff is not None
    before = {tier.tier: tier.before for tier in answer.diff.tiers}
    opened = {c.id for c in problem.candidates} - {c.id for c in one.problem.candidates}
    assert answer.opened == tuple(sorted(opened))
    locks = [
        ORDER.validate_python(
            {
                "kind": "lock",
                "exercise": name,
                "day": problem.days[day].weekday,
                "sets": sets,
                "author": "A",
                "reason": "b",
            }
        )
        for (name, day), sets in one.sets.items()
    ]
    others = [
        ("forbid", c.id, day.weekday)
        for c in problem.candidates
        for day in problem.days
        if (c.id, day.index) not in one.sets
    ]
    fixed = with_orders(intake.model_copy(update={"orders": tuple(locks)}), *others)
    built = build(REAL, fixed, MONDAY, balance)
    solution = None if built.dropped else solve(built.problem)
    assert answer.diff.holds == (solution is not None)
    after = {tier.tier: tier.after for tier in answer.diff.tiers}
    if solution is not None:
        assert before == {tier.name: tier.value for tier in solution.tiers}
        assert all(tier.rank is not None for tier in answer.diff.tiers)
        assert_loss(answer.loss, before, after)
    else:
        assert before == values(one.plan)
        if answer.loss is not None:
            assert_loss(answer.loss, before, after)


@pytest.mark.parametrize("name", [SMALL, "home_beginner"])
def test_no_real_change_gives_an_empty_diff(name: str) -> None:
    one = base(name)
    intake = one.intake
    day, had = next(iter(intake.days.items()))
    place, stock = next(iter(intake.places.items()))
    free = next(each for each in WEEKDAYS if each not in intake.days)
    same = [
        f"{day}.minutes={had.minutes}",
        f"{free}=off",
        f"sessions.at_least={intake.sessions.at_least}",
        f"exercises_per_session={intake.exercises_per_session}",
        f"variety={intake.variety}",
        f"goal={intake.goal}",
        "balance=article",
        f"{place}.equipment+=kettlebell",
        f"{place}.equipment-=kettlebell",
    ]
    assert list(stock) == list(change(same, intake, "article", REAL).intake.places[place])
    answer = explain_what_if(one, same)
    assert answer.diff is not None
    assert answer.diff.days == ()
    assert answer.diff.holds
    assert all(tier.rank == "same" for tier in answer.diff.tiers)
    assert answer.loss == Loss(
        rank="same", tier=None, by=0, words="the same in every tier", proven=True
    )
    assert (answer.opened, answer.closed) == ((), ())


@settings(max_examples=10)
@given(st.data())
def test_more_minutes_never_worsen_the_first_tier(data: st.DataObject) -> None:
    days = data.draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=2, unique=True))
    intake = asked(
        days={day: DayAnswer(minutes=data.draw(st.sampled_from([12, 15, 20]))) for day in days},
        pieces=data.draw(st.sampled_from([{}, {"mat": 1}, {"chair": 1, "band": 1}])),
        goal=data.draw(st.sampled_from(["relieve", "strengthen", "prevent"])),
    )
    plan = recommend(REAL, intake, Request(MONDAY))
    if not plan.days:
        event("no week")
        return
    one = base_of(REAL, intake, plan)
    day = data.draw(st.sampled_from(days))
    more = intake.days[day].minutes + data.draw(st.integers(1, 20))
    answer = explain_what_if(one, [f"{day}.minutes={more}"])
    assert answer.diff is not None
    assert answer.diff.holds
    first = answer.diff.tiers[0]
    event(f"shortfall {first.rank}")
    assert first.tier == "shortfall"
    assert first.after <= first.before
    assert answer.loss is not None
    assert answer.loss.rank != "worse"


def test_an_impossible_change_is_answered_with_the_clash() -> None:
    one = base(SMALL)
    days = [day for day in WEEKDAYS if day in one.intake.days]
    answer = explain_what_if(one, [f"{day}=off" for day in days[1:]] + ["sessions.at_least=2"])
    assert answer.status == "impossible"
    assert answer.diff is None
    assert answer.loss is None
    assert "sessions.at_least" in answer.clashes[0].answers
    assert answer.repairs


def test_two_weeks_of_different_scales_are_not_ranked() -> None:
    """The goal changes the targets, and the plan holds no more because its first day is gone."""
    one = base(SMALL)
    texts = filled(["{first}=off", "goal=strengthen", "variety=high"], one)
    answer = explain_what_if(one, texts)
    assert answer.diff is not None
    assert not answer.diff.holds
    ranks = {tier.tier: tier.rank for tier in answer.diff.tiers}
    assert [name for name, rank in ranks.items() if rank is None] == [
        "shortfall",
        "unsuitability",
        "variety",
    ]
    assert answer.loss is None


def test_a_new_piece_that_shifts_the_penalties_makes_unsuitability_incomparable() -> None:
    one = base("home_beginner")
    answer = explain_what_if(one, ["wed=off", "equipment+=band"])
    assert answer.diff is not None
    ranks = {tier.tier: tier.rank for tier in answer.diff.tiers}
    old = {c.id: c.penalty for c in one.problem.candidates}
    intake = change(["equipment+=band"], one.intake, "article", REAL).intake
    new = {c.id: c.penalty for c in build(REAL, intake, MONDAY).problem.candidates}
    shifted = any(new[name] != penalty for name, penalty in old.items())
    assert (ranks["unsuitability"] is None) == shifted
    assert ranks["shortfall"] is not None


# The language of changes.


@pytest.mark.parametrize(
    ("text", "update"),
    [
        ("mon.minutes=45", {"days": {"mon": {"minutes": 45}, "thu": {"minutes": 30}}}),
        (
            "sat.minutes = 45",
            {"days": {"mon": {"minutes": 30}, "thu": {"minutes": 30}, "sat": {"minutes": 45}}},
        ),
        ("thu=off", {"days": {"mon": {"minutes": 30}}}),
        (
            "thu.place=home",
            {"days": {"mon": {"minutes": 30}, "thu": {"minutes": 30, "place": "home"}}},
        ),
        ("equipment+=band", {"places": {"home": {"mat": 1, "wall": 1, "chair": 1, "band": 1}}}),
        (
            "home.equipment+=dumbbell:2",
            {"places": {"home": {"mat": 1, "wall": 1, "chair": 1, "dumbbell": 2}}},
        ),
        ("equipment+=mat", {"places": {"home": {"mat": 2, "wall": 1, "chair": 1}}}),
        ("equipment-=chair", {"places": {"home": {"mat": 1, "wall": 1}}}),
        ("sessions.at_least=2", {"sessions": {"at_least": 2, "at_most": 7}}),
        ("sessions.at_most=2", {"sessions": {"at_least": 1, "at_most": 2}}),
        ("exercises_per_session=3", {"exercises_per_session": 3}),
        ("variety=high", {"variety": "high"}),
        ("goal=relieve", {"goal": "relieve"}),
    ],
)
def test_a_change_edits_one_answer(text: str, update: dict[str, Any]) -> None:
    intake = asked()
    changed = change([text], intake, "article", REAL)
    expected = json.loads(intake.model_dump_json()) | update
    assert changed.intake == Intake.model_validate_json(json.dumps(expected))
    assert changed.balance == "article"
    assert len(changed.sentences) == 1


def test_the_balance_can_be_changed() -> None:
    changed = change(["balance=evidence"], asked(), "article", REAL)
    assert (changed.intake, changed.balance) == (asked(), "evidence")
    assert changed.sentences == ("Balance: evidence instead of article.",)


REFUSED = (
    (["wed.minuts=40"], "did you mean wed.minutes?"),
    (["mon.minutes=4"], "expected 5 or more, found 4"),
    (["mon.minutes=soon"], 'expected a whole number, found "soon"'),
    (["mon.minutes+=5"], "mon.minutes does not take +="),
    (["mon=on"], "expected mon=off or mon.minutes=N"),
    (["mon=off", "thu=off"], "days: expected at least 1, found none"),
    (["mon=off", "mon.minutes=20"], "it cannot be both"),
    (["mon.minutes=20", "mon.minutes=30"], "mon.minutes stands twice"),
    (["tue.place=home"], "days.tue.minutes: is missing"),
    (["mon.place=hme"], "did you mean home?"),
    (["equipment=band"], "equipment does not take =; expected equipment+=PIECE"),
    (["equipment+=bnad"], "did you mean band?"),
    (["equipment+=two bands"], "such as dumbbell:2"),
    (["equipment+=band:21"], "expected 20 or less, found 21"),
    (["equipment-=band"], "home has no band; it has: 1 x mat, 1 x wall, 1 x chair"),
    (["equipment-=mat:2"], "home has 1 mat;"),
    (["gym.equipment+=band"], "did you mean equipment?"),
    (["sessions.at_least=5", "sessions.at_most=4"], "at_least 5 exceeds at_most 4"),
    (["exercises_per_session=1"], "expected 2 or more, found 1"),
    (["variety=hgh"], "did you mean high?"),
    (["goal=fly"], "is not one of"),
    (["balance=evidnce"], "did you mean evidence?"),
    (["forty minutes"], "expected a change such as wed.minutes=40"),
    ([""], "expected a change such as wed.minutes=40"),
)


@pytest.mark.parametrize(("texts", "piece"), REFUSED, ids=[" ".join(t) for t, _ in REFUSED])
def test_a_change_that_cannot_be_made_says_what_would_be_right(
    texts: list[str], piece: str
) -> None:
    with pytest.raises(BadInput) as caught:
        change(texts, asked(), "article", REAL)
    assert any(piece in str(fault) for fault in caught.value.faults), caught.value
    assert all(fault.file == "--what-if" and fault.line is None for fault in caught.value.faults)


def test_with_several_places_a_change_of_equipment_names_one() -> None:
    two = asked().model_copy(
        update={
            "places": {"home": {"mat": 1}, "gym": {"mat": 1}},
            "days": {"mon": DayAnswer(minutes=30, place="gym")},
        }
    )
    with pytest.raises(BadInput, match=r"home\.equipment or gym\.equipment"):
        change(["equipment+=band"], two, "article", REAL)
    with pytest.raises(BadInput, match="needs a place"):
        change(["tue.minutes=30"], two, "article", REAL)
    changed = change(
        ["gym.equipment+=band", "tue.minutes=30", "tue.place=gym"], two, "article", REAL
    ).intake
    assert changed.places == {"home": {"mat": 1}, "gym": {"mat": 1, "band": 1}}
    assert changed.days["tue"] == DayAnswer(minutes=30, place="gym")


FACTS = sorted(
    {
        *ScreeningAnswers.model_fields,
        *REAL.answers,
        *REAL.conditions,
        *REAL.scores,
        *REAL.positions,
        *(flag.id for flag in REAL.screening.red_flags),
        "clearance",
        "clearances",
        "softenings",
        "condition",
        "training_age",
        "technique_cleared",
        "weaker_side",
    }
)


@pytest.mark.parametrize("shape", ["{}=30", "screening.{}=x", "{}+=x", "{}", "conditions-={}"])
def test_nothing_clinical_can_be_changed(shape: str) -> None:
    for fact in FACTS:
        with pytest.raises(BadInput) as caught:
            change([shape.format(fact)], asked(), "article", REAL)
        (fault,) = caught.value.faults
        assert "fact about your health or training" in fault.message


@settings(max_examples=100)
@given(intakes())
def test_every_known_key_is_about_wishes_and_no_change_is_the_identity(intake: Intake) -> None:
    assert not {part for key in known_keys(intake) for part in key.split(".")} & set(FACTS)
    assert change([], intake, "article", REAL).intake == intake
    day, answer = next(iter(intake.days.items()))
    same = change([f"{day}.minutes={answer.minutes}"], intake, "article", REAL).intake
    assert intake_stamp(same) == intake_stamp(intake)


# Stamps and the contract.


def test_the_stamp_of_the_answers_is_that_of_the_plan() -> None:
    for name in NAMES:
        assert intake_stamp(base(name).intake) == base(name).plan.stamps.intake


def test_foreign_stamps_are_faults_that_say_what_to_do() -> None:
    one = base(SMALL)
    nobody: frozenset[str] = frozenset()
    assert list(stamp_faults(REAL, one.intake, one.plan, nobody, "p.json")) == []
    other = one.intake.model_copy(update={"name": "Somebody"})
    old = one.plan.model_copy(
        update={"stamps": one.plan.stamps.model_copy(update={"knowledge": "0000"})}
    )
    for faults, field in (
        (stamp_faults(REAL, other, one.plan, nobody, "p.json"), "stamps.intake"),
        (stamp_faults(REAL, one.intake, old, nobody, "p.json"), "stamps.knowledge"),
        (stamp_faults(REAL, one.intake, one.plan, frozenset({"Pia"}), "p.json"), "stamps.role"),
    ):
        (fault,) = faults
        assert fault.field == field
        assert "make a new plan" in fault.message


def explanation(**part: Any) -> Explanation:
    one = base(SMALL)
    return Explanation(
        schema_version=1, name=one.plan.name, stamps=one.plan.stamps, notes=(), **part
    )


def test_every_answer_is_valid_json_and_eighty_columns_of_plain_text() -> None:
    one = base(SMALL)
    parts: list[dict[str, Any]] = [{"items": all_items(SMALL)}]
    parts += [
        {"why_not": explain_why_not(one, REAL.exercises[name])}
        for name in (
            one.plan.excluded[0].exercise,
            one.plan.not_chosen[0].exercise,
            one.plan.days[0].items[0].exercise,
        )
    ]
    for texts in (["{first}=off"], ["goal=strengthen"], ["equipment+=band"], ["{first}.minutes=8"]):
        parts.append({"what_if": explain_what_if(one, filled(texts, one))})
    for part in parts:
        whole = explanation(**part)
        document = json.loads(render(whole, REAL, "json"))
        jsonschema.validate(document, json.loads(schema()))
        assert Explanation.model_validate_json(json.dumps(document)) == whole
        text = render(whole, REAL, "text")
        assert text.isascii()
        assert max(map(len, text.splitlines())) <= 80
        assert text == "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def test_a_what_if_that_ends_in_a_referral_says_where_to_go() -> None:
    flag = next(one.id for one in REAL.screening.red_flags if one.urgency == "doctor")
    referred = recommend(REAL, asked(red_flags=(flag,)), Request(MONDAY))
    answer = WhatIf(
        changes=("mon=off",),
        sentences=("Monday is off.",),
        status=referred.status,
        flags=referred.screening.flags,
    )
    text = " ".join(render(explanation(what_if=answer), REAL, "text").split())
    assert "No plan then: see a doctor first." in text
    assert f"Where to go: {' '.join(referred.screening.flags[0].where_to_go.split())}" in text


def test_days_that_differ_only_in_what_they_say_of_the_week_are_equal() -> None:
    days = base(SMALL).plan.days
    assert diff_days(days, without_why(days)) == ()
    assert [one.after for one in diff_days(days, days[1:])] == [None]
    assert [one.before for one in diff_days(days[1:], days)] == [None]
    longer = days[0].model_copy(update={"minutes_available": 99})
    (only,) = diff_days(days, (longer, *days[1:]))
    assert (only.added, only.removed, only.changed) == ((), (), ())
    assert only.after is not None
    assert only.after.minutes_available == 99


def test_a_week_is_decoded_from_the_sets_that_are_explained() -> None:
    one = base(SMALL)
    assert decode(one.problem, one.sets) == schedule_of(one.plan)
