"""The sets of training days that a week may have, and which of them can stand in for others.

A set covers another if every week on the other could be done on it, day for day: then its best
shortfall and unsuitability are no worse, and the other need not be solved. That holds for a
one-to-one map of the days where each day has at least the time of the one that it stands in for,
suits all exercises that the other suits and no other warm-up that prepares (the session would have
to begin with it), and where no two days come closer together than they were, as far as a
constraint between days looks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from constraints.day_fit import suits
from constraints.problem import DAYS_A_WEEK, Candidate, Day, Problem

DaySet = tuple[int, ...]
"""The indices of the training days, in order."""


@dataclass(frozen=True, slots=True)
class DaySets:
    """All sets of training days within the limits of the week, and what compares them.

    `fits[d]` are the candidates that day d suits, `prepares[d]` those of them that prepare for
    others. Days in `ordered` are named by an order; once a week has begun, or right after another
    one, all are told apart. Days closer than `reach` bear on each other.
    """

    every: tuple[DaySet, ...]
    seconds: dict[int, int]
    fits: dict[int, frozenset[str]]
    prepares: dict[int, frozenset[str]]
    ordered: frozenset[int]
    reach: int

    def time(self, days: DaySet) -> int:
        """Return the seconds that these days have together."""
        return sum(self.seconds[day] for day in days)

    def covers(self, one: DaySet, other: DaySet) -> bool:
        """Return whether every week on `other` could be done on `one`."""
        return len(one) == len(other) and self._covers(one, other, ())

    def _covers(self, one: DaySet, other: DaySet, stand_ins: DaySet) -> bool:
        """Return whether days of `one` can stand in for those of `other` after the first few."""
        if len(stand_ins) == len(other):
            return True
        place = len(stand_ins)
        return any(
            self._covers(one, other, (*stand_ins, day))
            for day in one
            if day not in stand_ins
            and self._stands_in(day, other[place])
            and all(
                _apart(day, earlier) >= min(_apart(other[place], other[index]), self.reach)
                for index, earlier in enumerate(stand_ins)
            )
        )

    def _stands_in(self, day: int, other: int) -> bool:
        if day == other:
            return True
        return (
            not {day, other} & self.ordered
            and self.seconds[day] >= self.seconds[other]
            and self.fits[day] >= self.fits[other]
            and self.prepares[day] == self.prepares[other]
        )


def day_sets(problem: Problem) -> DaySets:
    """Return every set of days that the limits of the week allow."""
    days = {day.index: day for day in problem.open_days()}
    named = {order.day for order in problem.orders}
    preparing = frozenset(c.id for c in problem.candidates if c.exercise.prepares)
    fits = {index: _fitting(problem, day) for index, day in days.items()}
    far = problem.intake.rest_days_between_hard_lumbar + 1
    done = problem.begun.done.keys() if problem.begun else frozenset[int]()
    follows = problem.before is not None and any(problem.before.schedule.days)
    return DaySets(
        every=tuple(chosen for chosen in _allowed(problem, tuple(days)) if done <= set(chosen)),
        seconds={index: day.seconds for index, day in days.items()},
        fits=fits,
        prepares={index: names & preparing for index, names in fits.items()},
        ordered=frozenset(
            index for index, day in days.items() if problem.begun or follows or day.weekday in named
        ),
        reach=far if any(_bears_on_other_days(c) for c in problem.candidates) else 0,
    )


def _allowed(problem: Problem, days: Sequence[int]) -> Iterator[DaySet]:
    """Yield the sets of days that keep the rest days and the number of sessions."""
    limits = problem.knowledge.dosing.week
    wanted = problem.intake.sessions
    most = min(
        wanted.at_most, problem.sessions_at_most, DAYS_A_WEEK - limits.rest_days_at_least, len(days)
    )
    run = limits.training_days_in_a_row
    for number in range(wanted.at_least, most + 1):
        for chosen in combinations(days, number):
            runs = ([(first + i) % DAYS_A_WEEK for i in range(run + 1)] for first in chosen)
            if run >= DAYS_A_WEEK or not any(set(one) <= set(chosen) for one in runs):
                yield chosen


def _fitting(problem: Problem, day: Day) -> frozenset[str]:
    return frozenset(c.id for c in problem.candidates if suits(problem.knowledge, c, day))


def _bears_on_other_days(candidate: Candidate) -> bool:
    """Return whether recovery or the load on the spine ties an exercise to what other days hold."""
    return candidate.hard or candidate.exercise.spinal_load == "very_high"


def _apart(one: int, other: int) -> int:
    """Return how many days lie between the beginnings of two days, on the cycle of the week."""
    return min((one - other) % DAYS_A_WEEK, (other - one) % DAYS_A_WEEK)
