"""Orders: what the person or a professional asked for, as hard constraints.

With D the open days, M the main candidates, A the candidates that an order is about, and s, r, h
the sets, reps and hold that it names::

    banned                 use[e, d] = 0                           for all d in D
    require                sum_{e in A, d} use[e, d] >= 1          d in D, or the day that is named
    lock                   use[e, d] = 1, sets[e, d] = s           and the dose of e has r and h
    forbid                 use[e, d] = 0                           e in A, d in D or the day
    forbid equipment       as the constraint on equipment, without that piece on those days
    cap sets_a_week        sum_{e in A, d} sets[e, d] <= n
    cap sets, hold, load   the doses of A are within it
    cap minutes            as the constraint on time, with no more minutes on those days
    fix_dose               sets[e, d] = s * use[e, d]              and the dose of e has r and h
    fix_day                use[e, d'] = 0                          for all d' other than d
    train                  train[d] = 1
    rest                   day d is not open
    session_size           lo * train[d] <= sum_{e in M} use[e, d] <= hi
    balance_band           lo * lumbar <= 100 * abdominal <= hi * lumbar      in half-set credits

Doses and days are what the builder made of them; `check` derives all of it from the finished plan,
the answers and the knowledge base. What restricts is read from the answers, so that no order can
get lost on the way.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from constraints import derived
from constraints.problem import Candidate, Problem, makes_session
from constraints.schedule import Item, Schedule, Violation
from constraints.week_model import WeekModel
from knowledge import Exercise, Order, Weekday
from knowledge.schema.exercise import LOADS
from knowledge.schema.order import (
    BalanceBand,
    Cap,
    FixDay,
    FixDose,
    Forbid,
    Lock,
    Require,
    Rest,
    SessionSize,
    Train,
)

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

NAME = "orders"
SENTENCE = "What was required, banned or ordered is kept."

Planned = tuple[int, Item]
"""An item and the index of its day."""


def post(week: WeekModel) -> None:
    """Hold every order in force; one that asks for what is no candidate cannot be kept."""
    problem = week.problem
    for name in problem.intake.banned:
        for day in week.train:
            if (name, day) in week.use:
                week.model.add(week.use[name, day] == 0)
    for order in problem.orders:
        _post(week, order)


def _post(week: WeekModel, order: Order) -> None:
    named = [day.index for day in week.problem.days if day.weekday == order.day]
    days = [day for day in week.train if order.day is None or day in named]
    about = [one for one in week.problem.candidates if _posted_about(week.problem, one, order)]
    match order:
        case Require():
            week.model.add_bool_or([week.use[one.id, day] for one in about for day in days])
        case Forbid():
            for one in about:
                week.model.add(week.sum(week.use[one.id, day] for day in days) == 0)
        case FixDay():
            for one in about:
                others = [week.use[one.id, day] for day in week.train if day not in named]
                week.model.add(week.sum(others) == 0)
        case Lock():
            kept = [one for one in about if _has_dose(one, order)]
            week.model.add_bool_or([week.use[one.id, day] for one in kept for day in days])
            _post_sets(week, kept, days, order.sets)
        case FixDose():
            for one in about:
                if not _has_dose(one, order):
                    week.model.add(week.sum(week.use[one.id, day] for day in days) == 0)
            if order.sets is not None:
                _post_sets(week, about, days, order.sets)
        case Cap() if order.sets_a_week is not None:
            sets = [term for one in about for day in days for term in week.set_terms(one, day)]
            week.model.add(week.weighted_sum(sets) <= order.sets_a_week)
        case Train():
            week.model.add_bool_or([week.train[day] for day in days])
        case SessionSize():
            _post_size(week, order)
        case BalanceBand() if week.problem.balance == "evidence":
            _post_band(week, order)
        case _:
            pass  # a day or a dose already is what the order makes of it


def _posted_about(problem: Problem, candidate: Candidate, order: Order) -> bool:
    exercise = candidate.exercise
    exact = getattr(order, "exercise", None), getattr(order, "family", None)
    match order:
        case Forbid(equipment=str()) | Train() | Rest() | SessionSize() | BalanceBand():
            return False
        case Forbid(demand=str(demand)) | Cap(demand=str(demand)):
            return demand in exercise.fixed_demands or demand in _from_dose(problem, candidate)
        case Cap(equipment=str(piece)):
            return piece in exercise.equipment.all_of or piece in exercise.equipment.any_of
        case Cap() if exact == (None, None):
            return True
    return (exercise.id, None) == exact or (None, exercise.family) == exact


def _from_dose(problem: Problem, candidate: Candidate) -> set[str]:
    """Return the demands that come from a dose; for orders a heavy load is moderate and more."""
    hold_s, kind = candidate.dose.hold_s, candidate.exercise.kind
    found = {"load_moderate", "load_heavy"} if candidate.dose.load == "heavy" else set()
    if candidate.dose.load == "moderate":
        found.add("load_moderate")
    if hold_s is not None and kind in ("strength", "stability", "motor_control"):
        long = hold_s >= problem.knowledge.dosing.holds.long_from_s
        found.add("isometric_long" if long else "isometric_short")
    return found


def _has_dose(candidate: Candidate, order: Lock | FixDose) -> bool:
    dose = candidate.dose
    return order.reps in (None, dose.reps) and order.hold_s in (None, dose.hold_s)


def _post_sets(
    week: WeekModel, candidates: Sequence[Candidate], days: Sequence[int], count: int
) -> None:
    for one in candidates:
        for day in days:
            sets = week.weighted_sum(week.set_terms(one, day))
            week.model.add(sets == count * week.use[one.id, day])


def _post_size(week: WeekModel, order: SessionSize) -> None:
    main = [one for one in week.problem.candidates if one.exercise.block == "main"]
    for day, train in week.train.items():
        size = week.sum(week.use[one.id, day] for one in main)
        if order.at_least is not None:
            week.model.add(size >= order.at_least * train)
        if order.at_most is not None:
            week.model.add(size <= order.at_most)


def _post_band(week: WeekModel, order: BalanceBand) -> None:
    def credits_of(side: str) -> "cp_model.LinearExprT":
        return week.weighted_sum(
            (term, weight * halves)
            for one in week.problem.candidates
            for region, halves in one.half_credits.items()
            if region == side
            for day in week.train
            for term, weight in week.set_terms(one, day)
        )

    abdominal, lumbar = credits_of("abdominal"), credits_of("lumbar")
    week.model.add(100 * abdominal >= order.low_percent * lumbar)
    week.model.add(100 * abdominal <= order.high_percent * lumbar)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each ban and each order that is not kept."""
    planned = [(index, item) for index, items in enumerate(schedule.days) for item in items]
    for name in problem.intake.banned:
        if any(item.exercise == name for _, item in planned):
            yield Violation(NAME, f"{name} is banned", exercise=name)
    for order in (*problem.orders, *_restricting(problem)):
        for sentence in _broken(problem, planned, order):
            kind = order.kind.replace("_", " ")
            yield Violation(
                NAME,
                f"the order by {order.author} ({kind}) is not kept: {sentence}",
                exercise=getattr(order, "exercise", None),
            )


