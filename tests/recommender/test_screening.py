"""Screening: who gets no plan and where they go, what a doctor's word opens, and until when."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge import Condition, Intake, Knowledge, Level
from knowledge.schema.exercise import LEVELS
from knowledge.schema.intake import WEEKDAYS
from knowledge.schema.screening import URGENCIES, Combination, RedFlag
from recommender.build import Built, build, valid_until
from recommender.cells import Cells
from recommender.check import check_plan
from recommender.conditions import active_conditions, dated_window
from recommender.doses import demands_of
from recommender.eligibility import Judgement, judge_all
from recommender.intake import check
from recommender.plan import Plan
from recommender.recommend import Request, recommend
from recommender.render import render
from recommender.screening import screen
from recommender.supply import TRAINING_AGES, answer_for
from tests.recommender.people import (
    ANSWERED,
    DAY,
    GYM,
    WEEK,
    asked,
    assert_no_more_allowed,
    assert_no_more_of_a_week,
    assert_no_more_than_the_level,
    assert_valid,
    by_id,
    decision,
    held,
    judged,
    the,
    with_condition,
    word,
)
from tests.strategies import CLINICIANS, MONDAY, REAL, can_be_added, held_answers, intakes

LIFETIME = timedelta(days=REAL.screening.clearance_valid_days)
ADVICE = [flag for flag in REAL.screening.red_flags if flag.urgency == "advice"]
STOPPING = [flag for flag in REAL.screening.red_flags if flag.urgency != "advice"]
CONDITIONS = list(REAL.conditions.values())
ASKED = [condition for condition in CONDITIONS if condition.answer is not None]


def plans(verdict: str, *, self_clearance: bool | None = None) -> list[Condition]:
    return [
        one
        for one in ASKED
        if one.plan.verdict == verdict and self_clearance in (None, one.plan.self_clearance)
    ]


NEVER = plans("exclude")
BY_CLINICIAN = plans("clearance", self_clearance=False)
BY_WORD = plans("clearance", self_clearance=True)


def name_of(condition: Condition | RedFlag | Combination) -> str:
    return condition.id


def planned(intake: Intake, week_start: date = MONDAY) -> Plan:
    return recommend(REAL, intake, Request(week_start))


def flags_of(intake: Intake, week_start: date = MONDAY) -> list[str]:
    return [flag.id for flag in screen(REAL, intake, week_start).flags]


def active_ids(intake: Intake, week_start: date = MONDAY) -> list[str]:
    return [one.condition.id for one in active_conditions(REAL, intake, week_start)]


def words_for(intake: Intake) -> list[dict[str, Any]]:
    """Return a fresh word for everything that the person answered."""
    return [word(one.id) for one in intake.screening.conditions]


def assert_referred(plan: Plan, flag: str, urgency: str) -> None:
    assert plan.status == "referred"
    assert plan.days == ()
    assert plan.tiers == ()
    assert flag in [one.id for one in plan.screening.flags]
    for one in plan.screening.flags:
        assert len(one.where_to_go) > 20
        assert one.sources
    assert plan.screening.outcome == urgency
    assert plan.stop_signs


def record(flag: str, on: date) -> dict[str, Any]:
    return {"flag": flag, "by": "Dr A", "date": on, "finding": "Nothing found."}


SETTLED_FOR = timedelta(days=REAL.screening.settled_valid_days)


# Red flags


@pytest.mark.parametrize("flag", STOPPING, ids=name_of)
def test_each_red_flag_alone_refers_with_its_urgency_and_a_place_to_go(flag: RedFlag) -> None:
    intake = asked(red_flags=[flag.id])
    assert_valid(intake)
    plan = planned(intake)
    assert_referred(plan, flag.id, flag.urgency)
    (shown,) = plan.screening.flags
    assert (shown.urgency, shown.where_to_go) == (flag.urgency, flag.where_to_go)
    assert plan.screening.clearance_would_open == ()
    assert plan.screening.advice == ()


@pytest.mark.parametrize("flag", ADVICE, ids=name_of)
def test_a_flag_that_only_advises_is_printed_and_the_plan_goes_on(flag: RedFlag) -> None:
    plan = planned(asked(red_flags=[flag.id]))
    assert plan.status == "optimal"
    assert plan.days
    assert plan.screening.outcome == "clear"
    assert plan.screening.flags == ()
    (shown,) = plan.screening.advice
    assert (shown.id, shown.urgency, shown.where_to_go) == (flag.id, "advice", flag.where_to_go)
    for form in ("text", "markdown"):
        text = " ".join(render(plan, REAL, form).split())
        assert flag.where_to_go in text, form


def test_advice_and_records_are_kept_where_one_side_waits_for_a_word() -> None:
    """The referral of the builder, not of the screening, says what the screening found too."""
    knee = REAL.conditions["knee_pain"].model_dump()
    closed = {
        "demands": ("trains_lumbar",),
        "verdict": "clearance",
        "reason": "Ask first.",
        "caution": "Your doctor agreed to this.",
        "sources": ("article",),
        "verified": False,
    }
    kept = [
        rule | {"demands": tuple(d for d in rule["demands"] if d != "trains_lumbar")}
        for rule in knee["rules"]
    ]
    rules = (closed, *(rule for rule in kept if rule["demands"]))
    waiting = Condition.model_validate(knee | {"rules": rules})
    knowledge = REAL.model_copy(update={"conditions": {**REAL.conditions, "knee_pain": waiting}})
    intake = asked(
        *held("knee_pain"), red_flags=[ADVICE[0].id], settled=[record("infection", ANSWERED)]
    )
    plan = recommend(knowledge, intake, Request(MONDAY))
    assert_referred(plan, "no_lumbar_without_clearance", "doctor")
    assert [one.id for one in plan.screening.advice] == [ADVICE[0].id]
    assert [one.flag for one in plan.screening.settled] == ["infection"]


@pytest.mark.parametrize(
    "event_words",
    [
        ("cauda_equina", "emergency"),
        ("leg_weak_within_days", "emergency"),
        ("stroke_signs", "emergency"),
        ("hard_injury", "emergency"),
        ("heart_now", "emergency"),
        ("large_artery", "emergency"),
        ("blood_pressure_180_with_signs", "emergency"),
        ("stuck_hernia", "emergency"),
        ("bleeding_with_leg_signs", "emergency"),
        ("fever_in_cancer_treatment", "emergency"),
        ("pregnancy_warning", "emergency"),
        ("pre_eclampsia", "emergency"),
        ("pregnancy_pressure_160", "emergency"),
        ("early_pregnancy_strong_pain", "emergency"),
        ("after_birth_bleeding", "emergency"),
        ("worsening_leg", "same_day"),
        ("clumsy_hands", "same_day"),
        ("infection", "same_day"),
        ("injury", "same_day"),
        ("cancer_with_cord_signs", "same_day"),
        ("cancer_in_bone_with_new_pain", "same_day"),
        ("fever_with_weak_defences", "same_day"),
        ("blood_pressure_180", "same_day"),
        ("calf_swelling", "same_day"),
        ("baby_moves_less", "same_day"),
    ],
    ids=lambda words: words[0],
)
def test_what_cannot_wait_is_never_sent_to_an_appointment(event_words: tuple[str, str]) -> None:
    flag, urgency = event_words
    assert screen(REAL, asked(red_flags=[flag]), MONDAY).outcome == urgency


def test_the_most_urgent_flag_leads_and_none_is_lost() -> None:
    by_urgency = {flag.urgency: flag.id for flag in REAL.screening.red_flags}
    ids = [by_urgency[urgency] for urgency in URGENCIES]
    screened = screen(REAL, asked(red_flags=ids), MONDAY)
    assert screened.outcome == "emergency"
    assert [flag.id for flag in screened.advice] == ids[:1]
    assert [flag.id for flag in screened.flags] == list(reversed(ids[1:]))


def test_a_condition_that_is_not_on_the_list_refers() -> None:
    assert_referred(planned(asked(other_condition=True)), "other_condition", "doctor")


@pytest.mark.parametrize("age", [0, 15, 17])
def test_under_eighteen_refers(age: int) -> None:
    assert_referred(planned(asked(age=age)), "minimum_age", "doctor")


def test_eighteen_is_old_enough() -> None:
    assert screen(REAL, asked(age=18), MONDAY).outcome == "clear"


# Combinations


def with_all(names: Sequence[str], settled: Sequence[dict[str, Any]] = ()) -> Intake:
    """Return the answers of somebody with all of these, a fresh word for each."""
    ages = [REAL.conditions[name].from_age or 0 for name in names if name in REAL.conditions]
    parts = [the(name) for name in names if name not in REAL.conditions
             or REAL.conditions[name].answer]  # fmt: skip
    words = [word(part["id"]) for part in parts]
    return asked(*parts, age=max([40, *ages]), clearances=words, settled=settled)


@pytest.mark.parametrize("one", REAL.screening.combinations, ids=name_of)
def test_each_combination_counts_with_its_urgency_and_a_place_to_go(one: Combination) -> None:
    intake = with_all(one.conditions)
    assert_valid(intake)
    for clinicians in (frozenset[str](), CLINICIANS):
        screened = screen(REAL, intake, MONDAY, clinicians)
        (found,) = [f for f in (*screened.flags, *screened.advice) if f.id == one.id]
        assert (found.urgency, found.where_to_go) == (one.urgency, one.where_to_go)
        assert not found.clearance_opens
        if one.urgency == "advice":
            assert found in screened.advice
        else:
            assert found in screened.flags
            assert URGENCIES.index(screened.flags[0].urgency) >= URGENCIES.index(one.urgency)
            assert screened.outcome == screened.flags[0].urgency
    if one.urgency != "advice":
        plan = planned(intake)
        assert_referred(plan, one.id, plan.screening.outcome)
        assert plan.screening.clearance_would_open == ()


@pytest.mark.parametrize("one", REAL.screening.combinations, ids=name_of)
def test_no_part_of_a_combination_is_the_combination(one: Combination) -> None:
    for missing in one.conditions:
        screened = screen(REAL, with_all([n for n in one.conditions if n != missing]), MONDAY)
        assert one.id not in [flag.id for flag in (*screened.flags, *screened.advice)], missing


def phase_of_event(name: str) -> Condition | None:
    """Return a condition that is one phase after an operation or event, or None."""
    condition = REAL.conditions.get(name)
    if condition is None or condition.window is None or condition.answer == name:
        return None
    return condition if condition.window.dated_by in ("surgery_date", "event_date") else None


@pytest.mark.parametrize("one", REAL.screening.combinations, ids=name_of)
def test_a_fresher_operation_or_event_is_never_flagged_less(one: Combination) -> None:
    """What only a clinician opens is no exception: no word of theirs is about the combination."""
    for name in one.conditions:
        phase = phase_of_event(name)
        if phase is None or phase.window is None:
            continue
        others = [other for other in one.conditions if other != name]
        for fresher in REAL.answers[str(phase.answer)]:
            open_to_some = fresher.plan.verdict != "exclude" and not fresher.if_detail
            earlier = fresher.window is not None and fresher.window.from_day < phase.window.from_day
            if open_to_some and earlier:
                found = screen(REAL, with_all([*others, fresher.id]), MONDAY)
                ids = [flag.id for flag in (*found.flags, *found.advice)]
                urgencies = [c.urgency for c in REAL.screening.combinations if c.id in ids]
                worst = max(map(URGENCIES.index, urgencies), default=-1)
                assert worst >= URGENCIES.index(one.urgency), f"{fresher.id} with {others}"


def test_no_flag_combination_and_condition_share_a_name() -> None:
    names = [flag.id for flag in REAL.screening.red_flags]
    names += [one.id for one in REAL.screening.combinations]
    assert len(names) == len({*names, "other_condition", "minimum_age"}) - 2
    assert not REAL.conditions.keys() & {*names}


@pytest.mark.parametrize("one", REAL.screening.combinations, ids=name_of)
def test_an_assessment_settles_a_combination_that_can_wait_and_no_other(one: Combination) -> None:
    def flags(settled: Sequence[dict[str, Any]]) -> tuple[bool, bool]:
        intake = with_all(one.conditions, settled)
        found = screen(REAL, intake, MONDAY)
        refused = any(where[:2] == ("screening", "settled") for where, _ in check(intake, REAL))
        return one.id in [flag.id for flag in (*found.flags, *found.advice)], refused

    can_wait = one.urgency == "doctor"
    assert flags([record(one.id, ANSWERED)]) == (not can_wait, not can_wait)
    if can_wait:
        old = with_all(one.conditions, [record(one.id, MONDAY + 6 * DAY - SETTLED_FOR)])
        assert screen(REAL, old, MONDAY).outcome != "clear"


@pytest.mark.parametrize(
    "one",
    [c for c in REAL.screening.combinations
     if c.urgency == "doctor" and "low_back_pain_acute" in c.conditions],
    ids=name_of,
)  # fmt: skip
def test_an_assessment_from_before_the_new_pain_does_not_settle_it(one: Combination) -> None:
    """As a doctor's word, it has to be newer than what it is about."""
    onset: date = the("low_back_pain_acute")["date"]
    for on, settles in ((onset - 30 * DAY, False), (onset, False), (onset + DAY, True)):
        found = screen(REAL, with_all(one.conditions, [record(one.id, on)]), MONDAY)
        assert (one.id not in [flag.id for flag in found.flags]) == settles, on


