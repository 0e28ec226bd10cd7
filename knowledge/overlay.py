"""Lays an overlay on the knowledge base, names what it replaces, and keeps the rules as strict.

An overlay may make the rules stricter in silence. It may make a shipped rule milder only where the
entry says why, under `weakens`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from knowledge.faults import Fault, nearest
from knowledge.layer import FOLDERS, LISTS, PATCHES, Layer, Placed
from knowledge.milder import Milder, milder, milder_cells
from knowledge.schema.condition import Condition, Rule
from knowledge.schema.overlay import Overlay, Weakening


@dataclass
class Merged:
    """The layers so far. `patches` are the files with new cells, by condition."""

    entries: dict[str, dict[str, Placed]]
    patches: dict[str, list[Placed]] = field(default_factory=dict)
    overlays: list[Overlay] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def of(cls, layer: Layer) -> Self:
        """Begin with the shipped knowledge base."""
        return cls({kind: dict(entries) for kind, entries in layer.entries.items()})


def lay(merged: Merged, layer: Layer) -> None:
    """Lay one overlay on top; faults are added to `merged.faults`."""
    added: list[str] = []
    replaced: list[str] = []
    weakened: list[Weakening] = []
    for kind in (*LISTS, *FOLDERS):
        for entry_id, placed in layer.entries[kind].items():
            name = f"{kind}/{entry_id}"
            old = merged.entries[kind].get(entry_id)
            merged.entries[kind][entry_id] = placed
            if old is None:
                added.append(name)
                continue
            replaced.append(name)
            _judge(merged, name, placed, milder(old.entry, placed.entry), weakened)
    for condition_id, patch in layer.entries[PATCHES].items():
        old = merged.entries["conditions"].get(condition_id)
        if old is None:
            known = merged.entries["conditions"]
            message = f"{condition_id} is not a known condition{nearest(condition_id, known)}"
            merged.faults.append(patch.document.fault(("condition",), message))
            continue
        wrong = list(_wrong_words(merged, patch))
        merged.faults += wrong
        if wrong:
            continue
        replaced += [f"{PATCHES}/{condition_id}"]
        changed = _patched(old.entry, patch.entry.rules)
        rules = {demand: i for i, rule in enumerate(patch.entry.rules) for demand in rule.demands}
        found = milder_cells(old.entry, changed, rules, None)
        _judge(merged, f"{PATCHES}/{condition_id}", patch, found, weakened)
        merged.patches.setdefault(condition_id, []).append(patch)
        merged.entries["conditions"][condition_id] = Placed(changed, old.document, old.at)
    merged.overlays.append(
        Overlay(
            name=layer.name,
            added=tuple(added),
            replaced=tuple(replaced),
            weakened=tuple(weakened),
        )
    )


def _judge(
    merged: Merged,
    name: str,
    placed: Placed,
    found: Iterator[Milder],
    weakened: list[Weakening],
) -> None:
    for one in found:
        if one.reason is None:
            advice = "give the reason as weakens: ..." if one.can_say_why else "leave it as it was"
            message = f"makes a shipped rule milder ({one.what}); {advice}"
            merged.faults.append(placed.document.fault((*placed.at, *one.at), message))
        else:
            weakened.append(Weakening(entry=name, what=one.what, reason=one.reason))


def _wrong_words(merged: Merged, patch: Placed) -> Iterator[Fault]:
    for index, rule in enumerate(patch.entry.rules):
        for key, words in (("demands", rule.demands), ("sources", rule.sources)):
            for place, word in enumerate(words):
                if word not in merged.entries[key]:
                    message = f"{word} is not known{nearest(word, merged.entries[key])}"
                    yield patch.document.fault(("rules", index, key, place), message)


def _patched(condition: Condition, rules: tuple[Rule, ...]) -> Condition:
    new = {demand for rule in rules for demand in rule.demands}
    kept = (
        rule.model_copy(update={"demands": tuple(d for d in rule.demands if d not in new)})
        for rule in condition.rules
    )
    rules = (*(rule for rule in kept if rule.demands), *rules)
    # A new object, because a copy would keep the cells that the old one has put together.
    fields = {name: getattr(condition, name) for name in Condition.model_fields}
    return Condition(**{**fields, "rules": rules})  # fmt: skip
