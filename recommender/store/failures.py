"""What a database refuses, in words for people."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError

from knowledge import BadInput, Fault

_BUSY = "is in use by another process; nothing was changed, try again in a moment"
_FULL = "cannot be written: no space is left on the disk; nothing was changed"
_READ_ONLY = "cannot be written: the file, its folder or the disk is read-only"
_DAMAGED = "is damaged; restore it from a backup or from exports of the clients"
_NO_STORE = "is no store of backplan, or this is not its key"

_SQLITE = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_CANTOPEN": "cannot be opened; check that the file and its folder are yours",
    "SQLITE_IOERR": "cannot be read or written: the disk is full or failing; nothing was changed",
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _NO_STORE,
}
_POSTGRESQL = {
    "25006": "cannot be written: the database is read-only",
    "42501": "does not let this user do that; ask who runs the database",
    "53100": _FULL,
    "53300": "has too many connections; nothing was changed, try again in a moment",
    "55P03": _BUSY,
    "XX001": _DAMAGED,
}


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn what the database of this name refuses into `BadInput`."""
    try:
        yield
    except IntegrityError:
        raise  # never about the person's disk or server
    except DBAPIError as error:
        message = _message(error)
        if message is None:
            raise
        raise BadInput([Fault(name, None, "", message)]) from None


def _message(error: DBAPIError) -> str | None:
    code = getattr(error.orig, "sqlite_errorname", None)
    if code is not None:
        # SQLITE_IOERR_WRITE and its like are refinements of SQLITE_IOERR.
        return next((words for known, words in _SQLITE.items() if code.startswith(known)), None)
    state = getattr(error.orig, "sqlstate", None)
    if state is None and error.orig is not None and hasattr(error.orig, "sqlstate"):
        # psycopg never got in: the end of its first line is what the server or the network said.
        said = str(error.orig).strip().partition("\n")[0].rpartition(" failed: ")[2]
        return f"cannot be opened: {said.removeprefix('FATAL:').strip() or 'no answer'}"
    return _POSTGRESQL.get(state or "")