# What a diagnosis alone means for the plan


def test_the_rows_that_nobody_opens_are_the_operations_and_breaks_that_are_still_fresh() -> None:
    assert {condition.id for condition in NEVER} == {
        "abdominal_surgery_to_6_weeks",
        "caesarean_to_6_weeks",
        "heart_attack_or_surgery_to_8_weeks",
        "hip_replacement_to_6_weeks",
        "knee_replacement_to_6_weeks",
        "spinal_fusion_to_12_weeks",
        "spinal_surgery_to_6_weeks",
        "vertebral_fracture_to_12_weeks",
    }


def test_the_rows_that_only_a_clinician_opens_are_these() -> None:
    assert {condition.id for condition in BY_CLINICIAN} >= {
        "abdominal_surgery_6_to_12_weeks",
        "bone_metastases",
        "caesarean_6_to_12_weeks",
        "cancer_treatment_now",
        "heart_attack_or_surgery_8_weeks_to_6_months",
        "hip_replacement_6_to_12_weeks",
        "kidney_disease_dialysis",
        "knee_replacement_6_to_12_weeks",
        "spinal_surgery_6_to_12_weeks",
        "spondylolisthesis_fresh_or_large",
        "stroke_past_to_3_months",
    }


@pytest.mark.parametrize("condition", CONDITIONS, ids=name_of)
def test_a_diagnosis_alone_refers_exactly_if_its_row_closes_the_plan(condition: Condition) -> None:
    intake = with_condition(condition)
    assert_valid(intake)
    active = active_ids(intake)
    assert condition.id in active
    closed = {name for name in active if REAL.conditions[name].plan.verdict != "allow"}
    assert set(flags_of(intake)) == closed
    assert screen(REAL, intake, MONDAY).outcome == ("doctor" if closed else "clear")


