"""Draws how many of the weeks were proven after so many seconds, a curve for each solver."""

from collections.abc import Mapping, Sequence
from pathlib import Path

COLOURS = ("#0072b2", "#999999", "#d55e00", "#009e73", "#cc79a7", "#e69f00")
"""Told apart by people who are colour-blind (Okabe and Ito)."""

FIRST_S = 0.01


def curves(times: Mapping[str, Sequence[float | None]], limit: float, path: Path) -> None:
    """Write the curves as SVG, the same bytes for the same times.

    `times` are the seconds to proof by solver, one an instance, None where there was no proof.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams.update({"svg.hashsalt": "backplan", "svg.fonttype": "none"})
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    for number, (solver, seconds) in enumerate(times.items()):
        done = sorted(max(one, FIRST_S) for one in seconds if one is not None)
        shares = [100 * count / len(seconds) for count in range(len(done) + 1)]
        label = f"{solver} ({len(done)} of {len(seconds)})"
        axes.step([FIRST_S, *done, limit], [*shares, shares[-1]], where="post", label=label,
                  color=COLOURS[number % len(COLOURS)])  # fmt: skip
    axes.set_xscale("log")
    axes.set_xlim(FIRST_S, limit)
    axes.set_ylim(0, 101)
    axes.set_xlabel("seconds, one thread, all tiers")
    axes.set_ylabel("weeks proven optimal, %")
    axes.grid(visible=True, which="both", alpha=0.25)
    axes.legend(loc="lower right")
    figure.savefig(path, format="svg", metadata={"Date": None})
