"""What a store is opened by, and every reason not to open or write it, in words."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import recommender.store
from knowledge import BadInput
from recommender.store import (
    KeyNeeded,
    Store,
    add_client,
    append,
    delete_client,
    history,
    list_clients,
    open_store,
    tables,
)
from tests.recommender.store.conftest import Place
from tests.recommender.store.people import BY, intake
from tests.recommender.store.workers import hold, large, start

KEY = 'it\'s "quoted"; %20 ñ'


def refusal(where: str | Path, **options: object) -> str:
    """Return why a store is not opened."""
    with pytest.raises(BadInput) as caught, open_store(where, **options):  # type: ignore[arg-type]
        pass
    (fault,) = caught.value.faults
    return str(fault)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of a store with one client."""
    file = tmp_path / "store.db"
    with open_store(file) as store:
        add_client(store, intake(), BY)
    return file


def test_the_layouts_are_those_of_the_scripts_and_make_the_tables(place: Place) -> None:
    config = Config()
    folder = Path(recommender.store.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(reversed([one.revision for one in scripts])) == tables.LAYOUTS
    with open_store(place.where) as store, store.access("read") as connection:
        options = {"version_table": tables.LAYOUT_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables.metadata) == []


def test_a_store_is_for_its_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with open_store(tmp_path / "store.db") as store:
            add_client(store, intake(), BY)
            with store.access("write") as connection:
                connection.execute(tables.client.update().values(id="x"))
                modes = {file.name: file.stat().st_mode for file in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert "store.db-journal" in modes
    assert {stat.S_IMODE(mode) for mode in modes.values()} == {0o600}


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o666])
def test_a_store_that_others_may_open_is_refused_unless_asked(path: Path, mode: int) -> None:
    path.chmod(mode)
    words = refusal(path)
    assert f"{path}: is open to others on this machine (mode {mode:o})" in words
    assert "chmod 600" in words
    assert "--allow-readable" in words
    with open_store(path, allow_readable=True) as store:
        assert len(list_clients(store)) == 1


def test_a_store_that_is_not_there_is_made_only_where_that_is_wanted(tmp_path: Path) -> None:
    words = refusal(tmp_path / "store.db", create=False)
    assert "there is no store yet; backplan client add INTAKE makes one" in words
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "clinic.db").touch()
    assert "did you mean clinic.db?" in refusal(tmp_path / "clinc.db", create=False)
    (tmp_path / "clinic.db").chmod(0o600)
    assert "there is no store yet" in refusal(tmp_path / "clinic.db", create=False)
    assert "there is no such folder" in refusal(tmp_path / "no" / "store.db")
    assert "is a folder" in refusal(tmp_path)
    assert "is no regular file" in refusal("/dev/null", allow_readable=True)


def test_an_empty_database_is_no_store_yet(place: Place) -> None:
    assert "there is no store yet" in refusal(place.where, create=False)
    with open_store(place.where):
        pass
    with open_store(place.where, create=False) as store:
        assert list_clients(store) == ()


def test_what_is_no_store_is_refused_and_left_as_it_is(tmp_path: Path, path: Path) -> None:
    words = tmp_path / "words.db"
    words.write_text("Dear diary, " * 500)
    words.chmod(0o600)
    assert "is encrypted, or no store of backplan" in refusal(words)
    assert "is no store of backplan, or this is not its key" in refusal(words, key="x")
    assert words.read_text() == "Dear diary, " * 500
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE stamps (id)")
    connection.close()
    other.chmod(0o600)
    before = other.read_bytes()
    assert "holds tables of something else" in refusal(other)
    assert other.read_bytes() == before
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * 3000 + data[3100:])
    assert "is damaged; restore it from a backup" in refusal(path)


def test_tables_of_something_else_on_a_server_are_left_alone(place: Place) -> None:
    with open_store(place.where) as store, store.access("write") as connection:
        connection.execute(text(f"DROP TABLE {tables.LAYOUT_TABLE}"))
    assert "holds tables of something else" in refusal(place.where)


def test_a_store_of_a_newer_backplan_is_refused_and_left_as_it_is(place: Place) -> None:
    with open_store(place.where) as store:
        add_client(store, intake(), BY)
        with store.access("write") as connection:
            connection.execute(text(f"UPDATE {tables.LAYOUT_TABLE} SET version_num = '0099'"))
    words = refusal(place.where)
    assert "was written by a newer backplan (layout 0099; this one knows 0001)" in words
    assert "nothing was changed, please update backplan" in words


def test_a_locked_store_is_said_to_be_in_use(place: Place) -> None:
    with open_store(place.where) as store:
        client = add_client(store, intake(), BY).id
    process, out = start(hold, place.where)
    assert out.recv() == "held"
    try:
        with open_store(place.where, wait_s=0.1) as store:
            with pytest.raises(BadInput, match="is in use by another process; nothing was changed"):
                append(store, client, "checkin", {}, BY)
            assert len(history(store, client)) == 1
    finally:
        process.kill()
        process.join()
    with open_store(place.where) as store:
        append(store, client, "checkin", {}, BY)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder on a disk of 256 kB; only root can mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small disk needs root; the limit of file sizes is tested instead")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(store: Store, client: str) -> None:
    for _ in range(20):
        append(store, client, "checkin", large(), BY)