@pytest.mark.parametrize("condition", BY_WORD, ids=name_of)
def test_a_word_opens_what_a_person_may_open_and_the_referral_says_what(
    condition: Condition,
) -> None:
    without = asked(answer_for(REAL, condition))
    plan = planned(without)
    assert_referred(plan, condition.id, "doctor")
    cleared = asked(answer_for(REAL, condition), clearances=words_for(without))
    siblings = [REAL.conditions[name].plan for name in active_ids(without)]
    if all(plan.verdict == "allow" or plan.self_clearance for plan in siblings):
        assert screen(REAL, cleared, MONDAY).outcome == "clear"
        allowed = [name for name, j in judged(cleared).items() if j.cause is None]
        assert list(plan.screening.clearance_would_open) == allowed
    else:
        assert condition.id not in flags_of(cleared)
        assert plan.screening.clearance_would_open == ()


@pytest.mark.parametrize("answer", ["disc_herniation", "sciatica", "hypertension_uncontrolled"])
def test_with_a_valid_word_there_is_a_plan_with_both_sides(answer: str) -> None:
    plan = planned(asked(*held(answer), clearances=[word(answer)]))
    assert plan.status == "optimal"
    assert {item.side for day in plan.days for item in day.items} >= {"abdominal", "lumbar"}


