"""Builds the problem: days, candidates at their dose, targets, and what was left out and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from constraints.equipment import fits
from constraints.problem import DAYS_A_WEEK, BalanceMode, Candidate, Day, Problem
from knowledge import Dose, Exercise, Intake, Knowledge, Order, Region
from knowledge.schema.exercise import LEVELS, REGIONS
from knowledge.schema.intake import WEEKDAYS
from recommender.conditions import ActiveCondition, active_conditions
from recommender.eligibility import HOLDING_KINDS, Judgement, judge_all, level_of


@dataclass(frozen=True)
class Built:
    """A problem, the judgements it rests on, and what has to be said about them."""

    problem: Problem
    judgements: tuple[Judgement, ...]
    active: tuple[ActiveCondition, ...]
    excluded: tuple[Judgement, ...]
    warnings: tuple[str, ...]


def build(
    knowledge: Knowledge, intake: Intake, week_start: date, balance: BalanceMode = "article"
) -> Built:
    """Return the problem of one week. The balance rule is dropped if one side has no candidate."""
    active = active_conditions(knowledge, intake, week_start)
    judgements = judge_all(knowledge, intake, active)
    days = _days(intake, week_start)
    orders, warnings = _orders_in_force(knowledge, intake, judgements, week_start)
    allowed = [judgement for judgement in judgements if judgement.cause is None]
    excluded = [judgement for judgement in judgements if judgement.cause is not None]
    placed = []
    for judgement in allowed:
        blocked = _without_place(knowledge, judgement, days, orders)
        if blocked is None:
            placed.append(judgement)
        else:
            excluded.append(blocked)
    candidates = _candidates(knowledge, intake, placed)
    for side in ("abdominal", "lumbar"):
        if balance != "dropped" and not any(c.exercise.side == side for c in candidates):
            balance = "dropped"
            warnings.append(f"No {side} exercise is left, so the balance rule is dropped.")
    level = level_of(knowledge, intake)
    targets = knowledge.dosing.targets
    problem = Problem(
        knowledge=knowledge,
        intake=intake,
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
    )  # fmt: skip
    excluded.sort(key=lambda judgement: judgement.exercise.id)
    return Built(problem, judgements, active, tuple(excluded), tuple(warnings))


def valid_until(built: Built) -> date:
    """Return the first date after the week on which a verdict changes or the answers are old."""
    problem = built.problem
    fresh = timedelta(days=problem.knowledge.screening.answers_fresh_days)
    dates = [one.changes_on for one in built.active if one.changes_on is not None]
    after_week = problem.week_end + timedelta(days=1)
    return min([*dates, max(after_week, problem.intake.answered_on + fresh)])


def _days(intake: Intake, week_start: date) -> tuple[Day, ...]:
    days = []
    for index in range(DAYS_A_WEEK):
        day = week_start + timedelta(days=index)
        weekday = WEEKDAYS[day.weekday()]
        answer = intake.days.get(weekday)
        place = intake.place_of(weekday)
        stock: Mapping[str, int] = {} if place is None else intake.places[place]
        seconds = 0 if answer is None else 60 * answer.minutes
        days.append(Day(index, weekday, day, place, seconds, stock))
    return tuple(days)


def _orders_in_force(
    knowledge: Knowledge, intake: Intake, judgements: Sequence[Judgement], week_start: date
) -> tuple[tuple[Order, ...], list[str]]:
    """Return the orders that hold, and what is said about those that do not."""
    verdicts = {judgement.exercise.id: judgement for judgement in judgements}
    wishes = tuple(
        Order(kind="require", exercise=name, author="you", reason="required")
        for name in intake.required
    )
    orders, warnings = [], []
    for order in (*wishes, *intake.orders):
        name = knowledge.exercises[order.exercise].name
        what = f"The order by {order.author} ({order.kind.replace('_', ' ')} {name})"
        if order in wishes:
            what = f"Your wish for {name}"
        judgement = verdicts[order.exercise]
        if order.until is not None and order.until < week_start:
            warnings.append(f"{what} ended on {order.until} and was dropped.")
        elif order.kind != "forbid" and judgement.cause in ("clinical", "level"):
            warnings.append(f"{what} was dropped: a safety rule beats it. {judgement.reason}")
        else:
            orders.append(order)
    return tuple(orders), warnings


def _without_place(
    knowledge: Knowledge, judgement: Judgement, days: Sequence[Day], orders: Sequence[Order]
) -> Judgement | None:
    """Return why an allowed exercise has no day, or None if it has one."""
    exercise = judgement.exercise
    for order in orders:
        if order.kind == "forbid" and order.exercise == exercise.id and order.day is None:
            reason = f"{order.author} forbade it: {order.reason}"
            return replace(judgement, verdict="exclude", cause="order", rule="forbid",
                           reason=reason, sources=("person",))  # fmt: skip
    if any(day.seconds and fits(knowledge, exercise, day.equipment) for day in days):
        return None
    needs = [knowledge.equipment[piece].name for piece in exercise.equipment.all_of]
    options = [knowledge.equipment[piece].name for piece in exercise.equipment.any_of]
    text = " and ".join([*needs, " or ".join(options)] if options else needs)
    return replace(judgement, verdict="exclude", cause="equipment", rule="equipment",
                   reason=f"It needs: {text}.", sources=("person",))  # fmt: skip


def _candidates(
    knowledge: Knowledge, intake: Intake, judgements: Sequence[Judgement]
) -> tuple[Candidate, ...]:
    points = {j.exercise.id: _unsuitability(knowledge, intake, j, judgements) for j in judgements}
    best: dict[tuple[str, str], int] = {}
    for judgement in judgements:
        group = (judgement.exercise.block, judgement.exercise.side)
        own = points[judgement.exercise.id]
        best[group] = min(best.get(group, own), own)
    candidates = []
    for judgement in judgements:
        exercise, dose = judgement.exercise, judgement.dose
        effort = knowledge.dosing.effort
        candidates.append(
            Candidate(
                exercise=exercise,
                dose=dose,
                hard=exercise.kind in effort.hard_kinds and dose.effort >= effort.hard_from,
                long_hold_s=_long_hold_s(knowledge, exercise, dose),
                seconds=_durations(knowledge, exercise, dose),
                half_credits=_half_credits(exercise),
                cautions=judgement.cautions,
                penalty=points[exercise.id] - best[exercise.block, exercise.side],
            )
        )
    return tuple(candidates)


def _half_credits(exercise: Exercise) -> Mapping[Region, int]:
    return {region: round(2 * credit) for region, credit in exercise.credits.items()}


def _sides(exercise: Exercise) -> int:
    return 1 if exercise.dose.sides == "both" else 2


def _long_hold_s(knowledge: Knowledge, exercise: Exercise, dose: Dose) -> int:
    if exercise.kind not in HOLDING_KINDS - {"motor_control"} or dose.hold_s is None:
        return 0
    if dose.hold_s < knowledge.dosing.holds.long_from_s:
        return 0
    return dose.hold_s * dose.reps * _sides(exercise)


def _durations(knowledge: Knowledge, exercise: Exercise, dose: Dose) -> tuple[int, ...]:
    """Return the seconds of an item with 0, 1, ... sets, rounded up (see `session_time`)."""
    times = knowledge.dosing.times
    reps = dose.reps * _sides(exercise)
    work = reps * ((dose.tempo_s or 0) + (dose.hold_s or 0)) + (reps - 1) * dose.rest_between_reps_s
    if exercise.dose.sides == "each":
        work += times.side_change_s
    fixed = exercise.dose.setup_s + times.transition_s - dose.rest_s
    exact = (fixed + count * (work + dose.rest_s) for count in range(1, dose.sets[1] + 1))
    step = times.rounded_up_to_s
    return (0, *((seconds + step - 1) // step * step for seconds in exact))


def _leans(exercise: Exercise) -> bool:
    """Return whether all that an exercise needs is something to lean on or sit on."""
    pieces = {*exercise.equipment.all_of, *exercise.equipment.any_of}
    return bool(pieces) and pieces <= {"wall", "chair", "table"}


def _unsuitability(
    knowledge: Knowledge, intake: Intake, judgement: Judgement, among: Sequence[Judgement]
) -> int:
    """Return the penalty points of one set before the best of its side is set to 0."""
    weights = knowledge.dosing.suitability
    exercise = judgement.exercise
    reached = LEVELS[: LEVELS.index(level_of(knowledge, intake)) + 1]
    made_for = max(n for n, level in enumerate(reached) if getattr(exercise.dose, level))
    points = weights.easier_than_level * (len(reached) - 1 - made_for)
    if exercise.id in intake.disliked:
        points += weights.disliked
    if intake.liked and exercise.id not in intake.liked:
        points += weights.not_liked
    if not judgement.preferred and any(other.preferred for other in among):
        points += weights.not_preferred
    points += weights.spinal_load[exercise.spinal_load]
    able = not {"floor_transfer", "standing"}.intersection(intake.screening.cannot)
    if able and (exercise.position == "seated" or _leans(exercise)):
        points += weights.supported_when_able
    if any(
        other.exercise.family == exercise.family and other.exercise.step > exercise.step
        for other in among
    ):
        points += weights.harder_rung_at_hand[intake.goal]
    return points
