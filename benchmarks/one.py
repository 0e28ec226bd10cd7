"""One instance in a process of its own: what backplan needs for it, or its rows for rivals.

`python -m benchmarks.one solve NAME OUT.json SECONDS [plain] [explain]` measures;
`python -m benchmarks.one write NAME OUT.json FORMULATION` writes rows and columns.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from benchmarks.baseline import baseline
from benchmarks.export import days_first
from benchmarks.generate import FOLDER, INDEX, WEEK
from benchmarks.greedy import greedy_week, quality
from benchmarks.linear import Linear, write
from constraints import check_all
from constraints.problem import Problem
from constraints.schedule import Schedule
from knowledge import Intake, Knowledge, load_knowledge
from recommender.build import build
from recommender.decode import decode
from recommender.impossible import explain_impossible
from recommender.intake import read_intake
from recommender.solve import OutOfTime, Solution, solve

PLAIN = "plain"
EXPLAIN = "explain"
FORMULATIONS: dict[str, Callable[[Problem], Linear]] = {"": baseline, "days": days_first}
"""What a rival may be given, by the word after `+` in its name (`highs`, `highs+days`)."""


@cache
def index() -> dict[str, dict[str, Any]]:
    """Return what the index says of each instance: name -> balance, possible."""
    entries = yaml.safe_load(INDEX.read_text(encoding="utf-8"))
    return {entry["name"]: entry for entry in entries}


def intake_of(knowledge: Knowledge, name: str) -> Intake:
    """Return the answers of an instance."""
    return read_intake(FOLDER / f"{name}.yaml", knowledge)


def problem_of(knowledge: Knowledge, name: str) -> Problem:
    """Return the problem of an instance."""
    return build(knowledge, intake_of(knowledge, name), WEEK, index()[name]["balance"]).problem


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long a call took on the wall clock, and what it returned."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def solved(problem: Problem, limit: float, *, reduce: bool = True) -> dict[str, Any]:
    """Return the figures of one solve: verdict, seconds, tiers and sets.

    `first` is the time to the first plan, `proof` the sum over the tiers, `solve` the whole call
    with the building of the model. `possible` is None if the limit came before any plan.
    """
    import ortools.sat.python.cp_model  # noqa: F401 - its import is no part of a solve

    reports: list[float] = []
    begin = time.perf_counter()

    def progress(tier: str, value: int | None, bound: int | None) -> None:
        if value is not None and not reports:
            reports.append(time.perf_counter() - begin)

    solution: Solution | None = None
    possible: bool | None = None
    try:
        solution = solve(problem, time_limit_s=limit, reduce=reduce, progress=progress)
        possible = solution is not None
    except OutOfTime:
        pass
    took = time.perf_counter() - begin
    found: dict[str, Any] = {"possible": possible, "solve": took, "proof": took, "first": None}
    if solution is None:
        return found | {
            "tiers": [],
            "sets": [],
            "stopped_by": "time_limit" if possible is None else None,
        }
    return found | {
        "first": reports[0] if reports else took,
        "proof": sum(tier.seconds for tier in solution.tiers),
        "tiers": [asdict(tier) for tier in solution.tiers],
        "sets": [[name, day, count] for (name, day), count in sorted(solution.sets.items())],
        "stopped_by": solution.stopped_by,
    }


def schedule_of(problem: Problem, sets: Sequence[Sequence[Any]]) -> Schedule:
    """Return the schedule of (exercise, day index, sets), as a run has them."""
    return decode(problem, {(name, day): count for name, day, count in sets})


def violations_of(problem: Problem, schedule: Schedule) -> list[str]:
    """Return what a plan breaks, in sentences."""
    return [f"{one.constraint}: {one.sentence}" for one in check_all(problem, schedule)]


def memory_mib() -> float:
    """Return the peak memory of this process; Linux counts it in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, limit: float, words: list[str]) -> dict[str, Any]:
    """Return all figures of one instance: with `explain`, also why there is no week."""
    knowledge = load_knowledge()
    intake = intake_of(knowledge, name)
    balance = index()[name]["balance"]
    building, built = seconds(lambda: build(knowledge, intake, WEEK, balance))
    problem = built.problem
    run = {"build": building, **solved(problem, limit, reduce=PLAIN not in words)}
    if run["possible"]:
        decoding, schedule = seconds(lambda: schedule_of(problem, run["sets"]))
        checking, violations = seconds(lambda: violations_of(problem, schedule))
        run |= {"decode": decoding, "check": checking, "violations": violations}
    run["memory_mib"] = memory_mib()
    if run["possible"] is False and EXPLAIN in words:
        explaining, (clashes, repairs) = seconds(
            lambda: explain_impossible(knowledge, intake, WEEK, balance)
        )
        run |= {"explain": explaining, "clashes": len(clashes), "repairs": len(repairs)}
    if run["possible"]:
        run["quality"] = asdict(quality(problem, schedule))
        run["greedy"] = asdict(quality(problem, greedy_week(problem)))
    return run


def main() -> None:
    """Do what the arguments say, and write the outcome to the file that they name."""
    task, name, target, *words = sys.argv[1:]
    if task == "write":
        write(FORMULATIONS[words[0]](problem_of(load_knowledge(), name)), Path(target))
        return
    run = measure(name, float(words[0]), words[1:])
    Path(target).write_text(json.dumps(run), encoding="utf-8")


if __name__ == "__main__":
    main()
