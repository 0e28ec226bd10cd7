"""`backplan explain PLAN --intake FILE`: why a plan is as it is, and what would be otherwise."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands._common import Orders, Overlays, known_format, load, refuse_referred
from cli.exit_codes import BAD_INPUT, BUG, OF_STATUS, PLAN
from recommender.explain import FORMATS, TRIES

if TYPE_CHECKING:
    from knowledge import Intake, Knowledge
    from recommender.plan import Plan


def explain(
    plan: Annotated[Path, typer.Argument(help="A plan in JSON.")],
    intake: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="The answers that the plan was made from, or - for standard input."
        ),
    ],
    why_not: Annotated[
        str | None,
        typer.Option(metavar="EXERCISE", help="Say why this exercise is not in the plan."),
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CHANGE",
            help="Show what a change of the answers would change, such as wed.minutes=40, wed=off "
            "or home.equipment+=band (repeatable; docs/explaining.md).",
        ),
    ] = None,
    tries: Annotated[
        int, typer.Option(min=0, metavar="N", help="Try at most so many alternatives in all.")
    ] = TRIES,
    format_name: Annotated[
        str, typer.Option("--format", help=f"One of: {', '.join(FORMATS)}.")
    ] = "text",
    orders: Orders = None,
    overlays: Overlays = None,
) -> None:
    """Explain a plan: what each exercise is for and what could stand in its place.

    Or why an exercise is not in it, or what other answers would change. Exit code 0: an answer. 2:
    bad input, or the plan breaks a rule. 3 and 4: as for plan, also of the week after --what-if.
    """
    from cli.progress import Spinner
    from cli.writing import write_result
    from knowledge import BadInput, Fault
    from recommender.catalogue import known_exercise
    from recommender.check import read_plan
    from recommender.explain.base import base_of, notes_of
    from recommender.explain.explanation import Explanation
    from recommender.explain.items import explain_items
    from recommender.explain.what_if import explain_what_if
    from recommender.explain.why_not import explain_why_not
    from recommender.intake import read_with_orders
    from recommender.recommend import CheckFailed
    from recommender.render.explain import render
    from recommender.solve import OutOfTime

    known_format(format_name, FORMATS)
    if why_not is not None and what_if:
        message = "cannot stand beside --why-not; ask one question at a time"
        raise BadInput([Fault("--what-if", None, "", message)])
    knowledge, clinicians = load(overlays)
    exercise = known_exercise(knowledge, why_not) if why_not is not None else None
    answers, _ = read_with_orders(intake, orders or (), knowledge, datetime.date.today())
    document = read_plan(plan, knowledge)
    _refuse_unsound(knowledge, answers, document, clinicians, plan)
    base = base_of(knowledge, answers, document, clinicians)
    explained = Explanation(
        schema_version=1, name=document.name, stamps=document.stamps, notes=notes_of(base)
    )
    code = PLAN
    try:
        with Spinner() as spinner:
            if exercise is not None:
                spinner.report(exercise.name, None, None)
                part: dict[str, object] = {"why_not": explain_why_not(base, exercise)}
            elif what_if:
                changed = explain_what_if(base, what_if, spinner.report)
                code = OF_STATUS[changed.status]
                part = {"what_if": changed}
            else:
                part = {
                    "items": explain_items(
                        base, tries, lambda words: spinner.report(words, None, None)
                    )
                }
    except OutOfTime:
        typer.echo("error: the search ended before it had an answer; please try again", err=True)
        raise typer.Exit(BAD_INPUT) from None
    except CheckFailed as failure:
        typer.echo(
            "This is a bug in backplan: a week that was found breaks its own rules, so nothing is\n"
            f"claimed. Please report it with the lines below.\n\n{failure}",
            err=True,
        )
        raise typer.Exit(BUG) from None
    write_result(render(explained.model_copy(update=part), knowledge, format_name), None)
    raise typer.Exit(code)


def _refuse_unsound(
    knowledge: "Knowledge",
    answers: "Intake",
    plan: "Plan",
    clinicians: frozenset[str],
    file: Path,
) -> None:
    """End the command if the plan is not one of these answers, or may not be used today."""
    from knowledge import BadInput
    from recommender.check import check_plan, screen_at
    from recommender.explain.base import stamp_faults

    today = datetime.date.today()
    refuse_referred(screen_at(knowledge, answers, plan, today, clinicians))
    faults = list(stamp_faults(knowledge, answers, plan, clinicians, str(file)))
    if faults:
        raise BadInput(faults)
    violations = check_plan(knowledge, answers, plan, today, clinicians)
    for violation in violations:
        typer.echo(f"broken: {violation.constraint}: {violation.sentence}", err=True)
    if violations:
        typer.echo(
            f"error: {file}: a plan that breaks a rule is not explained; make a new one with "
            "backplan plan",
            err=True,
        )
        raise typer.Exit(BAD_INPUT)
