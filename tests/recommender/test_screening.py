"""Screening: who gets no plan and where they go, what a doctor's word opens, and until when."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import Intake
from knowledge.schema.exercise import LOADS
from knowledge.schema.intake import HeldCondition
from knowledge.schema.screening import URGENCIES, Combination, RedFlag
from recommender.conditions import active_conditions
from recommender.eligibility import Judgement, judge_all
from recommender.plan import Plan
from recommender.recommend import Request, recommend
from recommender.screening import screen
from tests.strategies import MONDAY, REAL, intakes

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
ANSWERED = MONDAY - DAY
LIFETIME = timedelta(days=REAL.screening.clearance_valid_days)
DATED = {
    "low_back_pain": MONDAY - 10 * DAY,
    "pregnancy": MONDAY + 140 * DAY,
    "postpartum": MONDAY - 50 * DAY,
}
WHOLE_PLAN = sorted(
    {c.answer for c in REAL.conditions.values() if c.answer and c.plan.verdict == "clearance"}
)
FREE = sorted(answer for answer in REAL.answers if answer not in WHOLE_PLAN)


def held(*answers: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"id": answer, "date": DATED[answer]} if answer in DATED else {"id": answer}
        for answer in answers
    )


def part(name: str) -> dict[str, Any]:
    """Return the answer that means a condition, dated so that it holds in the week."""
    condition = REAL.conditions.get(name)
    if condition is None or condition.window is None:
        return held(name)[0]
    zero = MONDAY - timedelta(days=condition.window.from_day + 5)
    if condition.window.dated_by == "due_date":
        zero += timedelta(days=280)
    return {"id": condition.answer, "date": zero}


def asked(
    *conditions: dict[str, Any],
    age: int = 40,
    red_flags: Sequence[str] = (),
    other_condition: bool = False,
    clearances: Sequence[dict[str, Any]] = (),
    training_age: str = "6_to_24_months",
    answered_on: date = ANSWERED,
) -> Intake:
    return Intake.model_validate(
        {
            "answered_on": answered_on,
            "screening": {
                "age": age,
                "red_flags": tuple(red_flags),
                "conditions": conditions,
                "other_condition": other_condition,
                "cannot": (),
            },
            "clearances": tuple(clearances),
            "training_age": training_age,
            "places": {"home": {"mat": 1, "wall": 1, "chair": 1}},
            "days": {"mon": {"minutes": 30}, "thu": {"minutes": 30}},
        }
    )


def word(answer: str, given_on: date) -> dict[str, Any]:
    return {"condition": answer, "by": "Dr A", "date": given_on}


def planned(intake: Intake, week_start: date = MONDAY) -> Plan:
    return recommend(REAL, intake, Request(week_start))


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


@pytest.mark.parametrize("flag", REAL.screening.red_flags, ids=lambda flag: flag.id)
def test_each_red_flag_alone_refers_with_its_urgency_and_a_place_to_go(flag: RedFlag) -> None:
    plan = planned(asked(red_flags=[flag.id]))
    assert_referred(plan, flag.id, flag.urgency)
    (shown,) = plan.screening.flags
    assert (shown.urgency, shown.where_to_go) == (flag.urgency, flag.where_to_go)
    assert plan.screening.clearance_would_open == ()


@pytest.mark.parametrize("one", REAL.screening.combinations, ids=lambda one: one.id)
def test_each_combination_refers_with_its_urgency_and_a_place_to_go(one: Combination) -> None:
    parts = [part(name) for name in one.conditions]
    words = [word(answer["id"], ANSWERED) for answer in parts]
    plan = planned(asked(*parts, clearances=words))
    assert_referred(plan, one.id, one.urgency)
    assert plan.screening.clearance_would_open == ()


@pytest.mark.parametrize("one", REAL.screening.combinations, ids=lambda one: one.id)
def test_no_half_of_a_combination_refers_by_itself(one: Combination) -> None:
    for answer in map(part, one.conditions):
        intake = asked(answer, clearances=[word(answer["id"], ANSWERED)])
        assert screen(REAL, intake, MONDAY).outcome == "clear"


@pytest.mark.parametrize(
    "event_words",
    [
        ("cauda_equina", "emergency"),
        ("stroke_signs", "emergency"),
        ("heart_now", "emergency"),
        ("large_artery", "emergency"),
        ("stuck_hernia", "emergency"),
        ("pregnancy_warning", "emergency"),
        ("pre_eclampsia", "emergency"),
        ("worsening_leg", "same_day"),
        ("infection", "same_day"),
        ("injury", "same_day"),
        ("cancer_with_cord_signs", "same_day"),
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
    assert [flag.id for flag in screened.flags] == list(reversed(ids))


def test_a_condition_that_is_not_on_the_list_refers() -> None:
    assert_referred(planned(asked(other_condition=True)), "other_condition", "doctor")


@pytest.mark.parametrize("age", [0, 15, 17])
def test_under_eighteen_refers(age: int) -> None:
    assert_referred(planned(asked(age=age)), "minimum_age", "doctor")


def test_eighteen_is_old_enough() -> None:
    assert screen(REAL, asked(age=18), MONDAY).outcome == "clear"


@pytest.mark.parametrize("answer", FREE)
def test_a_diagnosis_alone_does_not_refer(answer: str) -> None:
    plan = planned(asked(*held(answer)))
    assert plan.status == "optimal"
    assert plan.days


def test_the_conditions_that_need_a_word_for_the_whole_plan_are_the_three_known() -> None:
    assert WHOLE_PLAN == ["disc_herniation", "hypertension_uncontrolled", "sciatica"]


@pytest.mark.parametrize("answer", WHOLE_PLAN)
def test_without_a_word_the_whole_plan_is_referred_and_says_what_a_word_would_open(
    answer: str,
) -> None:
    plan = planned(asked(*held(answer)))
    assert_referred(plan, answer, "doctor")
    opens = plan.screening.clearance_would_open
    cleared = asked(*held(answer), clearances=[word(answer, ANSWERED)])
    allowed = [j.exercise.id for j in judged(cleared, MONDAY) if j.cause is None]
    assert list(opens) == allowed
    assert {REAL.exercises[name].side for name in opens} >= {"abdominal", "lumbar"}


@pytest.mark.parametrize("answer", WHOLE_PLAN)
def test_with_a_valid_word_there_is_a_plan(answer: str) -> None:
    plan = planned(asked(*held(answer), clearances=[word(answer, ANSWERED)]))
    assert plan.status == "optimal"
    assert plan.days


def test_a_word_for_another_condition_opens_nothing() -> None:
    intake = asked(
        *held("sciatica", "disc_herniation"), clearances=[word("disc_herniation", ANSWERED)]
    )
    screened = screen(REAL, intake, MONDAY)
    assert [flag.id for flag in screened.flags] == ["sciatica"]


@pytest.mark.parametrize("flag", REAL.screening.red_flags, ids=lambda flag: flag.id)
def test_a_new_flag_beats_a_valid_word(flag: RedFlag) -> None:
    intake = asked(
        *held("disc_herniation"),
        red_flags=[flag.id],
        clearances=[word("disc_herniation", ANSWERED)],
    )
    assert_referred(planned(intake), flag.id, flag.urgency)


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


@pytest.mark.parametrize(
    ("answer", "condition_date", "begin"),
    [
        ("low_back_pain", MONDAY - 60 * DAY, MONDAY - 60 * DAY),
        ("postpartum", MONDAY - 60 * DAY, MONDAY - 60 * DAY),
        ("pregnancy", MONDAY + 230 * DAY, MONDAY - 50 * DAY),
    ],
)
def test_a_word_has_to_be_newer_than_what_it_is_about(
    answer: str, condition_date: date, begin: date
) -> None:
    for given_on, counts in ((begin - DAY, False), (begin, False), (begin + DAY, True)):
        intake = asked({"id": answer, "date": condition_date}, clearances=[word(answer, given_on)])
        (active,) = active_conditions(REAL, intake, MONDAY)
        assert (active.clearance is not None) == counts, given_on


def judged(intake: Intake, week_start: date) -> tuple[Judgement, ...]:
    return judge_all(REAL, intake, active_conditions(REAL, intake, week_start))


def by_id(intake: Intake, week_start: date = MONDAY) -> dict[str, Judgement]:
    return {judgement.exercise.id: judgement for judgement in judged(intake, week_start)}


@pytest.mark.parametrize("answer", sorted(REAL.answers))
def test_a_persons_own_tick_never_opens_what_only_a_clinician_may(answer: str) -> None:
    intake = asked(
        *held(answer), clearances=[word(answer, ANSWERED)], training_age="over_24_months"
    )
    closed = {demand.id for demand in REAL.demands.values() if not demand.self_clearance}
    (active,) = active_conditions(REAL, intake, MONDAY)
    assert active.clearance is not None
    for judgement in judged(intake, MONDAY):
        needs = closed.intersection(judgement.exercise.demands)
        if judgement.exercise.spinal_load in ("high", "very_high"):
            needs |= {f"spinal_load_{judgement.exercise.spinal_load}"}
        verdicts = {active.condition.cells[demand].verdict for demand in needs}
        if verdicts & {"clearance", "exclude"}:
            assert judgement.cause == "clinical", judgement.exercise.id


def test_the_tick_opens_the_bridge_but_not_the_roman_chair() -> None:
    word_given = by_id(
        asked(*held("disc_herniation"), clearances=[word("disc_herniation", ANSWERED)])
    )
    assert word_given["glute_bridge"].cause is None
    assert word_given["hyperextension_roman_chair"].verdict == "clearance"
    assert word_given["rdl_barbell"].verdict == "clearance"


def test_what_needs_a_word_for_itself_alone_is_only_left_out_until_it_is_given() -> None:
    without = asked(*held("postpartum"))
    assert screen(REAL, without, MONDAY).outcome == "clear"
    assert by_id(without)["dead_bug"].verdict == "clearance"
    assert by_id(without)["dead_bug"].cause == "clinical"
    given_word = asked(*held("postpartum"), clearances=[word("postpartum", ANSWERED)])
    opened = by_id(given_word)["dead_bug"]
    assert (opened.verdict, opened.cause) == ("modify", None)
    assert any("agreed to this" in caution for caution in opened.cautions)


def pregnant(day: int, week_start: date = MONDAY) -> Intake:
    """Return the intake of a person who is on this day of pregnancy when the week starts."""
    due = week_start + (280 - day) * DAY
    return asked({"id": "pregnancy", "date": due}, answered_on=week_start - DAY)


def active_ids(intake: Intake, week_start: date = MONDAY) -> list[str]:
    return [one.condition.id for one in active_conditions(REAL, intake, week_start)]


EARLY, MIDDLE, LATE = (
    "pregnancy_before_16_weeks",
    "pregnancy_16_to_28_weeks",
    "pregnancy_from_28_weeks",
)


@pytest.mark.parametrize(
    ("first_day", "expected"),
    [
        (15 * 7, [EARLY]),
        (15 * 7 + 1, [MIDDLE, EARLY]),
        (16 * 7 - 1, [MIDDLE, EARLY]),
        (16 * 7, [MIDDLE]),
        (27 * 7, [MIDDLE]),
        (27 * 7 + 1, [MIDDLE, LATE]),
        (28 * 7 - 1, [MIDDLE, LATE]),
        (28 * 7, [LATE]),
        (41 * 7, [LATE]),
    ],
)
def test_the_thirds_of_a_pregnancy_change_at_sixteen_and_twenty_eight_weeks(
    first_day: int, expected: list[str]
) -> None:
    assert active_ids(pregnant(first_day)) == expected


def test_lying_on_the_back_ends_with_the_week_that_reaches_sixteen() -> None:
    assert by_id(pregnant(15 * 7))["glute_bridge"].cause is None
    for straddling in range(15 * 7 + 1, 16 * 7):
        assert by_id(pregnant(straddling))["glute_bridge"].verdict == "exclude"
    assert by_id(pregnant(16 * 7))["glute_bridge"].verdict == "exclude"


def test_dumbbell_hinges_end_with_the_week_that_reaches_twenty_eight() -> None:
    assert by_id(pregnant(27 * 7))["rdl_dumbbells"].cause is None
    for first_day in (27 * 7 + 1, 28 * 7 - 1, 28 * 7):
        assert by_id(pregnant(first_day))["rdl_dumbbells"].verdict == "exclude"


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        (3, ["low_back_pain_acute"]),
        (35, ["low_back_pain_acute"]),
        (36, ["low_back_pain_acute", "low_back_pain_chronic"]),
        (41, ["low_back_pain_acute", "low_back_pain_chronic"]),
        (42, ["low_back_pain_chronic"]),
        (900, ["low_back_pain_chronic"]),
    ],
)
def test_back_pain_is_fresh_for_six_weeks(days_ago: int, expected: list[str]) -> None:
    intake = asked({"id": "low_back_pain", "date": MONDAY - days_ago * DAY})
    assert active_ids(intake) == expected
    crunch = by_id(intake)["crunch"]
    assert (crunch.verdict == "exclude") == ("low_back_pain_acute" in expected)


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        (5, ["postpartum_to_6_weeks"]),
        (35, ["postpartum_to_6_weeks"]),
        (36, ["postpartum_6_to_12_weeks", "postpartum_to_6_weeks"]),
        (41, ["postpartum_6_to_12_weeks", "postpartum_to_6_weeks"]),
        (42, ["postpartum_6_to_12_weeks"]),
        (83, ["postpartum_6_to_12_weeks"]),
        (84, []),
    ],
)
def test_the_time_after_birth_changes_at_six_and_twelve_weeks(
    days_ago: int, expected: list[str]
) -> None:
    intake = asked({"id": "postpartum", "date": MONDAY - days_ago * DAY})
    assert active_ids(intake) == expected
    curl = by_id(intake)["mcgill_curl_up"]
    assert (curl.verdict == "exclude") == ("postpartum_to_6_weeks" in expected)


@pytest.mark.parametrize(
    ("intake", "expected"),
    [
        (asked({"id": "low_back_pain", "date": MONDAY - 30 * DAY}), MONDAY + 12 * DAY),
        (pregnant(14 * 7), MONDAY + 14 * DAY),
        (pregnant(26 * 7), MONDAY + 14 * DAY),
        (asked({"id": "postpartum", "date": MONDAY - 30 * DAY}), MONDAY + 12 * DAY),
        (asked({"id": "postpartum", "date": MONDAY - 75 * DAY}), MONDAY + 9 * DAY),
        (
            asked(*held("sciatica"), clearances=[word("sciatica", MONDAY - 80 * DAY)]),
            MONDAY + 10 * DAY,
        ),
        (asked(), ANSWERED + 28 * DAY),
    ],
    ids=["six weeks of pain", "week 16", "week 28", "week 6", "week 12", "word", "answers"],
)
def test_a_plan_is_valid_until_the_first_date_on_which_something_changes(
    intake: Intake, expected: date
) -> None:
    plan = planned(intake)
    assert plan.status == "optimal"
    assert plan.valid_until == expected


def test_a_change_inside_the_week_is_already_in_the_plan_and_does_not_shorten_it() -> None:
    plan = planned(pregnant(16 * 7 - 3))
    assert plan.valid_until == ANSWERED + 28 * DAY
    assert "glute_bridge" in [one.exercise for one in plan.excluded]


@pytest.mark.parametrize(
    "intake",
    [
        asked({"id": "low_back_pain", "date": MONDAY - 30 * DAY}),
        pregnant(14 * 7),
        pregnant(26 * 7),
        asked({"id": "postpartum", "date": MONDAY - 30 * DAY}),
    ],
)
def test_no_verdict_changes_on_a_day_on_which_the_plan_is_valid(intake: Intake) -> None:
    until = planned(intake).valid_until
    assert until is not None

    def verdicts(day: date) -> set[tuple[str, str]]:
        """Return the verdicts of the week that ends on `day`, by its own conditions."""
        return {(j.exercise.id, j.verdict) for j in judged(intake, day - 6 * DAY)}

    last_day = MONDAY + 6 * DAY
    this_week = verdicts(last_day)
    while last_day + DAY < until:
        last_day += DAY
        assert verdicts(last_day) == this_week
    assert active_ids(intake, until - 6 * DAY) != active_ids(intake, MONDAY)


def assert_no_more_allowed(before: dict[str, Judgement], after: dict[str, Judgement]) -> None:
    assert before.keys() == after.keys()
    for name, was in before.items():
        now = after[name]
        if was.cause is not None:
            assert now.cause is not None, f"{name} was left out: {was.reason}"
        if was.cause is not None or now.cause is not None:
            continue
        assert was.dose is not None, name
        assert now.dose is not None, name
        assert set(was.exercise.cautions) <= set(now.cautions), name
        assert now.dose.sets[0] <= was.dose.sets[0], name
        assert now.dose.sets[1] <= was.dose.sets[1], name
        assert now.dose.reps <= was.dose.reps, name
        assert (now.dose.hold_s or 0) <= (was.dose.hold_s or 0), name
        assert now.dose.effort <= was.dose.effort, name
        assert LOADS.index(now.dose.load) <= LOADS.index(was.dose.load), name
        assert now.dose.rest_s >= was.dose.rest_s, name
        assert now.dose.rest_between_reps_s >= was.dose.rest_between_reps_s, name


@given(intakes(), st.data())
def test_one_more_condition_never_allows_more_and_never_raises_a_dose(
    intake: Intake, data: st.DataObject
) -> None:
    present = {condition.id for condition in intake.screening.conditions}
    answer = data.draw(st.sampled_from(sorted(set(REAL.answers) - present)))
    window = REAL.answers[answer][0].window
    day = None
    if window is not None:
        span = (-15, 280) if window.dated_by == "due_date" else (-120, -2)
        day = MONDAY + data.draw(st.integers(*span)) * DAY
    more = HeldCondition(id=answer, date=day)
    both = intake.screening.model_copy(update={"conditions": (*intake.screening.conditions, more)})
    assert_no_more_allowed(by_id(intake), by_id(intake.model_copy(update={"screening": both})))


PERIODS: tuple[dict[str, Any], ...] = (
    {"id": "low_back_pain", "date": MONDAY - 100 * DAY},
    {"id": "pregnancy", "date": MONDAY + 30 * DAY},
    {"id": "pregnancy", "date": MONDAY + 200 * DAY},
    {"id": "postpartum", "date": MONDAY - 20 * DAY},
    *held(*sorted(REAL.answers)),
)


@pytest.mark.parametrize("level", ["none", "6_to_24_months", "over_24_months"])
@pytest.mark.parametrize("one", PERIODS, ids=lambda one: f"{one['id']}_{one.get('date', '')}")
def test_no_second_condition_undoes_a_verdict_of_the_first(one: dict[str, Any], level: str) -> None:
    cleared = [word(one["id"], ANSWERED)]
    for clearances in ([], cleared):
        alone = by_id(asked(one, clearances=clearances, training_age=level))
        for other in PERIODS:
            if other["id"] == one["id"]:
                continue
            for words in (clearances, [*clearances, word(other["id"], ANSWERED)]):
                both = asked(one, other, clearances=words, training_age=level)
                assert_no_more_allowed(alone, by_id(both))
