"""The results file while it grows: whole lines in the order of the input, safe on disk.

It is its own journal. It is written beside its name and gets it when everybody is done; a batch
that was killed goes on after the last whole line.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from knowledge import BadInput, Fault
from recommender.batch.results import Head
from recommender.batch.rows import Row

WAIT_S = 5.0
"""How long to wait for another batch to let go of the file: one that was killed just now."""


@dataclass(frozen=True, slots=True)
class Journal:
    """The results of one batch: where they end up, and the file that they are added to."""

    whole: Path
    part: Path
    descriptor: int

    def add(self, line: str) -> None:
        """Write a whole line and see that it is on the disk; raise `BadInput` if it cannot be."""
        rest = line.encode()
        try:
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]
            os.fsync(self.descriptor)
        except OSError as error:
            raise _unwritable(self.part, error) from None

    def finish(self) -> None:
        """Give the file its name, now that everybody is in it."""
        self.part.replace(self.whole)


def part_of(results: Path) -> Path:
    """Return the name of a results file that is still being written."""
    return results.with_name(f"{results.name}.part")


@contextmanager
def open_journal(results: Path) -> Iterator[Journal]:
    """Yield the journal of a results file, its end where the last whole line ends.

    One that has its name already goes on as well. Raises `BadInput` if another batch is writing
    it, or it cannot be written.
    """
    part = part_of(results)
    try:
        if results.exists():
            results.replace(part)
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise _unwritable(part, error) from None
    try:
        _lock(descriptor, part)
        yield Journal(results, part, descriptor)
    finally:
        os.close(descriptor)


def _unwritable(part: Path, error: OSError) -> BadInput:
    return BadInput([Fault(str(part), None, "", f"cannot be written: {error.strerror or error}")])


def _lock(descriptor: int, part: Path) -> None:
    try:
        import fcntl
    except ImportError:  # not on Windows
        return
    end = time.monotonic() + WAIT_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > end:
                message = "another batch is writing it; wait for it, or use another folder"
                raise BadInput([Fault(str(part), None, "", message)]) from None
            time.sleep(0.05)


def heads_in(journal: Journal) -> Iterator[Head]:
    """Yield the head of every whole line, and cut off what is torn at the end."""
    end = 0
    with journal.part.open("rb") as stream:
        for line in stream:
            head = _head(line)
            if head is None:
                break
            end += len(line)
            yield head
    os.truncate(journal.descriptor, end)


def _head(line: bytes) -> Head | None:
    if not line.endswith(b"\n"):
        return None
    try:
        told = json.loads(line)
        return Head.model_validate_json(json.dumps({k: v for k, v in told.items() if k != "plan"}))
    except (ValueError, ValidationError, AttributeError):
        return None


def skip_done(rows: Iterator[Row], heads: Iterable[Head], file: str) -> Iterator[Head]:
    """Yield the heads of the rows that are done and take these rows off; the rest is to do.

    Raises `BadInput` if the rows are not those that were done.
    """
    for head in heads:
        row = next(rows, None)
        if row is None or (row.number, row.stamp) != (head.row, head.stamp):
            message = "is not as it was when its plan was made; begin again in another folder"
            raise BadInput([Fault(file, head.row, "", message)])
        yield head
