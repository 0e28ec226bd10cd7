"""What every item of a plan is for, and what could stand in its place."""

from collections.abc import Callable, Sequence

from constraints.day_fit import suits
from constraints.problem import Candidate, Day
from knowledge.schema.order import FixDay, Forbid, Lock, Require
from recommender.decode import totals_of
from recommender.doses import demands_of
from recommender.explain.base import FIRST_TIERS, Base, best_week, order
from recommender.explain.explanation import (
    Alternative,
    Asked,
    Fill,
    ItemExplained,
    ItemsExplained,
    Loss,
    Prepared,
    Share,
    Tries,
)
from recommender.explain.loss import TIE_BREAK, count, loss_of
from recommender.objective import TIERS
from recommender.orders import concerns
from recommender.plan import PlanDay, PlanItem, Totals, schedule_of

ALTERNATIVES = 2
"""How many alternatives of an item are tried."""

Report = Callable[[str], None]
"""Called with what is being tried, in words."""

_RANKS = ("better", "same", "worse")
_TIER_NAMES = tuple(tier.name for tier in TIERS)
Place = tuple[PlanDay, PlanItem]


def explain_items(base: Base, tries: int, report: Report | None = None) -> ItemsExplained:
    """Return every item explained, with at most `tries` alternatives solved for in all.

    The first alternative of each item comes first, those of main exercises before the others.
    """
    places = [(day, item) for day in base.plan.days for item in day.items]
    stand_ins = [stand_ins_for(base, *place) for place in places]
    main_first = sorted(range(len(places)), key=lambda n: places[n][1].block != "main")
    wanted = [
        (number, stand_ins[number][turn])
        for turn in range(ALTERNATIVES)
        for number in main_first
        if len(stand_ins[number]) > turn
    ]
    totals = totals_of(base.problem, schedule_of(base.plan))
    tried: dict[int, list[Alternative]] = {number: [] for number in main_first}
    for done, (number, candidate) in enumerate(wanted[:tries], 1):
        day, item = places[number]
        if report is not None:
            report(f"alternative {done} of {min(tries, len(wanted))}")
        tried[number].append(
            Alternative(
                exercise=candidate.id,
                name=candidate.exercise.name,
                loss=swap_loss(base, day, item, candidate),
            )
        )
    return ItemsExplained(
        items=tuple(
            _explained(
                base, totals, *place, tried[number], len(stand_ins[number]) - len(tried[number])
            )
            for number, place in enumerate(places)
        ),
        tries=Tries(made=min(tries, len(wanted)), wanted=len(wanted), at_most=tries),
    )


def stand_ins_for(base: Base, day: PlanDay, item: PlanItem) -> list[Candidate]:
    """Return the candidates that could stand in the place of an item, the likeliest first.

    They have its block and side, fit place and hour of the day, and are not in that session yet.
    A shared pattern or family comes first, then what the knowledge base names as a substitute,
    then the smaller penalty, then the order of id.
    """
    if _is_held(base, day, item):
        return []
    there = {one.exercise for one in day.items}
    of_day = _day_of(base, day)
    own = base.knowledge.exercises[item.exercise]
    found = [
        candidate
        for candidate in base.problem.candidates
        if (candidate.exercise.block, candidate.exercise.side) == (own.block, own.side)
        and candidate.id not in there
        and suits(base.knowledge, candidate, of_day)
        and not _is_kept_away(base, day, candidate)
    ]

    def likeness(candidate: Candidate) -> tuple[bool, bool, int]:
        other = candidate.exercise
        alike = other.pattern == own.pattern or other.family == own.family
        return not alike, other.id not in own.substitutes, candidate.penalty

    return sorted(found, key=likeness)


def swap_loss(base: Base, day: PlanDay, item: PlanItem, candidate: Candidate) -> Loss | None:
    """Return the loss of the best week with `candidate` and without `item` on this day.

    None if there is no such week. Everything else of the week may change with it.
    """
    orders = (order("forbid", item.exercise, day.day), order("require", candidate.id, day.day))
    week = best_week(base, orders, FIRST_TIERS)
    if week is None:
        return None
    loss = loss_of(base.figures, week.figures, week.proven, FIRST_TIERS)
    if loss is not None:
        return loss
    whole = best_week(base, orders)
    if whole is None:
        raise AssertionError(f"the week with {candidate.id} was possible before")
    return loss_of(base.figures, whole.figures, whole.proven)


