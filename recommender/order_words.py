"""Orders in words: what was ordered, by whom, and for which days."""

from collections.abc import Iterator, Sequence

from knowledge import Knowledge, Order
from knowledge.schema.days import DAY_NAMES, Weekday
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


def order_words(order: Order, knowledge: Knowledge) -> str:
    """Return what was ordered: lock Bird-dog on Monday with 3 sets."""
    match order:
        case Lock():
            named = knowledge.exercises[order.exercise].name
            return f"lock {named}{_on(order.day)} with {listed(list(_dose(order)))}"
        case Require() | Forbid():
            return f"{order.kind} {about_words(order, knowledge)}{_on(order.day)}"
        case Cap():
            about = about_words(order, knowledge) or "everything"
            if order.minutes is not None:
                about = "every session" if order.day is None else DAY_NAMES[order.day]
            return f"cap {about} at {listed(list(_limits(order)))}"
        case FixDose():
            named = knowledge.exercises[order.exercise].name
            return f"fix the dose of {named} at {listed(list(_dose(order)))}"
        case FixDay():
            return f"keep {knowledge.exercises[order.exercise].name} to {DAY_NAMES[order.day]}"
        case Train() | Rest():
            return f"{order.kind}{_on(order.day)}"
        case SessionSize():
            return f"{_size(order)} a session"
        case BalanceBand():
            return f"abdominal work of {order.low_percent} to {order.high_percent} % of the lumbar"


def about_words(order: Require | Forbid | Cap, knowledge: Knowledge) -> str:
    """Return what an order is about, or an empty text for all exercises."""
    if order.exercise is not None:
        return knowledge.exercises[order.exercise].name
    if order.family is not None:
        return f"the family {order.family}"
    if isinstance(order, Require):
        return ""
    if order.demand is not None:
        return knowledge.demands[order.demand].name
    if order.equipment is not None:
        return f"what needs {knowledge.equipment[order.equipment].name}"
    return ""


def signed(order: Order) -> str:
    """Return who gave an order and for which days: M. Okafor (until 2027-01-10)."""
    given = (("from", order.since), ("until", order.until))
    dates = " ".join(f"{word} {day}" for word, day in given if day is not None)
    return f"{order.author} ({dates})" if dates else order.author


def rule_of(order: Order) -> str:
    """Return how an order is named as what decided: forbid by M. Okafor (until 2027-01-10)."""
    return f"{order.kind} by {signed(order)}"


def because(order: Order) -> str:
    """Return who decided it and why, as a sentence's end."""
    return f"{order.author} ordered so: {order.reason}"


def listed(parts: Sequence[str]) -> str:
    """Return parts as people write them: a, b and c."""
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 set, 2 sets."""
    return f"{number} {noun}{'s' if number > 1 else ''}"


def _on(day: Weekday | None) -> str:
    return f" on {DAY_NAMES[day]}" if day is not None else ""


def _dose(order: Lock | FixDose) -> Iterator[str]:
    if order.sets is not None:
        yield counted(order.sets, "set")
    if order.reps is not None:
        yield counted(order.reps, "repetition")
    if order.hold_s is not None:
        yield f"holds of {order.hold_s} s"


def _limits(order: Cap) -> Iterator[str]:
    if order.sets is not None:
        yield f"{counted(order.sets, 'set')} a session"
    if order.sets_a_week is not None:
        yield f"{counted(order.sets_a_week, 'set')} a week"
    if order.hold_s is not None:
        yield f"holds of {order.hold_s} s"
    if order.load is not None:
        yield f"a {order.load} load" if order.load != "none" else "no load"
    if order.minutes is not None:
        yield counted(order.minutes, "minute")


def _size(order: SessionSize) -> str:
    if order.at_least is None:
        return f"at most {counted(order.at_most or 0, 'main exercise')}"
    if order.at_most is None:
        return f"at least {counted(order.at_least, 'main exercise')}"
    if order.at_least == order.at_most:
        return counted(order.at_least, "main exercise")
    return f"{order.at_least} to {counted(order.at_most, 'main exercise')}"
