"""Templates in files: made from plans, written as YAML, read strictly."""

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge import BadInput, Exercise, Fault, Knowledge
from knowledge.faults import Location, nearest
from knowledge.reading import parse, read_text, validate
from knowledge.schema.template import OPEN, Template, TemplateItem, TemplateSession
from recommender.plan import Plan, PlanItem
from recommender.written_orders import unknown


def matches(item: TemplateItem, exercise: Exercise) -> bool:
    """Return whether an exercise is what an item names, or one of an open choice."""
    if item.exercise is not None:
        return exercise.id == item.exercise
    named = {name: getattr(item, name) for name in OPEN}
    return all(word in (None, getattr(exercise, name)) for name, word in named.items())


def template_of(
    plan: Plan,
    knowledge: Knowledge,
    *,
    name: str,
    author: str,
    note: str | None = None,
    opened: Collection[str] = (),
) -> Template:
    """Return a plan as a template; raise `BadInput` for what cannot be opened.

    An exercise in `opened` becomes an open choice among all of its pattern that count where it
    counts: on its side of the balance, or else in its block.
    """
    planned = {item.exercise for day in plan.days for item in day.items}
    faults = [
        Fault("--open", None, "", f"{one} is not in the plan{nearest(one, planned)}")
        for one in opened
        if one not in planned
    ]
    if faults:
        raise BadInput(faults)
    sessions = tuple(
        TemplateSession(
            items=tuple(_item(one, knowledge, one.exercise in opened) for one in day.items)
        )
        for day in plan.days
    )
    try:
        return Template(name=name, author=author, note=note, sessions=sessions)
    except ValidationError as error:
        raise BadInput(_option_faults(error)) from None


def _option_faults(error: ValidationError) -> Iterator[Fault]:
    """Yield what is wrong with the options that a template is made with."""
    for detail in error.errors():
        option = str(detail["loc"][0])
        expected = "" if option != "name" else "; expected a word such as core_twice_a_week"
        yield Fault(f"--{option}", None, "", f"{detail['msg']}{expected}, found {detail['input']}")


def _item(item: PlanItem, knowledge: Knowledge, opened: bool) -> TemplateItem:
    exercise = knowledge.exercises[item.exercise]
    if not opened:
        return TemplateItem(exercise=exercise.id, sets=item.sets)
    if exercise.side != "none":
        return TemplateItem(pattern=exercise.pattern, side=exercise.side, sets=item.sets)
    return TemplateItem(pattern=exercise.pattern, block=exercise.block, sets=item.sets)


def template_text(template: Template) -> str:
    """Return a template as YAML, one line an item, to be read and edited by hand."""
    return yaml.safe_dump(
        template.model_dump(mode="json", exclude_none=True),
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=None,
        width=100,
    )


def read_template(path: Path, knowledge: Knowledge) -> Template:
    """Return the template in a YAML file; raise `BadInput` with every fault in it."""
    document = parse(read_text(path), str(path))
    if not isinstance(document.data, dict) or not isinstance(document.data.get("sessions"), list):
        message = "expected a list of sessions: this is no template (docs/templates.md shows one)"
        raise BadInput([Fault(str(path), None, "sessions", message)])
    template = validate(Template, document)
    faults = [document.fault(at, message) for at, message in _faults(template, knowledge)]
    if faults:
        raise BadInput(faults)
    return template


def _faults(template: Template, knowledge: Knowledge) -> Iterator[tuple[Location, str]]:
    exercises = knowledge.exercises
    known = {
        "exercise": sorted(exercises),
        "family": sorted({one.family for one in exercises.values()}),
        "pattern": sorted(knowledge.patterns),
    }
    for number, session in enumerate(template.sessions):
        for index, item in enumerate(session.items):
            at: Location = ("sessions", number, "items", index)
            wrong = [
                (name, getattr(item, name), words)
                for name, words in known.items()
                if getattr(item, name) not in (None, *words)
            ]
            for name, word, words in wrong:
                yield (*at, name), unknown(name, word, words)
            if not wrong and not any(matches(item, one) for one in exercises.values()):
                yield at, "no exercise is all of that; leave a part of it out"


def template_stamp(template: Template) -> str:
    """Return the stamp of a plan for the template that it follows."""
    return hashlib.sha256(template.model_dump_json().encode()).hexdigest()[:16]
