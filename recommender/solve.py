"""Solves a problem in tiers with CP-SAT, one thread, in deterministic time."""

import dataclasses
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import constraints
from constraints import Constraint
from constraints.problem import Problem
from constraints.week_model import WeekModel
from recommender.objective import TIERS, Tier

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Sets = Mapping[tuple[str, int], int]
"""Sets of an exercise on a day: (exercise id, day index) -> number, only where it is done."""

StoppedBy = Literal["time_limit", "interrupt"]

TIER_BUDGET = 20.0
"""Deterministic seconds a tier may take before it is held at its best value."""

FEASIBILITY_BUDGET = 20.0

DAYS_TIER = "days"


@dataclass(frozen=True, slots=True)
class TierResult:
    """The value of one tier, the bound that was proven, and whether they are equal.

    Value and bound are None for a tier that was not reached.
    """

    name: str
    value: int | None
    bound: int | None
    proven: bool
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Solution:
    """The best week found: sets by exercise and day, and how far each tier was proven."""

    sets: Sets
    tiers: tuple[TierResult, ...]
    stopped_by: StoppedBy | None = None


class OutOfTime(Exception):  # noqa: N818 - read in sentences: raises OutOfTime
    """The time limit passed before any week was found or the problem was proven impossible."""


Progress = Callable[[str, int | None, int | None], None]
"""Called with the tier's name, the best value and the bound whenever one of them changes."""


def model_of(problem: Problem, rules: Collection[Constraint] = constraints.ALL) -> WeekModel:
    """Return the model of a problem with the given constraints posted."""
    week = WeekModel(problem)
    for constraint in rules:
        constraint.post(week)
    return week


def new_solver(seed: int = 0, budget: float = TIER_BUDGET) -> "cp_model.CpSolver":
    """Return a solver that gives the same answer every time."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = budget
    solver.parameters.linearization_level = 2
    solver.parameters.cp_model_presolve = False
    return solver


def is_possible(problem: Problem, rules: Collection[Constraint] = constraints.ALL) -> bool:
    """Return whether any week satisfies the rules, solved without an objective.

    Raises `OutOfTime` if that could not be decided.
    """
    from ortools.sat.python import cp_model

    if not problem.candidates or not any(problem.open_days()):
        return False
    solver = new_solver(budget=FEASIBILITY_BUDGET)
    status = solver.solve(model_of(problem, rules).model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return True
    if status == cp_model.INFEASIBLE:
        return False
    if status == cp_model.MODEL_INVALID:
        raise AssertionError("the model is invalid")
    raise OutOfTime


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    time_limit_s: float | None = None,
    tiers: int = len(TIERS),
    reduce: bool = True,
    progress: Progress | None = None,
) -> Solution | None:
    """Return the best week in all tiers, or None if there is none at all.

    A tier that uses up its deterministic budget is held at its best value and not proven.
    `time_limit_s` is a guard in wall-clock seconds for all tiers together. `reduce` leaves out
    what later tiers cannot use; it changes no value, only the time.
    """
    from ortools.sat.python import cp_model

    begin = time.monotonic()
    week = model_of(problem)
    held: list[tuple[Tier, int]] = []
    results: list[TierResult] = []
    sets: Sets = {}
    stopped: StoppedBy | None = None
    for tier in TIERS[:tiers]:
        if stopped is not None:
            results.append(TierResult(tier.name, None, None, proven=False))
            continue
        expression = tier.expression(week)
        week.model.minimize(expression)
        _hint(week, sets)
        solver = new_solver(seed)
        if time_limit_s is not None:
            left = time_limit_s - (time.monotonic() - begin)
            solver.parameters.max_time_in_seconds = max(left, 0.001)
        started = time.monotonic()
        status = solver.solve(week.model, _report(tier.name, progress) if progress else None)
        if status == cp_model.MODEL_INVALID:
            raise AssertionError(f"tier {tier.name}: {week.model.validate()}")
        if status == cp_model.INFEASIBLE:
            if results:
                raise AssertionError(f"tier {tier.name} lost the week of the tier before it")
            return None
        if status == cp_model.UNKNOWN:
            if not results:
                raise OutOfTime
            stopped = _stopped_by(begin, time_limit_s)
            results.append(TierResult(tier.name, None, None, proven=False))
            continue
        value = round(solver.objective_value)
        proven = status == cp_model.OPTIMAL
        bound = value if proven else round(solver.best_objective_bound)
        results.append(TierResult(tier.name, value, bound, proven, time.monotonic() - started))
        sets = _read(week, solver)
        if not proven and not _budget_spent(solver):
            stopped = _stopped_by(begin, time_limit_s)
        held.append((tier, value))
        if reduce and tier.name == DAYS_TIER:
            week = model_of(reduced(problem, sets, held))
            for earlier, limit in held:
                week.model.add(earlier.expression(week) <= limit)
        else:
            week.model.add(expression <= value)
    return Solution(sets, tuple(results), stopped)


def reduced(problem: Problem, sets: Sets, held: Iterable[tuple[Tier, int]]) -> Problem:
    """Return the problem without days and candidates that no best week can use any more.

    The value of the days tier belongs to one set of days only, so the other days are closed.
    A candidate whose penalty for its fewest sets exceeds the whole unsuitability is never used;
    one that prepares stays, because without it nothing would have to be prepared.
    """
    chosen = {day for _, day in sets}
    days = tuple(
        day if day.index in chosen else dataclasses.replace(day, seconds=0) for day in problem.days
    )
    limit = next(value for tier, value in held if tier.name == "unsuitability")
    candidates = tuple(
        c for c in problem.candidates if c.penalty * c.dose.sets[0] <= limit or c.exercise.prepares
    )
    return dataclasses.replace(problem, days=days, candidates=candidates)


def _stopped_by(begin: float, time_limit_s: float | None) -> StoppedBy:
    passed = time_limit_s is not None and time.monotonic() - begin >= 0.95 * time_limit_s
    return "time_limit" if passed else "interrupt"


def _budget_spent(solver: "cp_model.CpSolver") -> bool:
    return solver.response_proto.deterministic_time >= 0.99 * TIER_BUDGET


def _report(tier: str, progress: Progress) -> "cp_model.CpSolverSolutionCallback":
    from ortools.sat.python import cp_model

    class Report(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            progress(tier, round(self.objective_value), round(self.best_objective_bound))

    return Report()


def _read(week: WeekModel, solver: "cp_model.CpSolver") -> dict[tuple[str, int], int]:
    sets = {}
    for candidate in week.problem.candidates:
        for day in week.train:
            count = solver.value(week.weighted_sum(week.set_terms(candidate, day)))
            if count:
                sets[candidate.id, day] = count
    return sets


def _hint(week: WeekModel, sets: Sets) -> None:
    """Hint the best week so far, so that each tier starts from the one before it."""
    if not sets:
        return
    week.model.clear_hints()  # type: ignore[no-untyped-call]
    for (name, day), use in week.use.items():
        week.model.add_hint(use, (name, day) in sets)
    for (name, day, count), more in week.more.items():
        week.model.add_hint(more, sets.get((name, day), 0) >= count)
    names = {name for name, _ in sets}
    for name, used in week.used.items():
        week.model.add_hint(used, name in names)
