"""The one way through: intake, screening, problem, solve, independent check, plan."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from constraints import check_all
from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from knowledge import Intake, Knowledge
from recommender.build import Built, build
from recommender.decode import decode
from recommender.draft import Draft, Request
from recommender.impossible import explain_impossible
from recommender.last_week import last_week_of
from recommender.plan import Plan
from recommender.replan.begun import NOTHING_GONE, nothing_left, ways_on
from recommender.screening import Flag, screen
from recommender.solve import Progress, Sets, solve

__all__ = ["CheckFailed", "Request", "checked", "next_monday", "recommend", "week_for"]


class CheckFailed(Exception):  # noqa: N818 - read in sentences: raises CheckFailed
    """The solver's week broke a rule: a bug, and never a plan."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        """Keep what the checkers found."""
        self.violations = tuple(violations)
        super().__init__("\n".join(f"{v.constraint}: {v.sentence}" for v in violations))


def next_monday(today: date) -> date:
    """Return the first Monday after `today`."""
    return today + timedelta(days=7 - today.weekday())


def week_for(intake: Intake, today: date, week_start: date | None = None) -> date:
    """Return the week to plan: the one asked for, the intake's, or the next one."""
    return week_start or intake.week_start or next_monday(today)


def recommend(
    knowledge: Knowledge, intake: Intake, request: Request, progress: Progress | None = None
) -> Plan:
    """Return a checked plan, or one that says referred or impossible and why.

    Raises `CheckFailed` if the independent check finds a violation, and `OutOfTime` if the time
    limit passed before any week was found.
    """
    draft = Draft(knowledge, intake, request)
    screened = screen(knowledge, intake, request.week_start, request.clinicians)
    if screened.outcome != "clear":
        return draft.referred(screened)
    built = build(knowledge, intake, request.week_start, request.balance, request.clinicians)
    waiting = _side_that_waits(built)
    if waiting is not None:
        return draft.referred(replace(screened, outcome="doctor", flags=(waiting,)))
    solution, ways = None, list(_ways_on(built, request))
    for built in ways:
        last = last_week_of(built.problem, request.last) if request.last else None
        solution = solve(
            built.problem,
            seed=request.seed,
            time_limit_s=request.time_limit_s,
            progress=progress,
            last=last,
            shortfall_at_least=request.shortfall_at_least,
        )
        if solution is not None:
            break
    if solution is None and request.so_far != NOTHING_GONE:
        return draft.impossible(screened, ways[0], (nothing_left(request.so_far),), ())
    if solution is None:
        clashes, repairs = explain_impossible(
            knowledge, intake, request.week_start, request.balance, request.clinicians
        )
        if not clashes:
            nothing = (_nothing_left(knowledge),)
            return draft.referred(replace(screened, outcome="doctor", flags=nothing))
        return draft.impossible(screened, built, clashes, repairs)
    return draft.week(screened, built, solution, checked(built.problem, solution.sets))


def _ways_on(built: Built, request: Request) -> Iterator[Built]:
    if request.last is None:
        return iter((built,))
    return ways_on(built, request.last, request.so_far)


def checked(problem: Problem, sets: Sets) -> Schedule:
    """Return the schedule of a solved week; raise `CheckFailed` if it breaks a rule."""
    schedule = decode(problem, sets)
    violations = check_all(problem, schedule)
    if violations:
        raise CheckFailed(violations)
    return schedule


def _side_that_waits(built: Built) -> Flag | None:
    """Return a flag if one side has nothing left only because a doctor's word is missing.

    Then the answer is to ask for it, not a week of the other side alone.
    """
    for side in ("abdominal", "lumbar"):
        of_side = [j for j in built.judgements if j.exercise.side == side]
        if any(j.cause is None or j.cause == "banned" for j in of_side):
            continue
        waiting = [j for j in of_side if j.verdict == "clearance"]
        if waiting:
            where = built.problem.knowledge.screening.where_to_go["doctor"]
            reason = f"Every {side} exercise for you needs a doctor's word first. "
            return Flag(f"no_{side}_without_clearance", reason + waiting[0].reason, "doctor", where,
                        waiting[0].sources, clearance_opens=True)  # fmt: skip
    return None


def _nothing_left(knowledge: Knowledge) -> Flag:
    reason = "With your answers no safe week is left, whatever the days, minutes and equipment."
    where = knowledge.screening.where_to_go["doctor"]
    return Flag("nothing_left", reason, "doctor", where, knowledge.screening.sources)
