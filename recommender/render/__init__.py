"""Output formats, one file each; adding one is one file and one line here."""

from collections.abc import Callable, Mapping

from knowledge import Knowledge
from recommender.plan import Plan
from recommender.render import json, markdown, text

Render = Callable[[Plan, Knowledge], str]

FORMATS: Mapping[str, Render] = {
    "text": text.render,
    "json": json.render,
    "markdown": markdown.render,
}
