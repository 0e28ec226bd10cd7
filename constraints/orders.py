"""Orders: what the person or a professional asked for, exercise by exercise.

With D the open days, for an order on exercise e, day d and s sets::

    required, require      sum_{d in D} use[e, d] >= 1,  or use[e, d] = 1 where a day is named
    banned, forbid         use[e, d] = 0 for all d in D, or for the day that is named
    cap                    sets[e, d] <= s            for all d in D
    fix_dose               sets[e, d] = s * use[e, d] for all d in D
    fix_day                use[e, d'] = 0             for all d' other than d
    lock                   use[e, d] = 1 and sets[e, d] = s
"""

from collections.abc import Iterator

from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel
from knowledge import Order

NAME = "orders"
SENTENCE = "What was required, banned or ordered is kept."


def post(week: WeekModel) -> None:
    """Hold every order in force; one on an exercise that is no candidate cannot be kept."""
    problem = week.problem
    for name in problem.intake.banned:
        for day in week.train:
            if (name, day) in week.use:
                week.model.add(week.use[name, day] == 0)
    for order in problem.orders:
        _post(week, order)


def _post(week: WeekModel, order: Order) -> None:
    problem = week.problem
    named = [day.index for day in problem.days if day.weekday == order.day]
    uses = {day: week.use[order.exercise, day] for day in week.train if order.exercise in week.used}
    candidate = next((c for c in problem.candidates if c.id == order.exercise), None)
    if order.kind in ("require", "lock"):
        days = named if order.day else list(week.train)
        week.model.add_bool_or([uses[day] for day in days if day in uses])
    if order.kind == "forbid":
        for day in named if order.day else list(uses):
            if day in uses:
                week.model.add(uses[day] == 0)
    if order.kind == "fix_day":
        for day, use in uses.items():
            if day not in named:
                week.model.add(use == 0)
    if order.sets is not None and candidate is not None:
        for day in uses:
            if order.kind == "lock" and day not in named:
                continue
            sets = week.weighted_sum(week.set_terms(candidate, day))
            if order.kind == "cap":
                week.model.add(sets <= order.sets)
            else:
                week.model.add(sets == order.sets * uses[day])


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each ban and each order that is not kept."""
    done: dict[str, dict[str, int]] = {}
    for index, items in enumerate(schedule.days):
        for item in items:
            done.setdefault(item.exercise, {})[problem.days[index].weekday] = item.sets
    for name in problem.intake.banned:
        if name in done:
            yield Violation(NAME, f"{name} is banned", exercise=name)
    for order in problem.orders:
        sets = done.get(order.exercise, {})
        if not _kept(order, sets):
            day = f" on {order.day}" if order.day else ""
            yield Violation(
                NAME,
                f"the order {order.kind} {order.exercise}{day} by {order.author} is not kept",
                exercise=order.exercise,
            )


def _kept(order: Order, sets: dict[str, int]) -> bool:
    if order.kind == "require":
        return bool(sets) if order.day is None else order.day in sets
    if order.kind == "forbid":
        return not sets if order.day is None else order.day not in sets
    if order.kind == "cap":
        return all(count <= (order.sets or 0) for count in sets.values())
    if order.kind == "fix_dose":
        return all(count == order.sets for count in sets.values())
    if order.kind == "fix_day":
        return set(sets) <= {order.day}
    return order.day is not None and sets.get(order.day) == order.sets
