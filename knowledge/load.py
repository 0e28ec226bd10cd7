"""Loads the knowledge base: every file strictly, then everything across files.

Fails closed: an unknown tag, rule, source or key, and a demand x condition pair without a written
cell, are errors. All faults of a load are reported at once.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from knowledge.reading import (
    BadInput,
    Document,
    Fault,
    nearest,
    parse,
    read_text,
    validate,
    validate_part,
)
from knowledge.schema.condition import Condition
from knowledge.schema.dosing import Dosing
from knowledge.schema.exercise import Equipment, Exercise
from knowledge.schema.screening import Screening
from knowledge.schema.vocabulary import Demand, Muscle, Piece, Source, Technique

SHIPPED = Path(__file__).parent
Entry = TypeVar("Entry", bound=BaseModel)


@dataclass(frozen=True)
class Knowledge:
    """Everything the rules and the model know, by id and in order of id."""

    exercises: Mapping[str, Exercise]
    conditions: Mapping[str, Condition]
    demands: Mapping[str, Demand]
    equipment: Mapping[str, Piece]
    muscles: Mapping[str, Muscle]
    techniques: Mapping[str, Technique]
    sources: Mapping[str, Source]
    screening: Screening
    dosing: Dosing
    version: str
    """The first 16 hex digits of the SHA-256 of all files."""

    @cached_property
    def answers(self) -> Mapping[str, tuple[Condition, ...]]:
        """The conditions that each answer of the questionnaire can mean."""
        grouped: dict[str, list[Condition]] = {}
        for condition in self.conditions.values():
            if condition.answer is not None:
                grouped.setdefault(condition.answer, []).append(condition)
        return {answer: tuple(conditions) for answer, conditions in grouped.items()}

    @cached_property
    def positions(self) -> Mapping[str, str]:
        """The positions that a person may be unable to take: demand id -> statement."""
        return {
            demand.id: demand.position
            for demand in self.demands.values()
            if demand.position is not None
        }


def load_knowledge(root: Path = SHIPPED) -> Knowledge:
    """Return the knowledge base that stands in `root`; raise `BadInput` with every fault in it."""
    faults: list[Fault] = []
    digest = hashlib.sha256()

    def document(path: Path) -> Document:
        text = read_text(path)
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + text.encode() + b"\0")
        return parse(text, _display(path, root))

    def attempt(read: Callable[[], None]) -> None:
        try:
            read()
        except BadInput as error:
            faults.extend(error.faults)

    documents: dict[tuple[str, str], tuple[Document, tuple[int, ...]]] = {}

    def entries(name: str, model: type[Entry]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}

        def one(source: Document, index: int) -> None:
            entry = validate_part(model, source, source.data[index], (index,))
            _add(found, entry, source, (index,))
            documents[name, entry.id] = (source, (index,))  # type: ignore[attr-defined]

        def whole() -> None:
            source = document(root / f"{name}.yaml")
            if not isinstance(source.data, list):
                raise BadInput([source.fault((), "expected a list of entries")])
            for index in range(len(source.data)):
                attempt(lambda index=index: one(source, index))  # type: ignore[misc]

        attempt(whole)
        return dict(sorted(found.items()))

    def folder(name: str, model: type[Entry]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}

        def one(path: Path) -> None:
            source = document(path)
            entry = validate(model, source)
            entry_id: str = entry.id  # type: ignore[attr-defined]
            if entry_id != path.stem:
                raise BadInput([source.fault(("id",), f"is {entry_id}; the file is {path.name}")])
            _add(found, entry, source, ())
            documents[name, entry_id] = (source, ())

        for path in sorted((root / name).glob("*.yaml")):
            attempt(lambda path=path: one(path))  # type: ignore[misc]
        if not found and not faults:
            faults.append(Fault(_display(root / name, root), None, "", "holds no YAML file"))
        return found

    def single(name: str, model: type[Entry]) -> Entry | None:
        result: list[Entry] = []

        def one() -> None:
            source = document(root / f"{name}.yaml")
            result.append(validate(model, source))
            documents[name, ""] = (source, ())

        attempt(one)
        return result[0] if result else None

    sources = entries("sources", Source)
    demands = entries("demands", Demand)
    equipment = entries("equipment", Piece)
    muscles = entries("muscles", Muscle)
    techniques = entries("techniques", Technique)
    exercises = folder("exercises", Exercise)
    conditions = folder("conditions", Condition)
    screening = single("screening", Screening)
    dosing = single("dosing", Dosing)
    if faults or screening is None or dosing is None:
        raise BadInput(faults)
    knowledge = Knowledge(
        exercises, conditions, demands, equipment, muscles, techniques, sources, screening, dosing,
        digest.hexdigest()[:16],
    )  # fmt: skip
    for kind, entry_id, location, message in check_references(knowledge):
        source, start = documents[kind, entry_id]
        faults.append(source.fault((*start, *location), message))
    if faults:
        raise BadInput(faults)
    return knowledge


def _display(path: Path, root: Path) -> str:
    return (Path(root.name) / path.relative_to(root)).as_posix()


def _add(
    found: dict[str, Entry], entry: Entry, source: Document, location: tuple[int, ...]
) -> None:
    entry_id: str = entry.id  # type: ignore[attr-defined]
    if entry_id in found:
        raise BadInput([source.fault((*location, "id"), f"{entry_id} stands twice")])
    found[entry_id] = entry


Finding = tuple[str, str, tuple[str | int, ...], str]
"""Kind of file, id of the entry, location in it, message."""


def check_references(knowledge: Knowledge) -> Iterator[Finding]:
    """Yield whatever one file says of another that is not so."""
    yield from _check_exercises(knowledge)
    yield from _check_conditions(knowledge)
    yield from _check_screening(knowledge)
    for piece in knowledge.equipment.values():
        yield from _unknown(
            "equipment", piece.id, ("substitutes",), piece.substitutes, knowledge.equipment,
        )  # fmt: skip
    for group, part in knowledge.dosing:
        yield from _unknown("dosing", "", (group, "sources"), part.sources, knowledge.sources)


def _unknown(
    kind: str,
    entry_id: str,
    location: tuple[str | int, ...],
    words: Iterable[str],
    known: Iterable[str],
) -> Iterator[Finding]:
    for index, word in enumerate(words):
        if word not in known:
            message = f"{word} is not known{nearest(word, known)}"
            yield kind, entry_id, (*location, index), message


def _check_exercises(knowledge: Knowledge) -> Iterator[Finding]:
    written = [d.id for d in knowledge.demands.values() if d.origin == "written"]
    rungs: dict[tuple[str, int], str] = {}
    for entry in knowledge.exercises.values():
        for location, words, known in (
            (("demands",), entry.demands, written),
            (("sources",), entry.sources, knowledge.sources),
            (("muscles", "primary"), entry.muscles.primary, knowledge.muscles),
            (("muscles", "secondary"), entry.muscles.secondary, knowledge.muscles),
        ):
            yield from _unknown("exercises", entry.id, location, words, known)
        for group in ("all_of", "any_of"):
            for word in getattr(entry.equipment, group):
                if word not in knowledge.equipment:
                    message = f"is not known equipment{nearest(word, knowledge.equipment)}"
                    yield "exercises", entry.id, ("equipment", group, word), message
        if entry.technique is not None and entry.technique not in knowledge.techniques:
            hint = nearest(entry.technique, knowledge.techniques)
            yield "exercises", entry.id, ("technique",), f"{entry.technique} is not known{hint}"
        other = rungs.setdefault((entry.family, entry.step), entry.id)
        if other != entry.id:
            message = f"{entry.step} of ladder {entry.family} is taken by {other}"
            yield "exercises", entry.id, ("step",), message
    for block in ("warm_up", "cool_down"):
        entries = (entry for entry in knowledge.exercises.values() if entry.block == block)
        if not any(not e.demands and e.equipment == Equipment() for e in entries):
            first = next(iter(knowledge.exercises))
            message = f"no {block} exercise without demands and equipment: every week needs one"
            yield "exercises", first, ("block",), message


def _check_conditions(knowledge: Knowledge) -> Iterator[Finding]:
    for condition in knowledge.conditions.values():
        silent = set(knowledge.demands)
        for index, rule in enumerate(condition.rules):
            at: tuple[str | int, ...] = ("rules", index)
            yield from _unknown(
                "conditions", condition.id, (*at, "demands"), rule.demands, knowledge.demands,
            )  # fmt: skip
            yield from _unknown(
                "conditions", condition.id, (*at, "sources"), rule.sources, knowledge.sources,
            )  # fmt: skip
            silent.difference_update(rule.demands)
        for demand in sorted(silent):
            message = f"says nothing of {demand}; write a rule for it, even if it is allow"
            yield "conditions", condition.id, ("rules",), message
        yield from _unknown(
            "conditions", condition.id, ("contradicts",), condition.contradicts, knowledge.answers,
        )  # fmt: skip
        yield from _unknown(
            "conditions", condition.id, ("plan", "sources"), condition.plan.sources,
            knowledge.sources,
        )  # fmt: skip
    for answer, conditions in knowledge.answers.items():
        ways = {condition.window.dated_by if condition.window else None for condition in conditions}
        if len(ways) > 1:
            message = f"answer {answer} is dated in different ways: {sorted(map(str, ways))}"
            yield "conditions", conditions[0].id, ("window",), message
        if len({condition.question for condition in conditions}) > 1:
            message = f"answer {answer} has different questions in different files"
            yield "conditions", conditions[-1].id, ("question",), message


def _check_screening(knowledge: Knowledge) -> Iterator[Finding]:
    screening = knowledge.screening
    groups = [group.id for group in screening.groups]
    for index, flag in enumerate(screening.red_flags):
        at: tuple[str | int, ...] = ("red_flags", index)
        yield from _unknown("screening", "", (*at, "group"), [flag.group], groups)
        yield from _unknown("screening", "", (*at, "sources"), flag.sources, knowledge.sources)
    for index, combination in enumerate(screening.combinations):
        at = ("combinations", index)
        yield from _unknown(
            "screening", "", (*at, "conditions"), combination.conditions, knowledge.answers
        )
        yield from _unknown(
            "screening", "", (*at, "sources"), combination.sources, knowledge.sources
        )
    flags = [flag.id for flag in screening.red_flags]
    for index, flag_id in enumerate(flags):
        if flag_id in flags[:index]:
            yield "screening", "", ("red_flags", index, "id"), f"{flag_id} stands twice"
