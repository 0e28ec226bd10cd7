"""`backplan program INTAKE --weeks N`: several weeks, each checked at its own dates.

What takes long to import is imported inside, so that `--help` answers at once.
"""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands._common import Overlays, known_format, load, parse_date
from cli.exit_codes import BAD_INPUT, BUG, IMPOSSIBLE, OF_STATUS, PLAN
from recommender.render import FORMATS

if TYPE_CHECKING:
    from recommender.program import Program


def program(
    intake: Annotated[
        Path, typer.Argument(help="File of answers (YAML), or - for standard input.")
    ],
    weeks: Annotated[int, typer.Option(metavar="N", help="How many weeks, 4 to 16.")],
    light_every: Annotated[
        int | None,
        typer.Option(metavar="N", help="Every how many weeks one is lighter; default is 4."),
    ] = None,
    start: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day; default is the next Monday.")
    ] = None,
    week: Annotated[
        int | None, typer.Option(metavar="N", help="Print the plan of this week in full.")
    ] = None,
    format_name: Annotated[
        str, typer.Option("--format", help=f"One of: {', '.join(FORMATS)}.")
    ] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of stdout.")
    ] = None,
    orders: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Lay a file of orders on the answers (repeatable)."),
    ] = None,
    overlays: Overlays = None,
) -> None:
    """Make a program of several weeks from a file of answers.

    Exit code 0: a program. 2: bad input. 3: see a doctor before some week. 4: no week fits.
    """
    from cli.progress import Spinner
    from cli.writing import write_result
    from knowledge import BadInput, Fault
    from recommender.contradictions import refuse_contradictions
    from recommender.intake import read_with_orders, wrong_week
    from recommender.program import ProgramRequest, make_program
    from recommender.program.check import check_program
    from recommender.recommend import CheckFailed, Request, week_for
    from recommender.render import render
    from recommender.render.program import render as render_program
    from recommender.screening import screen
    from recommender.solve import OutOfTime

    known_format(format_name, FORMATS)
    knowledge, clinicians = load(overlays)
    rules = knowledge.program
    every = rules.light.every if light_every is None else light_every
    _within("--weeks", weeks, rules.weeks.between)
    _within("--light-every", every, rules.light.every_between)
    if week is not None:
        _within("--week", week, (1, weeks))
    today = datetime.date.today()
    answers, written = read_with_orders(intake, orders or (), knowledge, today)
    first = week_for(answers, today, parse_date("--start", start))
    wrong = wrong_week(answers, first + datetime.timedelta(days=7 * (weeks - 1)))
    wrong = wrong_week(answers, first) or wrong
    if wrong is not None:
        raise BadInput([Fault("--start", None, "", wrong)])
    if screen(knowledge, answers, first, clinicians).outcome == "clear":
        refuse_contradictions(written, answers, knowledge, first)
    request = ProgramRequest(Request(first, clinicians=clinicians), weeks, every)
    try:
        with Spinner() as spinner:
            made = make_program(knowledge, answers, request, spinner.report)
        violations = check_program(knowledge, answers, made, clinicians)
        if violations:
            raise CheckFailed(violations)
    except OutOfTime:
        typer.echo(
            "error: for one of the weeks it could not be decided in time whether it is possible;\n"
            "ask for fewer days or minutes",
            err=True,
        )
        raise typer.Exit(BAD_INPUT) from None
    except CheckFailed as failure:
        typer.echo(
            "This is a bug in backplan: the program that was made breaks its own rules, so it is\n"
            f"not shown. Please report it with the lines below.\n\n{failure}",
            err=True,
        )
        raise typer.Exit(BUG) from None
    if week is None:
        write_result(render_program(made, knowledge, format_name), output)
    elif week > len(made.weeks):
        message = f"the program stops after week {len(made.weeks)}"
        raise BadInput([Fault("--week", None, "", message)])
    else:
        write_result(render(made.weeks[week - 1].plan, knowledge, format_name), output)
    raise typer.Exit(_exit_code(made))


def _within(option: str, value: int, between: tuple[int, int]) -> None:
    """Raise `BadInput` for a number outside its range."""
    from knowledge import BadInput, Fault

    low, high = between
    if not low <= value <= high:
        message = f"expected a number from {low} to {high}, found {value}"
        raise BadInput([Fault(option, None, "", message)])


def _exit_code(made: "Program") -> int:
    """Return what the program as a whole means: that of the week that ends it."""
    last = OF_STATUS[made.weeks[-1].plan.status]
    return IMPOSSIBLE if made.status == "stopped" and last == PLAN else last
