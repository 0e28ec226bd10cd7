"""What several commands share."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from knowledge import Knowledge

Overlays = Annotated[
    list[Path] | None,
    typer.Option(
        "--knowledge",
        metavar="DIR",
        help="Lay this folder on the knowledge base (repeatable, after those of the settings).",
    ),
]


def load(overlays: Sequence[Path] | None) -> "tuple[Knowledge, frozenset[str]]":
    """Return the knowledge base with all overlays, and the clinicians that the settings name."""
    from knowledge import load_knowledge
    from recommender.settings import load_settings

    settings = load_settings()
    folders = [*map(Path, settings.knowledge), *(overlays or ())]
    return load_knowledge(overlays=folders), frozenset(settings.clinicians)


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
