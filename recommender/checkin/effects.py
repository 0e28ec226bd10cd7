"""What steps mean for the next week: orders that are ceilings, and what is said of each.

Held is no more sets and no longer holds than now; down is less of one of them, or an easier rung of
the ladder; out is never. Nothing here can ask for more, except a step up that somebody confirmed.
What is new in the week stays within the sets and loads of the week before.

Ceilings are open-ended: they hold until the next check-in writes new ones, so that a check-in that
is forgotten gives nobody a harder week.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter

from knowledge import Order
from knowledge.schema.checkin import PlannedDose
from knowledge.schema.checkin_rules import DownLever, UpLever
from knowledge.schema.exercise import LOADS
from knowledge.schema.order import Cap, Forbid, Require
from recommender.checkin.facts import NO_HARDER, NextWeek
from recommender.checkin.rules import EVIDENCE, Step
from recommender.checkin.weeks import DAYS
from recommender.order_words import counted, listed

_ORDER: TypeAdapter[Order] = TypeAdapter(Order)
AS_IT_WAS = "no more than it was"
SPINAL_LOADS = ("spinal_load_high", "spinal_load_very_high")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a step does: the words for a person, and the orders that do it.

    `sets` is what it leaves of the sets of the whole week, for itself or in place of it. `is_less`
    makes room for something else.
    """

    words: str
    orders: tuple[Order, ...]
    sets: int
    is_less: bool = False


def effects(week: NextWeek, found: Sequence[Step]) -> dict[str, Effect]:
    """Return what each step does, by exercise."""
    return {step.exercise: _effect(week, step) for step in found}


def orders_of(week: NextWeek, done: Mapping[str, Effect]) -> tuple[Order, ...]:
    """Return all orders for the next week, also those of earlier check-ins that go on."""
    new = [order for effect in done.values() for order in effect.orders]
    opened = [one.exercise for one in new if isinstance(one, Require) and one.exercise]
    decided = {one.exercise for one in new if isinstance(one, Require | Forbid)}
    capped = {one.exercise for one in new if isinstance(one, Cap)}
    kept = [
        one
        for one in week.earlier
        if one.exercise not in decided
        and (isinstance(one, Forbid) or (one.exercise not in capped and one.reason != AS_IT_WAS))
    ]
    settled = {one.exercise for one in (*new, *kept) if isinstance(one, Require | Forbid)}
    newcomers = (name for name in _harder_newcomers(week, done) if name not in settled)
    return (
        *new,
        *kept,
        *(_bar(week, name) for name in newcomers),
        *_of_the_whole_week(week, done, opened),
    )


def _effect(week: NextWeek, step: Step) -> Effect:
    match step.direction:
        case "out":
            return _out(week, step)
        case "down":
            return _down(week, step)
        case "up":
            return _up(week, step)
        case "hold":
            return _held(week, step)


def _held(week: NextWeek, step: Step, words: str = "stays as it is") -> Effect:
    dose = week.planned[step.exercise]
    is_main = week.knowledge.exercises[step.exercise].block == "main"
    if not is_main and all(one.exercise != step.exercise for one in week.earlier):
        return Effect(words, (), dose.sets)
    cap = _cap(week, step, dose.sets, dose.hold_s)
    return Effect(words, (cap, *_no_harder_rung(week, step)), dose.sets)


def _out(week: NextWeek, step: Step) -> Effect:
    words = "left out until somebody allows it again"
    return _left_out(week, step, words)


def _left_out(week: NextWeek, step: Step, words: str) -> Effect:
    orders = (_forbid(week, step, step.exercise), *_no_harder_rung(week, step))
    fewer = _fewer_sets(week, week.planned[step.exercise])
    return Effect(words, orders, max(1, fewer), is_less=True)


