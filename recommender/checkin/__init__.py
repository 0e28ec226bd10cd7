"""Check-ins: what became of a week, and what that means for the next one."""

from recommender.checkin.effects import Effect, NextWeek, effects, next_week, orders_of
from recommender.checkin.flags import reopened
from recommender.checkin.interview import CheckInInterview
from recommender.checkin.reading import (
    answers_text,
    checkin_text,
    filled,
    orders_text,
    read_checkin,
    read_history,
)
from recommender.checkin.rules import Step, directions, steps
from recommender.checkin.trend import WeekFigures, trend
from recommender.checkin.weeks import planned_doses, weeks_up_to

__all__ = [
    "CheckInInterview",
    "Effect",
    "NextWeek",
    "Step",
    "WeekFigures",
    "answers_text",
    "checkin_text",
    "directions",
    "effects",
    "filled",
    "next_week",
    "orders_of",
    "orders_text",
    "planned_doses",
    "read_checkin",
    "read_history",
    "reopened",
    "steps",
    "trend",
    "weeks_up_to",
]
