"""CP-SAT as it is used here: one thread, a fixed seed, budgets in deterministic time, one clock."""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NoReturn

import constraints
from constraints import Constraint
from constraints.problem import Problem
from constraints.week_model import WeekModel

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Sets = Mapping[tuple[str, int], int]
"""Sets of an exercise on a day: (exercise id, day index) -> number, only where it is done."""

StoppedBy = Literal["time_limit", "interrupt"]

Progress = Callable[[str, int | None, int | None], None]
"""Called with the tier's name, the best value and the bound whenever one of them changes."""

Post = Callable[[WeekModel], None]
"""Adds to a model what is asked of this week beside the constraints."""

BUDGET = 20.0
"""Deterministic seconds that one tier may take."""


@dataclass(frozen=True, slots=True)
class Step:
    """One try at a model: how long in deterministic seconds, and with what."""

    budget: float
    presolve: bool
    cuts: bool


STEPS = (
    Step(0.06, presolve=False, cuts=False),
    Step(3.0, presolve=True, cuts=False),
    Step(BUDGET, presolve=True, cuts=True),
)
"""Most models are solved before a presolve or cuts would pay; each step goes on from the last."""


def model_of(problem: Problem, rules: Collection[Constraint] = constraints.ALL) -> WeekModel:
    """Return the model of a problem with the given constraints posted."""
    week = WeekModel(problem)
    for constraint in rules:
        constraint.post(week)
    return week


def new_solver(seed: int = 0, budget: float = BUDGET) -> "cp_model.CpSolver":
    """Return a solver that gives the same answer every time."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = budget
    solver.parameters.linearization_level = 2
    solver.parameters.catch_sigint_signal = False  # it would leave Python without its own handler
    return solver


def run(
    solver: "cp_model.CpSolver",
    model: "cp_model.CpModel",
    callback: "cp_model.CpSolverSolutionCallback | None" = None,
) -> bool:
    """Solve, and return whether Ctrl-C ended it: then the solver holds the best week so far.

    A thread of its own does the work, because Python hears of Ctrl-C only between its own steps.
    """
    errors: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            solver.solve(model, callback)
        except BaseException as error:  # it is raised again where somebody can catch it
            errors.append(error)
        finally:
            done.set()

    threading.Thread(target=work, daemon=True).start()
    interrupted = False
    try:
        done.wait()
    except KeyboardInterrupt:
        interrupted = True
        while not done.wait(0.01):  # it may not have begun to search yet
            solver.stop_search()
    for error in errors:
        raise error
    return interrupted


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


class OutOfTime(Exception):  # noqa: N818 - read in sentences: raises OutOfTime
    """The time limit passed before any week was found or the problem was proven impossible."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one model: the best week found, if any, its value and the bound.

    `proven`: no better week exists, or none at all. `spent` is in deterministic seconds.
    """

    sets: Sets | None
    value: int | None
    bound: int | None
    proven: bool
    spent: float

    def then(self, later: "Attempt") -> "Attempt":
        """Return what is known after another try at the same model."""
        best = later if later.sets is not None or later.proven else self
        bounds = [one.bound for one in (self, later) if one.bound is not None]
        bound = best.bound if best.proven else max(bounds, default=None)
        return Attempt(best.sets, best.value, bound, best.proven, self.spent + later.spent)


@dataclass(slots=True)
class Solving:
    """The solves for one problem, under one clock, and the best week so far.

    `stopped_by` is set by the solve that was cut short. `hint` is a week to start from that may
    break rules.
    """

    seed: int = 0
    time_limit_s: float | None = None
    progress: Progress | None = None
    post: Post | None = None
    hint: Sets | None = None
    sets: Sets | None = None
    stopped_by: StoppedBy | None = None
    begin: float = field(default_factory=time.monotonic)

    def model(self, problem: Problem) -> WeekModel:
        """Return the model of a problem, with what is asked of this week beside the constraints."""
        week = model_of(problem)
        if self.post is not None:
            self.post(week)
        return week

    def keep(self, attempt: Attempt) -> bool:
        """Keep the week of an attempt; return whether it has one.

        Gives up if there is none yet and it is not proven that there can be none.
        """
        if attempt.sets is not None:
            self.sets = attempt.sets
            return True
        if self.sets is None and not attempt.proven:
            self.give_up()
        if self.sets is not None and attempt.proven:
            raise AssertionError("a tier lost the week of the tier before it")
        return False

    def give_up(self) -> NoReturn:
        """Raise `OutOfTime`, or `KeyboardInterrupt` if that is why no week was found."""
        raise KeyboardInterrupt if self.stopped_by == "interrupt" else OutOfTime

    def minimise(
        self,
        week: WeekModel,
        tier: str,
        expression: "cp_model.LinearExprT",
        budget: float = BUDGET,
    ) -> Attempt:
        """Return the best week of a model; the search starts from the best week so far."""
        week.model.minimize(expression)
        known = self.sets or self.hint
        if known and {day for _, day in known} == set(week.train):
            give_hint(week, known)
        best: Attempt | None = None
        for step in STEPS:
            left = budget - (best.spent if best else 0.0)
            attempt = self._solve(week, tier, step, min(step.budget, left))
            best = attempt if best is None else best.then(attempt)
            if best.proven or self.stopped_by or best.spent >= budget:
                break
            if best.sets:
                give_hint(week, best.sets)
        if best is None:
            raise AssertionError("there is no step")
        return best

    def _solve(self, week: WeekModel, tier: str, step: Step, budget: float) -> Attempt:
        from ortools.sat.python import cp_model

        solver = new_solver(self.seed, budget)
        solver.parameters.cp_model_presolve = step.presolve
        if not step.cuts:
            solver.parameters.cut_level = 0
        if self.time_limit_s is not None:
            left = self.time_limit_s - (time.monotonic() - self.begin)
            solver.parameters.max_time_in_seconds = max(left, 0.001)
        report = _report(tier, self.progress) if self.progress else None
        interrupted = run(solver, week.model, report)
        status = solver.response_proto.status
        if status == cp_model.MODEL_INVALID:
            raise AssertionError(f"tier {tier}: {week.model.validate()}")
        spent = solver.response_proto.deterministic_time
        proven = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        if interrupted:
            self.stopped_by = "interrupt"
        elif not proven and spent < 0.99 * budget and self.time_limit_s is not None:
            self.stopped_by = "time_limit"
        if status == cp_model.INFEASIBLE:
            return Attempt(None, None, None, proven, spent)
        bound = round(solver.best_objective_bound)
        if status == cp_model.UNKNOWN:
            return Attempt(None, None, bound, proven, spent)
        value = round(solver.objective_value)
        return Attempt(_read(week, solver), value, value if proven else bound, proven, spent)


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
            if solver.boolean_value(week.use[candidate.id, day]):
                fewest, most = candidate.dose.sets
                more = (week.more[candidate.id, day, k] for k in range(fewest + 1, most + 1))
                sets[candidate.id, day] = fewest + sum(map(solver.boolean_value, more))
    return sets


def give_hint(week: WeekModel, sets: Sets) -> None:
    """Hint a week that is known, so that the search starts from it."""
    week.model.clear_hints()  # type: ignore[no-untyped-call]
    for (name, day), use in week.use.items():
        week.model.add_hint(use, (name, day) in sets)
    for (name, day, count), more in week.more.items():
        week.model.add_hint(more, sets.get((name, day), 0) >= count)
    names = {name for name, _ in sets}
    for name, used in week.used.items():
        week.model.add_hint(used, name in names)
