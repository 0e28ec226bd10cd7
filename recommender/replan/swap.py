"""What could stand in the place of an item, and what each choice would change and cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from constraints.problem import Candidate
from knowledge import Intake, Order, Weekday
from knowledge.schema.order import Forbid, Require
from recommender.explain.base import Base
from recommender.explain.figures import figures_of
from recommender.explain.items import stand_ins_for
from recommender.explain.loss import loss_of
from recommender.last_week import last_week_of
from recommender.plan import PlanDay, PlanItem
from recommender.recommend import checked
from recommender.replan.trials import Report, changes_in
from recommender.solve import solve

CHOICES = 5
"""How many exercises are tried in the place of one, the likeliest."""
TIERS = 4
"""The tiers that a choice is measured by: shortfall, kept, rhythm, unsuitability."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An exercise that can stand in: the other items that change with it, and what it costs.

    `cost` is empty where the week is as good. `rank` sorts: shortfall, changes, unsuitability.
    """

    exercise: str
    name: str
    others: int
    cost: str
    rank: tuple[int, ...]


def swap_orders(item: PlanItem, other: str, day: Weekday, author: str) -> tuple[Order, ...]:
    """Return the orders that put another exercise in the place of an item."""
    reason = f"in place of {item.name}"
    return (
        Forbid(kind="forbid", exercise=item.exercise, day=day, author=author, reason="swapped"),
        Require(kind="require", exercise=other, day=day, author=author, reason=reason),
    )


def choices_for(
    base: Base, day: PlanDay, item: PlanItem, report: Report | None = None
) -> tuple[Choice, ...]:
    """Return the checked choices for the place of an item, the cheapest first.

    Each is the closest week to the plan with that exercise there. What cannot be is left out.
    """
    found = []
    for candidate in stand_ins_for(base, day, item)[:CHOICES]:
        if report is not None:
            report(candidate.exercise.name)
        choice = _choice(base, day, item, candidate)
        if choice is not None:
            found.append(choice)
    return tuple(sorted(found, key=lambda choice: choice.rank))


def with_swap(intake: Intake, orders: Sequence[Order]) -> Intake:
    """Return the answers with the orders of a swap laid on them."""
    return intake.model_copy(update={"orders": (*intake.orders, *orders)})


def _choice(base: Base, day: PlanDay, item: PlanItem, candidate: Candidate) -> Choice | None:
    orders = swap_orders(item, candidate.id, day.day, "swap")
    problem = replace(base.problem, orders=(*base.problem.orders, *orders))
    last = last_week_of(problem, base.plan)
    solution = solve(
        problem,
        seed=base.plan.stamps.seed,
        tiers=TIERS,
        last=last,
        shortfall_at_least=_known_shortfall(base),
    )
    if solution is None:
        return None
    if solution.stopped_by == "interrupt":
        raise KeyboardInterrupt
    checked(problem, solution.sets)
    mine, other = base.figures, figures_of(problem, solution.sets)
    loss = loss_of(mine, other, [tier.name for tier in solution.tiers if tier.proven], TIERS - 1)
    swapped = sum(
        place in last.sets or place in solution.sets
        for place in ((item.exercise, _index(base, day)), (candidate.id, _index(base, day)))
    )
    return Choice(
        exercise=candidate.id,
        name=candidate.exercise.name,
        others=changes_in(last, solution.sets) - swapped,
        cost=loss.words if loss is not None and loss.rank != "same" else "",
        rank=tuple(tier.value or 0 for tier in solution.tiers[:TIERS]),
    )


def _known_shortfall(base: Base) -> int:
    """Return the shortfall that no week is below, if the plan is proven to have the least."""
    first = base.plan.tiers[0]
    proven = first.proven and first.value == base.figures.weighted_missing
    return base.figures.weighted_missing if proven else 0


def _index(base: Base, day: PlanDay) -> int:
    return (day.date - base.plan.stamps.week_start).days
