"""What a new plan changes of the last one, item by item, each with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass

from constraints.problem import Day
from knowledge import Weekday
from knowledge.schema.days import WEEKDAYS
from recommender.build import Built
from recommender.explain.base import sets_of
from recommender.explain.diff import same_item
from recommender.last_week import last_week_of
from recommender.order_words import counted
from recommender.plan import Plan, PlanChange, PlanItem, schedule_of
from recommender.render._words import dose
from recommender.replan.facts import Facts
from recommender.replan.trials import TRIES, Report, Trials

ONLY_PRINTED = "Only what is printed with it is new: {}."

Items = dict[tuple[Weekday, str], PlanItem]


def changes_of(
    built: Built, last: Plan, new: Plan, tries: int = TRIES, report: Report | None = None
) -> tuple[PlanChange, ...]:
    """Return the items of two plans that are not the same, weekday by weekday.

    `built` holds the problem of the new plan. What rules, orders and days do not settle is solved
    for, `tries` times at most.
    """
    problem = built.problem
    first = new.tiers[0]
    trials = Trials(
        problem,
        last_week_of(problem, last),
        sets_of(schedule_of(new)),
        first.value if first.proven and first.value is not None else 0,
        new.stamps.seed,
        tries,
        report,
    )
    facts = Facts(built, last.stamps.knowledge == new.stamps.knowledge)
    return tuple(_Comparison(_items(last), _items(new), facts, trials).changes())


def _items(plan: Plan) -> Items:
    return {(day.day, item.exercise): item for day in plan.days for item in day.items}


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The items of both plans, and where reasons come from."""

    olds: Items
    news: Items
    facts: Facts
    trials: Trials

    def changes(self) -> Iterator[PlanChange]:
        days = {day.weekday: day for day in self.facts.problem.days}
        before = {name for _, name in self.olds}
        order = sorted(WEEKDAYS, key=lambda weekday: days[weekday].index)
        for weekday in order:
            for (day, name), item in self.olds.items():
                if day == weekday:
                    yield from self._after(item, self.news.get((day, name)), days[day])
            for (day, name), item in self.news.items():
                if day == weekday and (day, name) not in self.olds:
                    known = self.facts.why_added(item, days[day])
                    reason = known or self.trials.without(name, day if name in before else None)
                    yield _change(days[day], None, item, reason)

    def _after(self, old: PlanItem, new: PlanItem | None, day: Day) -> Iterator[PlanChange]:
        """Yield what became of an item of the last plan, if it is not as it was."""
        if new is None:
            known = self.facts.why_gone(old, day)
        elif same_item(old, new):
            return
        elif _doses(old) == _doses(new):
            parts = [part for part in _PRINTED if getattr(old, part) != getattr(new, part)]
            known = ONLY_PRINTED.format(", ".join(parts).replace("_", " "))
        else:
            known = self._why_changed(old, new, day)
        yield _change(
            day, old, new, known or self.trials.kept(old.exercise, day.weekday, old.sets)
        )  # fmt: skip

    def _why_changed(self, old: PlanItem, new: PlanItem, day: Day) -> str | None:
        reasons = [self.facts.why_redosed(old)]
        if old.sets != new.sets:
            reasons.append(self.facts.why_other_sets(old, day))
        return " ".join(dict.fromkeys(reason for reason in reasons if reason)) or None


_PRINTED = tuple(part for part in PlanItem.model_fields if part != "why")


def _said(old: PlanItem | None, new: PlanItem | None) -> tuple[str | None, str | None]:
    """Return the dose before and after, or the sets alone where nothing else is different."""
    if old is None or new is None:
        return dose(old) if old is not None else None, dose(new) if new is not None else None
    if old.sets != new.sets and _doses(old)[1:] == _doses(new)[1:]:
        return counted(old.sets, "set"), counted(new.sets, "set")
    return dose(old), dose(new)


def _doses(item: PlanItem) -> tuple[object, ...]:
    parts = ("sets", "reps", "tempo_s", "hold_s", "rest_between_reps_s", "rest_s", "load", "effort")
    return tuple(getattr(item, part) for part in parts)


def _change(day: Day, old: PlanItem | None, new: PlanItem | None, reason: str) -> PlanChange:
    item = new or old
    if item is None:
        raise AssertionError("a change is of an item")
    before, after = _said(old, new)
    return PlanChange(
        day=day.weekday,
        exercise=item.exercise,
        name=item.name,
        what="added" if old is None else "removed" if new is None else "changed",
        before=before,
        after=after,
        reason=reason,
    )
