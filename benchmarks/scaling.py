"""Times building and solving with 25, 75, 200 and 1,000 exercises, for six people.

The knowledge bases are made by a fixed seed (see `benchmarks.bases`). Every run is a process of
its own, its plan goes through all checkers, and a run without a proof counts at the limit.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.bases import knowledge_of
from benchmarks.figures import OURS, TICK, of_instance, summary
from benchmarks.generate import WEEK
from benchmarks.one import memory_mib, schedule_of, seconds, solved, violations_of
from benchmarks.solve import positive
from knowledge import Intake, Knowledge, load_knowledge
from recommender.build import build
from recommender.intake import read_intake

EXAMPLES = Path(__file__).parent.parent / "examples"
PEOPLE = (
    "home_beginner",
    "empty_room",
    "chair_and_wall",
    "disc_cleared",
    "gym_advanced",
    "pressure_and_knee",
)
WISHES = ("liked", "disliked", "banned", "required", "orders")
"""Left out, because what they name may be missing in a small knowledge base."""
SIZES = (25, 75, 200, 1000)
COMPARED = (75, 1000)
TARGET = 5
ONE_RUN = "one-run"


def main() -> None:
    """Measure every size and person, print a table, and write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    shown = ",".join(map(str, SIZES))
    parser.add_argument("--sizes", type=_numbers, default=SIZES, help=f"{shown}: these sizes")
    parser.add_argument(
        "--people", type=positive(int), default=len(PEOPLE), help="the first so many people"
    )
    parser.add_argument("--repeats", type=positive(int), default=3, help="runs of each")
    parser.add_argument(
        "--limit", type=positive(float), default=60, help="seconds for all tiers together"
    )
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    options = parser.parse_args()
    sizes: Sequence[int] = options.sizes
    rows = []
    print(
        f"{'exercises':>9}  {'person':<20}{'candidates':>11}{'build s':>10}{'solve s':>10}  proven"
    )
    for size in sizes:
        for person in PEOPLE[: options.people]:
            row = _row(size, person, options.repeats, options.limit)
            rows.append(row)
            print(_line(row, options.limit), flush=True)
    figures = {size: _figures(rows, size, options.limit) for size in sizes}
    print(f"\n{'exercises':>9}{'build: median':>16}{'max':>9}{'solve: median':>16}{'max':>9}")
    for size, one in figures.items():
        cells = (f"{one[key]['median']:>16.3f}{one[key]['max']:>9.3f}" for key in one)
        print(f"{size:>9}{''.join(cells)}")
    ratios = _ratios(figures)
    for key, ratio in ratios.items():
        print(f"{key}: {COMPARED[1]} exercises take {ratio:.1f} times as long as {COMPARED[0]}")
    if ratios:
        print(f"The target is {TARGET} times at most, on medians over people.")
    if options.json:
        data = {"machine": machine.stamps(), "limit_s": options.limit, "figures": figures,
                "ratios": ratios, "runs": rows}  # fmt: skip
        options.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _numbers(text: str) -> list[int]:
    """Return the sizes in `25,75`; the smallest base has one exercise of each kind or more."""
    words = text.split(",")
    if not all(word.isdigit() and int(word) >= min(SIZES) for word in words):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of numbers from {min(SIZES)} on")
    return [int(word) for word in words]


def person_of(knowledge: Knowledge, name: str) -> Intake:
    """Return the answers of an example without its wishes for single exercises."""
    intake = read_intake(EXAMPLES / f"{name}.yaml", knowledge)
    return intake.model_copy(update=dict.fromkeys(WISHES, ()))


def measure(size: int, person: str, limit: float) -> dict[str, Any]:
    """Return the figures of one run; the plan that it finds is checked."""
    shipped = load_knowledge()
    knowledge = knowledge_of(shipped, size)
    intake = person_of(shipped, person)
    building, built = seconds(lambda: build(knowledge, intake, WEEK))
    run = {"build": building, **solved(built.problem, limit)}
    run["memory_mib"] = memory_mib()
    run["candidates"] = len(built.problem.candidates)
    run["violations"] = []
    if run["possible"]:
        run["violations"] = violations_of(built.problem, schedule_of(built.problem, run["sets"]))
    return run


def one_run() -> None:
    """Measure one run in this process: the arguments are size, person, file and limit."""
    size, person, target, limit = sys.argv[2:]
    run = measure(int(size), person, float(limit))
    Path(target).write_text(json.dumps(run), encoding="utf-8")


def _row(size: int, person: str, repeats: int, limit: float) -> dict[str, Any]:
    runs = []
    module = [sys.executable, "-m", "benchmarks.scaling", ONE_RUN]
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "run.json"
            done = subprocess.run([*module, str(size), person, str(out), str(limit)], check=False)
            if done.returncode:
                sys.exit(f"The benchmark ends here: exit code {done.returncode}")
            run = json.loads(out.read_text(encoding="utf-8"))
        if run["violations"] or run["possible"] is False:
            what = "; ".join(run["violations"]) or "no week"
            sys.exit(f"The benchmark ends here: {person} with {size} exercises: {what}")
        runs.append(run)
    return {"size": size, "person": person, "runs": {OURS: runs}}


def _line(row: dict[str, Any], limit: float) -> str:
    run = row["runs"][OURS][0]
    build_s, solve_s = (of_instance(row, OURS, key, limit) for key in ("build", "solve"))
    reached = f"{sum(tier['proven'] for tier in run['tiers'])}/{len(run['tiers'])}"
    return (
        f"{row['size']:>9}  {row['person']:<20}{run['candidates']:>11}{build_s:>10.3f}"
        f"{solve_s:>10.3f}  {reached}"
    )


def _figures(rows: list[dict[str, Any]], size: int, limit: float) -> dict[str, Any]:
    here = [row for row in rows if row["size"] == size]
    return {
        key: summary(of_instance(row, OURS, key, limit) for row in here)
        for key in ("build", "solve")
    }


def _ratios(figures: dict[int, dict[str, Any]]) -> dict[str, float]:
    """Return how many times as long the larger of the compared sizes takes, if both are there."""
    small, large = (figures.get(size) for size in COMPARED)
    if small is None or large is None:
        return {}
    return {key: large[key]["median"] / max(small[key]["median"], TICK) for key in small}


if __name__ == "__main__":
    if sys.argv[1:2] == [ONE_RUN]:
        one_run()
    else:
        main()
