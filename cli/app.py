"""The `backplan` command and its subcommands."""

import typer

from cli.commands.adopt import adopt
from cli.commands.ask import ask
from cli.commands.batch import batch
from cli.commands.check import check
from cli.commands.checkin import checkin
from cli.commands.client import client
from cli.commands.exercises import exercises
from cli.commands.explain import explain
from cli.commands.knowledge import knowledge
from cli.commands.plan import plan
from cli.commands.program import program
from cli.commands.replan import replan
from cli.commands.swap import swap
from cli.commands.template import template

app = typer.Typer(
    name="backplan",
    help="Turn a questionnaire into a proven weekly routine for the lower back and the abdomen.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help starts in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(plan)
app.command()(check)
app.command()(explain)
app.command()(program)
app.command()(replan)
app.command()(batch)
app.command()(swap)
app.command()(adopt)
app.command()(checkin)
app.command()(ask)
app.add_typer(client, name="client")
app.add_typer(template, name="template")
app.add_typer(exercises, name="exercises")
app.add_typer(knowledge, name="knowledge")
