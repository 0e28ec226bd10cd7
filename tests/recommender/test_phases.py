"""Conditions with a date: when their phases change, and until when a plan is valid."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from knowledge import Condition, Intake
from recommender.build import Built, build, valid_until
from recommender.check import check_plan
from recommender.conditions import dated_window
from recommender.screening import screen
from tests.recommender.people import (
    ANSWERED,
    DATED,
    DAY,
    WEEK,
    active_ids,
    asked,
    decision,
    held,
    judged,
    planned,
    the,
    word,
)
from tests.strategies import CLINICIANS, MONDAY, REAL

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
