"""The rows of every rule; what a rule means stands in the file of its name in `constraints/`."""

import math
from collections.abc import Callable

from benchmarks.baseline.week import Week, ones
from constraints.day_fit import suits
from constraints.problem import DAYS_A_WEEK, Candidate, cyclic_pairs

ORDERED = {"kind", "exercise", "day", "sets"}
"""What an order says of one exercise, as far as the baseline has rows for it."""


class NotInBaseline(ValueError):  # noqa: N818 - read in sentences: raises NotInBaseline
    """A week is asked for something that the baseline has no rows for."""


def fitting_days(week: Week) -> None:
    """Forbid every exercise on days that lack its equipment or come too early for it."""
    for candidate in week.problem.candidates:
        for day in week.problem.open_days():
            if not suits(week.problem.knowledge, candidate, day):
                week.never(week.use[candidate.id, day.index])


def session_time(week: Week) -> None:
    """Keep the items and the floor transfers of every day within its seconds."""
    times = week.problem.knowledge.dosing.times
    unit = math.gcd(times.rounded_up_to_s, 2 * times.floor_transfer_s)
    on_floor = [c for c in week.problem.candidates if c.exercise.on_floor]
    for day in week.problem.open_days():
        terms = []
        if on_floor:
            floor = week.column()
            terms.append((floor, 2 * times.floor_transfer_s // unit))
            week.below(week.uses(on_floor, day.index), floor)
        for candidate in week.problem.candidates:
            fewest, most = candidate.dose.sets
            units = [seconds // unit for seconds in candidate.seconds]
            terms.append((week.use[candidate.id, day.index], units[fewest]))
            terms += [
                (week.more[candidate.id, day.index, k], units[k] - units[k - 1])
                for k in range(fewest + 1, most + 1)
            ]
        week.row(terms, most=day.seconds // unit)


def balance(week: Week) -> None:
    """Keep both sides equal, or their credits inside the band."""
    problem = week.problem
    if problem.balance == "dropped":
        return
    signs = {"abdominal": 1, "lumbar": -1}
    sided = [(c, signs[c.exercise.side]) for c in problem.candidates if c.exercise.side in signs]
    for sign in signs.values():
        week.row(ones(week.used[c.id] for c, own in sided if own == sign), least=1)
    if problem.balance == "article":
        week.row([(week.used[c.id], sign) for c, sign in sided], 0, 0)
        week.row([t for c, sign in sided for d in week.train for t in week.sets(c, d, sign)], 0, 0)
        return
    lowest, highest = problem.knowledge.dosing.balance.evidence_ratio_percent
    hundredfold = list(week.credit("abdominal", 100))
    week.row([*hundredfold, *week.credit("lumbar", -lowest)], least=0)
    week.row([*hundredfold, *week.credit("lumbar", -highest)], most=0)


def rest_days(week: Week) -> None:
    """Bound the sessions of the week and every run of days."""
    limits, wanted = week.problem.knowledge.dosing.week, week.problem.intake.sessions
    most = min(
        wanted.at_most, week.problem.sessions_at_most, DAYS_A_WEEK - limits.rest_days_at_least
    )
    week.row(ones(week.train.values()), least=wanted.at_least)
    week.row(ones(week.train.values()), most=most)
    run = limits.training_days_in_a_row
    for first in range(DAYS_A_WEEK) if run < DAYS_A_WEEK else ():
        window = [(first + offset) % DAYS_A_WEEK for offset in range(run + 1)]
        if all(day in week.train for day in window):
            week.row(ones(week.train[day] for day in window), most=run)


def recovery(week: Week) -> None:
    """Keep hard work for one group of muscles apart."""
    groups: dict[str, list[Candidate]] = {}
    for candidate in week.problem.candidates:
        if candidate.hard:
            for muscle in candidate.exercise.muscles.primary:
                groups.setdefault(muscle, []).append(candidate)
            if candidate.exercise.side == "lumbar":
                groups.setdefault("lumbar side", []).append(candidate)
    lumbar_days = week.problem.intake.rest_days_between_hard_lumbar
    for group, members in groups.items():
        hard = {}
        for day in week.train:
            hard[day] = week.column()
            week.below(week.uses(members, day), hard[day])
        for distance in range(1, (lumbar_days if group == "lumbar side" else 1) + 1):
            for first, second in cyclic_pairs(distance):
                if first in hard and second in hard:
                    week.row(ones([hard[first], hard[second]]), most=1)


def spinal_load(week: Week) -> None:
    """Bound the high loads, and keep the very high ones away from hard lumbar days."""
    candidates, limits = week.problem.candidates, week.problem.knowledge.dosing.week
    very_high = [c for c in candidates if c.exercise.spinal_load == "very_high"]
    high = [c for c in candidates if c.exercise.spinal_load in ("high", "very_high")]
    for loads, a_session, a_week in (
        (high, limits.high_load_a_session, limits.high_load_a_week),
        (very_high, limits.very_high_load_a_session, limits.very_high_load_a_week),
    ):
        for day in week.train:
            week.row(ones(week.uses(loads, day)), most=a_session)
        week.row(ones(u for day in week.train for u in week.uses(loads, day)), most=a_week)
    hard_lumbar = [c for c in candidates if c.hard and c.exercise.side == "lumbar"]
    for first, second in cyclic_pairs(1):
        if first in week.train and second in week.train:
            for load in very_high:
                for other in hard_lumbar:
                    for one, next_one in ((load, other), (other, load)):
                        pair = [week.use[one.id, first], week.use[next_one.id, second]]
                        week.row(ones(pair), most=1)


def long_holds(week: Week) -> None:
    """Bound the seconds of long holds of every day."""
    limit = week.problem.knowledge.dosing.holds.long_seconds_a_session[week.problem.level]
    holding = [c for c in week.problem.candidates if c.long_hold_s]
    for day in week.train if holding else ():
        week.row([t for c in holding for t in week.sets(c, day, c.long_hold_s)], most=limit)


def weekly_volume(week: Week) -> None:
    """Bound the credited half sets of every region."""
    at_most = week.problem.knowledge.dosing.targets.at_most[week.problem.level]
    for region, limit in at_most.items():
        week.row(week.credit(region), most=2 * limit)


def session_shape(week: Week) -> None:
    """Tie every block of every day to whether there is a session."""
    limits = week.problem.knowledge.dosing.week
    bounds = {
        "warm_up": limits.warm_up_items,
        "main": (0, week.problem.intake.exercises_per_session),
        "cool_down": limits.cool_down_items,
    }
    for day, train in week.train.items():
        for block, (fewest, most) in bounds.items():
            members = [c for c in week.problem.candidates if c.exercise.block == block]
            uses = ones(week.uses(members, day))
            week.row([*uses, (train, -fewest)], least=0)
            week.row([*uses, (train, -most)], most=0)


def floor_transfers(week: Week) -> None:
    """Forbid a second way down to the floor."""
    limit = week.problem.knowledge.dosing.week.floor_transfers_a_session
    floor = [c for c in week.problem.candidates if c.exercise.on_floor]
    parts = (
        [c for c in floor if c.exercise.block == "warm_up"],
        [
            c
            for c in week.problem.candidates
            if c.exercise.block == "main" and not c.exercise.on_floor
        ],
        [c for c in floor if c.exercise.block != "warm_up"],
    )
    for day in week.train:
        if limit < 2:
            for use in week.uses(floor, day):
                week.never(use)
        elif limit < 4 and all(parts):
            flags = []
            for part in parts:
                flags.append(week.column())
                week.below(week.uses(part, day), flags[-1])
            week.row(ones(flags), most=2)


def setups(week: Week) -> None:
    """Bound the long set-ups of every day."""
    limits = week.problem.knowledge.dosing.week
    long = [
        c for c in week.problem.candidates if c.exercise.dose.setup_s >= limits.long_setup_from_s
    ]
    for day in week.train:
        week.row(ones(week.uses(long, day)), most=limits.long_setups_a_session)


def warm_up(week: Week) -> None:
    """Tie each exercise of such a pattern to a warm-up that prepares for it."""
    problem = week.problem
    for day in problem.open_days():
        for candidate in problem.candidates:
            pattern = problem.knowledge.patterns[candidate.exercise.pattern]
            if candidate.exercise.block != "main" or not pattern.prepare:
                continue
            preparing = [
                c
                for c in problem.candidates
                if pattern.id in c.exercise.prepares and suits(problem.knowledge, c, day)
            ]
            if preparing:
                warm_ups = ones(week.uses(preparing, day.index), -1)
                week.row([(week.use[candidate.id, day.index], 1), *warm_ups], most=0)


def patterns(week: Week) -> None:
    """Bound the exercises of each pattern, by session and by week."""
    for pattern in week.problem.knowledge.patterns.values():
        members = [
            c
            for c in week.problem.candidates
            if c.exercise.block == "main" and c.exercise.pattern == pattern.id
        ]
        week.row(ones(week.used[c.id] for c in members), most=pattern.exercises_a_week)
        for day in week.train:
            week.row(ones(week.uses(members, day)), most=pattern.a_session)


def repetition(week: Week) -> None:
    """Bound the days of every exercise and the rungs of every ladder."""
    families: dict[str, list[Candidate]] = {}
    for candidate in week.problem.candidates:
        families.setdefault(candidate.exercise.family, []).append(candidate)
        most = week.problem.knowledge.dosing.week.days_a_week[candidate.exercise.kind]
        if len(week.train) > most:
            week.row(ones(week.use[candidate.id, day] for day in week.train), most=most)
    for members in families.values():
        for day in week.train if len(members) > 1 else ():
            week.row(ones(week.uses(members, day)), most=1)


def orders(week: Week) -> None:
    """Hold what is banned and every order in force.

    Raises `NotInBaseline` for an order that the reference set has none of.
    """
    for name in week.problem.intake.banned:
        if name in week.used:
            for day in week.train:
                week.never(week.use[name, day])
    for order in week.problem.orders:
        said = order.model_dump(exclude={"author", "reason", "since", "until"}, exclude_none=True)
        if "exercise" not in said or said.keys() - ORDERED:
            raise NotInBaseline(f"the baseline has no rows for this order: {said}")
        _order(week, **said)


def _order(
    week: Week, kind: str, exercise: str, day: str | None = None, sets: int | None = None
) -> None:
    candidate = next((c for c in week.problem.candidates if c.id == exercise), None)
    uses = {} if candidate is None else {d: week.use[exercise, d] for d in week.train}
    named = [d.index for d in week.problem.days if d.weekday == day]
    meant = {d: use for d, use in uses.items() if day is None or d in named}
    if kind in ("require", "lock"):
        week.row(ones(meant.values()), least=1)
    if kind in ("forbid", "fix_day"):
        for d, use in uses.items():
            if (d in meant) == (kind == "forbid"):
                week.never(use)
    if sets is not None and candidate is not None:
        for d in meant:
            if kind == "cap":
                week.row(week.sets(candidate, d), most=sets)
            else:
                week.row([*week.sets(candidate, d), (uses[d], -sets)], 0, 0)


RULES: tuple[Callable[[Week], None], ...] = (
    fitting_days,
    session_time,
    balance,
    rest_days,
    recovery,
    spinal_load,
    long_holds,
    weekly_volume,
    session_shape,
    floor_transfers,
    setups,
    warm_up,
    patterns,
    repetition,
    orders,
)
