"""Items of a template in words."""

from knowledge import Knowledge
from knowledge.schema.template import TemplateItem

_SIDES = {"abdominal": "abdominal exercise", "lumbar": "lumbar exercise", "none": "exercise"}
_BLOCKS = {"warm_up": "to warm up", "main": "of the main part", "cool_down": "to cool down"}


def item_words(item: TemplateItem, knowledge: Knowledge) -> str:
    """Return what an item names: Bird-dog, or Any abdominal exercise of the pattern dead bug."""
    if item.exercise is not None:
        return knowledge.exercises[item.exercise].name
    words = [f"Any {_SIDES[item.side or 'none']}"]
    if item.pattern is not None:
        words.append(f"of the pattern {knowledge.patterns[item.pattern].name}")
    if item.family is not None:
        words.append(f"of the family {item.family}")
    if item.block is not None:
        words.append(_BLOCKS[item.block])
    return " ".join(words)
