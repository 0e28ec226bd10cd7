"""`backplan check PLAN INTAKE`: whether a plan, also one edited by hand, may be used today."""

import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.commands._common import Orders, Overlays, load, refuse_referred
from cli.exit_codes import BAD_INPUT


def check(
    plan: Annotated[Path, typer.Argument(help="A plan in JSON.")],
    intake: Annotated[Path, typer.Argument(help="The answers that the plan was made from.")],
    orders: Orders = None,
    overlays: Overlays = None,
) -> None:
    """Check a plan file by every rule, as of today.

    Exit code 0: the plan holds. 2: it breaks a rule, which is named. 3: see a doctor first.
    """
    from recommender.check import check_plan, read_plan, screen_at
    from recommender.intake import read_with_orders
    from recommender.last_week import is_edited

    knowledge, clinicians = load(overlays)
    today = datetime.date.today()
    answers, _ = read_with_orders(intake, orders or (), knowledge, today)
    document = read_plan(plan, knowledge)
    refuse_referred(screen_at(knowledge, answers, document, today, clinicians))
    violations = check_plan(knowledge, answers, document, today, clinicians)
    for violation in violations:
        typer.echo(f"broken: {violation.constraint}: {violation.sentence}", err=True)
    if violations:
        raise typer.Exit(BAD_INPUT)
    if is_edited(document):
        typer.echo(f"note: {plan} was changed by hand since it was made", err=True)
    if document.stamps.knowledge != knowledge.version:
        typer.echo(
            f"note: the plan was made with knowledge {document.stamps.knowledge} and checked with "
            f"{knowledge.version}",
            err=True,
        )
    typer.echo(f"The plan for the week of {document.stamps.week_start} holds.")
