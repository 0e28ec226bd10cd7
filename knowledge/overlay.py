"""Lays an overlay on the knowledge base, names what it replaces, and keeps the rules as strict.

An overlay may make the rules stricter in silence. It may make a shipped rule milder only where the
entry says why, under `weakens`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from knowledge.faults import Fault, Location, nearest
from knowledge.layer import FOLDERS, LISTS, PATCHES, Layer, Placed
from knowledge.schema.condition import VERDICTS, Caps, Condition, Rule
from knowledge.schema.exercise import LEVELS, LOADS, Exercise
from knowledge.schema.overlay import Overlay, Weakening
from knowledge.schema.vocabulary import Demand, Pattern

SPINAL_LOADS = ("low", "moderate", "high", "very_high")


@dataclass
class Merged:
    """The layers so far."""

    entries: dict[str, dict[str, Placed]]
    overlays: list[Overlay] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def of(cls, layer: Layer) -> Self:
        """Begin with the shipped knowledge base."""
        return cls({kind: dict(entries) for kind, entries in layer.entries.items()})


@dataclass(frozen=True, slots=True)
class _Milder:
    """A rule that an entry makes milder: where, what, and the reason if one is given."""

    at: Location
    what: str
    reason: str | None


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
            _judge(merged, name, placed, _milder(old.entry, placed.entry), weakened)
    for condition_id, patch in layer.entries[PATCHES].items():
        old = merged.entries["conditions"].get(condition_id)
        if old is None:
            known = merged.entries["conditions"]
            message = f"{condition_id} is not a known condition{nearest(condition_id, known)}"
            merged.faults.append(patch.document.fault(("condition",), message))
            continue
        merged.faults += _wrong_words(merged, patch)
        replaced += [f"{PATCHES}/{condition_id}"]
        changed = _patched(old.entry, patch.entry.rules)
        rules = {demand: i for i, rule in enumerate(patch.entry.rules) for demand in rule.demands}
        milder = _milder_cells(old.entry, changed, rules, None)
        _judge(merged, f"{PATCHES}/{condition_id}", patch, milder, weakened)
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
    milder: Iterator[_Milder],
    weakened: list[Weakening],
) -> None:
    for one in milder:
        if one.reason is None:
            message = f"makes a shipped rule milder ({one.what}); give the reason as weakens: ..."
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
    return condition.model_copy(
        update={"rules": (*(rule for rule in kept if rule.demands), *rules)}
    )  # fmt: skip


def _milder(old: object, new: object) -> Iterator[_Milder]:
    """Yield every way in which an entry asks less than the one that it replaces."""
    if isinstance(old, Exercise) and isinstance(new, Exercise):
        for what in _milder_exercise(old, new):
            yield _Milder((), what, new.weakens)
    elif isinstance(old, Condition) and isinstance(new, Condition):
        for what in _milder_condition(old, new):
            yield _Milder((), what, new.weakens)
        rules = {demand: index for index, rule in enumerate(new.rules) for demand in rule.demands}
        yield from _milder_cells(old, new, rules, new.weakens)
    elif isinstance(old, Demand) and isinstance(new, Demand):
        if new.self_clearance and not old.self_clearance:
            yield _Milder(("self_clearance",), "a person's own tick opens it", None)
        if old.origin != new.origin:
            yield _Milder(("origin",), f"origin is {old.origin}", None)
    elif isinstance(old, Pattern) and isinstance(new, Pattern):
        for key in ("a_session", "exercises_a_week"):
            if getattr(new, key) > getattr(old, key):
                yield _Milder((key,), f"{key} was {getattr(old, key)}", None)
        if old.prepare and not new.prepare:
            yield _Milder(("prepare",), "no warm-up prepares for it", None)


def _milder_exercise(old: Exercise, new: Exercise) -> Iterator[str]:
    for demand in sorted(set(old.demands) - set(new.demands)):
        yield f"demand {demand} is gone"
    if old.side != new.side:
        yield f"side {old.side} became {new.side}"
    if SPINAL_LOADS.index(new.spinal_load) < SPINAL_LOADS.index(old.spinal_load):
        yield f"spinal load {old.spinal_load} became {new.spinal_load}"
    if LEVELS.index(new.difficulty) < LEVELS.index(old.difficulty):
        yield f"difficulty {old.difficulty} became {new.difficulty}"
    if old.technique is not None and new.technique != old.technique:
        yield f"technique {old.technique} is gone"
    if set(old.cautions) - set(new.cautions):
        yield "a caution is gone"


def _milder_condition(old: Condition, new: Condition) -> Iterator[str]:
    verdicts = ("allow", "clearance", "exclude")
    if verdicts.index(new.plan.verdict) < verdicts.index(old.plan.verdict):
        yield f"the plan verdict {old.plan.verdict} became {new.plan.verdict}"
    if new.plan.self_clearance and not old.plan.self_clearance:
        yield "a person's own tick opens the plan"
    for key in ("answer", "window", "from_age", "from_score", "if_detail", "sided"):
        if getattr(old, key) != getattr(new, key):
            yield f"{key} is not the same, so it may hold for fewer people"
    if old.week is not None and new.week != old.week:
        yield "the limits of the week are not the same"
    if set(old.stop_signs) - set(new.stop_signs):
        yield "a stop sign is gone"


def _milder_cells(
    old: Condition, new: Condition, rules: dict[str, int], reason: str | None
) -> Iterator[_Milder]:
    for demand, before in old.cells.items():
        after = new.cells.get(demand)
        if after is None:
            continue  # a silent cell, which is a fault of its own
        for what in _milder_rule(before, after):
            at: Location = ("rules", rules[demand]) if demand in rules else ()
            yield _Milder(at, f"{demand}: {what}", after.weakens or reason)


def _milder_rule(old: Rule, new: Rule) -> Iterator[str]:
    if VERDICTS.index(new.verdict) < VERDICTS.index(old.verdict):
        yield f"{old.verdict} became {new.verdict}"
        return
    if new.verdict == "exclude":
        if new.one_sided is not None and old.one_sided is None:
            yield "one_sided is new"
        return
    if VERDICTS.index(new.verdict) > VERDICTS.index(old.verdict):
        return
    if new.self_clearance and not old.self_clearance:
        yield "a person's own tick opens it"
    if old.caution is not None and new.caution is None:
        yield "the caution is gone"
    for cap in Caps.model_fields:
        if _looser(cap, getattr(old.caps, cap), getattr(new.caps, cap)):
            yield f"{cap} was {getattr(old.caps, cap)}"


def _looser(cap: str, old: object, new: object) -> bool:
    if old is None or old is False or old == new:
        return False
    if new is None or new is False:
        return True
    if cap == "max_load":
        return LOADS.index(new) > LOADS.index(old)
    if isinstance(old, int) and isinstance(new, int):
        return new > old if cap.startswith("max_") else new < old
    return False
