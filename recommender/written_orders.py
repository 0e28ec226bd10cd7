"""Reads orders, each by the model of its kind, and says what is wrong with one by itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from knowledge import BadInput, Fault, Knowledge, Order
from knowledge.faults import Location, nearest
from knowledge.reading import Document, parse, read_text, validate_part
from knowledge.schema.order import ORDERS

_ANY_ORDER: TypeAdapter[Order] = TypeAdapter(Order)


@dataclass(frozen=True, slots=True)
class WrittenOrder:
    """An order and where it stands."""

    order: Order
    document: Document
    location: Location

    def fault(self, field: str | None, message: str) -> Fault:
        """Return a fault of the order, or of one of its fields."""
        location = self.location if field is None else (*self.location, field)
        return self.document.fault(location, message)


def read_orders(path: Path) -> tuple[WrittenOrder, ...]:
    """Return the orders of a file; raise `BadInput` with every fault in it."""
    document = parse(read_text(path), str(path))
    if not isinstance(document.data, dict) or "orders" not in document.data:
        message = "is missing: expected a list of orders below the key orders"
        raise BadInput([Fault(document.file, 1, "orders", message)])
    faults = [
        document.fault((key,), f"is not a known key{nearest(key, ['orders'])}; known are: orders")
        for key in document.data
        if key != "orders"
    ]
    if faults:
        raise BadInput(faults)
    return tuple(
        WrittenOrder(order, document, ("orders", index))
        for index, order in enumerate(orders_in(document))
    )


def orders_in(document: Document) -> tuple[Order, ...]:
    """Return what stands below the key `orders`; raise `BadInput` with every fault in it."""
    given = document.data["orders"]
    if not isinstance(given, list):
        message = "expected a list of orders, each beginning with - kind:"
        raise BadInput([document.fault(("orders",), message)])
    orders: list[Order] = []
    faults: list[Fault] = []
    for index, entry in enumerate(given):
        try:
            orders.append(_order(document, entry, ("orders", index)))
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(faults)
    return tuple(orders)


def _order(document: Document, entry: Any, at: Location) -> Order:
    kinds = ", ".join(ORDERS)
    if not isinstance(entry, dict):
        raise BadInput([document.fault(at, "expected an order: keys with values, kind first")])
    if "kind" not in entry:
        raise BadInput([document.fault((*at, "kind"), f"is missing; expected one of {kinds}")])
    kind = entry["kind"]
    model = ORDERS.get(kind) if isinstance(kind, str) else None
    if model is None:
        message = f"{kind} is not one of {kinds}{nearest(kind, ORDERS)}"
        raise BadInput([document.fault((*at, "kind"), message)])
    return _ANY_ORDER.validate_python(validate_part(model, document, entry, at))


def order_faults(
    order: Order, knowledge: Knowledge, banned: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Yield the field and the message of what cannot be true of an order by itself."""
    families = sorted({exercise.family for exercise in knowledge.exercises.values()})
    for field, noun, known in (
        ("exercise", "exercise", knowledge.exercises),
        ("family", "family", families),
        ("demand", "demand", knowledge.demands),
        ("equipment", "equipment", knowledge.equipment),
    ):
        word = getattr(order, field, None)
        if word is not None and word not in known:
            yield field, unknown(noun, word, known)
    exercise = getattr(order, "exercise", None)
    if exercise in banned and order.kind in ("require", "lock"):
        yield "exercise", f"{exercise} is banned as well"
    if order.since is not None and order.until is not None and order.until < order.since:
        yield "until", f"{order.until} is before {order.since}, the day it begins on"


def unknown(noun: str, word: str, known: Iterable[str]) -> str:
    """Return that a word is not known, with the nearest one, and all if they are few."""
    words = list(known)
    listed = f"; known are: {', '.join(words)}" if len(words) <= 25 else ""
    return f"{word} is not a known {noun}{nearest(word, words)}{listed}"
