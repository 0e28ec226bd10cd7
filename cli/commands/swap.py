"""`backplan swap PLAN EXERCISE --intake FILE`: what could stand in its place, and what it costs."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands._common import Orders, Overlays, load
from cli.commands._last_plan import (
    IntakeFile,
    ends_well,
    parse_days,
    refuse_broken,
    refuse_edited,
    refuse_other_facts,
)
from cli.exit_codes import IMPOSSIBLE, OF_STATUS, PLAN

if TYPE_CHECKING:
    from recommender.plan import Plan, PlanDay, PlanItem
    from recommender.replan.swap import Choice


def swap(
    plan: Annotated[Path, typer.Argument(help="The plan, in JSON.")],
    exercise: Annotated[
        str, typer.Argument(metavar="EXERCISE", help="The id of an exercise of the plan.")
    ],
    intake: IntakeFile,
    orders: Orders = None,
    day: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="The day of the item, where it is on several days."),
    ] = None,
    take: Annotated[
        str | None,
        typer.Option(metavar="CHOICE", help="Take a choice: its number, or the id of an exercise."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the new plan (JSON) to this file."),
    ] = None,
    save_orders: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the swap to this file, as orders for replan."),
    ] = None,
    overlays: Overlays = None,
) -> None:
    """Offer what could stand in the place of an exercise, each checked and with its cost.

    With --take the plan is made again with that choice, and as little else changed as can be. Exit
    code 0: choices, or a plan. 2: bad input. 3: see a doctor first. 4: nothing can stand there.
    """
    from cli.progress import Spinner
    from cli.writing import write_result
    from recommender.catalogue import known_exercise
    from recommender.check import read_plan
    from recommender.explain.base import base_of
    from recommender.intake import read_with_orders
    from recommender.render import render
    from recommender.render.changes import changes_lines
    from recommender.render.swap import choices_text
    from recommender.replan.adopt import orders_text
    from recommender.replan.replan import Asked, replan
    from recommender.replan.swap import choices_for, swap_orders, with_swap

    knowledge, clinicians = load(overlays)
    today = datetime.date.today()
    answers, _ = read_with_orders(intake, orders or (), knowledge, today)
    last = read_plan(plan, knowledge)
    refuse_edited(last, plan)
    refuse_other_facts(knowledge, answers, last, clinicians, plan)
    refuse_broken(knowledge, answers, last, clinicians, plan)
    of_day, item = _place(last, exercise, day)
    base = base_of(knowledge, answers, last, clinicians)
    if take is None or take.isdecimal():
        with ends_well(), Spinner() as spinner:
            choices = choices_for(base, of_day, item, lambda name: spinner.report(name, None, None))
        if take is None:
            write_result(choices_text(last, of_day, item, choices, str(plan), str(intake)), output)
            raise typer.Exit(PLAN if choices else IMPOSSIBLE)
        other = _numbered(choices, take)
    else:
        other = known_exercise(knowledge, take).id
    author = min(clinicians) if len(clinicians) == 1 else "you"
    laid = swap_orders(item, other, of_day.day, author)
    asked = Asked(week_start=last.stamps.week_start)
    with ends_well(), Spinner() as spinner:
        new = replan(
            knowledge, with_swap(answers, laid), last, asked, today, clinicians,
            progress=spinner.report,
        )  # fmt: skip
    if not new.days:
        write_result(render(new, knowledge, "text"), None)
        raise typer.Exit(OF_STATUS[new.status])
    told = "\n".join(changes_lines(new, last, ()))
    if output is None:
        write_result(f"{told}\n{render(new, knowledge, 'text')}", None)
    else:
        write_result(render(new, knowledge, "json"), output)
        write_result(f"{told}\n", None)
    if save_orders is not None:
        write_result(orders_text(laid), save_orders)
    else:
        typer.echo(
            "note: the swap lasts as long as its orders are laid on the answers; keep them with "
            "--save-orders FILE",
            err=True,
        )
    raise typer.Exit(OF_STATUS[new.status])


def _place(plan: "Plan", exercise: str, day: str | None) -> "tuple[PlanDay, PlanItem]":
    """Return the day and the item of an exercise; raise `BadInput` if it is not one."""
    from knowledge import BadInput, Fault
    from knowledge.faults import nearest

    asked = parse_days("--day", day)
    names = {item.exercise for one in plan.days for item in one.items}
    if exercise not in names:
        message = (
            f"is not in the plan{nearest(exercise, names)}; it has: {', '.join(sorted(names))}"
        )
        raise BadInput([Fault(exercise, None, "", message)])
    places = [
        (one, item) for one in plan.days for item in one.items if item.exercise == exercise
    ]  # fmt: skip
    found = [place for place in places if not asked or place[0].day in asked]
    days = ", ".join(one.day for one, _ in places)
    if not found:
        raise BadInput([Fault("--day", None, "", f"{exercise} is not there; it is on: {days}")])
    if len(found) > 1:
        raise BadInput([Fault(exercise, None, "", f"is on {days}; say which one with --day")])
    return found[0]


def _numbered(choices: "Sequence[Choice]", take: str) -> str:
    """Return the exercise of a choice by its number; raise `BadInput` if there is none."""
    from knowledge import BadInput, Fault

    number = int(take)
    if 1 <= number <= len(choices):
        return choices[number - 1].exercise
    message = f"expected 1 to {len(choices)}, found {take}" if choices else "there is no choice"
    raise BadInput([Fault("--take", None, "", message)])
