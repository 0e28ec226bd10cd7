"""Where an entry of an overlay asks less than the shipped one that it replaces."""

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.faults import Location
from knowledge.schema.condition import VERDICTS, Caps, Condition, Rule
from knowledge.schema.exercise import LEVELS, LOADS, Exercise
from knowledge.schema.vocabulary import Demand, Pattern, Piece

SPINAL_LOADS = ("low", "moderate", "high", "very_high")


@dataclass(frozen=True, slots=True)
class Milder:
    """A rule that an entry makes milder: where, what, and the reason if one is given.

    `can_say_why`: the entry has a key for the reason; others cannot be made milder at all.
    """

    at: Location
    what: str
    reason: str | None
    can_say_why: bool = True


def milder(old: object, new: object) -> Iterator[Milder]:
    """Yield every way in which an entry asks less than the one that it replaces."""
    if isinstance(old, Exercise) and isinstance(new, Exercise):
        for what in _milder_exercise(old, new):
            yield Milder((), what, new.weakens)
    elif isinstance(old, Condition) and isinstance(new, Condition):
        for what in _milder_condition(old, new):
            yield Milder((), what, new.weakens)
        rules = {demand: index for index, rule in enumerate(new.rules) for demand in rule.demands}
        yield from milder_cells(old, new, rules, new.weakens)
    elif isinstance(old, Demand) and isinstance(new, Demand):
        if new.self_clearance and not old.self_clearance:
            yield Milder(("self_clearance",), "a person's own tick opens it", None, False)
        if old.origin != new.origin:
            yield Milder(("origin",), f"origin is {old.origin}", None, False)
        if old.position is not None and new.position is None:
            yield Milder((), "nobody is asked about the position", None, False)
    elif isinstance(old, Piece) and isinstance(new, Piece):
        for piece in sorted(set(new.substitutes) - set(old.substitutes)):
            yield Milder(("substitutes",), f"{piece} serves as it", None, False)
    elif isinstance(old, Pattern) and isinstance(new, Pattern):
        for key in ("a_session", "exercises_a_week"):
            if getattr(new, key) > getattr(old, key):
                yield Milder((key,), f"{key} was {getattr(old, key)}", None, False)
        if old.prepare and not new.prepare:
            yield Milder(("prepare",), "no warm-up prepares for it", None, False)


def _milder_exercise(old: Exercise, new: Exercise) -> Iterator[str]:
    for demand in sorted(set(old.demands) - set(new.demands)):
        yield f"demand {demand} is gone"
    for key in ("side", "kind", "position", "pattern"):
        if getattr(old, key) != getattr(new, key):
            yield f"{key} {getattr(old, key)} became {getattr(new, key)}"
    if new.hand_free and not old.hand_free:
        yield "one hand is free now"
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


def milder_cells(
    old: Condition, new: Condition, rules: dict[str, int], reason: str | None
) -> Iterator[Milder]:
    """Yield every cell that became milder; `rules` maps a demand to its rule in the new file."""
    for demand, before in old.cells.items():
        after = new.cells.get(demand)
        if after is None:
            continue  # a silent cell, which is a fault of its own
        for what in _milder_rule(before, after):
            at: Location = ("rules", rules[demand]) if demand in rules else ()
            yield Milder(at, f"{demand}: {what}", after.weakens or reason)


def _milder_rule(old: Rule, new: Rule) -> Iterator[str]:
    if VERDICTS.index(new.verdict) < VERDICTS.index(old.verdict):
        yield f"{old.verdict} became {new.verdict}"
        return
    if new.one_sided is not None and old.one_sided is None:
        yield "one_sided is new"
    if new.verdict == "exclude":
        return
    # A clearance that somebody opens is a modify, so its limits count as much.
    if old.verdict == new.verdict and new.self_clearance and not old.self_clearance:
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
