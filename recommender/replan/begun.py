"""The rest of a week that has begun: what was done stays, what was missed is not piled up."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from constraints.day_fit import suits
from constraints.problem import Begun, Candidate, Day
from knowledge import Order, Weekday
from knowledge.schema.days import DAY_NAMES
from knowledge.schema.order import Lock, Require, Train
from recommender.build import Built
from recommender.last_week import same_dose
from recommender.orders import Dropped
from recommender.plan import BegunWeek, Clash, Plan, PlanDay

BALANCE_DROPPED = (
    "After what was done and missed this week cannot have as much abdominal as lumbar work any "
    "more, so the balance rule is dropped."
)


@dataclass(frozen=True, slots=True)
class DaysSoFar:
    """The days of a week that were done, and those that passed or will pass without a session."""

    done: frozenset[Weekday] = frozenset()
    missed: frozenset[Weekday] = frozenset()


NOTHING_GONE = DaysSoFar()


def ways_on(built: Built, plan: Plan, so_far: DaysSoFar) -> Iterator[Built]:
    """Yield the problem of what is left of a week, then what may be tried if it has no solution.

    First the balance is given up, then the days that were done are no longer counted: something new
    can rule out together what each day was.
    """
    if so_far == NOTHING_GONE:
        yield built
        return
    first = rest_of(built, plan, so_far)
    yield first
    if first.problem.balance != "dropped":
        yield without_balance(first)
    if first.problem.begun is not None and first.problem.begun.done:
        yield rest_of(built, plan, so_far, uncounted=so_far.done)


def rest_of(
    built: Built, plan: Plan, so_far: DaysSoFar, uncounted: Collection[Weekday] = ()
) -> Built:
    """Return the problem of what is left of the week that `plan` is for, and what has to be said.

    A day that was done counts only as far as everything on it is still allowed as it was.
    """
    problem = built.problem
    index = {day.weekday: day.index for day in problem.days}
    done, warnings = {}, []
    no_longer = {index[day] for day in uncounted}
    for day in (one for one in plan.days if one.day in so_far.done):
        place = index[day.day]
        reason = None if place in no_longer else _not_allowed(built, day, problem.days[place])
        if reason is None and place not in no_longer:
            done[place] = {item.exercise: item.sets for item in day.items}
            continue
        no_longer.add(place)
        reason = reason or "it does not fit into one week with what holds now"
        warnings.append(
            f"{DAY_NAMES[day.day]} was done, but {reason}. So it is no part of this plan: its sets "
            "do not count, and the days next to it get no hard work."
        )
    missed = {index[day] for day in so_far.missed}
    begun = Begun(done, frozenset(missed), frozenset(no_longer), _hard_sets(plan, index))
    closed = missed | no_longer
    wanted = problem.intake.sessions
    fewest = max(1, len(done), wanted.at_least - len(closed))
    if fewest < wanted.at_least:
        warnings.append(
            f"You asked for {wanted.at_least} sessions or more; this week {fewest} are enough, "
            "because of the days that have gone."
        )
    sessions = wanted.model_copy(update={"at_least": min(fewest, wanted.at_least)})
    gone = frozenset(day.weekday for day in problem.days if day.index in closed)
    orders, dropped = _still_possible(problem.orders, gone)
    return replace(
        built,
        problem=replace(
            problem,
            intake=problem.intake.model_copy(update={"sessions": sessions}),
            days=tuple(
                replace(day, seconds=0) if day.index in closed else day for day in problem.days
            ),
            orders=orders,
            begun=begun,
        ),
        dropped=(*built.dropped, *dropped),
        warnings=(*built.warnings, *warnings),
    )


def without_balance(built: Built) -> Built:
    """Return the problem without the rule on balance, aloud."""
    problem = replace(built.problem, balance="dropped")
    return replace(built, problem=problem, warnings=(*built.warnings, BALANCE_DROPPED))


def as_planned(built: Built, plan: Plan) -> Built:
    """Return the problem that a plan says it was made for, where its week had begun."""
    said = plan.stamps.options.begun
    if said is None:
        return built
    so_far = DaysSoFar(frozenset(said.done), frozenset(said.missed) | frozenset(said.uncounted))
    left = rest_of(built, plan, so_far)
    problem, begun = left.problem, left.problem.begun
    if begun is None:
        raise AssertionError("the week has begun")
    index = {day.weekday: day.index for day in problem.days}
    uncounted = frozenset(index[day] for day in said.uncounted)
    hard_sets = {index[day]: count for day, count in said.hard_sets.items()}
    begun = replace(
        begun, missed=begun.missed - uncounted, uncounted=uncounted, hard_sets=hard_sets
    )  # fmt: skip
    left = replace(left, problem=replace(problem, begun=begun))
    dropped = plan.balance is not None and not plan.balance.kept and problem.balance != "dropped"
    return without_balance(left) if dropped else left


def said_of(built: Built) -> BegunWeek | None:
    """Return what a plan says of the days of its week that had gone when it was made."""
    begun = built.problem.begun
    if begun is None:
        return None
    names = {day.index: day.weekday for day in built.problem.days}
    return BegunWeek(
        done=tuple(names[day] for day in sorted(begun.done)),
        missed=tuple(names[day] for day in sorted(begun.missed)),
        uncounted=tuple(names[day] for day in sorted(begun.uncounted)),
        hard_sets={names[day]: count for day, count in sorted(begun.hard_sets.items())},
    )


def nothing_left(so_far: DaysSoFar) -> Clash:
    """Return why there is no plan for the rest of a week."""
    gone = [DAY_NAMES[day] for day in DAY_NAMES if day in so_far.done | so_far.missed]
    sentence = (
        f"Nothing can be planned around what has gone ({', '.join(gone)}): no day is left for a "
        "session, or the orders of this week cannot be kept on the days that are left. Plan the "
        "next week with --week-start."
    )
    return Clash(answers=("days", "orders"), sentence=sentence, limits=())


def _not_allowed(built: Built, day: PlanDay, of_day: Day) -> str | None:
    """Return why a day cannot stand in the plan as it was done, or None."""
    problem = built.problem
    candidates = {candidate.id: candidate for candidate in problem.candidates}
    reasons = {one.exercise.id: one.reason for one in built.excluded}
    for item in day.items:
        candidate = candidates.get(item.exercise)
        if candidate is None:
            why = reasons.get(item.exercise, "It is no longer in the knowledge base.")
            return f"{item.name} is not allowed any more ({why.rstrip('.')})"
        if not same_dose(item, candidate.dose) or not _in_range(candidate, item.sets):
            return f"{item.name} has another dose now"
        if not of_day.seconds or not suits(problem.knowledge, candidate, of_day):
            return f"{item.name} does not fit what you answer for that day now"
    if day.minutes > of_day.seconds / 60:
        return "it took longer than you have on that day now"
    return None


def _in_range(candidate: Candidate, sets: int) -> bool:
    fewest, most = candidate.dose.sets
    return fewest <= sets <= most


def _hard_sets(plan: Plan, index: dict[Weekday, int]) -> dict[int, int]:
    return {index[day.day]: sum(item.sets for item in day.items if item.hard) for day in plan.days}


def _still_possible(
    orders: Collection[Order], gone: frozenset[Weekday]
) -> tuple[tuple[Order, ...], list[Dropped]]:
    """Return the orders that can still be kept, and those on days that have gone."""
    kept, dropped = [], []
    for order in orders:
        if isinstance(order, Lock | Require | Train) and order.day and order.day in gone:
            dropped.append(Dropped(order, f"{DAY_NAMES[order.day]} has gone."))
        else:
            kept.append(order)
    return tuple(kept), dropped
