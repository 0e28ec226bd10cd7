"""Builds the problem: days, candidates at their dose, targets, and what was left out and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from constraints.problem import DAYS_A_WEEK, BalanceMode, Day, Problem
from knowledge import Intake, Knowledge, Order
from knowledge.schema.exercise import REGIONS
from knowledge.schema.intake import WEEKDAYS, Softening, Weekday
from knowledge.schema.order import BalanceBand, Forbid, Require
from recommender.candidates import candidates_of, without_place
from recommender.conditions import NO_CLINICIANS, ActiveCondition, active_conditions
from recommender.eligibility import Judgement, judge_all, level_of
from recommender.orders import (
    Dropped,
    banded,
    orders_of_week,
    seconds_left,
    sized,
    stock_left,
)
from recommender.screening import newest_records, settled_until


@dataclass(frozen=True)
class Built:
    """A problem, the judgements it rests on, and what has to be said about them.

    `dropped` are the orders that do not hold in this week.
    """

    problem: Problem
    judgements: tuple[Judgement, ...]
    active: tuple[ActiveCondition, ...]
    excluded: tuple[Judgement, ...]
    dropped: tuple[Dropped, ...]
    warnings: tuple[str, ...]


def build(
    knowledge: Knowledge,
    intake: Intake,
    week_start: date,
    balance: BalanceMode = "article",
    clinicians: frozenset[str] = NO_CLINICIANS,
) -> Built:
    """Return the problem of one week. The balance rule is dropped if one side has no candidate.

    Its answers and its balance band are those that the orders in force leave.
    """
    active = active_conditions(knowledge, intake, week_start, clinicians)
    held, dropped = orders_of_week(intake, week_start)
    judgements = judge_all(knowledge, intake, active, held)
    orders, beaten, warnings = _not_beaten(knowledge, intake, judgements, held)
    free = days_of(intake, week_start, active)
    days = days_of(intake, week_start, active, orders)
    warnings += _week_warnings(intake, active, clinicians, week_start)
    allowed = [judgement for judgement in judgements if judgement.cause is None]
    excluded = [judgement for judgement in judgements if judgement.cause is not None]
    placed = []
    for judgement in allowed:
        blocked = without_place(knowledge, judgement, days, orders, free)
        if blocked is None:
            placed.append(judgement)
        else:
            excluded.append(blocked)
    candidates = candidates_of(knowledge, intake, placed)
    bands = [order for order in orders if isinstance(order, BalanceBand)]
    if bands and balance == "article":
        balance = "evidence"
        warnings.append(
            f"{bands[0].author} ordered a balance band, so the week is balanced in evidence mode: "
            "by credited sets, not by as many exercises and sets of both sides."
        )
    for side in ("abdominal", "lumbar"):
        if balance != "dropped" and not any(c.exercise.side == side for c in candidates):
            balance = "dropped"
            warnings.append(f"No {side} exercise is left, so the balance rule is dropped.")
    level = level_of(knowledge, intake)
    targets = knowledge.dosing.targets
    problem = Problem(
        knowledge=banded(knowledge, bands),
        intake=sized(intake, orders),
        week_start=week_start,
        level=level,
        days=days,
        candidates=candidates,
        targets={
            region: min(
                2 * targets.at_least[level][region] * targets.scale_percent[intake.goal][region]
                // 100,
                2 * targets.at_most[level][region],
            )
            for region in REGIONS
        },
        weights=targets.weight[intake.goal],
        balance=balance,
        orders=orders,
        clinicians=clinicians,
        sessions_at_most=_least(active, "sessions_at_most", DAYS_A_WEEK),
    )  # fmt: skip
    excluded.sort(key=lambda judgement: judgement.exercise.id)
    return Built(problem, judgements, active, tuple(excluded), (*dropped, *beaten), tuple(warnings))


def stop_signs(built: Built) -> tuple[str, ...]:
    """Return the signs to stop at: those for everybody, then those of the person's conditions."""
    signs = dict.fromkeys(built.problem.knowledge.screening.stop_signs)
    for one in built.active:
        signs.update(dict.fromkeys(one.condition.stop_signs))
    return tuple(signs)


def valid_until(built: Built) -> date:
    """Return the first date after the week on which a verdict changes or the answers are old."""
    problem = built.problem
    days_fresh = problem.knowledge.screening.answers_fresh_days
    dates = [one.changes_on for one in built.active if one.changes_on is not None]
    records = newest_records(problem.intake).values()
    dates += [settled_until(problem.knowledge, one) for one in records]
    after_week = problem.week_end + timedelta(days=1)
    weeks = [one.condition.week for one in built.active if one.condition.week is not None]
    fresh = [days_fresh, *(week.recheck_days for week in weeks if week.recheck_days is not None)]
    aged = problem.intake.answered_on + timedelta(days=min(fresh))
    return min([*dates, max(after_week, aged)])


def _least(
    active: Sequence[ActiveCondition],
    limit: Literal["sessions_at_most", "minutes_at_most"],
    otherwise: int,
) -> int:
    limits = (getattr(one.condition.week, limit) for one in active if one.condition.week)
    return min((one for one in limits if one is not None), default=otherwise)


