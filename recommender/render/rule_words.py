"""Rules, doses and sources in words, for those who write and question the rules."""

from collections.abc import Iterable, Iterator

from knowledge import Caps, Dose, Exercise, Knowledge
from knowledge.schema.exercise import Sides
from knowledge.schema.vocabulary import Source
from recommender.plan import Plan

STRENGTHS = {"judgement": "own judgement", "expert": "expert opinion"}
SIDES: dict[Sides, str] = {"both": "", "each": " each side", "alternating": " a side alternating"}


def caps_words(caps: Caps) -> list[str]:
    """Return what the caps limit, one text for each."""
    numbers = (
        (caps.max_hold_s, "hold at most {} s"),
        (caps.max_effort, "effort at most {} of 10"),
        (caps.max_load, "load at most {}"),
        (caps.max_sets, "at most {} sets"),
        (caps.min_rest_s, "rest at least {} s"),
        (caps.min_tempo_s, "at least {} s a repetition"),
        (caps.hours_since_waking, "not in the first {} h after getting up"),
        (caps.hours_since_meal, "not in the first {} h after a meal"),
    )
    flags = (
        (caps.no_end_range, "not to the end of the movement"),
        (caps.support, "a hand on something steady"),
        (caps.exhale_on_effort, "breathing out on the effort"),
    )
    found = [words.format(number) for number, words in numbers if number is not None]
    return [*found, *(words for holds, words in flags if holds)]


def dose_words(dose: Dose, sides: Sides) -> str:
    """Return a dose with its range of sets: 1-3 x 10 each side, hold 5 s, rest 60 s, effort 4."""
    parts = [f"{sets_words(dose)} x {dose.reps}{SIDES[sides]}"]
    if dose.tempo_s is not None:
        parts.append(f"{dose.tempo_s} s a repetition")
    if dose.hold_s is not None:
        parts.append(f"hold {dose.hold_s} s")
    if dose.rest_between_reps_s:
        parts.append(f"{dose.rest_between_reps_s} s between repetitions")
    parts += [f"rest {dose.rest_s} s", f"load {dose.load}", f"effort {dose.effort} of 10"]
    return ", ".join(parts)


def sets_words(dose: Dose) -> str:
    """Return the range of sets: 1-3, or 2 where there is no choice."""
    fewest, most = dose.sets
    return f"{most}" if fewest == most else f"{fewest}-{most}"


def dose_changes(before: Dose, after: Dose) -> Iterator[str]:
    """Yield what a lowered dose changes: hold 20 s -> 10 s."""
    shown = (
        ("sets", sets_words(before), sets_words(after)),
        ("repetitions", f"{before.reps}", f"{after.reps}"),
        ("a repetition", f"{before.tempo_s} s", f"{after.tempo_s} s"),
        ("hold", f"{before.hold_s} s", f"{after.hold_s} s"),
        (
            "between repetitions",
            f"{before.rest_between_reps_s} s",
            f"{after.rest_between_reps_s} s",
        ),
        ("rest", f"{before.rest_s} s", f"{after.rest_s} s"),
        ("load", before.load, after.load),
        ("effort", f"{before.effort}", f"{after.effort}"),
    )
    for name, old, new in shown:
        if old != new:
            yield f"{name} {old} -> {new}"


def orders_words(plan: Plan) -> Iterator[str]:
    """Yield each order of the answers: what, by whom and why, and if it does not hold, why not."""
    for order in plan.orders:
        given = (("from", order.since), ("until", order.until))
        dates = "".join(f" {word} {day}" for word, day in given if day is not None)
        state = "" if order.in_force else "Dropped: "
        reason = order.reason.rstrip(".")
        said = f"{state}{order.what}. {order.author}{dates}: {reason}. {order.note}".rstrip()
        yield said[0].upper() + said[1:]


def source_words(sources: Iterable[Source]) -> Iterator[str]:
    """Yield each source with the strength of its evidence."""
    for source in sources:
        strength = STRENGTHS.get(source.strength, f"{source.strength} strength")
        yield f"Source: {source.title} ({strength})"


def verified_words(*, verified: bool) -> str:
    """Return whether somebody has compared a number or rule with its source."""
    return "verified" if verified else "not verified"


def needs_words(exercise: Exercise, knowledge: Knowledge) -> str:
    """Return what an exercise needs: exercise mat and 2 x dumbbell."""

    def named(pieces: dict[str, int]) -> list[str]:
        return [
            f"{count} x {knowledge.equipment[piece].name}"
            if count > 1
            else knowledge.equipment[piece].name
            for piece, count in pieces.items()
        ]

    needs = named(exercise.equipment.all_of)
    options = " or ".join(named(exercise.equipment.any_of))
    return ", ".join([*needs, options] if options else needs) or "nothing"