def _down(week: NextWeek, step: Step) -> Effect:
    """Return the effect of the first lever that can be pulled, for each rule that steps down."""
    dose = week.planned[step.exercise]
    pulled = {_first_lever(week, step.exercise, levers) for levers in step.levers}
    if "out" in pulled:
        return _out(week, step)
    if "rung" in pulled:
        new = [name for name in week.easier(step.exercise) if name not in week.planned]
        easier = week.knowledge.exercises[new[0]].name if new else "what is easier of it"
        return _left_out(week, step, f"left out; {easier} may take its place")
    sets = _fewer_sets(week, dose) if "sets" in pulled else dose.sets
    hold_s = _shorter_hold(week, dose) if "hold" in pulled else dose.hold_s
    parts = []
    if sets != dose.sets:
        parts.append(f"{counted(sets, 'set')} a week at most (now {dose.sets})")
    if hold_s != dose.hold_s:
        parts.append(f"holds of {hold_s} s at most (now {dose.hold_s} s)")
    words = listed(parts) if parts else "stays as it is; there is nothing less of it"
    orders = (_cap(week, step, sets, hold_s), *_no_harder_rung(week, step))
    return Effect(words, orders, sets, is_less=bool(parts))


def _first_lever(week: NextWeek, name: str, levers: Sequence[DownLever]) -> DownLever | None:
    dose = week.planned[name]
    can = {
        "sets": _fewer_sets(week, dose) >= 1,
        "hold": _shorter_hold(week, dose) is not None,
        "rung": bool(week.easier(name)),
        "out": True,
    }
    return next((lever for lever in levers if can[lever]), None)


def _fewer_sets(week: NextWeek, dose: PlannedDose) -> int:
    """Return fewer sets a week; 0 where there is only one."""
    return dose.sets * week.knowledge.checkin.down.sets_percent // 100


def _shorter_hold(week: NextWeek, dose: PlannedDose) -> int | None:
    ladder = week.knowledge.dosing.holds.ladder_s
    return max((rung for rung in ladder if rung < (dose.hold_s or 0)), default=None)


def _up(week: NextWeek, step: Step) -> Effect:
    """Return one step up by the first lever that can be pulled, or why nothing changes."""
    ways = {"hold": _longer_hold, "sets": _more_sets, "rung": _next_rung}
    levers: Sequence[UpLever] = week.knowledge.checkin.up.levers
    found = next((way for lever in levers if (way := ways[lever](week, step))), None)
    if found is None:
        return _held(week, step, "stays as it is; a single week can ask no more of it")
    if week.confirmed_by is None:
        return _held(week, step, f"could go up: {found.words}; it stays until that is confirmed")
    return found


def _longer_hold(week: NextWeek, step: Step) -> Effect | None:
    dose = week.planned[step.exercise]
    _, highest = week.highest.get(step.exercise, (0, 0))
    ladder = week.knowledge.dosing.holds.ladder_s
    longer = min((s for s in ladder if (dose.hold_s or 0) < s <= highest), default=None)
    if dose.hold_s is None or longer is None:
        return None
    cap = _cap(week, step, dose.sets, longer)
    words = f"holds of up to {longer} s (now {dose.hold_s} s)"
    return Effect(words, (cap, *_no_harder_rung(week, step)), dose.sets)


def _more_sets(week: NextWeek, step: Step) -> Effect | None:
    dose = week.planned[step.exercise]
    highest, _ = week.highest.get(step.exercise, (0, 0))
    sets = min(dose.sets + week.knowledge.checkin.up.sets_a_week, highest)
    if sets <= dose.sets:
        return None
    cap = _cap(week, step, sets, dose.hold_s)
    words = f"up to {counted(sets, 'set')} a week (now {dose.sets})"
    return Effect(words, (cap, *_no_harder_rung(week, step)), sets)


