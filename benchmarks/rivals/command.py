"""What every rival does as a command: read a week, solve it, write what came of it."""

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.linear import Linear, read
from benchmarks.rivals.days import days_first
from benchmarks.rivals.tiers import Solver, in_tiers


def main(solver: Solver) -> None:
    """Solve the week in the file of the first argument, write the outcome to the second.

    The third argument is the limit for all tiers together, in seconds.
    """
    source, target, limit = sys.argv[1:]
    outcome = proven(read(Path(source)), solver, float(limit))
    if "ortools" in sys.modules:
        raise AssertionError("a rival must not share its process with ortools")
    Path(target).write_text(json.dumps(outcome), encoding="utf-8")


def proven(linear: Linear, solver: Solver, limit: float) -> dict[str, Any]:
    """Return what a solver proves of a week: with its days first if it has sets of them."""
    prove = in_tiers if linear.day_sets is None else days_first
    return prove(linear, solver, limit)
