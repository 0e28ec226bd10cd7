"""`backplan ask`: an interview on the terminal that ends in a file of answers."""

from pathlib import Path
from typing import Annotated

import typer

from cli.commands._common import Overlays, load


def ask(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Write the answers to this file.")
    ] = Path("intake.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    overlays: Overlays = None,
) -> None:
    """Answer the questionnaire and save the answers.

    Exit code 0: saved. 2: bad input. 3: see a doctor first, nothing saved. 130: left, draft saved.
    """
    from cli.talk import interview

    knowledge, _ = load(overlays)
    interview(knowledge, output, force)
