"""`explain` gathers what a judgement rests on, and never disagrees with the judgement itself."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from knowledge import Intake, Knowledge, load_knowledge
from recommender.build import build
from recommender.intake import read_intake
from recommender.render.why import render
from recommender.why import FiredRule, Why, explain
from tests.overlays import toe_overlay
from tests.solved import EXAMPLE_NAMES, EXAMPLES
from tests.strategies import CLINICIANS, MONDAY, REAL

YESTERDAY = MONDAY - timedelta(days=1)
ANSWERS: dict[str, Any] = {
    "answered_on": YESTERDAY,
    "screening": {
        "age": 40,
        "red_flags": (),
        "conditions": (),
        "other_condition": False,
        "cannot": (),
    },
    "places": {"home": {"mat": 1, "wall": 1}},
    "days": {"mon": {"minutes": 60}},
}


@pytest.fixture(scope="module")
def toes(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    folder = toe_overlay(tmp_path_factory.mktemp("toes") / "overlay")
    return load_knowledge(overlays=[folder], cached=False)


def _person(days_since: int | None = None, side: str = "both", **answers: Any) -> Intake:
    """Return somebody in good health, or whose toe was operated on so many days ago."""
    screening = {**ANSWERS["screening"], **answers.pop("screening", {})}
    if days_since is not None:
        day = MONDAY - timedelta(days=days_since)
        screening["conditions"] = ({"id": "sore_toe", "date": day, "affected_side": side},)
    return Intake.model_validate({**ANSWERS, **answers, "screening": screening})


def _why(
    toes: Knowledge, name: str, intake: Intake, clinicians: frozenset[str] = frozenset()
) -> Why:
    return explain(toes, intake, toes.exercises[name], MONDAY, clinicians)


def _rule(why: Why, demand: str) -> FiredRule:
    (rule,) = [one for one in why.rules if one.demand == demand]
    return rule


def test_an_exercise_without_any_rule_is_allowed_and_says_so(toes: Knowledge) -> None:
    why = _why(toes, "toe_hold", _person())
    assert (why.phases, why.rules, why.adjustments, why.hindrances) == ((), (), (), ())
    assert why.judgement.cause is None
    assert why.usual == why.dose
    text = render(why)
    assert "None: no rule of a condition acts on it." in text
    assert text.endswith("Verdict: allow; no rule acts on it.\n")


def test_every_rule_that_fired_stands_there_with_reason_limits_and_sources(toes: Knowledge) -> None:
    why = _why(toes, "toe_push", _person(10))
    rule = _rule(why, "trains_abdomen")
    assert (rule.condition, rule.written, rule.verdict, rule.eased) == (
        "toe_new", "modify", "modify", ()
    )  # fmt: skip
    assert rule.reason == "The toe pushes along."
    assert rule.caps.max_effort == 5
    assert rule.cautions == ("Push gently.",)
    assert [one.id for one in rule.sources] == ["article", "author_judgement"]
    assert not rule.verified
    assert why.cues == (
        toes.dosing.cap_cues.exhale_on_effort,
        toes.dosing.cap_cues.hours_since_meal.format(hours=2),
    )


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_one_sided_rule_shows_what_it_was(toes: Knowledge, side: str) -> None:
    rule = _rule(_why(toes, "toe_hold", _person(10, side)), "neural_tension")
    assert (rule.written, rule.eased) == ("exclude", (("modify", "one_sided"),))
    other = "right" if side == "left" else "left"
    assert rule.cautions == (f"Mind the {side} toe, stand on the {other} one.",)


def test_with_both_sides_it_stays_what_it_was(toes: Knowledge) -> None:
    why = _why(toes, "toe_hold", _person(10, "both"))
    rule = _rule(why, "neural_tension")
    assert (rule.eased, rule.verdict) == ((), "exclude")
    assert why.judgement.rule == "toe_new/neural_tension"
    assert "Verdict: exclude, decided by toe_new/neural_tension." in render(why)


def _decision(demand: str = "neural_tension", by: str = "Pia") -> dict[str, Any]:
    return {
        "condition": "sore_toe",
        "demand": demand,
        "by": by,
        "reason": "Looked at it.",
        "date": YESTERDAY,
        "until": MONDAY + timedelta(days=20),
    }


WORD = {"condition": "sore_toe", "by": "Dr A", "date": YESTERDAY}


@pytest.mark.parametrize(
    ("side", "softened", "cleared"), list(itertools.product(["left", "both"], [0, 1], [0, 1]))
)
def test_the_steps_of_a_verdict_end_where_the_judgement_has_it(
    toes: Knowledge, side: str, softened: int, cleared: int
) -> None:
    intake = _person(
        10, side, softenings=(_decision(),) * softened, clearances=(WORD,) * cleared
    )  # fmt: skip
    why = _why(toes, "toe_hold", intake, CLINICIANS)
    rule = _rule(why, "neural_tension")
    expected: list[tuple[str, str]] = [("modify", "one_sided")] if side == "left" else []
    if side == "both" and softened:
        expected += [("clearance", "softening"), *([("modify", "clearance")] if cleared else [])]
    assert list(rule.eased) == expected
    (cell,) = [one for one in why.judgement.cells if one.demand == "neural_tension"]
    assert rule.verdict == cell.verdict == (expected[-1][0] if expected else "exclude")


def test_a_decision_that_does_not_count_is_noted_only_where_it_is_about_the_exercise(
    toes: Knowledge,
) -> None:
    intake = _person(10, softenings=(_decision(by="Rob"),))
    why = _why(toes, "toe_hold", intake, CLINICIANS)
    (note,) = why.notes
    assert "do not name Rob" in note
    assert _rule(why, "neural_tension").eased == ()
    assert _why(toes, "toe_push", intake, CLINICIANS).notes == ()


def test_a_rule_that_only_a_higher_dose_met_is_kept_as_the_reason_for_the_lower_one(
    toes: Knowledge,
) -> None:
    why = _why(toes, "toe_push", _person(10))
    assert [(rule.demand, rule.outgrown) for rule in why.rules] == [
        ("isometric_long", True),
        ("trains_abdomen", False),
    ]
    assert (why.usual.hold_s, why.dose.hold_s) == (15, 10)
    text = render(why)
    assert "- hold 15 s -> 10 s" in text
    assert "effort 4 ->" not in text  # a cap that does not bind changes nothing
    assert "Verdict: modify, allowed with the limits above." in text


def test_less_effort_shows_what_the_dose_of_the_easier_level_changes(toes: Knowledge) -> None:
    why = _why(toes, "toe_push", _person(10, training_age="6_to_24_months"))
    assert (why.level, why.usual.reps, why.dose.reps) == ("intermediate", 3, 1)
    text = render(why)
    assert "- repetitions 3 -> 1\n" in text
    assert f"- effort 7 -> {why.dose.effort}\n" in text


def test_goal_and_age_stand_with_the_dose(toes: Knowledge) -> None:
    age = {"age": 70}
    why = _why(toes, "toe_reach", _person(screening=age, goal="relieve"))
    assert {one.id for one in why.adjustments} == {
        one.id for one in toes.dosing.adjustments if "strength" in one.kinds
    }
    assert {one.id for one in _why(toes, "toe_reach", _person(screening=age)).adjustments} < {
        one.id for one in why.adjustments
    }
    assert f"- a repetition 3 s -> {why.dose.tempo_s} s" in render(why)
    assert why.dose.tempo_s != 3
    gentle = next(one for one in toes.exercises.values() if one.kind == "breathing")
    assert not explain(toes, _person(screening=age), gentle, MONDAY).adjustments


def test_a_phase_has_its_first_and_last_day_and_the_day_of_change(toes: Knowledge) -> None:
    (phase,) = _why(toes, "toe_push", _person(10, "left")).phases
    begin = MONDAY - timedelta(days=10)
    assert phase.condition.id == "toe_new"
    assert (phase.first_day, phase.last_day) == (begin, begin + timedelta(days=41))
    assert phase.changes_on == begin + timedelta(days=42)
    assert (phase.holds_by, phase.affected_side, phase.clearance) == ("answer", "left", None)


def test_on_the_edge_of_two_phases_both_are_named(toes: Knowledge) -> None:
    phases = _why(toes, "toe_push", _person(40)).phases
    assert [one.condition.id for one in phases] == ["toe_new", "toe_old"]
    assert phases[0].last_day == MONDAY + timedelta(days=1)
    assert (phases[1].first_day, phases[1].last_day) == (MONDAY + timedelta(days=2), None)


def test_a_doctors_word_counts_or_is_said_to_be_old(toes: Knowledge) -> None:
    (phase,) = _why(toes, "toe_push", _person(60, clearances=(WORD,))).phases
    assert phase.clearance is not None
    assert phase.expired is None
    old = {**WORD, "date": MONDAY - timedelta(days=70)}
    why = _why(toes, "toe_push", _person(60, clearances=(old,)))
    assert why.phases[0].clearance is None
    assert why.phases[0].expired is not None
    assert "does not count in this week" in render(why)
    rule = _rule(why, "standing")
    assert (rule.verdict, why.judgement.verdict) == ("clearance", "clearance")
    assert "Limits once a doctor agreed: at most 1 sets." in render(why)


def test_a_condition_of_age_says_that_it_is_one() -> None:
    intake = _person(screening={"age": 80})
    why = explain(REAL, intake, REAL.exercises["bird_dog"], MONDAY)
    by_age = {one.condition.id: one for one in why.phases}["older_adult"]
    assert (by_age.holds_by, by_age.first_day) == ("age", None)
    assert f"From the age of {by_age.condition.from_age} on." in render(why)


def test_everything_beside_the_rules_is_named_and_not_only_the_first(toes: Knowledge) -> None:
    forbid = {
        "kind": "forbid", "exercise": "toe_press", "author": "Bo", "reason": "Not now."
    }  # fmt: skip
    intake = _person(
        10, screening={"cannot": ("standing", "supine")}, banned=("toe_press",), orders=(forbid,)
    )  # fmt: skip
    why = _why(toes, "toe_press", intake)
    assert [(one.cause, one.rule) for one in why.hindrances] == [
        ("clinical", "cannot_standing"),
        ("clinical", "cannot_supine"),
        ("level", "level_advanced"),
        ("level", "technique_deadlift"),
        ("banned", "banned"),
        ("order", "forbid by Bo"),
        ("equipment", "equipment"),
    ]
    assert [rule.demand for rule in why.rules] == ["load_heavy", "trains_abdomen"]
    assert why.judgement.rule == "cannot_standing"
    assert why.wishes == ()  # the order stands among what keeps it out


def test_the_place_can_be_all_that_is_in_the_way(toes: Knowledge) -> None:
    answers: dict[str, Any] = {
        "training_age": "over_24_months",
        "technique_cleared": ("deadlift",),
    }
    why = _why(toes, "toe_press", _person(**answers))
    assert [one.rule for one in why.hindrances] == ["equipment"]
    assert (why.judgement.cause, why.judgement.rule) == ("equipment", "equipment")
    rack = {"gym": {"barbell": 1, "kettlebell": 1}}
    assert _why(toes, "toe_press", _person(**answers, places=rack)).judgement.cause is None


def test_support_is_named_and_both_hands_are_in_its_way(toes: Knowledge) -> None:
    why = _why(toes, "toe_reach", _person(10))
    assert why.support
    assert [one.rule for one in why.hindrances] == ["support"]
    assert "Support: the place must have something steady" in render(why)


def test_wishes_and_orders_say_whether_they_are_in_force(toes: Knowledge) -> None:
    cap = {"kind": "cap", "exercise": "toe_hold", "sets": 1, "author": "Bo", "reason": "Slowly."}
    intake = _person(10, required=("toe_hold",), orders=(cap, {**cap, "exercise": "toe_push"}))
    wishes = [(one.order.kind, one.in_force) for one in _why(toes, "toe_hold", intake).wishes]
    assert wishes == [("require", False), ("cap", False)]  # a rule excludes the exercise
    (wish,) = _why(toes, "toe_push", intake).wishes
    assert (wish.order.author, wish.in_force) == ("Bo", True)
    healthy = intake.model_copy(update={"screening": _person().screening})
    assert all(one.in_force for one in _why(toes, "toe_hold", healthy).wishes)


def test_a_referral_comes_first_and_the_rest_is_still_explained(toes: Knowledge) -> None:
    flag = next(one for one in toes.screening.red_flags if one.urgency == "emergency")
    why = _why(toes, "toe_push", _person(10, screening={"red_flags": (flag.id,)}))
    assert why.screened.outcome == "emergency"
    lines = render(why).splitlines()
    assert lines[3].startswith("No plan now. Emergency")
    assert lines[-2].startswith("Verdict: no plan now, so no exercise.")
    assert why.rules


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_the_examples_are_explained_as_they_are_planned(name: str) -> None:
    intake = read_intake(EXAMPLES / f"{name}.yaml", REAL)
    built = build(REAL, intake, MONDAY)
    candidates = {one.id: one for one in built.problem.candidates}
    excluded = {one.exercise.id: one for one in built.excluded}
    for exercise in REAL.exercises.values():
        why = explain(REAL, intake, exercise, MONDAY)
        text = render(why)
        assert max(map(len, text.splitlines())) <= 80
        if exercise.id in candidates:
            assert why.judgement.cause is None
            assert not why.hindrances
            assert why.dose == candidates[exercise.id].dose
            assert not any(rule.verdict in ("exclude", "clearance") for rule in why.rules
                           if not rule.outgrown)  # fmt: skip
            continue
        assert why.judgement == excluded[exercise.id]
        blocked = {f"{rule.condition}/{rule.demand}" for rule in why.rules
                   if rule.verdict == why.judgement.verdict}  # fmt: skip
        assert why.judgement.rule in blocked | {one.rule for one in why.hindrances}
        assert f"decided by {why.judgement.rule}." in " ".join(text.split())


def test_the_page_is_ascii_for_an_ascii_knowledge_base(toes: Knowledge) -> None:
    assert render(_why(toes, "toe_hold", _person(10))).isascii()
