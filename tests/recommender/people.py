"""People who answered the questionnaire, for the tests of screening, roles and rules."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from knowledge import Condition, Intake, Level
from knowledge.schema.condition import VERDICTS
from knowledge.schema.exercise import LOADS
from knowledge.schema.intake import HeldCondition
from knowledge.schema.screening import Combination, RedFlag
from recommender.build import Built, build
from recommender.conditions import NO_CLINICIANS, active_conditions, dated_window
from recommender.eligibility import Judgement
from recommender.intake import check
from recommender.plan import Plan
from recommender.recommend import Request, recommend
from recommender.screening import screen
from recommender.supply import answer_for
from tests.strategies import MONDAY, REAL

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
ANSWERED = MONDAY - DAY
CONDITIONS = list(REAL.conditions.values())
ASKED = [condition for condition in CONDITIONS if condition.answer is not None]
ADVICE = [flag for flag in REAL.screening.red_flags if flag.urgency == "advice"]
STOPPING = [flag for flag in REAL.screening.red_flags if flag.urgency != "advice"]
DATED = sorted(answer for answer in REAL.answers if dated_window(REAL, answer) is not None)
GYM = REAL.equipment_sets["gym"].pieces
HOME = {"mat": 1, "wall": 1, "chair": 1}


def the(name: str) -> dict[str, Any]:
    """Return the answer that means a condition, or the answer of this name in its mildest form."""
    condition = REAL.conditions.get(name)
    if condition is None:
        weight = {"allow": 0, "clearance": 1, "exclude": 2}
        condition = min(REAL.answers[name], key=lambda one: weight[one.plan.verdict])
    return answer_for(REAL, condition)


def held(*names: str) -> tuple[dict[str, Any], ...]:
    return tuple(the(name) for name in names)


def word(answer: str, given_on: date = ANSWERED) -> dict[str, Any]:
    """Return a doctor's word, as the person reports it."""
    return {"condition": answer, "by": "Dr A", "date": given_on}


def decision(
    condition: str,
    demand: str | None = None,
    by: str = "Pia",
    on: date = ANSWERED,
    until: date = MONDAY + 30 * DAY,
) -> dict[str, Any]:
    """Return what a clinician wrote: one verdict one step milder."""
    return {
        "condition": condition,
        "demand": demand,
        "by": by,
        "reason": "Examined and found stable.",
        "date": on,
        "until": until,
    }


def asked(
    *conditions: dict[str, Any] | HeldCondition,
    age: int = 40,
    red_flags: Sequence[str] = (),
    settled: Sequence[dict[str, Any]] = (),
    other_condition: bool = False,
    clearances: Sequence[dict[str, Any]] = (),
    softenings: Sequence[dict[str, Any]] = (),
    training_age: str = "6_to_24_months",
    answered_on: date = ANSWERED,
    pieces: dict[str, int] | None = None,
    **wishes: Any,
) -> Intake:
    """Return the answers of somebody with a mat, a wall, a chair and two half hours a week."""
    return Intake.model_validate(
        {
            "answered_on": answered_on,
            "screening": {
                "age": age,
                "red_flags": tuple(red_flags),
                "conditions": conditions,
                "other_condition": other_condition,
                "cannot": (),
                "settled": tuple(settled),
            },
            "clearances": tuple(clearances),
            "softenings": tuple(softenings),
            "training_age": training_age,
            "places": {"home": HOME if pieces is None else pieces},
            "days": {"mon": {"minutes": 30}, "thu": {"minutes": 30}},
            **wishes,
        }
    )


def with_condition(condition: Condition, **more: Any) -> Intake:
    """Return the answers of somebody with this condition, by answer, age or score."""
    if condition.from_age is not None:
        return asked(age=condition.from_age, **more)
    if condition.from_score is not None:
        score = condition.from_score
        return asked(scores={score.score: score.at_least}, **more)
    return asked(answer_for(REAL, condition), **more)


def assert_valid(intake: Intake) -> None:
    """Assert that the command would accept these answers."""
    assert not list(check(intake, REAL))


