"""What other processes do to a store while the tests watch, and how they are started."""

import itertools
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

from recommender.store import add_client, append, delete_client, history, open_store
from tests.recommender.store.people import BY, checkin, intake

Work = Callable[..., None]


def processes() -> ForkServerContext:
    """Return the context whose processes start at once: all imports are done in the server."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.recommender.store.workers"])
    return context


def start(work: Work, *arguments: Any) -> tuple[ForkServerProcess, Connection]:
    """Start a process that does `work`; what it sends comes out of the connection."""
    context = processes()
    out, into = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(into, *arguments), daemon=True)
    process.start()
    into.close()
    return process, out


def keep_adding(out: Connection, where: str, key: str | None, client: str) -> None:
    """Add check-ins for ever, and send the number of each as soon as it is in."""
    with open_store(where, key=key) as store:
        while True:
            out.send(append(store, client, "checkin", large(2_000_000), BY).number)


def begin(out: Connection, where: str, key: str | None, times: int) -> None:
    """Make the store if it is not there, and add so many clients."""
    with open_store(where, key=key) as store:
        for _ in range(times):
            out.send(add_client(store, intake("Ana"), BY).id)


def keep_erasing(out: Connection, where: str, prefix: str) -> None:
    """Add clients of two versions and erase them, one after the other, for ever."""
    with open_store(where) as store:
        for number in itertools.count(1):
            client = add_client(store, intake(), BY, id=f"{prefix}-{number}").id
            append(store, client, "checkin", large(), BY)
            delete_client(store, client)
            out.send(number)


def add_many(out: Connection, where: str, client: str, worker: int, times: int) -> None:
    """Add so many check-ins of one worker, beside a client of the same name each time."""
    with open_store(where, wait_s=60) as store:
        out.send("open")
        for time in range(times):
            append(store, client, "checkin", {"worker": worker, "time": time}, f"worker {worker}")
            add_client(store, intake("Twin"), BY)


def change_and_compare(out: Connection, where: str, client: str, times: int) -> None:
    """Add so many versions, each only if nothing came in between; try again if something did."""
    from recommender.store import Conflict

    with open_store(where, wait_s=60) as store:
        done = 0
        while done < times:
            last = history(store, client)[-1].number
            try:
                append(store, client, "program", {"after": last}, BY, expected_number=last)
            except Conflict:
                continue
            done += 1
        out.send(done)


def hold(out: Connection, where: str) -> None:
    """Open a store for writing and keep it so until killed."""
    with open_store(where) as store, store.access("write") as connection:
        connection.exec_driver_sql("UPDATE client SET id = id")
        out.send("held")
        multiprocessing.Event().wait()


def large(letters: int = 40_000) -> dict[str, Any]:
    """Return a check-in of many pages, so that a commit takes a while."""
    return {**checkin(), "words": "x" * letters}
