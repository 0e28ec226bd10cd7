"""Times the solver on the reference set, alone or beside others on the same weeks.

Every run is a process of its own, and the order of the solvers changes from run to run, so that a
busy machine hits all alike. Every plan, a rival's too, is decoded and goes through all checkers.
A plan that breaks a rule, two proofs that differ, or two plans from the same inputs end the
benchmark.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.figures import OURS, all_figures, of_instance, proven
from benchmarks.one import (
    EXPLAIN,
    FORMULATIONS,
    PLAIN,
    index,
    problem_of,
    schedule_of,
    violations_of,
)
from benchmarks.plot import curves
from benchmarks.tables import header, instance_line, report
from knowledge import load_knowledge

RIVALS = {"highs": "highspy", "scip": "pyscipopt"}
"""The package of each rival."""

PATIENCE = 5
"""How many limits a process may take, its start and the building of its model included."""


class Unsound(Exception):  # noqa: N818 - read in sentences: raises Unsound
    """Something is wrong that no figure may hide."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, print it, and write it where it should go."""
    options = _options(arguments)
    solvers: list[str] = [OURS, *([PLAIN] if options.rivals else []), *options.rivals]
    stamps = machine.stamps()
    rows: list[dict[str, Any]] = []
    print(header())
    try:
        for row in _rows(options.only, solvers, options.repeats, options.limit):
            rows.append(row)
            print(instance_line(row, options.limit), flush=True)
            figures = all_figures(rows, solvers, options.limit)
            if options.json:
                settings = {"limit_s": options.limit, "repeats": options.repeats}
                data = {"machine": stamps, **settings, "figures": figures, "instances": rows}
                options.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    except Unsound as error:
        sys.exit(f"The benchmark ends here: {error}")
    for line in report(rows, figures, solvers, options.limit):
        print(line)
    if options.plot:
        _plot(rows, solvers, options.limit, options.plot)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.solve", description=__doc__)
    names = list(index())
    parser.add_argument("--only", type=_words(names), default=names, help="01,02: these instances")
    parser.add_argument(
        "--repeats", type=positive(int), default=3, help="runs of each solver on each"
    )
    known = [f"{rival}+{word}".rstrip("+") for rival in RIVALS for word in FORMULATIONS]
    parser.add_argument("--rivals", type=_words(known), default=[], help=", ".join(known))
    parser.add_argument(
        "--limit", type=positive(float), default=60, help="seconds for all tiers together"
    )
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    parser.add_argument("--plot", type=Path, help="draw the shares proven to this SVG file")
    options = parser.parse_args(arguments)
    needed = {rival: RIVALS[rival.partition("+")[0]] for rival in options.rivals}
    if options.plot:
        needed["--plot"] = "matplotlib"
    for what, package in needed.items():
        if importlib.util.find_spec(package) is None:
            parser.error(f"{what} needs {package}; install it with: make .venv/installed-bench")
    return options


def positive(number: Callable[[str], float]) -> Callable[[str], float]:
    """Return a reader of numbers above zero."""

    def read(text: str) -> float:
        try:
            value = number(text)
        except ValueError:
            value = 0
        if value <= 0:
            raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
        return value

    return read


def _words(known: Sequence[str]) -> Any:
    """Return a reader of `a,b` that accepts only known words, each once."""

    def read(text: str) -> list[str]:
        words = list(dict.fromkeys(text.split(",")))
        for word in words:
            if word not in known:
                shown = ", ".join(known) if len(known) < 10 else f"{known[0]} to {known[-1]}"
                raise argparse.ArgumentTypeError(f"{word!r} is none of {shown}")
        return words

    return read