def _next_rung(week: NextWeek, step: Step) -> Effect | None:
    """Return the next rung in place of this one, with no more sets; only for the week to come."""
    ladder = week.harder(step.exercise, week.allowed | week.lifted)
    if not ladder or ladder[0] in week.planned:
        return None
    following, sets = ladder[0], week.planned[step.exercise].sets
    one_week = {
        "author": f"{week.author}, confirmed by {week.confirmed_by}",
        "until": _first_day(week) + timedelta(days=DAYS - 1),
    }
    return Effect(
        f"{week.knowledge.exercises[following].name}, the next form, in its place",
        (
            _order(week, step.reason, kind="require", exercise=following, **one_week),
            _order(week, step.reason, kind="forbid", exercise=step.exercise, **one_week),
            _order(week, step.reason, kind="cap", exercise=following, sets_a_week=sets),
            *(_bar(week, name) for name in ladder[1:] if name in week.allowed),
        ),
        sets,
    )


def _no_harder_rung(week: NextWeek, step: Step) -> Iterator[Order]:
    """Yield that no harder rung comes in; one that is in the plan has a step of its own."""
    for name in week.harder(step.exercise, week.allowed - set(week.planned)):
        yield _bar(week, name)


def _of_the_whole_week(
    week: NextWeek, done: Mapping[str, Effect], opened: Iterable[str]
) -> Iterator[Order]:
    """Yield the ceilings of everything together, so that what comes in new is no harder."""
    exercises = week.knowledge.exercises
    total = sum(dose.sets for dose in week.planned.values())
    most = total + total * week.knowledge.checkin.up.total_percent // 100
    left = min(sum(effect.sets for effect in done.values()), most)
    loads = [dose.load for dose in week.planned.values()]
    for name in opened:
        loads += [dose.load for dose in exercises[name].dose.down_from("advanced")]
    highest = max(loads, key=LOADS.index)
    load = highest if highest != LOADS[-1] else None
    yield _order(week, NO_HARDER, kind="cap", sets_a_week=left, load=load)
    done_already = [exercises[name] for name in (*week.planned, *opened)]
    others = [exercises[name] for name in week.allowed]
    for demand in SPINAL_LOADS:
        known = any(demand in one.fixed_demands for one in done_already)
        if not known and any(demand in one.fixed_demands for one in others):
            yield _order(week, NO_HARDER, kind="forbid", demand=demand)


def _harder_newcomers(week: NextWeek, done: Mapping[str, Effect]) -> Iterator[str]:
    """Yield what may not take a place that becomes free: it takes more effort than all so far."""
    if not week.barred and not any(effect.is_less for effect in done.values()):
        return
    hardest = max(dose.effort for dose in week.planned.values())
    for name in sorted(week.allowed - set(week.planned)):
        dose = week.knowledge.exercises[name].dose.at(week.level)
        if dose is not None and dose.effort > hardest:
            yield name


def _cap(week: NextWeek, step: Step, sets: int, hold_s: int | None) -> Order:
    limits = {"sets_a_week": sets, "hold_s": hold_s}
    return _order(week, _because(step), kind="cap", exercise=step.exercise, **limits)


def _forbid(week: NextWeek, step: Step, exercise: str) -> Order:
    return _order(week, _because(step), kind="forbid", exercise=exercise)


def _bar(week: NextWeek, exercise: str) -> Order:
    """Return that a harder exercise may not come in."""
    return _order(week, NO_HARDER, kind="forbid", exercise=exercise)


def _because(step: Step) -> str:
    """Return the reason of an order; where nothing was decided, that all stays as it was."""
    return step.reason if step.rule != EVIDENCE else AS_IT_WAS


def _order(week: NextWeek, reason: str, **fields: Any) -> Order:
    """Return an order from the first day of the next week on, without the fields that are None."""
    content = {"author": week.author, "reason": reason, "from": _first_day(week)} | {
        name: value for name, value in fields.items() if value is not None
    }
    return _ORDER.validate_python(content)


def _first_day(week: NextWeek) -> date:
    return week.plan.stamps.week_start + timedelta(days=DAYS)
