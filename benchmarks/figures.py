"""What the runs come to: one figure an instance, and median, p95 and worst over instances."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

OURS = "backplan"
TICK = 0.001
"""Seconds below which nothing is told apart: a ratio counts less as this much."""

Row = Mapping[str, Any]
"""One instance: name, balance, possible, and `runs` by solver, each a list of repeats."""


def proven(run: Mapping[str, Any]) -> bool:
    """Return whether a run proved that there is no week, or all tiers of one."""
    if run["possible"] is None:
        return False
    return all(tier["proven"] for tier in run["tiers"])


def counted(run: Mapping[str, Any], figure: str, limit: float) -> float:
    """Return the seconds of a run, or the limit if it did not end in a proof."""
    return float(run[figure]) if proven(run) else limit


def of_instance(row: Row, solver: str, figure: str, limit: float) -> float | None:
    """Return the median of a figure over the repeats of one instance, None if it has none.

    `proof` and `solve` count at the limit where a proof is missing.
    """
    runs = row["runs"].get(solver, [])
    if figure in ("proof", "solve"):
        return statistics.median(counted(run, figure, limit) for run in runs) if runs else None
    found = [run[figure] for run in runs if run.get(figure) is not None]
    return statistics.median(found) if found else None


def all_proven(row: Row, solver: str) -> bool:
    """Return whether every repeat of a solver ended in a proof."""
    return all(proven(run) for run in row["runs"][solver])


def summary(values: Iterable[float | None]) -> dict[str, float] | None:
    """Return median, p95 and max (None for no value at all); p95 is a value that was measured."""
    found = sorted(value for value in values if value is not None)
    if not found:
        return None
    p95 = found[math.ceil(0.95 * len(found)) - 1]
    return {"median": statistics.median(found), "p95": p95, "max": found[-1]}


def share(row: Row, limit: float) -> float | None:
    """Return (build + decode + check) / solve of one instance."""
    parts = [of_instance(row, OURS, figure, limit) for figure in ("build", "decode", "check")]
    solve = of_instance(row, OURS, "solve", limit)
    if solve is None or None in parts:
        return None
    return sum(part for part in parts if part is not None) / max(solve, TICK)


def compared(solvers: Sequence[str]) -> dict[str, list[str]]:
    """Return what is compared with ours: each solver, and the best of a rival's formulations."""
    rivals: dict[str, list[str]] = {}
    for solver in solvers:
        rivals.setdefault(solver.partition("+")[0], []).append(solver)
    several = {f"{rival}, best": names for rival, names in rivals.items() if len(names) > 1}
    return {**{solver: [solver] for solver in solvers}, **several}


def ratios(rows: Sequence[Row], solvers: Sequence[str], figure: str, limit: float) -> list[float]:
    """Return for each instance the time of the fastest of these solvers over ours.

    `figure` is what ours counts: `proof` (inside the solver) or `solve` (the whole call).
    """
    found = []
    for row in rows:
        times = [of_instance(row, solver, "proof", limit) for solver in solvers]
        theirs = min((time for time in times if time is not None), default=None)
        ours = of_instance(row, OURS, figure, limit)
        if theirs is not None and ours is not None:
            found.append(max(theirs, TICK) / max(ours, TICK))
    return found


def tier_names(rows: Sequence[Row]) -> list[str]:
    """Return the names of the tiers in their order; a run that found no week has none."""
    runs = [run["tiers"] for row in rows for run in row["runs"][OURS]]
    return [tier["name"] for tier in max(runs, key=len, default=[])]


def of_tier(row: Row, name: str) -> tuple[float | None, bool]:
    """Return the median seconds of a tier over the repeats, and whether all of them proved it.

    The seconds are None if no repeat reached the tier.
    """
    tiers = [tier for run in row["runs"][OURS] for tier in run["tiers"] if tier["name"] == name]
    reached = [tier["seconds"] for tier in tiers if tier["value"] is not None]
    return (
        statistics.median(reached) if reached else None,
        bool(tiers) and all(tier["proven"] for tier in tiers),
    )


def all_figures(rows: Sequence[Row], solvers: Sequence[str], limit: float) -> dict[str, Any]:
    """Return every summary, as the JSON holds them; ratios are of medians of each instance."""
    weeks = [row for row in rows if row["possible"]]
    none = [row for row in rows if not row["possible"]]
    ours = ("build", "first", "proof", "solve", "decode", "check", "memory_mib")
    return {
        "weeks": len(weeks),
        "proven": {s: sum(all_proven(row, s) for row in weeks) for s in solvers},
        "ours": {f: summary(of_instance(row, OURS, f, limit) for row in weeks) for f in ours},
        "share": summary(share(row, limit) for row in weeks),
        "tiers": {
            name: summary(of_tier(row, name)[0] for row in weeks) for name in tier_names(weeks)
        },
        "proof": {
            s: summary(of_instance(row, s, "proof", limit) for row in weeks) for s in solvers
        },
        "ratio_to_proof": {
            name: summary(ratios(weeks, members, "proof", limit))
            for name, members in compared(solvers).items()
        },
        "ratio_to_solve": {
            name: summary(ratios(weeks, members, "solve", limit))
            for name, members in compared(solvers).items()
        },
        "impossible": {
            s: summary(of_instance(row, s, "proof", limit) for row in none) for s in solvers
        },
        "explain": summary(of_instance(row, OURS, "explain", limit) for row in none),
    }
