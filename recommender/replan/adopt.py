"""Turns what somebody changed by hand in a plan file into orders.

An edit changes the sets, repetitions or hold of an item, adds one, or takes one away. What follows
from that (durations, totals, words) is counted anew and may stand in the file as it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import yaml

from constraints import check_all
from constraints.problem import Problem
from constraints.schedule import Violation
from knowledge import Fault, Intake, Knowledge, Order, Weekday
from knowledge.schema.days import DAY_NAMES
from knowledge.schema.order import Forbid, Lock, Rest
from recommender.build import build
from recommender.decode import decode
from recommender.explain.base import sets_of
from recommender.plan import Plan, PlanItem, schedule_of
from recommender.replan.begun import as_planned

ASKED_FOR = ("sets", "reps", "hold_s")
"""The parts of an item that an order can ask for."""
FOLLOWS = frozenset({"seconds", "why"})
"""The parts of an item that are counted anew."""
COUNTED = frozenset({"days", "totals", "balance"})
"""The parts of a plan that are the days, or counted on them."""


@dataclass(frozen=True, slots=True)
class Edits:
    """The edits of a plan as orders, and what cannot become one."""

    orders: tuple[Order, ...]
    faults: tuple[Fault, ...]


def edits_of(was: Plan, edited: Plan, author: str, reason: str, file: str) -> Edits:
    """Return what was changed by hand from one plan to the other, as orders from its week on."""
    given = _Given(author, reason, was.stamps.week_start)
    olds, news = ({day.day: day for day in plan.days} for plan in (was, edited))
    orders: list[Order] = []
    for day in olds:
        if day in news:
            there = {item.exercise for item in news[day].items}
            gone = (item.exercise for item in olds[day].items if item.exercise not in there)
            orders += [given.forbid(exercise, day) for exercise in gone]
        else:
            orders.append(given.rest(day))
    for day in news:
        before = {item.exercise: item for item in (olds[day].items if day in olds else ())}
        for item in news[day].items:
            known = before.get(item.exercise)
            changed = [
                part
                for part in ASKED_FOR
                if known is not None and getattr(known, part) != getattr(item, part)
            ]
            if changed or known is None:
                orders.append(given.lock(item, day, changed))
    faults = (Fault(file, None, field, message) for field, message in _unusable(was, edited))
    return Edits(tuple(orders), tuple(faults))


@dataclass(frozen=True, slots=True)
class _Given:
    """Who gives the orders, why, and from when on."""

    author: str
    reason: str
    since: date

    def lock(self, item: PlanItem, day: Weekday, parts: Sequence[str]) -> Order:
        return Lock.model_validate(
            {
                **self._signed(),
                "kind": "lock",
                "exercise": item.exercise,
                "day": day,
                "sets": item.sets,
                **{part: getattr(item, part) for part in parts},
            }
        )

    def forbid(self, exercise: str, day: Weekday) -> Order:
        return Forbid.model_validate(
            {**self._signed(), "kind": "forbid", "exercise": exercise, "day": day}
        )

    def rest(self, day: Weekday) -> Order:
        return Rest.model_validate({**self._signed(), "kind": "rest", "day": day})

    def _signed(self) -> dict[str, object]:
        return {"author": self.author, "reason": self.reason, "from": self.since}


def _unusable(was: Plan, edited: Plan) -> Iterator[tuple[str, str]]:
    """Yield the field and the message of what was changed and cannot become an order."""
    for part in Plan.model_fields:
        if part not in COUNTED and getattr(was, part) != getattr(edited, part):
            yield part, "was changed too, and only the days can be adopted; put this back"
    olds = {day.day: day for day in was.days}
    doses: dict[str, tuple[object, ...]] = {}
    for number, day in enumerate(edited.days):
        before = {}
        if day.day in olds:
            old_day = olds[day.day]
            before = {item.exercise: item for item in old_day.items}
            for part in ("place", "minutes_available"):
                if getattr(old_day, part) != getattr(day, part):
                    yield f"days[{number}].{part}", "stands in the answers; change it there"
        for index, item in enumerate(day.items):
            at = f"days[{number}].items[{index}]"
            if item.exercise in before:
                for part, message in _kept_parts(before[item.exercise], item):
                    yield f"{at}.{part}", message
            dose = (item.reps, item.hold_s)
            if doses.setdefault(item.exercise, dose) != dose:
                yield (
                    at,
                    (
                        f"{item.name} has other repetitions or holds than on an earlier day; they "
                        "are those of all its days, so give them the same everywhere"
                    ),
                )


def _kept_parts(old: PlanItem, new: PlanItem) -> Iterator[tuple[str, str]]:
    for part in PlanItem.model_fields:
        if (
            part not in FOLLOWS
            and part not in ASKED_FOR
            and getattr(old, part) != getattr(new, part)
        ):
            yield (
                part,
                (
                    f"{getattr(old, part)} became {getattr(new, part)}, and no order can ask for "
                    f"that; change {', '.join(ASKED_FOR)} or the list of items, and put this back"
                ),
            )


def broken_by(
    knowledge: Knowledge,
    intake: Intake,
    edited: Plan,
    orders: tuple[Order, ...],
    clinicians: frozenset[str] = frozenset(),
) -> tuple[Violation, ...]:
    """Return every rule that the edited week breaks, at the doses that rules and orders leave."""
    laid = intake.model_copy(update={"orders": (*intake.orders, *orders)})
    stamps = edited.stamps
    built = build(knowledge, laid, stamps.week_start, stamps.options.balance, clinicians)
    built = as_planned(built, edited)
    problem = built.problem
    reasons = {one.exercise.id: one.reason for one in built.excluded}
    refused = {one.order: one.reason for one in built.dropped}
    sets = sets_of(schedule_of(edited))
    candidates = {candidate.id: candidate for candidate in problem.candidates}
    found = [
        Violation("eligibility", f"{name}: {reasons.get(name, 'it is not for you')}", day, name)
        for name, day in sets
        if name not in candidates
    ]
    found += [
        Violation("orders", f"{_about(order)}: {refused[order]}", None, _about(order))
        for order in orders
        if order in refused
    ]
    if found:
        return tuple(found)
    for (name, day), count in sets.items():
        fewest, most = candidates[name].dose.sets
        if not fewest <= count <= most:
            sentence = f"{name} has {count} sets; {fewest} to {most} are allowed"
            found.append(Violation("eligibility", sentence, day, name))
    return tuple(found) or _as_it_would_be(problem, sets)


def _as_it_would_be(problem: Problem, sets: dict[tuple[str, int], int]) -> tuple[Violation, ...]:
    return check_all(problem, decode(problem, sets))


def _about(order: Order) -> str:
    return getattr(order, "exercise", None) or DAY_NAMES[order.day or "mon"]


def orders_text(orders: Sequence[Order]) -> str:
    """Return orders as a file that every command reads."""
    signature = ("author", "reason", "from", "until")
    entries = []
    for order in orders:
        given = order.model_dump(by_alias=True, exclude_none=True)
        asked = {key: value for key, value in given.items() if key not in ("kind", *signature)}
        signed = {key: given[key] for key in signature if key in given}
        entries.append({"kind": order.kind, **asked, **signed})
    text: str = yaml.dump(
        {"orders": entries}, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=1000
    )
    return text


class _Plain(yaml.SafeDumper):
    """Writes every value where it stands, because anchors are not read back."""

    def ignore_aliases(self, data: object) -> bool:
        """Return that nothing is written once for several places."""
        return True
