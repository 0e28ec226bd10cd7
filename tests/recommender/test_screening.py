"""Screening: red flags, combinations, records of assessments, and what a diagnosis alone means."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from knowledge import Condition, Intake
from knowledge.schema.screening import URGENCIES, Combination, RedFlag
from recommender.intake import check
from recommender.recommend import Request, recommend
from recommender.render import render
from recommender.screening import screen
from recommender.supply import answer_for
from tests.recommender.people import (
    ADVICE,
    ANSWERED,
    ASKED,
    CONDITIONS,
    DAY,
    STOPPING,
    active_ids,
    asked,
    assert_referred,
    assert_valid,
    decision,
    flags_of,
    held,
    judged,
    name_of,
    planned,
    record,
    the,
    with_condition,
    word,
    words_for,
)
from tests.strategies import CLINICIANS, MONDAY, REAL

SETTLED_FOR = timedelta(days=REAL.screening.settled_valid_days)


def plans(verdict: str, *, self_clearance: bool | None = None) -> list[Condition]:
    return [
        one
        for one in ASKED
        if one.plan.verdict == verdict and self_clearance in (None, one.plan.self_clearance)
    ]


NEVER = plans("exclude")
BY_CLINICIAN = plans("clearance", self_clearance=False)
BY_WORD = plans("clearance", self_clearance=True)


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
