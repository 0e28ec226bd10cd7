"""Every format of every kind of plan: valid, within the screen, and never turned into markup."""

import json
from pathlib import Path

import jsonschema
import pytest

from knowledge import Intake
from knowledge.schema.intake import SessionsAWeek
from recommender.intake import read_intake
from recommender.plan import Plan
from recommender.recommend import Request, recommend
from recommender.render import FORMATS, render
from recommender.render.json import schema
from tests.solved import EXAMPLES
from tests.strategies import MONDAY, REAL

NASTY = "*Ana* <b>|x|</b> [l](http://x) `c` # " + "é名 " * 20 + "\u202e"


@pytest.fixture(scope="module")
def intake() -> Intake:
    return read_intake(EXAMPLES / "empty_room.yaml", REAL)


@pytest.fixture(scope="module")
def plans(intake: Intake) -> dict[str, Plan]:
    flagged = intake.screening.model_copy(update={"red_flags": (REAL.screening.red_flags[0].id,)})
    waiting = read_intake(EXAMPLES / "disc_cleared.yaml", REAL)
    changed = {
        "optimal": intake,
        "named": intake.model_copy(update={"name": NASTY}),
        "referred": intake.model_copy(update={"screening": flagged}),
        "waiting": waiting.model_copy(update={"clearances": ()}),
        "impossible": intake.model_copy(update={"sessions": SessionsAWeek(at_least=7)}),
    }
    return {name: recommend(REAL, one, Request(MONDAY)) for name, one in changed.items()}


KINDS = ("optimal", "named", "referred", "waiting", "impossible")


@pytest.mark.parametrize("kind", KINDS)
def test_json_is_valid_by_the_shipped_schema(plans: dict[str, Plan], kind: str) -> None:
    document = json.loads(render(plans[kind], REAL, "json"))
    jsonschema.validate(document, json.loads(schema()))
    assert document["status"] == {"named": "optimal", "waiting": "referred"}.get(kind, kind)


def test_the_shipped_schema_is_the_generated_one() -> None:
    shipped = Path(__file__).parents[3] / "recommender" / "plan.schema.json"
    assert shipped.read_text() == schema(), "run `make schema`"


def test_the_schema_refuses_a_plan_with_an_unknown_status(plans: dict[str, Plan]) -> None:
    document = json.loads(render(plans["optimal"], REAL, "json"))
    document["status"] = "perfect"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json.loads(schema()))


def test_json_read_back_is_the_same_plan(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        assert Plan.model_validate_json(render(plan, REAL, "json")) == plan


@pytest.mark.parametrize("kind", ["optimal", "referred", "waiting", "impossible"])
def test_text_fits_eighty_columns(plans: dict[str, Plan], kind: str) -> None:
    text = render(plans[kind], REAL, "text")
    assert max(map(len, text.splitlines())) <= 80


def test_every_plan_for_people_prints_every_stop_sign(plans: dict[str, Plan]) -> None:
    for name in ("text", "markdown"):
        words = render(plans["optimal"], REAL, name).split()
        for sign in REAL.screening.stop_signs:
            assert " ".join(sign.split()) in " ".join(words)


def test_a_referral_says_where_to_go_and_what_a_clearance_would_open(
    plans: dict[str, Plan],
) -> None:
    plan = plans["waiting"]
    assert "glute_bridge" in plan.screening.clearance_would_open
    for name in ("text", "markdown"):
        text = " ".join(render(plan, REAL, name).split())
        assert plan.screening.flags[0].where_to_go in text
        assert "Glute bridge" in text


def test_a_name_never_becomes_markup(plans: dict[str, Plan]) -> None:
    markdown = render(plans["named"], REAL, "markdown")
    assert "<b>" not in markdown.replace("\\<b\\>", "")
    assert "\\*Ana\\*" in markdown
    assert "[l](" not in markdown


def test_every_item_of_the_week_is_in_every_format(plans: dict[str, Plan]) -> None:
    plan = plans["optimal"]
    names = {item.name for day in plan.days for item in day.items}
    assert names
    for name in FORMATS:
        text = " ".join(render(plan, REAL, name).split())
        assert all(one in text for one in names)
