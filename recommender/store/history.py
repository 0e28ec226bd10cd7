"""The history of a client, and the present state as its fold. Nothing here knows a database."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from knowledge import BadInput, Fault, Intake, Order
from knowledge.faults import nearest
from recommender.plan import Plan
from recommender.store.documents import Document, Json, Kind

Body = TypeVar("Body", covariant=True)
EntryKind = Literal[Kind, "undo"]


@dataclass(frozen=True, slots=True)
class Version(Generic[Body]):
    """One entry: what `author` added `at` a time (UTC, whole seconds), numbered from 1.

    An undo has no body. It names the version that it takes back, or, the second time, brings back.
    """

    number: int
    kind: EntryKind
    author: str
    at: datetime
    body: Body
    undoes: int | None = None


Entry = Version[Document | None]


@dataclass(frozen=True, slots=True)
class State:
    """What stands for a client now. `number` is that of the last version, undone or not."""

    client: str
    number: int
    intake: Version[Intake]
    orders: tuple[Version[Order], ...]
    plan: Version[Plan] | None
    program: Version[Json] | None
    checkins: tuple[Version[Json], ...]


def standing(entries: Iterable[Version[Any]]) -> dict[int, EntryKind]:
    """Return the kind of every version that is not undone, by number, oldest first."""
    entries = tuple(entries)
    times = Counter(entry.undoes for entry in entries)
    return {
        entry.number: entry.kind
        for entry in entries
        if entry.kind != "undo" and times[entry.number] % 2 == 0
    }


def needed(stands: Mapping[int, EntryKind]) -> frozenset[int]:
    """Return the numbers of the versions that make the present state."""
    last = {kind: number for number, kind in stands.items()}
    every = {number for number, kind in stands.items() if kind in ("order", "checkin")}
    return frozenset({*last.values(), *every})


def fold(client: str, entries: Sequence[Version[Any]]) -> State:
    """Return the state after all entries, of which those that `needed` names have a body."""
    numbers = needed(standing(entries))
    of_kind: dict[EntryKind, list[Version[Any]]] = {}
    for entry in entries:
        if entry.number in numbers:
            of_kind.setdefault(entry.kind, []).append(entry)
    return State(
        client=client,
        number=entries[-1].number,
        intake=of_kind["intake"][-1],
        orders=tuple(of_kind.get("order", ())),
        plan=_last(of_kind.get("plan", ())),
        program=_last(of_kind.get("program", ())),
        checkins=tuple(of_kind.get("checkin", ())),
    )


def _last(entries: Sequence[Version[Any]]) -> Version[Any] | None:
    return entries[-1] if entries else None


def to_undo(entries: Sequence[Version[Any]], number: int | None, name: str) -> int:
    """Return the version that an undo of `number` has to name; None is the last that stands.

    Undoing an undo brings back what it took. Raises `BadInput` naming the store `name` if there is
    nothing to undo, or if no answers would stand any more.
    """
    stands = standing(entries)
    if number is None:
        number = max(stands)
    by_number = {entry.number: entry for entry in entries}
    entry = by_number.get(number)
    if entry is None:
        message = f"expected a version from 1 to {entries[-1].number}, found {number}"
        raise _refused(name, message)
    target = number
    if entry.undoes is not None:
        target = entry.undoes
        last = max(other.number for other in entries if other.undoes == target)
        if last != number:
            raise _refused(name, f"version {number} was overtaken by version {last}; undo that")
    elif number not in stands:
        by = max(other.number for other in entries if other.undoes == number)
        message = f"version {number} is undone already; to bring it back, undo version {by}"
        raise _refused(name, message)
    if stands.get(target) == "intake" and list(stands.values()).count("intake") == 1:
        message = f"version {target} holds the only answers; to remove the client, use delete"
        raise _refused(name, message)
    return target


def _refused(name: str, message: str) -> BadInput:
    return BadInput([Fault(name, None, "undo", message)])


def orders_in_force(state: State, day: date) -> tuple[Order, ...]:
    """Return the orders of the answers and of the store that have not ended before `day`."""
    orders = (*state.intake.body.orders, *(version.body for version in state.orders))
    return tuple(order for order in orders if order.until is None or order.until >= day)


def unknown_client(text: str, known: Collection[str], name: str) -> BadInput:
    """Return the error for a client that the store `name` does not hold."""
    hint = nearest(text, known) or "; backplan client list shows all"
    return BadInput([Fault(name, None, "client", f"there is no client {text}{hint}")])
