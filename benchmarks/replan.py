"""How long it takes to make a plan again after one order, on the reference set.

Each of the possible weeks gets one order, drawn by a seed from what its plan holds: an exercise
forbidden, locked, capped or required, or a day of rest. Measured is what `backplan replan` does
between reading the files and printing, the same without what the last plan proves of the new one
(`unaided`), and with the reasons of every change. Times are seconds of the processor, one thread,
so that a busy machine does not show. Every plan goes through all checkers.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from benchmarks.generate import WEEK
from benchmarks.one import index, intake_of
from knowledge import Intake, Knowledge, Order, load_knowledge
from knowledge.schema.order import Cap, Forbid, Lock, Require, Rest
from recommender.check import check_plan
from recommender.draft import Request
from recommender.plan import Plan
from recommender.recommend import recommend
from recommender.replan.floor import shortfall_at_least
from recommender.replan.replan import Asked, replan, request_for

TODAY = WEEK - timedelta(days=1)
SIGNED: dict[str, Any] = {"author": "B. Lind", "reason": "benchmark"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each week, and the figures of all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replan", description=__doc__)
    parser.add_argument("--only", help="01,02: these instances")
    parser.add_argument("--reasons", action="store_true", help="time the reasons as well")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    import ortools.sat.python.cp_model  # noqa: F401 - its import is no part of a solve

    knowledge = load_knowledge()
    names = options.only.split(",") if options.only else list(index())
    rows = [
        _row(knowledge, name, random.Random(f"{options.seed} {name}"), reasons=options.reasons)
        for name in names
        if index()[name]["possible"]
    ]
    _report(rows)


def _row(
    knowledge: Knowledge, name: str, seeded: random.Random, *, reasons: bool
) -> dict[str, Any]:
    intake = intake_of(knowledge, name)
    plan = recommend(knowledge, intake, Request(WEEK, balance=index()[name]["balance"]))
    for order in _orders(plan, seeded):
        laid = intake.model_copy(update={"orders": (*intake.orders, order)})
        seconds, new = _timed(partial(_again, knowledge, laid, plan, 0))
        if new.days:
            break
    else:
        raise AssertionError(f"{name}: no order leaves a week")
    told = _timed(partial(_again, knowledge, laid, plan, 6))[0] if reasons else None
    request = request_for(laid, plan, Asked(), TODAY)
    known = shortfall_at_least(knowledge, laid, plan, request)
    unaided, other = _timed(partial(recommend, knowledge, laid, request))
    if check_plan(knowledge, laid, new, TODAY):
        raise AssertionError(f"{name}: the plan breaks a rule")
    same = [day.items for day in other.days] == [day.items for day in new.days]
    if not same and all(tier.proven for tier in (*new.tiers, *other.tiers)):
        raise AssertionError(f"{name}: the known shortfall changes the plan")
    row = {
        "name": name,
        "order": order.kind,
        "seconds": seconds,
        "unaided": unaided,
        "reasons": told,
        "known": known,
        "shortfall": new.tiers[0].value,
        "kept": new.tiers[1].value,
        "proven": all(tier.proven for tier in new.tiers),
    }
    with_reasons = "" if told is None else f"with reasons {told:6.2f} s  "
    print(
        f"{name}  {order.kind:<8} {seconds:6.2f} s  unaided {unaided:6.2f} s  {with_reasons}"
        f"shortfall {row['shortfall']:>3} (known {known:>3})  changed {row['kept']:>2}  "
        f"{'proven' if row['proven'] else 'NOT PROVEN'}",
        flush=True,
    )
    return row


def _again(knowledge: Knowledge, intake: Intake, plan: Plan, tries: int) -> Plan:
    return replan(knowledge, intake, plan, Asked(), TODAY, tries=tries)


def _timed(work: Callable[[], Plan]) -> tuple[float, Plan]:
    """Return what a call cost the processor, in seconds; other programs do not count in it."""
    begin = time.process_time()
    plan = work()
    return time.process_time() - begin, plan


def _orders(plan: Plan, seeded: random.Random) -> Iterator[Order]:
    """Yield orders in a seeded sequence, to take the first that leaves a week."""
    while True:
        day = seeded.choice(plan.days)
        item = seeded.choice(day.items)
        main = [one for one in day.items if one.block == "main"]
        unused = seeded.choice(plan.not_chosen).exercise if plan.not_chosen else item.exercise
        chosen = seeded.choice(main)
        drawn: list[Order] = [
            Forbid(kind="forbid", exercise=item.exercise, **SIGNED),
            Forbid(kind="forbid", exercise=chosen.exercise, day=day.day, **SIGNED),
            Lock(kind="lock", exercise=chosen.exercise, day=day.day, sets=1, **SIGNED),
            Cap(kind="cap", exercise=chosen.exercise, sets=1, **SIGNED),
            Require(kind="require", exercise=unused, **SIGNED),
            Rest(kind="rest", day=day.day, **SIGNED),
        ]
        yield seeded.choice(drawn)


def _report(rows: Sequence[dict[str, Any]]) -> None:
    for figure in ("seconds", "unaided", "reasons"):
        values = sorted(row[figure] for row in rows if row[figure] is not None)
        if not values:
            continue
        print(
            f"{figure:<8} median {statistics.median(values):.2f} s, "
            f"p95 {values[min(len(values) - 1, int(0.95 * len(values)))]:.2f} s, "
            f"worst {values[-1]:.2f} s, above 2 s: {sum(value > 2 for value in values)}"
        )
    print(f"{len(rows)} weeks, {sum(row['proven'] for row in rows)} proven in all tiers")


if __name__ == "__main__":
    main()
