"""What became of every item of a template in a week that follows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from constraints.problem import Candidate
from knowledge import Exercise
from knowledge.schema.template import Template, TemplateItem
from recommender.build import Built
from recommender.explain.base import sets_of
from recommender.order_words import counted
from recommender.plan import Plan, schedule_of
from recommender.solve import Sets
from recommender.template.files import matches
from recommender.template.layout import Layout, items_of, layout_of, stands_for, wanted_sets
from recommender.template.reasons import Reason, reason_of
from recommender.template.report import Added, ItemFate, SessionDay, WeekReport
from recommender.template.words import item_words


def week_report(built: Built, template: Template, plan: Plan) -> WeekReport:
    """Return what became of a template in a plan of the problem that was built."""
    sets = sets_of(schedule_of(plan))
    layout = layout_of(built.problem, template, sets)
    found = _Found(built, template, layout, sets, plan.stamps.seed)
    fates = tuple(found.fates())
    items = len(list(items_of(template)))
    weekdays = {day.index: day.weekday for day in built.problem.days}
    days_of: dict[str, list[int]] = {}
    for name, day in found.extra:
        days_of.setdefault(name, []).append(day)
    return WeekReport(
        kept=items - len(fates),
        items=items,
        sessions=tuple(
            SessionDay(
                session=index + 1,
                day=weekdays[layout.days[index]] if index in layout.days else None,
            )
            for index in range(len(template.sessions))
        ),
        fates=fates,
        added=tuple(
            Added(
                exercise=name,
                name=built.problem.knowledge.exercises[name].name,
                days=tuple(weekdays[day] for day in sorted(days)),
            )
            for name, days in sorted(days_of.items())
        ),
    )


@dataclass(slots=True)
class _Found:
    """A week and how it follows a template. `extra` are the items that stand for none of it yet."""

    built: Built
    template: Template
    layout: Layout
    sets: Sets
    seed: int
    extra: list[tuple[str, int]] = field(init=False)
    known: dict[tuple[TemplateItem, int], Reason] = field(default_factory=dict)

    def __post_init__(self) -> None:
        picked = {
            (name, self.layout.days[session]) for (session, _), name in self.layout.picks.items()
        }
        self.extra = sorted(item for item in self.sets if item not in picked)

    @property
    def exercises(self) -> Mapping[str, Exercise]:
        return self.built.problem.knowledge.exercises

    def fates(self) -> Iterator[ItemFate]:
        """Yield every item that is not as written; what stands for one is no longer extra."""
        for session, number, item in items_of(self.template):
            day = self.layout.days.get(session)
            name = self.layout.picks.get((session, number))
            if day is None:
                yield self._fate(session, item, self._no_day(session), what="dropped")
            elif name is None or not matches(item, self.exercises[name]):
                yield self._gone(session, item, name, day)
            elif item.sets not in (None, self.sets[name, day]):
                count = self.sets[name, day]
                reason = self._why_sets(item, name, count)
                yield self._fate(session, item, reason, what="sets", wanted=item.sets, sets=count)

    def _no_day(self, session: int) -> Reason:
        days = len({day for _, day in self.sets})
        return Reason("day", f"Session {session + 1} has no day: the week has {days}.")

    def _gone(self, session: int, item: TemplateItem, name: str | None, day: int) -> ItemFate:
        if (item, day) not in self.known:
            self.known[item, day] = reason_of(self.built, self.sets, item, day, self.seed)
        by = name or self._stand_in(item, day)
        if by is None:
            return self._fate(session, item, self.known[item, day], what="dropped")
        return self._fate(
            session,
            item,
            self.known[item, day],
            what="replaced",
            by=by,
            by_name=self.exercises[by].name,
        )

    def _stand_in(self, item: TemplateItem, day: int) -> str | None:
        """Return an extra exercise of the day that has the block and side of an item, or None."""
        about = next(one for one in self.exercises.values() if matches(item, one))
        for name, other in self.extra:
            if other == day and stands_for(about, self.exercises[name]):
                self.extra.remove((name, other))
                return name
        return None

    def _why_sets(self, item: TemplateItem, name: str, count: int) -> Reason:
        candidate = self._candidate(name)
        if wanted_sets(item, candidate) != count:
            return Reason("template", "The targets or rules of this week need it so.")
        low, high = candidate.dose.sets
        allowed = counted(low, "set") if low == high else f"{low} to {high} sets"
        return Reason("dose", f"Level and rules give this person {allowed}.")

    def _candidate(self, name: str) -> Candidate:
        return next(one for one in self.built.problem.candidates if one.id == name)

    def _fate(self, session: int, item: TemplateItem, why: Reason, **more: object) -> ItemFate:
        return ItemFate.model_validate(
            {
                "session": session + 1,
                "exercise": item.exercise,
                "name": item_words(item, self.built.problem.knowledge),
                "why": why.why,
                "rule": why.rule,
                "reason": why.reason,
                "sources": why.sources,
                **more,
            }
        )
