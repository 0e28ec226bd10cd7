"""`backplan exercises list|show|new`: the exercises of the knowledge base, for people."""

from pathlib import Path
from typing import Annotated

import typer

from cli.commands._common import Overlays, load

exercises = typer.Typer(
    help="Find, show and draft exercises.", no_args_is_help=True, rich_markup_mode=None
)


@exercises.command("list")
def list_exercises(
    region: Annotated[
        str | None, typer.Option(metavar="REGION", help="Only what is credited to this region.")
    ] = None,
    equipment: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PIECE",
            help="Only what is possible with these pieces, in any number (repeatable); "
            "none: with no piece at all.",
        ),
    ] = None,
    demand: Annotated[
        list[str] | None, typer.Option(metavar="DEMAND", help="Only with this demand (repeatable).")
    ] = None,
    without_demand: Annotated[
        list[str] | None,
        typer.Option(metavar="DEMAND", help="Only without this demand (repeatable)."),
    ] = None,
    condition: Annotated[
        str | None,
        typer.Option(
            metavar="CONDITION",
            help="Show the verdict of this condition, or of every condition of an answer, and the "
            "demand that decides.",
        ),
    ] = None,
    level: Annotated[
        str | None,
        typer.Option(
            metavar="LEVEL",
            help="Only what is open at this level, at its dose; else each where it begins.",
        ),
    ] = None,
    overlays: Overlays = None,
) -> None:
    """List exercises: id, side, level where it begins, and what it needs.

    All filters that are given must hold. A condition is taken alone, with both sides affected and
    without a doctor's word.
    """
    from cli.writing import write_result
    from recommender.catalogue import find, query
    from recommender.render.exercise import render_list

    knowledge, _ = load(overlays)
    wanted = query(
        knowledge,
        region=region,
        equipment=equipment or (),
        demands=demand or (),
        without_demands=without_demand or (),
        condition=condition,
        level=level,
    )
    write_result(render_list(find(knowledge, wanted), knowledge), None)


@exercises.command("show")
def show(
    exercise_id: Annotated[str, typer.Argument(metavar="ID", help="Such as glute_bridge.")],
    overlays: Overlays = None,
) -> None:
    """Show all that is known of one exercise, with its ladder, rules and sources."""
    from cli.writing import write_result
    from recommender.catalogue import known_exercise
    from recommender.render.exercise import render_page

    knowledge, _ = load(overlays)
    write_result(render_page(known_exercise(knowledge, exercise_id), knowledge), None)


@exercises.command("new")
def new(
    exercise_id: Annotated[
        str, typer.Argument(metavar="ID", help="Small letters, digits and underscores.")
    ],
    family: Annotated[
        str | None,
        typer.Option(metavar="LADDER", help="Make it the next rung of this ladder."),
    ] = None,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="DIR", help="Folder for the file: exercises of an overlay."
        ),
    ] = Path(),
    overlays: Overlays = None,
) -> None:
    """Write a draft of an exercise file, with every key explained and every word to choose from.

    It is valid and as strict as can be. Lay its overlay on the knowledge base with --knowledge.
    """
    from cli.writing import STANDARD_OUTPUT, write_result
    from knowledge import BadInput, Fault
    from knowledge.scaffold import draft_exercise

    knowledge, _ = load(overlays)
    text = draft_exercise(knowledge, exercise_id, family)
    if str(output) == STANDARD_OUTPUT:
        write_result(text, None)
        return
    path = output / f"{exercise_id}.yaml"
    if path.exists() or path.is_symlink():
        message = "exists already; choose another id or another --output"
        raise BadInput([Fault(str(path), None, "", message)])
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput([Fault(str(output), None, "", f"cannot be a folder: {reason}")]) from None
    write_result(text, path)
    typer.echo(f"Wrote {path}.")