@pytest.mark.parametrize("condition", [*NEVER, *BY_CLINICIAN], ids=name_of)
def test_a_word_opens_nothing_that_is_beyond_a_word(condition: Condition) -> None:
    without = asked(answer_for(REAL, condition))
    for intake in (without, asked(answer_for(REAL, condition), clearances=words_for(without))):
        plan = planned(intake)
        assert_referred(plan, condition.id, "doctor")
        assert plan.screening.clearance_would_open == ()


@pytest.mark.parametrize("condition", NEVER, ids=name_of)
def test_no_clinician_opens_what_is_excluded(condition: Condition) -> None:
    without = asked(answer_for(REAL, condition))
    decisions = [
        decision(str(condition.answer), demand)
        for demand in (None, *condition.cells)
    ]  # fmt: skip
    intake = asked(answer_for(REAL, condition), clearances=words_for(without), softenings=decisions)
    assert_valid(intake)
    plan = recommend(REAL, intake, Request(MONDAY, clinicians=CLINICIANS))
    assert_referred(plan, condition.id, "doctor")
    assert plan.screening.clearance_would_open == ()


@pytest.mark.parametrize("condition", BY_CLINICIAN, ids=name_of)
def test_a_clinicians_decision_on_the_plan_opens_what_a_word_does_not(
    condition: Condition,
) -> None:
    def outcome(softenings: list[dict[str, Any]], clinicians: frozenset[str] = CLINICIANS) -> bool:
        held_one = answer_for(REAL, condition)
        intake = asked(held_one, softenings=softenings, clearances=[word(str(condition.answer))])
        assert_valid(intake)
        flags = [flag.id for flag in screen(REAL, intake, MONDAY, clinicians).flags]
        return condition.id not in flags

    answer = str(condition.answer)
    assert outcome([decision(answer)])
    assert not outcome([])
    assert not outcome([decision(answer)], frozenset())
    assert not outcome([decision(answer, by="Nobody")])
    assert not outcome([decision(answer, until=MONDAY + 5 * DAY)])
    assert not outcome([decision(answer, demand) for demand in condition.cells])


def test_a_word_for_another_condition_opens_nothing() -> None:
    intake = asked(*held("sciatica", "disc_herniation"), clearances=[word("disc_herniation")])
    assert flags_of(intake) == ["sciatica"]


@pytest.mark.parametrize("flag", STOPPING, ids=name_of)
def test_a_new_flag_beats_a_valid_word(flag: RedFlag) -> None:
    intake = asked(
        *held("disc_herniation"),
        red_flags=[flag.id],
        clearances=[word("disc_herniation")],
    )
    assert_referred(planned(intake), flag.id, flag.urgency)


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


DATED = sorted(answer for answer in REAL.answers if dated_window(REAL, answer) is not None)


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


# Windows


def windows_of(answer: str) -> list[Condition]:
    return [one for one in REAL.answers[answer] if one.window is not None]


def on_day(answer: str, day: int, week_start: date = MONDAY, **more: Any) -> Intake:
    """Return the answers of somebody for whom the week starts on this day of the condition."""
    window = dated_window(REAL, answer)
    assert window is not None
    zero = week_start - day * DAY
    date_of = zero + 280 * DAY if window.dated_by == "due_date" else zero
    return asked(the(answer) | {"date": date_of} | more, answered_on=week_start - DAY)


def holding(answer: str, first_day: int, detail: str | None = None) -> list[str]:
    """Return the conditions that hold on one of seven days, day by day and from the rows alone."""
    found = []
    for one in REAL.answers[answer]:
        if one.if_detail and detail not in one.if_detail:
            continue
        days = range(first_day, first_day + 7)
        window = one.window
        last = 10**6 if window is None or window.until_day is None else window.until_day
        if any((0 if window is None else window.from_day) <= day < last for day in days):
            found.append(one.id)
    return found


def boundaries(answer: str) -> list[int]:
    ends = {one.window.until_day for one in windows_of(answer) if one.window}
    starts = {one.window.from_day for one in windows_of(answer) if one.window}
    return sorted(day for day in ends | starts if day)


