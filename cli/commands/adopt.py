"""`backplan adopt EDITED --intake FILE`: what was changed by hand in a plan, as orders."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands._common import Orders, Overlays, load
from cli.commands._last_plan import IntakeFile, ends_well, refuse_other_facts
from cli.exit_codes import BAD_INPUT

if TYPE_CHECKING:
    from knowledge import Intake, Knowledge
    from recommender.plan import Plan


def adopt(
    edited: Annotated[Path, typer.Argument(help="A plan in JSON that was changed by hand.")],
    intake: IntakeFile,
    was: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The plan before the edits; default: it is made once more."
        ),
    ] = None,
    orders: Orders = None,
    author: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Who edited; default: the only clinician of the settings, or you."
        ),
    ] = None,
    reason: Annotated[str | None, typer.Option(metavar="WORDS", help="Why.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the orders to this file instead of stdout."),
    ] = None,
    overlays: Overlays = None,
) -> None:
    """Turn what was changed by hand in a plan into orders, if no rule is broken by it.

    Sets, repetitions and holds may be changed, items added and taken away. Exit code 0: the orders.
    2: bad input, or the edited week breaks a rule, which is named. 3: see a doctor first.
    """
    from cli.writing import write_result
    from knowledge import BadInput
    from recommender.check import read_plan
    from recommender.intake import read_with_orders
    from recommender.order_words import order_words
    from recommender.replan.adopt import broken_by, edits_of, orders_text

    knowledge, clinicians = load(overlays)
    answers, _ = read_with_orders(intake, orders or (), knowledge, datetime.date.today())
    by, why = _signed(author, reason, clinicians)
    plan = read_plan(edited, knowledge)
    refuse_other_facts(knowledge, answers, plan, clinicians, edited)
    before = _before(was, plan, knowledge, answers, clinicians, edited)
    found = edits_of(before, plan, by, why, str(edited))
    if found.faults:
        raise BadInput(found.faults)
    if not found.orders:
        typer.echo("The days are as they were made, so there is nothing to adopt.", err=True)
        raise typer.Exit
    broken = broken_by(knowledge, answers, plan, found.orders, clinicians)
    for violation in broken:
        typer.echo(f"broken: {violation.constraint}: {violation.sentence}", err=True)
    if broken:
        typer.echo(
            f"error: {edited}: the edited week breaks a rule, so nothing was adopted; change what "
            "is named above",
            err=True,
        )
        raise typer.Exit(BAD_INPUT)
    write_result(orders_text(found.orders), output)
    for order in found.orders:
        typer.echo(f"adopted: {order_words(order, knowledge)}", err=True)
    if output is not None:
        typer.echo(
            f"Now: backplan replan {was or 'PLAN'} --intake {intake} --orders {output}\n"
            "(PLAN is the plan before the edits.)" if was is None else
            f"Now: backplan replan {was} --intake {intake} --orders {output}",
            err=True,
        )  # fmt: skip


def _signed(
    author: str | None, reason: str | None, clinicians: frozenset[str]
) -> tuple[str, str]:  # fmt: skip
    """Return who edited and why; a clinician is one of the settings and gives a reason."""
    from knowledge import BadInput, Fault
    from knowledge.faults import nearest

    if not clinicians:
        return author or "you", reason or "changed by hand"
    known = sorted(clinicians)
    if author is None and len(known) == 1:
        author = known[0]
    faults = []
    if author is None:
        message = f"is missing; expected one of the clinicians: {', '.join(known)}"
        faults.append(Fault("--author", None, "", message))
    elif author not in clinicians:
        message = f"{author} is not one of the clinicians{nearest(author, known)}: "
        faults.append(Fault("--author", None, "", message + ", ".join(known)))
    if reason is None:
        faults.append(Fault("--reason", None, "", "is missing; expected why the plan was changed"))
    if faults or author is None or reason is None:
        raise BadInput(faults)
    return author, reason


def _before(
    was: Path | None,
    edited: "Plan",
    knowledge: "Knowledge",
    answers: "Intake",
    clinicians: frozenset[str],
    file: Path,
) -> "Plan":
    """Return the plan before the edits, from its file or made once more; raise `BadInput`."""
    from knowledge import BadInput, Fault
    from recommender.check import read_plan
    from recommender.last_week import is_edited
    from recommender.recommend import Request, recommend

    if was is not None:
        plan = read_plan(was, knowledge)
        if is_edited(plan):
            raise BadInput([Fault(str(was), None, "stamps.seal", "was changed by hand as well")])
        if plan.stamps != edited.stamps:
            message = f"is not the plan that {file} was before the edits; its stamps are others"
            raise BadInput([Fault(str(was), None, "stamps", message)])
        return plan
    stamps = edited.stamps
    unlike = "cannot be made once more; give the plan before the edits with --was FILE"
    if stamps.last is not None or stamps.options.time_limit_s is not None:
        raise BadInput([Fault(str(file), None, "stamps", f"the plan {unlike}")])
    request = Request(
        week_start=stamps.week_start,
        balance=stamps.options.balance,
        seed=stamps.seed,
        clinicians=clinicians,
    )
    with ends_well():
        plan = recommend(knowledge, answers, request)
    if plan.stamps != stamps:
        raise BadInput([Fault(str(file), None, "stamps", f"the plan {unlike}")])
    return plan
