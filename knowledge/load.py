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
from knowledge.faults import BadInput
from knowledge.layer import FOLDERS, LISTS, SINGLES, Layer, read_layer, read_texts
from knowledge.overlay import Merged, lay
from knowledge.references import check_references
from knowledge.schema._base import Noun
from knowledge.schema.condition import Condition
from knowledge.schema.dosing import Dosing
from knowledge.schema.exercise import Exercise
from knowledge.schema.overlay import Overlay
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
    texts = [read_texts(path, whole=index == 0) for index, path in enumerate(roots)]
    code = b"".join(path.read_bytes() for path in sorted(SHIPPED.rglob("*.py")))
    parts = [
        f"{path}\0{name}\0{text}" if index else f"{name}\0{text}"
        for index, (path, layer) in enumerate(zip(roots, texts, strict=True))
        for name, text in layer.items()
    ]
    version = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    key = hashlib.sha256(version.encode() + code).hexdigest()
    if cached and (known := recall(key)) is not None:
        with contextlib.suppress(ValidationError):
            return Knowledge.model_validate_json(known)
    layers = [
        read_layer(path.name if index == 0 else str(path), layer, whole=index == 0)
        for index, (path, layer) in enumerate(zip(roots, texts, strict=True))
    ]
    knowledge = _assemble(layers, version[:16])
    if cached:
        store(key, knowledge.model_dump_json())
    return knowledge


def _assemble(layers: Sequence[Layer], version: str) -> Knowledge:
    """Return the layers as one whole, or raise `BadInput`."""
    faults = [fault for layer in layers for fault in layer.faults]
    if faults:
        raise BadInput(faults)
    merged = Merged.of(layers[0])
    for layer in layers[1:]:
        lay(merged, layer)
    if merged.faults:
        raise BadInput(merged.faults)
    parts: dict[str, Any] = {
        kind: {entry_id: placed.entry for entry_id, placed in sorted(merged.entries[kind].items())}
        for kind in (*LISTS, *FOLDERS)
    }
    parts |= {kind: merged.entries[kind][""].entry for kind in SINGLES}
    knowledge = Knowledge.model_construct(
        **parts, overlays=tuple(merged.overlays), version=version
    )  # fmt: skip
    for finding in check_references(knowledge):
        placed = merged.entries[finding.kind][finding.entry_id]
        faults.append(placed.document.fault((*placed.at, *finding.location), finding.message))
    if faults:
        raise BadInput(faults)
    return knowledge