@pytest.mark.parametrize(("answer", "boundary"), [(a, b) for a in DATED for b in boundaries(a)])
def test_phases_change_at_their_windows_and_a_week_that_touches_two_has_both(
    answer: str, boundary: int
) -> None:
    detail = the(answer).get("detail")
    for first_day in range(max(1, boundary - 8), boundary + 2):
        intake = on_day(answer, first_day)
        assert active_ids(intake) == holding(answer, first_day, detail), first_day


@pytest.mark.parametrize("answer", DATED)
def test_no_day_lies_between_two_phases(answer: str) -> None:
    """From day 0 on somebody holds, or nothing does any more; no gap and no later return."""
    detail = the(answer).get("detail")
    last = max(boundaries(answer))
    holds = [bool(holding(answer, day, detail)) for day in range(last + 8)]
    assert holds == sorted(holds, reverse=True)
    assert holds[0]


def test_the_phases_are_these() -> None:
    assert {answer: boundaries(answer) for answer in DATED} == {
        "abdominal_surgery": [42, 84, 182],
        "caesarean": [42, 84],
        "heart_attack_or_surgery": [56, 183],
        "hip_replacement": [42, 84, 182],
        "knee_replacement": [42, 84],
        "low_back_pain": [42],
        "postpartum": [42, 84],
        "pregnancy": [112, 196],
        "rib_fracture": [56],
        "shoulder_dislocation": [42, 84],
        "spinal_fusion": [84, 365],
        "spinal_surgery": [42, 84, 365],
        "stroke_past": [91],
        "vertebral_fracture": [84],
    }


def pregnant(day: int) -> Intake:
    return on_day("pregnancy", day)


def test_lying_on_the_back_ends_with_the_week_that_reaches_sixteen() -> None:
    assert judged(pregnant(15 * 7))["glute_bridge"].cause is None
    for straddling in range(15 * 7 + 1, 16 * 7 + 1):
        assert judged(pregnant(straddling))["glute_bridge"].verdict == "exclude"


def test_dumbbell_hinges_end_with_the_week_that_reaches_twenty_eight() -> None:
    assert judged(pregnant(27 * 7))["rdl_dumbbells"].verdict != "exclude"
    for first_day in (27 * 7 + 1, 28 * 7 - 1, 28 * 7):
        assert judged(pregnant(first_day))["rdl_dumbbells"].verdict == "exclude"


@pytest.mark.parametrize("days_ago", [3, 35, 36, 41, 42, 900])
def test_back_pain_is_fresh_for_six_weeks(days_ago: int) -> None:
    fresh = days_ago < 42
    intake = on_day("low_back_pain", days_ago)
    assert (judged(intake)["crunch"].verdict == "exclude") == fresh


@pytest.mark.parametrize("days_ago", [5, 35, 36, 41, 42, 83, 84])
def test_a_curl_up_waits_for_six_weeks_after_a_birth(days_ago: int) -> None:
    intake = on_day("postpartum", days_ago)
    assert (judged(intake)["mcgill_curl_up"].verdict == "exclude") == (days_ago < 42)


@pytest.mark.parametrize("answer", ["hip_replacement", "knee_replacement", "spinal_fusion"])
def test_an_operation_is_never_opened_in_a_week_that_touches_its_first_phase(answer: str) -> None:
    first = boundaries(answer)[0]
    for day, never in ((1, True), (first - 1, True), (first, False)):
        intake = on_day(answer, day).model_copy(
            update={"softenings": asked(softenings=[decision(answer)]).softenings}
        )
        outcome = screen(REAL, intake, MONDAY, CLINICIANS).outcome
        assert (outcome == "doctor") == never, day


def first_change(answer: str, first_day: int, detail: str | None) -> int:
    """Return the first day of the condition after the week on which a phase begins or ends."""

    def holds_on(day: int) -> set[str]:
        rows = (one for one in REAL.answers[answer] if not one.if_detail or detail in one.if_detail)
        return {
            one.id
            for one in rows
            if one.window is None
            or (
                one.window.from_day <= day
                and (one.window.until_day is None or day < one.window.until_day)
            )
        }

    days = range(first_day + 7, first_day + 7 + REAL.screening.answers_fresh_days)
    return next((day for day in days if holds_on(day) != holds_on(day - 1)), 10**6)


def fresh_until(built: Built) -> date:
    """Return when the answers are old: sooner with a condition that asks for it, never inside."""
    weeks = [one.condition.week for one in built.active if one.condition.week is not None]
    days = [week.recheck_days for week in weeks if week.recheck_days is not None]
    return max(MONDAY + WEEK, ANSWERED + min([REAL.screening.answers_fresh_days, *days]) * DAY)


@pytest.mark.parametrize(("answer", "boundary"), [(a, b) for a in DATED for b in boundaries(a)])
def test_a_plan_names_the_day_on_which_a_phase_changes(answer: str, boundary: int) -> None:
    """Every detail, and every week that ends before the boundary or touches it."""
    details: Sequence[str | None] = [None]
    if windows_of(answer)[0].detail is not None:
        details = sorted(windows_of(answer)[0].detail.options)  # type: ignore[union-attr]
    for detail in details:
        for first_day in (boundary - 20, boundary - 7, boundary - 6, boundary - 1, boundary):
            if first_day < 1:
                continue
            more: dict[str, Any] = {} if detail is None else {"detail": detail}
            built = build(REAL, on_day(answer, first_day, **more), MONDAY)
            until, fresh = valid_until(built), fresh_until(built)
            change = MONDAY + (first_change(answer, first_day, detail) - first_day) * DAY
            assert until <= min(change, fresh)
            if until < min(change, fresh):  # a sibling of another detail may ask for a look earlier
                day = first_day + (until - MONDAY).days
                assert day in boundaries(answer)


