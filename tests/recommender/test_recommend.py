"""The whole way through on random intakes: always an answer, always checked, always the same."""

import json
from datetime import date

import jsonschema
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from constraints import check_all
from knowledge import Intake
from recommender.build import build
from recommender.intake import read_intake
from recommender.plan import schedule_of
from recommender.recommend import Request, next_monday, recommend
from recommender.render import render
from recommender.render.json import schema
from recommender.solve import OutOfTime
from tests.solved import EXAMPLE_NAMES, EXAMPLES
from tests.strategies import MONDAY, REAL, intakes

SCHEMA = json.loads(schema())


@settings(max_examples=40)
@given(intakes(), st.sampled_from(["article", "evidence"]))
def test_every_intake_ends_in_a_checked_plan_a_referral_or_an_explanation(
    intake: Intake, balance: str
) -> None:
    request = Request(MONDAY, balance=balance)  # type: ignore[arg-type]
    plan = recommend(REAL, intake, request)
    event(plan.status)
    jsonschema.validate(json.loads(render(plan, REAL, "json")), SCHEMA)
    assert plan.stop_signs
    if plan.status in ("optimal", "feasible"):
        problem = build(REAL, intake, MONDAY, request.balance).problem
        assert check_all(problem, schedule_of(plan)) == ()
        assert plan.status == "optimal", [tier for tier in plan.tiers if not tier.proven]
        assert plan.valid_until is not None
        assert plan.valid_until > MONDAY
        known = {one.exercise for one in plan.excluded} | {one.exercise for one in plan.not_chosen}
        used = {item.exercise for day in plan.days for item in day.items}
        assert known | used == set(REAL.exercises)
        assert not known & used
    else:
        assert plan.days == ()
    if plan.status == "referred":
        assert all(flag.where_to_go for flag in plan.screening.flags)
        assert plan.screening.flags
    if plan.status == "impossible":
        assert plan.clashes
        assert plan.repairs
        assert all(repair.verified for repair in plan.repairs)


def test_the_same_inputs_give_the_same_bytes() -> None:
    intake = read_intake(EXAMPLES / "osteoporosis.yaml", REAL)
    first, second = (
        render(recommend(REAL, intake, Request(MONDAY)), REAL, "json") for _ in range(2)
    )
    assert first == second


def test_another_seed_changes_no_tier() -> None:
    intake = read_intake(EXAMPLES / "empty_room.yaml", REAL)
    tiers = [recommend(REAL, intake, Request(MONDAY, seed=seed)).tiers for seed in (0, 7)]
    assert tiers[0] == tiers[1]


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_the_examples_are_proven_in_all_tiers(name: str) -> None:
    plan = recommend(REAL, read_intake(EXAMPLES / f"{name}.yaml", REAL), Request(MONDAY))
    assert plan.status == "optimal"
    assert all(tier.proven and tier.value == tier.bound for tier in plan.tiers)
    assert plan.balance is not None
    assert plan.balance.sets.abdominal == plan.balance.sets.lumbar > 0
    assert plan.balance.exercises.abdominal == plan.balance.exercises.lumbar > 0


def test_there_are_ten_examples() -> None:
    assert len(EXAMPLE_NAMES) == 10


def test_a_time_limit_that_is_far_too_short_is_said_so() -> None:
    intake = read_intake(EXAMPLES / "gym_advanced.yaml", REAL)
    with pytest.raises(OutOfTime):
        recommend(REAL, intake, Request(MONDAY, time_limit_s=0.000001))


def test_a_time_limit_that_cuts_short_is_printed_and_the_week_still_checked() -> None:
    intake = read_intake(EXAMPLES / "gym_advanced.yaml", REAL)
    for limit in (0.02, 0.05, 0.1, 0.2, 0.4, 0.8):
        try:
            plan = recommend(REAL, intake, Request(MONDAY, time_limit_s=limit))
        except OutOfTime:
            continue
        if plan.status == "optimal":
            break
        assert plan.status == "feasible"
        assert plan.stopped_by == "time_limit"
        assert any(not tier.proven for tier in plan.tiers)


@pytest.mark.parametrize(
    ("today", "monday"),
    [
        (date(2026, 11, 22), date(2026, 11, 23)),
        (date(2026, 11, 23), date(2026, 11, 30)),
        (date(2026, 11, 24), date(2026, 11, 30)),
    ],
)
def test_the_default_week_starts_on_the_next_monday(today: date, monday: date) -> None:
    assert next_monday(today) == monday


def test_equality_that_costs_much_of_the_target_is_kept_and_said_with_figures() -> None:
    intake = read_intake(EXAMPLES / "home_beginner.yaml", REAL)
    abdominal = [name for name, one in REAL.exercises.items() if one.side == "abdominal"]
    banned = tuple(name for name in abdominal if name != "adim")
    few = intake.model_copy(update={"banned": banned, "goal": "strengthen"})
    plan = recommend(REAL, few, Request(MONDAY))
    assert plan.balance is not None
    assert plan.balance.kept
    assert plan.balance.sets.abdominal == plan.balance.sets.lumbar
    assert any("evidence mode" in warning for warning in plan.warnings)


def test_a_side_without_exercises_drops_the_balance_aloud() -> None:
    intake = read_intake(EXAMPLES / "home_beginner.yaml", REAL)
    abdominal = tuple(name for name, one in REAL.exercises.items() if one.side == "abdominal")
    plan = recommend(REAL, intake.model_copy(update={"banned": abdominal}), Request(MONDAY))
    assert plan.status == "optimal"
    assert plan.balance is not None
    assert not plan.balance.kept
    assert plan.balance.mode == "article"
    assert any("abdominal" in warning for warning in plan.warnings)
