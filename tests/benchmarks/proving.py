"""Other solvers for the tests, and what their weeks are held to."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

from benchmarks.linear import Linear, write
from benchmarks.rivals.command import proven
from benchmarks.rivals.tiers import Outcome, Task
from constraints import check_all
from constraints.problem import Problem
from recommender.decode import decode
from recommender.solve import solve

ROOT = Path(__file__).parent.parent.parent


def scip(task: Task) -> Outcome:
    """Solve one stage with the SCIP that comes with ortools."""
    solver = pywraplp.Solver.CreateSolver("SCIP")
    infinity = solver.infinity()
    x = [solver.IntVar(c.lower, c.upper, f"x{n}") for n, c in enumerate(task.columns)]
    for row in task.rows:
        lower = -infinity if row.lower is None else row.lower
        constraint = solver.Constraint(lower, infinity if row.upper is None else row.upper)
        for column, weight in row.terms:
            constraint.SetCoefficient(x[column], weight)
    for column, weight in task.terms:
        solver.Objective().SetCoefficient(x[column], weight)
    status = solver.Solve()
    if status == pywraplp.Solver.INFEASIBLE:
        return Outcome("impossible", None, float("inf"), 0.0)
    assert status == pywraplp.Solver.OPTIMAL
    values = [variable.solution_value() for variable in x]
    return Outcome("optimal", values, solver.Objective().BestBound(), 0.0)


def in_process(linear: Linear) -> dict[str, Any]:
    """Return what the SCIP that comes with ortools proves."""
    return proven(linear, scip, limit=600)


def of_rival(rival: str, linear: Linear, folder: Path) -> dict[str, Any]:
    """Return what a rival proves in a process of its own: its library clashes with ortools'."""
    week, out = folder / "week.json", folder / "out.json"
    write(linear, week)
    command = [sys.executable, "-m", f"benchmarks.rivals.{rival}", str(week), str(out), "300"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def assert_same(problem: Problem, found: dict[str, Any]) -> None:
    """Assert that backplan proves the same values, and that the other week keeps all rules."""
    ours = solve(problem)
    assert found["possible"] == (ours is not None)
    if ours is None:
        return
    assert [(tier["name"], tier["value"], tier["proven"]) for tier in found["tiers"]] == [
        (tier.name, tier.value, True) for tier in ours.tiers
    ]
    sets = {(name, day): count for name, day, count in found["sets"]}
    assert not check_all(problem, decode(problem, sets))
