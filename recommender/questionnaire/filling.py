"""The answers of an interview as the content of an intake file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from knowledge.schema.intake import ScreeningAnswers
from recommender.questionnaire.typed import Asked, Value


@dataclass(frozen=True, slots=True)
class Answer:
    """A valid answer: to which question, its value, and a text that stands for it."""

    asked: Asked
    value: Value
    text: str


def fill(answers: Iterable[Answer], today: date) -> dict[str, Value]:
    """Return the content of the intake that the answers make, as far as they go."""
    whole: dict[str, Value] = {"answered_on": today, "screening": {"conditions": {}}}
    for answer in answers:
        if answer.asked.question.fills is not None:
            whole = _merge(whole, _part(answer, list(whole.get("days", ()))))
    screening = whole["screening"]
    screening["conditions"] = list(screening["conditions"].values())
    ordered = {key: screening[key] for key in ScreeningAnswers.model_fields if key in screening}
    return whole | {"screening": ordered}


def _part(answer: Answer, days: Iterable[str]) -> Value:
    """Return what an answer fills, from the top; a time to train is that of all days."""
    question, subject, value = answer.asked.question, answer.asked.subject, answer.value
    path = (question.fills or "").split(".")
    if path == ["days", "at"]:
        return {"days": {day: {"at": value} for day in days}}
    if path[:2] == ["screening", "conditions"]:
        held = [subject] if path[2:] else value
        value = {one: {"id": one} | dict.fromkeys(path[2:], value) for one in held}
        path = path[:2]
    elif question.kind == "agreement":
        value = [{"condition": subject, **value}]
    elif question.kind == "assessment":
        value = [{"flag": subject, **value}]
    for key in reversed(path):
        value = {key: value}
    return value


def _merge(old: Value, new: Value) -> Value:
    """Return what two answers fill together: keys side by side, lists one after the other."""
    if isinstance(old, dict) and isinstance(new, dict):
        both = {key: _merge(old[key], new[key]) for key in old.keys() & new.keys()}
        return {**old, **new, **both}
    return [*old, *new] if isinstance(old, list) and isinstance(new, list) else new