def by_id(judgements: Iterable[Judgement]) -> dict[str, Judgement]:
    return {judgement.exercise.id: judgement for judgement in judgements}


def judged(
    intake: Intake, week_start: date = MONDAY, clinicians: frozenset[str] = NO_CLINICIANS
) -> dict[str, Judgement]:
    return by_id(build(REAL, intake, week_start, clinicians=clinicians).judgements)


def assert_no_more_allowed(before: dict[str, Judgement], after: dict[str, Judgement]) -> None:
    """Assert that every exercise is judged at least as strictly, with no more of anything."""
    assert before.keys() == after.keys()
    for name, was in before.items():
        now = after[name]
        if was.cause is not None:
            assert now.cause is not None, f"{name} was left out: {was.reason}"
        if was.cause in (None, "clinical"):
            worst = max(VERDICTS.index(was.verdict), VERDICTS.index(now.verdict))
            assert VERDICTS[worst] == now.verdict, f"{name}: {was.reason}"
        if was.cause is None and now.cause is None:
            _assert_no_more_dose(was, now)


def _assert_no_more_dose(was: Judgement, now: Judgement) -> None:
    name, one, other = was.exercise.id, was.dose, now.dose
    assert set(was.exercise.cautions) <= set(now.cautions), name
    assert other.sets[0] <= one.sets[0], name
    assert other.sets[1] <= one.sets[1], name
    if other.hold_s is None:
        # A shortened hold is repeated more often, for no more seconds in all.
        assert other.reps * (other.hold_s or 1) <= one.reps * (one.hold_s or 1), name
    else:  # repeated instead; `assert_no_more_than_the_level` bounds the seconds in all
        assert one.hold_s is not None, name
        assert other.hold_s <= one.hold_s, name
    assert (other.tempo_s or 0) >= (one.tempo_s or 0), name
    assert other.effort <= one.effort, name
    assert LOADS.index(other.load) <= LOADS.index(one.load), name
    assert other.rest_s >= one.rest_s, name
    if other.reps > 1:
        assert other.rest_between_reps_s >= one.rest_between_reps_s, name
    assert now.support >= was.support, name
    assert now.hours_since_waking >= was.hours_since_waking, name


def assert_no_more_than_the_level(judgement: Judgement, level: Level) -> None:
    """Assert that what is left of the dose of a level asks no more than that dose."""
    usual = judgement.exercise.dose.at(level)
    if usual is not None:
        one, name = judgement.dose, judgement.exercise.id
        _assert_no_more_dose(replace(judgement, dose=usual), judgement)
        assert one.reps * (one.hold_s or 1) <= usual.reps * (usual.hold_s or 1), name


def assert_no_more_of_a_week(before: Built, after: Built) -> None:
    """Assert the same of the judgements, and no more candidates, sessions and minutes."""
    assert_no_more_allowed(by_id(before.judgements), by_id(after.judgements))
    assert candidates(after) <= candidates(before)
    assert after.problem.sessions_at_most <= before.problem.sessions_at_most
    for was, now in zip(before.problem.days, after.problem.days, strict=True):
        assert now.seconds <= was.seconds


def candidates(built: Built) -> set[str]:
    return {candidate.id for candidate in built.problem.candidates}


def name_of(condition: Condition | RedFlag | Combination) -> str:
    return condition.id


def planned(intake: Intake, week_start: date = MONDAY) -> Plan:
    return recommend(REAL, intake, Request(week_start))


def flags_of(intake: Intake, week_start: date = MONDAY) -> list[str]:
    return [flag.id for flag in screen(REAL, intake, week_start).flags]


def active_ids(intake: Intake, week_start: date = MONDAY) -> list[str]:
    return [one.condition.id for one in active_conditions(REAL, intake, week_start)]


def words_for(intake: Intake) -> list[dict[str, Any]]:
    """Return a fresh word for everything that the person answered."""
    return [word(one.id) for one in intake.screening.conditions]


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


def record(flag: str, on: date) -> dict[str, Any]:
    return {"flag": flag, "by": "Dr A", "date": on, "finding": "Nothing found."}
