"""Runs the command in a process of its own, so that a crash in native code ends in plain words.

The command goes on in a child of the same process group, with the same terminal and streams. The
parent does nothing but wait: it passes signals on, and ends as the child does. A child that died
of a fault is explained, and the terminal is put back as it was.

Ctrl-C reaches the whole group, a `kill` only the parent, and the child must hear of either once:
so it does not listen to SIGINT, and the parent tells it by another signal. Ctrl-Z stops both.
"""

import _thread
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn

from cli.exit_codes import BUG

_STDIN, _STDERR = 0, 2
_POLL_S = 0.05


def guard() -> None:
    """Fork, and return in the child; the parent waits for it and ends this process itself.

    Where there is no fork, or no room for a second process, this returns at once.
    """
    if not hasattr(os, "fork"):
        return
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGCONT)
    passed_on = [one for one in wanted if signal.getsignal(one) != signal.SIG_IGN]  # nohup, sh's &
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # ignored, it would lose the exit code
    signal.signal(signal.SIGURG, signal.default_int_handler)
    terminal = _attributes()
    is_alive, alive = os.pipe()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, passed_on)
    try:
        child = os.fork()
    except OSError:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        return
    if child == 0:
        os.close(alive)
        _thread.start_new_thread(_end_with_parent, (is_alive,))
        if signal.SIGINT in passed_on:
            signal.signal(signal.SIGINT, _not_heard)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        return

    def pass_on(number: int, _: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGURG if number == signal.SIGINT else number)

    for one in passed_on:
        signal.signal(one, pass_on)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    _, status = os.waitpid(child, 0)
    _end_like(status, terminal)


def interrupt() -> None:
    """Interrupt the main thread, as Ctrl-C does."""
    os.kill(os.getpid(), signal.SIGURG)


class OutOfMemory(Exception):  # noqa: N818 - read in sentences: raises OutOfMemory
    """The work needed more memory than was allowed."""


@contextlib.contextmanager
def memory_limit(megabytes: int | None) -> Iterator[None]:
    """Interrupt the work inside once this process has held more memory than `megabytes`.

    Counted is what is really held (the peak of the resident set), in units of 2**20 bytes; None is
    no limit. Raises `OutOfMemory` when the work has ended, however it did.
    """
    if megabytes is None:
        yield
        return
    import resource
    import threading

    unit = 1 if sys.platform == "darwin" else 1024
    done = threading.Event()

    def is_over() -> bool:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit > megabytes * 2**20

    def watch() -> None:
        while not is_over():
            if done.wait(_POLL_S):
                return
        interrupt()

    watcher = threading.Thread(target=watch, daemon=True)
    try:
        try:
            watcher.start()
            yield
        finally:
            done.set()
            watcher.join()
    except BaseException:
        if not is_over():
            raise
    if is_over():
        raise OutOfMemory


def _not_heard(number: int, _: FrameType | None) -> None:
    """Do nothing; unlike an ignored signal, programs that are started do not inherit this."""


def _end_with_parent(is_alive: int) -> None:
    """End this process when nobody holds the other end of a pipe any more."""
    os.read(is_alive, 1)
    os._exit(BUG)


def _attributes() -> list[Any] | None:
    """Return the attributes of the terminal on standard input, if there is one."""
    if not os.isatty(_STDIN):
        return None
    import termios

    return termios.tcgetattr(_STDIN)


def _end_like(status: int, terminal: list[Any] | None) -> NoReturn:
    """End this process with the exit code or the signal of the child, or explain its fault."""
    if not os.WIFSIGNALED(status):
        os._exit(os.WEXITSTATUS(status))
    number = os.WTERMSIG(status)
    _restore_terminal(terminal)
    if number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    with contextlib.suppress(OSError):
        os.write(_STDERR, _words(number).encode())
    os._exit(BUG)


def _words(number: int) -> str:
    cause = "This is a fault in the program or its solver, not in your answers."
    if number == signal.SIGKILL:
        cause = "Somebody killed it, or the computer ran out of memory."
    return (
        f"error: backplan came to a sudden end ({signal.strsignal(number)}).\n"
        f"{cause} No file was\n"
        "left half written. Please try again; if a week was being made, stop earlier with\n"
        "--time-limit 10, or ask for fewer days or minutes. If it happens again, please\n"
        "report it with the command and, if you can share them, your answers.\n"
    )


def _restore_terminal(attributes: list[Any] | None) -> None:
    """Put the terminal back as it was, and show the cursor that a spinner has hidden."""
    if attributes is not None:
        import termios

        with contextlib.suppress(OSError, termios.error):
            if os.tcgetpgrp(_STDIN) == os.getpgrp():  # in the background it would stop us
                termios.tcsetattr(_STDIN, termios.TCSANOW, attributes)
    if os.isatty(_STDERR) and os.environ.get("TERM", "dumb") not in ("dumb", "unknown"):
        with contextlib.suppress(OSError):
            os.write(_STDERR, b"\r\x1b[2K\x1b[?25h")
