"""The SQLite file of a store: who may read it, whether it is encrypted, how it is connected to."""

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import QueuePool

from knowledge import BadInput, Fault
from knowledge.faults import nearest

OWNER_ONLY = 0o600
_OTHERS = 0o077
_PLAIN = b"SQLite format 3\0"
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is erased is overwritten
    "PRAGMA synchronous = EXTRA",  # what is committed outlives a power cut
    "PRAGMA temp_store = MEMORY",  # nothing of a client lands in a shared temporary folder
)


class KeyNeeded(BadInput):
    """The store is encrypted, or no store at all, and no key was given."""


def file_engine(
    path: Path, *, key: str | None, allow_readable: bool, create: bool, wait_s: float
) -> Engine:
    """Return the engine of a file, made with mode 600 if `create` and it is not there.

    Raises `BadInput` where others may read the file, the key does not fit it, or it is no file.
    """
    driver = _driver(path, key)
    _ensure(path, allow_readable, create)
    _compare(path, key)
    return create_engine(
        "sqlite://", module=driver, creator=_connector(driver, path, key, wait_s),
        poolclass=QueuePool,
    )  # fmt: skip


def _ensure(path: Path, allow_readable: bool, create: bool) -> None:
    try:
        if create:
            _make(path)
        found = path.stat()
    except FileNotFoundError:
        raise _refused(path, _missing(path)) from None
    except OSError as error:
        raise _refused(path, f"cannot be opened: {error.strerror or error}") from None
    if stat.S_ISDIR(found.st_mode):
        raise _refused(path, "is a folder; expected the file of a store")
    if not stat.S_ISREG(found.st_mode):
        raise _refused(path, "is no regular file; expected the file of a store")
    if os.name == "posix" and found.st_mode & _OTHERS and not allow_readable:
        mode = stat.S_IMODE(found.st_mode)
        raise _refused(
            path,
            f"is open to others on this machine (mode {mode:o}); close it with chmod 600, or use "
            "--allow-readable",
        )
    if not create and found.st_size == 0:
        raise _refused(path, _missing(path))


def _make(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
    except FileExistsError:
        return


def _missing(path: Path) -> str:
    if not path.parent.is_dir():
        return "cannot be made: there is no such folder"
    names = [one.name for one in path.parent.glob(f"*{path.suffix}") if one.name != path.name]
    hint = nearest(path.name, names)
    return f"there is no store yet{hint}; backplan client add INTAKE makes one"


def _driver(path: Path, key: str | None) -> ModuleType:
    """Return the module that reads files with or without a key; raise `BadInput` for no key."""
    if key is None:
        return sqlite3
    if not key or "\0" in key:
        raise _refused(path, "needs a key with at least one character, and no zero byte")
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        message = "needs the extra for encryption: install backplan[encryption]"
        raise _refused(path, message) from None
    driver: ModuleType = dbapi2
    return driver


def _compare(path: Path, key: str | None) -> None:
    """Raise `BadInput` if a file needs a key that is not there, or has no use for one."""
    try:
        with path.open("rb") as stream:
            begin = stream.read(len(_PLAIN))
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror or error}") from None
    if key is None and begin and begin != _PLAIN:
        message = "is encrypted, or no store of backplan; give its key in BACKPLAN_STORE_KEY"
        raise KeyNeeded([Fault(str(path), None, "", message)])
    if key is not None and begin == _PLAIN:
        raise _refused(path, "is not encrypted, but a key was given; unset BACKPLAN_STORE_KEY")


def _connector(driver: ModuleType, path: Path, key: str | None, wait_s: float) -> Callable[[], Any]:
    def connect() -> Any:
        # Transactions are begun by `opening`: the driver would leave out DDL and reading.
        connection = driver.connect(
            str(path), timeout=wait_s, isolation_level=None, check_same_thread=False
        )
        try:
            if key is not None:
                connection.execute("PRAGMA cipher_log_level = NONE")
                connection.execute("PRAGMA key = '{}'".format(key.replace("'", "''")))
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        except BaseException:
            connection.close()
            raise
        return connection

    return connect


def _refused(path: Path, message: str) -> BadInput:
    return BadInput([Fault(str(path), None, "", message)])
