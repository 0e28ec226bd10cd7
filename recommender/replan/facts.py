"""Why an item cannot be as it was, as far as that needs no solving: rules, orders, days, doses."""

from collections.abc import Iterator
from dataclasses import dataclass

from constraints.day_fit import suits
from constraints.problem import Candidate, Day, Problem
from knowledge import Dose, Order
from knowledge.schema.days import DAY_NAMES
from knowledge.schema.order import Cap, FixDay, FixDose, Forbid, Lock, Require, Rest
from recommender.build import Built
from recommender.doses import demands_of
from recommender.eligibility import Judgement
from recommender.last_week import same_dose
from recommender.order_words import counted, signed
from recommender.orders import concerns
from recommender.plan import PlanItem


@dataclass(frozen=True, slots=True)
class Facts:
    """The problem of the new week, and whether the knowledge base is the one of the last plan."""

    built: Built
    same_knowledge: bool

    @property
    def problem(self) -> Problem:
        """Return the problem of the new week."""
        return self.built.problem

    def why_gone(self, item: PlanItem, day: Day) -> str | None:
        """Return why an item cannot be on a day any more, or None if only the search knows."""
        name = item.exercise
        if name not in self.problem.knowledge.exercises:
            return "It is not in the knowledge base any more."
        for judgement in self.built.excluded:
            if judgement.exercise.id == name:
                return self._excluded(judgement)
        candidate = self._candidate(name)
        if candidate is None:
            return None
        return self._no_day(day) or self._not_here(candidate, day)

    def why_redosed(self, item: PlanItem) -> str | None:
        """Return why an item has another dose, apart from its sets; None if it has not."""
        candidate = self._candidate(item.exercise)
        if candidate is None or same_dose(item, candidate.dose):
            return None
        old = candidate.dose.model_copy(update={"hold_s": item.hold_s, "load": item.load})
        for order in self._about(candidate, Lock, FixDose, Cap, Forbid, dose=old):
            if any(getattr(order, part, None) for part in ("reps", "hold_s", "load", "demand")):
                return _ordered(order)
        if not self.same_knowledge:
            return "The knowledge base of now gives it this dose."
        judgement = self._judgement(item.exercise)
        for cell in judgement.cells if judgement is not None else ():
            if cell.verdict == "modify":
                demand = self.problem.knowledge.demands[cell.demand].name
                return f"{demand[0].upper()}{demand[1:]}: {cell.rule.reason}"
        return "Your answers of now give it this dose."

    def why_other_sets(self, item: PlanItem, day: Day) -> str | None:
        """Return why an item cannot keep its sets on a day, or None if only the search knows."""
        candidate = self._candidate(item.exercise)
        if candidate is None:
            return None
        for order in self._about(candidate, Lock, FixDose, Cap):
            if order.day in (None, day.weekday) and getattr(order, "sets", None) is not None:
                return _ordered(order)
        fewest, most = candidate.dose.sets
        if not fewest <= item.sets <= most:
            allowed = f"{fewest} to {most} sets" if fewest < most else counted(most, "set")
            return f"It has {allowed} a session now."
        return None

    def why_added(self, item: PlanItem, day: Day) -> str | None:
        """Return who asked for an item, or None if nobody did."""
        candidate = self._candidate(item.exercise)
        for order in self._about(candidate, Lock, Require) if candidate is not None else ():
            if order.day in (None, day.weekday):
                return _ordered(order)
        return None

    def _excluded(self, judgement: Judgement) -> str:
        dates = judgement.rule.partition(" (")[2] if judgement.cause == "order" else ""
        return f"{judgement.reason.rstrip('.')}{f' ({dates}' if dates else ''}."

    def _no_day(self, day: Day) -> str | None:
        if day.seconds:
            return None
        named = DAY_NAMES[day.weekday]
        begun = self.problem.begun
        if begun is not None and day.index in begun.missed:
            return f"{named} goes without a session."
        if begun is not None and day.index in begun.uncounted:
            return f"{named} was done, but does not count any more."
        for order in self.problem.orders:
            if isinstance(order, Rest) and order.day == day.weekday:
                return _ordered(order)
        return f"You have no time on {named}."

    def _not_here(self, candidate: Candidate, day: Day) -> str | None:
        for order in self._about(candidate, Forbid, FixDay):
            here = order.day == day.weekday
            if isinstance(order, Forbid) == here and getattr(order, "equipment", None) is None:
                return _ordered(order)
        if suits(self.problem.knowledge, candidate, day):
            return None
        hours = day.hours_awake
        if hours is not None and hours < candidate.hours_since_waking:
            return f"{DAY_NAMES[day.weekday]} begins too soon after getting up for it."
        for order in self._about(candidate, Forbid):
            return _ordered(order)
        return f"What it needs is not there on {DAY_NAMES[day.weekday]}."

    def _candidate(self, name: str) -> Candidate | None:
        return next((one for one in self.problem.candidates if one.id == name), None)

    def _judgement(self, name: str) -> Judgement | None:
        return next((one for one in self.built.judgements if one.exercise.id == name), None)

    def _about(
        self, candidate: Candidate, *kinds: type, dose: Dose | None = None
    ) -> Iterator[Order]:
        """Yield the orders of these kinds about an exercise at its dose, or at another one."""
        demands = demands_of(
            self.problem.knowledge, candidate.exercise, dose or candidate.dose
        )  # fmt: skip
        for order in self.problem.orders:
            if isinstance(order, kinds) and concerns(order, candidate.exercise, demands):
                yield order


def _ordered(order: Order) -> str:
    return f"Ordered by {signed(order)}: {order.reason.rstrip('.')}."
