"""`backplan plan INTAKE`: a checked week, or why there is none.

What takes long to import is imported inside, so that `--help` answers at once.
"""

import datetime
import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.commands._common import Orders, Overlays, known_format, load, parse_date
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
    memory_limit: Annotated[
        int | None,
        typer.Option(metavar="MB", min=1, help="Give up when more memory than this is needed."),
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
    orders: Orders = None,
    overlays: Overlays = None,
) -> None:
    """Make a weekly plan from a file of answers.

    Exit code 0: a plan. 2: bad input. 3: see a doctor first. 4: no week fits the answers.
    """
    from cli import guard
    from cli.progress import Spinner
    from cli.writing import write_result
    from knowledge import BadInput, Fault
    from recommender.alternatives import alternatives as weeks_to_choose_from
    from recommender.contradictions import refuse_contradictions
    from recommender.intake import read_with_orders, wrong_week
    from recommender.recommend import CheckFailed, Request, recommend, week_for
    from recommender.render import render, render_alternatives
    from recommender.screening import screen
    from recommender.solve import OutOfTime

    known_format(format_name, FORMATS)
    knowledge, clinicians = load(overlays)
    today = datetime.date.today()
    answers, written = read_with_orders(intake, orders or (), knowledge, today)
    if time_limit is not None and not math.isfinite(time_limit):
        raise BadInput([Fault("--time-limit", None, "", "expected a number of seconds")])
    start = week_for(answers, today, parse_date("--week-start", week_start))
    wrong = wrong_week(answers, start)
    if wrong is not None:
        raise BadInput([Fault("--week-start", None, "", wrong)])
    if screen(knowledge, answers, start, clinicians).outcome == "clear":
        refuse_contradictions(written, answers, knowledge, start)
    mode: Literal["article", "evidence"] = balance.value
    request = Request(
        week_start=start,
        balance=mode,
        seed=seed,
        time_limit_s=time_limit,
        clinicians=clinicians,
    )
    try:
        with guard.memory_limit(memory_limit), Spinner() as spinner:
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
    except guard.OutOfMemory:
        typer.echo(
            f"error: more than {memory_limit} MB of memory was needed, so there is no plan; allow\n"
            "more with --memory-limit, or ask for fewer days or minutes",
            err=True,
        )
        raise typer.Exit(BUG) from None
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
