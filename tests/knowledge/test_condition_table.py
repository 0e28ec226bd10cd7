"""Every row of the matrix against a physiotherapist's table, and what holds for all rows.

The table says for each condition what must be out, what must be modified and what must stay. It
was written from the sources before the rules were read; where the two differ, one is wrong.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

import pytest
from pydantic import Field, model_validator

from knowledge import BadInput, Condition, Rule, Verdict
from knowledge.reading import parse, read_text, validate_part
from knowledge.schema._base import Identifier, Noun, Sentence
from knowledge.schema.condition import VERDICTS, Window
from recommender.conditions import ActiveCondition, active_conditions
from recommender.eligibility import Judgement, judge_all
from recommender.supply import SOME_MONDAY, person
from tests.strategies import REAL

FILE = Path(__file__).with_name("condition_table.yaml")
Judgements = Mapping[str, Judgement]
Plan = Literal["allow", "clearance", "clinician", "exclude"]


class Row(Noun):
    """What is expected of one condition; an exercise stands in one list only.

    `plan` is the verdict on the plan as a whole; `clinician` is a clearance that no tick opens.
    """

    why: Sentence
    plan: Plan = "allow"
    out: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    modified: tuple[Identifier, ...] = ()
    stays: tuple[Identifier, ...] = ()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        names = (*self.out, *self.modified, *self.stays)
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"{sorted(twice)} stands twice")
        if self.plan == "exclude" and (self.modified or self.stays):
            raise ValueError("without a plan there is nothing but out")
        if self.plan != "exclude" and not self.stays:
            raise ValueError("stays names at least one exercise")
        return self

    def moved(self, name: str, to: str) -> "Row":
        """Return the row with an exercise in another list, which may leave one empty."""
        lists = {
            key: tuple(one for one in getattr(self, key) if one != name)
            for key in ("out", "modified", "stays")
        }
        return self.model_copy(update=lists | {to: (*lists[to], name)})


def read_table(text: str) -> dict[str, Row]:
    """Return the rows by condition; raise `BadInput` for an unknown key or an empty list."""
    document = parse(text, FILE.name)
    return {
        name: validate_part(Row, document, part, (name,)) for name, part in document.data.items()
    }


TABLE = read_table(read_text(FILE))


# One row alone, without softenings and ticks; and the person who has it, with all siblings.


@cache
def alone(name: str) -> Judgements:
    """Return every judgement with this row and those that always hold with it, on both sides."""
    condition = REAL.conditions[name]
    always = [one for one in REAL.conditions.values() if _always_with(one, condition)]
    side: Literal["both"] | None = "both" if condition.sided else None
    rows = (ActiveCondition(one, None, None, side) for one in (condition, *always))
    return _judged(name, tuple(rows))


def _always_with(other: Condition, condition: Condition) -> bool:
    """Whether another row of the same answer holds at any time and whatever the detail."""
    same = other.answer is not None and other.answer == condition.answer
    return same and other is not condition and other.window is None and not other.if_detail


@cache
def untouched(name: str) -> Judgements:
    """Return every judgement for the same person with no row at all."""
    return _judged(name, ())


@cache
def rows_of_person(name: str) -> tuple[ActiveCondition, ...]:
    """Return the rows of somebody who has this one, siblings included, without a tick."""
    intake = person(REAL, REAL.conditions[name], "advanced")
    return active_conditions(REAL, intake.model_copy(update={"clearances": ()}), SOME_MONDAY)


def _judged(name: str, active: tuple[ActiveCondition, ...]) -> Judgements:
    intake = person(REAL, REAL.conditions[name], "advanced")
    return {one.exercise.id: one for one in judge_all(REAL, intake, active)}


def broken(name: str, row: Row) -> Iterator[str]:
    """Yield a sentence for every expectation on a condition that the rules do not keep."""
    judged, before = alone(name), untouched(name)
    plan = plan_of(REAL.conditions[name])
    if plan != row.plan:
        yield f"the plan is {plan}, not {row.plan}"
    for exercise in row.out:
        if judged[exercise].cause != "clinical":
            yield f"{exercise} is {spelled(judged[exercise])}, not out"
    for exercise in row.modified:
        one = judged[exercise]
        if one.cause is not None or one.verdict != "modify" or not changes(one, before[exercise]):
            yield f"{exercise} is {spelled(one)}, not modified"
    for exercise in row.stays:
        one = judged[exercise]
        lowered = one.dose != before[exercise].dose and not all_modified(one, judged)
        if one.cause is not None or lowered:
            yield f"{exercise} is {spelled(one)}, and does not stay as it is"


def plan_of(condition: Condition) -> Plan:
    """Return the verdict on the plan, and who opens it."""
    plan = condition.plan
    return "clinician" if plan.verdict == "clearance" and not plan.self_clearance else plan.verdict


def spelled(one: Judgement) -> str:
    """Return the verdict and the rules behind it."""
    cells = ", ".join(f"{cell.demand} {cell.verdict}" for cell in one.cells)
    return f"{one.verdict}{f' by {one.rule}' if one.rule else ''} ({cells})"


def changes(one: Judgement, before: Judgement) -> bool:
    """Whether a row lowers the dose or prints something that nobody else gets."""
    return (one.dose, one.cautions, one.cues) != (before.dose, before.cautions, before.cues)


def all_modified(one: Judgement, judged: Judgements) -> bool:
    """Whether nothing of the same side and block is plainly allowed."""
    kind = (one.exercise.side, one.exercise.block)
    peers = (peer for peer in judged.values() if (peer.exercise.side, peer.exercise.block) == kind)
    return all(peer.verdict != "allow" for peer in peers)


def test_every_condition_has_a_row_and_no_row_is_unknown() -> None:
    assert sorted(TABLE) == sorted(REAL.conditions)


@pytest.mark.parametrize("name", TABLE)
def test_every_exercise_of_a_row_is_known_and_open_to_somebody_without_it(name: str) -> None:
    row = TABLE[name]
    before = untouched(name)
    names = (*row.out, *row.modified, *row.stays)
    assert [one for one in names if one not in before or before[one].cause is not None] == []


@pytest.mark.parametrize("name", TABLE)
def test_something_modified_is_named_where_there_is_something(name: str) -> None:
    row = TABLE[name]
    if row.plan != "exclude" and not row.modified:
        found = [
            one for one in alone(name).values() if (one.cause, one.verdict) == (None, "modify")
        ]
        assert [one.exercise.id for one in found] == []


@pytest.mark.parametrize("name", TABLE)
def test_the_row_does_what_the_physiotherapist_expects(name: str) -> None:
    assert list(broken(name, TABLE[name])) == []


@pytest.mark.parametrize("name", TABLE)
def test_the_person_with_its_siblings_is_treated_no_milder(name: str) -> None:
    """Where no sibling refuses the plan, the person may also do what the row leaves."""
    row, active = TABLE[name], rows_of_person(name)
    judged = _judged(name, active)
    assert name in {one.condition.id for one in active}
    assert [one for one in row.out if judged[one].cause != "clinical"] == []
    if all(one.condition.plan.verdict != "exclude" for one in active):
        left = (*row.modified, *row.stays)
        assert [one for one in left if judged[one].cause is not None] == []


@pytest.mark.parametrize("name", TABLE)
def test_an_expectation_that_is_kept_is_broken_in_another_list(name: str) -> None:
    """What stays with a caution is also modified; nothing else can stand in two lists."""
    row, judged = TABLE[name], alone(name)
    flips = [(one, to) for one in row.out for to in ("modified", "stays")]
    flips += [(one, "out") for one in (*row.modified, *row.stays)]
    flips += [(one, "modified") for one in row.stays if judged[one].verdict == "allow"]
    kept = [(one, to) for one, to in flips if not reported(name, row, one)]
    assert [(one, to) for one, to in kept if not reported(name, row.moved(one, to), one)] == []


def reported(name: str, row: Row, exercise: str) -> bool:
    """Whether one of the broken expectations is about the exercise."""
    return any(sentence.startswith(f"{exercise} is ") for sentence in broken(name, row))


@pytest.mark.parametrize("plan", get_args(Plan))
def test_another_plan_is_reported(plan: Plan) -> None:
    for name, row in TABLE.items():
        said = list(broken(name, row.model_copy(update={"plan": plan})))
        assert any(one.startswith("the plan ") for one in said) == (
            plan != plan_of(REAL.conditions[name])
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("knee_pain: {why: Pain., out: [], modified: [bird_dog], stays: [adim]}", "at least 1"),
        ("knee_pain: {why: Pain., out: [step_up], modified: [bird_dog]}", "at least one"),
        ("knee_pain: {why: Pain., out: [adim], modified: [adim], stays: [crunch]}", "twice"),
        ("knee_pain: {why: Pain., plan: exclude, out: [adim], stays: [crunch]}", "nothing but out"),
        ("knee_pain: {why: Pain., plan: modify, out: [adim]}", "not one of"),
        ("knee_pain: {why: Pain., outt: [adim]}", "not a known key"),
        ("knee_pain: {out: [adim]}", "missing"),
        ("knee_pain: {why: Pain., out: adim}", "a list"),
        ("knee_pain: {why: Pain., out: [adim]}\nknee_pain: {why: Pain., out: [adim]}", "twice"),
    ],
)
def test_the_table_is_read_strictly(text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_table(text)


# What holds for every row of the matrix. Each invariant has a way to break it.

VALSALVA_ALLOWED = frozenset(
    {"hip_replacement_anterior", "hip_replacement_lateral", "hip_replacement_posterior"}
)
"""Rows that only add the approach of a hip operation; another hip row always holds with them."""

OPENED_BY_NO_TICK = frozenset(
    {
        "abdominal_surgery",
        "caesarean",
        "eye_surgery_or_retinopathy",
        "heart_attack_or_surgery",
        "hip_replacement",
        "knee_replacement",
        "rib_fracture",
        "spinal_fusion",
        "spinal_surgery",
        "vertebral_fracture",
    }
)
"""Answers about an operation or a broken bone: their clearance cells are a clinician's."""

