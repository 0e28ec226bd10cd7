"""Weeks to choose from: apart, checked, within the loss, the best of what is left, told truly."""

import itertools
import json
from dataclasses import replace
from functools import cache

import jsonschema
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from constraints import check_all
from knowledge import Intake, Knowledge
from knowledge.schema.exercise import REGIONS
from knowledge.schema.intake import DayAnswer, SessionsAWeek
from recommender.alternatives import (
    MOST_WEEKS,
    Alternatives,
    Demands,
    alternatives,
    checked_plan,
    demands_of,
    frame_of,
    main_exercises,
)
from recommender.build import build
from recommender.check import check_plan
from recommender.explain.figures import figures_of
from recommender.intake import read_intake
from recommender.plan import Plan, schedule_of
from recommender.recommend import CheckFailed, Request, recommend
from recommender.render import render, render_alternatives
from recommender.render.json import schema
from recommender.solve import is_possible, solve
from tests.recommender.test_brute_force import tier_values
from tests.solved import EXAMPLES
from tests.strategies import MONDAY, REAL, TinyCase, all_weeks, schedule_of_week

APART = REAL.dosing.alternatives.exercises_apart
AS_GOOD = "disc_cleared"
SHOWN = ("empty_room", "home_beginner", AS_GOOD)


@cache
def intake(name: str) -> Intake:
    return read_intake(EXAMPLES / f"{name}.yaml", REAL)


@cache
def weeks(name: str, number: int = 3) -> Alternatives:
    return alternatives(REAL, intake(name), Request(MONDAY), number)


def with_rules(**changes: int) -> Knowledge:
    """Return the knowledge base with other numbers for alternatives."""
    rules = REAL.dosing.alternatives.model_copy(update=changes)
    dosing = REAL.dosing.model_copy(update={"alternatives": rules})
    return REAL.model_copy(update={"dosing": dosing})


@pytest.mark.parametrize("name", SHOWN)
def test_the_first_week_is_the_best_one(name: str) -> None:
    first = weeks(name).choices[0]
    assert first.plan == recommend(REAL, intake(name), Request(MONDAY))
    assert (first.brings, first.leaves, first.worse, first.better) == ((), (), (), ())


@pytest.mark.parametrize("name", SHOWN)
def test_any_two_weeks_are_apart_and_each_holds(name: str) -> None:
    found = weeks(name)
    assert len(found.choices) == 3
    assert found.note == ""
    for one, other in itertools.permutations(found.choices, 2):
        assert len(main_exercises(one.plan) - main_exercises(other.plan)) >= APART
    problem = build(REAL, intake(name), MONDAY).problem
    for choice in found.choices:
        assert not check_all(problem, schedule_of(choice.plan))
        assert not check_plan(REAL, intake(name), choice.plan, MONDAY)


@pytest.mark.parametrize("name", SHOWN)
def test_no_week_loses_more_than_is_allowed_and_none_beats_one_before_it(name: str) -> None:
    best, *others = (choice.plan for choice in weeks(name).choices)
    rules = REAL.dosing.alternatives
    problem = build(REAL, intake(name), MONDAY).problem
    sets = sum(item.sets for day in best.days for item in day.items)
    target = sum(problem.targets[region] * problem.weights[region] for region in REGIONS)
    for plan in others:
        missing, points = values(plan)[:2]
        assert 100 * (missing - values(best)[0]) <= rules.shortfall_percent_of_target * target
        assert points <= values(best)[1] + rules.points_a_set * sets
    in_order = [values(plan) for plan in (best, *others)]
    assert in_order == sorted(in_order)


def values(plan: Plan) -> list[int]:
    return [tier.value for tier in plan.tiers if tier.value is not None]


@pytest.mark.parametrize("name", SHOWN)
def test_what_a_week_costs_and_brings_is_told_of_every_tier(name: str) -> None:
    best, *others = weeks(name).choices
    names = [tier.name for tier in best.plan.tiers]
    told = 0
    for choice in others:
        assert set(choice.brings) == main_exercises(choice.plan) - main_exercises(best.plan)
        assert set(choice.leaves) == main_exercises(best.plan) - main_exercises(choice.plan)
        pairs = dict(
            zip(names, zip(values(best.plan), values(choice.plan), strict=True), strict=True)
        )
        worse = {tier for tier, (was, now) in pairs.items() if now > was and tier != "choice"}
        better = {tier for tier, (was, now) in pairs.items() if now < was and tier != "choice"}
        assert {one.tier for one in choice.worse} == worse
        assert {one.tier for one in choice.better} == better
        for one in (*choice.worse, *choice.better):
            assert (one.best, one.here) == pairs[one.tier]
            assert one.words
        told += len(worse)
    assert bool(told) == (name != AS_GOOD)


