"""Why an item of a template is not in a week: what forbids it, or what the solver says of it."""

from collections.abc import Collection
from dataclasses import dataclass

from constraints.day_fit import suits
from constraints.equipment import fits
from constraints.problem import Problem
from constraints.week_model import WeekModel
from knowledge.schema.template import TemplateItem
from recommender.answers import DAY_NAMES
from recommender.build import Built
from recommender.draft import excluded
from recommender.explain.figures import figures_of
from recommender.explain.loss import tier_words
from recommender.objective import TIERS
from recommender.solve import OutOfTime, Sets, solve
from recommender.template.files import matches
from recommender.template.report import Why


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in one or two sentences, with the rule and its sources where there is one."""

    why: Why
    reason: str
    rule: str = ""
    sources: tuple[str, ...] = ()


def reason_of(built: Built, sets: Sets, item: TemplateItem, day: int, seed: int) -> Reason:
    """Return why the session on a day does without an item of the template.

    `sets` is the week. What no rule forbids is answered by solving for a week with it once more.
    """
    problem = built.problem
    named = {c.id: c for c in problem.candidates if matches(item, c.exercise)}
    if not named:
        return _left_out(built, item)
    there = problem.days[day]
    if not any(suits(problem.knowledge, one, there) for one in named.values()):
        return _unsuited(problem, frozenset(named), day)
    done = sum(name in named for name, _ in sets)
    return _solved(problem, sets, frozenset(named), done + 1, seed)


def _left_out(built: Built, item: TemplateItem) -> Reason:
    """Return why nothing that an item names is a candidate; of an open choice, the first reason."""
    out = [one for one in built.excluded if matches(item, one.exercise)]
    first = excluded(out[0], {candidate.id for candidate in built.problem.candidates})
    also = f" ({first.name}, the first of {len(out)})" if len(out) > 1 else ""
    return Reason(first.cause, f"{first.reason}{also}", first.rule, first.source)


def _unsuited(problem: Problem, names: Collection[str], day: int) -> Reason:
    there, exercises = problem.days[day], problem.knowledge.exercises
    where = f"on {DAY_NAMES[there.weekday]}"
    if any(fits(problem.knowledge, exercises[name], there.equipment) for name in names):
        return Reason("day", f"It suits neither the hour nor what there is to hold on to {where}.")
    return Reason("day", f"What it needs is not there {where}.")


def _solved(
    problem: Problem, sets: Sets, names: Collection[str], at_least: int, seed: int
) -> Reason:
    def once_more(week: WeekModel) -> None:
        uses = [use for (name, _), use in week.use.items() if name in names]
        week.model.add(week.sum(uses) >= at_least)

    before = figures_of(problem, sets)
    try:
        with_it = solve(problem, seed=seed, tiers=1, post=once_more)
    except OutOfTime:
        return Reason("no_week", "The search for a week with it ended before it had an answer.")
    if with_it is None:
        return Reason("no_week", "No week with it keeps days, minutes, orders and rules.")
    if with_it.stopped_by == "interrupt":
        raise KeyboardInterrupt
    after = figures_of(problem, with_it.sets)
    if after.weighted_missing > before.weighted_missing:
        words = tier_words(TIERS[0].name, before, after)
        return Reason("targets", f"With it the targets are missed: {words}.")
    return Reason("template", "It fits only where other items of the template give way.")
