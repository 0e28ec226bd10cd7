"""`backplan batch PEOPLE --out DIR`: a plan for everybody in a file.

What takes long to import is imported inside, so that `--help` answers at once.
"""

import datetime
import os
import sys
import time
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands._common import Overlays, known_format, load, parse_date
from cli.exit_codes import BAD_INPUT, BUG, INTERRUPTED, PLAN
from recommender.render import FORMATS

if TYPE_CHECKING:
    from cli.commands._batch_progress import Say
    from recommender.batch.results import Head
    from recommender.batch.shards import Shard
    from recommender.batch.solving import Job
    from recommender.batch.summary import Tally
    from recommender.batch.workers import Done

MOST_TOLD = 20
ENDINGS = {"text": "txt", "json": "json", "markdown": "md"}


class Balance(StrEnum):
    """The two ways to balance a week."""

    ARTICLE = "article"
    EVIDENCE = "evidence"


class Template(StrEnum):
    """The kinds of template."""

    CSV = "csv"
    XLSX = "xlsx"


def batch(
    people: Annotated[
        Path | None,
        typer.Argument(help="One person a row: .csv, .jsonl, .xlsx, .parquet, or - for stdin."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder for the results.")
    ] = None,
    template: Annotated[
        Template | None, typer.Option(help="Print an empty table with every column, and end.")
    ] = None,
    plans: Annotated[
        str | None,
        typer.Option(metavar="FORMAT", help=f"Also a file a person: {', '.join(FORMATS)}."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=512, help="Processes; default: one a processor.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what is in the folder.")
    ] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Stop at the first row that cannot be used.")
    ] = False,
    share: Annotated[
        bool, typer.Option("--share/--no-share", help="Solve equal problems once.")
    ] = True,
    shard: Annotated[
        str, typer.Option(metavar="I/N", help="One part of N, or auto in an array job.")
    ] = "1/1",
    balance: Annotated[
        Balance, typer.Option(help="Equal exercises and sets, or credited sets within a band.")
    ] = Balance.ARTICLE,
    week_start: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day; default is the next Monday.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the solver.")] = 0,
    overlays: Overlays = None,
) -> None:
    """Make a plan for everybody in a file, as many at a time as there are processors.

    Exit code 0: everybody has a result. 1: somebody's week could not be made. 2: bad input, or
    rows that could not be used; the others have their results.
    """
    from recommender.batch.shards import read_shard
    from recommender.batch.solving import Job

    if template is not None:
        _print_template(template)
        return
    if people is None or out is None:
        raise typer.BadParameter("expected a file of people and --out DIR, or --template")
    if plans is not None:
        known_format(plans, FORMATS)
    part = read_shard(shard, os.environ)
    knowledge, clinicians = load(overlays)
    job = Job(
        knowledge,
        datetime.date.today(),
        file=str(people),
        clinicians=clinicians,
        week_start=parse_date("--week-start", week_start),
        balance=balance.value,
        seed=seed,
        share=share,
        pages=plans,
    )
    count = workers or _processors()
    raise typer.Exit(_run(job, people, out, part, count, resume=resume, fail_fast=fail_fast))


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _run(
    job: "Job",
    people: Path,
    out: Path,
    part: "Shard",
    workers: int,
    *,
    resume: bool,
    fail_fast: bool,
) -> int:
    """Return the exit code of a batch."""
    from cli.commands._batch_progress import progress
    from cli.writing import write_result
    from recommender.batch.journal import heads_in, open_journal, skip_done
    from recommender.batch.picture import picture
    from recommender.batch.reading import STANDARD_INPUT, read_people
    from recommender.batch.rows import refuse_second
    from recommender.batch.summary import Tally, as_csv, as_text, figures
    from recommender.batch.workers import solve_all

    results = out / part.name("results", ".jsonl")
    total = None
    if str(people) != STANDARD_INPUT:
        total = sum(1 for _ in part.of(read_people(people)))
    begin = time.monotonic()
    tally = Tally()
    job = _begun(job, out, part, results, resume=resume)
    rows = part.of(refuse_second(read_people(people)))
    with open_journal(results) as journal:
        for head in skip_done(rows, heads_in(journal), job.file):
            tally.add(head)
        before = tally.people
        stopped: Head | None = None
        try:
            with (
                closing(solve_all(job, rows, workers)) as done_in_order,
                progress(total, before) as (step, say),
            ):
                for done in done_in_order:
                    _tell(done.head, job.file, tally, say)
                    if fail_fast and done.head.faults:
                        stopped = done.head
                        break
                    _write_page(done, out, job)
                    tally.add(done.head)
                    tally.now += 1
                    tally.shared += done.shared
                    journal.add(done.text)  # Ctrl-C comes while the disk works: count before it
                    step()
        except KeyboardInterrupt:
            _how_to_go_on(tally.people, total)
            return INTERRUPTED
        if stopped is not None:
            _how_to_go_on(tally.people, total)
            return BUG if stopped.outcome == "failed" else BAD_INPUT
        journal.finish()
    measures = figures(tally, time.monotonic() - begin, workers)
    write_result(as_csv(measures), out / part.name("summary", ".csv"))
    write_result(picture(tally), out / part.name("summary", ".svg"))
    typer.echo(as_text(measures), nl=False)
    typer.echo(f"\nResults: {results}")
    if tally.outcomes["failed"]:
        return BUG
    return BAD_INPUT if tally.outcomes["bad_row"] else PLAN


