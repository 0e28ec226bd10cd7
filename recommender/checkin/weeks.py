"""The weeks up to that of a plan, with their check-ins: a week without one is a missed week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.schema.checkin import CheckIn, ExerciseReport, PlannedDose
from recommender.plan import Plan

DAYS = 7


@dataclass(frozen=True, slots=True)
class CheckedWeek:
    """One week and its check-in; None if there was none."""

    start: date
    checkin: CheckIn | None

    @property
    def is_missed(self) -> bool:
        """Whether nothing was done, or nothing told."""
        return self.checkin is None or self.checkin.is_missed

    def report(self, exercise: str) -> ExerciseReport | None:
        """Return what was told of an exercise in this week, or None."""
        return self.checkin.report(exercise) if self.checkin else None


def weeks_up_to(last: date, checkins: Iterable[CheckIn]) -> tuple[CheckedWeek, ...]:
    """Return every week from the first check-in to the one that begins on `last`, oldest first.

    Weeks are counted back from `last`; of two check-ins in one week the later one counts.
    """
    told = {weeks_before(last, one.week_start): one for one in sorted(checkins, key=_when)}
    first = max([0, *told])
    return tuple(
        CheckedWeek(last - timedelta(days=DAYS * back), told.get(back))
        for back in range(first, -1, -1)
    )


def weeks_before(last: date, start: date) -> int:
    """Return how many weeks before `last` the week of `start` is; 0 is the same week."""
    return -((start - last).days // DAYS)


def _when(checkin: CheckIn) -> tuple[date, date]:
    return checkin.answered_on, checkin.week_start


def planned_doses(plan: Plan) -> dict[str, PlannedDose]:
    """Return the dose of each exercise of a plan with the sets of its whole week, in its order."""
    sets: dict[str, int] = {}
    items = [item for day in plan.days for item in day.items]
    for item in items:
        sets[item.exercise] = sets.get(item.exercise, 0) + item.sets
    return {
        item.exercise: PlannedDose(
            sets=sets[item.exercise],
            reps=item.reps,
            hold_s=item.hold_s,
            load=item.load,
            effort=item.effort,
        )
        for item in items
    }


def last_weeks(weeks: Sequence[CheckedWeek], count: int) -> Sequence[CheckedWeek] | None:
    """Return the last `count` weeks, or None if there are not so many."""
    return weeks[-count:] if len(weeks) >= count else None