@pytest.mark.parametrize(
    ("intake", "expected"),
    [
        (on_day("low_back_pain", 30), MONDAY + 7 * DAY),
        (on_day("pregnancy", 14 * 7), MONDAY + 14 * DAY),
        (on_day("pregnancy", 26 * 7), MONDAY + 14 * DAY),
        (on_day("postpartum", 30), MONDAY + 12 * DAY),
        (on_day("postpartum", 75), MONDAY + 9 * DAY),
        (
            asked(*held("sciatica"), clearances=[word("sciatica", MONDAY - 80 * DAY)]),
            MONDAY + 10 * DAY,
        ),
        (asked(), ANSWERED + 28 * DAY),
    ],
    ids=["fresh pain", "week 16", "week 28", "week 6", "week 12", "word", "answers"],
)
def test_a_plan_is_valid_until_the_first_date_on_which_something_changes(
    intake: Intake, expected: date
) -> None:
    assert valid_until(build(REAL, intake, MONDAY)) == expected


def test_the_day_is_printed_in_the_plan() -> None:
    plan = planned(on_day("shoulder_dislocation", 70))
    assert plan.status == "optimal"
    assert plan.valid_until == MONDAY + 14 * DAY


def test_a_change_inside_the_week_is_already_in_the_plan_and_does_not_shorten_it() -> None:
    built = build(REAL, pregnant(16 * 7 - 3), MONDAY)
    assert valid_until(built) == ANSWERED + 28 * DAY
    assert "glute_bridge" in [one.exercise.id for one in built.excluded]


@pytest.mark.parametrize("answer", DATED)
def test_no_verdict_changes_on_a_day_on_which_the_plan_is_valid(answer: str) -> None:
    intake = on_day(answer, max(1, boundaries(answer)[0] - 12))
    until = valid_until(build(REAL, intake, MONDAY))

    def verdicts(day: date) -> set[tuple[str, str]]:
        """Return the verdicts of the week that ends on `day`, by its own conditions."""
        return {(name, one.verdict) for name, one in judged(intake, day - 6 * DAY).items()}

    last_day = MONDAY + 6 * DAY
    this_week = verdicts(last_day)
    while last_day + DAY < until:
        last_day += DAY
        assert verdicts(last_day) == this_week
    assert active_ids(intake, until) != active_ids(intake, MONDAY)


# Second questions and sides

DETAILED = sorted(answer for answer, rows in REAL.answers.items() if rows[0].detail is not None)
SIDED = sorted(answer for answer, rows in REAL.answers.items() if rows[0].sided)


def phases(answer: str) -> Iterator[dict[str, Any]]:
    """Yield the answer as it stands in each of its phases."""
    for row in REAL.answers[answer]:
        yield answer_for(REAL, row)


@pytest.mark.parametrize("spoken", [False, True], ids=["silent", "with words"])
@pytest.mark.parametrize("answer", DETAILED)
def test_not_knowing_the_detail_is_at_least_as_strict_as_each_detail(
    answer: str, spoken: bool
) -> None:
    detail = REAL.answers[answer][0].detail
    assert detail is not None
    assert "unknown" in detail.options
    words = [word(answer)] if spoken else []
    for one in phases(answer):
        unknown = asked(one | {"detail": "unknown"}, clearances=words, pieces=GYM)
        strictest = build(REAL, unknown, MONDAY)
        for option in detail.options:
            known = asked(one | {"detail": option}, clearances=words, pieces=GYM)
            assert_valid(known)
            assert set(active_ids(known)) <= set(active_ids(unknown)), option
            assert set(flags_of(known)) <= set(flags_of(unknown)), option
            assert_no_more_of_a_week(build(REAL, known, MONDAY), strictest)


@pytest.mark.parametrize("answer", DETAILED)
def test_each_detail_that_is_asked_for_matters(answer: str) -> None:
    """No two options but `unknown` and the strictest one mean the same in all phases."""
    detail = REAL.answers[answer][0].detail
    assert detail is not None
    meanings = {
        option: frozenset(
            row.id for row in REAL.answers[answer] if not row.if_detail or option in row.if_detail
        )
        for option in detail.options
    }
    assert len(set(meanings.values())) > 1


@pytest.mark.parametrize("answer", SIDED)
def test_one_side_is_at_most_as_strict_as_both_and_an_unknown_side_means_both(
    answer: str,
) -> None:
    for one in phases(answer):
        sided = {
            side: build(REAL, asked(one | {"affected_side": side}, pieces=GYM), MONDAY)
            for side in ("left", "right", "both", None)
        }
        both = sided["both"]
        assert both.judgements == sided[None].judgements
        assert both.problem.candidates == sided[None].problem.candidates
        for side in ("left", "right"):
            assert_no_more_of_a_week(sided[side], both)