def test_a_full_disk_keeps_what_was_there_and_takes_nothing_half(small_disk: Path) -> None:
    path = small_disk / "store.db"
    with open_store(path) as store:
        client = add_client(store, intake(), BY).id
        with pytest.raises(BadInput, match="no space is left on the disk; nothing was changed"):
            fill(store, client)
        entries = history(store, client)
        assert len(entries) > 1
        assert all(one.body == large() for one in entries[1:])
        assert append(store, client, "checkin", {}, BY).number == len(entries) + 1


def test_a_disk_too_full_for_a_store_is_left_without_one(small_disk: Path) -> None:
    (small_disk / "filling").write_bytes(b"x" * 250_000)
    assert "no space is left on the disk" in refusal(small_disk / "store.db")
    assert "there is no store yet" in refusal(small_disk / "store.db", create=False)


LIMITED = """
import resource, sys
from knowledge import BadInput
from recommender.store import append, open_store
from tests.recommender.store.people import BY
from tests.recommender.store.workers import large
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
with open_store(sys.argv[1]) as store:
    try:
        for _ in range(20):
            append(store, "maria-g", "checkin", large(), BY)
    except BadInput as error:
        print(error)
"""


def test_a_limit_of_file_sizes_is_a_full_disk(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, path], capture_output=True, text=True, check=True
    )
    assert "cannot be read or written: the disk is full or failing" in done.stdout
    with open_store(path) as store:
        entries = history(store, "maria-g")
        assert 1 < len(entries) < 6
        assert all(one.body == large() for one in entries[1:])


def test_a_disk_that_is_read_only_is_said_to_be(small_disk: Path) -> None:
    with open_store(small_disk / "store.db") as store:
        client = add_client(store, intake(), BY).id
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with open_store(small_disk / "store.db") as store:
        assert len(history(store, client)) == 1
        with pytest.raises(BadInput, match="is read-only"):
            append(store, client, "checkin", {}, BY)
    assert "Read-only file system" in refusal(small_disk / "new.db")


def test_an_encrypted_store_shows_nothing_without_its_key(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(path, key=KEY) as store:
        client = add_client(store, intake("Xylophonia"), BY).id
        with store.access("write") as connection:
            connection.execute(tables.client.update().values(id=client))
            kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"ylophoni" not in kept
    assert not kept.startswith(b"SQLite")
    with pytest.raises(KeyNeeded, match="BACKPLAN_STORE_KEY"), open_store(path):
        pass
    for wrong in ("wrong", KEY.upper(), f"{KEY} "):
        assert "this is not its key" in refusal(path, key=wrong)
    assert "needs a key with at least one character" in refusal(path, key="")
    assert "needs a key with at least one character" in refusal(path, key="a\0b")
    with open_store(path, key=KEY, create=False) as store:
        assert [one.name for one in list_clients(store)] == ["Xylophonia"]
        delete_client(store, client)


def test_a_wrong_key_prints_nothing_by_itself(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with open_store(tmp_path / "store.db", key=KEY):
        pass
    refusal(tmp_path / "store.db", key="wrong")
    assert capfd.readouterr() == ("", "")


def test_a_key_for_what_is_not_encrypted_is_refused(path: Path, postgresql: str) -> None:
    assert "is not encrypted, but a key was given" in refusal(path, key=KEY)
    assert "takes no key" in refusal(f"{postgresql}/postgres", key=KEY)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:secret@host/x",
        "sqlite://",
        "sqlite+pysqlcipher:///x",
        "postgresql+asyncpg://me:secret@host/x",
        "://secret",
        "postgresql://me:secret@host:port/x",
    ],
)
def test_a_url_of_another_kind_is_refused_without_repeating_it(url: str) -> None:
    words = refusal(url)
    assert "expected the path of a file, or a URL such as postgresql://USER@HOST/DATABASE" in words
    assert "secret" not in words


def test_a_file_may_be_named_by_url_and_have_any_name(tmp_path: Path) -> None:
    odd = tmp_path / "a b?c#d%20é.db"
    with open_store(odd) as store:
        add_client(store, intake(), BY)
    assert [file.name for file in tmp_path.iterdir()] == [odd.name]
    plain = tmp_path / "plain.db"
    odd.rename(plain)
    with open_store(f"sqlite:///{plain}", create=False) as store:
        assert store.name == str(plain)
        assert len(list_clients(store)) == 1


def test_a_server_that_does_not_let_in_or_is_not_there_is_named_without_password(
    postgresql: str,
) -> None:
    missing = refusal(f"{postgresql}/no_such_database")
    wrong = refusal(postgresql.replace("backplan:", "backplan:wrong") + "/postgres")
    absent = refusal("postgresql://me:hidden@127.0.0.1:1/x")
    for words in (missing, wrong, absent):
        assert words.startswith("postgresql://")
        assert ":***@127.0.0.1" in words
    assert 'cannot be opened: database "no_such_database" does not exist' in missing
    assert "cannot be opened: password authentication failed" in wrong
    assert "cannot be opened: connection refused" in absent.lower()
    assert "hidden" not in absent


WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
from knowledge import BadInput
from recommender.store import open_store
try:
    with open_store(sys.argv[2], key=sys.argv[3] or None):
        pass
except BadInput as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("module", "where", "key", "extra"),
    [
        ("sqlcipher3", "new.db", "key", "install backplan[encryption]"),
        ("psycopg", "postgresql://x@127.0.0.1/x", "", "install backplan[postgresql]"),
    ],
)
def test_a_missing_extra_is_named(
    tmp_path: Path, module: str, where: str, key: str, extra: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, module, where, key],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert extra in done.stdout
    assert list(tmp_path.iterdir()) == []
