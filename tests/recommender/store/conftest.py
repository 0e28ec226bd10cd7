"""Stores of both kinds, and documents to put into them."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from recommender.store import Store, open_store, tables
from tests.recommender.store.server import installations, running

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Place:
    """Where a store is made, and its key."""

    where: str
    key: str | None = None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Yield the URL of a running server without a database."""
    binaries = next(installations(), None)
    if binaries is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql, or pip install the dev group")
    with running(binaries) as url:
        yield url


def new_database(server: str) -> str:
    """Return the URL of a new and empty database."""
    name = f"store_{next(_NUMBERS)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return a place without a store."""
    if request.param == "sqlite":
        return Place(str(tmp_path / "store.db"))
    return Place(new_database(request.getfixturevalue("postgresql")))


@pytest.fixture(scope="session")
def shared_database(postgresql: str) -> str:
    """Return the URL of a database that the tests use one after the other."""
    return new_database(postgresql)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Yield an empty store."""
    if request.param == "sqlite":
        with open_store(tmp_path / "store.db") as opened:
            yield opened
        return
    with open_store(request.getfixturevalue("shared_database")) as opened:
        with opened.access("write") as connection:
            connection.execute(tables.client.delete())
        yield opened


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """Yield an empty store in a file, for what has nothing to do with the database."""
    with open_store(tmp_path / "store.db") as opened:
        yield opened
