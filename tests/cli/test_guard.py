"""A crash or a memory limit ends a command in words, and signals reach it as without the guard."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from tests.cli.running import BACKPLAN, environment, long_answers, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

PLAN, FAULT, BAD_INPUT, REFERRED = 0, 1, 2, 3
PAIRS = Path(__file__).parent.parent.parent / "examples" / "pairs"
SMALL = PAIRS / "days" / "a.yaml"
EMERGENCY = PAIRS / "screening.red_flags" / "b.yaml"
FAULTS = {
    signal.SIGABRT: "Aborted",
    signal.SIGSEGV: "Segmentation fault",
    signal.SIGKILL: "Killed",
}
HAS_A_WEEK = r"Solving: \w+, best"

Process = subprocess.Popen[str]
Start = Callable[[], Process]
Spawn = Callable[..., "pexpect.spawn[str]"]


def _until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def _pid(terminal: "pexpect.spawn[str]") -> int:
    assert terminal.pid is not None
    return terminal.pid


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _state(pid: int) -> str:
    """Return the letter of a process's state: T is stopped, Z is ended; empty is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _has_solver(pid: int) -> bool:
    return "ortools" in Path(f"/proc/{pid}/maps").read_text()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Yield a starter of a plan that takes seconds; it returns when the solver is loaded."""
    (tmp_path / "answers.yaml").write_text(long_answers(), encoding="utf-8")
    processes = []

    def started() -> Process:
        process = subprocess.Popen(
            [BACKPLAN, "plan", "answers.yaml", "--output", "plan.txt"],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            encoding="utf-8",
            start_new_session=True,
        )
        processes.append(process)
        _until(lambda: bool(_children(process.pid)), "there is no child")
        child = _children(process.pid)[0]
        _until(lambda: _has_solver(child), "the solver is not loaded")
        return process

    yield started
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Spawn]:
    """Yield a starter of a program on a terminal, in a folder with answers that take seconds."""
    (tmp_path / "answers.yaml").write_text(long_answers(), encoding="utf-8")
    terminals = []

    def spawned(*words: str) -> "pexpect.spawn[str]":
        terminal = pexpect.spawn(
            words[0],
            list(words[1:]),
            cwd=str(tmp_path),
            env=environment(TERM="xterm", PS1="$ "),
            dimensions=(24, 80),
            encoding="utf-8",
            timeout=60,
        )
        terminals.append(terminal)
        return terminal

    yield spawned
    for terminal in terminals:
        terminal.close(force=True)


@pytest.mark.parametrize("number", FAULTS, ids=lambda number: number.name)
def test_a_fault_in_the_solver_is_told_in_words(
    number: signal.Signals, start: Start, tmp_path: Path
) -> None:
    process = start()
    os.kill(_children(process.pid)[0], number)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (FAULT, "")
    assert stderr.startswith(f"error: backplan came to a sudden end ({FAULTS[number]}).")
    assert ("memory" in stderr) == (number == signal.SIGKILL)
    assert "--time-limit" in stderr
    assert [line for line in stderr.splitlines() if len(line) > 80] == []
    assert [path.name for path in tmp_path.iterdir()] == ["answers.yaml"]


def _hooked(folder: Path, event: str, action: str) -> dict[str, str]:
    """Return an environment in which Python does something when it comes to an event."""
    (folder / "sitecustomize.py").write_text(
        "import os, sys\n"
        f"def hook(event, arguments):\n    if {event}:\n        {action}\n"
        "sys.addaudithook(hook)\n",
        encoding="utf-8",
    )
    return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


def test_an_abort_of_the_process_itself_is_told_in_words(tmp_path: Path) -> None:
    solver = "event == 'import' and arguments[0].startswith('ortools')"
    done = run("plan", SMALL, env=_hooked(tmp_path, solver, "os.abort()"))
    assert (done.returncode, done.stdout) == (FAULT, "")
    assert "sudden end (Aborted)" in done.stderr


def test_without_room_for_a_second_process_the_command_runs_all_the_same(tmp_path: Path) -> None:
    env = _hooked(tmp_path, "event == 'os.fork'", "raise BlockingIOError")
    assert run("plan", EMERGENCY, env=env).returncode == REFERRED
    limited = run("plan", SMALL, "--memory-limit", "50", env=env)
    assert (limited.returncode, limited.stdout) == (FAULT, "")
    assert "50 MB" in limited.stderr


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGABRT, FAULT), (signal.SIGTERM, 128 + signal.SIGTERM)],
    ids=["a fault of the child", "a request to the parent"],
)
def test_the_terminal_is_left_as_it_was(number: signal.Signals, code: int, spawn: Spawn) -> None:
    shell = spawn("sh", "-c", '"$0" plan answers.yaml; echo code=$?; stty -a', BACKPLAN)
    shell.expect(HAS_A_WEEK)
    (parent,) = _children(_pid(shell))
    shell.setecho(False)
    os.kill(parent if number == signal.SIGTERM else _children(parent)[0], number)
    shell.expect(f"code={code}\r")
    before = shell.before or ""
    assert ("sudden end" in before) == (code == FAULT)
    assert before.rfind("\x1b[?25h") > before.rfind("\x1b[?25l")
    shell.expect(pexpect.EOF)
    assert re.search(r"(?<![-\w])echo\b", shell.before or "")


@pytest.mark.parametrize("to", ["terminal", "parent", "group"])
def test_an_interrupt_is_heard_once_and_keeps_the_best_week(
    to: str, spawn: Spawn, tmp_path: Path
) -> None:
    words = ["plan", "answers.yaml", "--format", "json", "--output", "plan.json"]
    terminal = spawn(BACKPLAN, *words)
    terminal.expect(HAS_A_WEEK)
    if to == "terminal":
        terminal.sendintr()
    elif to == "parent":
        os.kill(_pid(terminal), signal.SIGINT)
    else:
        os.killpg(_pid(terminal), signal.SIGINT)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == PLAN
    assert json.loads((tmp_path / "plan.json").read_bytes())["stopped_by"] == "interrupt"


def test_control_z_stops_both_and_fg_goes_on(spawn: Spawn) -> None:
    shell = spawn("bash", "--norc", "--noprofile", "-i")
    shell.expect(r"\$ ")
    shell.sendline(f"{BACKPLAN} plan answers.yaml")
    shell.expect(HAS_A_WEEK)
    (parent,) = _children(_pid(shell))
    (child,) = _children(parent)
    shell.sendcontrol("z")
    shell.expect("Stopped")
    _until(lambda: _state(parent) == _state(child) == "T", "both are not stopped")
    shell.sendline("fg")
    shell.expect("Solving")
    shell.sendintr()
    shell.expect("Week of")
    shell.expect(r"\$ ")
    shell.sendline("echo code=$?")
    shell.expect(f"code={PLAN}\r")


def test_continuing_the_parent_alone_continues_the_child(start: Start) -> None:
    process = start()
    (child,) = _children(process.pid)
    os.killpg(process.pid, signal.SIGSTOP)
    _until(lambda: _state(child) == "T", "the child is not stopped")
    os.kill(process.pid, signal.SIGCONT)
    _until(lambda: _state(child) != "T", "the child is still stopped")


@pytest.mark.parametrize(
    ("send", "number"),
    [
        (os.kill, signal.SIGTERM),
        (os.killpg, signal.SIGTERM),
        (os.kill, signal.SIGHUP),
        (os.killpg, signal.SIGQUIT),
    ],
    ids=["the parent", "the group", "the parent, hang up", "the group, quit"],
)
def test_a_request_to_end_is_followed_in_silence(
    send: Callable[[int, int], None], number: signal.Signals, start: Start, tmp_path: Path
) -> None:
    process = start()
    (child,) = _children(process.pid)
    send(process.pid, number)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr) == (-number, "", "")
    assert _state(child) in ("", "Z")
    assert [path.name for path in tmp_path.iterdir()] == ["answers.yaml"]


def test_the_child_does_not_outlive_a_killed_parent(start: Start, tmp_path: Path) -> None:
    process = start()
    (child,) = _children(process.pid)
    process.kill()
    process.communicate(timeout=60)
    _until(lambda: _state(child) in ("", "Z"), "the child lives on")
    assert [path.name for path in tmp_path.iterdir()] == ["answers.yaml"]


def test_ignored_signals_stay_ignored() -> None:
    with subprocess.Popen(
        ["sh", "-c", 'trap "" INT HUP; exec "$0" plan "$1"', BACKPLAN, str(SMALL)],
        stdout=subprocess.PIPE,
        env=environment(),
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        _until(lambda: bool(_children(process.pid)), "there is no child")
        for number in (signal.SIGINT, signal.SIGHUP):
            os.killpg(process.pid, number)
        stdout, _ = process.communicate(timeout=60)
    assert process.returncode == PLAN
    assert stdout.startswith("Week of")


@pytest.mark.parametrize("trap", ["", 'trap "" CHLD;'], ids=["as usual", "SIGCHLD ignored"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [("--help", PLAN), ("plan no_such_file.yaml", BAD_INPUT), (f"plan {EMERGENCY}", REFERRED)],
    ids=["help", "bad input", "referred"],
)
def test_the_exit_code_is_that_of_the_command(trap: str, arguments: str, code: int) -> None:
    done = subprocess.run(
        ["bash", "-c", f'{trap} exec "$0" {arguments}', BACKPLAN],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == code
    assert "sudden end" not in done.stderr


def test_a_memory_limit_that_is_reached_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    output = tmp_path / "plan.txt"
    done = run("plan", SMALL, "--memory-limit", "60", "--output", output)
    assert (done.returncode, done.stdout) == (FAULT, "")
    assert done.stderr.startswith("error: more than 60 MB of memory was needed")
    assert "--memory-limit" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_memory_limit_interrupts_the_work(tmp_path: Path) -> None:
    late = "event == 'import' and arguments[0] == 'ortools.sat.python.cp_model_helper'"
    done = run("plan", SMALL, "--memory-limit", "1", env=_hooked(tmp_path, late, "os.abort()"))
    assert (done.returncode, done.stdout) == (FAULT, "")
    assert done.stderr.startswith("error: more than 1 MB of memory was needed")


def test_a_memory_limit_that_is_not_reached_changes_nothing() -> None:
    limited = run("plan", SMALL, "--memory-limit", "4000")
    assert (limited.returncode, limited.stderr) == (PLAN, "")
    assert limited.stdout == run("plan", SMALL).stdout


@pytest.mark.parametrize("limit", ["0", "-5", "many"])
def test_a_memory_limit_that_is_none_is_bad_input(limit: str) -> None:
    done = run("plan", SMALL, f"--memory-limit={limit}")
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    assert "--memory-limit" in done.stderr
