"""The `backplan` command: its subcommands, and what happens when something goes wrong."""

import sys

import typer

from cli.commands.ask import ask
from cli.commands.check import check
from cli.commands.exercises import exercises
from cli.commands.plan import plan
from cli.exit_codes import BAD_INPUT, BUG, INTERRUPTED
from knowledge import BadInput

app = typer.Typer(
    name="backplan",
    help="Turn a questionnaire into a proven weekly routine for the lower back and the abdomen.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(plan)
app.command()(check)
app.command()(ask)
app.add_typer(exercises, name="exercises")


def main() -> None:
    """Run the command line; errors of people are one line each, bugs say how to report them."""
    try:
        app()
    except BadInput as error:
        for fault in error.faults:
            print(f"error: {fault}", file=sys.stderr)  # noqa: T201
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(BUG)
