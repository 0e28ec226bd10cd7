"""Reads one folder of YAML, the shipped knowledge base or an overlay, into entries with origins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.faults import BadInput, Fault, Location, nearest
from knowledge.reading import Document, parse, read_text, validate, validate_part
from knowledge.schema._base import Noun
from knowledge.schema.checkin_rules import CheckInRules
from knowledge.schema.condition import Condition
from knowledge.schema.dosing import Dosing
from knowledge.schema.exercise import Exercise
from knowledge.schema.overlay import RulePatch
from knowledge.schema.program import ProgramRules
from knowledge.schema.screening import Screening
from knowledge.schema.vocabulary import (
    Demand,
    EquipmentSet,
    Muscle,
    Pattern,
    Piece,
    Score,
    Source,
    Technique,
)

LISTS: dict[str, type[Noun]] = {
    "sources": Source,
    "demands": Demand,
    "equipment": Piece,
    "equipment_sets": EquipmentSet,
    "muscles": Muscle,
    "patterns": Pattern,
    "techniques": Technique,
    "scores": Score,
}
FOLDERS: dict[str, type[Noun]] = {"exercises": Exercise, "conditions": Condition}
SINGLES: dict[str, type[Noun]] = {
    "screening": Screening,
    "dosing": Dosing,
    "program": ProgramRules,
    "checkin": CheckInRules,
}
PATCHES = "rules"
"""The folder of an overlay with new cells for conditions that exist."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry, and where it stands."""

    entry: Any
    document: Document
    at: Location


@dataclass(frozen=True)
class Layer:
    """All entries of one folder by kind and id; a kind of one file has the id ''."""

    name: str
    entries: Mapping[str, dict[str, Placed]]
    faults: list[Fault] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    """Ids that stand in the folder and could not be read; `*` for a whole file of them."""


def read_texts(root: Path, *, whole: bool) -> tuple[dict[str, str], list[Fault]]:
    """Return the text of every file by its path below `root`, and what cannot be read.

    The `whole` knowledge base has all files. An overlay has some, and nothing else that looks
    like knowledge but would be ignored.
    """
    faults = [] if whole else list(_layout_faults(root))
    paths = [root / f"{name}.yaml" for name in LISTS]
    if whole:
        paths += [root / f"{name}.yaml" for name in SINGLES]
    else:
        paths = [path for path in paths if path.exists() or path.is_symlink()]
    for name in (*FOLDERS, *([] if whole else [PATCHES])):
        if (root / name).is_dir():
            try:
                found = sorted((root / name).iterdir())
            except OSError as error:
                faults.append(_unreadable(root / name, error))
                continue
            paths += [path for path in found if path.suffix == ".yaml"]
    texts: dict[str, str] = {}
    for path in paths:
        try:
            if path.exists() and not path.is_file() and not path.is_dir():
                raise BadInput([Fault(str(path), None, "", "is no file; expected YAML")])
            texts[path.relative_to(root).as_posix()] = read_text(path)
        except BadInput as error:
            faults += error.faults
    return texts, faults


def _unreadable(path: Path, error: OSError) -> Fault:
    return Fault(str(path), None, "", f"cannot be read: {error.strerror or error}")


