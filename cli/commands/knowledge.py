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
    """Show every rule that acts on an exercise for one person.

    With what they make of its dose, and whatever else keeps it out of the week. Exit code 0, also
    where the exercise or the whole plan is out of reach. 2: bad input.
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


@knowledge.command()
def schema(
    kind: Annotated[
        str, typer.Argument(metavar="[KIND]", help="Such as exercise, condition, rules or intake.")
    ] = "exercise",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of stdout.")
    ] = None,
    overlays: Overlays = None,
) -> None:
    """Print the JSON Schema of a kind of file, for editors."""
    import json

    from cli.writing import write_result
    from knowledge import BadInput, Fault
    from knowledge.editor_schema import KINDS, editor_schema
    from knowledge.faults import nearest

    if kind not in KINDS:
        message = f"{kind} is not one of: {', '.join(KINDS)}{nearest(kind, KINDS)}"
        raise BadInput([Fault("KIND", None, "", message)])
    base, _ = load(overlays)
    write_result(json.dumps(editor_schema(kind, base), indent=2) + "\n", output)


@knowledge.command()
def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="An overlay, a whole knowledge base, or: shipped.")
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="The same, to compare A with.")],
) -> None:
    """Show what B says differently from A.

    An overlay is laid on the shipped base first. Exit code 0, also where they differ. 2: bad input.
    """
    from cli.writing import write_result
    from knowledge.diff import compare, load_side
    from recommender.render.difference import render

    write_result(render(compare(load_side(before), load_side(after))), None)
