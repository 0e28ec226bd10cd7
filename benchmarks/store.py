"""How long a clinic with 10,000 clients waits for its store.

Each client has answers, an order, a plan, a check-in and now and then an undo. Each operation is
timed alone in an open store; the commands are timed as a person calls them, with the start of
Python in it. Times are medians with the smallest and largest of the runs.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from knowledge import Intake, load_knowledge
from knowledge.schema.order import Forbid
from recommender.intake import read_intake
from recommender.plan import Plan
from recommender.recommend import Request, next_monday, recommend
from recommender.store import (
    Store,
    Version,
    append,
    find_client,
    history,
    list_clients,
    open_store,
    state,
)
from recommender.store.rows import insert_client, insert_versions

CLIENTS = 10_000
RUNS = 15
TARGET_MS = 200
BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)
FIRST = ("Ana", "Björn", "Chloé", "Dmitri", "Eva", "Fatima", "Giulia", "Hiro", "王小明", "Ingrid")
LAST = ("Almeida", "Berg", "Çelik", "Duarte", "Ek", "Fischer", "García", "Haddad", "Ito", "Jansen")
EXAMPLE = Path("examples") / "home_beginner.yaml"


def main() -> None:
    """Fill a store and print a row for each measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--url", help="an empty PostgreSQL database instead of a file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        where = asked.url or str(Path(name) / "store.db")
        answers, week = documents()
        begin = time.perf_counter()
        with open_store(where) as store:
            fill(store, asked.clients, answers, week)
        size = "" if asked.url else f", {Path(where).stat().st_size / 2**20:.0f} MiB"
        print(f"{asked.clients} clients made in {time.perf_counter() - begin:.0f} s{size}")
        measure(where, f"c-{asked.clients // 2}", answers)


def documents() -> tuple[Intake, Plan]:
    """Return answers and a real plan for them."""
    knowledge = load_knowledge()
    answers = read_intake(EXAMPLE, knowledge)
    return answers, recommend(knowledge, answers, Request(next_monday(BEGIN.date())))


def fill(store: Store, clients: int, answers: Intake, week: Plan) -> None:
    """Add the clients in one transaction."""
    chance = random.Random(1)
    with store.access("write") as connection:
        for number in range(clients):
            name = f"{chance.choice(FIRST)} {chance.choice(LAST)} {number}"
            versions = list(versions_of(answers.model_copy(update={"name": name}), week, number))
            insert_versions(connection, insert_client(connection, store, f"c-{number}"), versions)


def versions_of(answers: Intake, week: Plan, number: int) -> Iterator[Version[Any]]:
    """Yield what a client has after a month."""
    order = Forbid(kind="forbid", exercise="crunch", author="Pia", reason="not yet")
    bodies: tuple[tuple[Any, Any, int | None], ...] = (
        ("intake", answers, None),
        ("order", order, None),
        ("plan", week, None),
        ("checkin", {"pain": number % 10}, None),
        ("intake", answers, None),
        *((("undo", None, 5),) if number % 7 == 0 else ()),
    )
    for at, (kind, body, undoes) in enumerate(bodies):
        yield Version(at + 1, kind, "Pia", BEGIN + timedelta(days=at), body, undoes)


def measure(where: str, client: str, answers: Intake) -> None:
    """Time every operation, then the commands."""
    report("open the store", lambda: opened(where))
    with open_store(where) as store:
        report("list all", lambda: list_clients(store))
        report("search a name", lambda: list_clients(store, "garcia"))
        report("find by id", lambda: find_client(store, client))
        report("find by a name's begin", lambda: find_client(store, named(store, client)))
        report("open a client", lambda: state(store, client))
        report("history of a client", lambda: history(store, client))
        report("add a version", lambda: append(store, client, "intake", answers, "Pia"))
    for command in (["list"], ["list", "garcia"], ["show", client]):
        report(f"backplan client {' '.join(command)}", partial(run, where, command))


def named(store: Store, client: str) -> str:
    """Return the whole name of a client, as it is cheap to look up by id."""
    return find_client(store, client).name or client


def opened(where: str) -> None:
    """Open and close the store."""
    with open_store(where):
        return


def run(where: str, command: list[str]) -> None:
    """Run a command in a process of its own."""
    backplan = Path(sys.executable).with_name("backplan")
    environment = {**os.environ, "BACKPLAN_STORE": where}
    subprocess.run(
        [backplan, "client", *command], env=environment, stdout=subprocess.DEVNULL, check=True
    )


def report(name: str, measured: Callable[[], object]) -> None:
    """Print the median and the spread of a measure."""
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        measured()
        times.append(1000 * (time.perf_counter() - begin))
    print(
        f"{name:<30} {statistics.median(times):7.1f} ms ({min(times):.1f} - {max(times):.1f})"
        f"  target {TARGET_MS}"
    )


if __name__ == "__main__":
    main()
