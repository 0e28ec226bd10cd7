"""`backplan knowledge check`: whether a knowledge base holds together, and for whom it is short."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands._common import Overlays, load
from cli.exit_codes import BAD_INPUT

if TYPE_CHECKING:
    from knowledge import Knowledge
    from recommender.supply import Supply

WORST = 20


def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="An overlay, or a whole knowledge base.")
    ] = None,
    known_gaps: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Cells that are known to be short; any other is an error."
        ),
    ] = None,
    overlays: Overlays = None,
) -> None:
    """Check words, sources, ladders and cells, and show where exercises run short.

    Exit code 0: it holds. 2: something in it is wrong, or a cell that is not known runs short.
    """
    from knowledge import load_knowledge
    from recommender.supply import supply

    if folder is not None and (folder / "dosing.yaml").exists():
        knowledge = load_knowledge(folder, overlays or ())
    else:
        knowledge, _ = load([*(overlays or ()), *([] if folder is None else [folder])])
    table = supply(knowledge)
    for line in (*_counts(knowledge), *_overlays(knowledge), *_supply(table)):
        typer.echo(line)
    if known_gaps is not None:
        _compare(table, known_gaps)


def _counts(knowledge: "Knowledge") -> list[str]:
    exercises = Counter(one.side for one in knowledge.exercises.values())
    cells = Counter(
        (rule.verdict, rule.verified)
        for condition in knowledge.conditions.values()
        for rule in condition.cells.values()
    )
    lines = [
        f"{len(knowledge.exercises)} exercises ({exercises['abdominal']} abdominal, "
        f"{exercises['lumbar']} lumbar), {len({e.family for e in knowledge.exercises.values()})} "
        "ladders",
        f"{len(knowledge.conditions)} conditions x {len(knowledge.demands)} demands, "
        f"{len(knowledge.screening.red_flags)} red flags, {len(knowledge.sources)} sources",
        "",
        f"{'cells':<12}{'verified':>10}{'not':>10}{'all':>10}",
    ]
    for verdict in ("exclude", "clearance", "modify", "allow"):
        yes, no = cells[verdict, True], cells[verdict, False]
        lines.append(f"{verdict:<12}{yes:>10}{no:>10}{yes + no:>10}")
    return lines


def _overlays(knowledge: "Knowledge") -> list[str]:
    lines = []
    for overlay in knowledge.overlays:
        lines += ["", f"overlay {overlay.name}"]
        lines += [f"  added     {name}" for name in overlay.added]
        lines += [f"  replaced  {name}" for name in overlay.replaced]
        lines += [f"  weakened  {one.entry}: {one.what} ({one.reason})" for one in overlay.weakened]
    return lines


def _supply(table: "Supply") -> list[str]:
    referred = sum(cell.referred for cell in table.cells)
    lines = [
        "",
        f"supply: {len(table.cells)} cells (condition, place, level), {referred} of them referred",
        f"the {WORST} worst that get a plan:",
        f"  {'condition':<36}{'place':<15}{'level':<13}{'abd':>4}{'lum':>4}",
    ]
    lines += [
        f"  {cell.condition:<36}{cell.place:<15}{cell.level:<13}{cell.abdominal:>4}{cell.lumbar:>4}"
        for cell in table.worst(WORST)
    ]
    short = [cell for cell in table.cells if cell.fails]
    lines += ["", f"{len(short)} cells cannot make a balanced week"]
    lines += [f"  {cell.name}" for cell in short]
    if table.unreachable:
        lines += ["", "nobody can ever get:", *(f"  {name}" for name in table.unreachable)]
    return lines


def _compare(table: "Supply", known_gaps: Path) -> None:
    """End with an error if the short cells are not exactly the known ones."""
    from knowledge.reading import read_text

    known = {
        line for line in read_text(known_gaps).splitlines() if line and not line.startswith("#")
    }
    short = {cell.name for cell in table.cells if cell.fails}
    for name in sorted(short - known):
        typer.echo(f"error: {known_gaps}: {name} used to work and runs short now", err=True)
    for name in sorted(known - short):
        typer.echo(f"error: {known_gaps}: {name} works now; take the line out", err=True)
    if short != known:
        raise typer.Exit(BAD_INPUT)
