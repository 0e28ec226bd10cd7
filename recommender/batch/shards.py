"""A part of a class for one machine of many: which people it solves, and what its files are called.

The shares are dealt like cards: shard 2 of 3 has the second, the fifth, the eighth person.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from knowledge import BadInput, Fault
from recommender.batch.rows import Row

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Shard:
    """Number `number` of `count`, counted from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        """Return it as the option has it."""
        return f"{self.number}/{self.count}"

    def of(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows of this shard."""
        return islice(rows, self.number - 1, None, self.count)

    def name(self, stem: str, ending: str) -> str:
        """Return the name of a file of this shard; the only one has no number."""
        number = "" if self.count == 1 else f".{self.number}-of-{self.count}"
        return f"{stem}{number}{ending}"


@dataclass(frozen=True, slots=True)
class _Variables:
    """What a scheduler calls the number of a task, the first, the last and the step."""

    task: str
    first: str | int
    last: str | None = None
    count: str | None = None
    step: str | int = 1


SCHEDULERS = (
    _Variables("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", count="SLURM_ARRAY_TASK_COUNT",
               step="SLURM_ARRAY_TASK_STEP"),
    _Variables("SGE_TASK_ID", "SGE_TASK_FIRST", last="SGE_TASK_LAST", step="SGE_TASK_STEPSIZE"),
    _Variables("LSB_JOBINDEX", 1, last="LSB_JOBINDEX_END", step="LSB_JOBINDEX_STEP"),
    _Variables("PBS_ARRAY_INDEX", 1, count="PBS_ARRAY_COUNT"),
    _Variables("AWS_BATCH_JOB_ARRAY_INDEX", 0, count="AWS_BATCH_JOB_ARRAY_SIZE"),
)  # fmt: skip


def read_shard(text: str, environment: Mapping[str, str]) -> Shard:
    """Return the shard that an option such as `2/16` or `auto` names; raise `BadInput`."""
    if text == AUTO:
        for names in SCHEDULERS:
            if environment.get(names.task, "").isdigit():
                return _from_variables(names, environment)
        tried = ", ".join(names.task for names in SCHEDULERS)
        raise _bad(f"this is no task of an array job; none of these is set: {tried}")
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    if match is None:
        raise _bad(f"expected a number such as 2/16, or {AUTO}; found {text}")
    return _checked(int(match[1]), int(match[2]), text)


def _from_variables(names: _Variables, environment: Mapping[str, str]) -> Shard:
    def number(name: str | int, otherwise: int) -> int:
        if isinstance(name, int):
            return name
        value = environment.get(name, "")
        return int(value) if value.isdigit() else otherwise

    task = int(environment[names.task])
    first, step = number(names.first, 1), max(1, number(names.step, 1))
    if names.count is not None:
        count = number(names.count, 0)
    else:
        count = (number(names.last or "", 0) - first) // step + 1
    return _checked((task - first) // step + 1, count, f"{names.task}={task}")


def _checked(number: int, count: int, said: str) -> Shard:
    if not 1 <= number <= count:
        raise _bad(f"{said} is part {number} of {count}; expected 1 to the number of parts")
    return Shard(number, count)


def _bad(message: str) -> BadInput:
    return BadInput([Fault("--shard", None, "", message)])
