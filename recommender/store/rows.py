"""Versions as rows of the tables, and back."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from knowledge import BadInput, Fault, Intake
from recommender.store import tables
from recommender.store.documents import from_text, to_text
from recommender.store.history import Entry, Version, unknown_client
from recommender.store.ids import LONGEST, is_id
from recommender.store.opening import Store

_WITHOUT_BODY = (
    tables.version.c.number,
    tables.version.c.kind,
    tables.version.c.author,
    tables.version.c.at,
    tables.version.c.undoes,
)


class Taken(BadInput):
    """The id belongs to another client."""


def ids(connection: Connection) -> frozenset[str]:
    """Return the ids of all clients."""
    return frozenset(connection.execute(select(tables.client.c.id)).scalars())


def key_of(connection: Connection, store: Store, client: str, *, lock: bool = False) -> int:
    """Return the key of a client; raise `BadInput` if there is none.

    With `lock` nobody else can add to the client until the transaction ends.
    """
    query = select(tables.client.c.key).where(tables.client.c.id == client)
    key: int | None = connection.execute(query.with_for_update() if lock else query).scalar()
    if key is None:
        raise unknown_client(client, ids(connection), store.name)
    return key


def last_number(connection: Connection, key: int) -> int:
    """Return the number of the last version of a client."""
    number = func.max(tables.version.c.number)
    found: int = connection.execute(
        select(number).where(tables.version.c.client == key)
    ).scalar_one()
    return found


def insert_client(connection: Connection, store: Store, client: str) -> int:
    """Return the key of a new client; raise `BadInput` for no id, `Taken` for one in use."""
    if not is_id(client):
        message = f"expected small letters, digits and dashes, at most {LONGEST}, found {client}"
        raise BadInput([Fault(store.name, None, "id", message)])
    try:
        made = insert(tables.client).values(id=client).returning(tables.client.c.key)
        key: int = connection.execute(made).scalar_one()
    except IntegrityError:
        message = (
            f"{client} is a client already; for newer answers use backplan client update "
            f"{client} INTAKE, for another person choose an id with --id"
        )
        raise Taken([Fault(store.name, None, "id", message)]) from None
    return key


def insert_versions(connection: Connection, key: int, entries: Sequence[Version[Any]]) -> None:
    """Write versions as they are; raise `ValueError` for a body that is not of its kind."""
    connection.execute(insert(tables.version), [_row(key, entry) for entry in entries])


def _row(key: int, entry: Version[Any]) -> dict[str, object]:
    body = entry.body
    is_intake = isinstance(body, Intake)
    return {
        "client": key,
        "number": entry.number,
        "kind": entry.kind,
        "author": entry.author,
        "at": time_text(entry.at),
        "undoes": entry.undoes,
        "name": (body.name or "").replace("\0", "") if is_intake else None,
        "answered_on": body.answered_on.isoformat() if is_intake else None,
        "body": None if entry.kind == "undo" else to_text(entry.kind, body),
    }


def time_text(at: datetime) -> str:
    """Return a time as it is written: UTC, whole seconds, `2026-11-30T08:15:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def entries_of(connection: Connection, key: int) -> tuple[Version[None], ...]:
    """Return every version of a client without its body, oldest first."""
    rows = connection.execute(
        select(*_WITHOUT_BODY)
        .where(tables.version.c.client == key)
        .order_by(tables.version.c.number)
    )
    return tuple(
        Version(row.number, row.kind, row.author, datetime.fromisoformat(row.at), None, row.undoes)
        for row in rows
    )


def bodies_of(
    connection: Connection, key: int, numbers: Collection[int] | None = None
) -> dict[int, str | None]:
    """Return the texts of the versions with these numbers, or of all."""
    version = tables.version
    query = select(version.c.number, version.c.body).where(version.c.client == key)
    if numbers is not None:
        query = query.where(version.c.number.in_(numbers))
    return {row.number: row.body for row in connection.execute(query)}


def read(store: Store, client: str, entry: Version[None], body: str | None) -> Entry:
    """Return a version with its document; raise `BadInput` if the text cannot be read."""
    if entry.kind == "undo" or body is None:
        return entry
    field = f"{client} version {entry.number} ({entry.kind})"
    document = from_text(entry.kind, body, store.name, field)
    return Version(entry.number, entry.kind, entry.author, entry.at, document)