def _day_of(base: Base, day: PlanDay) -> Day:
    return base.problem.days[(day.date - base.plan.stamps.week_start).days]


def _is_held(base: Base, day: PlanDay, item: PlanItem) -> bool:
    return any(
        isinstance(one, Require | Lock) and one.exercise == item.exercise and one.day == day.day
        for one in base.problem.orders
    )


def _is_kept_away(base: Base, day: PlanDay, candidate: Candidate) -> bool:
    return any(
        isinstance(one, Forbid | FixDay)
        and not (isinstance(one, Forbid) and one.equipment)  # the day is without the piece
        and concerns(one, candidate.exercise, _demands(base, candidate))
        and (one.day == day.day) == isinstance(one, Forbid)
        for one in base.problem.orders
    )


def _demands(base: Base, candidate: Candidate) -> frozenset[str]:
    return demands_of(base.knowledge, candidate.exercise, candidate.dose)


def _asked(base: Base, day: PlanDay, item: PlanItem) -> tuple[Asked, ...]:
    """Return the orders and wishes that an item follows."""
    candidate = next(one for one in base.problem.candidates if one.id == item.exercise)
    demands = _demands(base, candidate)
    return tuple(
        Asked(kind=one.kind, author=one.author, reason=one.reason)
        for one in base.problem.orders
        if not isinstance(one, Forbid)
        and one.day in (None, day.day)
        and concerns(one, candidate.exercise, demands)
    )


def _explained(
    base: Base,
    totals: Totals,
    day: PlanDay,
    item: PlanItem,
    tried: Sequence[Alternative],
    untried: int,
) -> ItemExplained:
    return ItemExplained(
        day=day.day,
        date=day.date,
        exercise=item.exercise,
        name=item.name,
        block=item.block,
        sets=item.sets,
        fills=_fills(base, totals, item),
        share=_share(base, item),
        prepares=_prepares(base, day, item),
        duty=_duty(base, item),
        asked=_asked(base, day, item),
        held=_is_held(base, day, item),
        alternatives=tuple(sorted(tried, key=_by_loss)),
        untried=untried,
    )


def _by_loss(one: Alternative) -> tuple[int, int, int]:
    """Return a key that puts what loses least first, and what is impossible last."""
    if one.loss is None:
        return len(_RANKS), 0, 0
    rank = _RANKS.index(one.loss.rank)
    tier = _TIER_NAMES.index(one.loss.tier or TIE_BREAK)
    # A gain in an earlier tier is greater, and so is a loss.
    return rank, tier if one.loss.rank == "better" else -tier, one.loss.by


def _fills(base: Base, totals: Totals, item: PlanItem) -> tuple[Fill, ...]:
    exercise = base.knowledge.exercises[item.exercise]
    return tuple(
        Fill(
            region=region,
            sets=credit * item.sets,
            total=totals.sets[region],
            target=base.problem.targets[region] / 2,
        )
        for region, credit in exercise.credits.items()
    )


def _share(base: Base, item: PlanItem) -> Share | None:
    if base.problem.balance == "dropped" or item.side == "none":
        return None
    total = sum(
        other.sets for day in base.plan.days for other in day.items if other.side == item.side
    )
    return Share(side=item.side, sets=item.sets, total=total)


def _prepares(base: Base, day: PlanDay, item: PlanItem) -> tuple[Prepared, ...]:
    knowledge = base.knowledge
    found = []
    for name in knowledge.exercises[item.exercise].prepares:
        pattern = knowledge.patterns[name]
        of_day = tuple(
            other.exercise
            for other in day.items
            if other.block == "main" and knowledge.exercises[other.exercise].pattern == name
        )
        if pattern.prepare and of_day:
            found.append(Prepared(pattern=name, name=pattern.name, exercises=of_day))
    return tuple(found)


def _duty(base: Base, item: PlanItem) -> str | None:
    limits = base.knowledge.dosing.week
    if item.block == "warm_up":
        return f"Every session begins with {_range(limits.warm_up_items)} to warm up."
    if item.block == "cool_down":
        return f"Every session ends with {_range(limits.cool_down_items)} to cool down."
    return None


def _range(limits: tuple[int, int]) -> str:
    low, high = limits
    return count(high, "exercise") if low == high else f"{low} to {high} exercises"
