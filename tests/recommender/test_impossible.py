"""Impossible weeks: all clashes, each irreducible; every repair is possible and the smallest.

What is claimed is solved for again here, one changed intake after another, without the memory and
the shortcuts of the program.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, reduce
from typing import Any, Literal

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.generate import FOLDER, INDEX, WEEK
from knowledge import Intake, Order
from knowledge.schema.intake import DayAnswer, SessionsAWeek
from recommender.answers import Answer, Step, answers_of
from recommender.build import build
from recommender.eligibility import judge_all
from recommender.impossible import CLASHES_AT_MOST, REPAIRS_AT_MOST, explain_impossible
from recommender.impossible.trials import smallest
from recommender.intake import check, read_intake
from recommender.plan import Clash, Repair
from recommender.recommend import Request, recommend
from recommender.solve import is_possible
from tests.strategies import MONDAY, ORDER, REAL

BASE = Intake.model_validate(
    {
        "answered_on": date(2026, 11, 28),
        "screening": {
            "age": 30,
            "red_flags": (),
            "conditions": (),
            "other_condition": False,
            "cannot": (),
        },
        "training_age": "6_to_24_months",
        "places": {"home": {"mat": 1, "wall": 1}},
        "days": {
            "mon": DayAnswer(minutes=30),
            "wed": DayAnswer(minutes=30),
            "fri": DayAnswer(minutes=30),
        },
    }
)


@dataclass(frozen=True)
class Cause:
    """An intake without a week, an answer that must be blamed, and a repair that must be found."""

    name: str
    changes: dict[str, object]
    blamed: str
    repaired: str


def order(kind: str, exercise: str, **more: object) -> Order:
    return ORDER.validate_python(
        {"kind": kind, "exercise": exercise, "author": "Ada", "reason": "because", **more}
    )


def minutes(**days: int) -> dict[str, DayAnswer]:
    return {day: DayAnswer(minutes=count) for day, count in days.items()}


NO_FLOOR = BASE.screening.model_copy(update={"cannot": ("floor_transfer",)})
CAUSES = (
    Cause("too little time on the only day", {"days": minutes(mon=5)}, "days.mon.minutes",
          "days.mon.minutes"),
    Cause("more sessions than days", {"sessions": SessionsAWeek(at_least=4, at_most=7)}, "days",
          "sessions.at_least"),
    Cause("more sessions than rest allows",
          {"sessions": SessionsAWeek(at_least=7, at_most=7),
           "days": minutes(mon=30, tue=30, wed=30, thu=30, fri=30, sat=30, sun=30)},
          "sessions.at_least", "sessions.at_least"),
    Cause("four days in a row", {"sessions": SessionsAWeek(at_least=4, at_most=4),
                                 "days": minutes(mon=30, tue=30, wed=30, thu=30)},
          "sessions.at_least", "sessions.at_least"),
    Cause("required without its equipment", {"required": ("pallof_press_band",)},
          "required.pallof_press_band", "places.home.band"),
    Cause("an order without its equipment", {"orders": (order("require", "rdl_dumbbells"),)},
          "orders[1]", "places.home.dumbbell"),
    Cause("an order on a day without time",
          {"orders": (order("require", "bird_dog", day="tue"),)}, "orders[1]", "days.tue.minutes"),
    Cause("two orders against each other",
          {"orders": (order("require", "bird_dog"), order("forbid", "bird_dog"))}, "orders[1]",
          "orders[2]"),
    Cause("required twice on one ladder in the only session",
          {"required": ("bird_dog", "quadruped_leg_lift"), "days": minutes(mon=60)},
          "required.bird_dog", "required.bird_dog"),
    Cause("more required than a session holds",
          {"required": ("bird_dog", "side_plank", "dead_bug", "glute_bridge"),
           "days": minutes(mon=60), "exercises_per_session": 3},
          "exercises_per_session", "exercises_per_session"),
    Cause("required, and too few minutes",
          {"required": ("bird_dog", "side_plank", "dead_bug"), "days": minutes(mon=11)},
          "days.mon.minutes", "days.mon.minutes"),
    Cause("a lock with a dose that does not exist",
          {"orders": (order("lock", "bird_dog", day="mon", sets=9),)}, "orders[1]", "orders[1]"),
    Cause("no equipment and no floor",
          {"screening": NO_FLOOR, "places": {"home": {}},
           "banned": ("standing_brace", "bird_dog_standing")},
          "places.home", "places.home.wall"),
    Cause("hard days too far apart",
          {"orders": (order("require", "rdl_dumbbells", day="mon"),
                      order("require", "rdl_dumbbells", day="thu")),
           "places": {"home": {"mat": 1, "dumbbell": 2}},
           "days": minutes(mon=40, thu=40), "rest_days_between_hard_lumbar": 3},
          "rest_days_between_hard_lumbar", "rest_days_between_hard_lumbar"),
    Cause("minutes on two days at once",
          {"days": minutes(mon=5, wed=5), "sessions": SessionsAWeek(at_least=2, at_most=2)},
          "days.wed.minutes", "days.mon.minutes"),
)  # fmt: skip


Mode = Literal["article", "evidence"]
Explanation = tuple[tuple[Clash, ...], tuple[Repair, ...]]


def intake_of(cause: Cause) -> Intake:
    return BASE.model_copy(update=cause.changes)


@cache
def explained(number: int) -> Explanation:
    """Return what is said of a cause, explained once for all tests."""
    return explain_impossible(REAL, intake_of(CAUSES[number]), MONDAY, "article")


def possible(intake: Intake, week: date = MONDAY, mode: Mode = "article") -> bool:
    return is_possible(build(REAL, intake, week, mode).problem)


def made(intake: Intake, steps: Iterable[Step]) -> Intake:
    return reduce(lambda one, step: step.edit(one), steps, intake)


def lift(intake: Intake, answers: Iterable[Answer]) -> Intake:
    return made(intake, (step for answer in answers for step in answer.lifted))


def steps_of(intake: Intake, repair: Repair) -> list[Step]:
    """Return the steps that a repair names, as somebody would who follows it."""
    changes = [change for answer in answers_of(intake, REAL) for change in answer.changes]
    steps = {(step.field, step.value): step for change in changes for step in change}
    return [steps[field, value] for field, value in repair.change.items()]  # type: ignore[index]


def milder(intake: Intake, step: Step) -> list[Step]:
    """Return the largest change of the same field that is smaller than this one, if any."""
    for answer in answers_of(intake, REAL):
        for change in answer.changes:
            if step.field == change[0].field:
                index = [one.value for one in change].index(step.value)
                return list(change[max(0, index - 1) : index])
    raise AssertionError(step.field)


def assert_true(
    intake: Intake, said: Explanation, week: date = MONDAY, mode: Mode = "article"
) -> None:
    """Assert every claim of an explanation, each by solving."""
    clashes, repairs = said
    assert 1 <= len(clashes) <= CLASHES_AT_MOST
    assert 1 <= len(repairs) <= REPAIRS_AT_MOST
    sets = [frozenset(clash.answers) for clash in clashes]
    assert not any(one <= other for one, other in itertools.permutations(sets, 2))
    answers = answers_of(intake, REAL)
    for clash in clashes:
        core = [answer for answer in answers if answer.field in clash.answers]
        others = [answer for answer in answers if answer.field not in clash.answers]
        assert tuple(answer.field for answer in core) == clash.answers
        assert not possible(lift(intake, others), week, mode), clash.sentence
        for answer in core:
            assert possible(lift(intake, [*others, answer]), week, mode), answer.field
    steps = [steps_of(intake, repair) for repair in repairs]
    sizes = [sum(step.size for step in way) for way in steps]
    assert sizes == sorted(sizes)
    for way, repair in zip(steps, repairs, strict=True):
        assert repair.verified
        assert possible(made(intake, way), week, mode), repair.sentence
        for step in way:
            assert step.sentence in repair.sentence
            others_of = [other for other in way if other is not step]
            less = made(intake, [*others_of, *milder(intake, step)])
            assert not possible(less, week, mode), f"{repair.sentence} need not be so large"
    for one, other in itertools.permutations(steps, 2):
        reached = {step.field: step.size for step in other}
        assert any(step.size > reached.get(step.field, 0) for step in one), "contained in another"
    for way in steps:
        for clash in clashes:
            core = [answer for answer in answers if answer.field in clash.answers]
            open_to_change = {step.field for answer in core for step in answer.lifted}
            assert open_to_change & {step.field for step in way}, "a clash is left as it is"


@pytest.mark.parametrize("number", range(len(CAUSES)), ids=lambda number: CAUSES[number].name)
def test_what_is_said_of_a_cause_is_true_and_names_it(number: int) -> None:
    cause, intake = CAUSES[number], intake_of(CAUSES[number])
    assert not possible(intake)
    clashes, repairs = explained(number)
    assert_true(intake, (clashes, repairs))
    assert any(cause.blamed in clash.answers for clash in clashes)
    assert any(cause.repaired in repair.change for repair in repairs)


@pytest.mark.parametrize("number", range(len(CAUSES)), ids=lambda number: CAUSES[number].name)
def test_the_smallest_repair_that_is_followed_gives_a_checked_week(number: int) -> None:
    intake = intake_of(CAUSES[number])
    changed = made(intake, steps_of(intake, explained(number)[1][0]))
    assert recommend(REAL, changed, Request(week_start=MONDAY)).status == "optimal"


TWO_DAYS = minutes(mon=30, thu=30)
BANDLESS = {"required": ("pallof_press_band",)}
SEVERAL: dict[str, tuple[dict[str, object], int]] = {
    "one answer alone": ({"days": minutes(mon=5)}, 1),
    "a wish and too many sessions": (
        {**BANDLESS, "days": TWO_DAYS, "sessions": SessionsAWeek(at_least=3, at_most=7)},
        2,
    ),
    "two wishes and an order": (
        {
            "required": ("pallof_press_band", "rdl_dumbbells"),
            "orders": (order("lock", "bird_dog", day="mon", sets=9),),
            "days": TWO_DAYS,
        },
        3,
    ),
    "two orders against each other and minutes": (
        {
            "orders": (order("require", "dead_bug"), order("forbid", "dead_bug")),
            "days": minutes(mon=5, thu=5),
        },
        2,
    ),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_the_clashes_are_those_of_trying_every_set_of_answers(name: str) -> None:
    changes, number = SEVERAL[name]
    intake = BASE.model_copy(update=changes)
    answers = answers_of(intake, REAL)
    expected: list[frozenset[Answer]] = []
    for size in range(len(answers) + 1):
        for kept in map(frozenset, itertools.combinations(answers, size)):
            if any(clash <= kept for clash in expected):
                continue
            if not possible(lift(intake, [one for one in answers if one not in kept])):
                expected.append(kept)
    clashes, repairs = explain_impossible(REAL, intake, MONDAY, "article")
    found = {frozenset(clash.answers) for clash in clashes}
    assert found == {frozenset(answer.field for answer in clash) for clash in expected}
    assert len(clashes) == len(found) >= number
    assert_true(intake, (clashes, repairs))


def test_several_clashes_are_repaired_together_the_smallest_change_first() -> None:
    changes, _ = SEVERAL["two wishes and an order"]
    _, repairs = explain_impossible(
        REAL, BASE.model_copy(update=changes), MONDAY, "article"
    )  # fmt: skip
    pallof, rdl, lock = "required.pallof_press_band", "required.rdl_dumbbells", "orders[1]"
    assert [set(repair.change) for repair in repairs][:2] == [
        {pallof, rdl, lock},
        {"places.home.band", rdl, lock},
    ]
    assert repairs[0].sentence.startswith("Together: ")


def test_more_clashes_than_are_told_are_repaired_all_the_same() -> None:
    every = ("pallof_press_band", "rdl_dumbbells", "cable_woodchop", "back_extension_45",
             "ab_wheel_kneeling", "reverse_hyperextension")  # fmt: skip
    missing = [name for name in every if name in REAL.exercises]
    locks = tuple(order("lock", name, day="mon", sets=9) for name in ("bird_dog", "dead_bug",
                  "side_plank", "glute_bridge", "front_plank", "superman")
                  if name in REAL.exercises)  # fmt: skip
    assert len(missing) + len(locks) > CLASHES_AT_MOST
    intake = BASE.model_copy(update={"required": tuple(missing), "orders": locks})
    clashes, repairs = explain_impossible(REAL, intake, MONDAY, "article")
    assert len(clashes) == CLASHES_AT_MOST
    assert_true(intake, (clashes, repairs))


def test_minutes_that_are_missing_are_counted_to_the_minute() -> None:
    intake = BASE.model_copy(update={"days": minutes(mon=5)})
    _, repairs = explain_impossible(REAL, intake, MONDAY, "article")
    needed = next(r.change["days.mon.minutes"] for r in repairs if "days.mon.minutes" in r.change)
    assert isinstance(needed, int)
    assert possible(BASE.model_copy(update={"days": minutes(mon=needed)}))
    assert not possible(BASE.model_copy(update={"days": minutes(mon=needed - 1)}))


def test_limits_of_the_product_are_named() -> None:
    clashes, _ = explained(2)
    (clash,) = clashes
    assert any("rest day" in limit for limit in clash.limits)


def test_a_repair_that_brings_a_dropped_balance_back_has_to_keep_it() -> None:
    # Without the wall no lumbar exercise is left and the balance is dropped. With it the balance
    # holds again, and seven minutes are enough for one side only.
    intake = BASE.model_copy(
        update={
            "screening": NO_FLOOR,
            "places": {"home": {}},
            "banned": ("bird_dog_standing",),
            "required": ("wall_plank",),
            "days": minutes(mon=7),
        }
    )
    with_wall = intake.model_copy(update={"places": {"home": {"wall": 1}}})
    assert build(REAL, intake, MONDAY).problem.balance == "dropped"
    assert is_possible(build(REAL, with_wall, MONDAY, "dropped").problem)
    assert not possible(with_wall)
    _, repairs = explain_impossible(REAL, intake, MONDAY, "article")
    assert repairs
    for repair in repairs:
        assert set(repair.change) != {"places.home.wall"}
        assert possible(made(intake, steps_of(intake, repair))), repair.sentence


def test_changes_of_different_fields_do_not_disturb_each_other() -> None:
    intake = BASE.model_copy(
        update={
            "sessions": SessionsAWeek(at_least=2, at_most=3),
            "rest_days_between_hard_lumbar": 3,
            "banned": ("dead_bug", "crunch"),
            "required": ("bird_dog",),
            "orders": (order("forbid", "side_plank"), order("cap", "bird_dog", sets=1)),
        }
    )
    first = [change[0] for answer in answers_of(intake, REAL) for change in answer.changes]
    assert len({step.field for step in first}) == len(first)
    for one, other in itertools.combinations(first, 2):
        assert made(intake, [one, other]) == made(intake, [other, one])
    everything = made(intake, first)
    assert everything.sessions == SessionsAWeek(at_least=1, at_most=4)
    assert (everything.banned, everything.required, everything.orders) == ((), (), ())


def test_a_change_further_on_is_larger() -> None:
    for answer in answers_of(BASE, REAL):
        for change in answer.changes:
            sizes = [step.size for step in change]
            assert sizes == sorted(set(sizes))
            assert sizes[0] > 0
            assert len({step.field for step in change}) == 1


CHANGEABLE = ("orders[", "banned.", "required.", "days", "places.", "sessions.",
              "exercises_per_session", "rest_days_between_hard_lumbar")  # fmt: skip
IMPOSSIBLE: dict[str, Mode] = {
    entry["name"]: entry["balance"]
    for entry in yaml.safe_load(INDEX.read_text(encoding="utf-8"))
    if not entry["possible"]
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_is_said_of_the_reference_set_is_true_and_relaxes_no_verdict(name: str) -> None:
    intake = read_intake(FOLDER / f"{name}.yaml", REAL)
    said = explain_impossible(REAL, intake, WEEK, IMPOSSIBLE[name])
    assert_true(intake, said, WEEK, IMPOSSIBLE[name])
    clashes, repairs = said
    blamed = [field for clash in clashes for field in clash.answers]
    offered = [field for repair in repairs for field in repair.change]
    assert all(field.startswith(CHANGEABLE) for field in (*blamed, *offered))
    before = build(REAL, intake, WEEK, IMPOSSIBLE[name])
    for repair in repairs:
        changed = made(intake, steps_of(intake, repair))
        assert changed.screening == intake.screening
        assert changed.clearances == intake.clearances
        after = {j.exercise.id: j for j in judge_all(REAL, changed, before.active)}
        for judgement in before.judgements:
            if judgement.cause in ("clinical", "level"):
                assert after[judgement.exercise.id].cause == judgement.cause


def test_the_reference_set_has_impossible_weeks_of_people_with_conditions() -> None:
    held = [read_intake(FOLDER / f"{name}.yaml", REAL).screening.conditions for name in IMPOSSIBLE]
    assert sum(map(bool, held)) >= 3


@st.composite
def combined(draw: st.DrawFn) -> Intake:
    """Return answers that have several causes at once; of days and numbers the last one counts."""
    numbers = draw(st.sets(st.sampled_from(range(len(CAUSES))), min_size=2, max_size=3))
    changes: dict[str, Any] = {}
    for number in sorted(numbers):
        for field, value in CAUSES[number].changes.items():
            if isinstance(value, tuple):
                value = (*changes.get(field, ()), *value)
                value = tuple(dict.fromkeys(value)) if field != "orders" else value
            changes[field] = value
    return BASE.model_copy(update=changes)


@given(combined())
@settings(max_examples=6, deadline=None)
def test_what_is_said_of_several_causes_at_once_is_true(intake: Intake) -> None:
    assume(not list(check(intake, REAL)))
    assume(not possible(intake))
    assert_true(intake, explain_impossible(REAL, intake, MONDAY, "article"))


@given(st.integers(0, 30), st.sets(st.integers(0, 29)), st.integers(0, 3))
def test_the_smallest_part_is_irreducible_and_prefers_the_first(
    number: int, needed: set[int], spare: int
) -> None:
    assume(needed <= set(range(number)) and (needed or spare < number))

    def enough(parts: Sequence[int]) -> bool:
        return needed <= set(parts) and len(parts) >= min(number, len(needed) + spare)

    found = smallest(range(number), enough)
    assert enough(found)
    assert not any(enough([other for other in found if other != one]) for one in found)
    others = [one for one in range(number) if one not in needed]
    assert found == tuple(sorted({*needed, *others[: len(found) - len(needed)]}))


def test_a_person_for_whom_nothing_is_left_is_referred_and_not_called_impossible() -> None:
    every = tuple(REAL.positions)
    screening = BASE.screening.model_copy(update={"cannot": every})
    plan = recommend(REAL, BASE.model_copy(update={"screening": screening}), Request(MONDAY))
    assert plan.status == "referred"
    assert plan.days == ()
    assert plan.screening.flags[0].id == "nothing_left"


def test_a_verdict_beats_a_required_exercise_aloud() -> None:
    intake = BASE.model_copy(update={"required": ("superman", "conventional_deadlift")})
    plan = recommend(REAL, intake, Request(MONDAY))
    assert plan.status in ("optimal", "impossible")
    name = REAL.exercises["conventional_deadlift"].name
    assert any(name in warning for warning in plan.warnings)


def test_an_order_that_has_ended_is_dropped_aloud() -> None:
    ended = order("require", "bird_dog", day="tue", until=date(2026, 11, 29))
    plan = recommend(REAL, BASE.model_copy(update={"orders": (ended,)}), Request(MONDAY))
    assert plan.status == "optimal"
    (told,) = plan.orders
    assert (told.in_force, told.note) == (False, "It ended on 2026-11-29.")


def test_the_base_of_these_cases_has_a_week() -> None:
    assert possible(BASE)