def test_a_week_that_costs_nothing_is_said_to_be_as_good() -> None:
    text = render_alternatives(weeks(AS_GOOD), REAL, "text")
    assert "Week 2: as good as week 1." in text


def test_a_week_that_is_not_the_first_says_what_it_is_proven_to_be() -> None:
    first, *others = (choice.plan for choice in weeks("empty_room").choices)
    assert not any("not the best of all" in warning for warning in first.warnings)
    for plan in others:
        assert "not the best of all" in plan.warnings[0]
        assert set(first.warnings) <= set(plan.warnings)


def test_a_larger_number_only_adds_weeks() -> None:
    few, many = weeks("empty_room", 2), weeks("empty_room")
    assert many.choices[:2] == few.choices


def test_the_same_answers_give_the_same_weeks() -> None:
    again = alternatives(REAL, intake("empty_room"), Request(MONDAY), 3)
    assert again == weeks("empty_room")


def test_one_week_is_the_plan_alone() -> None:
    found = weeks("empty_room", 1)
    assert [choice.plan for choice in found.choices] == [
        recommend(REAL, intake("empty_room"), Request(MONDAY))
    ]
    assert found.note == ""


def test_too_few_weeks_are_told_aloud_and_there_is_really_no_further_one() -> None:
    candidates = build(REAL, intake("empty_room"), MONDAY).problem.candidates
    main = [c for c in candidates if c.exercise.block == "main"]
    best = main_exercises(weeks("empty_room").choices[0].plan)
    others = [c.id for c in main if c.id not in best]
    few = intake("empty_room").model_copy(update={"banned": tuple(others[2:])})
    found = alternatives(REAL, few, Request(MONDAY), MOST_WEEKS)
    assert 1 <= len(found.choices) < MOST_WEEKS
    assert "No further week" in found.note
    for format_name in ("text", "markdown"):
        words = render_alternatives(found, REAL, format_name).replace("\\", "")
        assert found.note in " ".join(words.replace("> ", "").split())


def test_no_loss_allowed_means_weeks_as_good_in_the_first_two_tiers() -> None:
    strict = with_rules(shortfall_percent_of_target=0, points_a_set=0)
    found = alternatives(strict, intake("home_beginner"), Request(MONDAY), 2)
    if len(found.choices) == 2:
        best, other = (values(choice.plan) for choice in found.choices)
        assert best[:2] == other[:2]
    loose = weeks("home_beginner").choices[1]
    assert (len(found.choices) == 1) == any(
        one.tier in ("shortfall", "unsuitability") for one in loose.worse
    )


def test_more_exercises_apart_are_kept_apart() -> None:
    found = alternatives(with_rules(exercises_apart=3), intake("home_beginner"), Request(MONDAY), 2)
    one, other = (main_exercises(choice.plan) for choice in found.choices)
    assert len(one - other) >= 3
    assert len(other - one) >= 3


def test_without_a_plan_there_is_nothing_to_choose_and_the_reason_is_told() -> None:
    seven = SessionsAWeek(at_least=7)
    changed = intake("empty_room").model_copy(update={"sessions": seven})
    found = alternatives(REAL, changed, Request(MONDAY), 3)
    (choice,) = found.choices
    assert choice.plan.status == "impossible"
    assert choice.plan.clashes
    for format_name in ("text", "markdown"):
        assert render_alternatives(found, REAL, format_name) == render(
            choice.plan, REAL, format_name
        )


def test_a_week_that_breaks_a_rule_is_never_shown() -> None:
    answers, best = intake("empty_room"), weeks("empty_room").choices[0].plan
    frame = frame_of(REAL, answers, Request(MONDAY), best)
    solution = solve(frame.built.problem)
    assert solution is not None
    checked_plan(frame, solution)
    (name, day), *_ = solution.sets
    without = {key: sets for key, sets in solution.sets.items() if key != (name, day)}
    with pytest.raises(CheckFailed):
        checked_plan(frame, replace(solution, sets=without))


def test_a_short_day_still_gives_weeks_that_fit() -> None:
    short = intake("empty_room").model_copy(update={"days": {"mon": DayAnswer(minutes=15)}})
    for choice in alternatives(REAL, short, Request(MONDAY), 2).choices:
        assert all(day.minutes <= 15 for day in choice.plan.days)


@pytest.mark.parametrize("format_name", ["text", "markdown"])
def test_people_read_every_week_and_what_it_costs(format_name: str) -> None:
    found = weeks("empty_room")
    words = render_alternatives(found, REAL, format_name)
    flat = " ".join(words.replace("\\", "").split())
    for number, choice in enumerate(found.choices, 1):
        assert f"Week {number} of 3" in flat
        for tier in (*choice.worse, *choice.better):
            assert tier.words in flat
        for name in (*choice.brings, *choice.leaves):
            assert REAL.exercises[name].name in flat
        alone = render(choice.plan, REAL, format_name)
        assert alone.strip() in words
    if format_name == "text":
        assert max(map(len, words.splitlines())) <= 80


