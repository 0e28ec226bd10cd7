"""A shortfall that no week can be below, known from the last plan without solving anything.

A new problem that only restricts the one of the last plan allows no week that the old one did not
allow. Then its best shortfall is at least the old one, if that was proven.
"""

from collections.abc import Sequence
from dataclasses import replace

from constraints.day_fit import suits
from constraints.problem import Candidate, Day, Problem
from knowledge import Intake, Knowledge
from recommender.build import build
from recommender.draft import Request, intake_stamp
from recommender.plan import Plan
from recommender.replan.begun import NOTHING_GONE


def answers_before(intake: Intake, plan: Plan) -> Intake | None:
    """Return the answers that the plan was made from, if these only have more orders at the end."""
    for count in range(len(intake.orders), -1, -1):
        before = intake.model_copy(update={"orders": intake.orders[:count]})
        if intake_stamp(before) == plan.stamps.intake:
            return before
    return None


def shortfall_at_least(
    knowledge: Knowledge, intake: Intake, plan: Plan, request: Request
) -> int:  # fmt: skip
    """Return the weighted half sets that every new week misses at least; 0 if nothing is known.

    The plan must not have been edited by hand. Days that have gone can loosen rules: then nothing
    is known.
    """
    stamps = plan.stamps
    first = plan.tiers[0] if plan.tiers else None
    before = answers_before(intake, plan)
    role = "clinician" if request.clinicians else "individual"
    known = (stamps.knowledge, stamps.role, stamps.options.balance, stamps.options.begun)
    if first is None or first.value is None or not first.proven or before is None:
        return 0
    if request.so_far != NOTHING_GONE or known != (knowledge.version, role, request.balance, None):
        return 0
    old = build(knowledge, before, stamps.week_start, request.balance, request.clinicians)
    new = build(knowledge, intake, request.week_start, request.balance, request.clinicians)
    return first.value if only_restricts(new.problem, old.problem) else 0


def only_restricts(new: Problem, old: Problem) -> bool:
    """Return whether every week of the new problem is one of the old, and misses as much there.

    It may say no where that is so. A session must begin with a warm-up that prepares where there is
    one, so that the loss of the last one allows more: then the answer is no.
    """
    varying = replace(
        new,
        intake=old.intake,
        week_start=old.week_start,
        days=old.days,
        candidates=old.candidates,
        orders=old.orders,
        sessions_at_most=old.sessions_at_most,
    )
    weekdays = [[day.weekday for day in one.days] for one in (new, old)]
    same = varying == old and weekdays[0] == weekdays[1]
    return same and _wishes_restrict(new, old) and _days_restrict(new, old)


def _wishes_restrict(new: Problem, old: Problem) -> bool:
    mine, its = new.intake, old.intake
    left = list(new.orders)
    for order in old.orders:
        if order not in left:
            return False
        left.remove(order)
    return (
        mine.sessions.at_least >= its.sessions.at_least
        and mine.sessions.at_most <= its.sessions.at_most
        and new.sessions_at_most <= old.sessions_at_most
        and mine.rest_days_between_hard_lumbar >= its.rest_days_between_hard_lumbar
        and mine.exercises_per_session <= its.exercises_per_session
        and set(mine.banned) >= set(its.banned)
    )


def _days_restrict(new: Problem, old: Problem) -> bool:
    before = {candidate.id: _of_week(candidate) for candidate in old.candidates}
    if any(before.get(one.id) != _of_week(one) for one in new.candidates):
        return False
    for mine, its in zip(new.days, old.days, strict=True):
        if mine.seconds > its.seconds:
            return False
        if not mine.seconds:
            continue
        here, there = _suiting(new, mine), _suiting(old, its)
        if not {one.id for one in here} <= {one.id for one in there}:
            return False
        if _prepared(here) != _prepared(there):
            return False
    return True


def _of_week(candidate: Candidate) -> Candidate:
    """Return the candidate without what is only printed or scored."""
    return replace(candidate, cautions=(), cues=(), penalty=0)


def _suiting(problem: Problem, day: Day) -> list[Candidate]:
    return [one for one in problem.candidates if suits(problem.knowledge, one, day)]


def _prepared(candidates: Sequence[Candidate]) -> set[str]:
    return {pattern for candidate in candidates for pattern in candidate.exercise.prepares}
