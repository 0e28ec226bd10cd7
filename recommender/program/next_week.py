"""One week of a program: the best one given the weeks before, judged at its own dates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from constraints.problem import Problem
from knowledge import Intake, Knowledge, Order
from knowledge.schema.exercise import Region
from knowledge.schema.order import FixDose, Forbid
from knowledge.schema.program import Lever
from recommender.build import Built, build
from recommender.draft import Draft
from recommender.eligibility import Judgement
from recommender.plan import Plan
from recommender.program.asked import asked_for
from recommender.program.history import History
from recommender.program.limits import held_targets, limits_of, short_of, targets_of
from recommender.program.model import Step, WeekKind
from recommender.program.over_border import solve_after
from recommender.program.phases import PhaseWeek
from recommender.program.progression import Moves, moves
from recommender.program.week_orders import AUTHOR, week_orders
from recommender.recommend import Request, checked, recommend
from recommender.screening import Screened, screen
from recommender.solve import LastWeek, Progress


@dataclass(frozen=True, slots=True)
class WeekTask:
    """What the next week is made of. `request` has its first day; `history` is None for week 1."""

    knowledge: Knowledge
    intake: Intake
    request: Request
    week: PhaseWeek
    history: History | None
    steps: Mapping[str, Step] = field(default_factory=dict)
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class PlannedWeek:
    """The plan of a week, the moves that led to it, and which kind of week it became.

    `stilled` are the names of the conditions under which nothing is raised.
    """

    plan: Plan
    moves: Moves
    kind: WeekKind = "steps"
    stilled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to plan a week; they are tried from what is wanted to what asks least."""

    moves: Moves
    kind: WeekKind = "steps"


def next_week(task: WeekTask) -> PlannedWeek | None:
    """Return the planned week, which may be referred or impossible.

    None means that there are weeks, but none that the steps of a program lead to. Raises
    `CheckFailed` if the independent check finds a violation.
    """
    request = task.request
    screened = screen(task.knowledge, task.intake, request.week_start, request.clinicians)
    base = _build(task, ())
    if screened.outcome != "clear" or base.problem.balance == "dropped":
        plan = recommend(task.knowledge, task.intake, request)
        if plan.status in ("referred", "impossible"):
            return PlannedWeek(plan, Moves({}))
    candidates = {candidate.id for candidate in base.problem.candidates}
    allowed = {j.exercise.id: j for j in base.judgements if j.exercise.id in candidates}
    ids = task.knowledge.program.still.conditions
    stilled = tuple(one.condition.name for one in base.active if one.condition.id in ids)
    for way in _ways(task, base.problem, allowed, raises=not stilled):
        found = _try(task, screened, base, allowed, way)
        if found is not None:
            return PlannedWeek(found, way.moves, way.kind, stilled)
    plan = recommend(task.knowledge, task.intake, request)
    if plan.status in ("referred", "impossible"):
        return PlannedWeek(plan, Moves({}))
    if task.history is None:
        return PlannedWeek(plan, Moves({}), "full_dose")
    return None


def _ways(
    task: WeekTask, problem: Problem, allowed: Mapping[str, Judgement], *, raises: bool
) -> Iterator[_Way]:
    """Yield the ways to plan the week; without `raises` a condition forbids all steps up."""
    history, levers = task.history, task.week.phase.levers
    if history is None:
        yield _Way(Moves({}))
        return
    short = short_of(targets_of(problem, task.week), history.full)
    asked = asked_for(problem.orders)

    def moved(levers: tuple[Lever, ...]) -> Moves:
        return moves(task.knowledge, levers, history, allowed, short, asked, task.steps)

    if task.week.light:
        yield _Way(moved(()), "light")
    elif raises:
        wanted = moved(levers)
        yield _Way(wanted)
        if wanted.climbs:
            yield _Way(moved(tuple(lever for lever in levers if lever != "ladder")))
    yield _Way(moved(()), "still")
    yield _Way(moved(()), "changed")


def _try(
    task: WeekTask,
    screened: Screened,
    base: Built,
    allowed: Mapping[str, Judgement],
    way: _Way,
) -> Plan | None:
    """Return the checked plan of one way, or None if there is no such week."""
    orders: tuple[Order, ...] = tuple(
        Forbid(kind="forbid", exercise=name, author=AUTHOR, reason="the check-in says so.")
        for name, step in task.steps.items()
        if step == "out" and name in allowed
    )
    asked = asked_for(base.problem.orders)
    orders += tuple(week_orders(task.knowledge, asked, allowed, task.history, way.moves,
                                light=way.kind == "light"))  # fmt: skip
    built = _build(task, orders)
    refused = {
        one.order.exercise
        for one in built.dropped
        if isinstance(one.order, FixDose) and one.order in orders
    }
    if refused:  # what could only be done with more than the next step is left out
        orders += tuple(
            Forbid(
                kind="forbid", exercise=name, author=AUTHOR, reason="its next step does not fit."
            )
            for name in sorted(refused)
        )
        built = _build(task, orders)
    if built.problem.balance != base.problem.balance:
        return None  # the program itself would take a whole side away
    problem, last = _in_program(task, built.problem, way)
    solution = solve_after(problem, last, task.request.seed, task.progress)
    if solution is None:
        return None
    draft = Draft(task.knowledge, task.intake, task.request)
    schedule = checked(problem, solution.sets)
    return draft.week(screened, replace(built, problem=problem), solution, schedule)


def _in_program(task: WeekTask, problem: Problem, way: _Way) -> tuple[Problem, LastWeek | None]:
    """Return the problem with the targets of its phase and what it owes to the weeks before."""
    knowledge, history = task.knowledge, task.history
    targets: Mapping[Region, int] = targets_of(problem, task.week)
    if history is None:
        return replace(problem, targets=targets), None
    targets = held_targets(targets, knowledge, history.full, way.kind)
    before = limits_of(knowledge, history, way.moves, way.kind)
    problem = replace(problem, targets=targets, before=before)
    return problem, _last_week(problem, history.full, way.moves)


def _build(task: WeekTask, orders: tuple[Order, ...]) -> Built:
    intake = task.intake.model_copy(update={"orders": (*task.intake.orders, *orders)})
    request = task.request
    return build(task.knowledge, intake, request.week_start, request.balance, request.clinicians)


def _last_week(problem: Problem, full: Plan, moves: Moves) -> LastWeek:
    """Return the last full week as the one to be kept, with each new rung in its place.

    Doses that the program itself moves are no change, and no more sets are kept than are allowed.
    """
    most = {candidate.id: candidate.dose.sets[1] for candidate in problem.candidates}
    sets = {}
    for day in full.days:
        index = (day.date - full.stamps.week_start).days
        for item in day.items:
            name = moves.climbs.get(item.exercise, item.exercise)
            sets[name, index] = min(item.sets, most.get(name, item.sets))
    return LastWeek(sets)