@pytest.mark.parametrize("answer", SIDED)
def test_the_sides_stand_in_the_cautions_and_never_the_braces(answer: str) -> None:
    for side, other in (("left", "right"), ("right", "left")):
        for one in phases(answer):
            cautions = [
                (cell, caution)
                for cells in Cells.of(
                    REAL,
                    active_conditions(REAL, asked(one | {"affected_side": side}), MONDAY),
                ).by_demand.values()
                for cell in cells
                for caution in cell.cautions
            ]
            for cell, caution in cautions:
                assert "{" not in caution
                if cell.rule.one_sided is not None:
                    assert cell.verdict == "modify"
                    shown = cell.rule.one_sided.caution.format(bad=side, good=other)
                    assert caution == shown


# Settled flags


@pytest.mark.parametrize("flag", REAL.screening.red_flags, ids=name_of)
def test_a_settled_flag_lets_the_plan_go_on_while_its_record_is_fresh(flag: RedFlag) -> None:
    for on in (ANSWERED, MONDAY + 6 * DAY - SETTLED_FOR + DAY):
        intake = asked(settled=[record(flag.id, on)])
        assert_valid(intake)
        screened = screen(REAL, intake, MONDAY)
        assert screened.outcome == "clear"
        assert [one.flag for one in screened.settled] == [flag.id]


@pytest.mark.parametrize("flag", STOPPING, ids=name_of)
def test_a_record_expires_aloud(flag: RedFlag) -> None:
    on = MONDAY + 6 * DAY - SETTLED_FOR
    screened = screen(REAL, asked(settled=[record(flag.id, on)]), MONDAY)
    assert screened.outcome == "doctor"
    (found,) = screened.flags
    for said in (flag.id, str(on), "Dr A"):
        assert said in found.statement
    assert not found.clearance_opens


@pytest.mark.parametrize("flag", ADVICE, ids=name_of)
def test_an_old_record_of_what_only_advises_is_no_stricter_than_the_flag_itself(
    flag: RedFlag,
) -> None:
    old = asked(settled=[record(flag.id, MONDAY - 2 * SETTLED_FOR)])
    assert screen(REAL, old, MONDAY).outcome == "clear"


def test_a_newer_record_of_the_same_flag_renews_an_old_one() -> None:
    records = [record("infection", day) for day in (MONDAY - 2 * SETTLED_FOR, ANSWERED)]
    intake = asked(settled=records)
    refused = list(check(intake, REAL))
    assert refused or screen(REAL, intake, MONDAY).outcome == "clear"


@pytest.mark.parametrize("flag", STOPPING, ids=name_of)
def test_a_flag_that_is_there_again_beats_its_record(flag: RedFlag) -> None:
    intake = asked(red_flags=[flag.id], settled=[record(flag.id, ANSWERED)])
    assert [location for location, _ in check(intake, REAL)] == [
        ("screening", "settled", 0, "flag")
    ]
    screened = screen(REAL, intake, MONDAY)
    assert screened.outcome == flag.urgency
    assert screened.settled == ()


def test_a_record_shortens_the_plan_and_is_printed_in_it() -> None:
    on = MONDAY + 20 * DAY - SETTLED_FOR
    plan = planned(asked(settled=[record("infection", on)]))
    assert plan.status == "optimal"
    assert plan.valid_until == on + SETTLED_FOR
    (shown,) = plan.screening.settled
    assert (shown.flag, shown.by, shown.date) == ("infection", "Dr A", on)
    for form in ("text", "markdown"):
        text = " ".join(render(plan, REAL, form).split())
        assert "Dr A" in text
        assert "Nothing found." in text


@pytest.mark.parametrize("missing", ["by", "date", "finding"])
def test_a_record_without_who_when_or_what_is_none(missing: str) -> None:
    whole = record("infection", ANSWERED)
    with pytest.raises(ValidationError, match=missing):
        asked(settled=[{key: value for key, value in whole.items() if key != missing}])
    if missing != "date":
        with pytest.raises(ValidationError, match=missing):
            asked(settled=[whole | {missing: ""}])


def test_a_record_of_tomorrow_or_of_an_unknown_flag_is_refused() -> None:
    for wrong, key in (
        (record("infection", ANSWERED + DAY), "date"),
        (record("infektion", ANSWERED), "flag"),
    ):
        found = list(check(asked(settled=[wrong]), REAL))
        assert [location for location, _ in found] == [("screening", "settled", 0, key)]


# Weeks that a condition makes smaller


def test_a_condition_shortens_sessions_aloud_and_the_plan_still_passes_its_check() -> None:
    intake = asked(
        {"id": "low_back_pain", "date": MONDAY - 10 * DAY}, days={"mon": {"minutes": 60}}
    )
    week = REAL.conditions["low_back_pain_acute"].week
    assert week is not None
    plan = planned(intake)
    (day,) = plan.days
    assert day.minutes <= week.minutes_at_most < 60  # type: ignore[operator]
    assert any(f"kept to {week.minutes_at_most} minutes" in one for one in plan.warnings)
    assert check_plan(REAL, intake, plan, MONDAY) == ()


# One rule more, one thing less