def _restricting(problem: Problem) -> Iterator[Order]:
    """Yield the orders of the answers that hold if they touch the week, and are not known yet."""
    last_day = problem.week_start + timedelta(days=6)
    for order in problem.intake.orders:
        ended = order.until is not None and order.until < problem.week_start
        to_come = order.since is not None and order.since > last_day
        holds = isinstance(order, Forbid | Cap | Rest) and not ended and not to_come
        if holds and order not in problem.orders:
            yield order


def _broken(problem: Problem, planned: Sequence[Planned], order: Order) -> Iterator[str]:
    """Yield how an order is broken."""
    weekdays: dict[int, Weekday] = {day.index: day.weekday for day in problem.days}
    here = [(index, item) for index, item in planned if order.day in (None, weekdays[index])]
    match order:
        case Require():
            if not any(_named(problem, item, order) for _, item in here):
                yield f"{order.exercise or order.family} is missing{_on(order.day)}"
        case Lock():
            kept = [item for _, item in here if item.exercise == order.exercise]
            if not any(_as_fixed(item, order) for item in kept):
                yield f"{order.exercise} is not there{_on(order.day)} as it was"
        case FixDose():
            for _, item in planned:
                if item.exercise == order.exercise and not _as_fixed(item, order):
                    yield f"{item.exercise} has another dose"
        case FixDay():
            for index, item in planned:
                if item.exercise == order.exercise and weekdays[index] != order.day:
                    yield f"{item.exercise} is planned{_on(weekdays[index])}"
        case Forbid(equipment=str(piece)):
            for index, item in here:
                if _needs(problem, weekdays[index], item, piece):
                    yield f"{item.exercise} is not possible{_on(weekdays[index])} without {piece}"
        case Forbid():
            for index, item in here:
                if _named(problem, item, order):
                    yield f"{item.exercise} is planned{_on(weekdays[index])}"
        case Cap():
            yield from _over(problem, here, order)
        case Train():
            if not any(makes_session(problem.knowledge.exercises[i.exercise]) for _, i in here):
                yield f"there is no session{_on(order.day)}"
        case Rest():
            if here:
                yield f"there is a session{_on(order.day)}"
        case SessionSize():
            yield from _wrong_size(problem, planned, order)
        case BalanceBand():
            yield from _out_of_band(problem, planned, order)


def _on(day: Weekday | None) -> str:
    return f" on {day}" if day is not None else ""


def _as_fixed(item: Item, order: Lock | FixDose) -> bool:
    wanted = ((order.sets, item.sets), (order.reps, item.reps), (order.hold_s, item.hold_s))
    return all(fixed is None or fixed == printed for fixed, printed in wanted)


