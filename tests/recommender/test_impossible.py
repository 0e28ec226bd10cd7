"""Impossible weeks: the clash is irreducible, and every repair was and is possible."""

from dataclasses import dataclass
from datetime import date
from functools import reduce

import pytest

from knowledge import Intake
from knowledge.schema.intake import DayAnswer, Order, SessionsAWeek
from recommender.answers import Answer, answers_of
from recommender.build import build
from recommender.impossible import explain_impossible
from recommender.recommend import Request, recommend
from recommender.solve import is_possible
from tests.strategies import MONDAY, REAL

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
    return Order.model_validate(
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


def possible(intake: Intake) -> bool:
    return is_possible(build(REAL, intake, MONDAY).problem)


def lift(intake: Intake, answers: list[Answer]) -> Intake:
    return reduce(lambda one, answer: answer.lift(one), answers, intake)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.name)
def test_the_clash_is_named_is_irreducible_and_can_be_repaired(cause: Cause) -> None:
    intake = BASE.model_copy(update=cause.changes)
    assert not possible(intake)
    clashes, repairs = explain_impossible(REAL, intake, MONDAY, "article")
    (clash,) = clashes
    assert cause.blamed in clash.answers
    assert clash.sentence
    answers = answers_of(intake, REAL)
    core = [answer for answer in answers if answer.field in clash.answers]
    others = [answer for answer in answers if answer.field not in clash.answers]
    assert not possible(lift(intake, others))
    for answer in core:
        assert possible(lift(intake, [*others, answer])), f"{answer.field} is not needed"
    assert repairs
    assert all(repair.verified for repair in repairs)
    assert any(cause.repaired in repair.change for repair in repairs)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.name)
def test_a_repair_that_is_followed_gives_a_checked_week(cause: Cause) -> None:
    intake = BASE.model_copy(update=cause.changes)
    _, repairs = explain_impossible(REAL, intake, MONDAY, "article")
    steps = {
        (step.field, step.value): step
        for answer in answers_of(intake, REAL)
        for step in answer.steps
    }
    for repair in repairs[:1]:
        changed = intake
        for change in repair.change.items():
            changed = steps[change].edit(changed)
        plan = recommend(REAL, changed, Request(week_start=MONDAY))
        assert plan.status == "optimal"


def test_minutes_that_are_missing_are_counted_to_the_minute() -> None:
    intake = BASE.model_copy(update={"days": minutes(mon=5)})
    _, repairs = explain_impossible(REAL, intake, MONDAY, "article")
    needed = next(r.change["days.mon.minutes"] for r in repairs if "days.mon.minutes" in r.change)
    assert isinstance(needed, int)
    assert possible(BASE.model_copy(update={"days": minutes(mon=needed)}))
    assert not possible(BASE.model_copy(update={"days": minutes(mon=needed - 1)}))


def test_limits_of_the_product_are_named_and_clinical_ones_never_offered() -> None:
    intake = BASE.model_copy(update=CAUSES[2].changes)
    (clash,), repairs = explain_impossible(REAL, intake, MONDAY, "article")
    assert any("rest day" in limit for limit in clash.limits)
    offered = [field for repair in repairs for field in repair.change]
    assert not any(field.startswith(("screening", "clearances", "training")) for field in offered)


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
    assert any("2026-11-29" in warning for warning in plan.warnings)


def test_the_base_of_these_cases_has_a_week() -> None:
    assert possible(BASE)
