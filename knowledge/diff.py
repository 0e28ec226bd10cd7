"""What two knowledge bases say differently, entry by entry."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from knowledge.faults import BadInput, Fault, nearest
from knowledge.layer import FOLDERS, LISTS, PATCHES, SINGLES
from knowledge.load import SHIPPED, Knowledge, load_knowledge
from knowledge.schema._base import Noun
from knowledge.schema.condition import Caps, Condition, Rule

SHIPPED_WORD = "shipped"
VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that is not the same; None on a side that does not have it.

    `cells` are the demands of a condition whose rules changed in the same way, else empty.
    """

    field: str
    before: Any
    after: Any
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry that was added, removed or changed. A kind of one file has the id ''."""

    kind: str
    entry_id: str
    what: Literal["added", "removed", "changed"]
    fields: tuple[FieldChange, ...] = ()

    @property
    def name(self) -> str:
        """Such as exercises/glute_bridge, or dosing."""
        return f"{self.kind}/{self.entry_id}" if self.entry_id else self.kind


def load_side(text: str) -> Knowledge:
    """Return the shipped knowledge base, a whole one, or an overlay laid on the shipped one.

    `text` is the word `shipped` or a folder. Raises `BadInput` if it is neither.
    """
    if text == SHIPPED_WORD:
        return load_knowledge()
    folder = Path(text)
    if not folder.exists():
        siblings = [path.name for path in folder.parent.glob("*") if path.is_dir()]
        hint = nearest(folder.name, [*siblings, SHIPPED_WORD])
        message = f"no such folder{hint}; expected a folder or the word {SHIPPED_WORD}"
        raise BadInput([Fault(text, None, "", message)])
    if any((folder / f"{kind}.yaml").exists() for kind in SINGLES):
        # The cache keeps one knowledge base: the one that is used every day.
        return load_knowledge(folder, cached=folder.resolve() == SHIPPED)
    parts = [*(f"{kind}.yaml" for kind in LISTS), *FOLDERS, PATCHES]
    if folder.is_dir() and not any((folder / part).exists() for part in parts):
        message = f"holds no knowledge; expected some of: {', '.join(parts)}"
        raise BadInput([Fault(text, None, "", message)])
    return load_knowledge(overlays=[folder], cached=False)


def compare(before: Knowledge, after: Knowledge) -> tuple[EntryChange, ...]:
    """Return every entry that differs, by kind and id."""
    changes: list[EntryChange] = []
    for kind in (*FOLDERS, *LISTS):
        old, new = getattr(before, kind), getattr(after, kind)
        for entry_id in sorted({*old, *new}):
            changes += _entry(kind, entry_id, old.get(entry_id), new.get(entry_id))
    for kind in SINGLES:
        changes += _entry(kind, "", getattr(before, kind), getattr(after, kind))
    return tuple(changes)


def _entry(kind: str, entry_id: str, old: Noun | None, new: Noun | None) -> Iterator[EntryChange]:
    if old is None or new is None:
        yield EntryChange(kind, entry_id, "added" if old is None else "removed")
        return
    fields = list(_differences(old, new, ""))
    if isinstance(old, Condition) and isinstance(new, Condition):
        fields += _cells(old, new)
    if fields:
        yield EntryChange(kind, entry_id, "changed", tuple(fields))


def _differences(old: Any, new: Any, path: str) -> Iterator[FieldChange]:
    """Yield the smallest fields that differ; entries of a list are matched by their ids."""
    if old == new:
        return
    olds, news = _parts(old), _parts(new)
    if old == () or new == ():  # every entry of the other list was added or removed
        olds, news = (olds or {}, news) if old == () else (olds, news or {})
    if olds is None or news is None:
        yield FieldChange(path, old, new)
        return
    for name in dict.fromkeys([*olds, *news]):
        below = f"{path}.{name}" if path else name
        yield from _differences(olds.get(name), news.get(name), below)
    if isinstance(old, tuple) and set(olds) == set(news) and list(olds) != list(news):
        yield FieldChange(f"{path} (order)", tuple(olds), tuple(news))


def _parts(value: Any) -> Mapping[str, Any] | None:
    """Return what a value consists of by name, or None if it is shown as a whole."""
    if isinstance(value, Noun):
        # The rules of a condition are compared as cells, whatever groups they stand in.
        skipped = {"rules"} if isinstance(value, Condition) else set()
        names = [name for name in type(value).model_fields if name not in skipped]
        return {name: getattr(value, name) for name in names}
    if isinstance(value, Mapping):
        return value
    if isinstance(value, tuple) and value and all(hasattr(one, "id") for one in value):
        return {one.id: one for one in value}
    return None


def _cells(old: Condition, new: Condition) -> list[FieldChange]:
    """Return how the rules changed, one change for all demands that share it."""
    changes: list[FieldChange] = []
    for demand in dict.fromkeys([*old.cells, *new.cells]):
        for field, before, after in _rule(old.cells.get(demand), new.cells.get(demand)):
            same = next(
                (n for n, one in enumerate(changes)
                 if (one.field, one.before, one.after) == (field, before, after)),
                None,
            )  # fmt: skip
            if same is None:
                changes.append(FieldChange(field, before, after, (demand,)))
            else:
                demands = (*changes[same].cells, demand)
                changes[same] = FieldChange(field, before, after, demands)
    order = [VERDICT, *(f"caps.{cap}" for cap in Caps.model_fields)]
    return sorted(
        changes, key=lambda one: order.index(one.field) if one.field in order else len(order)
    )


def _rule(old: Rule | None, new: Rule | None) -> Iterator[tuple[str, Any, Any]]:
    """Yield field, value before and value after of what differs in one cell."""
    if old is None or new is None:
        yield VERDICT, old.verdict if old else None, new.verdict if new else None
        for cap in Caps.model_fields:
            limits = [None if rule is None else getattr(rule.caps, cap) for rule in (old, new)]
            if any(limits):
                yield f"caps.{cap}", limits[0], limits[1]
        return
    for one in _differences(old, new, ""):
        if one.field != "demands":
            yield one.field, one.before, one.after
