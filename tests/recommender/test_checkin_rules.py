"""Steps: worse answers never give a harder one, every rule is reached, and up needs evidence."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.schema.checkin import CheckIn
from recommender.checkin import directions, planned_doses, steps, trend, weeks_up_to
from recommender.checkin.rules import EVIDENCE
from tests.recommender.checkins import (
    WEEK,
    by_name,
    checkin,
    hardness,
    planned_week,
    stepped,
    weeks_told,
    worse,
)
from tests.strategies import MONDAY, REAL

PLAN = planned_week()
DOSES = planned_doses(PLAN)
CRUNCH, EASIER = DOSES["crunch"], DOSES["bird_dog"]
NOTHING = {name: {"done": 0} for name in DOSES}
UP = REAL.checkin.up


@given(st.data())
@settings(max_examples=150)
def test_a_worse_check_in_never_gives_a_harder_step(data: st.DataObject) -> None:
    before = data.draw(weeks_told(PLAN, count=3))
    after = data.draw(worse(before))
    better, harder_told = stepped(PLAN, *before), stepped(PLAN, *after)
    for name in DOSES:
        assert hardness(harder_told[name]) <= hardness(better[name]), name


REACHING: dict[str, list[dict[str, dict[str, Any]] | None]] = {
    "worst_pain": [{"crunch": {"pain": 8}}],
    "strong_pain_again": [{"crunch": {"pain_next_day": 6}}, {"crunch": {"pain": 6}}],
    "strong_pain": [{}, {"crunch": {"pain": 6}}],
    "pain_that_stays": [{"crunch": {"pain": 4, "settled": False}}],
    "some_pain": [{"crunch": {"pain_next_day": 4}}],
    "at_the_limit": [{"crunch": {"effort": 10}}],
    "far_above_plan": [{"crunch": {"effort": CRUNCH.effort + 3}}],
    "near_the_limit": [
        {"crunch": {"effort": 9, "planned": CRUNCH.model_copy(update={"effort": 8})}}
    ],
    "above_plan": [{"crunch": {"effort": CRUNCH.effort + 2}}],
    "two_missed_weeks": [NOTHING, NOTHING],
    "missed_week": [NOTHING],
}
"""By rule the weeks, oldest first, in which it decides for the crunch."""


def test_every_rule_is_reached_by_a_case() -> None:
    assert list(REACHING) == [rule.id for rule in REAL.checkin.rules]


@pytest.mark.parametrize("rule", REAL.checkin.rules, ids=lambda rule: rule.id)
def test_a_rule_decides_with_its_reason_and_sources(rule: Any) -> None:
    weeks = REACHING[rule.id]
    told = [checkin(PLAN, week, weeks_ago=len(weeks) - 1 - n) for n, week in enumerate(weeks)]
    step = stepped(PLAN, *told)["crunch"]
    assert (step.rule, step.direction) == (rule.id, rule.step)
    assert step.reason == rule.reason
    assert step.sources == rule.sources
    others = {name for name, one in stepped(PLAN, *told).items() if one.rule == rule.id}
    main = {name for name in DOSES if REAL.exercises[name].block == "main"}
    assert others == (main if "missed" in rule.id else {"crunch"})


def test_a_missed_check_in_holds_and_two_step_back() -> None:
    assert stepped(PLAN)["crunch"].direction == "hold"
    long_ago = checkin(PLAN, weeks_ago=2)
    assert stepped(PLAN, long_ago)["crunch"].rule == "two_missed_weeks"
    last_week = checkin(PLAN, weeks_ago=1)
    assert stepped(PLAN, last_week)["crunch"].rule == "missed_week"


def test_good_weeks_in_a_row_are_evidence_for_a_step_up() -> None:
    good = [checkin(PLAN, weeks_ago=n) for n in range(UP.weeks)]
    found = steps(REAL, PLAN, good, ())
    for name, step in by_name(found).items():
        is_main = REAL.exercises[name].block == "main"
        assert step.direction == ("up" if is_main else "hold")
    assert "up" not in directions(found, confirmed=False).values()
    assert directions(found, confirmed=True)["crunch"] == "up"


LACKING: list[tuple[str, dict[str, Any]]] = [
    ("pain", {"pain": UP.pain_at_most + 1}),
    ("pain on the next day", {"pain_next_day": UP.pain_at_most + 1}),
    ("not settled", {"pain": 1, "settled": False}),
    ("harder than planned", {"effort": CRUNCH.effort + 1}),
    ("a set less", {"done": CRUNCH.sets - 1}),
    ("another dose", {"planned": CRUNCH.model_copy(update={"reps": CRUNCH.reps - 1})}),
    ("another load", {"planned": CRUNCH.model_copy(update={"load": "light"})}),
]


@pytest.mark.parametrize("weeks_ago", range(UP.weeks))
@pytest.mark.parametrize(("what", "told"), LACKING, ids=[name for name, _ in LACKING])
def test_one_piece_of_evidence_missing_in_one_week_is_no_step_up(
    what: str, told: dict[str, Any], weeks_ago: int
) -> None:
    weeks = [
        checkin(PLAN, {"crunch": told} if n == weeks_ago else {}, weeks_ago=n)
        for n in range(UP.weeks)
    ]
    found = stepped(PLAN, *weeks)
    assert found["crunch"].direction == "hold"
    assert found["bird_dog"].direction == "up"


def test_one_good_week_or_a_gap_is_no_evidence() -> None:
    assert stepped(PLAN, checkin(PLAN))["crunch"].direction == "hold"
    gap = [checkin(PLAN), checkin(PLAN, weeks_ago=2)]
    assert stepped(PLAN, *gap)["crunch"].direction == "hold"


@pytest.mark.parametrize("condition", REAL.program.still.conditions)
def test_nothing_goes_up_where_a_program_stands_still(condition: str) -> None:
    good = [checkin(PLAN, weeks_ago=n) for n in range(UP.weeks)]
    found = stepped(PLAN, *good, conditions=frozenset({condition}))
    assert {step.direction for step in found.values()} == {"hold"}
    assert found["crunch"].reason == f"No step up with {REAL.conditions[condition].name}."


def test_an_exercise_that_nobody_told_of_stays() -> None:
    told = checkin(PLAN)
    others = tuple(one for one in told.exercises if one.exercise != "crunch")
    silent = told.model_copy(update={"exercises": others})
    earlier = checkin(PLAN, weeks_ago=1)
    found = stepped(PLAN, silent, earlier)
    assert (found["crunch"].direction, found["crunch"].rule) == ("hold", EVIDENCE)
    assert found["bird_dog"].direction == "up"


def test_a_harder_rung_never_does_better_than_an_easier_one_of_its_ladder() -> None:
    day = PLAN.days[0]
    crunch = next(item for item in day.items if item.exercise == "crunch")
    harder = crunch.model_copy(update={"exercise": "mcgill_curl_up"})
    family = {name: REAL.exercises[name] for name in ("crunch", "mcgill_curl_up")}
    assert family["crunch"].family == family["mcgill_curl_up"].family
    easier, top = sorted(family, key=lambda name: family[name].step)
    days = (day.model_copy(update={"items": (*day.items, harder)}), *PLAN.days[1:])
    both = PLAN.model_copy(update={"days": days})
    assert stepped(both, checkin(both, {easier: {"pain": 6}}))[top].direction == "down"
    found = stepped(both, checkin(both, {easier: {"pain": 8}}))
    assert found[top].direction == "out"
    assert found[top].reason.startswith("An easier form of it: pain of eight")
    assert stepped(both, checkin(both, {top: {"pain": 8}}))[easier].direction == "hold"


def test_pain_counts_in_a_warm_up_and_effort_does_not() -> None:
    warm_up = PLAN.days[0].items[0].exercise
    assert REAL.exercises[warm_up].block == "warm_up"
    assert stepped(PLAN, checkin(PLAN, {warm_up: {"effort": 10}}))[warm_up].direction == "hold"
    assert stepped(PLAN, checkin(PLAN, {warm_up: {"pain": 9}}))[warm_up].direction == "out"


def test_weeks_are_counted_back_from_the_plan_and_gaps_are_missed() -> None:
    weeks = weeks_up_to(MONDAY, [checkin(PLAN, weeks_ago=3), checkin(PLAN, weeks_ago=1)])
    assert [week.start for week in weeks] == [MONDAY - n * WEEK for n in (3, 2, 1, 0)]
    assert [week.is_missed for week in weeks] == [False, True, False, True]
    late = checkin(PLAN).model_copy(update={"note": "later", "answered_on": MONDAY + 2 * WEEK})
    (only,) = weeks_up_to(MONDAY, [late, checkin(PLAN)])
    assert only.checkin == late


def test_the_trend_shows_sets_in_per_cent_and_the_strongest_pains() -> None:
    half = {name: {"done": 0} for name in DOSES} | {
        "crunch": {"pain": 3, "pain_next_day": 2},
        "bird_dog": {"pain": 1, "pain_next_day": 4},
    }
    done = CRUNCH.sets + EASIER.sets
    planned = sum(dose.sets for dose in DOSES.values())
    weeks: list[CheckIn] = [checkin(PLAN, half), checkin(PLAN, weeks_ago=2)]
    first, second, third = trend(weeks_up_to(MONDAY, weeks))
    assert (first.done_percent, first.pain) == (100, 0)
    assert (second.done_percent, second.pain, second.pain_next_day) == (None, None, None)
    assert (third.done_percent, third.pain, third.pain_next_day) == (100 * done // planned, 3, 4)


def test_a_check_in_that_ended_with_a_warning_sign_has_no_figures() -> None:
    stopped = checkin(PLAN, exercises=(), red_flags=("worsening_leg",))
    (only,) = trend(weeks_up_to(MONDAY, [stopped]))
    assert (only.done_percent, only.pain, only.pain_next_day) == (None, None, None)
