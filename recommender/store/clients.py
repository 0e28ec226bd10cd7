"""What can be done with the clients of an open store.

Nothing is ever changed: each operation adds one numbered version in one transaction, or erases a
client as a whole. Authors are names of people; times are UTC in whole seconds, now unless given.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, text

from knowledge import BadInput, Fault, Intake
from recommender.store import tables
from recommender.store.documents import Document, Kind
from recommender.store.finding import Client
from recommender.store.history import (
    Entry,
    EntryKind,
    State,
    Version,
    fold,
    needed,
    standing,
    to_undo,
)
from recommender.store.ids import first_free, id_of_label, id_of_name, is_author
from recommender.store.opening import Store
from recommender.store.rows import (
    Taken,
    bodies_of,
    entries_of,
    ids,
    insert_client,
    insert_versions,
    key_of,
    last_number,
    read,
)

_COMPACT = {
    "sqlite": ("VACUUM",),
    "postgresql": ("VACUUM (FULL) version", "VACUUM (FULL) client"),
}


class Conflict(BadInput):
    """Somebody else added a version since this one was read; nothing was written."""


def add_client(
    store: Store,
    intake: Intake,
    author: str,
    *,
    id: str | None = None,  # noqa: A002 - the word that people type
    any_id: bool = False,
    at: datetime | None = None,
) -> Client:
    """Return the new client that these answers begin.

    The id is the one given, else that of the intake, else made from the name and unique. Raises
    `Taken` if another client has it, and `BadInput` if it is none, or if the intake carries the id
    of another client and not `any_id`.
    """
    asked_for = id or id_of_label(intake.id)
    while True:
        try:
            with store.access("write") as connection:
                wanted = asked_for or first_free(id_of_name(intake.name), ids(connection))
                if id is not None and not any_id:
                    _refuse_id_of_another(connection, store, intake, id)
                key = insert_client(connection, store, wanted)
                _insert(connection, key, 1, "intake", author, at, body=intake)
        except Taken:
            if asked_for is not None:
                raise
            continue  # somebody took the free id a moment ago: the next one
        return Client(wanted, intake.name, intake.answered_on)


def append(
    store: Store,
    client: str,
    kind: Kind,
    body: Document,
    author: str,
    *,
    expected_number: int | None = None,
    any_id: bool = False,
    at: datetime | None = None,
) -> Version[Document]:
    """Return the version that this adds to the client with this id.

    With `expected_number` the last version must still have that number, else `Conflict`. An intake
    that carries the id of another client is refused as `BadInput` unless `any_id`. Raises
    `ValueError` for a document that is not of the kind.
    """
    with store.access("write") as connection:
        key, last = _locked(connection, store, client, expected_number)
        if isinstance(body, Intake) and not any_id:
            _refuse_id_of_another(connection, store, body, client)
        return _insert(connection, key, last + 1, kind, author, at, body=body)


def undo(
    store: Store,
    client: str,
    author: str,
    *,
    number: int | None = None,
    expected_number: int | None = None,
    at: datetime | None = None,
) -> Version[None]:
    """Return the version that takes back the last one that stands, or the one of this number.

    An undo can be undone. Raises `BadInput` if nothing can be, and `Conflict` as `append` does.
    """
    with store.access("write") as connection:
        key, last = _locked(connection, store, client, expected_number)
        undone = to_undo(entries_of(connection, key), number, store.name)
        return _insert(connection, key, last + 1, "undo", author, at, undoes=undone)


def history(store: Store, client: str) -> tuple[Entry, ...]:
    """Return every version of a client, oldest first; raise `BadInput` if one cannot be read."""
    with store.access("read") as connection:
        key = key_of(connection, store, client)
        entries, bodies = entries_of(connection, key), bodies_of(connection, key)
    return tuple(read(store, client, entry, bodies[entry.number]) for entry in entries)


def state(store: Store, client: str) -> State:
    """Return what stands for a client now: `fold` of the history, reading only what it needs."""
    with store.access("read") as connection:
        key = key_of(connection, store, client)
        entries = entries_of(connection, key)
        bodies = bodies_of(connection, key, needed(standing(entries)))
    with_bodies = [read(store, client, entry, bodies.get(entry.number)) for entry in entries]
    return fold(client, with_bodies)


def delete_client(store: Store, client: str) -> None:
    """Erase a client and all versions for good, and compact the store.

    Raises `BadInput` if there is no such client, or if the store could not be compacted.
    """
    with store.access("write") as connection:
        key = key_of(connection, store, client, lock=True)
        connection.execute(delete(tables.client).where(tables.client.c.key == key))
    try:
        with store.access("alone") as connection:
            for statement in _COMPACT[connection.dialect.name]:
                connection.execute(text(statement))
    except BadInput as error:
        message = f"{client} is erased, but the store could not be compacted: "
        raise BadInput(
            Fault(store.name, None, "", message + fault.message) for fault in error.faults
        ) from None


def _refuse_id_of_another(
    connection: Connection, store: Store, intake: Intake, client: str
) -> None:
    theirs = id_of_label(intake.id)
    if theirs is not None and theirs != client and theirs in ids(connection):
        message = (
            f"the answers carry the id {intake.id}, which is another client; nothing was added. "
            f"If they are of {client} all the same, use --any-id"
        )
        raise BadInput([Fault(store.name, None, "id", message)])


def _locked(
    connection: Connection, store: Store, client: str, expected_number: int | None
) -> tuple[int, int]:
    """Return key and last number of a client that nobody else can add to until the commit."""
    key = key_of(connection, store, client, lock=True)
    last = last_number(connection, key)
    if expected_number is not None and last != expected_number:
        message = (
            f"{client} was changed meanwhile (version {last}, not {expected_number}); nothing was "
            "added, look at the history and try again"
        )
        raise Conflict([Fault(store.name, None, "client", message)])
    return key, last


def _insert(
    connection: Connection,
    key: int,
    number: int,
    kind: EntryKind,
    author: str,
    at: datetime | None,
    *,
    body: Any = None,
    undoes: int | None = None,
) -> Version[Any]:
    if not is_author(author):
        message = "expected the name of who writes this, on one line of at most 200 characters"
        raise BadInput([Fault("--author", None, "", message)])
    moment = (at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    entry: Version[Any] = Version(number, kind, author, moment, body, undoes)
    insert_versions(connection, key, [entry])
    return entry
