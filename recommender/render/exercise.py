"""Exercises for people: the list of those that fit, and all that is known of one."""

from collections.abc import Iterator, Sequence

from knowledge import Exercise, Knowledge
from knowledge.schema.exercise import LEVELS
from recommender.catalogue import Found, Opinion, opinion
from recommender.render.lines import wrap
from recommender.render.rule_words import dose_words, needs_words, source_words, verified_words

INDENT = 14
LONGEST_ID = 34
"""A longer id pushes its own row aside instead of widening all."""


def render_list(found: Sequence[Found], knowledge: Knowledge) -> str:
    """Return one row for each exercise, and how many of how many they are."""
    width = min(max((len(one.exercise.id) for one in found), default=0), LONGEST_ID)
    lines = [line for one in found for line in _row(one, width)]
    count = f"{len(found)} of {len(knowledge.exercises)} exercises"
    return "\n".join([*lines, *([""] if lines else []), f"{count}."]) + "\n"


def _row(found: Found, width: int) -> Iterator[str]:
    """Yield an exercise with what it needs, or with what the conditions make of it."""
    exercise, opinions = found.exercise, found.opinions
    name = f"{exercise.id:<{width}}"
    if not opinions:
        columns = f"{name}  {exercise.side:<9}  {exercise.difficulty:<12}  "
        hanging = " " * (len(columns) if len(exercise.id) <= LONGEST_ID else 4)
        yield from wrap(columns + _piece_ids(exercise), hanging, "")
    elif len(opinions) == 1:
        yield from wrap(f"{name}  {_opinion(opinions[0])}", "  ", "")
    else:
        yield exercise.id
        phases = max(len(one.condition) for one in opinions)
        for one in opinions:
            yield from wrap(f"{one.condition:<{phases}}  {_opinion(one)}", "    ", "  ")


def _opinion(one: Opinion) -> str:
    return f"{one.verdict:<9}  {one.decides}".rstrip()


def _piece_ids(exercise: Exercise) -> str:
    def named(pieces: dict[str, int]) -> list[str]:
        return [f"{count} {piece}" if count > 1 else piece for piece, count in pieces.items()]

    options = " or ".join(named(exercise.equipment.any_of))
    needs = named(exercise.equipment.all_of)
    return ", ".join([*needs, options] if options else needs) or "nothing"


def render_page(exercise: Exercise, knowledge: Knowledge) -> str:
    """Return all that is known of one exercise, with its rules and sources."""
    lines = [
        *wrap(f"{exercise.name} ({exercise.id})"),
        *_ladder(exercise, knowledge),
        *_class(exercise, knowledge),
        *_body(exercise, knowledge),
        *_doses(exercise),
        *_texts(exercise, knowledge),
        *_rules(exercise, knowledge),
    ]
    return "\n".join(lines) + "\n"


def _named(name: str, text: str) -> list[str]:
    return wrap(text, " " * INDENT, f"  {name:<{INDENT - 2}}")


def _ladder(exercise: Exercise, knowledge: Knowledge) -> Iterator[str]:
    yield from _named("ladder", f"{exercise.family}, step {exercise.step}")
    rungs = sorted(
        (one for one in knowledge.exercises.values() if one.family == exercise.family),
        key=lambda one: one.step,
    )
    place = [one.id for one in rungs].index(exercise.id)
    for word, index in (("easier", place - 1), ("harder", place + 1)):
        if 0 <= index < len(rungs):
            yield from _named(word, f"{rungs[index].name} ({rungs[index].id})")


def _class(exercise: Exercise, knowledge: Knowledge) -> Iterator[str]:
    article = f" (the article says {exercise.article_side})" if exercise.article_side else ""
    yield from _named("counts as", f"{exercise.side}{article}, {exercise.kind}, {exercise.block}")
    shares = ", ".join(f"{region} {share:g}" for region, share in exercise.credits.items())
    yield from _named("credits", f"{shares or 'none'} a set")
    yield from _named("level", f"{exercise.difficulty}, spinal load {exercise.spinal_load}")
    if exercise.technique is not None:
        yield from _named("taught", knowledge.techniques[exercise.technique].name)
    pattern = knowledge.patterns[exercise.pattern]
    warmed = ", prepared by a warm-up" if pattern.prepare else ""
    yield from _named(
        "pattern",
        f"{pattern.id}, {pattern.name}: at most {pattern.a_session} a session and "
        f"{pattern.exercises_a_week} different ones a week{warmed}",
    )
    if exercise.prepares:
        names = [knowledge.patterns[name].name for name in exercise.prepares]
        yield from _named("prepares", ", ".join(names))


def _body(exercise: Exercise, knowledge: Knowledge) -> Iterator[str]:
    yield from _named("needs", needs_words(exercise, knowledge))
    if not exercise.hand_free:
        yield from _named("hands", "both are needed: left out where a rule wants a hand to hold on")
    muscles = [knowledge.muscles[name].name for name in exercise.muscles.primary]
    yield from _named("trains", ", ".join(muscles))
    helpers = [knowledge.muscles[name].name for name in exercise.muscles.secondary]
    if helpers:
        yield from _named("also", ", ".join(helpers))
    yield from _named("demands", ", ".join(exercise.demands) or "none")


def _doses(exercise: Exercise) -> Iterator[str]:
    state = verified_words(verified=exercise.verified)
    yield from _named("dose", f"{exercise.dose_origin}, {state}")
    for level in LEVELS:
        dose = getattr(exercise.dose, level)
        if dose is not None:
            words = dose_words(dose, exercise.dose.sides)
            yield from wrap(words, " " * (INDENT + 4), f"    {level:<{INDENT}}")


def _texts(exercise: Exercise, knowledge: Knowledge) -> Iterator[str]:
    for cue in exercise.cues:
        yield from wrap(cue, "    ", "  - ")
    for caution in exercise.cautions:
        yield from wrap(caution, "    ", "  ! ")
    if exercise.substitutes:
        names = [f"{knowledge.exercises[one].name} ({one})" for one in exercise.substitutes]
        yield from _named("instead", ", ".join(names))
    sources = (knowledge.sources[name] for name in exercise.sources)
    for text in source_words(sources):
        yield from wrap(text, "    ", "  ")


def _rules(exercise: Exercise, knowledge: Knowledge) -> Iterator[str]:
    """Yield which conditions forbid it or want a doctor's word, at the dose where it begins."""
    yield "  rules of single conditions that block it:"
    count = 0
    for condition in knowledge.conditions.values():
        one = opinion(knowledge, condition, exercise)
        if one.verdict not in ("exclude", "clearance"):
            continue
        count += 1
        yield from wrap(f"{condition.id}: {'; '.join(_blocking(one))}", "      ", "    ")
    if not count:
        yield "    none"


def _blocking(one: Opinion) -> Iterator[str]:
    """Yield the demands that block, by verdict and by whether the rule was verified."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for cell in one.blocking:
        groups.setdefault((cell.verdict, cell.rule.verified), []).append(cell.demand)
    if not groups:
        yield f"{one.verdict} ({one.decides})"
    for (verdict, verified), demands in sorted(groups.items(), reverse=True):
        state = verified_words(verified=verified)
        yield f"{verdict} ({', '.join(demands)}), {state}"
