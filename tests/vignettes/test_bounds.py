"""Every bound of a vignette can fail: each is tried with a value that its plan breaks."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from knowledge import BadInput
from knowledge.reading import parse, validate
from tests.strategies import MONDAY
from tests.vignettes.bounds import BOUNDS, TRAINING_AGES, Case, One, case_of
from tests.vignettes.expectation import (
    FOLDER,
    AnyLevel,
    Expectation,
    LeftOut,
    Printed,
    Referral,
    Verdicts,
    Vignette,
    Week,
)

PLAN = "heart_attack_9_months_cleared"
REFERRAL = "heart_attack_9_months_no_word"
MORNING = "morning_chronic_pain"
NOT_TAUGHT = "gym_advanced_deadlift_not_taught"
NO_HOLDS = dict.fromkeys(("strength", "stability", "motor_control"), 1)
LONG_HOLDS = dict.fromkeys(NO_HOLDS, 300)

Value = Callable[[Case], Any]
GivenValue = Callable[[tuple[One, ...]], Any]


def excluded(case: Case) -> tuple[str, ...]:
    return tuple(name for name, one in case.judgements.items() if one.cause == "clinical")


def with_verdict(wanted: str) -> Value:
    def names(case: Case) -> tuple[str, ...]:
        return tuple(
            name
            for name, one in case.judgements.items()
            if one.verdict == wanted and one.cause in (None, "clinical")
        )

    return names


def demands(given: tuple[One, ...]) -> tuple[str, ...]:
    return tuple(sorted({demand for one in given for demand in one.demands}))


ON_GIVEN: dict[str, tuple[GivenValue, GivenValue]] = {
    "must_not_have": (lambda given: (given[0].id,), lambda given: ("superman",)),
    "forbidden_demands": (demands, lambda given: ("valsalva",)),
    "max_hold_s": (lambda given: NO_HOLDS, lambda given: LONG_HOLDS),
    "max_load": (lambda given: "none", lambda given: "heavy"),
    "max_effort": (lambda given: 1, lambda given: 10),
    "max_sets": (lambda given: 1, lambda given: 10),
    "min_rest_s": (lambda given: 600, lambda given: 0),
    "printed": (
        lambda given: (Printed(about="trains_lumbar", says="something nobody says"),),
        lambda given: (Printed(about="trains_lumbar", says="still talk in whole sentences"),),
    ),
}
"""For each bound on doses a value that the given exercises break, and one that they keep."""
EXAMPLES: dict[tuple[str, str], tuple[str, Value, Value]] = {
    ("", "outcome"): (PLAN, lambda case: "referred", lambda case: "plan"),
    ("", "advice"): (PLAN, lambda case: ("inflammatory_back_pain",), lambda case: ()),
    ("referral", "urgency"): (REFERRAL, lambda case: "emergency", lambda case: "doctor"),
    ("referral", "flags"): (
        REFERRAL,
        lambda case: ("cauda_equina",),
        lambda case: ("heart_attack_or_surgery_from_6_months",),
    ),
    ("referral", "where_to_go"): (
        REFERRAL,
        lambda case: ("maternity",),
        lambda case: ("your doctor",),
    ),
    ("referral", "opens"): (REFERRAL, lambda case: ("superman",), lambda case: ("chair_brace",)),
    ("referral", "opens_not"): (
        REFERRAL,
        lambda case: ("chair_brace",),
        lambda case: ("superman",),
    ),
    ("referral", "opens_nothing"): (REFERRAL, lambda case: True, lambda case: False),
    ("week", "must_have_any_of"): (
        PLAN,
        lambda case: (("superman", "kettlebell_swing"),),
        lambda case: (("superman", case.planned[0].id),),
    ),
    ("week", "allowed_demands"): (
        PLAN,
        lambda case: ("seated",),
        lambda case: demands(case.planned),
    ),
    ("week", "forbidden_on"): (
        PLAN,
        lambda case: {case.planned[0].where: demands(case.planned)},
        lambda case: {case.planned[0].where: ("valsalva",)},
    ),
    ("week", "balanced"): (PLAN, lambda case: False, lambda case: True),
    ("week", "min_sessions"): (PLAN, lambda case: 7, lambda case: 1),
    ("week", "max_sessions"): (PLAN, lambda case: 0, lambda case: 7),
    ("week", "max_minutes"): (PLAN, lambda case: 5, lambda case: 30),
    ("week", "max_floor_sessions"): (PLAN, lambda case: 0, lambda case: 7),
    ("week", "stop_signs"): (
        PLAN,
        lambda case: ("something nobody says",),
        lambda case: ("Chest pain",),
    ),
    ("week", "warnings"): (
        NOT_TAUGHT,
        lambda case: ("something nobody says",),
        lambda case: ("was dropped",),
    ),
    ("week", "expires_by"): (
        PLAN,
        lambda case: MONDAY,
        lambda case: MONDAY + timedelta(days=366),
    ),
    ("any_level", "may"): (PLAN, lambda case: ("stir_the_pot",), lambda case: ("chair_brace",)),
    ("verdicts", "exclude"): (PLAN, with_verdict("modify"), with_verdict("exclude")),
    ("verdicts", "clearance"): (PLAN, with_verdict("exclude"), with_verdict("clearance")),
    ("verdicts", "modify"): (PLAN, with_verdict("allow"), with_verdict("modify")),
    ("verdicts", "allow"): (PLAN, with_verdict("modify"), with_verdict("allow")),
    ("left_out", "level"): (NOT_TAUGHT, excluded_or_used := lambda case: ("farmer_carry",),
                            lambda case: ("conventional_deadlift",)),
    ("left_out", "equipment"): (MORNING, lambda case: ("crunch",), lambda case: ("chair_brace",)),
    ("left_out", "time"): (MORNING, lambda case: ("chair_brace",), lambda case: ("crunch",)),
}
