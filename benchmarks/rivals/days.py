"""The days first, as `recommender.solve.days_first` does it, for a rival with our reductions.

Each set of training days is a smaller week of its own. It has to beat the best value so far, or to
equal it with a better rank; a set that another one covers need not be solved where that one failed.
"""

import math
from collections.abc import Iterable
from typing import Any

from benchmarks.linear import Column, DaySet, Linear, Stage
from benchmarks.rivals.tiers import Run, Solver, WrongAnswer

RANKED = {"shortfall": "rhythm", "unsuitability": "first_days"}
"""The tiers that are searched over the sets of days, each with the one that ranks the days."""


def days_first(linear: Linear, solver: Solver, limit: float) -> dict[str, Any]:
    """Return what a solver proves within `limit` seconds; see `Run.outcome`.

    Raises `WrongAnswer` as soon as it contradicts its own rows or an earlier tier.
    """
    run = Run(linear, solver, limit)
    stages = {stage.name: stage for stage in linear.stages}
    choices = list(linear.day_sets or ())
    best: DaySet | None = None
    for tier, ranking in RANKED.items():
        best = _search(run, stages[tier], ranking, choices, best)
        if best is None:
            return run.outcome()
        run.complete(stages[ranking])
        run.add(stages[ranking], stages[ranking].value(run.start), None, 0.0, proven=True)
        choices = [one for one in choices if one.ranks[ranking] == best.ranks[ranking]]
    run.settle({column: run.start[column] for column in linear.trains})
    for stage in linear.stages[len(run.tiers) :]:
        if not run.tier(stage):
            break
    return run.outcome()


def _search(
    run: Run, stage: Stage, ranking: str, choices: Iterable[DaySet], known: DaySet | None
) -> DaySet | None:
    """Return the best set of days in a stage; None without a week or without a proof.

    The set that is `known` from the tier before comes first, or else the one with the most time.
    """
    before = run.spent
    run.complete(stage)
    every = run.linear.day_sets or ()
    order = sorted(choices, key=lambda one: (one.ranks[ranking], -one.seconds, one.trains))
    first = known or max(order, key=lambda one: one.seconds, default=None)
    order.sort(key=lambda one: one is not first)
    best, value = known, math.inf
    proven = True
    floors: dict[int, float] = {}
    for days in order:
        better = best is not None and days.ranks[ranking] < best.ranks[ranking]
        limit = value if better else value - 1
        if limit < 0 or any(
            (floor > limit or floor == math.inf) and every.index(days) in every[other].covers
            for other, floor in floors.items()
        ):
            continue
        more = [stage.held(int(limit))] if limit < math.inf else []
        start = run.start if days is known else {}
        outcome, week = run.solve(stage, _on(run, days), start, *more)
        if outcome.status == "impossible" and days is known:
            raise WrongAnswer(f"{stage.name} lost the week of the tier before it")
        if week:
            run.possible, run.start = True, week
            best, value = days, stage.value(week)
        proven = outcome.status != "stopped"
        if not proven:
            break
        floors[every.index(days)] = value if week else limit + 1
    if value < math.inf:
        run.add(stage, int(value), None, run.spent - before, proven=proven)
    elif proven:
        run.possible = False
    return best if proven and value < math.inf else None


def _on(run: Run, days: DaySet) -> list[Column]:
    """Return the columns with exactly these days as training days."""
    columns = list(run.columns)
    for train in run.linear.trains:
        columns[train] = Column(1, 1) if train in days.trains else Column(0, 0)
    return columns
