"""Equal problems are solved once: what the solver sees of a person, and its week for another.

The solver sees candidates, days, targets and limits, and not who the person is, how old, or by
which rule an exercise was left out. `seen_by_solver` is that part; people in whom it is equal get
the same sets on the same days. Each still gets a plan of their own, written and checked from their
own answers.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from constraints.problem import Problem
from knowledge import Intake
from recommender.plan import Plan
from recommender.solve import Solution, TierResult

SEEN_ANSWERS = frozenset(
    {"sessions", "rest_days_between_hard_lumbar", "exercises_per_session", "variety"}
)
_NO_WORDS: Mapping[str, Any] = {"author": "", "reason": "", "since": None, "until": None}


@dataclass(frozen=True, slots=True)
class Week:
    """A solved week without its person: sets by exercise and day index, and the tiers."""

    sets: tuple[tuple[str, int, int], ...]
    tiers: tuple[TierResult, ...]

    def solution(self) -> Solution:
        """Return it as the solver does."""
        return Solution({(name, day): sets for name, day, sets in self.sets}, self.tiers)


def seen_by_solver(problem: Problem) -> Problem:
    """Return the problem without what is only printed or checked.

    Reading another answer of its intake fails, so that the key cannot miss one.
    """
    answers = {name: getattr(problem.intake, name) for name in SEEN_ANSWERS}
    banned = set(problem.intake.banned)
    answers["banned"] = tuple(c.id for c in problem.candidates if c.id in banned)
    return replace(
        problem,
        intake=Intake.model_construct(_fields_set=None, **answers),
        days=tuple(replace(day, place=None) for day in problem.days),
        candidates=tuple(replace(c, cautions=(), cues=()) for c in problem.candidates),
        orders=tuple(order.model_copy(update=_NO_WORDS) for order in problem.orders),
        clinicians=frozenset(),
    )


def shared_key(problem: Problem, seed: int) -> str | None:
    """Return a key that is equal only for problems with the same week; None: do not share.

    A side without candidates may wait for a doctor, which is no matter of the solver.
    """
    if problem.balance == "dropped" or problem.begun is not None or problem.before is not None:
        return None
    seen = seen_by_solver(problem)
    parts = (
        seed,
        seen.knowledge.version,
        seen.knowledge.dosing.balance,
        [(name, getattr(seen.intake, name)) for name in sorted((*SEEN_ANSWERS, "banned"))],
        seen.week_start,
        seen.level,
        [
            (day.index, day.date, day.seconds, sorted(day.equipment.items()), day.hours_awake)
            for day in seen.days
        ],
        [
            (
                c.id, c.dose, c.hard, c.long_hold_s, c.seconds, sorted(c.half_credits.items()),
                c.support, c.hours_since_waking, c.penalty,
            )
            for c in seen.candidates
        ],
        sorted(seen.targets.items()),
        sorted(seen.weights.items()),
        seen.balance,
        seen.orders,
        seen.sessions_at_most,
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def week_of(plan: Plan) -> Week | None:
    """Return the week of a plan for others with an equal problem, None if there is none."""
    if not plan.days or plan.stopped_by is not None:
        return None
    sets = tuple(
        (item.exercise, (day.date - plan.stamps.week_start).days, item.sets)
        for day in plan.days
        for item in day.items
    )
    tiers = (TierResult(one.name, one.value, one.bound, one.proven) for one in plan.tiers)
    return Week(sets, tuple(tiers))
