"""Orders that cannot hold together, whatever the week: found before anything is solved.

What only clashes with minutes, equipment or balance is left to `impossible`, which solves for it.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from knowledge import BadInput, Exercise, Fault, Intake, Knowledge, Order
from knowledge.faults import spell
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
    Train,
)
from recommender.order_words import order_words, signed
from recommender.orders import concerns, orders_of_week
from recommender.written_orders import WrittenOrder


def refuse_contradictions(
    written: Sequence[WrittenOrder], intake: Intake, knowledge: Knowledge, week_start: date
) -> None:
    """Raise `BadInput` if two orders that hold in this week contradict each other."""
    held, _ = orders_of_week(intake, week_start)
    faults = [
        _fault(one, other, knowledge)
        for one, other in combinations([one for one in written if one.order in held], 2)
        if contradict(one.order, other.order, knowledge)
    ]
    if faults:
        raise BadInput(faults)


def contradict(one: Order, other: Order, knowledge: Knowledge) -> bool:
    """Return whether two orders that hold on the same days leave no week to anybody."""
    return _rules_out(one, other, knowledge) or _rules_out(other, one, knowledge)


def _rules_out(one: Order, other: Order, knowledge: Knowledge) -> bool:
    match one, other:
        case (Lock() | Require(), Forbid()):
            return other.day in (None, one.day) and all(
                _forbidden(knowledge, exercise, other) for exercise in _asked_for(knowledge, one)
            )
        case (Lock() | FixDose(), Lock() | FixDose()):
            return one.exercise == other.exercise and _differ(one, other)
        case (Lock() | FixDose(), Cap()):
            exercise = knowledge.exercises[one.exercise]
            return concerns(other, exercise, exercise.fixed_demands) and _above(one, other)
        case (Lock() | Require() | FixDay(), FixDay()):
            return one.exercise == other.exercise and one.day not in (None, other.day)
        case (Lock() | Require() | FixDay() | Train(), Rest()):
            return one.day == other.day
        case (SessionSize(), SessionSize()):
            return (one.at_least or 0) > (other.at_most or one.at_least or 0)
        case (BalanceBand(), BalanceBand()):
            return one.low_percent > other.high_percent
    return False


def _asked_for(knowledge: Knowledge, order: Lock | Require) -> Iterator[Exercise]:
    """Yield the exercises any one of which would be enough."""
    return (
        exercise
        for exercise in knowledge.exercises.values()
        if concerns(order, exercise, exercise.fixed_demands)
    )


def _forbidden(knowledge: Knowledge, exercise: Exercise, order: Forbid) -> bool:
    """Return whether an exercise cannot be done, at any dose and with whatever equipment."""
    if order.equipment is None:
        return concerns(order, exercise, exercise.fixed_demands)
    needed = order.equipment in exercise.equipment.all_of
    return needed and not knowledge.equipment[order.equipment].substitutes


def _differ(one: Lock | FixDose, other: Lock | FixDose) -> bool:
    """Return whether two orders fix two doses of an exercise; sets may differ from day to day."""
    of_one_day = one.day is None or other.day is None or one.day == other.day
    pairs = [(one.reps, other.reps), (one.hold_s, other.hold_s)]
    pairs += [(one.sets, other.sets)] if of_one_day else []
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)


def _above(fixed: Lock | FixDose, cap: Cap) -> bool:
    pairs = [(fixed.sets, cap.sets), (fixed.hold_s, cap.hold_s)]
    if isinstance(fixed, Lock):
        pairs.append((fixed.sets, cap.sets_a_week))
    return any(value is not None and most is not None and value > most for value, most in pairs)


def _fault(one: WrittenOrder, other: WrittenOrder, knowledge: Knowledge) -> Fault:
    line = one.document.line_of(one.location)
    where = f"{spell(one.location)} in {one.document.file}:{line}"
    return other.fault(
        None,
        f"{_said(other.order, knowledge)} cannot hold together with {where}, "
        f"{_said(one.order, knowledge)}; change or lift one of them",
    )


def _said(order: Order, knowledge: Knowledge) -> str:
    return f"the order by {signed(order)}: {order_words(order, knowledge)} ({order.reason})"
