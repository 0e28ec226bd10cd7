"""Several processes at once, and processes that are killed: nothing that was committed is lost."""

import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from recommender.store import (
    add_client,
    append,
    delete_client,
    history,
    list_clients,
    open_store,
    standing,
    state,
)
from tests.recommender.store.conftest import Place
from tests.recommender.store.people import BY, intake
from tests.recommender.store.workers import (
    Work,
    add_many,
    begin,
    change_and_compare,
    keep_adding,
    keep_erasing,
    large,
    start,
)

WRITERS, TIMES = 4, 12
LONGEST_S = 0.08


def received(out: Connection) -> Iterator[Any]:
    """Yield what a process sent before it ended."""
    try:
        while True:
            yield out.recv()
    except EOFError:
        return


def killed(moment_s: float, work: Work, *arguments: Any) -> list[Any]:
    """Let a process work for a while, kill it, and return what it said was done."""
    process, out = start(work, *arguments)
    first = out.poll(30)  # the moment counts from the first thing done
    assert first
    time.sleep(moment_s)
    process.kill()
    process.join()
    assert process.exitcode == -9
    return list(received(out))


def sound(place: Path) -> None:
    """Check the file itself, and that nobody is there without a version."""
    connection = sqlite3.connect(place)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    empty = "SELECT id FROM client WHERE key NOT IN (SELECT client FROM version)"
    assert connection.execute(empty).fetchall() == []
    connection.close()


def test_writers_at_the_same_time_lose_nothing(place: Place) -> None:
    with open_store(place.where) as store:
        client = add_client(store, intake(), BY).id
        running = [start(add_many, place.where, client, n, TIMES) for n in range(WRITERS)]
        for process, _ in running:
            process.join(timeout=60)
            assert process.exitcode == 0
        entries = history(store, client)
        assert [one.number for one in entries] == list(range(1, WRITERS * TIMES + 2))
        added = Counter(
            (one.body["worker"], one.body["time"]) for one in entries if isinstance(one.body, dict)
        )
        assert added == Counter((n, t) for n in range(WRITERS) for t in range(TIMES))
        twins = sorted(one.id for one in list_clients(store, "twin"))
        assert twins == sorted(["twin", *(f"twin-{n}" for n in range(2, WRITERS * TIMES + 1))])


def test_who_compares_before_writing_never_writes_over_another(place: Place) -> None:
    with open_store(place.where) as store:
        client = add_client(store, intake(), BY).id
        running = [start(change_and_compare, place.where, client, TIMES) for _ in range(3)]
        for process, _ in running:
            process.join(timeout=60)
            assert process.exitcode == 0
        programs = [one for one in history(store, client) if one.kind == "program"]
        assert len(programs) == 3 * TIMES
        assert [one.body for one in programs] == [{"after": one.number - 1} for one in programs]


def test_processes_that_open_a_new_store_at_once_lay_it_out_once(place: Place) -> None:
    running = [start(begin, place.where, None, 3) for _ in range(WRITERS)]
    for process, _ in running:
        process.join(timeout=60)
        assert process.exitcode == 0
    told = sorted(client for _, out in running for client in received(out))
    with open_store(place.where, create=False) as store:
        assert [one.id for one in list_clients(store)] == told
    assert len(told) == 3 * WRITERS


@pytest.mark.parametrize("key", [None, "correct horse"])
def test_thirty_kills_while_adding_leave_every_version_that_was_told(
    tmp_path: Path, key: str | None
) -> None:
    path, moments = tmp_path / "store.db", random.Random(7)
    kills = 30 if key is None else 5
    with open_store(path, key=key) as store:
        for turn in range(kills):
            add_client(store, intake(), BY, id=f"c-{turn}")
    for turn in range(kills):
        told = killed(moments.uniform(0, LONGEST_S), keep_adding, str(path), key, f"c-{turn}")
        with open_store(path, key=key, create=False) as store:
            entries = history(store, f"c-{turn}")
        numbers = [one.number for one in entries]
        assert numbers == list(range(1, len(entries) + 1))
        # The last one may have been committed without being told.
        assert told[-1] <= numbers[-1] <= told[-1] + 1
        assert all(one.body == large(2_000_000) for one in entries[1:])
        assert set(standing(entries)) == set(numbers)
    if key is None:
        sound(path)


def test_ten_kills_while_a_store_is_made_leave_none_or_a_whole_one(tmp_path: Path) -> None:
    moments = random.Random(8)
    for turn in range(10):
        path = tmp_path / f"{turn}.db"
        process, out = start(begin, str(path), None, 1000)
        time.sleep(moments.uniform(0.02, 0.25))
        process.kill()
        process.join()
        told = list(received(out))
        with open_store(path) as store:
            there = [one.id for one in list_clients(store)]
            assert len(told) <= len(there) <= len(told) + 1
            assert add_client(store, intake("Zoe"), BY).id == "zoe"
        sound(path)


def test_ten_kills_while_erasing_leave_whole_clients_only(tmp_path: Path) -> None:
    path, moments = tmp_path / "store.db", random.Random(9)
    with open_store(path) as store:
        add_client(store, intake("Ana"), BY)
    for turn in range(10):
        told = killed(moments.uniform(0, LONGEST_S), keep_erasing, str(path), f"t-{turn}")
        with open_store(path) as store:
            left = [one.id for one in list_clients(store) if one.id != "ana"]
            # The one that was worked on, or the next where the last message was not sent any more.
            assert set(left) <= {f"t-{turn}-{told[-1] + 1}", f"t-{turn}-{told[-1] + 2}"}
            for client in left:
                assert len(history(store, client)) in (1, 2)
                delete_client(store, client)
            assert state(store, "ana").intake.body == intake("Ana")
        sound(path)


def test_what_is_deleted_is_in_no_file_any_more(tmp_path: Path) -> None:
    path, secrets = tmp_path / "store.db", (b"Xylophonia", b"xylophonia-u", b"Zanzibarian")

    def found() -> set[bytes]:
        kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        return {secret for secret in secrets if secret in kept}

    with open_store(path) as store:
        add_client(store, intake("Ana"), BY)
        client = add_client(store, intake("Xylophonia Unmistakable"), BY).id
        append(store, client, "checkin", {"note": "Zanzibarian " * 5000}, BY)
        assert found() == set(secrets)
        size = path.stat().st_size
        delete_client(store, client)
        assert found() == set()
        assert path.stat().st_size < size - 50_000
        assert [one.id for one in list_clients(store)] == ["ana"]