Faults = Iterator[str]


def every_demand_is_written(condition: Condition) -> Faults:
    yield from sorted(set(REAL.demands) ^ set(condition.cells))


def spinal_load_very_high_is_excluded(condition: Condition) -> Faults:
    verdict = condition.cells["spinal_load_very_high"].verdict
    if verdict != "exclude":
        yield verdict


def valsalva_is_not_allowed(condition: Condition) -> Faults:
    verdict = condition.cells["valsalva"].verdict
    if verdict == "allow" and condition.id not in VALSALVA_ALLOWED:
        yield verdict


ORDERED = (
    ("isometric_short", "isometric_long"),
    ("load_moderate", "load_heavy"),
    ("single_leg_balance", "unsupported_balance"),
)
"""Of each pair the first is never judged more harshly than the second."""


def _in_order(milder: str, harsher: str) -> Callable[[Condition], Faults]:
    def order(condition: Condition) -> Faults:
        one, other = condition.cells[milder].verdict, condition.cells[harsher].verdict
        if VERDICTS.index(one) > VERDICTS.index(other):
            yield f"{milder} {one}, {harsher} {other}"

    return order


def what_is_not_plain_has_a_caution(condition: Condition) -> Faults:
    for rule in condition.rules:
        if rule.verdict in ("modify", "clearance") and not rule.caution:
            yield ", ".join(rule.demands)


