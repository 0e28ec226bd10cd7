"""Another week against the plan, day by day: what is added, removed and changed."""

from collections.abc import Mapping, Sequence

from constraints import check_all
from constraints.problem import Problem
from constraints.schedule import Schedule
from recommender.decode import balance_of, plan_days, totals_of
from recommender.explain.base import Base, sets_of
from recommender.explain.explanation import (
    DayChange,
    DayFrame,
    ItemChange,
    Rank,
    TierChange,
    WeekDiff,
)
from recommender.explain.figures import Figures, figures_of
from recommender.explain.loss import tier_words
from recommender.plan import PlanBalance, PlanDay, PlanItem, schedule_of


def week_diff(base: Base, problem: Problem, after: Schedule, balance: PlanBalance) -> WeekDiff:
    """Return a checked week of `problem`, whose balance is `balance`, against the plan.

    Where the plan holds in `problem` as well, both are measured by it; else each by its own.
    """
    before = schedule_of(base.plan)
    reason = base.plan.balance.reason if base.plan.balance is not None else ""
    holds = not check_all(problem, before)
    return WeekDiff(
        holds=holds,
        days=diff_days(base.plan.days, plan_days(problem, after)),
        totals_before=totals_of(base.problem, before),
        totals_after=totals_of(problem, after),
        balance_before=balance_of(base.problem, before, base.plan.stamps.options.balance, reason),
        balance_after=balance,
        tiers=diff_tiers(
            figures_of(problem, base.sets) if holds else base.figures,
            figures_of(problem, sets_of(after)),
            comparable_tiers(problem if holds else base.problem, problem),
        ),
    )


def diff_days(before: Sequence[PlanDay], after: Sequence[PlanDay]) -> tuple[DayChange, ...]:
    """Return the days that are not the same in two weeks with the same first day.

    What an item says about the week as a whole (`why`) is no difference.
    """
    olds = {day.date: day for day in before}
    news = {day.date: day for day in after}
    changes = (_diff_day(olds.get(date), news.get(date)) for date in sorted({*olds, *news}))
    return tuple(change for change in changes if change is not None)


def _diff_day(old: PlanDay | None, new: PlanDay | None) -> DayChange | None:
    named = new or old
    if named is None:
        return None
    olds = {item.exercise: item for item in (old.items if old else ())}
    news = {item.exercise: item for item in (new.items if new else ())}
    change = DayChange(
        day=named.day,
        date=named.date,
        before=_frame(old),
        after=_frame(new),
        added=tuple(item for name, item in news.items() if name not in olds),
        removed=tuple(item for name, item in olds.items() if name not in news),
        changed=tuple(
            ItemChange(exercise=name, name=item.name, before=olds[name], after=item)
            for name, item in news.items()
            if name in olds and not same_item(olds[name], item)
        ),
    )
    same = change.before == change.after
    return None if same and not (change.added or change.removed or change.changed) else change


def _frame(day: PlanDay | None) -> DayFrame | None:
    if day is None:
        return None
    return DayFrame(
        place=day.place, minutes=day.minutes, minutes_available=day.minutes_available
    )  # fmt: skip


def same_item(one: PlanItem, other: PlanItem) -> bool:
    """Return whether two items ask for the same."""
    return one.model_copy(update={"why": other.why}) == other


def diff_tiers(
    before: Figures, after: Figures, comparable: Mapping[str, bool]
) -> tuple[TierChange, ...]:
    """Return every tier in both weeks; what is not comparable has no rank."""
    news = after.values()
    return tuple(
        _tier(name, old, news[name], tier_words(name, before, after) if comparable[name] else None)
        for name, old in before.values().items()
    )


def _tier(name: str, old: int, new: int, words: str | None) -> TierChange:
    """Return a tier in both weeks; `words` None: the two values have different scales."""
    rank: Rank | None = "worse" if new > old else "better" if new < old else "same"
    if words is None:
        rank = None
    differs = words if words is not None and new != old else ""
    return TierChange(tier=name, before=old, after=new, rank=rank, words=differs)


def comparable_tiers(one: Problem, other: Problem) -> dict[str, bool]:
    """Return by tier whether its values in two problems of one person have the same scale.

    Targets and weights come from the goal. Penalties count from the best exercise at hand on each
    side, so that a new piece of equipment can shift them all.
    """
    same_targets = one.targets == other.targets and one.weights == other.weights
    penalties = {candidate.id: candidate.penalty for candidate in one.candidates}
    shifts: dict[tuple[str, str], set[int]] = {}
    for candidate in other.candidates:
        group = shifts.setdefault((candidate.exercise.block, candidate.exercise.side), set())
        if candidate.id in penalties:
            group.add(candidate.penalty - penalties[candidate.id])
    groups = {(c.exercise.block, c.exercise.side) for c in one.candidates}
    same_penalties = all(shift == {0} for group, shift in shifts.items() if group in groups)
    return {
        "shortfall": same_targets,
        "rhythm": True,
        "unsuitability": same_targets and same_penalties,
        "first_days": True,
        "variety": one.intake.variety == other.intake.variety,
        "changes": True,
        "choice": True,
        "evenness": (one.balance == "dropped") == (other.balance == "dropped"),
        "items": True,
    }
