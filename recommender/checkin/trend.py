"""What the check-ins show over the weeks, in figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.schema.checkin import CheckIn
from recommender.checkin.weeks import CheckedWeek


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """One week: sets done in per cent of those planned, and the strongest pains, 0 to 10.

    All are None where there was no check-in; the pains where nobody told them.
    """

    start: date
    done_percent: int | None
    pain: int | None
    pain_next_day: int | None


def trend(weeks: Sequence[CheckedWeek]) -> tuple[WeekFigures, ...]:
    """Return the figures of each week."""
    return tuple(_figures(week.start, week.checkin) for week in weeks)


def _figures(start: date, checkin: CheckIn | None) -> WeekFigures:
    if checkin is None:
        return WeekFigures(start, None, None, None)
    planned = sum(report.planned.sets for report in checkin.exercises if report.planned)
    done = sum(report.done for report in checkin.exercises if report.planned)
    return WeekFigures(
        start,
        100 * done // planned if planned else None,
        _highest(report.pain for report in checkin.exercises),
        _highest(report.pain_next_day for report in checkin.exercises),
    )


def _highest(pains: Iterable[int | None]) -> int | None:
    return max((pain for pain in pains if pain is not None), default=None)
