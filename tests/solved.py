"""The example weeks, solved once for all tests."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from constraints.problem import Problem
from constraints.schedule import Schedule
from recommender.build import build
from recommender.decode import decode
from recommender.intake import read_intake
from recommender.solve import solve
from tests.strategies import MONDAY, REAL

EXAMPLES = Path(__file__).parent.parent / "examples"
EXAMPLE_NAMES = tuple(sorted(path.stem for path in EXAMPLES.glob("*.yaml")))


@dataclass(frozen=True)
class SolvedWeek:
    """A problem and the schedule that the solver found for it."""

    problem: Problem
    schedule: Schedule


@cache
def solved_example(name: str) -> SolvedWeek:
    """Return the solved week of a shipped example."""
    intake = read_intake(EXAMPLES / f"{name}.yaml", REAL)
    problem = build(REAL, intake, MONDAY).problem
    solution = solve(problem)
    assert solution is not None
    return SolvedWeek(problem, decode(problem, solution.sets))
