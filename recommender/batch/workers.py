"""Processes that solve people, in the order of the input, and outlive the death of one of them.

Each worker has a pipe of its own, so that one that dies in native code takes nobody with it: it is
replaced, and its person is tried once more. Between the last person handed over and the next one to
be returned there are at most `WINDOW` people, so memory does not grow with their number.

A worker asks before it solves. The parent knows the weeks that were solved lately, and which
problem is being solved just now: a person with an equal one is put aside until that is done.
"""

import multiprocessing
import os
import signal
import threading
from collections import OrderedDict, deque
from collections.abc import Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess, parent_process
from typing import Literal

from recommender.batch.results import Head, ResultLine, head_of, without_plan
from recommender.batch.rows import Row
from recommender.batch.sharing import Week
from recommender.batch.solving import Job, solve_row
from recommender.render import render

PRELOADED = ("recommender.batch.workers", "ortools.sat.python.cp_model")
"""What takes long to import is imported once, by the process that the workers are forked from."""

WINDOW = 256
MOST_WEEKS = 4096
TRIES = 2
DIED = "the process that made this week came to a sudden end, twice; the others go on without it"

Reply = Week | Literal["solve", "later"]


@dataclass(frozen=True, slots=True)
class Done:
    """A result line as text, and its head.

    `page` is the plan as a file of its own. `shared`: the week of an equal problem was used.
    """

    head: Head
    text: str
    page: str | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class _Ask:
    key: str


@dataclass(frozen=True, slots=True)
class _Answer:
    done: Done
    week: Week | None


class _Later(Exception):  # noqa: N818 - read in sentences: raises _Later
    """An equal problem is being solved; this person has to wait for it."""


@dataclass(slots=True)
class _Task:
    index: int
    row: Row
    tries: int = 0


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: _Task | None = None
    key: str | None = None


@dataclass(slots=True)
class _Weeks:
    """The weeks solved lately, and who waits for which problem that is being solved."""

    known: OrderedDict[str, Week] = field(default_factory=OrderedDict)
    waiting: dict[str, list[_Task]] = field(default_factory=dict)

    def ask(self, worker: _Worker, key: str) -> Reply:
        """Return what the worker is to do with its task."""
        if key in self.known:
            self.known.move_to_end(key)
            return self.known[key]
        if key in self.waiting and worker.task is not None:
            self.waiting[key].append(worker.task)
            return "later"
        self.waiting[key] = []
        worker.key = key
        return "solve"

    def end(self, worker: _Worker, week: Week | None) -> list[_Task]:
        """Return who waited for the worker; without a week they have to solve for themselves."""
        key, worker.key = worker.key, None
        if key is None:
            return []
        if week is not None:
            self.known[key] = week
            if len(self.known) > MOST_WEEKS:
                self.known.popitem(last=False)
        return self.waiting.pop(key)


@dataclass(slots=True)
class _Pool:
    """What is under way: `again` goes before new rows, `ready` waits for its turn to be yielded."""

    job: Job
    workers: list[_Worker] = field(default_factory=list)
    weeks: _Weeks = field(default_factory=_Weeks)
    again: deque[_Task] = field(default_factory=deque)
    ready: dict[int, Done] = field(default_factory=dict)


def solve_all(job: Job, rows: Iterable[Row], workers: int) -> Generator[Done, None, None]:
    """Yield what becomes of each row, in their order. Closing the generator ends the workers."""
    tasks = (_Task(index, row) for index, row in enumerate(rows))
    pool = _Pool(job)
    taken = returned = 0
    is_over = False
    try:
        pool.workers += [_start(job) for _ in range(workers)]
        while True:
            for place, worker in enumerate(pool.workers):
                if worker.pipe.closed:
                    pool.workers[place] = worker = _start(job)
                if worker.task is not None:
                    continue
                if pool.again:
                    _hand(worker, pool.again.popleft())
                elif taken < returned + WINDOW and not is_over:
                    task = next(tasks, None)
                    if task is None:
                        is_over = True
                    else:
                        _hand(worker, task)
                        taken += 1
            while returned in pool.ready:  # the workers go on while these are written
                yield pool.ready.pop(returned)
                returned += 1
            if any(worker.task is not None for worker in pool.workers):
                _listen(pool)
            elif is_over and returned == taken:
                return
    finally:
        for worker in pool.workers:
            worker.process.kill()
        for worker in pool.workers:
            worker.process.join()
            worker.pipe.close()


def _hand(worker: _Worker, task: _Task) -> None:
    worker.task = task
    task.tries += 1
    with suppress(OSError):  # it has died; whoever listens to it will know
        worker.pipe.send(task.row)


def _listen(pool: _Pool) -> None:
    """Wait until a worker says something or dies, and see to it."""
    heard = wait([worker.pipe for worker in pool.workers if worker.task is not None])
    for worker in pool.workers:
        task = worker.task
        if task is None or worker.pipe not in heard:
            continue
        try:
            said: _Ask | _Answer = worker.pipe.recv()
        except (EOFError, OSError):
            _bury(pool, worker, task)
            continue
        if isinstance(said, _Answer):
            worker.task = None
            pool.ready[task.index] = said.done
            pool.again.extend(pool.weeks.end(worker, said.week))
            continue
        reply = pool.weeks.ask(worker, said.key)
        if reply == "later":
            worker.task = None
            task.tries -= 1
        with suppress(OSError):
            worker.pipe.send(reply)


def _bury(pool: _Pool, worker: _Worker, task: _Task) -> None:
    """Take the task of a dead worker back; who waited for it has to solve for themselves."""
    worker.pipe.close()
    worker.process.join()
    worker.task = None
    waiting = pool.weeks.end(worker, None)
    if task.tries < TRIES:
        pool.again.append(task)
    else:
        line = without_plan(task.row, "failed", [("", DIED)])
        pool.ready[task.index] = _done(line, pool.job)
    pool.again.extend(waiting)


def _done(line: ResultLine, job: Job, *, shared: bool = False) -> Done:
    page = None
    if job.pages is not None and line.plan is not None:
        page = render(line.plan, job.knowledge, job.pages)
    return Done(head_of(line), line.model_dump_json() + "\n", page, shared)


def _start(job: Job) -> _Worker:
    """Return a new worker: a clean process, because this one may have threads."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        context: ForkServerContext | SpawnContext = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(PRELOADED))
    else:
        context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, job), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _serve(pipe: Connection, job: Job) -> None:
    """Solve what comes through the pipe until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to hear
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            row = pipe.recv()
        except EOFError:
            return
        shared: list[Week] = []

        def ask(key: str, shared: list[Week] = shared) -> Week | None:
            pipe.send(_Ask(key))
            reply: Reply = pipe.recv()
            if reply == "later":
                raise _Later
            if isinstance(reply, Week):
                shared.append(reply)
                return reply
            return None

        week = None
        try:
            line, week = solve_row(job, row, ask)
        except _Later:
            continue
        except Exception as error:
            message = f"a bug in backplan: {type(error).__name__}: {error}"
            line = without_plan(row, "failed", [("", message)])
        pipe.send(_Answer(_done(line, job, shared=bool(shared)), week))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
