"""The plan that is explained, and the best week under other orders to compare it with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from constraints.problem import Problem
from constraints.schedule import Schedule
from knowledge import Fault, Intake, Knowledge, Order, Weekday
from recommender.build import Built, build
from recommender.conditions import NO_CLINICIANS
from recommender.draft import intake_stamp
from recommender.explain.figures import Figures, figures_of
from recommender.objective import TIERS
from recommender.plan import Plan, schedule_of
from recommender.recommend import checked
from recommender.replan.begun import as_planned
from recommender.solve import Sets, solve

FIRST_TIERS = 3
"""The tiers that are solved first; mostly they decide, and the others take longer."""

AUTHOR = "explain"

_ORDER: TypeAdapter[Order] = TypeAdapter(Order)


@dataclass(frozen=True)
class Base:
    """A plan with its answers, the problem behind it, and the figures of its own days."""

    knowledge: Knowledge
    intake: Intake
    clinicians: frozenset[str]
    plan: Plan
    built: Built
    sets: Sets
    figures: Figures

    @property
    def problem(self) -> Problem:
        """Return the problem that the plan is a week of."""
        return self.built.problem


@dataclass(frozen=True)
class Week:
    """A solved and checked week; `proven` are the names of its proven tiers."""

    sets: Sets
    schedule: Schedule
    figures: Figures
    proven: tuple[str, ...]


def base_of(
    knowledge: Knowledge, intake: Intake, plan: Plan, clinicians: frozenset[str] = NO_CLINICIANS
) -> Base:
    """Return the plan ready to be explained; it must have passed `check_plan` and have no faults.

    Its figures are counted on its days, never taken from the file.
    """
    stamps = plan.stamps
    whole = build(knowledge, intake, stamps.week_start, stamps.options.balance, clinicians)
    built = as_planned(whole, plan)
    sets = sets_of(schedule_of(plan))
    return Base(
        knowledge, intake, clinicians, plan, built, sets, figures_of(built.problem, sets)
    )  # fmt: skip


def sets_of(schedule: Schedule) -> dict[tuple[str, int], int]:
    """Return the sets of a schedule by exercise id and day index."""
    return {
        (item.exercise, index): item.sets
        for index, items in enumerate(schedule.days)
        for item in items
    }


def stamp_faults(
    knowledge: Knowledge, intake: Intake, plan: Plan, clinicians: frozenset[str], file: str
) -> Iterator[Fault]:
    """Yield why a plan is not one of these answers, this knowledge base and these settings."""
    stamps = plan.stamps
    answers = intake_stamp(intake)
    if stamps.intake != answers:
        message = (
            f"the plan was made from answers {stamps.intake}, and these are {answers}; give the "
            "file that it was made from, or make a new plan"
        )
        yield Fault(file, None, "stamps.intake", message)
    if stamps.knowledge != knowledge.version:
        message = (
            f"the plan was made with knowledge {stamps.knowledge}, and this is {knowledge.version};"
            " give the same --knowledge folders, or make a new plan"
        )
        yield Fault(file, None, "stamps.knowledge", message)
    role = "clinician" if clinicians else "individual"
    if stamps.role != role:
        message = (
            f"the plan was made as {stamps.role}, and these settings are those of an {role}; "
            "explain it where it was made, or make a new plan"
        )
        yield Fault(file, None, "stamps.role", message.replace("an clinician", "a clinician"))


def notes_of(base: Base) -> tuple[str, ...]:
    """Return what has to be said before an explanation of this plan."""
    counted = base.figures.values()
    printed = {tier.name: tier.value for tier in base.plan.tiers if tier.name in counted}
    if printed != counted:
        return (
            "The tiers in the file are not those of its days, so it was changed by hand or cut "
            "short. What follows compares with its days as they stand.",
        )
    if base.plan.stamps.last is not None:
        return (
            "This plan keeps an earlier one as far as it goes. What follows compares weeks as if "
            "there were none to keep, so another week may be better than it.",
        )
    if any(not tier.proven for tier in base.plan.tiers):
        return ("This plan is not proven best, so another week may be better than it.",)
    return ()


def order(kind: str, exercise: str, day: Weekday | None = None) -> Order:
    """Return an order of this module, to ask what would be if."""
    return _ORDER.validate_python(
        {"kind": kind, "exercise": exercise, "day": day, "author": AUTHOR, "reason": "asked"}
    )


def best_week(base: Base, orders: Sequence[Order], tiers: int = len(TIERS)) -> Week | None:
    """Return the best week of the same problem with more orders, or None if there is none.

    With fewer `tiers` only those are solved for; the week is a whole one all the same. Raises
    `CheckFailed` as `recommend` does, `OutOfTime` if nothing was found, and `KeyboardInterrupt` if
    somebody stopped the search.
    """
    problem = replace(base.problem, orders=(*base.problem.orders, *orders))
    solution = solve(problem, seed=base.plan.stamps.seed, tiers=tiers)
    if solution is None:
        return None
    if solution.stopped_by == "interrupt":
        raise KeyboardInterrupt
    return Week(
        solution.sets,
        checked(problem, solution.sets),
        figures_of(problem, solution.sets),
        tuple(tier.name for tier in solution.tiers if tier.proven),
    )
