"""How far a batch is: a bar on a terminal, a plain line now and then in a log."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

EVERY_S = 10.0

Step = Callable[[], None]
"""Called after each person."""
Say = Callable[[str], None]
"""Prints a line to stderr, above the bar if there is one."""


@contextmanager
def progress(total: int | None, done: int) -> Iterator[tuple[Step, Say]]:
    """Yield what to call after each person and what says something. `total` None: not known."""
    if sys.stderr.isatty():
        with _bar(total, done) as calls:
            yield calls
    else:
        yield _log(total, done)


@contextmanager
def _bar(total: int | None, done: int) -> Iterator[tuple[Step, Say]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    begin, before = time.monotonic(), done
    console = Console(stderr=True)
    columns = (
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("people, {task.fields[rate]} a second,"),
        TimeRemainingColumn(elapsed_when_finished=True),
        TextColumn("left"),
    )
    with Progress(*columns, console=console, speed_estimate_period=600, transient=True) as bar:
        task = bar.add_task("", total=total, completed=done, rate="?")

        def step() -> None:
            nonlocal done
            done += 1
            bar.update(task, completed=done, rate=_rate(done - before, begin))

        def say(text: str) -> None:
            bar.console.print(text, markup=False, highlight=False, soft_wrap=True)

        yield step, say


def _log(total: int | None, done: int) -> tuple[Step, Say]:
    begin, before = time.monotonic(), done
    said = begin

    def step() -> None:
        nonlocal done, said
        done += 1
        now = time.monotonic()
        if now - said < EVERY_S:
            return
        said = now
        line = f"{done} people" if total is None else f"{done} of {total} people"
        line += f", {_rate(done - before, begin)} a second"
        if total is not None:
            left = (total - done) * (now - begin) / (done - before)
            line += f", {_duration(left)} left"
        say(line)

    def say(text: str) -> None:
        typer.echo(text, err=True)

    return step, say


def _rate(people: int, begin: float) -> str:
    return f"{people / max(time.monotonic() - begin, 0.001):.1f}"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
