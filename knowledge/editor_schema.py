"""JSON Schemas of the YAML files, for completion and checking while somebody types.

Words of the knowledge base (demands, sources, pieces) are offered, and others are let through: an
overlay may be about to add them. What a schema cannot say, the loader checks.
"""

from collections.abc import Callable, Iterable
from typing import Any

from knowledge.layer import FOLDERS, LISTS
from knowledge.load import Knowledge
from knowledge.schema._base import Noun
from knowledge.schema.intake import Intake
from knowledge.schema.order import ORDERS
from knowledge.schema.overlay import RulePatch
from knowledge.schema.settings import Settings

Words = Callable[[Knowledge], Iterable[str]]

_PLURALS = {
    "demand": "demands",
    "equipment": "equipment",
    "equipment_set": "equipment_sets",
    "source": "sources",
    "pattern": "patterns",
    "score": "scores",
    "muscle": "muscles",
    "technique": "techniques",
}
_FILES: dict[str, type[Noun]] = {
    "exercise": FOLDERS["exercises"],
    "condition": FOLDERS["conditions"],
    "rules": RulePatch,
    "intake": Intake,
    "settings": Settings,
}
KINDS = ("exercise", "condition", "rules", *_PLURALS, "intake", "settings")
"""The kinds of files that people write."""


def _exercises(knowledge: Knowledge) -> Iterable[str]:
    return knowledge.exercises


def _families(knowledge: Knowledge) -> Iterable[str]:
    return sorted({one.family for one in knowledge.exercises.values()})


def _equipment(knowledge: Knowledge) -> Iterable[str]:
    return knowledge.equipment


def _sources(knowledge: Knowledge) -> Iterable[str]:
    return knowledge.sources


def _answers(knowledge: Knowledge) -> Iterable[str]:
    return knowledge.answers


def _red_flags(knowledge: Knowledge) -> Iterable[str]:
    return [flag.id for flag in knowledge.screening.red_flags]


_WORDS: dict[tuple[str, str], Words] = {
    ("Exercise", "family"): _families,
    ("Exercise", "pattern"): lambda k: k.patterns,
    ("Exercise", "prepares"): lambda k: k.patterns,
    ("Exercise", "technique"): lambda k: k.techniques,
    ("Exercise", "demands"): lambda k: [d.id for d in k.demands.values() if d.origin == "written"],
    ("Exercise", "substitutes"): _exercises,
    ("Exercise", "sources"): _sources,
    ("Equipment", "all_of"): _equipment,
    ("Equipment", "any_of"): _equipment,
    ("Muscles", "primary"): lambda k: k.muscles,
    ("Muscles", "secondary"): lambda k: k.muscles,
    ("Rule", "demands"): lambda k: k.demands,
    ("Rule", "sources"): _sources,
    ("PlanRule", "sources"): _sources,
    ("WeekLimits", "sources"): _sources,
    ("Condition", "contradicts"): _answers,
    ("FromScore", "score"): lambda k: k.scores,
    ("RulePatch", "condition"): lambda k: k.conditions,
    ("Piece", "substitutes"): _equipment,
    ("EquipmentSet", "pieces"): _equipment,
    ("Pattern", "sources"): _sources,
    ("Score", "sources"): _sources,
    ("HeldCondition", "id"): _answers,
    ("ScreeningAnswers", "red_flags"): _red_flags,
    ("ScreeningAnswers", "cannot"): lambda k: k.positions,
    ("SettledFlag", "flag"): _red_flags,
    ("Clearance", "condition"): _answers,
    ("Softening", "condition"): lambda k: [
        *k.answers, *(c.id for c in k.conditions.values() if c.answer is None)
    ],
    ("Softening", "demand"): lambda k: k.demands,
    **{(noun.__name__, "exercise"): _exercises for noun in ORDERS.values()
       if "exercise" in noun.model_fields},
    **{(noun, "family"): _families for noun in ("Require", "Forbid", "Cap")},
    **{(noun, "demand"): lambda k: k.demands for noun in ("Forbid", "Cap")},
    **{(noun, "equipment"): _equipment for noun in ("Forbid", "Cap")},
    ("Intake", "scores"): lambda k: k.scores,
    ("Intake", "technique_cleared"): lambda k: k.techniques,
    ("Intake", "places"): _equipment,
    ("Intake", "liked"): _exercises,
    ("Intake", "disliked"): _exercises,
    ("Intake", "banned"): _exercises,
    ("Intake", "required"): _exercises,
}  # fmt: skip
"""Where words of the knowledge base stand: noun and field -> the words."""


def editor_schema(kind: str, knowledge: Knowledge) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file; one that holds a list has the schema of a list."""
    model = _FILES[kind] if kind in _FILES else LISTS[_PLURALS[kind]]
    schema = model.model_json_schema()
    nouns = {model.__name__: schema, **schema.get("$defs", {})}
    for (noun, field), words in _WORDS.items():
        if noun in nouns:
            _offer(nouns[noun]["properties"][field], sorted(words(knowledge)))
    if kind in _FILES:
        return schema
    definitions = schema.pop("$defs", {})
    title = f"{schema['title']}, a list"
    whole: dict[str, Any] = {"title": title, "type": "array", "items": schema}
    return {**whole, "$defs": definitions} if definitions else whole


def _offer(node: dict[str, Any], words: list[str]) -> None:
    """Let a field offer these words wherever it takes an identifier, beside any other."""
    for option in node.get("anyOf", ()):
        _offer(option, words)
    if node.get("type") == "array":
        _offer(node["items"], words)
    elif node.get("type") == "object":
        _offer_keys(node, words)
    elif node.get("type") == "string":
        plain = {key: node.pop(key) for key in ("type", "pattern", "maxLength") if key in node}
        node["anyOf"] = [{"enum": words}, plain]


def _offer_keys(node: dict[str, Any], words: list[str]) -> None:
    """Offer the words as keys; of a mapping of mappings as the inner ones."""
    (values,) = node["patternProperties"].values()
    if values.get("type") == "object":
        _offer_keys(values, words)
    else:
        node["properties"] = dict.fromkeys(words, values)
