"""People whom a careless program would hurt: what they may never be given, and what they get.

The whole list of candidates is judged, not only the exercises that one week happens to hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from constraints.problem import Candidate
from knowledge import Intake
from recommender.build import Built, build
from recommender.plan import Plan
from recommender.recommend import Request, recommend
from tests.strategies import MONDAY, REAL

DAY = timedelta(days=1)
WEEK = 7 * DAY
ANSWERED = MONDAY - DAY
HOME: dict[str, int] = {"mat": 1, "wall": 1, "chair": 1, "table": 1, "band": 1, "dumbbell": 2}
GYM = dict.fromkeys(REAL.equipment, 4)
PLANKS = {
    "plank_forearm",
    "plank_knees",
    "incline_plank",
    "wall_plank",
    "side_plank",
    "side_plank_knees",
    "all_fours_hover",
}
REVERSE_HYPERS = {
    "reverse_hyper_bent_knees",
    "reverse_hyper_dumbbell",
    "reverse_hyper_machine",
    "reverse_hyper_roman_chair",
}
LOADED_HINGES = {
    "conventional_deadlift",
    "good_morning_barbell",
    "rdl_barbell",
    "rdl_dumbbells",
    "single_leg_rdl_dumbbells",
    "single_leg_rdl_supported",
}
ONE_LEG_HINGES = {"single_leg_rdl_dumbbells", "single_leg_rdl_supported"}
EVERY_LEVEL = pytest.mark.parametrize("training_age", ["none", "6_to_24_months", "over_24_months"])


@dataclass(frozen=True)
class Person:
    """Answers, the candidates that they leave, and the week that was solved and checked."""

    built: Built
    plan: Plan

    @property
    def candidates(self) -> dict[str, Candidate]:
        return {candidate.id: candidate for candidate in self.built.problem.candidates}

    def may(self, *names: str) -> None:
        assert set(names) <= self.candidates.keys()

    def may_not(self, *names: str) -> None:
        assert not set(names) & self.candidates.keys()
        assert not set(names) & {item.exercise for day in self.plan.days for item in day.items}
        assert set(names) <= {one.exercise for one in self.plan.excluded}

    def never_demands(self, *demands: str) -> None:
        for candidate in self.candidates.values():
            assert not set(demands) & set(candidate.exercise.demands), candidate.id

    def is_given(self, sentence: str, demand: str) -> None:
        """Assert that the sentence stands with every exercise that has this demand."""
        shown = {item.exercise: item.cautions for day in self.plan.days for item in day.items}
        cautious = [c for c in self.candidates.values() if demand in c.exercise.demands]
        assert cautious
        for candidate in cautious:
            assert sentence in candidate.cautions, candidate.id
            assert sentence in shown.get(candidate.id, candidate.cautions), candidate.id

    def holds_at_most(self, seconds: int) -> None:
        """Assert the cap for every hold that is work; a stretch is none."""
        for candidate in self.candidates.values():
            if candidate.exercise.block == "main":
                assert (candidate.dose.hold_s or 0) <= seconds, candidate.id
        for day in self.plan.days:
            for item in day.items:
                assert item.block != "main" or (item.hold_s or 0) <= seconds, item.exercise

    def effort_at_most(self, effort: int) -> None:
        for candidate in self.candidates.values():
            if candidate.exercise.side != "none":
                assert candidate.dose.effort <= effort, candidate.id
        for day in self.plan.days:
            for item in day.items:
                assert item.side == "none" or item.effort <= effort, item.exercise

    def has_a_week_of_both_sides(self) -> None:
        assert self.plan.status == "optimal"
        assert self.plan.balance is not None
        assert self.plan.balance.kept
        assert self.plan.balance.mode == "article"
        assert self.plan.balance.sets.abdominal == self.plan.balance.sets.lumbar > 0


def answers(
    *conditions: tuple[str, date | None],
    place: dict[str, int],
    training_age: str,
    age: int = 33,
    red_flags: Sequence[str] = (),
    other_condition: bool = False,
    cleared: Sequence[str] = (),
) -> Intake:
    held: list[dict[str, Any]] = [
        {"id": name} if day is None else {"id": name, "date": day} for name, day in conditions
    ]
    return Intake.model_validate(
        {
            "answered_on": ANSWERED,
            "screening": {
                "age": age,
                "red_flags": tuple(red_flags),
                "conditions": tuple(held),
                "other_condition": other_condition,
                "cannot": (),
            },
            "clearances": tuple(
                {"condition": name, "by": "own tick", "date": ANSWERED} for name in cleared
            ),
            "training_age": training_age,
            "technique_cleared": ("deadlift", "good_morning"),
            "goal": "strengthen",
            "places": {"here": place},
            "days": {day: {"minutes": 40} for day in ("mon", "wed", "fri")},
        }
    )


def asked_for(intake: Intake) -> Plan:
    return recommend(REAL, intake, Request(MONDAY))


def solved(intake: Intake) -> Person:
    return Person(build(REAL, intake, MONDAY), asked_for(intake))


@cache
def pregnant_30_weeks(training_age: str) -> Person:
    due = MONDAY + 10 * WEEK
    return solved(answers(("pregnancy", due), place=HOME, training_age=training_age))


@EVERY_LEVEL
def test_at_30_weeks_nothing_is_done_on_the_back_or_face_down(training_age: str) -> None:
    pregnant_30_weeks(training_age).never_demands("supine", "prone")


@EVERY_LEVEL
def test_at_30_weeks_no_one_leg_hinge_no_straddle_no_pressure_and_no_curl(
    training_age: str,
) -> None:
    person = pregnant_30_weeks(training_age)
    person.may_not(*LOADED_HINGES, "seated_straddle_stretch", "crunch", "mcgill_curl_up")
    person.never_demands(
        "high_intra_abdominal_pressure", "head_below_heart", "flexion_end_range", "valsalva"
    )


@EVERY_LEVEL
def test_at_30_weeks_there_is_a_week_of_all_fours_wall_chair_and_side(training_age: str) -> None:
    person = pregnant_30_weeks(training_age)
    person.has_a_week_of_both_sides()
    person.may("bird_dog", "wall_bird_dog", "chair_brace", "chair_back_press")
    person.may("side_lying_leg_raise")
    person.holds_at_most(10)
    person.effort_at_most(6)
    person.is_given("Keep one hand on something steady, with no weight in it.",
                    "single_leg_balance")  # fmt: skip
    person.is_given("Hold on to something steady while you get down and up.", "floor_transfer")
    assert any("maternity unit" in sign for sign in person.plan.stop_signs)


def test_at_29_weeks_a_placenta_praevia_without_symptoms_is_for_the_maternity_team() -> None:
    intake = answers(
        ("pregnancy", MONDAY + 11 * WEEK),
        place=HOME,
        training_age="none",
        red_flags=["pregnancy_told_to_rest"],
    )
    plan = asked_for(intake)
    assert plan.status == "referred"
    assert plan.days == ()
    assert "maternity" in plan.screening.flags[0].where_to_go


@cache
def days_after_birth(training_age: str) -> Person:
    birth = MONDAY - 19 * DAY
    return solved(answers(("postpartum", birth), place=GYM, training_age=training_age))


@EVERY_LEVEL
def test_19_days_after_birth_there_is_no_plank_no_curl_and_no_machine(training_age: str) -> None:
    person = days_after_birth(training_age)
    person.may_not(*REVERSE_HYPERS, *PLANKS, *LOADED_HINGES)
    person.may_not("mcgill_curl_up", "crunch", "dead_bug", "superman", "glute_bridge_weighted")
    person.may_not("hyperextension_incline", "hyperextension_roman_chair")
    person.may_not("hyperextension_weighted", "prone_trunk_lift_neutral")


@EVERY_LEVEL
def test_19_days_after_birth_drawing_in_breathing_and_walking_are_gentle(
    training_age: str,
) -> None:
    person = days_after_birth(training_age)
    person.has_a_week_of_both_sides()
    person.may("adim", "slow_breathing_seated", "march_easy")
    person.holds_at_most(10)
    person.effort_at_most(4)
    for candidate in person.candidates.values():
        assert candidate.dose.load in ("none", "light"), candidate.id
        if candidate.exercise.side != "none":
            assert any("heaviness below" in caution for caution in candidate.cautions)


@pytest.mark.parametrize(
    "what", ["hip replaced five weeks ago", "vertebra broken two years ago, own tick only"]
)
def test_an_operation_or_fracture_that_is_not_on_the_list_is_referred(what: str) -> None:
    intake = answers(place=HOME, training_age="none", age=68, other_condition=True)
    plan = asked_for(intake)
    assert plan.status == "referred", what
    assert plan.days == ()
    assert plan.screening.clearance_would_open == ()


def test_a_broken_vertebra_is_not_declared_as_osteoporosis_without_a_fracture() -> None:
    question = REAL.conditions["osteoporosis"].question
    assert question is not None
    assert "no bone has broken" in question
    assert "other conditions" in question


@cache
def thin_bones(training_age: str, age: int = 62) -> Person:
    return solved(
        answers(
            ("osteoporosis", None),
            place=GYM,
            training_age=training_age,
            age=age,
            cleared=["osteoporosis"],
        )
    )


@EVERY_LEVEL
@pytest.mark.parametrize("age", [62, 75])
def test_thin_bones_are_never_rounded_twisted_or_crushed(training_age: str, age: int) -> None:
    person = thin_bones(training_age, age)
    person.may_not("crunch", "cat_arch_hold", "seated_straddle_stretch", "mcgill_curl_up")
    person.may_not("superman", "knees_to_chest_rock", "knees_to_chest_double", "heel_sit_stretch")
    person.may_not("conventional_deadlift", "good_morning_barbell", "hyperextension_roman_chair")
    person.never_demands(
        "flexion_loaded",
        "flexion_end_range",
        "thoracic_flexion_loaded",
        "rotation_loaded",
        "rotation_end_range",
    )


@EVERY_LEVEL
def test_thin_bones_get_low_load_extensors_and_supported_balance(training_age: str) -> None:
    person = thin_bones(training_age)
    person.has_a_week_of_both_sides()
    person.may("prone_trunk_lift_neutral", "bird_dog", "wall_bird_dog")
    person.is_given("Keep a steady chair or wall within reach.", "single_leg_balance")
    person.is_given(
        "Keep the back long and straight; stop well before it rounds, arches or twists fully.",
        "hip_hinge",
    )


def test_without_a_word_thin_bones_get_no_weight_that_is_more_than_light() -> None:
    intake = answers(("osteoporosis", None), place=GYM, training_age="over_24_months", age=62)
    person = solved(intake)
    person.may_not(*LOADED_HINGES, "glute_bridge_weighted")
    assert {c.dose.load for c in person.candidates.values()} <= {"none", "light"}


@cache
def day_four_of_back_pain(training_age: str) -> Person:
    return solved(
        answers(
            ("low_back_pain", MONDAY - 4 * DAY),
            place=GYM,
            training_age=training_age,
            cleared=["low_back_pain"],
        )
    )


@EVERY_LEVEL
def test_on_day_four_of_back_pain_there_is_no_loaded_hinge_curl_or_back_extension(
    training_age: str,
) -> None:
    person = day_four_of_back_pain(training_age)
    person.may_not(*LOADED_HINGES, "crunch", "superman", "glute_bridge_weighted")
    person.may_not("hyperextension_incline", "hyperextension_roman_chair")
    person.may_not("hyperextension_weighted", "seated_straddle_stretch")
    for candidate in person.candidates.values():
        assert candidate.dose.load in ("none", "light"), candidate.id


@EVERY_LEVEL
def test_on_day_four_of_back_pain_there_is_easy_movement(training_age: str) -> None:
    person = day_four_of_back_pain(training_age)
    person.has_a_week_of_both_sides()
    person.holds_at_most(10)
    person.effort_at_most(5)
    assert not any(item.hard for day in person.plan.days for item in day.items)
    person.is_given(
        "Keep it easy and within comfort; stop if it hurts more than at the start.", "hip_hinge"
    )


def pressure(*cleared: str, training_age: str = "over_24_months") -> Intake:
    return answers(
        ("hypertension_uncontrolled", None),
        place=GYM,
        training_age=training_age,
        age=55,
        cleared=cleared,
    )


def test_a_pressure_out_of_control_or_not_known_needs_a_word_first() -> None:
    plan = asked_for(pressure())
    assert plan.status == "referred"
    assert plan.days == ()
    assert {"chair_brace", "wall_hip_hinge"} <= set(plan.screening.clearance_would_open)
    assert not {"rdl_barbell", "plank_forearm"} & set(plan.screening.clearance_would_open)


@EVERY_LEVEL
def test_with_a_word_a_pressure_out_of_control_is_never_strained(training_age: str) -> None:
    person = solved(pressure("hypertension_uncontrolled", training_age=training_age))
    person.has_a_week_of_both_sides()
    person.never_demands(
        "valsalva", "head_below_heart", "high_intra_abdominal_pressure", "heavy_grip"
    )
    person.may_not(*LOADED_HINGES, *REVERSE_HYPERS, "plank_forearm", "glute_bridge_weighted")
    person.holds_at_most(10)
    person.effort_at_most(5)
    for candidate in person.candidates.values():
        assert candidate.dose.load in ("none", "light"), candidate.id
        if candidate.exercise.side != "none":
            caution = "Breathe out on the effort and never hold your breath."
            assert caution in candidate.cautions, candidate.id


@EVERY_LEVEL
def test_a_disc_with_a_doctors_word_gets_no_heavy_no_long_and_no_bent_work(
    training_age: str,
) -> None:
    person = solved(
        answers(
            ("disc_herniation", None),
            place=GYM,
            training_age=training_age,
            cleared=["disc_herniation"],
        )
    )
    person.has_a_week_of_both_sides()
    person.never_demands("flexion_loaded", "flexion_end_range", "rotation_loaded", "axial_heavy")
    person.may("glute_bridge", "bird_dog")
    person.holds_at_most(10)
    person.effort_at_most(6)
    for candidate in person.candidates.values():
        if "neural_tension" in candidate.exercise.demands:
            assert candidate.dose.effort <= 5, candidate.id
            assert candidate.dose.load in ("none", "light"), candidate.id
        if candidate.exercise.side == "lumbar":
            assert any("doctor agreed" in caution for caution in candidate.cautions)


@pytest.mark.parametrize(
    ("condition", "day"),
    [
        ("knee_pain", None),
        ("pregnancy", MONDAY + 20 * WEEK),
        ("pregnancy", MONDAY + 35 * WEEK),
        ("postpartum", MONDAY - 19 * DAY),
    ],
)
def test_nobody_is_told_to_hold_on_with_both_hands_full(condition: str, day: date | None) -> None:
    intake = answers((condition, day), place=HOME, training_age="over_24_months")
    for judgement in build(REAL, intake, MONDAY).judgements:
        for caution in judgement.cautions:
            if "something steady" in caution and "dumbbell" in judgement.exercise.equipment.all_of:
                assert "no weight in it" in caution, judgement.exercise.id
