"""What one file says of another that is not so: words, ladders, cells, doses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.faults import Location, nearest
from knowledge.schema.condition import VERDICTS, Condition
from knowledge.schema.exercise import LEVELS, Dose, Equipment, Exercise

if TYPE_CHECKING:
    from knowledge.load import Knowledge

STRICTER_PAIRS = (("isometric_short", "isometric_long"), ("load_moderate", "load_heavy"))
"""A dose is lowered until no rule forbids it, so the lower one may never be judged more harshly."""
SILENT_ONE_BY_ONE = 3
"""So many conditions without a cell for a demand are named each in its file, more in one line."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault across files: kind and id of the entry, location in it, message.

    `word` is the unknown word or the demand that it is about, if there is one.
    """

    kind: str
    entry_id: str
    location: Location
    message: str
    word: str | None = None


def check_references(knowledge: "Knowledge", *, complete: bool) -> Iterator[Finding]:
    """Yield whatever one file says of another that is not so.

    With `complete` false some entries could not be read, and nothing is said to be missing.
    """
    for exercise in knowledge.exercises.values():
        yield from _check_exercise(knowledge, exercise)
    yield from _check_ladders(knowledge)
    if complete:
        yield from _check_blocks(knowledge)
    for condition in knowledge.conditions.values():
        yield from _check_condition(knowledge, condition)
    yield from _check_silent_cells(knowledge)
    yield from _check_answers(knowledge)
    yield from _check_screening(knowledge)
    yield from _check_vocabulary(knowledge)
    yield from _check_checkin(knowledge)


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
            yield Finding(kind, entry_id, (*location, index), message, word)


def _check_exercise(knowledge: "Knowledge", entry: Exercise) -> Iterator[Finding]:
    written = [d.id for d in knowledge.demands.values() if d.origin == "written"]
    lists: tuple[tuple[Location, tuple[str, ...], Iterable[str]], ...] = (
        (("demands",), entry.demands, written),
        (("sources",), entry.sources, knowledge.sources),
        (("muscles", "primary"), entry.muscles.primary, knowledge.muscles),
        (("muscles", "secondary"), entry.muscles.secondary, knowledge.muscles),
        (("prepares",), entry.prepares, knowledge.patterns),
        (("substitutes",), entry.substitutes, knowledge.exercises),
    )
    for location, words, known in lists:
        yield from _unknown("exercises", entry.id, location, words, known)
    if entry.id in entry.substitutes:
        yield Finding("exercises", entry.id, ("substitutes",), "names the exercise itself")
    for group in ("all_of", "any_of"):
        for word in getattr(entry.equipment, group):
            if word not in knowledge.equipment:
                message = f"is not known equipment{nearest(word, knowledge.equipment)}"
                yield Finding("exercises", entry.id, ("equipment", group, word), message, word)
    single: tuple[tuple[str, str | None, Mapping[str, object]], ...] = (
        ("technique", entry.technique, knowledge.techniques),
        ("pattern", entry.pattern, knowledge.patterns),
    )
    for key, name, entries in single:
        if name is not None and name not in entries:
            message = f"{name} is not known{nearest(name, entries)}"
            yield Finding("exercises", entry.id, (key,), message, name)
    for level in LEVELS:
        dose: Dose | None = getattr(entry.dose, level)
        if dose is not None:
            for key, message in _wrong_hold(knowledge, entry, dose, level):
                yield Finding("exercises", entry.id, ("dose", level, key), message)


def _wrong_hold(
    knowledge: "Knowledge", entry: Exercise, dose: Dose, level: str
) -> Iterator[tuple[str, str]]:
    """Yield where the hold of a dose leaves the ladder, or a stretch its limits."""
    if dose.hold_s is None:
        return
    holds, stretches = knowledge.dosing.holds, knowledge.dosing.stretches
    if entry.kind == "stretch":
        low, high = stretches.hold_s
        if not low <= dose.hold_s <= high:
            yield "hold_s", f"a stretch is held {low} to {high} s, not {dose.hold_s}"
        fewest, most = stretches.repetitions
        if not fewest <= dose.reps * dose.sets[1] <= most:
            yield "reps", f"a stretch is repeated {fewest} to {most} times a side"
        if dose.hold_s * dose.reps * dose.sets[1] > stretches.seconds_at_most:
            yield "hold_s", f"a muscle is stretched {stretches.seconds_at_most} s at most in all"
    elif entry.kind == "stability":
        if dose.hold_s not in holds.ladder_s:
            rungs = ", ".join(map(str, holds.ladder_s))
            yield "hold_s", f"{dose.hold_s} is no rung of the ladder of holds: {rungs}"
        most_s = next(s for name, s in holds.at_most_s.items() if name == level)
        if dose.hold_s > most_s:
            yield "hold_s", f"a hold of the {level} level lasts {most_s} s at most"


def _check_ladders(knowledge: "Knowledge") -> Iterator[Finding]:
    rungs: dict[tuple[str, int], str] = {}
    ladders: dict[str, Exercise] = {}
    added = {name for overlay in knowledge.overlays for name in overlay.added}
    shipped_first = sorted(
        knowledge.exercises.values(), key=lambda entry: f"exercises/{entry.id}" in added
    )
    taken = {(entry.family, entry.step) for entry in shipped_first}
    for entry in shipped_first:
        other = rungs.setdefault((entry.family, entry.step), entry.id)
        if other != entry.id:
            free = next(n for n in range(entry.step, 100) if (entry.family, n) not in taken)
            message = (
                f"{entry.step} of ladder {entry.family} is taken by {other}; "
                f"the next free step is {free}"
            )
            yield Finding("exercises", entry.id, ("step",), message)
        first = ladders.setdefault(entry.family, entry)
        if first.side != entry.side:
            message = f"{entry.side} differs from {first.id} ({first.side}) of the same ladder"
            yield Finding("exercises", entry.id, ("side",), message)


def _check_blocks(knowledge: "Knowledge") -> Iterator[Finding]:
    for block in ("warm_up", "cool_down"):
        entries = (entry for entry in knowledge.exercises.values() if entry.block == block)
        if not any(not e.demands and e.equipment == Equipment() for e in entries):
            first = next(iter(knowledge.exercises))
            message = f"no {block} exercise without demands and equipment: every week needs one"
            yield Finding("exercises", first, ("block",), message)


def _check_condition(knowledge: "Knowledge", condition: Condition) -> Iterator[Finding]:
    for index, rule in enumerate(condition.rules):
        for key, words, known in (
            ("demands", rule.demands, knowledge.demands),
            ("sources", rule.sources, knowledge.sources),
        ):
            yield from _unknown("conditions", condition.id, ("rules", index, key), words, known)
    for lower, higher in STRICTER_PAIRS:
        cells = condition.cells
        if lower in cells and higher in cells:
            milder, harsher = cells[higher].verdict, cells[lower].verdict
            if VERDICTS.index(milder) < VERDICTS.index(harsher):
                message = f"{lower} is {harsher} and {higher} only {milder}"
                yield Finding("conditions", condition.id, ("rules",), message, lower)
    yield from _unknown(
        "conditions", condition.id, ("contradicts",), condition.contradicts, knowledge.answers
    )
    yield from _unknown(
        "conditions", condition.id, ("prefers",), condition.prefers, knowledge.patterns
    )
    yield from _unknown(
        "conditions", condition.id, ("plan", "sources"), condition.plan.sources, knowledge.sources
    )
    if condition.week is not None:
        sources = condition.week.sources
        yield from _unknown(
            "conditions", condition.id, ("week", "sources"), sources, knowledge.sources
        )
    if condition.from_score is not None and condition.from_score.score not in knowledge.scores:
        name = condition.from_score.score
        message = f"{name} is not known{nearest(name, knowledge.scores)}"
        yield Finding("conditions", condition.id, ("from_score", "score"), message)


def _check_silent_cells(knowledge: "Knowledge") -> Iterator[Finding]:
    for demand in knowledge.demands:
        silent = [c.id for c in knowledge.conditions.values() if demand not in c.cells]
        if len(silent) > SILENT_ONE_BY_ONE:
            message = (
                f"{demand} has no cell in {len(silent)} conditions, such as {silent[0]}; write a "
                "rule for it in each, even if it is allow"
            )
            yield Finding("demands", demand, ("id",), message)
            continue
        for condition_id in silent:
            message = f"says nothing of {demand}; write a rule for it, even if it is allow"
            yield Finding("conditions", condition_id, ("rules",), message)


def _check_answers(knowledge: "Knowledge") -> Iterator[Finding]:
    for answer, conditions in knowledge.answers.items():
        ways = {condition.window.dated_by if condition.window else None for condition in conditions}
        if len(ways - {None}) > 1:
            named = ", ".join(sorted(way for way in ways if way is not None))
            message = f"answer {answer} is dated in different ways: {named}"
            yield Finding("conditions", conditions[0].id, ("window",), message)
        for key in ("question", "detail", "sided"):
            first = getattr(conditions[0], key)
            for other in conditions[1:]:
                if getattr(other, key) != first:
                    message = f"differs from {conditions[0].id}, which has the same answer {answer}"
                    yield Finding("conditions", other.id, (key,), message)


def _check_screening(knowledge: "Knowledge") -> Iterator[Finding]:
    screening = knowledge.screening
    groups = [group.id for group in screening.groups]
    for index, flag in enumerate(screening.red_flags):
        at: Location = ("red_flags", index)
        yield from _unknown("screening", "", (*at, "group"), [flag.group], groups)
        yield from _unknown("screening", "", (*at, "sources"), flag.sources, knowledge.sources)
    for index, combination in enumerate(screening.combinations):
        at = ("combinations", index)
        known = {**knowledge.answers, **knowledge.conditions}
        yield from _unknown(
            "screening", "", (*at, "conditions"), combination.conditions, known
        )  # fmt: skip
        yield from _unknown(
            "screening", "", (*at, "sources"), combination.sources, knowledge.sources
        )
    flags = [flag.id for flag in screening.red_flags]
    for index, flag_id in enumerate(flags):
        if flag_id in flags[:index]:
            message = f"{flag_id} stands twice"
            yield Finding("screening", "", ("red_flags", index, "id"), message)


def _check_vocabulary(knowledge: "Knowledge") -> Iterator[Finding]:
    for piece in knowledge.equipment.values():
        yield from _unknown(
            "equipment", piece.id, ("substitutes",), piece.substitutes, knowledge.equipment
        )
    for place in knowledge.equipment_sets.values():
        for word in place.pieces:
            if word not in knowledge.equipment:
                message = f"is not known equipment{nearest(word, knowledge.equipment)}"
                yield Finding("equipment_sets", place.id, ("pieces", word), message)
    for kind in ("patterns", "scores"):
        for entry in getattr(knowledge, kind).values():
            yield from _unknown(kind, entry.id, ("sources",), entry.sources, knowledge.sources)
    for kind in ("dosing", "program", "checkin"):
        for group, part in getattr(knowledge, kind):
            for index, one in enumerate(part if isinstance(part, tuple) else (part,)):
                at: Location = (group, index) if isinstance(part, tuple) else (group,)
                yield from _unknown(kind, "", (*at, "sources"), one.sources, knowledge.sources)
    still = knowledge.program.still.conditions
    yield from _unknown("program", "", ("still", "conditions"), still, knowledge.conditions)
    pieces = knowledge.dosing.cap_cues.support_pieces
    yield from _unknown(
        "dosing", "", ("cap_cues", "support_pieces"), pieces, knowledge.equipment
    )  # fmt: skip


def _check_checkin(knowledge: "Knowledge") -> Iterator[Finding]:
    rules = knowledge.checkin
    ids = [rule.id for rule in rules.rules]
    for index, rule_id in enumerate(ids):
        if rule_id in ids[:index]:
            yield Finding("checkin", "", ("rules", index, "id"), f"{rule_id} stands twice")
    flags = [flag.id for flag in knowledge.screening.red_flags if flag.urgency != "advice"]
    flag = rules.counts_as_flag.flag
    if flag not in flags:
        message = f"{flag} is no warning sign that stops a plan{nearest(flag, flags)}"
        yield Finding("checkin", "", ("counts_as_flag", "flag"), message, flag)