def no_tick_opens_an_operation_or_a_fracture(condition: Condition) -> Faults:
    for demand, rule in condition.cells.items():
        opens = rule.verdict == "clearance" and rule.self_clearance
        if condition.answer in OPENED_BY_NO_TICK and opens:
            yield demand


INVARIANTS: dict[str, Callable[[Condition], Faults]] = {
    "every demand is written": every_demand_is_written,
    "spinal_load_very_high is excluded": spinal_load_very_high_is_excluded,
    "valsalva is not allowed": valsalva_is_not_allowed,
    **{f"{one} is never stricter than {other}": _in_order(one, other) for one, other in ORDERED},
    "what is not plain has a caution": what_is_not_plain_has_a_caution,
    "no tick opens an operation or a fracture": no_tick_opens_an_operation_or_a_fracture,
}


@pytest.mark.parametrize("invariant", INVARIANTS)
@pytest.mark.parametrize("name", REAL.conditions)
def test_invariant(name: str, invariant: str) -> None:
    assert list(INVARIANTS[invariant](REAL.conditions[name])) == []


def with_cell(condition: Condition, demand: str, rule: Rule | None) -> Condition:
    """Return the condition with another rule on one demand, or with none."""
    others = [
        one.model_copy(update={"demands": tuple(d for d in one.demands if d != demand)})
        for one in condition.rules
    ]
    rules = (*(one for one in others if one.demands), *((rule,) if rule else ()))
    kept = {key: getattr(condition, key) for key in Condition.model_fields}
    return Condition.model_construct(**kept | {"rules": rules})


