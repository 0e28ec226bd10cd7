"""Exports that somebody edited: refused whole, with the place that is wrong."""

import json
from typing import Any

import pytest

from knowledge import BadInput
from recommender.store import (
    Store,
    add_client,
    append,
    export_client,
    import_client,
    list_clients,
    open_store,
    undo,
)
from tests.recommender.store.people import AT, BY, checkin, intake, order, plan


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a client with nine versions; the last two are undos of the seventh and the sixth."""
    with open_store(tmp_path_factory.mktemp("exported") / "store.db") as store:
        client = add_client(store, intake(), BY, at=AT).id
        append(store, client, "order", order(1), BY, at=AT)
        append(store, client, "plan", plan(), BY, at=AT)
        for number in range(4):
            append(store, client, "checkin", checkin(number), BY, at=AT)
        undo(store, client, BY)
        undo(store, client, BY)
        return export_client(store, client)


def _set(path: str, value: Any) -> Any:
    def change(document: Any) -> None:
        *parents, last = path.split(".")
        for part in parents:
            document = document[int(part) if part.isdigit() else part]
        document[int(last) if last.isdigit() else last] = value

    return change


def _swap(document: Any) -> None:
    document["history"].reverse()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (_set("format", "something"), "format: "),
        (_set("schema_version", 2), "schema_version: "),
        (_set("client", "Not an id"), "id: expected small letters"),
        (_set("history", []), "history: "),
        (_set("history.0.number", 2), "history[1].number: expected 1"),
        (_set("history.0.kind", "order"), "history[1].kind: expected intake"),
        (_set("history.0.body.days", {}), "history[1].body.days: "),
        (_set("history.0.body.surprise", 1), "history[1].body.surprise: "),
        (_set("history.0.undoes", 1), "history[1]: an undo has undoes"),
        (_set("history.1.author", ""), "history[2].author: "),
        (_set("history.1.at", "2026-11-30 08:15"), "history[2].at: expected a time such as"),
        (_set("history.1.at", "yesterday"), "history[2].at: "),
        (_set("history.1.kind", "note"), "history[2].kind: "),
        (_set("history.7.undoes", 8), "history[8]: undo: expected a version from 1 to 7"),
        (_set("history.7.undoes", 0), "history[8]: undo: expected a version from 1 to 7"),
        (_set("history.7.undoes", 1), "history[8]: undo: version 1 holds the only answers"),
        (_set("history.8.undoes", 8), "history[9].undoes: names version 8, which is an undo"),
        (_set("history.7.body", {}), "history[8]: an undo has undoes"),
        (_swap, "history[1].number: expected 1"),
    ],
)
def test_a_broken_export_is_refused_whole_and_says_where(
    exported: str, file_store: Store, change: Any, where: str
) -> None:
    document = json.loads(exported)
    change(document)
    with pytest.raises(BadInput) as caught:
        import_client(file_store, json.dumps(document), "x.json")
    assert where in str(caught.value)
    assert list_clients(file_store) == ()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "null", "no json", '{"format": "backplan client"}']
)
def test_what_is_no_export_is_refused(file_store: Store, text: str) -> None:
    with pytest.raises(BadInput, match=r"x\.json"):
        import_client(file_store, text, "x.json")
