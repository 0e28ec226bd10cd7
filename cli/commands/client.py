"""`backplan client`: the clients of a clinic, in a store that keeps every version.

What takes long to import is imported inside, so that `--help` answers at once.
"""

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands._common import Overlays, load
from cli.commands._store import AllowReadable, Author, StoreOption, author_name, opened
from cli.exit_codes import BAD_INPUT

if TYPE_CHECKING:
    from recommender.store import Client

client = typer.Typer(
    help="Keep clients in a store: every version stays, and nothing is lost (docs/store.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Called = Annotated[
    str, typer.Argument(metavar="CLIENT", help="An id, or how one id or name begins.")
]
IntakeFile = Annotated[
    Path, typer.Argument(help="File of answers (YAML), or - for standard input.")
]
Id = Annotated[
    str | None, typer.Option("--id", help="The id to use, such as maria-g; default: made up.")
]
AnyId = Annotated[
    bool, typer.Option("--any-id", help="Take answers that carry the id of another client.")
]


@client.command()
def add(
    intake: IntakeFile,
    id_: Id = None,
    any_id: AnyId = False,
    author: Author = None,
    store: StoreOption = None,
    allow_readable: AllowReadable = False,
    overlays: Overlays = None,
) -> None:
    """Add a client with a file of answers.

    The first one makes the store. Exit code 0: added. 2: bad input, or the id is taken.
    """
    from recommender.intake import read_intake
    from recommender.store import add_client, list_clients

    knowledge, _ = load(overlays)
    answers = read_intake(intake, knowledge, datetime.date.today())
    by = author_name(author)
    with opened(store, allow_readable=allow_readable, create=True) as opened_store:
        added = add_client(opened_store, answers, by, id=id_, any_id=any_id)
        same = [
            one.id
            for one in list_clients(opened_store, answers.name)
            if one.name == answers.name and one.id != added.id
        ]
    typer.echo(f"Added {_words(added)}.")
    if same and answers.name:
        typer.echo(
            f"note: {same[0]} has the same name. If this is the same person, delete {added.id} and "
            f"use: backplan client update {same[0]} {intake}",
            err=True,
        )


@client.command()
def update(
    called: Called,
    intake: IntakeFile,
    any_id: AnyId = False,
    author: Author = None,
    store: StoreOption = None,
    allow_readable: AllowReadable = False,
    overlays: Overlays = None,
) -> None:
    """Add newer answers of a client."""
    from recommender.intake import read_intake
    from recommender.store import append, find_client

    knowledge, _ = load(overlays)
    answers = read_intake(intake, knowledge, datetime.date.today())
    by = author_name(author)
    with opened(store, allow_readable=allow_readable) as opened_store:
        found = find_client(opened_store, called)
        version = append(opened_store, found.id, "intake", answers, by, any_id=any_id)
    typer.echo(f"Added answers of {answers.answered_on} to {_words(found)}.")
    if answers.name != found.name:
        typer.echo(
            f"note: these answers are of {answers.name or 'somebody without a name'}. Not the same "
            f"person? backplan client undo {found.id} --version {version.number}",
            err=True,
        )


@client.command("list")
def list_(
    search: Annotated[
        str | None, typer.Argument(help="Only those with this in their id or name.")
    ] = None,
    store: StoreOption = None,
    allow_readable: AllowReadable = False,
) -> None:
    """List clients: id, date of the newest answers, name."""
    from cli.writing import write_result
    from recommender.store import list_clients
    from recommender.store.text import render_list

    with opened(store, allow_readable=allow_readable) as opened_store:
        found = list_clients(opened_store, search)
    write_result(render_list(found, search), None)


@client.command()
def show(called: Called, store: StoreOption = None, allow_readable: AllowReadable = False) -> None:
    """Show what stands for a client today, on one screen."""
    from cli.writing import write_result
    from recommender.store import find_client, state
    from recommender.store.text import render_state

    with opened(store, allow_readable=allow_readable) as opened_store:
        found = state(opened_store, find_client(opened_store, called).id)
    write_result(render_state(found, datetime.date.today()), None)


@client.command()
def history(
    called: Called, store: StoreOption = None, allow_readable: AllowReadable = False
) -> None:
    """Show every version: number, time (UTC), content, author."""
    from cli.writing import write_result
    from recommender.store import find_client
    from recommender.store import history as history_of
    from recommender.store.text import render_history

    with opened(store, allow_readable=allow_readable) as opened_store:
        entries = history_of(opened_store, find_client(opened_store, called).id)
    write_result(render_history(entries), None)


@client.command()
def undo(
    called: Called,
    version: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Undo this version; an undo brings back what it took."),
    ] = None,
    author: Author = None,
    store: StoreOption = None,
    allow_readable: AllowReadable = False,
) -> None:
    """Take back the last version that still stands.

    The history keeps both. Exit code 0: undone. 2: there is nothing to undo.
    """
    from recommender.store import find_client
    from recommender.store import history as history_of
    from recommender.store import undo as undo_version
    from recommender.store.text import undo_words

    by = author_name(author)
    with opened(store, allow_readable=allow_readable) as opened_store:
        found = find_client(opened_store, called)
        made = undo_version(opened_store, found.id, by, number=version)
        words = undo_words(history_of(opened_store, found.id)[: made.number])
    typer.echo(f"{found.id}: {words}.")


@client.command()
def export(
    called: Called,
    version: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Only this version, as a file for other commands."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "--output", "-o", help="Write to this file instead of stdout."),
    ] = None,
    store: StoreOption = None,
    allow_readable: AllowReadable = False,
) -> None:
    """Write a client with its whole history as one JSON document."""
    from cli.writing import write_result
    from recommender.store import export_client, export_version, find_client

    with opened(store, allow_readable=allow_readable) as opened_store:
        found = find_client(opened_store, called)
        if version is None:
            text = export_client(opened_store, found.id)
        else:
            text = export_version(opened_store, found.id, version)
    write_result(text, out)


@client.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A file that backplan client export wrote.")],
    id_: Id = None,
    store: StoreOption = None,
    allow_readable: AllowReadable = False,
) -> None:
    """Bring back an exported client with its whole history."""
    from recommender.store import import_client, read_export

    text = read_export(file)
    with opened(store, allow_readable=allow_readable, create=True) as opened_store:
        added = import_client(opened_store, text, str(file), id=id_)
    typer.echo(f"Added {_words(added)}.")


@client.command()
def delete(
    called: Called,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    store: StoreOption = None,
    allow_readable: AllowReadable = False,
) -> None:
    """Erase a client and every version for good. Exports and backups are left to you."""
    from knowledge import BadInput, Fault
    from recommender.store import delete_client, find_client

    with opened(store, allow_readable=allow_readable) as opened_store:
        found = find_client(opened_store, called)
        if not yes:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                message = "needs --yes, or a terminal to ask on"
                raise BadInput([Fault("backplan client delete", None, "", message)])
            question = f"Erase {_words(found)} for good?"
            if not typer.confirm(question, err=True):
                typer.echo("Nothing was erased.", err=True)
                raise typer.Exit(BAD_INPUT)
        delete_client(opened_store, found.id)
    typer.echo(f"Erased {found.id}.")


def _words(found: "Client") -> str:
    from recommender.store.text import one_line

    return f"{found.id} ({one_line(found.name)})" if found.name else found.id