def _layout_faults(root: Path) -> Iterator[Fault]:
    """Yield what stands in the folder of an overlay and would be ignored."""
    if not root.is_dir():
        what = "is a file; expected a folder" if root.exists() else "no such folder"
        siblings = [p.name for p in root.parent.glob("*") if p.is_dir()]
        hint = "" if root.exists() else nearest(root.name, siblings)
        yield Fault(str(root), None, "", f"{what}{hint}")
        return
    known = [*(f"{name}.yaml" for name in LISTS), *FOLDERS, PATCHES]
    try:
        found = sorted(root.iterdir())
    except OSError as error:
        yield _unreadable(root, error)
        return
    for path in found:
        if path.name in (f"{name}.yaml" for name in SINGLES):
            message = f"cannot be replaced by an overlay: {path.stem} is the same for all"
            yield Fault(str(path), None, "", message)
        elif path.name in (*FOLDERS, PATCHES) and not path.is_dir():
            yield Fault(str(path), None, "", "is a file; expected a folder")
        elif (path.is_dir() or path.suffix in (".yaml", ".yml")) and path.name not in known:
            message = f"is no part of an overlay{nearest(path.name, known)}; known are: "
            yield Fault(str(path), None, "", message + ", ".join(known))
    for folder in (*FOLDERS, PATCHES):
        for path in sorted((root / folder).glob("*")):
            if path.suffix != ".yaml" and not path.name.startswith("."):
                yield Fault(
                    str(path), None, "", "would be ignored; expected a name that ends in .yaml"
                )


def read_layer(name: str, texts: Mapping[str, str], *, whole: bool) -> Layer:
    """Return every entry that can be read, and the faults of the others."""
    layer = Layer(name, {kind: {} for kind in (*LISTS, *FOLDERS, *SINGLES, PATCHES)})
    reader = _Reader(name, texts, layer)
    for kind, model in LISTS.items():
        if f"{kind}.yaml" in texts:
            layer.entries[kind].update(reader.entries(f"{kind}.yaml", model))
    files: dict[str, type[Noun]] = {**FOLDERS, PATCHES: RulePatch}
    for kind, model in files.items():
        paths = [path for path in texts if path.startswith(f"{kind}/")]
        if whole and not paths and kind in FOLDERS:
            layer.faults.append(Fault(f"{name}/{kind}", None, "", "holds no file"))
        for path in paths:
            layer.entries[kind].update(reader.whole(path, model, named=True))
    for kind, model in SINGLES.items():
        if f"{kind}.yaml" in texts:
            layer.entries[kind].update(reader.whole(f"{kind}.yaml", model, named=False))
    return layer


class _Reader:
    """Parses the texts of one folder and gathers every fault on the way."""

    def __init__(self, root_name: str, texts: Mapping[str, str], layer: Layer) -> None:
        self._root_name = root_name
        self._texts = texts
        self._faults = layer.faults
        self._broken = layer.broken

    def _document(self, path: str) -> Document:
        return parse(self._texts[path], f"{self._root_name}/{path}")

    def whole(self, path: str, model: type[Noun], *, named: bool) -> Iterator[tuple[str, Placed]]:
        """Yield the one entry of a file, or nothing if it has faults."""
        try:
            document = self._document(path)
            entry: Any = validate(model, document)
            field_name = "condition" if model is RulePatch else "id"
            entry_id = getattr(entry, field_name) if named else ""
            if named and entry_id != Path(path).stem:
                message = f"is {entry_id}, but the file is {Path(path).name}"
                raise BadInput([document.fault((field_name,), message)])
        except BadInput as error:
            self._faults += error.faults
            self._broken.add(Path(path).stem if named else "*")
            return
        yield entry_id, Placed(entry, document, ())

    def entries(self, path: str, model: type[Noun]) -> Iterator[tuple[str, Placed]]:
        """Yield the entries of a file that is a list, without those that have faults."""
        try:
            document = self._document(path)
            if not isinstance(document.data, list):
                raise BadInput([document.fault((), "expected a list of entries")])
        except BadInput as error:
            self._faults += error.faults
            self._broken.add("*")
            return
        seen = set()
        for index, data in enumerate(document.data):
            try:
                entry: Any = validate_part(model, document, data, (index,))
            except BadInput as error:
                self._faults += error.faults
                self._broken.add(str(data.get("id")) if isinstance(data, dict) else "")
                continue
            if entry.id in seen:
                self._faults.append(document.fault((index, "id"), f"{entry.id} stands twice"))
            seen.add(entry.id)
            yield entry.id, Placed(entry, document, (index,))
