"""The clients of a clinic, as versions that are only ever added, in SQLite or PostgreSQL.

The only part of backplan that speaks SQL. `docs/store.md` is its guide.
"""

from recommender.store.clients import (
    Conflict,
    add_client,
    append,
    delete_client,
    history,
    state,
    undo,
)
from recommender.store.documents import Document, Kind
from recommender.store.exchange import export_client, export_version, import_client, read_export
from recommender.store.files import KeyNeeded
from recommender.store.finding import Client, find_client, list_clients
from recommender.store.history import State, Version, fold, orders_in_force, standing
from recommender.store.opening import Store, open_store
from recommender.store.rows import Taken

__all__ = [
    "Client",
    "Conflict",
    "Document",
    "KeyNeeded",
    "Kind",
    "State",
    "Store",
    "Taken",
    "Version",
    "add_client",
    "append",
    "delete_client",
    "export_client",
    "export_version",
    "find_client",
    "fold",
    "history",
    "import_client",
    "list_clients",
    "open_store",
    "orders_in_force",
    "read_export",
    "standing",
    "state",
    "undo",
]
