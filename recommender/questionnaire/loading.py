"""Loads the questionnaire and checks every word in it against the knowledge base."""

from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any, get_args

from knowledge import SHIPPED, BadInput, Intake, Knowledge
from knowledge.faults import Location, nearest
from knowledge.reading import parse, read_text, validate
from knowledge.schema._base import Noun
from knowledge.schema.questionnaire import Question, Questionnaire, When

SUBJECT_FACTS = ("subject", "group_question", "detail_question", "ticked")
"""What the texts of a question for each subject may name besides `facts`."""


def load_questionnaire(knowledge: Knowledge, root: Path = SHIPPED) -> Questionnaire:
    """Return the questionnaire in `root`; raise `BadInput` with every fault in it."""
    path = root / "questionnaire.yaml"
    document = parse(read_text(path), f"{root.name}/{path.name}")
    questionnaire = _with_overlays(validate(Questionnaire, document), knowledge)
    faults = [
        document.fault(location, message)
        for check in (_check_groups, _check_questions)
        for location, message in check(questionnaire, knowledge)
    ]
    if faults:
        raise BadInput(faults)
    return questionnaire


def _with_overlays(questionnaire: Questionnaire, knowledge: Knowledge) -> Questionnaire:
    """Return the questionnaire with the conditions that overlays added, in its last group."""
    *others, last = questionnaire.condition_groups
    grouped = {answer for group in questionnaire.condition_groups for answer in group.answers}
    added = {name for overlay in knowledge.overlays for name in overlay.added}
    new = tuple(
        answer
        for answer, (condition, *_) in knowledge.answers.items()
        if answer not in grouped and f"conditions/{condition.id}" in added
    )
    last = last.model_copy(update={"answers": (*last.answers, *new)})
    return questionnaire.model_copy(update={"condition_groups": (*others, last)})


def _check_groups(
    questionnaire: Questionnaire, knowledge: Knowledge
) -> Iterator[tuple[Location, str]]:
    """Yield every answer that would be asked twice, not at all, or that no condition has."""
    groups: dict[str, str] = {}
    ids: list[str] = []
    for index, group in enumerate(questionnaire.condition_groups):
        if group.id in ids:
            yield ("condition_groups", index, "id"), f"{group.id} stands twice"
        ids.append(group.id)
        for place, answer in enumerate(group.answers):
            at: Location = ("condition_groups", index, "answers", place)
            if answer not in knowledge.answers:
                hint = nearest(answer, knowledge.answers)
                yield at, f"{answer} is no answer of a condition{hint}"
            elif answer in groups:
                yield at, f"{answer} stands in {groups[answer]} already"
            groups.setdefault(answer, group.id)
    for answer, (condition, *_) in knowledge.answers.items():
        if answer not in groups:
            message = f"{answer} (conditions/{condition.id}.yaml) stands in no group"
            yield ("condition_groups",), f"{message}; it would never be asked"


def _check_questions(
    questionnaire: Questionnaire, knowledge: Knowledge
) -> Iterator[tuple[Location, str]]:
    """Yield what a question says of other questions, of the intake or of its texts that is not so.

    An unknown list or kind of subject is refused by the schema already.
    """
    earlier: dict[str, Question] = {}
    known_facts = {*SUBJECT_FACTS, *facts(knowledge)}
    for index, question in enumerate(questionnaire.questions):
        here: Location = ("questions", index)
        if question.id in earlier:
            yield (*here, "id"), f"{question.id} stands twice"
        if question.section not in questionnaire.sections:
            yield (*here, "section"), f"{question.section} has no title under sections"
        for key in ("label", "text", "hint"):
            for _, name, _, _ in Formatter().parse(getattr(question, key) or ""):
                if name is not None and name not in known_facts:
                    yield (*here, key), f"{{{name}}} is not known{nearest(name, known_facts)}"
        for place, word in enumerate(question.not_in):
            if word not in earlier:
                yield (*here, "not_in", place), f"{word} is no earlier question"
        for place, when in enumerate(question.when):
            at: Location = (*here, "when", place)
            if when.question not in earlier:
                yield (*at, "question"), f"{when.question} is no earlier question"
                continue
            known = [option.id for option in earlier[when.question].options]
            for word in expected(when, knowledge):
                if word not in known:
                    yield (*at, "is_one_of"), f"{word} is no answer{nearest(word, known)}"
        yield from (((*here, *location), fault) for location, fault in _check_target(question))
        earlier[question.id] = question


def _check_target(question: Question) -> Iterator[tuple[Location, str]]:
    """Yield an error if the intake has no such key, or knows other words for it."""
    if question.fills is None:
        return
    annotation: Any = Intake
    for key in question.fills.split("."):
        record = next(_records(annotation), None)
        if record is None or key not in record.model_fields:
            yield ("fills",), f"{question.fills} is not a key of an intake"
            return
        annotation = record.model_fields[key].annotation
    words = list(_words(annotation))
    for place, option in enumerate(question.options):
        if option.id not in words:
            hint = nearest(option.id, words)
            yield ("options", place, "id"), f"{option.id} is no {question.fills}{hint}"


def _records(annotation: Any) -> Iterator[type[Noun]]:
    """Yield the records in a type, such as `HeldCondition` in a tuple of them."""
    if isinstance(annotation, type) and issubclass(annotation, Noun):
        yield annotation
    for part in get_args(annotation):
        yield from _records(part)


def _words(annotation: Any) -> Iterator[str]:
    """Yield the words of the literals in a type."""
    for part in get_args(annotation):
        if isinstance(part, str):
            yield part
        else:
            yield from _words(part)


def facts(knowledge: Knowledge) -> dict[str, str]:
    """Return what the texts of any question may name."""
    screening = knowledge.screening
    return {
        "other_condition_question": screening.other_condition_question,
        "clearance_valid_days": str(screening.clearance_valid_days),
        "settled_valid_days": str(screening.settled_valid_days),
    }


def expected(when: When, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the answers that a condition waits for."""
    if when.is_one_of == "technique_from":
        return knowledge.dosing.levels.technique_from
    return when.is_one_of
