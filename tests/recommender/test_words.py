"""A doctor's word: when it counts, and what it opens below the plan."""

from datetime import date, timedelta

import pytest
from hypothesis import given

from knowledge import Condition, Intake
from recommender.cells import Cells
from recommender.conditions import active_conditions, dated_window
from recommender.doses import demands_of
from recommender.screening import screen
from recommender.supply import answer_for
from tests.recommender.people import (
    ANSWERED,
    ASKED,
    DATED,
    DAY,
    GYM,
    active_ids,
    asked,
    assert_valid,
    decision,
    held,
    judged,
    name_of,
    the,
    word,
    words_for,
)
from tests.strategies import CLINICIANS, MONDAY, REAL, intakes

LIFETIME = timedelta(days=REAL.screening.clearance_valid_days)


# The dates of a word


def outcome_with_word(given_on: date, week_start: date = MONDAY) -> str:
    intake = asked(*held("disc_herniation"), clearances=[word("disc_herniation", given_on)])
    return screen(REAL, intake, week_start).outcome


def test_a_word_of_the_day_of_the_answers_counts_and_one_of_tomorrow_does_not() -> None:
    assert outcome_with_word(ANSWERED) == "clear"
    assert outcome_with_word(ANSWERED + DAY) == "doctor"


def test_a_word_that_is_newer_than_the_first_day_of_the_week_does_not_count() -> None:
    assert outcome_with_word(ANSWERED, ANSWERED) == "clear"
    assert outcome_with_word(ANSWERED, ANSWERED - DAY) == "doctor"


def test_a_word_lasts_ninety_days_and_has_to_outlast_the_week() -> None:
    assert LIFETIME == 90 * DAY
    sunday = MONDAY + 6 * DAY
    assert outcome_with_word(sunday - 89 * DAY) == "clear"
    assert outcome_with_word(sunday - 90 * DAY) == "doctor"
    assert outcome_with_word(MONDAY - 90 * DAY) == "doctor"


def test_the_newest_of_several_words_counts() -> None:
    words = [word("disc_herniation", day) for day in (ANSWERED - 200 * DAY, ANSWERED - 5 * DAY)]
    intake = asked(*held("disc_herniation"), clearances=words)
    assert screen(REAL, intake, MONDAY).outcome == "clear"
    (active,) = active_conditions(REAL, intake, MONDAY)
    assert active.clearance is not None
    assert active.clearance.date == ANSWERED - 5 * DAY


@pytest.mark.parametrize("answer", DATED)
def test_a_word_and_a_decision_have_to_be_newer_than_what_they_are_about(answer: str) -> None:
    begin = MONDAY - 50 * DAY
    window = dated_window(REAL, answer)
    pregnancy = window is not None and window.dated_by == "due_date"
    one = the(answer) | {"date": begin + 280 * DAY if pregnancy else begin}
    for given_on, counts in ((begin - DAY, False), (begin, False), (begin + DAY, True)):
        softening = decision(answer, on=given_on, until=given_on + 80 * DAY)
        intake = asked(one, clearances=[word(answer, given_on)], softenings=[softening])
        assert_valid(intake)
        actives = active_conditions(REAL, intake, MONDAY, CLINICIANS)
        assert actives
        for active in actives:
            assert (active.clearance is not None) == counts, given_on
            assert bool(active.softenings) == counts, given_on


# What a word opens below the plan


@pytest.mark.parametrize("condition", ASKED, ids=name_of)
def test_a_persons_own_tick_never_opens_what_only_a_clinician_may(condition: Condition) -> None:
    without = asked(answer_for(REAL, condition))
    intake = asked(
        answer_for(REAL, condition),
        clearances=words_for(without),
        training_age="over_24_months",
        technique_cleared=tuple(REAL.techniques),
    )
    rows = [REAL.conditions[name] for name in active_ids(intake)]
    assert condition in rows
    for judgement in judged(intake).values():
        if judgement.cause is not None:
            continue
        for demand in demands_of(REAL, judgement.exercise, judgement.dose):
            for row in rows:
                rule = row.cells[demand]
                where = f"{judgement.exercise.id}: {row.id}/{demand}"
                assert rule.verdict != "exclude", where
                if rule.verdict == "clearance":
                    assert rule.self_clearance, where
                    assert REAL.demands[demand].self_clearance, where
                    assert rule.caution in judgement.cautions, where


def test_the_tick_opens_the_bridge_but_not_the_roman_chair() -> None:
    word_given = judged(asked(*held("disc_herniation"), clearances=[word("disc_herniation")]))
    assert word_given["glute_bridge"].cause is None
    assert word_given["hyperextension_roman_chair"].verdict == "clearance"
    assert word_given["rdl_barbell"].verdict == "clearance"


def test_what_needs_a_word_for_itself_alone_is_only_left_out_until_it_is_given() -> None:
    birth = {"id": "postpartum", "date": MONDAY - 50 * DAY}
    without = asked(birth)
    assert screen(REAL, without, MONDAY).outcome == "clear"
    assert judged(without)["dead_bug"].verdict == "clearance"
    assert judged(without)["dead_bug"].cause == "clinical"
    opened = judged(asked(birth, clearances=[word("postpartum")]))["dead_bug"]
    assert (opened.verdict, opened.cause) == ("modify", None)
    assert any("agreed to this" in caution for caution in opened.cautions)


@given(intakes())
def test_a_word_changes_only_what_waits_for_a_word(intake: Intake) -> None:
    """Beside plans, it changes cells that are `clearance`, and makes of each a `modify`."""
    silent = intake.model_copy(update={"clearances": ()})
    spoken = silent.model_copy(
        update={
            "clearances": tuple(
                asked(one, clearances=[word(one.id)]).clearances[0]
                for one in intake.screening.conditions
            )
        }
    )
    before, after = (
        active_conditions(REAL, one, MONDAY, CLINICIANS) for one in (silent, spoken)
    )  # fmt: skip
    assert [one.condition for one in before] == [one.condition for one in after]
    for was, now in zip(before, after, strict=True):
        if was.plan_is_open != now.plan_is_open:
            assert now.plan_is_open
            assert was.condition.plan.verdict == "clearance"
            assert was.condition.plan.self_clearance
    cells, opened = Cells.of(REAL, before).by_demand, Cells.of(REAL, after).by_demand
    assert cells.keys() == opened.keys()
    for demand, old in cells.items():
        for one, other in zip(old, opened[demand], strict=True):
            assert one.condition == other.condition
            if one.verdict != other.verdict:
                assert (one.verdict, other.verdict) == ("clearance", "modify")
                assert one.rule.self_clearance


@pytest.mark.parametrize("level", ["none", "6_to_24_months", "over_24_months"])
@pytest.mark.parametrize("condition", ASKED, ids=name_of)
def test_a_word_never_takes_anything_away(condition: Condition, level: str) -> None:
    """Nobody gets a harder or longer exercise for want of a word than with it."""
    one = answer_for(REAL, condition)
    silent = asked(one, training_age=level, pieces=GYM)
    spoken = asked(one, training_age=level, pieces=GYM, clearances=words_for(silent))
    opened = judged(spoken)
    for name, without in judged(silent).items():
        with_word = opened[name]
        if without.cause is not None:
            continue
        assert with_word.cause is None, name
        assert with_word.dose.effort >= without.dose.effort, name
        assert (with_word.dose.hold_s or 0) >= (without.dose.hold_s or 0), name
        assert with_word.dose.sets[1] >= without.dose.sets[1], name
        assert with_word.dose.rest_s <= without.dose.rest_s, name
