"""What a batch was begun with, kept beside its results: a batch that goes on must be the same."""

import importlib.metadata
import json
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from knowledge import BadInput, Fault
from knowledge.schema._base import Noun
from recommender.batch.shards import Shard
from recommender.batch.solving import Job


class Run(Noun):
    """Everything beside the people that decides the bytes of the results."""

    backplan: str
    ortools: str
    knowledge: str
    clinicians: tuple[str, ...]
    today: date
    week_start: date | None
    balance: Literal["article", "evidence"]
    seed: int
    shard: str


def run_of(job: Job, shard: Shard) -> Run:
    """Return what a batch of this job is."""
    return Run(
        backplan=importlib.metadata.version("backplan"),
        ortools=importlib.metadata.version("ortools"),
        knowledge=job.knowledge.version,
        clinicians=tuple(sorted(job.clinicians)),
        today=job.today,
        week_start=job.week_start,
        balance=job.balance,
        seed=job.seed,
        shard=str(shard),
    )


def read_run(path: Path) -> Run | None:
    """Return what was kept, None if there is nothing; raise `BadInput` if it is no such file."""
    try:
        return Run.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValidationError, OSError):
        message = "cannot be read as the settings of a batch; begin again in another folder"
        raise BadInput([Fault(str(path), None, "", message)]) from None


def run_text(run: Run) -> str:
    """Return the text to keep."""
    return json.dumps(run.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def refuse_other_run(now: Run, before: Run, path: Path) -> None:
    """Raise `BadInput` if a batch was begun with something else."""
    advice = "go on with the same, or begin again in another folder"
    faults = [
        Fault(
            str(path),
            None,
            field,
            f"was {_shown(was)} and is {_shown(getattr(now, field))} now; {advice}",
        )
        for field, was in before
        if was != getattr(now, field)
    ]
    if faults:
        raise BadInput(faults)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nobody"
    return "not given" if value is None else str(value)
