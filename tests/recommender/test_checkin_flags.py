"""A warning sign in a check-in reopens the screening and stops the program until it is settled."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import Intake
from knowledge.schema.checkin import CheckIn
from knowledge.schema.intake import Clearance, HeldCondition, SettledFlag
from recommender.checkin import reopened
from recommender.recommend import Request, recommend
from recommender.screening import Outcome, screen
from tests.recommender.checkins import NEXT, answers, checkin, planned_week
from tests.recommender.people import ADVICE, STOPPING
from tests.strategies import REAL

PLAN = planned_week()
PAIN = REAL.checkin.counts_as_flag
FLAG = "worsening_leg"


def outcome(*checkins: CheckIn, intake: Intake | None = None) -> Outcome:
    return screen(REAL, reopened(REAL, intake or answers(), checkins), NEXT).outcome


def settled(flag: str, days_after: int, told: CheckIn, intake: Intake | None = None) -> Intake:
    """Return answers with a record of an assessment, so many days after a check-in."""
    day = told.answered_on + timedelta(days=days_after)
    record = SettledFlag(flag=flag, by="Dr A", date=day, finding="nothing serious")
    intake = intake or answers()
    screening = intake.screening.model_copy(update={"settled": (record,)})
    return intake.model_copy(update={"screening": screening, "answered_on": day})


@given(st.data())
def test_a_new_flag_always_refers_and_leaves_no_plan(data: st.DataObject) -> None:
    flags = data.draw(st.lists(st.sampled_from(STOPPING), min_size=1, max_size=3, unique=True))
    told = checkin(PLAN, red_flags=tuple(flag.id for flag in flags))
    changed = reopened(REAL, answers(), [told])
    assert screen(REAL, changed, NEXT).outcome != "clear"
    plan = recommend(REAL, changed, Request(NEXT))
    assert (plan.status, plan.days) == ("referred", ())
    assert {flag.id for flag in flags} <= {flag.id for flag in plan.screening.flags}


@pytest.mark.parametrize("weeks_ago", [0, 1, 5])
def test_a_flag_stops_also_the_weeks_after_it(weeks_ago: int) -> None:
    told = checkin(PLAN, weeks_ago=weeks_ago, red_flags=(FLAG,))
    good = [] if weeks_ago == 0 else [checkin(PLAN)]
    assert outcome(told, *good) == "same_day"


def test_only_a_record_of_the_assessment_since_then_settles_it() -> None:
    told = checkin(PLAN, red_flags=(FLAG,))
    assert outcome(told, intake=settled(FLAG, 0, told)) == "clear"
    assert outcome(told, intake=settled(FLAG, -1, told)) == "same_day"
    assert outcome(told, intake=settled("hard_injury", 0, told)) == "same_day"
    answered_again = answers().model_copy(update={"answered_on": told.answered_on})
    assert outcome(told, intake=answered_again) == "same_day"
    before = settled(FLAG, -1, told)
    assert reopened(REAL, before, [told]).screening.settled == ()


@pytest.mark.parametrize("flag", [flag.id for flag in ADVICE])
def test_advice_is_kept_and_stops_nothing(flag: str) -> None:
    told = checkin(PLAN, red_flags=(flag,))
    assert outcome(told) == "clear"
    assert flag in reopened(REAL, answers(), [told]).screening.red_flags


def test_unbearable_pain_counts_as_a_flag_though_nobody_ticked_it() -> None:
    def told(pain: dict[str, Any]) -> CheckIn:
        return checkin(PLAN, {"crunch": pain})

    for key in ("pain", "pain_next_day"):
        assert outcome(told({key: PAIN.pain_from - 1})) == "clear"
        assert outcome(told({key: PAIN.pain_from})) == "same_day"
    assert outcome(told({"pain": 9}), intake=settled(PAIN.flag, 0, told({"pain": 9}))) == "clear"


def test_a_clearance_falls_with_a_flag_that_is_newer() -> None:
    told = checkin(PLAN, red_flags=(FLAG,))
    day = told.answered_on
    before, after = (
        Clearance(condition="low_back_pain", by="Dr A", date=day + timedelta(days=days))
        for days in (-1, 1)
    )
    intake = answers().model_copy(update={"clearances": (before, after)})
    assert reopened(REAL, intake, [told]).clearances == (after,)
    assert reopened(REAL, intake, [checkin(PLAN)]).clearances == (before, after)


def test_new_conditions_and_positions_reach_the_answers() -> None:
    pain = HeldCondition(id="low_back_pain", date=NEXT)
    told = checkin(PLAN, conditions=(pain,), cannot=("supine",))
    changed = reopened(REAL, answers(), [told])
    assert changed.screening.conditions == (pain,)
    assert changed.screening.cannot == ("supine",)
    assert changed.answered_on == told.answered_on
    later = pain.model_copy(update={"date": NEXT + timedelta(days=3)})
    again = checkin(PLAN, conditions=(later,))
    assert reopened(REAL, changed, [again]).screening.conditions == (later,)
    newer = changed.model_copy(update={"answered_on": told.answered_on + timedelta(days=1)})
    assert reopened(REAL, newer, [again]).screening.conditions == (pain,)


def test_anything_else_that_is_new_refers_until_it_is_known() -> None:
    assert outcome(checkin(PLAN, other_condition=True)) == "doctor"


def test_of_two_check_ins_of_a_week_the_later_tells_of_changes_and_both_of_flags() -> None:
    first = checkin(PLAN, other_condition=True, cannot=("supine",))
    again = checkin(PLAN)
    assert outcome(first, again) == "clear"
    assert reopened(REAL, answers(), [first, again]).screening.cannot == ()
    flagged = checkin(PLAN, red_flags=(FLAG,))
    assert outcome(flagged, again) == "same_day"


def test_a_week_without_news_changes_nothing_but_the_date_of_the_answers() -> None:
    told = checkin(PLAN)
    changed = reopened(REAL, answers(), [told])
    assert changed == answers().model_copy(update={"answered_on": told.answered_on})
