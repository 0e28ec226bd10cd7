"""Where a check-in finds plan, answers and history, and keeps what follows: files, or the store.

It is kept in an order that is safe to break off: a warning sign reaches the answers first, and new
ceilings stand before the old ones go.
"""

import datetime
import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cli.commands._store import answers_of, author_name, opened
from cli.writing import write_result
from knowledge import BadInput, Fault, Intake, Knowledge
from knowledge.reading import parse, validate
from knowledge.schema.checkin import CheckIn
from recommender import checkin as checkins
from recommender.check import read_plan
from recommender.checkin.facts import AUTHOR
from recommender.intake import read_with_orders
from recommender.plan import Plan

if TYPE_CHECKING:
    from recommender.store import State


@dataclass(frozen=True, slots=True)
class Desk:
    """What a check-in starts from. The answers have all orders laid on them.

    `keep_told` keeps the check-in and the answers that it changes, `keep_orders` those orders.
    """

    answers: Intake
    plan: Plan
    past: tuple[CheckIn, ...]
    keep_told: Callable[[checkins.FollowUp, CheckIn | None], None]
    keep_orders: Callable[[checkins.FollowUp], None]


def of_files(
    knowledge: Knowledge,
    today: datetime.date,
    plan: Path,
    intake: Path,
    orders: Sequence[Path],
    history: Sequence[Path],
    *,
    save: Callable[[Plan], Path | None],
    next_intake: Path | None,
    output: Path | None,
) -> Desk:
    """Return the desk of plain files; raise `BadInput` with what is wrong in them."""
    laid, written = read_with_orders(intake, orders, knowledge, today)
    document = read_plan(plan, knowledge)
    if document.name != laid.name:
        of = laid.name or "nobody"
        message = f"is for {document.name or 'nobody'}, but the answers are of {of}"
        raise BadInput([Fault(str(plan), None, "name", message)])
    past = checkins.read_history(history, knowledge, laid, document, today)

    def keep_told(found: checkins.FollowUp, told: CheckIn | None) -> None:
        place = save(document)
        if told is not None and place is not None:
            write_result(checkins.checkin_text(told), place)
        if next_intake is not None:
            own = tuple(one.order for one in written if one.document.file == str(intake))
            changed = found.intake.model_copy(update={"orders": own})
            write_result(checkins.answers_text(changed), next_intake)
        elif not found.screened.flags and found.intake.screening != laid.screening:
            message = "this check-in changes the answers; name a file for them, and plan from it"
            if place is not None:
                message += f" (the check-in is saved: --answers {shlex.quote(str(place))})"
            raise BadInput([Fault("--next-intake", None, "", message)])

    def keep_orders(found: checkins.FollowUp) -> None:
        if output is None:
            typer.echo("Name a file with -o to keep this as orders for the next week.", err=True)
            return
        write_result(checkins.orders_text(found.orders), output)
        words = ["backplan", "plan", str(next_intake or intake), "--orders", str(output)]
        typer.echo(f"Next: {shlex.join(words)} --week-start {found.week_start}", err=True)

    return Desk(laid, document, past, keep_told, keep_orders)


def of_client(
    knowledge: Knowledge,
    today: datetime.date,
    called: str,
    store: str | None,
    author: str | None,
    *,
    allow_readable: bool,
) -> Desk:
    """Return the desk of a client of the store; raise `BadInput` if there is none, or no plan."""
    from recommender.store import append, find_client, undo

    by = author_name(author)
    with opened(store, allow_readable=allow_readable) as opened_store:
        client = find_client(opened_store, called).id
        state, laid, _ = answers_of(opened_store, client, knowledge, today)
    if state.plan is None:
        message = "has no plan yet, so there is no week to tell of"
        raise BadInput([Fault(f"client {client}", None, "plan", message)])
    plan = state.plan.body
    told_before = (one for one in _checkins(state) if one.week_start < plan.stamps.week_start)

    def keep_told(found: checkins.FollowUp, told: CheckIn | None) -> None:
        changed = found.intake.model_copy(update={"orders": state.intake.body.orders})
        with opened(store, allow_readable=allow_readable) as opened_store:
            number = state.number
            if changed != state.intake.body:
                number = append(
                    opened_store, client, "intake", changed, by, expected_number=number
                ).number
            if told is not None:
                body = told.model_dump(mode="json", exclude_none=True)
                append(opened_store, client, "checkin", body, by, expected_number=number)

    def keep_orders(found: checkins.FollowUp) -> None:
        old = [one for one in state.orders if one.body.author.startswith(AUTHOR)]
        with opened(store, allow_readable=allow_readable) as opened_store:
            for order in found.orders:
                append(opened_store, client, "order", order, by)
            for version in old:
                undo(opened_store, client, by, number=version.number)
        typer.echo(f"Kept for {client}, with {len(found.orders)} orders.", err=True)

    return Desk(laid, plan, tuple(told_before), keep_told, keep_orders)


def _checkins(state: "State") -> list[CheckIn]:
    """Return the check-ins of a client; raise `BadInput` if one cannot be read any more."""
    return [
        validate(
            CheckIn, parse(json.dumps(one.body), f"client {state.client}, version {one.number}")
        )
        for one in state.checkins
    ]
