"""Whether a day suits an exercise: equipment, something to hold on to, hours since getting up."""

from typing import Protocol

from constraints.equipment import fits, fits_support
from constraints.problem import Day
from knowledge import Exercise, Knowledge


class Planned(Protocol):
    """An exercise with what rules ask for on top of it."""

    @property
    def exercise(self) -> Exercise:
        """The exercise."""

    @property
    def support(self) -> bool:
        """Whether a hand has to be on something steady."""

    @property
    def hours_since_waking(self) -> int:
        """The hours that have to pass since getting up."""


def suits(knowledge: Knowledge, planned: Planned, day: Day) -> bool:
    """Return whether a day has what the exercise needs, and is late enough for it."""
    supported = not planned.support or fits_support(knowledge, day.equipment)
    hours = day.hours_awake
    late = hours is None or hours >= planned.hours_since_waking
    return supported and late and fits(knowledge, planned.exercise, day.equipment)
