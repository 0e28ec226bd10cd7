"""The orders that make a week of a program out of an ordinary one: doses, rungs, lighter sets.

They come from the program and not from a person, go the way of all orders, and so only ever lower
what the rules leave. A wish or an order of a person on an exercise is never overruled by them.
"""

from collections.abc import Iterator, Mapping

from knowledge import Dose, Knowledge, Order
from knowledge.schema.order import Cap, FixDose, Forbid
from recommender.eligibility import Judgement
from recommender.program.asked import Asked
from recommender.program.history import History
from recommender.program.progression import Moves, Work, first_work

AUTHOR = "The program"


def week_orders(
    knowledge: Knowledge,
    asked: Asked,
    allowed: Mapping[str, Judgement],
    history: History | None,
    moves: Moves,
    *,
    light: bool,
) -> Iterator[Order]:
    """Yield the orders of a week; without a history it is the first one."""
    main = {
        name: judgement
        for name, judgement in allowed.items()
        if judgement.exercise.block == "main" and name not in asked.fixed
    }
    known = history.main() if history is not None else {}
    closed = set(_closed_rungs(knowledge, main, history, moves))
    for name, judgement in main.items():
        if name in moves.climbs:
            yield _forbid(name, "the next rung of its ladder takes its place.")
        elif light and name not in known and name not in asked.stay:
            yield _forbid(name, "a lighter week brings nothing new.")
        elif name in closed and name not in asked.stay:
            yield _forbid(name, "a higher rung of its ladder comes later.")
        else:
            yield from _fixed(name, judgement.dose, _work(knowledge, history, moves, judgement))
            if light and name in known and history is not None:
                yield Cap(kind="cap", exercise=name, sets=_light_sets(knowledge, history, name),
                          author=AUTHOR, reason="a lighter week")  # fmt: skip


def _light_sets(knowledge: Knowledge, history: History, name: str) -> int:
    """Return the most sets of an exercise in a session of a light week: its share, rounded."""
    days = history.full.days
    most = max(item.sets for day in days for item in day.items if item.exercise == name)
    return max(1, (2 * most * knowledge.program.light.sets_percent + 100) // 200)


def _work(
    knowledge: Knowledge, history: History | None, moves: Moves, judgement: Judgement
) -> Work:
    """Return the work of an exercise: as moved, as it was last, or as it begins."""
    name, dose = judgement.exercise.id, judgement.dose
    if name in moves.work:
        return moves.work[name]
    item = history.last_item(name) if history is not None else None
    first = first_work(knowledge, dose)
    if item is None:
        return first
    hold_s = None if dose.hold_s is None else min(dose.hold_s, item.hold_s or dose.hold_s)
    return Work(min(dose.reps, item.reps), hold_s)


def _fixed(name: str, dose: Dose, work: Work) -> Iterator[Order]:
    if (work.reps, work.hold_s) == (dose.reps, dose.hold_s):
        return
    yield FixDose(kind="fix_dose", exercise=name, reps=work.reps, hold_s=work.hold_s,
                  author=AUTHOR, reason="its dose grows from week to week")  # fmt: skip


def _forbid(name: str, reason: str) -> Forbid:
    return Forbid(kind="forbid", exercise=name, author=AUTHOR, reason=reason)


def _closed_rungs(
    knowledge: Knowledge,
    main: Mapping[str, Judgement],
    history: History | None,
    moves: Moves,
) -> Iterator[str]:
    """Yield the exercises above the rung that their ladder has reached."""
    ladders: dict[str, set[int]] = {}
    for judgement in main.values():
        ladders.setdefault(judgement.exercise.family, set()).add(judgement.exercise.step)
    open_to = {}
    for family, steps in ladders.items():
        reached = history.rung(knowledge, family) if history is not None else None
        if reached is None:
            rungs = sorted(steps)
            down = knowledge.program.start.ladder_rungs_down
            reached = rungs[max(0, len(rungs) - 1 - down)]
        open_to[family] = reached
    for name, judgement in main.items():
        above = judgement.exercise.step > open_to[judgement.exercise.family]
        if above and name not in moves.climbs.values():
            yield name
