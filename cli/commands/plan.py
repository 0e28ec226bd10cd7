"""`backplan plan INTAKE`: a checked week, or why there is none.

What takes long to import is imported inside, so that `--help` answers at once.
"""

import datetime
import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.commands._common import Overlays, known_format, load, parse_date
from cli.exit_codes import BAD_INPUT, BUG, OF_STATUS
from recommender.render import FORMATS


class Balance(StrEnum):
    """The two ways to balance a week."""

    ARTICLE = "article"
    EVIDENCE = "evidence"


def plan(
    intake: Annotated[
        Path, typer.Argument(help="File of answers (YAML), or - for standard input.")
    ],
    format_name: Annotated[
        str, typer.Option("--format", help=f"One of: {', '.join(FORMATS)}.")
    ] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of stdout.")
    ] = None,
    balance: Annotated[
        Balance, typer.Option(help="Equal exercises and sets, or credited sets within a band.")
    ] = Balance.ARTICLE,
    week_start: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day; default is the next Monday.")
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0.001, help="Stop solving after this many seconds."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the solver.")] = 0,
    alternatives: Annotated[
        int | None,
        typer.Option(
            metavar="K",
            min=1,
            max=9,
            help="Make up to K weeks to choose from, the best first, each with other exercises.",
        ),
    ] = None,
    overlays: Overlays = None,
) -> None:
    """Make a weekly plan from a file of answers.

    Exit code 0: a plan. 2: bad input. 3: see a doctor first. 4: no week fits the answers.
    """
    from cli.progress import Spinner
    from cli.writing import write_result
    from knowledge import BadInput, Fault
    from recommender.alternatives import alternatives as weeks_to_choose_from
    from recommender.intake import read_intake, wrong_week
    from recommender.recommend import CheckFailed, Request, recommend, week_for
    from recommender.render import render, render_alternatives
    from recommender.solve import OutOfTime

    known_format(format_name, FORMATS)
    knowledge, clinicians = load(overlays)
    today = datetime.date.today()
    answers = read_intake(intake, knowledge, today)
    if time_limit is not None and not math.isfinite(time_limit):
        raise BadInput([Fault("--time-limit", None, "", "expected a number of seconds")])
    start = week_for(answers, today, parse_date("--week-start", week_start))
    wrong = wrong_week(answers, start)
    if wrong is not None:
        raise BadInput([Fault("--week-start", None, "", wrong)])
    mode: Literal["article", "evidence"] = balance.value
    request = Request(
        week_start=start,
        balance=mode,
        seed=seed,
        time_limit_s=time_limit,
        clinicians=clinicians,
    )
    try:
        with Spinner() as spinner:
            if alternatives is None:
                result = recommend(knowledge, answers, request, spinner.report)
                text = render(result, knowledge, format_name)
            else:
                found = weeks_to_choose_from(
                    knowledge, answers, request, alternatives, spinner.report
                )
                result = found.choices[0].plan
                text = render_alternatives(found, knowledge, format_name)
    except OutOfTime:
        typer.echo(f"error: no plan found within {time_limit} s; allow more time", err=True)
        raise typer.Exit(BAD_INPUT) from None
    except CheckFailed as failure:
        _report_bug(failure, answers.model_dump_json(indent=2))
        raise typer.Exit(BUG) from None
    write_result(text, output)
    raise typer.Exit(OF_STATUS[result.status])


def _report_bug(failure: Exception, answers: str) -> None:
    typer.echo(
        "This is a bug in backplan: the week that was found breaks its own rules, so no plan is\n"
        f"shown. Please report it with the lines below (they hold your answers).\n\n{failure}\n\n"
        f"{answers}",
        err=True,
    )
