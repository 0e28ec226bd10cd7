"""What several commands share."""

import datetime
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import REFERRED

if TYPE_CHECKING:
    from knowledge import Knowledge
    from recommender.screening import Screened

Overlays = Annotated[
    list[Path] | None,
    typer.Option(
        "--knowledge",
        metavar="DIR",
        help="Lay this folder on the knowledge base (repeatable, after those of the settings).",
    ),
]

Orders = Annotated[
    list[Path] | None,
    typer.Option(
        "--orders", metavar="FILE", help="Lay a file of orders on the answers (repeatable)."
    ),
]


def load(overlays: Sequence[Path] | None) -> "tuple[Knowledge, frozenset[str]]":
    """Return the knowledge base with all overlays, and the clinicians that the settings name."""
    from knowledge import load_knowledge
    from recommender.settings import load_settings

    settings = load_settings()
    folders = [*map(Path, settings.knowledge), *(overlays or ())]
    return load_knowledge(overlays=folders), frozenset(settings.clinicians)


def known_format(name: str, formats: Collection[str]) -> None:
    """Raise `BadInput` for a format that there is not."""
    from knowledge import BadInput, Fault
    from knowledge.faults import nearest

    if name not in formats:
        message = f"{name} is not one of: {', '.join(formats)}"
        raise BadInput([Fault("--format", None, "", message + nearest(name, formats))])


def refuse_referred(screened: "Screened") -> None:
    """End the command, saying where to go, if today the screening refers the person."""
    for flag in screened.flags:
        statement = flag.statement.rstrip(".")
        typer.echo(f"referred: {statement}. Where to go: {flag.where_to_go}", err=True)
    if screened.flags:
        raise typer.Exit(REFERRED)


def parse_date(option: str, text: str | None) -> datetime.date | None:
    """Return the date of an option such as 2026-11-30; raise `BadInput` otherwise."""
    from knowledge import BadInput, Fault

    if text is None:
        return None
    try:
        date = datetime.date.fromisoformat(text)
        if not 1900 <= date.year < 2200:
            raise ValueError
        return date
    except ValueError:
        message = f"expected a date such as 2026-11-30, found {text}"
        raise BadInput([Fault(option, None, "", message)]) from None
