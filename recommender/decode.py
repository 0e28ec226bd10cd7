"""Turns the sets that the solver chose into a schedule and into the days of a plan."""

from collections.abc import Mapping
from typing import Literal

from constraints.problem import DAYS_A_WEEK, Candidate, Day, Problem
from constraints.schedule import Item, Schedule
from constraints.session_shape import order_key
from knowledge import Exercise, Order
from knowledge.schema.exercise import REGIONS, Region, Side
from knowledge.schema.order import Lock, Require
from recommender.plan import PlanBalance, PlanDay, PlanItem, SideFigures, Totals
from recommender.solve import Sets


def decode(problem: Problem, sets: Sets) -> Schedule:
    """Return the schedule of a solution, every session in its order."""
    days = []
    for index in range(DAYS_A_WEEK):
        chosen = [c for c in problem.candidates if (c.id, index) in sets]
        chosen.sort(key=lambda candidate: order_key(candidate.exercise))
        days.append(tuple(_item(candidate, sets[candidate.id, index]) for candidate in chosen))
    return Schedule(tuple(days))


def _item(candidate: Candidate, sets: int) -> Item:
    exercise, dose = candidate.exercise, candidate.dose
    return Item(
        exercise=exercise.id,
        block=exercise.block,
        side=exercise.side,
        sets=sets,
        reps=dose.reps,
        tempo_s=dose.tempo_s,
        hold_s=dose.hold_s,
        rest_between_reps_s=dose.rest_between_reps_s,
        rest_s=dose.rest_s,
        sides=exercise.dose.sides,
        load=dose.load,
        effort=dose.effort,
        hard=candidate.hard,
        seconds=candidate.seconds[sets],
        cautions=candidate.cautions,
        cues=candidate.cues,
    )


def plan_days(problem: Problem, schedule: Schedule) -> tuple[PlanDay, ...]:
    """Return the training days of a schedule in full, for people."""
    totals = totals_of(problem, schedule)
    days = []
    for day, items in zip(problem.days, schedule.days, strict=True):
        if not items or day.place is None:
            continue
        seconds = sum(item.seconds for item in items)
        if any(problem.knowledge.exercises[item.exercise].on_floor for item in items):
            seconds += 2 * problem.knowledge.dosing.times.floor_transfer_s
        days.append(
            PlanDay(
                day=day.weekday,
                date=day.date,
                place=day.place,
                minutes_available=day.seconds // 60,
                minutes=seconds / 60,
                items=tuple(_plan_item(problem, day, item, totals) for item in items),
            )
        )
    return tuple(days)


def _plan_item(problem: Problem, day: Day, item: Item, totals: Totals) -> PlanItem:
    candidate = next(c for c in problem.candidates if c.id == item.exercise)
    exercise = candidate.exercise
    needs = dict(exercise.equipment.all_of)
    for piece, count in exercise.equipment.any_of.items():
        if day.equipment.get(piece, 0) >= count:
            needs[piece] = count
            break
    else:
        needs.update(dict(list(exercise.equipment.any_of.items())[:1]))
    return PlanItem(
        exercise=item.exercise,
        name=exercise.name,
        block=item.block,
        sets=item.sets,
        reps=item.reps,
        hold_s=item.hold_s,
        tempo_s=item.tempo_s,
        rest_between_reps_s=item.rest_between_reps_s,
        sides=item.sides,
        rest_s=item.rest_s,
        load=item.load,
        load_hint=candidate.dose.load_hint,
        effort=item.effort,
        seconds=item.seconds,
        equipment=needs,
        side=exercise.side,
        regions=dict(exercise.credits),
        hard=item.hard,
        cues=item.cues,
        cautions=item.cautions,
        why=_why(problem, candidate, item, totals),
        verified=exercise.verified,
    )


def _why(problem: Problem, candidate: Candidate, item: Item, totals: Totals) -> str:
    """Say what the item is for, in figures of this week."""
    if any(_asks_for(order, candidate.exercise) for order in problem.orders):
        return "Asked for by you or in an order."
    if item.block == "warm_up":
        return "Warms you up for the work that follows."
    parts = []
    for region, credit in candidate.exercise.credits.items():
        target = problem.targets[region] / 2
        if target:
            parts.append(
                f"{credit * item.sets:g} of {totals.sets[region]:g} {region} sets this week "
                f"(target {target:g})"
            )
    if parts:
        return f"Gives {', '.join(parts)}."
    return "Brings you down calmly."


def _asks_for(order: Order, exercise: Exercise) -> bool:
    if isinstance(order, Require) and order.family is not None:
        return order.family == exercise.family
    return isinstance(order, Require | Lock) and order.exercise == exercise.id


def totals_of(problem: Problem, schedule: Schedule) -> Totals:
    """Return different exercises and credited sets by region."""
    names: dict[Region, set[str]] = {region: set() for region in REGIONS}
    sets: dict[Region, float] = dict.fromkeys(REGIONS, 0.0)
    for item in (item for items in schedule.days for item in items):
        for region, credit in problem.knowledge.exercises[item.exercise].credits.items():
            names[region].add(item.exercise)
            sets[region] += credit * item.sets
    return Totals(exercises={region: len(names[region]) for region in REGIONS}, sets=sets)


def balance_of(
    problem: Problem, schedule: Schedule, mode: Literal["article", "evidence"], reason: str
) -> PlanBalance:
    """Return the figures of both sides, by the rule of the problem's mode."""
    items = [item for day in schedule.days for item in day]
    totals = totals_of(problem, schedule)

    def figures(values: Mapping[Side, float]) -> SideFigures:
        return SideFigures(abdominal=values["abdominal"], lumbar=values["lumbar"])

    sides: tuple[Side, ...] = ("abdominal", "lumbar")
    sets = figures({s: sum(i.sets for i in items if i.side == s) for s in sides})
    credited = figures({"abdominal": totals.sets["abdominal"], "lumbar": totals.sets["lumbar"]})
    compared = credited if mode == "evidence" else sets
    return PlanBalance(
        mode=mode,
        abdominal=compared.abdominal,
        lumbar=compared.lumbar,
        kept=problem.balance != "dropped",
        reason=reason,
        exercises=figures({s: len({i.exercise for i in items if i.side == s}) for s in sides}),
        sets=sets,
        credited_sets=credited,
        hard_sets=figures({s: sum(i.sets for i in items if i.side == s and i.hard) for s in sides}),
    )
