"""The plan as JSON: the contract, byte for byte the same for the same inputs."""

import json

from knowledge import Knowledge
from recommender.plan import Plan


def render(plan: Plan, knowledge: Knowledge) -> str:
    """Return the plan as one JSON document."""
    return json.dumps(plan.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def schema() -> str:
    """Return the JSON Schema of a plan."""
    return json.dumps(Plan.model_json_schema(mode="serialization"), indent=2) + "\n"