def _begun(job: "Job", out: Path, part: "Shard", results: Path, *, resume: bool) -> "Job":
    """Return the job with the day on which the batch was begun; raise `BadInput` if it differs."""
    from dataclasses import replace

    from cli.writing import write_result
    from knowledge import BadInput, Fault
    from recommender.batch.journal import part_of
    from recommender.batch.run import read_run, refuse_other_run, run_of, run_text

    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot be made: {error.strerror or error}"
        raise BadInput([Fault(str(out), None, "", message)]) from None
    kept = out / part.name("run", ".json")
    before = read_run(kept) if resume else None
    if before is not None:
        job = replace(job, today=before.today)
        refuse_other_run(run_of(job, part), before, kept)
        return job
    for file in (results, part_of(results)):
        if file.exists():
            message = "is there already; go on with --resume, or name another folder"
            raise BadInput([Fault(str(file), None, "", message)])
    write_result(run_text(run_of(job, part)), kept)
    return job


def _tell(head: "Head", file: str, tally: "Tally", say: "Say") -> None:
    """Say what is wrong with a row, up to a number of rows."""
    if not head.faults:
        return
    told = tally.outcomes["bad_row"] + tally.outcomes["failed"]
    if told == MOST_TOLD:
        say("more rows are bad; the results name them all")
    if told >= MOST_TOLD:
        return
    for fault in head.faults:
        where = ": ".join(part for part in (f"{file}:{head.row}", fault.field) if part)
        say(f"error: {where}: {fault.message}")


def _write_page(done: "Done", out: Path, job: "Job") -> None:
    """Write the plan of one person to a file of its own."""
    import re

    from cli.writing import write_result

    if done.page is None or job.pages is None:
        return
    folder = out / "plans"
    folder.mkdir(mode=0o700, exist_ok=True)
    who = re.sub(r"[^A-Za-z0-9_-]+", "-", done.head.id or done.head.name or "")[:40].strip("-")
    name = "-".join(filter(None, (f"{done.head.row:06}", who)))
    write_result(done.page, folder / f"{name}.{ENDINGS[job.pages]}")


def _how_to_go_on(done: int, total: int | None) -> None:
    of = "" if total is None else f" of {total}"
    typer.echo(
        f"Stopped: {done}{of} people are done. The same command with --resume goes on.", err=True
    )


def _print_template(kind: Template) -> None:
    from cli.writing import write_result
    from knowledge import BadInput, Fault
    from recommender.batch.template import csv_template, xlsx_template

    if kind is Template.CSV:
        write_result(csv_template(), None)
        return
    if sys.stdout.isatty():
        message = "an XLSX file is not for a terminal; send it to a file: > class.xlsx"
        raise BadInput([Fault("--template", None, "", message)])
    sys.stdout.buffer.write(xlsx_template())
