"""Lists the clients of an open store, and finds one by what a person types."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from knowledge import BadInput, Fault
from recommender.store import tables
from recommender.store.history import unknown_client
from recommender.store.ids import is_id, plain
from recommender.store.opening import Store

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Client:
    """A client as a list shows it: name and date of the newest answers that stand."""

    id: str
    name: str | None
    answered_on: date


def list_clients(store: Store, search: str | None = None) -> tuple[Client, ...]:
    """Return the clients in order of id; with `search` those with it in their id or name.

    Capitals and accents do not matter.
    """
    with store.access("read") as connection:
        found = _list(connection)
    wanted = plain(search or "")
    return tuple(one for one in found if wanted in one.id or wanted in plain(one.name or ""))


def find_client(store: Store, called: str) -> Client:
    """Return the client with this id, or the only one whose id or name begins so.

    Raises `BadInput` with the nearest names if there is none, or with those that begin so.
    """
    with store.access("read") as connection:
        found = (is_id(called) and _list(connection, called)) or _list(connection)
    if len(found) == 1 and found[0].id == called:
        return found[0]
    wanted = plain(called)
    begin = [one for one in found if one.id.startswith(wanted) or _named(one).startswith(wanted)]
    exact = [one for one in begin if _named(one) == wanted]
    if len(exact or begin) == 1:
        return (exact or begin)[0]
    if not begin:
        names = {name for one in found for name in (one.id, one.name) if name}
        raise unknown_client(called, names, store.name)
    shown = ", ".join(one.id for one in begin[:_MOST_NAMED])
    more = f" and {len(begin) - _MOST_NAMED} more" if len(begin) > _MOST_NAMED else ""
    message = f"{called} may be {shown}{more}; give the id"
    raise BadInput([Fault(store.name, None, "client", message)])


def _named(client: Client) -> str:
    return plain(client.name or "")


def _list(connection: Connection, id_: str | None = None) -> tuple[Client, ...]:
    """Return all clients by id, or the one with this id."""
    version, client = tables.version, tables.client
    undo_row = version.alias()
    times_undone = (
        select(func.count())
        .where(undo_row.c.client == version.c.client, undo_row.c.undoes == version.c.number)
        .scalar_subquery()
    )
    newest = (
        select(version.c.client, func.max(version.c.number).label("number"))
        .where(version.c.kind == "intake", times_undone % 2 == 0)
        .group_by(version.c.client)
    )
    if id_ is not None:
        newest = newest.where(
            version.c.client == select(client.c.key).where(client.c.id == id_).scalar_subquery()
        )
    of = newest.subquery()
    rows = connection.execute(
        select(client.c.id, version.c.name, version.c.answered_on)
        .join(of, of.c.client == client.c.key)
        .join(version, (version.c.client == of.c.client) & (version.c.number == of.c.number))
    )
    found = (Client(row.id, row.name or None, date.fromisoformat(row.answered_on)) for row in rows)
    return tuple(sorted(found, key=lambda one: one.id))
