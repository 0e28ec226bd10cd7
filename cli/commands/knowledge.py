"""`backplan knowledge check|schema|why|diff`: for those who write and question the rules."""

import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.commands._common import Overlays, load, parse_date
from cli.commands.knowledge_check import check

knowledge = typer.Typer(
    help="Check, question and compare knowledge bases.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
knowledge.command()(check)


@knowledge.command()
def why(
    exercise_id: Annotated[str, typer.Argument(metavar="EXERCISE", help="Such as glute_bridge.")],
    intake: Annotated[
        Path,
        typer.Option(metavar="FILE", help="File of answers (YAML), or - for standard input."),
    ],
    week_start: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day; default is the next Monday.")
    ] = None,
    overlays: Overlays = None,
) -> None:
    """Show every rule that acts on an exercise for one person, and what it makes of the dose.

    Exit code 0, also where the exercise or the whole plan is out of reach. 2: bad input.
    """
    from cli.writing import write_result
    from knowledge import BadInput, Fault
    from recommender.catalogue import known_exercise
    from recommender.intake import read_intake, wrong_week
    from recommender.recommend import week_for
    from recommender.render.why import render
    from recommender.why import explain

    base, clinicians = load(overlays)
    exercise = known_exercise(base, exercise_id)
    today = datetime.date.today()
    answers = read_intake(intake, base, today)
    start = week_for(answers, today, parse_date("--week-start", week_start))
    wrong = wrong_week(answers, start)
    if wrong is not None:
        raise BadInput([Fault("--week-start", None, "", wrong)])
    write_result(render(explain(base, answers, exercise, start, clinicians)), None)
