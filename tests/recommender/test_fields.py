"""Every field of the questionnaire earns its place: a shipped pair of intakes shows what it does.

The fields are read from the model, so a field without a pair fails here.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from knowledge import Condition, Intake
from knowledge.schema.intake import LABELS, WEEKDAYS
from knowledge.schema.screening import RedFlag
from recommender.build import build
from recommender.conditions import active_conditions
from recommender.eligibility import Judgement
from recommender.intake import check, read_intake
from recommender.recommend import Request, recommend
from recommender.screening import screen
from recommender.supply import answer_for
from tests.strategies import MONDAY, REAL

PAIRS = Path(__file__).parent.parent.parent / "examples" / "pairs"
CLINICIANS = frozenset({"Dr. Ruiz"})
NAMED_PARTS = ("status", "days", "excluded", "warnings")  # the cautions stand inside the days


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield an annotation and everything inside it."""
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _nouns_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the nouns of an annotation; a list of orders has one a kind."""
    return [p for p in _parts(annotation) if isinstance(p, type) and issubclass(p, BaseModel)]


def _leaves(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted path and the annotation of every answer; keys of a mapping are answers."""
    for name, field in model.model_fields.items():
        path = f"{before}{field.alias or name}"
        nouns = _nouns_in(field.annotation)
        if not nouns or get_origin(field.annotation) is dict:
            yield path, field.annotation
        for noun in nouns:
            yield from _leaves(noun, f"{path}.")


def _all_leaves() -> dict[str, Any]:
    """Return every path; one that stands in several nouns takes what any of them takes."""
    found: dict[str, Any] = {}
    for path, annotation in _leaves(Intake):
        found[path] = Union[found[path], annotation] if path in found else annotation  # noqa: UP007
    return found


LEAVES = _all_leaves()
ALIASES = {"from": "since"}
FIELDS = sorted(LEAVES.keys() - LABELS)
DETAILED = [row for row in REAL.conditions.values() if row.if_detail]


def _answers(noun: BaseModel, path: str) -> list[Any]:
    """Return all answers that an intake gives to a field, in the order of the file."""
    name, _, rest = path.partition(".")
    value: Any = getattr(noun, ALIASES.get(name, name), None)  # not every order has every field
    inside = (
        list(value.values())
        if isinstance(value, dict)
        else list(value)
        if isinstance(value, tuple)
        else [value]
    )
    if rest:
        return [answer for one in inside for answer in _answers(one, rest)]
    keyed_nouns = isinstance(value, dict) and any(isinstance(one, BaseModel) for one in inside)
    return list(value) if keyed_nouns else [value]


def _plan(intake: Intake) -> dict[str, Any]:
    request = Request(week_start=intake.week_start or MONDAY, clinicians=CLINICIANS)
    plan = recommend(REAL, intake, request)
    return plan.model_dump(mode="json")


@cache
def _pair(field: str) -> tuple[Intake, Intake]:
    folder = PAIRS / field
    return read_intake(folder / "a.yaml", REAL), read_intake(folder / "b.yaml", REAL)


@cache
def _pair_of_plans(field: str) -> tuple[dict[str, Any], dict[str, Any]]:
    one, other = _pair(field)
    return _plan(one), _plan(other)


def test_the_fields_are_found_in_lists_mappings_and_nested_nouns() -> None:
    assert {"goal", "screening.conditions.date", "days", "days.minutes", "orders.until"} <= set(
        FIELDS
    )
    assert "screening" not in FIELDS
    assert "sessions" not in FIELDS


def test_every_label_is_a_field() -> None:
    assert LEAVES.keys() >= LABELS


def test_there_is_one_folder_for_each_field_and_no_other() -> None:
    assert sorted(folder.name for folder in PAIRS.iterdir()) == FIELDS


@pytest.mark.parametrize("field", FIELDS)
def test_a_pair_differs_in_its_field_and_in_nothing_else(field: str) -> None:
    one, other = _pair(field)
    different = {path for path in LEAVES if _answers(one, path) != _answers(other, path)}
    assert different == {field}


