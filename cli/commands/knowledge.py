"""`backplan knowledge check|schema|why|diff`: for those who write and question the rules."""

import typer

from cli.commands.knowledge_check import check

knowledge = typer.Typer(
    help="Check, question and compare knowledge bases.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
knowledge.command()(check)