def test_json_holds_plans_that_are_valid_by_the_shipped_schema_and_reads_back() -> None:
    found = weeks("empty_room")
    document = json.loads(render_alternatives(found, REAL, "json"))
    for choice in document["choices"]:
        jsonschema.validate(choice["plan"], json.loads(schema()))
    assert Alternatives.model_validate_json(json.dumps(document)) == found


ONE_DAY = intake("empty_room").model_copy(
    update={"days": {"mon": DayAnswer(minutes=30)}, "exercises_per_session": 2}
)
AT_HAND = build(REAL, ONE_DAY, MONDAY).problem.candidates
"""What can be done on one day in an empty room."""


def test_a_week_that_only_leaves_exercises_out_is_no_other_week() -> None:
    four = ["bird_dog", "glute_bridge", "heel_slide", "box_round_and_return"]
    kept = {*four, "march_easy", "slow_breathing"}
    exercises = {name: one for name, one in REAL.exercises.items() if name in kept}
    larger = ONE_DAY.model_copy(update={"exercises_per_session": 4})
    knowledge = REAL.model_copy(update={"exercises": exercises})
    problem = build(knowledge, larger, MONDAY).problem
    without_two = larger.model_copy(update={"banned": ("bird_dog", "heel_slide")})
    assert is_possible(build(knowledge, without_two, MONDAY).problem)
    demands = Demands((frozenset(four),), apart=2, most_missing=10**6, most_points=10**6)
    assert solve(problem, post=demands.post) is None
    assert solve(problem, post=replace(demands, earlier=()).post) is not None


def some(side: str, block: str, number: int) -> st.SearchStrategy[list[str]]:
    names = [c.id for c in AT_HAND if (c.exercise.side, c.exercise.block) == (side, block)]
    return st.lists(st.sampled_from(names), min_size=number, max_size=number, unique=True)


@settings(max_examples=15)
@given(
    abdominal=some("abdominal", "main", 2),
    lumbar=some("lumbar", "main", 2),
    around=st.tuples(some("none", "warm_up", 1), some("none", "cool_down", 1)),
    apart=st.sampled_from([1, 2]),
    loss=st.sampled_from([(0, 0), (5, 0), (10, 1), (50, 3)]),
)
def test_each_further_week_is_the_best_of_all_that_are_apart_and_lose_little(
    abdominal: list[str],
    lumbar: list[str],
    around: tuple[list[str], list[str]],
    apart: int,
    loss: tuple[int, int],
) -> None:
    kept = {*abdominal, *lumbar, *around[0], *around[1]}
    exercises = {name: one for name, one in REAL.exercises.items() if name in kept}
    knowledge = with_rules(
        exercises_apart=apart, shortfall_percent_of_target=loss[0], points_a_set=loss[1]
    ).model_copy(update={"exercises": exercises})
    case = TinyCase(build(knowledge, ONE_DAY, MONDAY))
    problem = case.problem
    blocks = {name: exercise.block for name, exercise in problem.knowledge.exercises.items()}
    weeks_of_case = [
        (tier_values(case, week), frozenset(name for name, _ in week if blocks[name] == "main"))
        for week in all_weeks(case, frozenset())
        if not check_all(problem, schedule_of_week(case, week))
    ]
    best = solve(problem)
    assert (best is not None) == bool(weeks_of_case)
    if best is None:
        return
    earlier = [frozenset(name for name, _ in best.sets if blocks[name] == "main")]
    sets = sum(best.sets.values())
    rules = problem.knowledge.dosing.alternatives
    tiers = min(values_of_week for values_of_week, _ in weeks_of_case)
    target = sum(problem.targets[region] * problem.weights[region] for region in REGIONS)
    for _ in range(3):
        allowed = [
            values_of_week
            for values_of_week, used in weeks_of_case
            if 100 * (values_of_week[0] - tiers[0]) <= rules.shortfall_percent_of_target * target
            and values_of_week[2] <= tiers[2] + rules.points_a_set * sets
            and all(
                min(len(used - names), len(names - used)) >= rules.exercises_apart
                for names in earlier
            )
        ]
        demands = demands_of(problem, figures_of(problem, best.sets), sets, earlier)
        solution = solve(problem, post=demands.post)
        event(f"{'a' if allowed else 'no'} week after {len(earlier)}")
        assert (solution is not None) == bool(allowed)
        if solution is None:
            return
        assert tuple(tier.value for tier in solution.tiers) == min(allowed)
        earlier.append(frozenset(name for name, _ in solution.sets if blocks[name] == "main"))
