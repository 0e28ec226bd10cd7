"""What is said of the steps of a program: what advances, from what to what, and why."""

from collections.abc import Iterator, Sequence

from knowledge import Knowledge
from knowledge.schema.program import Lever
from recommender.plan import Plan, PlanItem
from recommender.program.history import History, exercises_of, sets_of_week
from recommender.program.model import Advance, WeekKind
from recommender.program.progression import Moves

WHY: dict[Lever, str] = {
    "hold": "Longer holds come first.",
    "reps": "More repetitions come before more weight.",
    "sets": "The week is short of sets for this region.",
    "load": "Its holds, repetitions and sets are where they should be.",
    "ladder": "The rung below has been learned, at its full dose.",
}

KIND_NOTES: dict[WeekKind, str] = {
    "still": "Neither a step up nor a lighter week fits here, so nothing is raised.",
    "changed": "More exercises change than usual, because no other week fits from here on.",
    "full_dose": "No easier start fits these answers, so the first week has its full dose.",
}


def kind_note(kind: WeekKind, stilled: Sequence[str]) -> str:
    """Return why a week is not an ordinary one with its steps; `stilled` are conditions."""
    if kind == "still" and stilled:
        return f"Nothing is raised as long as this holds: {', '.join(stilled)}."
    return KIND_NOTES[kind]


def advances(
    knowledge: Knowledge, history: History, plan: Plan, moves: Moves
) -> tuple[Advance, ...]:
    """Return what a full week raises against the last full one, in order of exercise."""
    return tuple(
        Advance(
            exercise=name,
            name=knowledge.exercises[name].name,
            lever=lever,
            before=before,
            after=after,
            why=WHY[lever],
        )
        for name, lever, before, after in sorted(_raised(knowledge, history, plan, moves))
    )


def _raised(
    knowledge: Knowledge, history: History, plan: Plan, moves: Moves
) -> Iterator[tuple[str, Lever, str, str]]:
    before, now = sets_of_week(history.full), sets_of_week(plan)
    items = {item.exercise: item for day in plan.days for item in day.items}
    for old, new in moves.climbs.items():
        if new in items:
            yield new, "ladder", knowledge.exercises[old].name, knowledge.exercises[new].name
    for name, was in history.main().items():
        item = items.get(name)
        if item is None:
            continue
        if now[name] > before[name]:
            yield name, "sets", f"sets a week {before[name]}", f"{now[name]}"
        if (item.hold_s or 0) > (was.hold_s or 0):
            yield name, "hold", f"hold {was.hold_s} s", f"{item.hold_s} s"
        if item.reps > was.reps:
            yield name, "reps", f"repetitions {was.reps}", f"{item.reps}"
        if moves.levers.get(name) == "load":
            low, high = knowledge.program.steps.load_percent
            yield name, "load", "the weight so far", f"{low} to {high} % more"


def left_and_new(knowledge: Knowledge, history: History, plan: Plan, moves: Moves) -> Iterator[str]:
    """Yield what the last full week had and this one has not, with what decided, and what is new.

    Only main exercises count; a new rung of a ladder is an advance and not said here.
    """
    excluded = {one.exercise: one for one in plan.excluded}
    before, now = exercises_of(history.full), exercises_of(plan)
    climbed = {*moves.climbs, *moves.climbs.values()}
    main = {n for n in (before | now) - climbed if knowledge.exercises[n].block == "main"}
    for name in sorted(main & (before - now)):
        named = knowledge.exercises[name].name
        one = excluded.get(name)
        if one is not None and one.cause != "order":
            yield f"{named} is left out: {one.reason}"
        else:
            yield f"Not in this week: {named}."
    for name in sorted(main & (now - before)):
        item = next(i for day in plan.days for i in day.items if i.exercise == name)
        yield f"New: {item.name}, {dose_words(item)}."


def dose_words(item: PlanItem) -> str:
    """Return the dose of one set: 8 repetitions, or 5 repetitions held for 10 s."""
    if item.hold_s is None:
        return f"{item.reps} repetitions"
    if item.reps == 1:
        return f"a hold of {item.hold_s} s"
    return f"{item.reps} repetitions held for {item.hold_s} s"
