"""The rules of a week: one file a constraint, each with `post`, `check` and a sentence.

Adding a constraint is one file and one line of `ALL`.
"""

from collections.abc import Iterator
from typing import Protocol

from constraints import (
    balance,
    begun,
    border,
    eligibility,
    equipment,
    familiar,
    floor_transfers,
    growth,
    long_holds,
    morning,
    orders,
    patterns,
    recovery,
    repetition,
    rest_days,
    session_shape,
    session_time,
    setups,
    spinal_load,
    stacking,
    warm_up,
    weekly_volume,
)
from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel


class Constraint(Protocol):
    """What every module of the registry offers."""

    NAME: str
    SENTENCE: str

    def post(self, week: WeekModel) -> None:
        """Add the rule to the model."""

    def check(self, problem: Problem, schedule: Schedule) -> Iterator[Violation]:
        """Derive from the finished plan alone whether the rule is kept."""


ALL: tuple[Constraint, ...] = (
    eligibility,
    equipment,
    session_time,
    balance,
    rest_days,
    recovery,
    spinal_load,
    long_holds,
    weekly_volume,
    session_shape,
    floor_transfers,
    setups,
    warm_up,
    patterns,
    morning,
    repetition,
    orders,
    begun,
    stacking,
    growth,
    familiar,
    border,
)


def check_all(problem: Problem, schedule: Schedule) -> tuple[Violation, ...]:
    """Return every violation of every constraint; an empty tuple is a plan that holds."""
    return tuple(
        violation for constraint in ALL for violation in constraint.check(problem, schedule)
    )
