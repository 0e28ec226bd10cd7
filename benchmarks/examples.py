"""Times the ten example intakes: solving, the whole command, memory, and what starts fast.

Run `python -m benchmarks.examples`; with `--json FILE` the figures are written there too.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from constraints import check_all
from knowledge import load_knowledge
from recommender.build import build
from recommender.decode import balance_of, decode, plan_days
from recommender.intake import read_intake
from recommender.solve import solve

ROOT = Path(__file__).parent.parent
EXAMPLES = tuple(sorted((ROOT / "examples").glob("*.yaml")))
WEEK = date(2026, 11, 30)
COMMAND = Path(sys.executable).parent / "backplan"


def seconds(work: Callable[[], object], repeats: int) -> list[float]:
    """Return the wall-clock seconds of each of `repeats` runs."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return times


def summary(times: list[float]) -> dict[str, float]:
    """Return median, fastest and slowest."""
    return {"median": statistics.median(times), "min": min(times), "max": max(times)}


def example_row(path: Path, repeats: int) -> dict[str, Any]:
    """Solve one example and return its figures; the plan is checked like any other."""
    knowledge = load_knowledge()
    problem = build(knowledge, read_intake(path, knowledge), WEEK).problem
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        solution = solve(problem)
        times.append(time.perf_counter() - begin)
    if solution is None:
        raise SystemExit(f"{path.name} has no plan")
    schedule = decode(problem, solution.sets)
    if check_all(problem, schedule):
        raise SystemExit(f"{path.name} broke a rule")
    days = plan_days(problem, schedule)
    balance = balance_of(problem, schedule, "article", "")
    return {
        "example": path.stem,
        "exercises": (int(balance.exercises.abdominal), int(balance.exercises.lumbar)),
        "sets": (int(balance.sets.abdominal), int(balance.sets.lumbar)),
        "minutes": sum(day.minutes for day in days),
        "available": sum(day.minutes_available for day in days),
        "proven": sum(tier.proven for tier in solution.tiers),
        "tiers": len(solution.tiers),
        **summary(times),
    }


def command_seconds(*arguments: str, repeats: int) -> dict[str, float]:
    """Return the wall-clock seconds of the installed command as a new process."""

    def run() -> None:
        subprocess.run([COMMAND, *arguments], check=True, stdout=subprocess.DEVNULL)

    return summary(seconds(run, repeats))


def main() -> None:
    """Measure everything and print it as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    repeats: int = options.repeats

    load_knowledge()
    warm = summary(seconds(load_knowledge, 4 * repeats))
    cold = summary(seconds(lambda: load_knowledge(cached=False), repeats))
    rows = [example_row(path, repeats) for path in EXAMPLES]
    print(f"{'example':<20} exercises   sets    minutes      tiers  solve s  (min - max)")
    for row in rows:
        (a, b), (c, d) = row["exercises"], row["sets"]
        print(
            f"{row['example']:<20} {a:>3} : {b:<3} {c:>4} : {d:<3} {row['minutes']:>5g}/"
            f"{row['available']:<5} {row['proven']:>3}/{row['tiers']:<3} {row['median']:>7.3f}  "
            f"({row['min']:.3f} - {row['max']:.3f})"
        )
    medians = [row["median"] for row in rows]
    print(f"solve, one thread: median {statistics.median(medians):.3f} s, "
          f"worst {max(row['max'] for row in rows):.3f} s")  # fmt: skip
    whole = [command_seconds("plan", str(path), repeats=3) for path in EXAMPLES]
    middle = statistics.median(run["median"] for run in whole)
    slowest = max(run["max"] for run in whole)
    print(f"backplan plan, cold shell: median {middle:.3f} s, worst {slowest:.3f} s")
    # Linux reports the largest child so far in KiB.
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of a command: {memory:.0f} MiB")
    help_time = command_seconds("--help", repeats=4 * repeats)
    print(f"backplan --help: median {help_time['median']:.3f} s (min {help_time['min']:.3f} s)")
    print(f"knowledge: warm {1000 * warm['median']:.1f} ms, "
          f"without the cache {1000 * cold['median']:.1f} ms")  # fmt: skip
    if options.json:
        figures = {"examples": rows, "command": {"median": middle, "max": slowest},
                   "memory_mib": memory, "help": help_time, "knowledge_warm": warm,
                   "knowledge_uncached": cold}  # fmt: skip
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
