"""How fast a class goes: one and two workers beside a plain loop, sharing, overhead, and memory.

The class is drawn as the reference set is, but each answer of each person independently; a person
without a week is drawn again. Memory is that of all processes of the real command together (shared
pages counted once), for a class in which the people have few different problems, so that many can
be done.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.generate import ANSWERED, SHARES, WEEK, _person
from knowledge import Knowledge, load_knowledge
from recommender.batch.journal import open_journal
from recommender.batch.reading import read_people
from recommender.batch.results import planned
from recommender.batch.rows import Row
from recommender.batch.sharing import Week
from recommender.batch.solving import Job, read_row, solve_row
from recommender.batch.workers import solve_all
from recommender.build import build
from recommender.recommend import checked, recommend

SEED = 20261127
POLL_S = 0.2
KINDS = 12
"""Different problems in the class that memory is measured with."""

Answers = dict[str, Any]


def draw_class(knowledge: Knowledge, people: int, seed: int) -> Iterator[Answers]:
    """Yield people whose answers are drawn independently, each with a week."""
    chance = random.Random(seed)
    number = 0
    while number < people:
        cards = {
            feature: chance.choices(list(shares), list(shares.values()))[0]
            for feature, shares in SHARES.items()
        }
        answers = _person(knowledge, cards | {"balance": "article", "week": "possible"}, chance)
        if answers is not None:
            number += 1
            yield {"id": f"p-{number}", "name": f"Person {number}", **answers}


def write_class(path: Path, people: Iterator[Answers]) -> None:
    """Write people as JSONL."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(one, default=str) + "\n" for one in people)


def repeated(people: list[Answers], count: int) -> Iterator[Answers]:
    """Yield many people who have the problems of a few."""
    for number in range(count):
        one = people[number % len(people)]
        yield {**one, "id": f"p-{number}", "name": f"Person {number}"}


def throughput(job: Job, people: Path) -> None:
    """Print people a second for the plain loop and for the pool."""
    rows = list(read_people(people))
    begin, cpu = time.perf_counter(), time.process_time()
    times = []
    for row in rows:
        start = time.perf_counter()
        intake, request = read_row(job, row)
        recommend(job.knowledge, intake, request)
        times.append(time.perf_counter() - start)
    plain = len(rows) / (time.perf_counter() - begin)
    cpu = (time.process_time() - cpu) / len(rows)
    print(f"{len(rows)} people; one takes {statistics.median(times):.3f} s (median), "
          f"{max(times):.2f} s at most, {cpu:.3f} s of a processor (mean)")  # fmt: skip
    print(f"{'':<28}{'a second':>9}{'x plain':>9}{'shared':>8}{'proven':>8}")
    print(f"{'plain loop':<28}{plain:>9.2f}{1:>9.2f}")
    for workers, share in ((1, False), (2, False), (2, True)):
        begin = time.perf_counter()
        done = list(solve_all(_with(job, share), rows, workers))
        rate = len(rows) / (time.perf_counter() - begin)
        name = f"{workers} worker{'s' if workers > 1 else ''}, sharing {'on' if share else 'off'}"
        proven = sum(one.head.outcome == "optimal" for one in done)
        shared = sum(one.shared for one in done)
        print(f"{name:<28}{rate:>9.2f}{rate / plain:>9.2f}{shared:>8}{proven:>8}")


def _with(job: Job, share: bool) -> Job:
    return Job(job.knowledge, job.today, week_start=job.week_start, share=share)


def overhead(job: Job, people: Path, folder: Path) -> None:
    """Print the milliseconds of each step beside solving, as medians.

    They are of the processor, so that other work on the machine does not count; those of the disk
    are of the clock.
    """
    steps: dict[str, list[float]] = {}

    def step(name: str, begin: float) -> float:
        steps.setdefault(name, []).append(1000 * (time.process_time() - begin))
        return time.process_time()

    rows: list[Row] = []
    begin = time.process_time()
    for row in read_people(people):
        begin = step("read", begin)
        rows.append(row)
    with open_journal(folder / "overhead.jsonl") as journal:
        for row in rows:
            _, week = solve_row(job, row, lambda _: None)
            if week is None:
                continue
            begin = time.process_time()
            intake, request = read_row(job, row)
            begin = step("normalise", begin)
            problem = build(job.knowledge, intake, request.week_start).problem
            begin = step("(build the problem)", begin)
            checked(problem, week.solution().sets)
            begin = step("check", begin)
            plan = recommend(job.knowledge, intake, request)
            begin = time.process_time()
            text = planned(row, plan).model_dump_json() + "\n"
            step("write: to JSON", begin)
            clock = time.perf_counter()
            journal.add(text)
            steps.setdefault("write: to disk", []).append(1000 * (time.perf_counter() - clock))
            begin = time.process_time()
            solve_row(job, row, partial(_known, week))
            step("(all, with a week to share)", begin)
    for name, times in steps.items():
        print(f"{name:<28}{statistics.median(times):>9.2f} ms")
    inside = [times for name, times in steps.items() if not name.startswith("(")]
    print(f"{'overhead':<28}{sum(map(statistics.median, inside)):>9.2f} ms  target 5")


def _known(week: Week, _: str) -> Week:
    return week


def memory(people: Path, out: Path, workers: int) -> tuple[float, float]:
    """Return the most MiB that all processes of a batch held at a time, and its seconds."""
    command = Path(sys.executable).with_name("backplan")
    options = ["--out", str(out), "--workers", str(workers), "--week-start", str(WEEK)]
    begin = time.perf_counter()
    process = subprocess.Popen(
        [command, "batch", people, *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    most = 0.0
    while process.poll() is None:
        most = max(most, sum(map(_held, _session(process.pid))))
        time.sleep(POLL_S)
    return most, time.perf_counter() - begin


def _session(leader: int) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getsid(int(entry.name)) == leader:
                    yield int(entry.name)
            except ProcessLookupError:
                continue


def _held(process: int) -> float:
    """Return the MiB of a process, its share of what it holds together with others."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except (OSError, ProcessLookupError):
        return 0.0
    return next(int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:") / 1024


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--memory", type=int, nargs="*", default=[1, 1000, 10000])
    asked = parser.parse_args()
    knowledge = load_knowledge()
    job = Job(knowledge, ANSWERED, week_start=WEEK, share=False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin = time.perf_counter()
        people = list(draw_class(knowledge, asked.people, SEED))
        write_class(folder / "class.jsonl", iter(people))
        print(f"{asked.people} people drawn in {time.perf_counter() - begin:.0f} s")
        throughput(job, folder / "class.jsonl")
        few = folder / "few.jsonl"
        write_class(few, iter(people[:30]))
        overhead(_with(job, share=True), few, folder)
        for count in asked.memory:
            file = folder / f"{count}.jsonl"
            write_class(file, repeated(people[:KINDS], count))
            most, seconds = memory(file, folder / f"out{count}", workers=2)
            print(f"{count:>8} people, {KINDS} problems: {most:6.0f} MiB at most, {seconds:.0f} s")


if __name__ == "__main__":
    main()
