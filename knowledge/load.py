"""Loads the knowledge base: every file strictly, then everything across files.

Fails closed: an unknown tag, rule, source or key, and a demand x condition pair without a written
cell, are errors. All faults of a load are reported at once. Overlays are laid on the shipped
knowledge base one after the other.
"""

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from knowledge.cache import recall, store
from knowledge.faults import BadInput, Fault
from knowledge.layer import FOLDERS, LISTS, SINGLES, Layer, read_layer, read_texts
from knowledge.overlay import Merged, lay
from knowledge.references import Finding, check_references
from knowledge.schema._base import Noun
from knowledge.schema.checkin_rules import CheckInRules
from knowledge.schema.condition import Condition
from knowledge.schema.dosing import Dosing
from knowledge.schema.exercise import Exercise
from knowledge.schema.overlay import Overlay
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

SHIPPED = Path(__file__).parent


class Knowledge(Noun):
    """Everything the rules and the model know, by id and in order of id."""

    exercises: dict[str, Exercise]
    conditions: dict[str, Condition]
    demands: dict[str, Demand]
    equipment: dict[str, Piece]
    equipment_sets: dict[str, EquipmentSet]
    muscles: dict[str, Muscle]
    patterns: dict[str, Pattern]
    techniques: dict[str, Technique]
    scores: dict[str, Score]
    sources: dict[str, Source]
    screening: Screening
    dosing: Dosing
    program: ProgramRules
    checkin: CheckInRules
    overlays: tuple[Overlay, ...] = ()
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


def load_knowledge(
    root: Path = SHIPPED, overlays: Sequence[Path] = (), *, cached: bool = True
) -> Knowledge:
    """Return the knowledge base in `root` with the overlays laid on it.

    Raises `BadInput` with every fault that was found in any of them.
    """
    roots = (root, *overlays)
    read = [read_texts(path, whole=index == 0) for index, path in enumerate(roots)]
    faults = [fault for _, found in read for fault in found]
    parts = [f"{name}\0{text}" for texts, _ in read for name, text in (*texts.items(), ("", ""))]
    version = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    code = b"".join(path.read_bytes() for path in sorted(SHIPPED.rglob("*.py")))
    names = "\0".join(str(path) for path in overlays)
    key = hashlib.sha256(f"{version}\0{names}".encode() + code).hexdigest()
    if cached and not faults and (known := recall(key)) is not None:
        with contextlib.suppress(ValidationError):
            return Knowledge.model_validate_json(known)
    layers = [
        read_layer(path.name if index == 0 else str(path), texts, whole=index == 0)
        for index, (path, (texts, _)) in enumerate(zip(roots, read, strict=True))
    ]
    knowledge = _assemble(layers, faults, version[:16])
    if cached:
        store(key, knowledge.model_dump_json())
    return knowledge


def _assemble(layers: Sequence[Layer], unread: Sequence[Fault], version: str) -> Knowledge:
    """Return the layers as one whole, or raise `BadInput` with every fault of every stage."""
    faults = [*unread, *(fault for layer in layers for fault in layer.faults)]
    broken = {name for layer in layers for name in layer.broken}
    if "*" in broken or any("" not in layers[0].entries[kind] for kind in SINGLES):
        raise BadInput(faults)
    merged = Merged.of(layers[0])
    for layer in layers[1:]:
        lay(merged, layer)
    faults += merged.faults
    parts: dict[str, Any] = {
        kind: {entry_id: placed.entry for entry_id, placed in sorted(merged.entries[kind].items())}
        for kind in (*LISTS, *FOLDERS)
    }
    parts |= {kind: merged.entries[kind][""].entry for kind in SINGLES}
    knowledge = Knowledge.model_construct(
        **parts, overlays=tuple(merged.overlays), version=version
    )  # fmt: skip
    for finding in check_references(knowledge, complete=not faults):
        if finding.word not in broken:
            faults.append(_located(merged, finding))
    if faults:
        raise BadInput(faults)
    return knowledge


def _located(merged: Merged, finding: Finding) -> Fault:
    """Return the fault in the file where it was made: the patch of a condition, if it was one."""
    patches = merged.patches.get(finding.entry_id, []) if finding.kind == "conditions" else []
    for patch in reversed(patches):
        for index, rule in enumerate(patch.entry.rules):
            if finding.word in rule.demands:
                return patch.document.fault(("rules", index), finding.message)
    placed = merged.entries[finding.kind][finding.entry_id]
    return placed.document.fault((*placed.at, *finding.location), finding.message)
