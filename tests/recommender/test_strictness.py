"""One rule more never means more: details, sides, conditions, years, equipment, time."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import Condition, Intake, Knowledge, Level
from knowledge.schema.exercise import LEVELS
from knowledge.schema.intake import WEEKDAYS
from recommender.build import build
from recommender.cells import Cells
from recommender.conditions import active_conditions
from recommender.doses import demands_of
from recommender.eligibility import Judgement, judge_all
from recommender.screening import screen
from recommender.supply import TRAINING_AGES, answer_for
from tests.recommender.people import (
    ASKED,
    CONDITIONS,
    GYM,
    active_ids,
    asked,
    assert_no_more_allowed,
    assert_no_more_of_a_week,
    assert_no_more_than_the_level,
    assert_valid,
    by_id,
    flags_of,
    judged,
    name_of,
    with_condition,
    word,
)
from tests.strategies import CLINICIANS, MONDAY, REAL, can_be_added, held_answers, intakes

# Second questions and sides

DETAILED = sorted(answer for answer, rows in REAL.answers.items() if rows[0].detail is not None)
SIDED = sorted(answer for answer, rows in REAL.answers.items() if rows[0].sided)


def phases(answer: str) -> Iterator[dict[str, Any]]:
    """Yield the answer as it stands in each of its phases."""
    for row in REAL.answers[answer]:
        yield answer_for(REAL, row)


@pytest.mark.parametrize("spoken", [False, True], ids=["silent", "with words"])
@pytest.mark.parametrize("answer", DETAILED)
def test_not_knowing_the_detail_is_at_least_as_strict_as_each_detail(
    answer: str, spoken: bool
) -> None:
    detail = REAL.answers[answer][0].detail
    assert detail is not None
    assert "unknown" in detail.options
    words = [word(answer)] if spoken else []
    for one in phases(answer):
        unknown = asked(one | {"detail": "unknown"}, clearances=words, pieces=GYM)
        strictest = build(REAL, unknown, MONDAY)
        for option in detail.options:
            known = asked(one | {"detail": option}, clearances=words, pieces=GYM)
            assert_valid(known)
            assert set(active_ids(known)) <= set(active_ids(unknown)), option
            assert set(flags_of(known)) <= set(flags_of(unknown)), option
            assert_no_more_of_a_week(build(REAL, known, MONDAY), strictest)


@pytest.mark.parametrize("answer", DETAILED)
def test_each_detail_that_is_asked_for_matters(answer: str) -> None:
    """No two options but `unknown` and the strictest one mean the same in all phases."""
    detail = REAL.answers[answer][0].detail
    assert detail is not None
    meanings = {
        option: frozenset(
            row.id for row in REAL.answers[answer] if not row.if_detail or option in row.if_detail
        )
        for option in detail.options
    }
    assert len(set(meanings.values())) > 1


@pytest.mark.parametrize("answer", SIDED)
def test_one_side_is_at_most_as_strict_as_both_and_an_unknown_side_means_both(
    answer: str,
) -> None:
    for one in phases(answer):
        sided = {
            side: build(REAL, asked(one | {"affected_side": side}, pieces=GYM), MONDAY)
            for side in ("left", "right", "both", None)
        }
        both = sided["both"]
        assert both.judgements == sided[None].judgements
        assert both.problem.candidates == sided[None].problem.candidates
        for side in ("left", "right"):
            assert_no_more_of_a_week(sided[side], both)


@pytest.mark.parametrize("answer", SIDED)
def test_the_sides_stand_in_the_cautions_and_never_the_braces(answer: str) -> None:
    for side, other in (("left", "right"), ("right", "left")):
        for one in phases(answer):
            cautions = [
                (cell, caution)
                for cells in Cells.of(
                    REAL,
                    active_conditions(REAL, asked(one | {"affected_side": side}), MONDAY),
                ).by_demand.values()
                for cell in cells
                for caution in cell.cautions
            ]
            for cell, caution in cautions:
                assert "{" not in caution
                if cell.rule.one_sided is not None:
                    assert cell.verdict == "modify"
                    shown = cell.rule.one_sided.caution.format(bad=side, good=other)
                    assert caution == shown


# One rule more, one thing less


@given(intakes(), st.data())
def test_one_more_condition_never_allows_more_and_never_raises_a_dose(
    intake: Intake, data: st.DataObject
) -> None:
    assert_valid(intake)
    present = intake.screening.conditions
    choices = [one for one in ASKED if can_be_added(present, str(one.answer))]
    more = data.draw(held_answers(data.draw(st.sampled_from(choices))))
    both = intake.screening.model_copy(update={"conditions": (*present, more)})
    stricter = intake.model_copy(update={"screening": both})
    clinicians = data.draw(st.sampled_from([frozenset[str](), CLINICIANS]))
    assert_no_more_of_a_week(
        build(REAL, intake, MONDAY, clinicians=clinicians),
        build(REAL, stricter, MONDAY, clinicians=clinicians),
    )
    before, after = (screen(REAL, one, MONDAY, clinicians) for one in (intake, stricter))
    assert {flag.id for flag in before.flags} <= {flag.id for flag in after.flags}


@given(intakes(), st.data())
def test_one_year_or_one_point_more_never_allows_more(intake: Intake, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(REAL.scores)))
    low, high = sorted(
        data.draw(st.integers(REAL.scores[name].at_least, REAL.scores[name].at_most))
        for _ in range(2)
    )
    years = data.draw(st.integers(intake.screening.age, 110))
    before = intake.model_copy(update={"scores": intake.scores | {name: low}})
    after = intake.model_copy(
        update={
            "scores": intake.scores | {name: high},
            "screening": intake.screening.model_copy(update={"age": years}),
        }
    )
    assert_no_more_of_a_week(build(REAL, before, MONDAY), build(REAL, after, MONDAY))


@given(intakes(), st.data())
def test_less_equipment_never_adds_a_candidate(intake: Intake, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(sorted(intake.places)))
    stock = dict(intake.places[place])
    if not stock:
        return
    piece = data.draw(st.sampled_from(sorted(stock)))
    fewer = data.draw(st.integers(0, stock[piece] - 1))
    less = {**stock, piece: fewer} if fewer else {k: v for k, v in stock.items() if k != piece}
    poorer = intake.model_copy(update={"places": intake.places | {place: less}})
    before, after = build(REAL, intake, MONDAY), build(REAL, poorer, MONDAY)
    assert before.judgements == after.judgements
    assert_no_more_of_a_week(before, after)


@given(intakes(), st.data())
def test_one_day_less_or_a_shorter_one_never_adds_a_candidate(
    intake: Intake, data: st.DataObject
) -> None:
    day = data.draw(st.sampled_from(sorted(intake.days)))
    days = {one: answer for one, answer in intake.days.items() if one != day}
    if data.draw(st.booleans()) or not days:
        minutes = data.draw(st.integers(5, intake.days[day].minutes))
        days[day] = intake.days[day].model_copy(update={"minutes": minutes})
    shorter = intake.model_copy(update={"days": {d: days[d] for d in WEEKDAYS if d in days}})
    assert_no_more_of_a_week(build(REAL, intake, MONDAY), build(REAL, shorter, MONDAY))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("condition", CONDITIONS, ids=name_of)
def test_rules_only_ever_lower_the_dose_of_the_level(condition: Condition, level: Level) -> None:
    """With and without a doctor's word; a shortened hold is repeated, for no more in all."""
    held_ones = with_condition(condition).screening.conditions
    for words in ([], [word(one.id) for one in held_ones]):
        intake = with_condition(condition, training_age=TRAINING_AGES[level], clearances=words)
        for judgement in judged(intake).values():
            assert_no_more_than_the_level(judgement, level)