def _named(problem: Problem, item: Item, order: Require | Forbid | Cap) -> bool:
    """Return whether an order is about an item as it is printed; about nothing is about all."""
    exercise = problem.knowledge.exercises[item.exercise]
    if order.exercise is not None:
        return exercise.id == order.exercise
    if order.family is not None:
        return exercise.family == order.family
    if isinstance(order, Require):
        return False
    if order.demand is not None:
        return _demanded(problem, exercise, item.hold_s, item.load, order.demand)
    if order.equipment is not None:
        return order.equipment in {**exercise.equipment.all_of, **exercise.equipment.any_of}
    return True


def _needs(problem: Problem, day: Weekday, item: Item, forbidden: str) -> bool:
    """Return whether an item cannot be done on a day without a piece of equipment."""
    place = problem.intake.place_of(day)
    owned = {} if place is None else problem.intake.places[place]
    stock = {piece: count for piece, count in owned.items() if piece != forbidden}
    pieces = problem.knowledge.equipment

    def lacks(piece: str, count: int) -> bool:
        return all(stock.get(one, 0) < count for one in [piece, *pieces[piece].substitutes])

    needs = problem.knowledge.exercises[item.exercise].equipment
    steady = problem.knowledge.dosing.cap_cues.support_pieces
    without_hold = derived.wants_support(problem, item) and not stock.keys() & set(steady)
    all_lack = bool(needs.any_of) and all(lacks(*need) for need in needs.any_of.items())
    return without_hold or all_lack or any(lacks(*need) for need in needs.all_of.items())


def _over(problem: Problem, here: Sequence[Planned], order: Cap) -> Iterator[str]:
    """Yield what is above a cap. Sets a week are those of the printed doses."""
    for _, item in here:
        if not (_named(problem, item, order) or _named_before(problem, item, order)):
            continue
        if order.sets is not None and item.sets > order.sets:
            yield f"{item.exercise} has {item.sets} sets, not {order.sets} at most"
        if order.hold_s is not None and (item.hold_s or 0) > order.hold_s:
            yield f"{item.exercise} is held for {item.hold_s} s, not {order.hold_s} s at most"
        if order.load is not None and LOADS.index(item.load) > LOADS.index(order.load):
            yield f"{item.exercise} has a {item.load} load, not {order.load} at most"
    if order.sets_a_week is not None:
        total = sum(item.sets for _, item in here if _named(problem, item, order))
        if total > order.sets_a_week:
            yield f"{total} sets a week, not {order.sets_a_week} at most"
    if order.minutes is not None:
        for index in sorted({index for index, _ in here}):
            session = [item for other, item in here if other == index]
            seconds = sum(item.seconds for item in session)
            if any(problem.knowledge.exercises[item.exercise].on_floor for item in session):
                seconds += problem.knowledge.dosing.times.floor_transfer_s * 2
            if seconds > 60 * order.minutes:
                day = _on(problem.days[index].weekday)
                yield f"{seconds / 60:g} minutes{day}, not {order.minutes} at most"


def _named_before(problem: Problem, item: Item, order: Cap) -> bool:
    """Return whether a cap is about the dose that the level gives, before anything lowered it."""
    exercise = problem.knowledge.exercises[item.exercise]
    level = problem.knowledge.dosing.levels.by_training_age[problem.intake.training_age]
    usual = exercise.dose.at(level)
    if order.demand is None or usual is None:
        return False
    return _demanded(problem, exercise, usual.hold_s, usual.load, order.demand)


def _demanded(
    problem: Problem, exercise: Exercise, hold_s: int | None, load: str, demand: str
) -> bool:
    """Return whether an exercise has a demand at a dose; what is heavy is moderate as well."""
    heavier = demand == "load_moderate" and load == "heavy"
    return heavier or demand in derived.demands(problem, exercise, hold_s, load)


def _wrong_size(problem: Problem, planned: Sequence[Planned], order: SessionSize) -> Iterator[str]:
    exercises = problem.knowledge.exercises
    for index in sorted({index for index, _ in planned}):
        session = [item for other, item in planned if other == index]
        size = sum(item.block == "main" for item in session)
        trains = any(makes_session(exercises[item.exercise]) for item in session)
        day = _on(problem.days[index].weekday)
        if trains and order.at_least is not None and size < order.at_least:
            yield f"{size} main exercises{day}, not {order.at_least} at least"
        if order.at_most is not None and size > order.at_most:
            yield f"{size} main exercises{day}, not {order.at_most} at most"


def _out_of_band(problem: Problem, planned: Sequence[Planned], order: BalanceBand) -> Iterator[str]:
    if problem.balance == "dropped":
        return
    credit = {"abdominal": 0.0, "lumbar": 0.0}
    for _, item in planned:
        for region, share in problem.knowledge.exercises[item.exercise].credits.items():
            if region in credit:
                credit[region] += share * item.sets
    low, high = order.low_percent * credit["lumbar"], order.high_percent * credit["lumbar"]
    if not low <= 100 * credit["abdominal"] <= high:
        yield (
            f"{credit['abdominal']:g} credited abdominal sets against {credit['lumbar']:g} lumbar "
            f"are outside {order.low_percent}-{order.high_percent} %"
        )
