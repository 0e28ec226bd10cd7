"""`backplan client`, by the real command."""

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pexpect
import pytest
from rich.cells import cell_len

from recommender.store import add_client, append, find_client, history, open_store
from tests.cli.running import BACKPLAN, environment, run
from tests.recommender.store.people import AT, BY, EXAMPLES, checkin, intake, order, plan

ANA = EXAMPLES / "home_beginner.yaml"
INGRID = EXAMPLES / "osteoporosis.yaml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of a store with a client who has one of everything."""
    file = tmp_path / "store.db"
    with open_store(file) as store:
        client = add_client(store, intake(), BY, at=AT).id
        for number in range(1, 4):
            until = f"2199-12-0{number}"
            append(store, client, "order", order(number, until=until), BY, at=AT)
        append(store, client, "plan", plan(), BY, at=AT)
        append(store, client, "checkin", checkin(), BY, at=AT)
    return file


def client(store: Path, *arguments: str | Path, **env: str) -> CompletedProcess[str]:
    return run("client", *arguments, env={"BACKPLAN_STORE": str(store), **env})


def done(result: CompletedProcess[str]) -> str:
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def error(result: CompletedProcess[str]) -> str:
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    return line


def test_a_client_from_the_first_answers_to_the_last_trace(tmp_path: Path) -> None:
    store, export = tmp_path / "store.db", tmp_path / "ana.json"
    assert "there is no store yet" in error(client(store, "list"))
    assert not store.exists()
    assert done(client(store, "add", ANA, "--author", "Pia")) == "Added ana (Ana).\n"
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    twice = client(store, "add", ANA)
    assert (twice.returncode, twice.stdout) == (0, "Added ana-2 (Ana).\n")
    assert "note: ana has the same name" in twice.stderr
    assert f"backplan client update ana {ANA}" in twice.stderr
    assert done(client(store, "delete", "ana-2", "--yes")) == "Erased ana-2.\n"
    updated = client(store, "update", "ana", INGRID, "--author", "Jonas")
    assert updated.stdout == "Added answers of 2026-11-20 to ana (Ana).\n"
    assert "note: these answers are of Ingrid" in updated.stderr
    assert "backplan client undo ana --version 2" in updated.stderr
    assert done(client(store, "undo", "ana", "--version", "2", "--author", "Pia")) == (
        "ana: undo of 2 (answers of 2026-11-20 (Ingrid)).\n"
    )
    first, second, third = done(client(store, "history", "ana")).splitlines()
    assert first.endswith("answers of 2026-11-20 (Ana), Pia")
    assert second.endswith("answers of 2026-11-20 (Ingrid) (undone), Jonas")
    assert third.endswith("undo of 2, Pia")
    assert done(client(store, "export", "ana", "--out", export)) == ""
    assert stat.S_IMODE(export.stat().st_mode) == 0o600
    assert done(client(store, "delete", "ana", "--yes")) == "Erased ana.\n"
    assert b"Ingrid" not in store.read_bytes()
    assert done(client(store, "list")) == "0 clients.\n"
    assert done(client(store, "import", export)) == "Added ana (Ana).\n"
    assert done(client(store, "export", "ana")) == export.read_text()


def test_one_screen_shows_what_stands(path: Path) -> None:
    shown = done(client(path, "show", "Maria Garc"))
    assert shown == (
        "maria-g  Maria Garcia\n"
        "Answers        of 2026-11-20, added 2026-11-30 by Pia Lindqvist\n"
        "Conditions     low_back_pain (2026-11-01)\n"
        "Orders         require bird_dog, Pia Lindqvist, until 2199-12-01: reason 1\n"
        "               require bird_dog, Pia Lindqvist, until 2199-12-02: reason 2\n"
        "               require bird_dog, Pia Lindqvist, until 2199-12-03: reason 3\n"
        "Last plan      week of 2026-11-30, optimal, added 2026-11-30 by Pia Lindqvist\n"
        "Last check-in  added 2026-11-30 by Pia Lindqvist\n"
        "Versions       6\n"
    )


