"""Every bound of a vignette can fail: each is tried with a value that its plan breaks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from knowledge import BadInput
from knowledge.reading import parse, validate
from tests.strategies import MONDAY
from tests.vignettes.bounds import BOUNDS, broken
from tests.vignettes.case import TRAINING_AGES, Case, case_of
from tests.vignettes.expectation import FOLDER, Expectation, Limit, Printed, Vignette

PLAN = "heart_attack_9_months_cleared"
REFERRAL = "heart_attack_9_months_no_word"
NOT_TAUGHT = "gym_advanced_deadlift_not_taught"
MORNING = "morning_chronic_pain"
HOLDING_KINDS = ("strength", "stability", "motor_control")
UNSAID = ("something that nobody says",)
SAID = "still talk in whole sentences"

Value = Callable[[Case], Any]


def always(value: Any) -> Value:
    """Return a value that does not depend on the case."""
    return lambda case: value


def with_verdict(wanted: str) -> Value:
    """Return the exercises that have a verdict by a clinical rule, or by none."""
    return lambda case: tuple(
        name
        for name, one in case.judgements.items()
        if one.verdict == wanted and one.cause in (None, "clinical")
    )


def planned_demands(case: Case) -> tuple[str, ...]:
    return tuple(sorted({demand for one in case.planned for demand in one.demands}))


def first_id(case: Case) -> tuple[str, ...]:
    return (case.planned[0].id,)


def first_day(demands: Value) -> Value:
    return lambda case: {case.planned[0].where: demands(case)}


ON_GIVEN: dict[str, tuple[Value, Value]] = {
    "must_not_have": (first_id, always(("superman",))),
    "forbidden_demands": (planned_demands, always(("valsalva",))),
    "max_hold_s": (
        always(dict.fromkeys(HOLDING_KINDS, 1)),
        always(dict.fromkeys(HOLDING_KINDS, 300)),
    ),
    "max_load": (always("none"), always("heavy")),
    "max_effort": (always(1), always(10)),
    "max_sets": (always(1), always(10)),
    "min_rest_s": (always(600), always(0)),
    "limits": (
        always((Limit(about="trains_lumbar", max_effort=1, max_load="none"),)),
        always((Limit(about="trains_lumbar", max_effort=10, max_load="heavy"),)),
    ),
    "printed": (
        always((Printed(about="trains_lumbar", says=UNSAID[0]),)),
        always((Printed(about="trains_lumbar", says=SAID),)),
    ),
}
"""For each bound on exercises and doses a value that the case breaks, and one that it keeps."""
EXAMPLES: dict[tuple[str, str], tuple[str, Value, Value]] = {
    ("", "outcome"): (PLAN, always("referred"), always("plan")),
    ("", "advice"): (PLAN, always(("inflammatory_back_pain",)), always(())),
    ("referral", "urgency"): (REFERRAL, always("emergency"), always("doctor")),
    ("referral", "flags"): (
        REFERRAL,
        always(()),
        always(("heart_attack_or_surgery_from_6_months",)),
    ),
    ("referral", "where_to_go"): (REFERRAL, always(UNSAID), always(("your doctor",))),
    ("referral", "opens"): (REFERRAL, always(("superman",)), always(("chair_brace",))),
    ("referral", "opens_not"): (REFERRAL, always(("chair_brace",)), always(("superman",))),
    ("referral", "opens_nothing"): (REFERRAL, always(True), always(False)),
    ("week", "must_have_any_of"): (
        PLAN,
        lambda case: (first_id(case), ("superman", "kettlebell_swing")),
        lambda case: (first_id(case), ("superman", *first_id(case))),
    ),
    ("week", "allowed_demands"): (PLAN, always(("seated",)), planned_demands),
    ("week", "forbidden_on"): (PLAN, first_day(planned_demands), first_day(always(("valsalva",)))),
    ("week", "balanced"): (PLAN, always(False), always(True)),
    ("week", "min_sessions"): (PLAN, always(7), always(1)),
    ("week", "max_sessions"): (PLAN, always(0), always(7)),
    ("week", "min_main_sets"): (PLAN, always(100), always(1)),
    ("week", "max_minutes"): (PLAN, always(5), always(30)),
    ("week", "max_floor_sessions"): (PLAN, always(0), always(7)),
    ("week", "stop_signs"): (PLAN, always(UNSAID), always(("Chest pain",))),
    ("week", "warnings"): (NOT_TAUGHT, always(UNSAID), always(("was dropped",))),
    ("week", "expires_by"): (PLAN, always(MONDAY), always(MONDAY + timedelta(days=366))),
    ("any_level", "may"): (PLAN, always(("stir_the_pot",)), always(("chair_brace",))),
    ("verdicts", "exclude"): (PLAN, with_verdict("modify"), with_verdict("exclude")),
    ("verdicts", "clearance"): (PLAN, with_verdict("exclude"), with_verdict("clearance")),
    ("verdicts", "modify"): (PLAN, with_verdict("exclude"), with_verdict("modify")),
    ("verdicts", "allow"): (PLAN, with_verdict("modify"), with_verdict("allow")),
    ("left_out", "level"): (
        NOT_TAUGHT,
        always(("pool_walk",)),
        always(("conventional_deadlift",)),
    ),
    ("left_out", "equipment"): (MORNING, always(("crunch",)), always(("chair_brace",))),
    ("left_out", "time"): (MORNING, always(("chair_brace",)), always(("crunch",))),
}
for _part in ("week", "any_level"):
    for _name, (_breaks, _keeps) in ON_GIVEN.items():
        EXAMPLES[_part, _name] = (PLAN, _breaks, _keeps)


@pytest.mark.parametrize(("part", "name"), EXAMPLES)
def test_a_bound_fails_where_it_is_broken_and_only_there(part: str, name: str) -> None:
    vignette, breaks, keeps = EXAMPLES[part, name]
    case = case_of(vignette)
    bound = BOUNDS[part][name]
    assert tuple(bound(breaks(case), case)) != ()
    assert tuple(bound(keeps(case), case)) == ()
    assert breaks(case) != keeps(case)


def test_every_key_of_an_expectation_is_a_bound_that_is_tried() -> None:
    keys = set()
    for name, field in Expectation.model_fields.items():
        part = BOUNDS.get(name)
        if part is None:
            keys.add(("", name))
            continue
        models = [one for one in (field.annotation, *_options(field.annotation)) if _is_part(one)]
        assert len(models) == 1, name
        keys |= {(name, key) for key in models[0].model_fields}
    assert keys == {(part, name) for part, functions in BOUNDS.items() for name in functions}
    assert keys == set(EXAMPLES)


def _options(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__args__", ())


def _is_part(annotation: Any) -> bool:
    return hasattr(annotation, "model_fields")


def test_a_broken_bound_is_named_with_its_part() -> None:
    case = case_of(PLAN)
    week = case.vignette.expect.week
    assert week is not None
    expect = case.vignette.expect.model_copy(
        update={"outcome": "referred", "week": week.model_copy(update={"min_sessions": 7})}
    )
    vignette = case.vignette.model_copy(update={"expect": expect})
    wrong = Case(vignette, case.plan, case.judgements, case.planned, case.allowed)
    found = [sentence.partition(":")[0] for sentence in broken(wrong)]
    assert {"outcome", "week.min_sessions"} <= set(found)


def test_words_about_nothing_that_is_given_are_a_broken_bound() -> None:
    words = (Printed(about="superman", says="anything at all"),)
    case = case_of(PLAN)
    assert tuple(BOUNDS["any_level"]["printed"](words, case)) == (
        "nothing there is about superman",
    )


def test_a_morning_without_a_session_is_a_broken_bound() -> None:
    bound = BOUNDS["week"]["forbidden_on"]
    assert tuple(bound({"sun": ("valsalva",)}, case_of(PLAN))) == ("nothing is planned on sun",)


def test_what_may_be_given_is_asked_for_every_training_age() -> None:
    case = case_of(PLAN)
    assert {one.where for one in case.allowed} == set(TRAINING_AGES)
    bound = BOUNDS["any_level"]["may"]
    assert tuple(bound(("side_plank",), case)) == ("side_plank is allowed at 2 of 4 training ages",)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  week:\n", "  weak:\n", "is not a known key"),
        ("    min_sessions:", "    least_sessions:", "is not a known key"),
        ("    max_load: moderate", "    max_load: medium", "medium"),
        ("    max_effort: 6", "    max_effort: 11", "10 or less"),
        ("  outcome: plan", "  outcome: referred", "never both"),
        ("week_start: 2026-11-30\n", "", "is missing"),
        ("    red_flags: []\n", "", "is missing"),
    ],
)
def test_a_file_is_read_strictly(old: str, new: str, says: str) -> None:
    text = (FOLDER / f"{PLAN}.yaml").read_text()
    assert old in text
    with pytest.raises(BadInput, match=says):
        validate(Vignette, parse(text.replace(old, new, 1), "vignette.yaml"))
