"""Output formats, one file each; adding one is one file and its name here.

A format is imported when it is used, so that no command pays for the others.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge import Knowledge
    from recommender.alternatives import Alternatives
    from recommender.plan import Plan

FORMATS = ("text", "json", "markdown")


def render(plan: "Plan", knowledge: "Knowledge", format_name: str) -> str:
    """Return the plan in one of the formats."""
    text: str = importlib.import_module(f"{__name__}.{format_name}").render(plan, knowledge)
    return text


def render_alternatives(found: "Alternatives", knowledge: "Knowledge", format_name: str) -> str:
    """Return the weeks to choose from in one of the formats."""
    module = importlib.import_module(f"{__name__}.alternatives")
    text: str = module.render(found, knowledge, format_name)
    return text
