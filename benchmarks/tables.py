"""Prints the figures for people, in 100 columns."""

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.figures import OURS, Row, all_proven, of_instance, of_tier, share

FIGURES = ("build", "first", "proof", "solve", "decode", "check")
SPREAD = ("median", "p95", "max")


def header() -> str:
    """Return the heads of the columns of `instance_line`."""
    titles = "".join(f"{title:>9}" for title in FIGURES)
    return f"{'instance':<9}{titles}{'MiB':>7}{'share':>8}{'proven':>8}"


def instance_line(row: Row, limit: float) -> str:
    """Return one line on an instance: seconds, peak memory, share of what is no solving."""
    if not row["possible"]:
        verdict = _seconds(of_instance(row, OURS, "proof", limit), width=0)
        explain = _seconds(of_instance(row, OURS, "explain", limit), width=0)
        return f"{row['name']:<9}no week: verdict in {verdict} s, explained in {explain} s"
    cells = "".join(
        _seconds(
            of_instance(row, OURS, figure, limit),
            open_end=figure in ("proof", "solve") and not all_proven(row, OURS),
            width=9,
        )
        for figure in FIGURES
    )
    tiers = row["runs"][OURS][0]["tiers"]
    reached = f"{sum(tier['proven'] for tier in tiers)}/{len(tiers)}"
    memory = of_instance(row, OURS, "memory_mib", limit)
    return f"{row['name']:<9}{cells}{memory:>7.0f}{_percent(share(row, limit)):>8}{reached:>8}"


def _seconds(value: float | None, *, open_end: bool = False, width: int = 10) -> str:
    if value is None:
        return f"{'-':>{width}}"
    return f"{('>' if open_end else '') + format(value, '.3f'):>{width}}"


def _cells(spreads: Mapping[str, float] | None, width: int = 10) -> str:
    return "".join(_seconds(spreads[spread] if spreads else None, width=width) for spread in SPREAD)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def report(
    rows: Sequence[Row], figures: Mapping[str, Any], solvers: Sequence[str], limit: float
) -> Iterator[str]:
    """Yield the lines of all tables that come after the instances."""
    weeks = [row for row in rows if row["possible"]]
    if weeks:
        yield from _summary(figures)
        yield from _tiers(weeks, figures)
        yield from _greedy(weeks)
    if len(weeks) < len(rows):
        yield from _impossible(rows, figures, solvers)
    if weeks and len(solvers) > 1:
        yield from _rivals(weeks, figures, solvers, limit)


def _summary(figures: Mapping[str, Any]) -> Iterator[str]:
    ours = figures["ours"]
    count, done = figures["weeks"], figures["proven"][OURS]
    for spread in SPREAD:
        cells = "".join(
            _seconds(ours[figure] and ours[figure][spread], width=9) for figure in FIGURES
        )
        memory = ours["memory_mib"][spread]
        part = figures["share"] and figures["share"][spread]
        end = f"{f'{done}/{count}':>8}" if spread == "median" else ""
        yield f"{spread:<9}{cells}{memory:>7.0f}{_percent(part):>8}{end}"


def _tiers(weeks: Sequence[Row], figures: Mapping[str, Any]) -> Iterator[str]:
    if not figures["tiers"]:
        return
    yield ""
    yield f"{'tier, s':<16}" + "".join(f"{spread:>10}" for spread in SPREAD) + f"{'proven':>10}"
    for name, spreads in figures["tiers"].items():
        done = sum(of_tier(row, name)[1] for row in weeks)
        yield f"{name:<16}{_cells(spreads)}{f'{done}/{len(weeks)}':>10}"


def _greedy(weeks: Sequence[Row]) -> Iterator[str]:
    """Yield what a week without search is worth, beside the solved one."""
    runs = [row["runs"][OURS][0] for row in weeks if row["runs"][OURS][0].get("greedy")]
    if not runs:
        return
    broken = Counter(name for run in runs for name in run["greedy"]["broken"])
    yield ""
    titles = ("weeks kept", "shortfall", "sets apart")
    heads = "".join(f"{title:>12}" for title in titles)
    yield f"{'mean of a week':<16}{'rules broken':>14}{heads}"
    for title, key in (("greedy", "greedy"), (OURS, "quality")):
        values = [run[key] for run in runs]
        kept = f"{sum(not value['broken'] for value in values)}/{len(values)}"
        rules = statistics.mean(len(value["broken"]) for value in values)
        missing = statistics.mean(value["shortfall"] for value in values)
        apart = statistics.mean(value["sets_apart"] for value in values)
        yield f"{title:<16}{rules:>14.1f}{kept:>12}{missing:>12.1f}{apart:>12.1f}"
    worst = ", ".join(f"{name} {count}" for name, count in broken.most_common(3))
    yield f"Rules that greedy breaks in most weeks: {worst or 'none'}."


def _impossible(
    rows: Sequence[Row], figures: Mapping[str, Any], solvers: Sequence[str]
) -> Iterator[str]:
    yield ""
    title = f"no week ({len(rows) - figures['weeks']}), s"
    yield f"{title:<24}" + "".join(f"{spread:>10}" for spread in SPREAD)
    for solver in solvers:
        yield f"{'verdict of ' + solver:<24}{_cells(figures['impossible'][solver])}"
    yield f"{'clash and repairs':<24}{_cells(figures['explain'])}"


def _rivals(
    weeks: Sequence[Row], figures: Mapping[str, Any], solvers: Sequence[str], limit: float
) -> Iterator[str]:
    yield ""
    yield f"{'proof, s':<10}" + "".join(f"{solver:>12}" for solver in solvers)
    for row in weeks:
        cells = (
            _seconds(
                of_instance(row, solver, "proof", limit),
                open_end=not all_proven(row, solver),
                width=12,
            )
            for solver in solvers
        )
        yield f"{row['name']:<10}" + "".join(cells)
    for spread in SPREAD:
        cells = (_seconds(figures["proof"][solver][spread], width=12) for solver in solvers)
        yield f"{spread:<10}" + "".join(cells)
    counts = (f"{figures['proven'][solver]}/{len(weeks)}" for solver in solvers)
    yield f"{'proven':<10}" + "".join(f"{count:>12}" for count in counts)
    yield ""
    for solver in solvers[1:]:
        died = [row["name"] for row in weeks if any("died" in r for r in row["runs"][solver])]
        if died:
            yield f"{solver} ended without an answer in: {', '.join(died)}"
    yield f"No proof within {limit:g} s (>) counts as {limit:g} s."
    yield ""
    yield "Seconds in the solver, as a multiple of ours on the same week:"
    yield f"{'':<14}{'ours: in the solver':>30}{'ours: the whole call':>30}"
    yield f"{'':<14}" + 2 * "".join(f"{spread:>10}" for spread in SPREAD)
    for name, inside in figures["ratio_to_proof"].items():
        if name != OURS:
            yield f"{name:<14}{_ratio(inside)}{_ratio(figures['ratio_to_solve'][name])}"


def _ratio(spreads: Mapping[str, float]) -> str:
    return "".join(f"{spreads[spread]:>10.2f}" for spread in SPREAD)
