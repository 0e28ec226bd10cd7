"""Documents for the store: small, valid, and told apart by a name or a number."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from knowledge import Intake, Order, load_knowledge
from recommender.intake import read_intake
from recommender.plan import Plan
from recommender.recommend import Request, recommend

EXAMPLES = Path(__file__).parent.parent.parent.parent / "examples"
AT = datetime(2026, 11, 30, 8, 15, tzinfo=UTC)
BY = "Pia Lindqvist"


def intake(name: str | None = "Maria Garcia", day: int = 0, **more: Any) -> Intake:
    """Return the answers of somebody, so many days after 20 November 2026."""
    answers = {
        "name": name,
        "answered_on": str(date(2026, 11, 20) + timedelta(days=day)),
        "screening": {
            "age": 34,
            "red_flags": [],
            "conditions": [{"id": "low_back_pain", "date": "2026-11-01"}],
            "other_condition": False,
            "cannot": [],
        },
        "places": {"home": {"mat": 1}},
        "days": {"mon": {"minutes": 30}},
        **more,
    }
    return Intake.model_validate(answers, strict=False)


def order(number: int = 1, **more: Any) -> Order:
    """Return an order, told apart by its reason."""
    words = {"kind": "require", "exercise": "bird_dog", "author": BY, "reason": f"reason {number}"}
    adapter: TypeAdapter[Order] = TypeAdapter(Order)
    return adapter.validate_python({**words, **more}, strict=False)


@cache
def plan() -> Plan:
    """Return a real week; the independent checkers ran on it."""
    knowledge = load_knowledge()
    answers = read_intake(EXAMPLES / "empty_room.yaml", knowledge)
    return recommend(knowledge, answers, Request(date(2026, 11, 30)))


def checkin(number: int = 1) -> dict[str, Any]:
    """Return a check-in, told apart by a number."""
    return {"pain": 3, "note": f"week {number}", "done": [1, 2.5, None, True]}
