"""Loads the knowledge base: every file strictly, then everything across files.

Fails closed: an unknown tag, rule, source or key, and a demand x condition pair without a written
cell, are errors. All faults of a load are reported at once.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from knowledge.cache import recall, store
from knowledge.reading import (
    BadInput,
    Document,
    Fault,
    Location,
    nearest,
    parse,
    read_text,
    validate,
    validate_part,
)
from knowledge.schema._base import Noun
from knowledge.schema.condition import Condition
from knowledge.schema.dosing import Dosing
from knowledge.schema.exercise import Equipment, Exercise
from knowledge.schema.screening import Screening
from knowledge.schema.vocabulary import Demand, Muscle, Piece, Source, Technique

SHIPPED = Path(__file__).parent


class Knowledge(Noun):
    """Everything the rules and the model know, by id and in order of id."""

    exercises: dict[str, Exercise]
    conditions: dict[str, Condition]
    demands: dict[str, Demand]
    equipment: dict[str, Piece]
    muscles: dict[str, Muscle]
    techniques: dict[str, Technique]
    sources: dict[str, Source]
    screening: Screening
    dosing: Dosing
    version: str = Field(description="first 16 hex digits of the SHA-256 of all files")

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


def load_knowledge(root: Path = SHIPPED, *, cached: bool = True) -> Knowledge:
    """Return the knowledge base that stands in `root`; raise `BadInput` with every fault in it."""
    texts = _read_all(root)
    code = b"".join(path.read_bytes() for path in sorted(SHIPPED.rglob("*.py")))
    version = hashlib.sha256("\0".join(f"{k}\0{v}" for k, v in texts.items()).encode()).hexdigest()
    key = hashlib.sha256(version.encode() + code).hexdigest()
    if cached and (known := recall(key)) is not None:
        with contextlib.suppress(ValidationError):
            return Knowledge.model_validate_json(known)
    knowledge = _Loader(root.name, texts).knowledge(version[:16])
    if cached:
        store(key, knowledge.model_dump_json())
    return knowledge


def _read_all(root: Path) -> dict[str, str]:
    """Return the text of every file of the knowledge base by its path below `root`."""
    paths = [root / f"{name}.yaml" for name in (*_LISTS, *_SINGLES)]
    for name in _FOLDERS:
        paths += sorted((root / name).glob("*.yaml"))
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for path in paths:
        try:
            texts[path.relative_to(root).as_posix()] = read_text(path)
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(faults)
    return texts


_LISTS: dict[str, type[Noun]] = {
    "sources": Source,
    "demands": Demand,
    "equipment": Piece,
    "muscles": Muscle,
    "techniques": Technique,
}
_FOLDERS: dict[str, type[Noun]] = {"exercises": Exercise, "conditions": Condition}
_SINGLES: dict[str, type[Noun]] = {"screening": Screening, "dosing": Dosing}


class _Loader:
    """Parses the texts of one knowledge base and gathers every fault on the way."""

    def __init__(self, root_name: str, texts: Mapping[str, str]) -> None:
        self._root_name = root_name
        self._texts = texts
        self._faults: list[Fault] = []
        self._origin: dict[tuple[str, str], tuple[Document, Location]] = {}

    def knowledge(self, version: str) -> Knowledge:
        """Return the whole, or raise `BadInput`."""
        parts: dict[str, Any] = {"version": version}
        for name, model in _LISTS.items():
            entries = dict(self._entries(f"{name}.yaml", name, model))
            parts[name] = dict(sorted(entries.items()))
        for name, model in _FOLDERS.items():
            paths = [path for path in self._texts if path.startswith(f"{name}/")]
            if not paths:
                self._faults.append(Fault(f"{self._root_name}/{name}", None, "", "holds no file"))
            parts[name] = {
                Path(path).stem: entry for path in paths for entry in self._whole(path, name, model)
            }
        for name, model in _SINGLES.items():
            parts[name] = next(self._whole(f"{name}.yaml", name, model), None)
        self._raise_faults()
        knowledge = Knowledge.model_construct(**parts)
        for kind, entry_id, location, message in check_references(knowledge):
            document, start = self._origin[kind, entry_id]
            self._faults.append(document.fault((*start, *location), message))
        self._raise_faults()
        return knowledge

    def _raise_faults(self) -> None:
        if self._faults:
            raise BadInput(self._faults)

    def _document(self, path: str) -> Document:
        return parse(self._texts[path], f"{self._root_name}/{path}")

    def _whole(self, path: str, name: str, model: type[Noun]) -> Iterator[Any]:
        """Yield the one entry of a file, or nothing if it has faults."""
        try:
            document = self._document(path)
            entry: Any = validate(model, document)
            entry_id = getattr(entry, "id", "")
            if entry_id and entry_id != Path(path).stem:
                message = f"is {entry_id}, but the file is {Path(path).name}"
                raise BadInput([document.fault(("id",), message)])
        except BadInput as error:
            self._faults += error.faults
            return
        self._origin[name, entry_id] = (document, ())
        yield entry

    def _entries(self, path: str, name: str, model: type[Noun]) -> Iterator[tuple[str, Any]]:
        """Yield the entries of a file that is a list, without those that have faults."""
        try:
            document = self._document(path)
            if not isinstance(document.data, list):
                raise BadInput([document.fault((), "expected a list of entries")])
        except BadInput as error:
            self._faults += error.faults
            return
        seen = set()
        for index, data in enumerate(document.data):
            try:
                entry: Any = validate_part(model, document, data, (index,))
            except BadInput as error:
                self._faults += error.faults
                continue
            if entry.id in seen:
                self._faults.append(document.fault((index, "id"), f"{entry.id} stands twice"))
            seen.add(entry.id)
            self._origin[name, entry.id] = (document, (index,))
            yield entry.id, entry


Finding = tuple[str, str, Location, str]
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
    location: Location,
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
            at: Location = ("rules", index)
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
        at: Location = ("red_flags", index)
        yield from _unknown("screening", "", (*at, "group"), [flag.group], groups)
        yield from _unknown("screening", "", (*at, "sources"), flag.sources, knowledge.sources)
    for index, combination in enumerate(screening.combinations):
        at = ("combinations", index)
        yield from _unknown(
            "screening",
            "",
            (*at, "conditions"),
            combination.conditions,
            {**knowledge.answers, **knowledge.conditions},
        )
        yield from _unknown(
            "screening", "", (*at, "sources"), combination.sources, knowledge.sources
        )
    flags = [flag.id for flag in screening.red_flags]
    for index, flag_id in enumerate(flags):
        if flag_id in flags[:index]:
            yield "screening", "", ("red_flags", index, "id"), f"{flag_id} stands twice"
