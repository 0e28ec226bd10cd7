"""Check-ins: what became of a week, and what that means for the next one."""

from recommender.checkin.effects import Effect, effects, orders_of
from recommender.checkin.facts import NextWeek, next_week
from recommender.checkin.flags import reopened
from recommender.checkin.interview import CheckInInterview
from recommender.checkin.outcome import FollowUp, follow_up
from recommender.checkin.reading import filled, read_checkin, read_history
from recommender.checkin.rules import Step, directions, steps
from recommender.checkin.trend import WeekFigures, trend
from recommender.checkin.weeks import planned_doses, weeks_up_to
from recommender.checkin.writing import answers_text, checkin_text, orders_text

__all__ = [
    "CheckInInterview",
    "Effect",
    "FollowUp",
    "NextWeek",
    "Step",
    "WeekFigures",
    "answers_text",
    "checkin_text",
    "directions",
    "effects",
    "filled",
    "follow_up",
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
