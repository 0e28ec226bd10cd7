"""Orders in one week: which of them hold, and what they make of days, doses and limits.

A week is planned as a whole. So an order that restricts holds all week if it holds on any of its
days, and one that requires or permits something only if it holds on all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from constraints.problem import DAYS_A_WEEK
from knowledge import Caps, Dose, Exercise, Intake, Knowledge, Order, Weekday
from knowledge.schema.order import (
    BalanceBand,
    Cap,
    FixDay,
    FixDose,
    Forbid,
    Lock,
    Require,
    Rest,
    SessionSize,
)
from recommender.doses import LOWER_LOADS


@dataclass(frozen=True, slots=True)
class Dropped:
    """An order that does not hold in a week, and why in one or two sentences."""

    order: Order
    reason: str


def orders_of_week(
    intake: Intake, week_start: date
) -> tuple[tuple[Order, ...], tuple[Dropped, ...]]:
    """Return the orders that hold by their dates, and those that do not."""
    held, dropped = [], []
    for order in intake.orders:
        reason = _out_of_time(intake, order, week_start)
        if reason is None:
            held.append(order)
        else:
            dropped.append(Dropped(order, reason))
    return tuple(held), tuple(dropped)


def _out_of_time(intake: Intake, order: Order, week_start: date) -> str | None:
    last_day = _last_day(week_start)
    if order.until is not None and order.until < week_start:
        return f"It ended on {order.until}."
    if order.since is not None and order.since > last_day:
        return f"It begins on {order.since}."
    if restricts(intake, order) or _covers(order, week_start):
        return None
    if order.since is not None and order.since > week_start:
        return f"It begins on {order.since}, inside the week, and asks for what it needs all week."
    return f"It ends on {order.until}, inside the week, and asks for what it needs all week."


def restricts(intake: Intake, order: Order) -> bool:
    """Return whether an order only takes something away, against what the person answered."""
    if isinstance(order, SessionSize):
        most = order.at_most
        return order.at_least is None and most is not None and most <= intake.exercises_per_session
    return isinstance(order, Forbid | Cap | FixDose | FixDay | Rest)


def note(order: Order, week_start: date) -> str:
    """Return what is said of an order that holds all week though its dates do not cover it."""
    if _covers(order, week_start):
        return ""
    return "It holds for the whole week, although its dates do not cover all of it."


def _covers(order: Order, week_start: date) -> bool:
    begun = order.since is None or order.since <= week_start
    return begun and (order.until is None or order.until >= _last_day(week_start))


def _last_day(week_start: date) -> date:
    return week_start + timedelta(days=DAYS_A_WEEK - 1)


def concerns(order: Order, exercise: Exercise, demands: AbstractSet[str]) -> bool:
    """Return whether an order is about an exercise with these demands.

    One about a whole day or week is about no exercise, a cap of nothing in particular about all.
    """
    match order:
        case Forbid(demand=str(demand)) | Cap(demand=str(demand)):
            heavier = demand == "load_moderate" and "load_heavy" in demands
            return heavier or demand in demands
        case Forbid(equipment=str(piece)) | Cap(equipment=str(piece)):
            return piece in exercise.equipment.all_of or piece in exercise.equipment.any_of
        case Require(family=str(family)) | Forbid(family=str(family)) | Cap(family=str(family)):
            return family == exercise.family
        case Lock() | Require() | Forbid() | FixDose() | FixDay():
            return order.exercise == exercise.id
        case Cap():
            return order.minutes is None and order.exercise in (None, exercise.id)
    return False


def caps_of(
    knowledge: Knowledge, order: Order, exercise: Exercise, demands: AbstractSet[str]
) -> Iterator[Caps]:
    """Yield what an order on exercises with these demands caps in a dose.

    A forbidden demand that comes from the dose is taken away with a lower dose, as by a rule.
    """
    if isinstance(order, Cap) and concerns(order, exercise, demands):
        yield Caps(max_hold_s=order.hold_s, max_load=order.load, max_sets=order.sets)
    if isinstance(order, Forbid) and order.day is None and concerns(order, exercise, demands):
        if order.demand == "isometric_long":
            yield Caps(max_hold_s=knowledge.dosing.holds.long_from_s - 1)
        if order.demand in LOWER_LOADS:
            yield Caps(max_load=LOWER_LOADS[order.demand])


def fixed_dose(knowledge: Knowledge, allowed: Dose, order: Lock | FixDose) -> Dose | str:
    """Return the dose that an order fixes, or why it is more than what is allowed.

    A lock fixes the sets of its own day alone. Shorter holds may be repeated more often, as where a
    rule shortens them.
    """
    fewest, most = allowed.sets
    changes: dict[str, Any] = {}
    if order.sets is not None:
        if order.sets > most:
            return f"No more than {most} set{'s' if most > 1 else ''} of it can be done."
        fixed = isinstance(order, FixDose)
        changes["sets"] = (order.sets, order.sets) if fixed else (min(fewest, order.sets), most)
    if order.hold_s is not None:
        if allowed.hold_s is None:
            return "It is not held."
        if order.hold_s > allowed.hold_s:
            return f"It can be held for no more than {allowed.hold_s} s."
        changes["hold_s"] = order.hold_s
    if order.reps is not None:
        changes["reps"] = order.reps
        if order.reps > allowed.reps:
            if not _shorter_for_more(knowledge, allowed, order.hold_s, order.reps):
                return f"No more than {allowed.reps} repetitions of it can be done."
            rest_s = knowledge.dosing.holds.rest_between_s
            changes["rest_between_reps_s"] = max(allowed.rest_between_reps_s, rest_s)
    return allowed.model_copy(update=changes)


def _shorter_for_more(knowledge: Knowledge, allowed: Dose, hold_s: int | None, reps: int) -> bool:
    """Return whether more repetitions of a shorter hold are no more work."""
    if hold_s is None or allowed.hold_s is None or hold_s == allowed.hold_s:
        return False
    no_more = reps * hold_s <= allowed.reps * allowed.hold_s
    return no_more and reps <= knowledge.dosing.holds.repeated_at_most


def seconds_left(orders: Sequence[Order], day: Weekday, seconds: int) -> int:
    """Return what orders leave of the seconds of a day; 0 where it is a day of rest."""
    for order in orders:
        if isinstance(order, Rest) and order.day == day:
            return 0
        if isinstance(order, Cap) and order.minutes is not None and order.day in (None, day):
            seconds = min(seconds, 60 * order.minutes)
    return seconds


def stock_left(
    orders: Sequence[Order], day: Weekday, stock: Mapping[str, int]
) -> Mapping[str, int]:
    """Return the equipment of a day without the pieces that are forbidden on it."""
    gone = {
        order.equipment
        for order in orders
        if isinstance(order, Forbid) and order.day in (None, day)
    }
    return {piece: count for piece, count in stock.items() if piece not in gone}


def sized(intake: Intake, orders: Sequence[Order]) -> Intake:
    """Return the answers with the number of main exercises that orders allow."""
    sizes = [order for order in orders if isinstance(order, SessionSize)]
    least = [order.at_least for order in sizes if order.at_least is not None]
    most = [order.at_most for order in sizes if order.at_most is not None]
    number = min(most, default=max([intake.exercises_per_session, *least]))
    if number == intake.exercises_per_session:
        return intake
    return intake.model_copy(update={"exercises_per_session": number})


def banded(knowledge: Knowledge, orders: Sequence[Order]) -> Knowledge:
    """Return the knowledge base with the balance band that orders leave."""
    bands = [order for order in orders if isinstance(order, BalanceBand)]
    if not bands:
        return knowledge
    band = (max(one.low_percent for one in bands), min(one.high_percent for one in bands))
    balance = knowledge.dosing.balance.model_copy(update={"evidence_ratio_percent": band})
    dosing = knowledge.dosing.model_copy(update={"balance": balance})
    return knowledge.model_copy(update={"dosing": dosing})
