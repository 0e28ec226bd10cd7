"""The first draft of an exercise file: valid as it stands, and strict until somebody edits it.

Every written demand stands in it, to be deleted where the exercise does not make it, and the
strictest level, spinal load and grip: what is left over by mistake keeps people from the exercise,
and never lets them through.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from knowledge.faults import BadInput, Fault, nearest
from knowledge.load import Knowledge
from knowledge.schema.exercise import (
    LEVELS,
    LOADS,
    REGIONS,
    Block,
    Dose,
    Exercise,
    Kind,
    Level,
    Position,
    Side,
    Sides,
    SpinalLoad,
)

WIDTH = 80
OWN_JUDGEMENT = "author_judgement"
STRICTEST_LEVEL: Level = "advanced"
STRICTEST_SPINAL_LOAD: SpinalLoad = "very_high"
_LONGEST_ID = 60
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_WORDS_OF_YAML = ("true", "false", "null")
_HIGHEST_STEP = 20


def draft_exercise(knowledge: Knowledge, exercise_id: str, family: str | None = None) -> str:
    """Return the YAML of a new exercise, the first of a ladder or the next rung of `family`.

    Raises `BadInput` for an id that cannot be or is taken, and for a ladder that is not known.
    """
    faults = [*_wrong_id(knowledge, exercise_id), *_wrong_family(knowledge, family)]
    if faults:
        raise BadInput(faults)
    rungs = [one for one in knowledge.exercises.values() if one.family == family]
    below = max(rungs, key=lambda one: one.step, default=None)
    lines = _lines(knowledge, exercise_id, below)
    return "\n".join(lines) + "\n"


def _wrong_id(knowledge: Knowledge, exercise_id: str) -> Iterator[Fault]:
    if exercise_id in knowledge.exercises:
        name = knowledge.exercises[exercise_id].name
        yield Fault(exercise_id, None, "", f"is taken by {name}; choose another id")
    elif not _IDENTIFIER.fullmatch(exercise_id) or len(exercise_id) > _LONGEST_ID:
        message = f"expected at most {_LONGEST_ID} small letters, digits and underscores"
        better = re.sub(r"[^a-z0-9]+", "_", exercise_id.lower()).strip("_0123456789")[:_LONGEST_ID]
        hint = f" (did you mean {better}?)" if better else " (like glute_bridge)"
        yield Fault(exercise_id or "ID", None, "", message + hint)
    elif exercise_id in _WORDS_OF_YAML:
        yield Fault(exercise_id, None, "", "means something else in YAML; choose another id")


def _wrong_family(knowledge: Knowledge, family: str | None) -> Iterator[Fault]:
    known = sorted({one.family for one in knowledge.exercises.values()})
    if family is None:
        return
    if family not in known:
        hint = nearest(family, known)
        message = f"{family} is not a known ladder{hint}; leave it out to begin a new one"
        yield Fault("--family", None, "", message)
    elif any(
        (one.family, one.step) == (family, _HIGHEST_STEP) for one in knowledge.exercises.values()
    ):
        yield Fault("--family", None, "", f"{family} has no rung above {_HIGHEST_STEP}")


def _lines(knowledge: Knowledge, exercise_id: str, below: Exercise | None) -> Iterator[str]:
    name = exercise_id.replace("_", " ").capitalize()
    yield from _comment(
        f"{name}: a draft. Every line needs a look, and no line may stay only because it was here."
    )
    yield f"id: {exercise_id}"
    yield from _comment("The name that people read, 3 to 60 characters.")
    yield f"name: {name}" if len(name) >= 3 else f"name: Exercise {name}"
    yield from _ladder(exercise_id, below)
    yield from _class(knowledge, below)
    yield from _needs(knowledge, below)
    yield from _effects(knowledge, below)
    yield from _demands(knowledge)
    yield from _dose(below)
    yield from _texts(knowledge)


def _ladder(exercise_id: str, below: Exercise | None) -> Iterator[str]:
    yield from _comment(
        "The ladder, named after its first exercise, and the rung on it; 1 is the easiest. All of "
        "a ladder stand on one side."
    )
    yield f"family: {below.family if below else exercise_id}"
    yield f"step: {below.step + 1 if below else 1}"


def _class(knowledge: Knowledge, below: Exercise | None) -> Iterator[str]:
    yield from _choice("kind", get_args(Kind), below.kind if below else "strength")
    yield from _choice("block", get_args(Block), below.block if below else "main")
    yield from _comment("The side that it counts on in the balance; none outside the main block.")
    yield from _choice("side", get_args(Side), below.side if below else "abdominal")
    yield from _choice("place", ("home", "gym", "either"), below.place if below else "either")
    yield from _choice("position", get_args(Position), below.position if below else "standing")
    yield from _comment("The way of moving that it shares with others.")
    yield from _glossary({one.id: one.name for one in knowledge.patterns.values()})
    yield f"pattern: {below.pattern if below else next(iter(knowledge.patterns))}"
    yield from _comment("Only for a warm_up: the patterns that it prepares for.")
    yield "prepares: []"
    yield from _comment("Whether one hand can hold on to something steady.")
    yield "hand_free: false"
    yield from _comment("The lowest level that has a dose below.")
    yield from _choice("difficulty", LEVELS, STRICTEST_LEVEL)
    yield from _comment("A lift that has to be taught first, or nothing.")
    yield from _glossary({one.id: one.name for one in knowledge.techniques.values()})
    yield f"technique: {below.technique}" if below and below.technique else "technique:"


def _needs(knowledge: Knowledge, below: Exercise | None) -> Iterator[str]:
    yield from _comment(
        "Pieces and how many: everything in all_of, and one of any_of, such as {all_of: {mat: 1}}."
    )
    yield from _glossary({one.id: one.name for one in knowledge.equipment.values()})
    needs = below.equipment.model_dump(exclude_defaults=True) if below else {}
    yield f"equipment: {_flow(needs)}"


def _effects(knowledge: Knowledge, below: Exercise | None) -> Iterator[str]:
    yield from _comment("Muscles by role; recovery acts on the primary ones.")
    yield from _glossary({one.id: one.name for one in knowledge.muscles.values()})
    primary = below.muscles.primary if below else (next(iter(knowledge.muscles)),)
    yield f"muscles: {_flow({'primary': primary, 'secondary': ()})}"
    yield from _comment(f"0.5 or 1 credited sets for each set, by region: {', '.join(REGIONS)}.")
    yield f"credits: {_flow(below.credits if below else {'abdominal': 0.5})}"
    yield from _choice("spinal_load", get_args(SpinalLoad), STRICTEST_SPINAL_LOAD)


def _demands(knowledge: Knowledge) -> Iterator[str]:
    yield from _comment(
        "The rules of conditions act on these. Delete a line only where the exercise does not "
        "demand it; a demand that is missing lets through whom it should stop. On the floor "
        "(kneeling, lying) floor_transfer stays."
    )
    yield "demands:"
    for demand in knowledge.demands.values():
        if demand.origin == "written":
            yield f"  - {demand.id}  # {' '.join(demand.name.split())}"


def _dose(below: Exercise | None) -> Iterator[str]:
    dose = below.dose.at(STRICTEST_LEVEL) if below else None
    dose = dose or Dose(sets=(1, 2), reps=8, tempo_s=4, rest_s=60, effort=4)
    yield from _comment(
        "A dose for the difficulty and, where it differs, for the levels above it: "
        f"{', '.join(LEVELS)}. sets: fewest and most. reps: a side. tempo_s: seconds of moving in "
        "a repetition, hold_s: of keeping still. effort: 0 to 10. "
        f"load: {', '.join(LOADS)}. sides: {', '.join(get_args(Sides))}."
    )
    yield "dose:"
    yield f"  sides: {below.dose.sides if below else 'both'}"
    yield f"  setup_s: {below.dose.setup_s if below else 20}"
    given = dose.model_dump(exclude_defaults=True, exclude={"load_hint"})
    yield from _wrapped(f"  {STRICTEST_LEVEL}: {_flow(given)}", "    ")
    yield from _comment("article: the dose stands in the article; inferred: it does not.")
    yield "dose_origin: inferred"
    yield from _comment("true once somebody else has compared all of this with its sources.")
    yield "verified: false"


def _texts(knowledge: Knowledge) -> Iterator[str]:
    yield from _comment("How it is done, one to six steps in your own words.")
    yield "cues:"
    yield "  - Write here how it begins."
    yield from _comment("When to stop or what to mind; printed with every plan.")
    yield "cautions: []"
    yield from _comment("Exercises to do instead where it is blocked; backplan exercises list.")
    yield "substitutes: []"
    yield from _comment(
        "Where this comes from; a new source goes into sources.yaml of the overlay. Known are:"
    )
    yield from _comment(", ".join(knowledge.sources))
    source = OWN_JUDGEMENT if OWN_JUDGEMENT in knowledge.sources else next(iter(knowledge.sources))
    yield f"sources: [{source}]"


def _choice(key: str, words: Iterable[str], chosen: str) -> Iterator[str]:
    """Yield a key with its value, below a comment that names every value there is."""
    yield from _comment(f"One of: {', '.join(words)}.")
    yield f"{key}: {chosen}"


def _comment(text: str) -> Iterator[str]:
    """Yield an explanation of the key that follows."""
    yield from _wrapped(f"# {text}", "# ")


def _glossary(names: Mapping[str, str]) -> Iterator[str]:
    for word, name in names.items():
        yield from _wrapped(f"#   {word}: {name}", "#     ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def _flow(value: Any) -> str:
    """Return a value in YAML's flow style."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)