def test_a_client_with_everything_at_its_longest_still_fits_one_screen(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    conditions = [{"id": "low_back_pain", "date": "2026-11-01"}] * 3
    answers = intake("Wilhelmina " * 18, screening={
        "age": 70, "red_flags": ["fever"], "conditions": conditions, "other_condition": True,
        "cannot": [],
    })  # fmt: skip
    with open_store(file) as store:
        called = add_client(store, answers, "x" * 200).id
        for number in range(12):
            append(store, called, "order", order(number, reason="long " * 20), BY)
    shown = done(client(file, "show", called))
    lines = shown.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    assert "RED FLAG fever" in shown
    assert "another condition" in shown
    assert "and 4 more" in shown


def test_a_stored_document_is_a_file_for_the_other_commands(path: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    assert done(client(path, "export", "maria-g", "--version", "1", "-o", answers)) == ""
    judged = run("knowledge", "why", "crunch", "--intake", answers)
    assert (judged.returncode, judged.stderr) == (0, "")
    assert done(client(path, "export", "maria-g", "--version", "5")) == (
        json.dumps(plan().model_dump(mode="json", exclude_unset=True), ensure_ascii=False, indent=2)
        + "\n"
    )
    assert "9: 1 to 6 are there" in error(client(path, "export", "maria-g", "--version", "9"))


NAMES = {
    "markup": "[bold red]Ana[/] <b> \x1b[31m{}%s",
    "wide": "王小明" * 60,
    "right to left": "مريم الغالي",
    "overridden": "\N{RIGHT-TO-LEFT OVERRIDE}ana",
    "lines": "Ana\nMaria\tLopez",
    "long": "Maximiliana " * 16,
}


def test_no_name_breaks_the_table(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    with open_store(file) as store:
        for name in NAMES.values():
            add_client(store, intake(name[:200]), BY)
    lines = done(client(file, "list")).splitlines()
    assert len(lines) == len(NAMES) + 2
    assert all(cell_len(line) <= 80 for line in lines)
    assert {line.index("2026-11-20  ") for line in lines[:-2]} == {len("maximiliana-m  ")}
    shown = "\n".join(lines)
    assert "[bold red]Ana[/] <b> [31m{}%s" in shown
    assert "مريم الغالي" in shown
    assert "Ana Maria Lopez" in shown
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in shown
    assert shown.count("…") == 2


def test_the_answers_are_read_as_strictly_as_for_a_plan(path: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(ANA.read_text().replace("mat:", "matt:"))
    before = path.read_bytes()
    words = error(client(path, "update", "maria-g", bad))
    assert f"{bad}:" in words
    assert "did you mean mat?" in words
    assert path.read_bytes() == before


def test_the_id_of_another_client_is_refused_unless_asked(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("id: maria-g\n" + ANA.read_text())
    assert "which is another client" in error(client(path, "add", other, "--id", "ana"))
    assert done(client(path, "add", other, "--id", "ana", "--any-id")) == "Added ana (Ana).\n"


def test_a_store_is_found_by_option_variable_settings_and_default(tmp_path: Path) -> None:
    home, config = tmp_path / "home", tmp_path / "config"
    (config / "backplan").mkdir(parents=True)
    places = {"XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(config), "HOME": str(tmp_path)}
    assert run("client", "add", ANA, env=places).returncode == 0
    folder = home / "backplan"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [file.name for file in folder.iterdir()] == ["store.db"]
    (config / "backplan" / "settings.yaml").write_text(
        "role: clinician\nclinicians: [Pia]\nstore: kept/clients.db\n"
    )
    (config / "backplan" / "kept").mkdir()
    assert run("client", "add", ANA, env=places).returncode == 0
    kept = config / "backplan" / "kept" / "clients.db"
    with open_store(kept) as store:
        assert [one.author for one in history(store, "ana")] == ["Pia"]
    named = {**places, "BACKPLAN_STORE": str(tmp_path / "variable.db")}
    assert run("client", "add", ANA, env=named).returncode == 0
    assert (tmp_path / "variable.db").exists()
    assert "o.db: there is no store yet" in error(
        run("client", "list", "--store", tmp_path / "o.db", env=named)
    )


def test_a_store_that_others_may_read_is_refused_unless_asked(path: Path) -> None:
    path.chmod(0o644)
    words = error(client(path, "list"))
    assert "is open to others on this machine (mode 644); close it with chmod 600" in words
    assert done(client(path, "list", "GARCÍA", "--allow-readable")) == (
        "maria-g  2026-11-20  Maria Garcia\n\n1 client like GARCÍA.\n"
    )


def test_the_key_comes_from_the_variable_and_a_wrong_one_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    assert done(client(file, "add", ANA, BACKPLAN_STORE_KEY="right"))
    assert b"Ana" not in file.read_bytes()
    assert "give its key in BACKPLAN_STORE_KEY" in error(client(file, "list"))
    assert "or this is not its key" in error(client(file, "list", BACKPLAN_STORE_KEY="wrong"))
    assert "Ana" in done(client(file, "list", BACKPLAN_STORE_KEY="right"))


def test_no_command_takes_a_key_as_an_argument() -> None:
    shown = run("client", "add", "--help").stdout
    assert "--store" in shown
    assert "key" not in shown.lower()


# On a terminal


@pytest.fixture
def terminal(path: Path) -> "Iterator[pexpect.spawn[str]]":
    """Yield `backplan client delete maria-g` on a terminal of 80 columns."""
    talk = pexpect.spawn(
        BACKPLAN, ["client", "delete", "maria-g", "--store", str(path)],
        env=environment(), encoding="utf-8", timeout=30, dimensions=(24, 80),
    )  # fmt: skip
    yield talk
    talk.close(force=True)


@pytest.mark.parametrize(("answer", "code", "left"), [("n", 2, 1), ("", 2, 1), ("y", 0, 0)])
def test_delete_asks_on_a_terminal(
    terminal: "pexpect.spawn[str]", path: Path, answer: str, code: int, left: int
) -> None:
    terminal.expect_exact("Erase maria-g (Maria Garcia) for good? [y/N]: ")
    terminal.sendline(answer)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == code
    assert done(client(path, "list")).endswith(f"{left} client{'' if left == 1 else 's'}.\n")


def test_delete_without_a_terminal_wants_yes(path: Path) -> None:
    assert "needs --yes, or a terminal to ask on" in error(client(path, "delete", "maria-g"))
    with open_store(path) as store:
        assert find_client(store, "maria-g")


def test_the_key_is_asked_for_on_a_terminal_and_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    with open_store(file, key="open sesame") as store:
        add_client(store, intake(), BY)
    env = {name: value for name, value in environment().items() if name != "BACKPLAN_STORE_KEY"}
    talk = pexpect.spawn(
        BACKPLAN, ["client", "list", "--store", str(file)],
        env=env, encoding="utf-8", timeout=30, dimensions=(24, 80),
    )  # fmt: skip
    talk.expect_exact("Key of the store: ")
    talk.sendline("open sesame")
    talk.expect(pexpect.EOF)
    shown = talk.before or ""
    talk.close()
    assert talk.exitstatus == 0
    assert "Maria Garcia" in shown
    assert "sesame" not in shown


def test_other_commands_start_without_the_store() -> None:
    code = "import sys, cli.app; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
