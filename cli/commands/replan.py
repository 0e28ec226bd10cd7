"""`backplan replan PLAN --intake FILE`: the plan again, with as little changed as can be.

What takes long to import is imported inside, so that `--help` answers at once.
"""

import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.commands._common import Orders, Overlays, known_format, load, parse_date
from cli.commands._last_plan import (
    IntakeFile,
    ends_well,
    parse_days,
    refuse_edited,
    refuse_wrong_week,
)
from cli.exit_codes import OF_STATUS
from recommender.render import FORMATS


def replan(
    plan: Annotated[Path, typer.Argument(help="The last plan, in JSON.")],
    intake: IntakeFile,
    orders: Orders = None,
    week_start: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="First day; default is the week of the plan while it lasts."
        ),
    ] = None,
    done: Annotated[
        str | None,
        typer.Option(metavar="DAYS", help="Days that were done as planned, such as mon,tue."),
    ] = None,
    missed: Annotated[
        str | None,
        typer.Option(metavar="DAYS", help="Days that go without a session, such as wed."),
    ] = None,
    tries: Annotated[
        int, typer.Option(min=0, metavar="N", help="Solve at most so many weeks for the reasons.")
    ] = 6,
    format_name: Annotated[
        str, typer.Option("--format", help=f"One of: {', '.join(FORMATS)}.")
    ] = "text",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file instead of stdout."),
    ] = None,
    overlays: Overlays = None,
) -> None:
    """Make a plan again after a change, and keep the most of it.

    Answers, orders, the knowledge base or the week may have changed, or days of it have gone. Each
    change of the plan is told with its reason. Exit code 0: a plan. 2: bad input, or the plan was
    edited by hand. 3: see a doctor first. 4: no week fits.
    """
    from cli.progress import Spinner
    from cli.writing import write_result
    from recommender.check import read_plan
    from recommender.contradictions import refuse_contradictions
    from recommender.intake import read_with_orders
    from recommender.render import render
    from recommender.render.changes import SAME, changes_lines, changes_markdown
    from recommender.replan.news import news_of
    from recommender.replan.replan import Asked, request_for
    from recommender.replan.replan import replan as make_again
    from recommender.screening import screen

    known_format(format_name, FORMATS)
    asked = Asked(
        week_start=parse_date("--week-start", week_start),
        done=parse_days("--done", done),
        missed=parse_days("--missed", missed),
    )
    knowledge, clinicians = load(overlays)
    today = datetime.date.today()
    answers, written = read_with_orders(intake, orders or (), knowledge, today)
    last = read_plan(plan, None)
    refuse_edited(last, plan)
    request = request_for(answers, last, asked, today, clinicians)
    refuse_wrong_week(answers, request.week_start)
    if screen(knowledge, answers, request.week_start, clinicians).outcome == "clear":
        refuse_contradictions(written, answers, knowledge, request.week_start)
    with ends_well(), Spinner() as spinner:
        new = make_again(knowledge, answers, last, asked, today, clinicians, tries, spinner.report)
    text = render(new, knowledge, format_name)
    if new.days and format_name != "json":
        say = changes_lines if format_name == "text" else changes_markdown
        news = news_of(knowledge, answers, last, request)
        told = [SAME, ""] if new is last else say(new, last, news)
        text = "\n".join([*told, text])
    write_result(text, output)
    raise typer.Exit(OF_STATUS[new.status])
