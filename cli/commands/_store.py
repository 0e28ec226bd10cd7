"""What the commands that use the store share: where it is, its key, and who writes."""

import datetime
import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from knowledge import Intake, Knowledge
    from recommender.store import State, Store
    from recommender.written_orders import WrittenOrder

KEY_VARIABLE = "BACKPLAN_STORE_KEY"

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="PATH_OR_URL",
        envvar="BACKPLAN_STORE",
        help="The store: a file, or postgresql://...; default is that of the settings.",
    ),
]
AllowReadable = Annotated[
    bool,
    typer.Option("--allow-readable", help="Use the file even if others on this machine may too."),
]
Author = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Who writes; default: the only clinician of the settings, else your login.",
    ),
]


@contextmanager
def opened(
    store: str | None, *, allow_readable: bool = False, create: bool = False
) -> "Iterator[Store]":
    """Yield the store of the option, the settings or the usual place, which `create` makes.

    The key is that of BACKPLAN_STORE_KEY, or is asked for on a terminal. Raises `BadInput`.
    """
    from recommender.settings import load_settings, store_path
    from recommender.store import KeyNeeded, open_store

    where = store or load_settings().store
    if where is None:
        path = store_path()
        if create:
            _make_folder(path.parent)
        where = str(path)
    key = os.environ.get(KEY_VARIABLE)
    with ExitStack() as stack:
        try:
            session = open_store(where, key=key, allow_readable=allow_readable, create=create)
            found = stack.enter_context(session)
        except KeyNeeded:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise
            key = typer.prompt("Key of the store", hide_input=True, err=True)
            session = open_store(where, key=key, allow_readable=allow_readable, create=create)
            found = stack.enter_context(session)
        yield found


def _make_folder(folder: Path) -> None:
    from knowledge import BadInput, Fault

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot be made: {error.strerror or error}"
        raise BadInput([Fault(str(folder), None, "", message)]) from None


def author_name(author: str | None) -> str:
    """Return who writes: as said, else the only clinician of the settings, else the login name."""
    from knowledge import BadInput, Fault
    from recommender.settings import load_settings

    if author is not None:
        return author
    clinicians = load_settings().clinicians
    if len(clinicians) == 1:
        return clinicians[0]
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise BadInput([Fault("--author", None, "", "expected the name of who writes")]) from None


def answers_of(
    store: "Store", client: str, knowledge: "Knowledge", today: datetime.date
) -> "tuple[State, Intake, tuple[WrittenOrder, ...]]":
    """Return what stands for a client: the state, and the answers with all orders laid on them.

    Orders that have ended before `today` are left out. Raises `BadInput` if the knowledge base does
    not know a word of them any more.
    """
    import json

    from knowledge import BadInput
    from knowledge.reading import parse
    from recommender.intake import check
    from recommender.store import orders_in_force, state
    from recommender.written_orders import WrittenOrder

    found = state(store, client)
    orders = orders_in_force(found, today)
    answers = found.intake.body.model_copy(update={"orders": orders})
    written = [order.model_dump(mode="json", by_alias=True, exclude_none=True) for order in orders]
    document = parse(json.dumps({"orders": written}), f"client {client}")
    faults = [document.fault(location, message) for location, message in check(answers, knowledge)]
    if faults:
        raise BadInput(faults)
    at = (WrittenOrder(order, document, ("orders", n)) for n, order in enumerate(orders))
    return found, answers, tuple(at)
