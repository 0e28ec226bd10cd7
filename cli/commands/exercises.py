"""`backplan exercises list|show`: the knowledge base, for people."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from knowledge import Exercise, Knowledge

exercises = typer.Typer(
    help="Look into the knowledge base.", no_args_is_help=True, rich_markup_mode=None
)


@exercises.command("list")
def list_exercises() -> None:
    """List every exercise: id, side, difficulty, kind and what it needs."""
    from knowledge import load_knowledge

    knowledge = load_knowledge()
    for exercise in knowledge.exercises.values():
        typer.echo(
            f"{exercise.id:<27} {exercise.side:<9} {exercise.difficulty:<12} "
            f"{exercise.kind:<13} {_needs(exercise, knowledge)}"
        )


@exercises.command("show")
def show(
    exercise_id: Annotated[str, typer.Argument(metavar="ID", help="Such as glute_bridge.")],
) -> None:
    """Show all that is known of one exercise, with its rules and sources."""
    from knowledge import BadInput, Fault, load_knowledge
    from knowledge.faults import nearest
    from knowledge.schema.exercise import LEVELS

    knowledge = load_knowledge()
    exercise = knowledge.exercises.get(exercise_id)
    if exercise is None:
        hint = nearest(exercise_id, knowledge.exercises)
        raise BadInput([Fault(exercise_id, None, "", f"is not a known exercise{hint}")])
    muscles = [knowledge.muscles[name].name for name in exercise.muscles.primary]
    helpers = [knowledge.muscles[name].name for name in exercise.muscles.secondary]
    article = f" (the article says {exercise.article_side})" if exercise.article_side else ""
    typer.echo(f"{exercise.name} ({exercise.id})")
    typer.echo(f"  ladder      {exercise.family}, step {exercise.step}")
    typer.echo(f"  counts as   {exercise.side}{article}, {exercise.kind}, {exercise.block}")
    shares = ", ".join(f"{region} {share:g}" for region, share in exercise.credits.items())
    typer.echo(f"  credits     {shares or 'none'} a set")
    typer.echo(f"  level       {exercise.difficulty}, spinal load {exercise.spinal_load}")
    typer.echo(f"  needs       {_needs(exercise, knowledge)}")
    typer.echo(f"  trains      {', '.join(muscles)}")
    if helpers:
        typer.echo(f"  also        {', '.join(helpers)}")
    typer.echo(f"  demands     {', '.join(exercise.demands) or 'none'}")
    verified = "verified" if exercise.verified else "not verified"
    typer.echo(f"  dose        {exercise.dose_origin}, {verified}, sides: {exercise.dose.sides}")
    for level in LEVELS:
        dose = getattr(exercise.dose, level)
        if dose is not None:
            hold = f", hold {dose.hold_s} s" if dose.hold_s else ""
            tempo = f", {dose.tempo_s} s a rep" if dose.tempo_s else ""
            typer.echo(
                f"    {level:<12} {dose.sets[0]}-{dose.sets[1]} sets x {dose.reps}{tempo}{hold}, "
                f"rest {dose.rest_s} s, load {dose.load}, effort {dose.effort}"
            )
    for cue in exercise.cues:
        typer.echo(f"  - {cue}")
    for caution in exercise.cautions:
        typer.echo(f"  ! {caution}")
    for condition in knowledge.conditions.values():
        worst = [
            f"{rule.verdict} ({demand})"
            for demand in exercise.demands
            if (rule := condition.cells[demand]).verdict in ("exclude", "clearance")
        ]
        if worst:
            typer.echo(f"  {condition.id}: {', '.join(worst)}")
    for source in exercise.sources:
        typer.echo(f"  source: {knowledge.sources[source].title}")


def _needs(exercise: "Exercise", knowledge: "Knowledge") -> str:
    def named(pieces: dict[str, int]) -> list[str]:
        return [f"{n} x {knowledge.equipment[piece].name}" for piece, n in pieces.items()]

    needs = named(exercise.equipment.all_of)
    options = " or ".join(named(exercise.equipment.any_of))
    return ", ".join([*needs, options] if options else needs) or "nothing"
