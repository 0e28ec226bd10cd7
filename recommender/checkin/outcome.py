"""Everything that follows from a check-in, in one go: screening, steps, orders and figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge import Intake, Knowledge, Order
from knowledge.schema.checkin import CheckIn
from recommender.checkin.effects import Effect, effects, orders_of
from recommender.checkin.facts import next_week
from recommender.checkin.flags import reopened
from recommender.checkin.rules import Step, steps
from recommender.checkin.trend import WeekFigures, trend
from recommender.checkin.weeks import DAYS, weeks_up_to
from recommender.conditions import NO_CLINICIANS, active_conditions
from recommender.plan import Plan
from recommender.screening import Screened, screen


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What follows from a check-in. Where the screening refers, there are no steps and no orders.

    `intake` are the answers with what was told since, `week_start` the first day of the next week,
    `orders` those for it.
    """

    intake: Intake
    week_start: date
    screened: Screened
    steps: tuple[Step, ...]
    effects: Mapping[str, Effect]
    orders: tuple[Order, ...]
    figures: tuple[WeekFigures, ...]


def follow_up(
    knowledge: Knowledge,
    intake: Intake,
    plan: Plan,
    past: Sequence[CheckIn],
    told: CheckIn | None,
    clinicians: frozenset[str] = NO_CLINICIANS,
    confirmed_by: str | None = None,
) -> FollowUp:
    """Return what follows from what was told of the plan's week; None is a missed check-in.

    `past` are the check-ins of the weeks before. The orders of the answers may be of earlier
    check-ins: what they limit goes on. Steps up are taken only if somebody confirms them.
    """
    checkins = (*past, *([told] if told is not None else []))
    week_start = plan.stamps.week_start + timedelta(days=DAYS)
    changed = reopened(knowledge, intake, checkins)
    screened = screen(knowledge, changed, week_start, clinicians)
    figures = trend(weeks_up_to(plan.stamps.week_start, checkins))
    if screened.flags:
        return FollowUp(changed, week_start, screened, (), {}, (), figures)
    active = active_conditions(knowledge, changed, week_start, clinicians)
    found = steps(knowledge, plan, checkins, {one.condition.id for one in active})
    author = str(told.answered_on) if told else f"{plan.stamps.week_start} (missed)"
    week = next_week(knowledge, intake, plan, checkins, author, confirmed_by)
    done = effects(week, found)
    orders = orders_of(week, done)
    return FollowUp(changed, week_start, screened, found, done, orders, figures)
