"""A client as one JSON document, out of a store and into one, unchanged."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, JsonValue, ValidationError, model_validator

from knowledge import BadInput, Fault
from knowledge.faults import spell
from knowledge.schema._base import Noun
from recommender.store.clients import history
from recommender.store.documents import from_text, to_text
from recommender.store.finding import Client
from recommender.store.history import Entry, EntryKind, Version, fold, to_undo
from recommender.store.ids import LONGEST, Author
from recommender.store.opening import Store
from recommender.store.rows import insert_client, insert_versions, time_text

FORMAT = "backplan client"


def _exact(text: str) -> str:
    if time_text(datetime.fromisoformat(text)) != text:
        raise ValueError("expected a time such as 2026-11-30T08:15:00Z")
    return text


class ExportedVersion(Noun):
    """One version; an undo has `undoes` in the place of a body."""

    number: Annotated[int, Field(ge=1)]
    kind: EntryKind
    author: Author
    at: Annotated[str, AfterValidator(_exact)]
    undoes: int | None = None
    body: dict[str, JsonValue] | None = None

    @model_validator(mode="after")
    def _of_one_kind(self) -> "ExportedVersion":
        is_undo = self.kind == "undo"
        if is_undo != (self.undoes is not None) or is_undo != (self.body is None):
            raise ValueError("an undo has undoes, every other version a body")
        return self


class Export(Noun):
    """All that a store holds of one client."""

    format: Literal["backplan client"]
    schema_version: Literal[1]
    client: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    history: Annotated[tuple[ExportedVersion, ...], Field(min_length=1)]


def export_client(store: Store, client: str) -> str:
    """Return a client as one JSON document that `import_client` takes back unchanged."""
    document = {
        "format": FORMAT,
        "schema_version": 1,
        "client": client,
        "history": [_exported(entry) for entry in history(store, client)],
    }
    return _written(document)


def export_version(store: Store, client: str, number: int) -> str:
    """Return one document of a client as the file that the other commands read."""
    entries = history(store, client)
    found = next((entry for entry in entries if entry.number == number), None)
    if found is None or found.kind == "undo" or found.body is None:
        what = "is an undo and holds no document" if found else f"1 to {len(entries)} are there"
        raise BadInput([Fault(store.name, None, "version", f"{number}: {what}")])
    return _written(json.loads(to_text(found.kind, found.body)))


def import_client(store: Store, text: str, name: str, *, id: str | None = None) -> Client:  # noqa: A002
    """Return the client that an exported text brings back, under its own id or another.

    Raises `BadInput` that names the file `name` if the text is no whole export, or the id is taken.
    """
    export = _read(text, name)
    entries = _replayed(export, name)
    client = id or export.client
    intake = fold(client, entries).intake.body
    with store.access("write") as connection:
        insert_versions(connection, insert_client(connection, store, client), entries)
    return Client(client, intake.name, intake.answered_on)


def read_export(path: Path) -> str:
    """Return the text of an exported file; raise `BadInput` if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        message = "no such file"
    except UnicodeDecodeError:
        message = "is not UTF-8 text; expected a file that backplan client export wrote"
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
    raise BadInput([Fault(str(path), None, "", message)])


def _written(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _exported(entry: Entry) -> dict[str, Any]:
    head = {
        "number": entry.number,
        "kind": entry.kind,
        "author": entry.author,
        "at": time_text(entry.at),
    }
    if entry.kind == "undo" or entry.body is None:
        return {**head, "undoes": entry.undoes}
    return {**head, "body": json.loads(to_text(entry.kind, entry.body))}


def _read(text: str, name: str) -> Export:
    try:
        return Export.model_validate_json(text)
    except ValidationError as error:
        faults = [
            Fault(name, None, spell(detail["loc"]), detail["msg"].removeprefix("Value error, "))
            for detail in error.errors()
        ]
        raise BadInput(faults) from None


def _replayed(export: Export, name: str) -> list[Entry]:
    """Return the versions, each of which could have been added after those before it."""
    entries: list[Entry] = []
    for index, one in enumerate(export.history):
        field = spell(("history", index))
        if one.number != index + 1:
            raise BadInput([Fault(name, None, f"{field}.number", f"expected {index + 1}")])
        if index == 0 and one.kind != "intake":
            raise BadInput([Fault(name, None, f"{field}.kind", "expected intake")])
        body = None
        if one.kind == "undo":
            _check_undo(entries, one.undoes or 0, name, field)
        else:
            body = from_text(one.kind, json.dumps(one.body), name, f"{field}.body")
        at = datetime.fromisoformat(one.at)
        entries.append(Version(one.number, one.kind, one.author, at, body, one.undoes))
    return entries


def _check_undo(entries: list[Entry], undoes: int, name: str, field: str) -> None:
    """Raise `BadInput` unless an undo could name this version now."""
    undos = [entry.number for entry in entries if entry.undoes == undoes]
    # The second time it is the undo that is undone, and so on.
    asked = undos[-1] if len(undos) % 2 else undoes
    if to_undo(entries, asked, f"{name}: {field}") != undoes:
        message = f"names version {undoes}, which is an undo; name what it took"
        raise BadInput([Fault(name, None, f"{field}.undoes", message)])