def _rows(
    names: Sequence[str], solvers: Sequence[str], repeats: int, limit: float
) -> Iterator[dict[str, Any]]:
    """Yield the runs of each instance, checked."""
    knowledge = load_knowledge()
    for number, name in enumerate(names):
        entry = index()[name]
        runs: dict[str, list[dict[str, Any]]] = {solver: [] for solver in solvers}
        with tempfile.TemporaryDirectory() as folder:
            for repeat in range(repeats):
                turn = (number + repeat) % len(solvers)
                for solver in (*solvers[turn:], *solvers[:turn]):
                    if repeat and not proven(runs[solver][0]):
                        continue  # It counts at the limit, and would only reach it again.
                    run = _run(solver, name, limit, Path(folder), explain=repeat == 0)
                    runs[solver].append(run)
        problem = problem_of(knowledge, name)
        for solver, found in runs.items():
            for run in found:
                broken = violations_of(problem, schedule_of(problem, run["sets"]))
                if run["possible"] and broken:
                    raise Unsound(f"{solver} broke a rule in {name}: {'; '.join(broken)}")
        agree(name, entry["possible"], runs)
        yield {**entry, "runs": runs}


def _run(solver: str, name: str, limit: float, folder: Path, *, explain: bool) -> dict[str, Any]:
    """Return one run of one solver in a process of its own.

    A rival that dies is one without a proof; if backplan dies, `Unsound` says with which words.
    """
    out = folder / "run.json"
    out.unlink(missing_ok=True)
    if solver in (OURS, PLAIN):
        words = [PLAIN] if solver == PLAIN else [EXPLAIN] if explain else []
        command = ["benchmarks.one", "solve", name, str(out), str(limit), *words]
    else:
        rival, _, formulation = solver.partition("+")
        week = folder / f"week+{formulation}.json"
        if not week.exists():
            said = _process(["benchmarks.one", "write", name, str(week), formulation], None)
            if not week.exists():
                raise Unsound(f"{name} cannot be written:\n{said}")
        command = [f"benchmarks.rivals.{rival}", str(week), str(out), str(limit)]
    # What explains an impossible week is not bounded by the limit.
    said = _process(command, None if explain and solver == OURS else PATIENCE * limit + 60)
    if out.exists():
        run: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return run
    if solver in (OURS, PLAIN) or "WrongAnswer" in said:
        raise Unsound(f"{solver} failed on {name}:\n{said}")
    return {"possible": None, "proof": limit, "tiers": [], "sets": [], "died": said}


def _process(module: Sequence[str], timeout: float | None) -> str:
    """Run a module and return what it said last, or that it took too long."""
    command = [sys.executable, "-m", *module]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return f"no end after {timeout:g} s"
    return f"exit code {done.returncode}\n{done.stderr[-2000:]}"


def agree(name: str, possible: bool, runs: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Raise `Unsound` if two runs prove different things, or backplan gives two plans.

    A tier counts as proven only where all before it were: after that it is another question.
    """
    values: dict[str, dict[int, str]] = {}
    for solver, found in runs.items():
        for run in found:
            if run["possible"] not in (None, possible):
                verdict = "a week" if run["possible"] else "no week"
                raise Unsound(f"{solver} finds {verdict} for {name}, against the index")
            for tier in run["tiers"]:
                if not tier["proven"]:
                    break
                others = values.setdefault(tier["name"], {})
                others.setdefault(tier["value"], solver)
                if len(others) > 1:
                    both = " and ".join(f"{value} by {who}" for value, who in others.items())
                    raise Unsound(f"{name}: tier {tier['name']} is proven to be {both}")
    whole = [run["sets"] for run in runs[OURS] if run["possible"] and not run["stopped_by"]]
    if any(sets != whole[0] for sets in whole):
        raise Unsound(f"{OURS} made two plans of {name}")


def _plot(
    rows: Sequence[Mapping[str, Any]], solvers: Sequence[str], limit: float, path: Path
) -> None:
    weeks = [row for row in rows if row["possible"]]
    times: dict[str, list[float | None]] = {}
    for solver in solvers:
        counted = [of_instance(row, solver, "proof", limit) for row in weeks]
        times[solver] = [None if one is None or one >= limit else one for one in counted]
    curves(times, limit, path)


if __name__ == "__main__":
    main()