def _week_warnings(
    intake: Intake,
    active: Sequence[ActiveCondition],
    clinicians: frozenset[str],
    week_start: date,
) -> Iterator[str]:
    """Yield what conditions make of the week, and decisions that do not count."""
    for one in active:
        week = one.condition.week
        if week is not None and week.minutes_at_most is not None:
            longest = max(answer.minutes for answer in intake.days.values())
            if longest > week.minutes_at_most:
                yield (
                    f"Sessions are kept to {week.minutes_at_most} minutes: {one.condition.name}."
                )
        if week is not None and week.sessions_at_most is not None:
            yield f"At most {week.sessions_at_most} sessions a week: {one.condition.name}."
    for _, sentence in uncounted(intake, active, clinicians, week_start):
        yield sentence


def uncounted(
    intake: Intake,
    active: Sequence[ActiveCondition],
    clinicians: frozenset[str],
    week_start: date,
) -> Iterator[tuple[Softening, str]]:
    """Yield the decisions of clinicians that do not count, and why not."""
    counted = [softening for one in active for softening in one.softenings.values()]
    held = {one.condition.answer or one.condition.id for one in active}
    for softening in intake.softenings:
        if softening in counted:
            continue
        what = f"The decision of {softening.by} on {softening.condition} does not count"
        if softening.by not in clinicians:
            yield softening, f"{what}: the settings of this clinic do not name {softening.by}."
        elif softening.condition not in held:
            yield softening, f"{what}: {softening.condition} does not hold in this week."
        elif not _covers_week(softening, week_start):
            days = f"from {softening.date} to {softening.until}"
            yield softening, f"{what} in this week: it holds {days}."
        else:
            yield softening, f"{what}: it is older than what it is about."


def _covers_week(softening: Softening, week_start: date) -> bool:
    last_day = week_start + timedelta(days=DAYS_A_WEEK - 1)
    return softening.date <= week_start and softening.until >= last_day


def days_of(
    intake: Intake,
    week_start: date,
    active: Sequence[ActiveCondition],
    orders: Sequence[Order] = (),
) -> tuple[Day, ...]:
    """Return the seven days, with what conditions and orders leave of minutes and equipment."""
    longest = _least(active, "minutes_at_most", 24 * 60)
    days = []
    for index in range(DAYS_A_WEEK):
        day = week_start + timedelta(days=index)
        weekday = WEEKDAYS[day.weekday()]
        answer = intake.days.get(weekday)
        place = intake.place_of(weekday)
        stock: Mapping[str, int] = {} if place is None else intake.places[place]
        seconds = 0 if answer is None else 60 * min(answer.minutes, longest)
        seconds = seconds_left(orders, weekday, seconds)
        stock = stock_left(orders, weekday, stock)
        days.append(Day(index, weekday, day, place, seconds, stock, _hours_awake(intake, weekday)))
    return tuple(days)


def _hours_awake(intake: Intake, weekday: Weekday) -> float | None:
    """Return the hours between getting up and training, or None if one of them is not known."""
    answer = intake.days.get(weekday)
    if answer is None or answer.at is None or intake.wakes_at is None:
        return None
    minutes = [60 * int(time[:2]) + int(time[3:]) for time in (answer.at, intake.wakes_at)]
    return (minutes[0] - minutes[1]) % (24 * 60) / 60


def _not_beaten(
    knowledge: Knowledge,
    intake: Intake,
    judgements: Sequence[Judgement],
    held: Sequence[Order],
) -> tuple[tuple[Order, ...], list[Dropped], list[str]]:
    """Return the wishes and orders that hold, orders that a rule beats, and what is said of wishes.

    A wish for an exercise is held like an order of the person.
    """
    orders: list[Order] = []
    warnings = []
    for name in intake.required:
        wish = Require(kind="require", exercise=name, author="you", reason="required")
        beaten = _beaten(judgements, wish)
        if beaten is None:
            orders.append(wish)
        else:
            named = knowledge.exercises[name].name
            warnings.append(f"Your wish for {named} was dropped: {beaten}")
    refused = {one.order: one for judgement in judgements for one in judgement.refused}
    dropped = []
    for order in held:
        beaten = _beaten(judgements, order)
        if beaten is not None:
            dropped.append(Dropped(order, f"A{beaten[1:]}"))
        elif order in refused:
            dropped.append(refused[order])
        else:
            orders.append(order)
    return tuple(orders), dropped, warnings


def _beaten(judgements: Sequence[Judgement], order: Order) -> str | None:
    """Return why nothing of what an order is about may be done, or None.

    What forbids needs no exercise, and a cap on more than one exercise finds others.
    """
    if isinstance(order, Forbid):
        return None
    if isinstance(order, Require) and order.family is not None:
        about = [one for one in judgements if one.exercise.family == order.family]
    else:
        name = getattr(order, "exercise", None)
        about = [one for one in judgements if one.exercise.id == name]
    if not about or any(one.cause not in ("clinical", "level") for one in about):
        return None
    return f"a safety rule beats it. {about[0].reason}"