def a_rule(demand: str, verdict: Verdict, caution: str | None = None) -> Rule:
    """Return a rule; without a caution it is one that no file could have."""
    rule = Rule(
        demands=(demand,), verdict="allow", reason="Why.", sources=("a_source",), verified=False
    )
    return rule.model_copy(update={"verdict": verdict, "caution": caution})


BREAKERS: dict[str, tuple[str, Verdict | None]] = {
    "every demand is written": ("hip_hinge", None),
    "spinal_load_very_high is excluded": ("spinal_load_very_high", "clearance"),
    "valsalva is not allowed": ("valsalva", "allow"),
    **{f"{one} is never stricter than {other}": (one, "exclude") for one, other in ORDERED},
    "what is not plain has a caution": ("seated", "modify"),
    "no tick opens an operation or a fracture": ("seated", "clearance"),
}


@pytest.mark.parametrize("invariant", INVARIANTS)
@pytest.mark.parametrize("name", ["spinal_surgery_later", "vertebral_fracture_later"])
def test_every_invariant_can_fail(name: str, invariant: str) -> None:
    condition = REAL.conditions[name]
    for one in (demand for pair in ORDERED for demand in pair):
        condition = with_cell(condition, one, a_rule(one, "modify", "Slowly."))
    assert list(INVARIANTS[invariant](condition)) == []
    demand, verdict = BREAKERS[invariant]
    flaw = a_rule(demand, verdict) if verdict else None
    assert list(INVARIANTS[invariant](with_cell(condition, demand, flaw))) != []


def test_the_list_of_valsalva_is_no_longer_than_needed() -> None:
    allowed = {
        one.id for one in REAL.conditions.values() if one.cells["valsalva"].verdict == "allow"
    }
    assert allowed == VALSALVA_ALLOWED


def test_another_hip_row_always_holds_with_an_approach() -> None:
    hips = [one for one in REAL.answers["hip_replacement"] if not one.if_detail]
    windows = sorted(filter(None, (one.window for one in hips)), key=_from_day)
    assert len(windows) == len(hips)
    assert windows[0].from_day == 0
    assert [one.until_day for one in windows] == [*(one.from_day for one in windows[1:]), None]


def _from_day(window: Window) -> int:
    return window.from_day


def test_every_operation_is_opened_by_no_tick() -> None:
    """The answers that are dated by an operation, and those that name a break."""
    named = {
        answer
        for answer, rows in REAL.answers.items()
        if "surgery" in answer
        or "fracture" in answer
        or any(one.window and one.window.dated_by == "surgery_date" for one in rows)
    }
    assert named == OPENED_BY_NO_TICK