@pytest.mark.parametrize("field", FIELDS)
def test_a_pair_changes_the_plan_in_a_part_that_matters(field: str) -> None:
    one, other = _pair_of_plans(field)
    assert [part for part in NAMED_PARTS if one[part] != other[part]]


@pytest.mark.parametrize("field", [field for field in FIELDS if field.startswith("softenings.")])
def test_a_decision_changes_nothing_but_a_warning_for_an_individual(field: str) -> None:
    for intake in _pair(field):
        bare = intake.model_copy(update={"softenings": ()})
        week = intake.week_start or MONDAY
        assert build(REAL, intake, week).judgements == build(REAL, bare, week).judgements
        assert screen(REAL, intake, week) == screen(REAL, bare, week)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("letter", ["a", "b"])
def test_a_pair_says_in_its_first_line_what_it_shows_and_never_ages(
    field: str, letter: str
) -> None:
    lines = (PAIRS / field / f"{letter}.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert any(line.startswith("week_start: ") for line in lines)


# Labels


def _base(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "answered_on": MONDAY - timedelta(days=10),
        "week_start": MONDAY,
        "screening": {
            "age": 34,
            "red_flags": (),
            "conditions": (),
            "other_condition": False,
            "cannot": (),
        },
        "places": {"home": {"mat": 1, "wall": 1}},
        "days": {"mon": {"minutes": 15}},
    }
    return {**document, **changes}


def _order(kind: str, exercise: str, author: str, reason: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "exercise": exercise, "author": author, "reason": reason, **more}


def _labelled(labels: dict[str, str]) -> Intake:
    """Return an intake with every label, with orders that are kept, dropped and left out."""
    author, reason = labels["orders.author"], labels["orders.reason"]
    document = _base(
        name=labels["name"],
        id=labels["id"],
        clearances=(
            {
                "condition": "disc_herniation",
                "by": labels["clearances.by"],
                "date": MONDAY - timedelta(days=20),
            },
        ),
        orders=(
            _order("require", "dead_bug", author, reason),
            _order("forbid", "bird_dog", author, reason),
            _order("cap", "glute_bridge", author, reason, sets=1, until=MONDAY - timedelta(days=1)),
            _order("require", "crunch", author, reason),
        ),
        softenings=(
            {
                "condition": "disc_herniation",
                "demand": "thoracic_flexion_loaded",
                "by": "Dr. Ruiz",
                "reason": labels["softenings.reason"],
                "date": MONDAY - timedelta(days=20),
                "until": MONDAY + timedelta(days=20),
            },
        ),
    )
    settled = {
        "flag": "infection",
        "by": labels["screening.settled.by"],
        "date": MONDAY - timedelta(days=20),
        "finding": labels["screening.settled.finding"],
    }
    document["screening"] |= {"conditions": ({"id": "disc_herniation"},), "settled": (settled,)}
    intake = Intake.model_validate(document)
    assert not list(check(intake, REAL))
    return intake


_FIRST = {label: f"First {label.replace('.', ' ')}" for label in LABELS}


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return [_renamed(one, old, new) for one in value]
    if isinstance(value, dict):
        return {key: _renamed(one, old, new) for key, one in value.items()}
    return value


@cache
def _first_labelled_plan() -> dict[str, Any]:
    return _plan(_labelled(_FIRST))


@pytest.mark.parametrize("label", sorted(LABELS))
def test_a_label_changes_the_stamp_and_where_it_is_quoted_and_nothing_else(label: str) -> None:
    second = f"Second {label.replace('.', ' ')}"
    one, other = _first_labelled_plan(), _plan(_labelled(_FIRST | {label: second}))
    assert one["status"] == "optimal"
    assert one["stamps"]["intake"] != other["stamps"]["intake"]
    stamps = one["stamps"] | {"intake": other["stamps"]["intake"]}
    assert _renamed({**one, "stamps": stamps}, _FIRST[label], second) == other


@pytest.mark.parametrize("label", ["name", "id", "clearances.by"])
def test_a_label_of_the_person_is_quoted_in_the_name_alone(label: str) -> None:
    one = _first_labelled_plan()
    other = _plan(_labelled(_FIRST | {label: "Somebody else"}))
    assert {part for part in one if one[part] != other[part]} <= {"name", "stamps"}


# Every value of every enumerated field


def _choices(annotation: Any) -> tuple[Any, ...]:
    """Return the values that an annotation lists, looking past "or null"."""
    if annotation is bool:
        return (False, True)
    origin = get_origin(annotation)
    if origin is Literal:
        return get_args(annotation)
    if origin in (Union, UnionType):
        return tuple(v for part in get_args(annotation) for v in _choices(part))
    if origin is dict:
        return _choices(get_args(annotation)[0])
    return ()


ENUMERATED = [(field, value) for field, kind in LEAVES.items() for value in _choices(kind)]
_DETAILS: dict[str, dict[str, Any]] = {
    "lock": {"exercise": "dead_bug", "day": "mon", "sets": 2},
    "require": {"exercise": "dead_bug"},
    "forbid": {"exercise": "dead_bug"},
    "cap": {"exercise": "dead_bug", "sets": 1},
    "fix_dose": {"exercise": "dead_bug", "sets": 2},
    "fix_day": {"exercise": "dead_bug", "day": "mon"},
    "train": {"day": "mon"},
    "rest": {"day": "thu"},
    "session_size": {"at_most": 2},
    "balance_band": {"low_percent": 50, "high_percent": 200},
}


def _given(kind: str, **details: Any) -> dict[str, Any]:
    return {"kind": kind, "author": "Dr. Ruiz", "reason": "It helps.", **details}


def _with_order_kind(kind: str) -> dict[str, Any]:
    return _base(orders=(_given(kind, **_DETAILS[kind]),), days={"mon": {"minutes": 20}})


def _with_screening(**answers: Any) -> dict[str, Any]:
    document = _base()
    document["screening"] |= answers
    return document


_WITH: dict[str, Callable[[Any], dict[str, Any]]] = {
    "screening.conditions.affected_side": lambda value: _with_screening(
        conditions=({"id": "shoulder_pain", "affected_side": value},)
    ),
    "weaker_side": lambda value: _base(weaker_side=value),
    "screening.other_condition": lambda value: _with_screening(other_condition=value),
    "goal": lambda value: _base(goal=value),
    "training_age": lambda value: _base(training_age=value),
    "variety": lambda value: _base(variety=value),
    "days": lambda value: _base(days={value: {"minutes": 15}}),
    "orders.kind": _with_order_kind,
    "orders.day": lambda value: _base(
        days={value: {"minutes": 20}},
        orders=(_given("require", exercise="dead_bug", day=value),),
    ),
    "orders.load": lambda value: _base(orders=(_given("cap", load=value),)),
}


@pytest.mark.parametrize(("field", "value"), ENUMERATED)
def test_each_value_of_an_enumerated_field_is_accepted_and_ends_in_an_answer(
    field: str, value: Any
) -> None:
    intake = Intake.model_validate(_WITH[field](value))
    assert not list(check(intake, REAL))
    assert _answers(intake, field) == [value]
    plan = _plan(intake)
    if field == "screening.other_condition" and value:
        assert plan["status"] == "referred"
    else:
        assert plan["status"] == "optimal"
    if field in ("days", "orders.day"):
        assert [day["day"] for day in plan["days"]] == [value]
    if field == "orders.kind":
        assert [order["in_force"] for order in plan["orders"]] == [True]
        sets = {i["exercise"]: i["sets"] for day in plan["days"] for i in day["items"]}
        if value in ("require", "lock"):
            assert "dead_bug" in sets
        if value == "forbid":
            assert "dead_bug" not in sets
        assert sets.get("dead_bug", 0) <= _DETAILS[value].get("sets", 10)


def test_all_enumerated_fields_of_the_model_are_covered() -> None:
    assert {field for field, _ in ENUMERATED} == _WITH.keys()
    assert {v for field, v in ENUMERATED if field == "days"} == set(WEEKDAYS)


@pytest.mark.parametrize("flag", REAL.screening.red_flags, ids=lambda flag: flag.id)
def test_each_red_flag_refers_or_advises(flag: RedFlag) -> None:
    intake = Intake.model_validate(_with_screening(red_flags=(flag.id,)))
    assert not list(check(intake, REAL))
    screened = screen(REAL, intake, MONDAY)
    found = screened.advice if flag.urgency == "advice" else screened.flags
    assert [one.id for one in found] == [flag.id]


def _held(*conditions: dict[str, Any]) -> dict[str, Any]:
    """Return answers of the day before the week: what began a week ago has begun by then."""
    return _with_screening(conditions=conditions) | {"answered_on": MONDAY - timedelta(days=1)}


@cache
def _with_nothing() -> tuple[Judgement, ...]:
    return build(REAL, Intake.model_validate(_base()), MONDAY).judgements


@pytest.mark.parametrize("condition", sorted(REAL.conditions))
def test_each_condition_refers_or_changes_what_is_allowed(condition: str) -> None:
    """By answer, age or score; and a phase or a detail of an answer is a condition of its own."""
    row = REAL.conditions[condition]
    document = _held(answer_for(REAL, row)) if row.answer else _base()
    document["screening"]["age"] = row.from_age or 34
    if row.from_score is not None:
        document["scores"] = {row.from_score.score: row.from_score.at_least}
    intake = Intake.model_validate(document)
    assert not list(check(intake, REAL))
    assert row in [one.condition for one in active_conditions(REAL, intake, MONDAY)]
    refers = screen(REAL, intake, MONDAY).outcome != "clear"
    assert refers or build(REAL, intake, MONDAY).judgements != _with_nothing()


@pytest.mark.parametrize("row", DETAILED, ids=lambda row: row.id)
def test_each_condition_of_a_detail_changes_what_the_answer_means(row: Condition) -> None:
    """The detail that makes it hold gives another judgement than one that does not."""
    assert row.detail is not None
    others = sorted(set(row.detail.options) - set(row.if_detail))
    assert others
    ends = []
    for detail in (row.if_detail[0], others[0]):
        held = answer_for(REAL, row) | {"detail": detail}
        intake = Intake.model_validate(_held(held))
        assert not list(check(intake, REAL))
        refers = screen(REAL, intake, MONDAY).flags
        ends.append(([flag.id for flag in refers], build(REAL, intake, MONDAY).judgements))
    assert ends[0] != ends[1]


@pytest.mark.parametrize("score", sorted(REAL.scores))
def test_each_score_changes_what_is_allowed_from_some_value_on(score: str) -> None:
    judgements = []
    for value in (REAL.scores[score].at_least, REAL.scores[score].at_most):
        intake = Intake.model_validate(_base(scores={score: value}))
        assert not list(check(intake, REAL))
        judgements.append(build(REAL, intake, MONDAY).judgements)
    assert judgements[0] != judgements[1]


@pytest.mark.parametrize("position", sorted(REAL.positions))
def test_each_position_that_one_cannot_take_leaves_exercises_out(position: str) -> None:
    intake = Intake.model_validate(_with_screening(cannot=(position,)))
    assert not list(check(intake, REAL))
    rules = {judgement.rule for judgement in build(REAL, intake, MONDAY).excluded}
    assert f"cannot_{position}" in rules


@pytest.mark.parametrize("technique", sorted(REAL.techniques))
def test_each_technique_opens_an_exercise(technique: str) -> None:
    rule = f"technique_{technique}"
    without = build(REAL, Intake.model_validate(_base(training_age="over_24_months")), MONDAY)
    taught = _base(training_age="over_24_months", technique_cleared=(technique,))
    with_it = build(REAL, Intake.model_validate(taught), MONDAY)
    assert rule in {judgement.rule for judgement in without.judgements}
    assert rule not in {judgement.rule for judgement in with_it.judgements}