@given(intakes(), st.data())
def test_one_more_condition_never_allows_more_and_never_raises_a_dose(
    intake: Intake, data: st.DataObject
) -> None:
    assert_valid(intake)
    present = intake.screening.conditions
    choices = [one for one in ASKED if can_be_added(present, str(one.answer))]
    more = data.draw(held_answers(data.draw(st.sampled_from(choices))))
    both = intake.screening.model_copy(update={"conditions": (*present, more)})
    stricter = intake.model_copy(update={"screening": both})
    clinicians = data.draw(st.sampled_from([frozenset[str](), CLINICIANS]))
    assert_no_more_of_a_week(
        build(REAL, intake, MONDAY, clinicians=clinicians),
        build(REAL, stricter, MONDAY, clinicians=clinicians),
    )
    before, after = (screen(REAL, one, MONDAY, clinicians) for one in (intake, stricter))
    assert {flag.id for flag in before.flags} <= {flag.id for flag in after.flags}


@given(intakes(), st.data())
def test_one_year_or_one_point_more_never_allows_more(intake: Intake, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(REAL.scores)))
    low, high = sorted(
        data.draw(st.integers(REAL.scores[name].at_least, REAL.scores[name].at_most))
        for _ in range(2)
    )
    years = data.draw(st.integers(intake.screening.age, 110))
    before = intake.model_copy(update={"scores": intake.scores | {name: low}})
    after = intake.model_copy(
        update={
            "scores": intake.scores | {name: high},
            "screening": intake.screening.model_copy(update={"age": years}),
        }
    )
    assert_no_more_of_a_week(build(REAL, before, MONDAY), build(REAL, after, MONDAY))


@given(intakes(), st.data())
def test_less_equipment_never_adds_a_candidate(intake: Intake, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(sorted(intake.places)))
    stock = dict(intake.places[place])
    if not stock:
        return
    piece = data.draw(st.sampled_from(sorted(stock)))
    fewer = data.draw(st.integers(0, stock[piece] - 1))
    less = {**stock, piece: fewer} if fewer else {k: v for k, v in stock.items() if k != piece}
    poorer = intake.model_copy(update={"places": intake.places | {place: less}})
    before, after = build(REAL, intake, MONDAY), build(REAL, poorer, MONDAY)
    assert before.judgements == after.judgements
    assert_no_more_of_a_week(before, after)


@given(intakes(), st.data())
def test_one_day_less_or_a_shorter_one_never_adds_a_candidate(
    intake: Intake, data: st.DataObject
) -> None:
    day = data.draw(st.sampled_from(sorted(intake.days)))
    days = {one: answer for one, answer in intake.days.items() if one != day}
    if data.draw(st.booleans()) or not days:
        minutes = data.draw(st.integers(5, intake.days[day].minutes))
        days[day] = intake.days[day].model_copy(update={"minutes": minutes})
    shorter = intake.model_copy(update={"days": {d: days[d] for d in WEEKDAYS if d in days}})
    assert_no_more_of_a_week(build(REAL, intake, MONDAY), build(REAL, shorter, MONDAY))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("condition", CONDITIONS, ids=name_of)
def test_rules_only_ever_lower_the_dose_of_the_level(condition: Condition, level: Level) -> None:
    """With and without a doctor's word; a shortened hold is repeated, for no more in all."""
    held_ones = with_condition(condition).screening.conditions
    for words in ([], [word(one.id) for one in held_ones]):
        intake = with_condition(condition, training_age=TRAINING_AGES[level], clearances=words)
        for judgement in judged(intake).values():
            assert_no_more_than_the_level(judgement, level)


LOWERED = ("isometric_long", "load_moderate", "load_heavy")
"""Demands that come from the dose, and go when another rule lowers it."""


@cache
def with_changing_demands() -> Knowledge:
    """Return the knowledge base with those exercises alone on which two rules can interact."""
    interesting = {}
    for name, exercise in REAL.exercises.items():
        dose = exercise.dose.at("advanced")
        if dose is not None and demands_of(REAL, exercise, dose).intersection(LOWERED):
            interesting[name] = exercise
    return REAL.model_copy(update={"exercises": interesting})


@cache
def with_rows(*names: str) -> dict[str, Judgement]:
    """Return the judgements of somebody with these conditions, and with a word for each."""
    rows = [REAL.conditions[name] for name in names]
    answers = [answer_for(REAL, row) for row in rows if row.answer]
    scores = [row.from_score for row in rows if row.from_score]
    intake = asked(
        *answers,
        age=max([40, *(row.from_age or 0 for row in rows)]),
        scores={one.score: one.at_least for one in scores},
        clearances=[word(str(one["id"])) for one in answers],
        training_age="over_24_months",
        technique_cleared=tuple(REAL.techniques),
        pieces=GYM,
    )
    active = active_conditions(REAL, intake, MONDAY)
    return by_id(judge_all(with_changing_demands(), intake, active))


@pytest.mark.parametrize("first", CONDITIONS, ids=name_of)
def test_no_second_condition_undoes_a_verdict_of_the_first(first: Condition) -> None:
    """Every pair, with a word for each, at the level with the highest doses."""
    for second in CONDITIONS[CONDITIONS.index(first) + 1 :]:
        if second.answer is None or second.answer != first.answer:
            both = with_rows(first.id, second.id)
            assert_no_more_allowed(with_rows(first.id), both)
            assert_no_more_allowed(with_rows(second.id), both)
