"""Loads the questionnaire and checks every word in it against the knowledge base."""

from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

from knowledge import SHIPPED, BadInput, Intake, Knowledge
from knowledge.reading import Location, nearest, parse, read_text, validate
from knowledge.schema._base import Noun
from knowledge.schema.intake import ScreeningAnswers
from knowledge.schema.questionnaire import Question, Questionnaire, When


def load_questionnaire(knowledge: Knowledge, root: Path = SHIPPED) -> Questionnaire:
    """Return the questionnaire in `root`; raise `BadInput` with every fault in it."""
    path = root / "questionnaire.yaml"
    document = parse(read_text(path), f"{root.name}/{path.name}")
    questionnaire = validate(Questionnaire, document)
    faults = [
        document.fault(("questions", index, *location), message)
        for index, location, message in _check(questionnaire, knowledge)
    ]
    if faults:
        raise BadInput(faults)
    return questionnaire


def _check(
    questionnaire: Questionnaire, knowledge: Knowledge
) -> Iterator[tuple[int, Location, str]]:
    """Yield what a question says of other questions, of the intake or of its texts that is not so.

    An unknown list or kind of subject is refused by the schema already.
    """
    earlier: dict[str, Question] = {}
    known_facts = {"subject", "group_question", *facts(knowledge)}
    for index, question in enumerate(questionnaire.questions):
        if question.id in earlier:
            yield index, ("id",), f"{question.id} stands twice"
        if question.section not in questionnaire.sections:
            yield index, ("section",), f"{question.section} has no title under sections"
        for key in ("label", "text", "hint"):
            for _, name, _, _ in Formatter().parse(getattr(question, key) or ""):
                if name is not None and name not in known_facts:
                    yield index, (key,), f"{{{name}}} is not known{nearest(name, known_facts)}"
        for place, word in enumerate(question.not_in):
            if word not in earlier:
                yield index, ("not_in", place), f"{word} is no earlier question"
        for place, when in enumerate(question.when):
            at: Location = ("when", place)
            if when.question not in earlier:
                yield index, (*at, "question"), f"{when.question} is no earlier question"
                continue
            known = [option.id for option in earlier[when.question].options]
            for word in expected(when, knowledge):
                if word not in known:
                    yield index, (*at, "is_one_of"), f"{word} is no answer{nearest(word, known)}"
        yield from ((index, *fault) for fault in _check_target(question))
        earlier[question.id] = question


def _check_target(question: Question) -> Iterator[tuple[Location, str]]:
    """Yield an error if the intake has no such key, or knows other words for it."""
    if question.fills is None:
        return
    model: type[Noun] = Intake
    *parents, key = question.fills.split(".")
    if parents == ["screening"]:
        model, parents = ScreeningAnswers, []
    if parents or key not in model.model_fields:
        yield ("fills",), f"{question.fills} is not a key of an intake"
        return
    words = get_args(model.model_fields[key].annotation)
    for place, option in enumerate(question.options):
        if option.id not in words:
            hint = nearest(option.id, map(str, words))
            yield ("options", place, "id"), f"{option.id} is no {question.fills}{hint}"


def facts(knowledge: Knowledge) -> dict[str, str]:
    """Return what the texts of any question may name."""
    screening = knowledge.screening
    return {
        "other_condition_question": screening.other_condition_question,
        "clearance_valid_days": str(screening.clearance_valid_days),
    }


def expected(when: When, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the answers that a condition waits for."""
    if when.is_one_of == "technique_from":
        return knowledge.dosing.levels.technique_from
    return when.is_one_of
