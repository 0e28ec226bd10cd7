"""Opens a store: a SQLite file or a PostgreSQL database, brought to the layout of this backplan."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError

from knowledge import BadInput, Fault
from recommender.store.failures import explained
from recommender.store.files import file_engine
from recommender.store.tables import LAYOUT_TABLE, LAYOUTS

WAIT_S = 5.0
_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATING = 0x6261636B  # the lock under which one process at a time lays out a database: "back"

Access = Literal["read", "write", "alone"]
_OPTIONS: Mapping[str, Mapping[Access, Mapping[str, Any]]] = {
    "sqlite": {
        "read": {"begin": "BEGIN"},
        "write": {"begin": "BEGIN IMMEDIATE"},  # writers queue at the door, none fails inside
        "alone": {"begin": None},
    },
    "postgresql": {
        "read": {"isolation_level": "REPEATABLE READ"},
        "write": {"isolation_level": "READ COMMITTED"},
        "alone": {"isolation_level": "AUTOCOMMIT"},
    },
}


@dataclass(frozen=True, slots=True)
class Store:
    """An open store. `name` is its path, or its URL without the password."""

    engine: Engine
    name: str

    @contextmanager
    def access(self, access: Access) -> Iterator[Connection]:
        """Yield a connection in one transaction; `alone` is outside of any.

        A reader sees one moment. What the database refuses is raised as `BadInput`.
        """
        options = _OPTIONS[self.engine.dialect.name][access]
        with explained(self.name), self.engine.execution_options(**options).begin() as connection:
            yield connection


@contextmanager
def open_store(
    where: str | Path,
    *,
    key: str | None = None,
    allow_readable: bool = False,
    create: bool = True,
    wait_s: float = WAIT_S,
) -> Iterator[Store]:
    """Yield the store at a path or URL, in the layout of this backplan.

    `key` encrypts a file. `allow_readable` takes a file that others on the machine may open.
    Without `create` a store that is not there is refused. `wait_s` is how long another process
    may hold the store. Raises `BadInput` for all that a person can mend.
    """
    url = _url(where)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        engine = file_engine(
            path, key=key, allow_readable=allow_readable, create=create, wait_s=wait_s
        )
        name = str(path)
        event.listen(engine, "begin", _begin)
    else:
        name = url.set(drivername="postgresql").render_as_string(hide_password=True)
        engine = _server_engine(url, name, key, wait_s)
    store = Store(engine, name)
    try:
        _lay_out(store, create)
        yield store
    finally:
        engine.dispose()


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options()["begin"]
    if statement is not None:
        connection.exec_driver_sql(statement)


def _url(where: str | Path) -> URL:
    """Return the URL of a store; raise `BadInput` if it is neither of the two kinds."""
    text = str(where)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text.replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError):
        url = None
    if url is not None and url.drivername == "sqlite" and url.database:
        return url
    if url is not None and url.drivername in ("postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    # The text is not repeated: it may hold a password.
    message = "expected the path of a file, or a URL such as postgresql://USER@HOST/DATABASE"
    raise BadInput([Fault("--store", None, "", message)])


def _server_engine(url: URL, name: str, key: str | None, wait_s: float) -> Engine:
    if key is not None:
        message = "takes no key: BACKPLAN_STORE_KEY encrypts files; a server encrypts its own disk"
        raise BadInput([Fault(name, None, "", message)])
    milliseconds = max(1, round(1000 * wait_s))
    arguments = {"connect_timeout": 10, "options": f"-c lock_timeout={milliseconds}"}
    try:
        return create_engine(url, connect_args={**arguments, **url.query})
    except ImportError:
        message = "needs the extra for PostgreSQL: install backplan[postgresql]"
        raise BadInput([Fault(name, None, "", message)]) from None


def _lay_out(store: Store, create: bool) -> None:
    """Bring the database to the newest layout, or refuse it unchanged."""
    with store.access("read") as connection:
        layout = _layout(connection, store.name)
    if layout == LAYOUTS[-1]:
        return
    if layout is None and not create:
        message = "there is no store yet; backplan client add INTAKE makes one"
        raise BadInput([Fault(store.name, None, "", message)])
    with store.access("write") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATING})
        _migrate(connection)  # nothing is left to do if another process was here meanwhile


def _layout(connection: Connection, name: str) -> str | None:
    """Return the layout of the database, None if it is empty; refuse what is not known."""
    tables = inspect(connection).get_table_names()
    if LAYOUT_TABLE not in tables:
        if tables:
            message = "holds tables of something else; give the store a file or database of its own"
            raise BadInput([Fault(name, None, "", message)])
        return None
    layout = connection.execute(text(f"SELECT version_num FROM {LAYOUT_TABLE}")).scalar()
    if layout not in LAYOUTS:
        message = (
            f"was written by a newer backplan (layout {layout}; this one knows {LAYOUTS[-1]}); "
            "nothing was changed, please update backplan"
        )
        raise BadInput([Fault(name, None, "", message)])
    return str(layout)


def _migrate(connection: Connection) -> None:
    from alembic.command import upgrade
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    upgrade(config, "head")