LOWERED = ("isometric_long", "load_moderate", "load_heavy")
"""Demands that come from the dose, and go when another rule lowers it."""


@cache
def with_changing_demands() -> Knowledge:
    """Return the knowledge base with those exercises alone on which two rules can interact."""
    interesting = {}
    for name, exercise in REAL.exercises.items():
        dose = exercise.dose.at("advanced")
        if dose is not None and demands_of(REAL, exercise, dose).intersection(LOWERED):
            interesting[name] = exercise
    return REAL.model_copy(update={"exercises": interesting})


@cache
def with_rows(*names: str) -> dict[str, Judgement]:
    """Return the judgements of somebody with these conditions, and with a word for each."""
    rows = [REAL.conditions[name] for name in names]
    answers = [answer_for(REAL, row) for row in rows if row.answer]
    scores = [row.from_score for row in rows if row.from_score]
    intake = asked(
        *answers,
        age=max([40, *(row.from_age or 0 for row in rows)]),
        scores={one.score: one.at_least for one in scores},
        clearances=[word(str(one["id"])) for one in answers],
        training_age="over_24_months",
        technique_cleared=tuple(REAL.techniques),
        pieces=GYM,
    )
    active = active_conditions(REAL, intake, MONDAY)
    return by_id(judge_all(with_changing_demands(), intake, active))


@pytest.mark.parametrize("first", CONDITIONS, ids=name_of)
def test_no_second_condition_undoes_a_verdict_of_the_first(first: Condition) -> None:
    """Every pair, with a word for each, at the level with the highest doses."""
    for second in CONDITIONS[CONDITIONS.index(first) + 1 :]:
        if second.answer is None or second.answer != first.answer:
            both = with_rows(first.id, second.id)
            assert_no_more_allowed(with_rows(first.id), both)
            assert_no_more_allowed(with_rows(second.id), both)
