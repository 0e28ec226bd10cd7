"""People whom a careless program would hurt: what they are given, never given, and told.

Every YAML file here is one of them. The plan is the real one, checked inside; every bound of the
file must hold. `any_level` bounds are about all that the rules leave, not only about one week.
"""

from collections.abc import Iterator

import pytest

from recommender.intake import check
from tests.strategies import MONDAY, REAL
from tests.vignettes.bounds import broken
from tests.vignettes.case import TRAINING_AGES, Case, case_of
from tests.vignettes.expectation import (
    FOLDER,
    NAMES,
    Given,
    Limit,
    Printed,
    Vignette,
    read_vignette,
)

EVERYBODY = pytest.mark.parametrize("name", NAMES)


@EVERYBODY
def test_the_plan_keeps_every_bound(name: str) -> None:
    found = broken(case_of(name))
    assert not found, "\n".join(found)


@EVERYBODY
def test_the_file_says_who_it_is_and_where_it_comes_from(name: str) -> None:
    lines = (FOLDER / f"{name}.yaml").read_text().splitlines()
    header = [line for line in lines[: lines.index("intake:")] if line.startswith("# ")]
    assert len(header) == lines.index("intake:")
    assert not header[0].startswith("# From")
    sources = " ".join(header).partition("From: ")[2]
    assert "safety.md" in sources or "evidence.md" in sources


@EVERYBODY
def test_every_word_of_the_file_is_known(name: str) -> None:
    vignette = read_vignette(name)
    assert vignette.week_start == MONDAY
    assert list(check(vignette.intake, REAL)) == []
    unknown = [word for word in exercises_of(vignette) if word not in REAL.exercises]
    unknown += [word for word in demands_of(vignette) if word not in REAL.demands]
    assert unknown == []


def exercises_of(vignette: Vignette) -> Iterator[str]:
    """Yield the ids of exercises that an expectation names."""
    expect = vignette.expect
    for given in givens(vignette):
        yield from given.must_not_have
    if expect.week is not None:
        yield from (name for group in expect.week.must_have_any_of for name in group)
    if expect.referral is not None:
        yield from (*expect.referral.opens, *expect.referral.opens_not)
    yield from expect.any_level.may
    for part in (expect.verdicts, expect.left_out):
        yield from (name for names in part.model_dump().values() for name in names)


def demands_of(vignette: Vignette) -> Iterator[str]:
    """Yield the ids of demands that an expectation names."""
    for given in givens(vignette):
        yield from given.forbidden_demands
        about: list[Printed | Limit] = [*given.printed, *given.limits]
        yield from (one.about for one in about if one.about not in REAL.exercises)
    if vignette.expect.week is not None:
        yield from vignette.expect.week.allowed_demands
        yield from (
            one for demands in vignette.expect.week.forbidden_on.values() for one in demands
        )


def givens(vignette: Vignette) -> Iterator[Given]:
    yield vignette.expect.any_level
    if vignette.expect.week is not None:
        yield vignette.expect.week


@EVERYBODY
def test_nobody_is_told_to_hold_on_with_both_hands_full(name: str) -> None:
    for one in case_of(name).allowed:
        full = not one.exercise.hand_free or one.exercise.equipment.all_of.get("dumbbell", 0) > 1
        told = [text for text in one.words if "hand on something steady" in text]
        assert not full or not told or any("no weight in it" in text for text in told), one.id


@EVERYBODY
def test_nobody_is_told_to_work_both_sides_and_one_side_only(name: str) -> None:
    """A sore shoulder or a new hip lies on one side; then the dose is not `each side`."""
    both = {
        one.id
        for one in case_of(name).allowed
        if one.exercise.dose.sides == "each"
        and any(text.endswith("side only.") for text in one.words)
    }
    assert both == set()


@EVERYBODY
def test_very_high_load_is_for_the_healthy_and_trained(name: str) -> None:
    """Superman, deadlift and good morning, in any place, with any claim of training."""
    case = case_of(name)
    high = {one.where for one in case.allowed if one.exercise.spinal_load == "very_high"}
    if has_a_condition(case):
        assert high == set()
    assert high.isdisjoint({"none", "under_6_months"})


@EVERYBODY
def test_both_sides_have_something_at_every_training_age(name: str) -> None:
    case = case_of(name)
    if case.vignette.expect.outcome == "plan":
        sides = {(one.where, one.exercise.side) for one in case.allowed}
        for training_age in TRAINING_AGES:
            assert {(training_age, "abdominal"), (training_age, "lumbar")} <= sides


def has_a_condition(case: Case) -> bool:
    screening = case.vignette.intake.screening
    return bool(screening.conditions) or screening.age >= 65


def test_the_vignettes_of_the_safety_page_are_there() -> None:
    """Thirty weeks, praevia, nineteen days, a hip at five weeks, a vertebra with an own tick."""
    headers = [path.read_text() for path in FOLDER.glob("*.yaml")]
    for line in range(1, 6):
        assert any(f"safety.md part 4 line {line}" in header for header in headers)
    assert len(headers) >= 25


def test_a_broken_vertebra_is_not_declared_as_osteoporosis_without_a_fracture() -> None:
    question = REAL.conditions["osteoporosis"].question
    assert question is not None
    assert "no bone has broken" in question
    assert "other conditions" in question
