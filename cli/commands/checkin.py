"""`backplan checkin PLAN --intake FILE`: how the week went, and what that means for the next one.

What takes long to import is imported inside, so that `--help` answers at once.
"""

import datetime
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands._common import Orders, Overlays, load, refuse_referred
from cli.commands._store import AllowReadable, Author, StoreOption

if TYPE_CHECKING:
    from knowledge import Intake, Knowledge
    from knowledge.schema.checkin import CheckIn
    from recommender.checkin import FollowUp
    from recommender.plan import Plan


LONGEST = 100
"""The longest name that fits into the author of an order."""


def checkin(
    plan: Annotated[
        str,
        typer.Argument(
            metavar="PLAN|CLIENT", help="The plan of the week, in JSON; or a client of the store."
        ),
    ],
    intake: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The answers (YAML) that the plan was made from."),
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A check-in file, instead of questions.")
    ] = None,
    missed: Annotated[
        bool, typer.Option("--missed", help="Nobody told how the week went.")
    ] = False,
    history: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="The check-in of a week before (repeatable)."),
    ] = None,
    orders: Orders = None,
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Save the check-in here; for the weeks to come."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the orders for the next week to this file."),
    ] = None,
    next_intake: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the answers with what has changed to this file."),
    ] = None,
    confirm: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who agrees to the steps up; else none.")
    ] = None,
    author: Author = None,
    store: StoreOption = None,
    allow_readable: AllowReadable = False,
    overlays: Overlays = None,
) -> None:
    """Tell how a week went: each exercise goes down, out, stays, or is ready for more.

    With --intake all of it is in files, else of a client in the store. Only easier steps are taken
    by themselves. Exit code 0: told. 2: bad input. 3: see a doctor first; the program stops until
    that is settled. 130: left, nothing saved.
    """
    from cli.commands._checkin_desk import of_client, of_files
    from cli.writing import write_result
    from recommender.checkin import follow_up
    from recommender.render.checkin import render_checkin

    files = {"--history": history, "--orders": orders, "--save": save, "--output": output,
             "--next-intake": next_intake}  # fmt: skip
    _refuse_options(plan, intake, files, is_told_twice=missed and answers is not None)
    knowledge, clinicians = load(overlays)
    _refuse_name(confirm, clinicians)
    today = datetime.date.today()
    is_asked = answers is None and not missed

    def place(document: "Plan") -> Path | None:
        asked_for = Path(f"checkin-{document.stamps.week_start}.yaml") if is_asked else None
        return save or asked_for

    if intake is None:
        desk = of_client(knowledge, today, plan, store, author, allow_readable=allow_readable)
    else:
        desk = of_files(knowledge, today, Path(plan), intake, orders or (), history or (),
                        save=place, next_intake=next_intake, output=output)  # fmt: skip
    told, is_whole = _told(answers, missed, knowledge, desk.answers, desk.plan, today)

    def following(yes_by: str | None) -> "FollowUp":
        return follow_up(knowledge, desk.answers, desk.plan, desk.past, told, clinicians, yes_by)

    found = following(confirm)
    if is_whole:
        desk.keep_told(found, told)
    if found.screened.flags:
        typer.echo("There is no next week until this is settled (docs/checkins.md).", err=True)
        refuse_referred(found.screened)
    write_result(render_checkin(knowledge, desk.plan, told, found, plain=_is_plain()), None)
    if is_asked and not clinicians and confirm is None:
        agreed = following("the person")
        if agreed.orders != found.orders and _agrees():
            found = agreed
    desk.keep_orders(found)


def _told(
    answers: Path | None,
    missed: bool,
    knowledge: "Knowledge",
    intake: "Intake",
    plan: "Plan",
    today: datetime.date,
) -> "tuple[CheckIn | None, bool]":
    """Return the check-in of a file or of the questions, None if missed; and whether it is whole.

    Only questions that were left with a warning sign ticked are not whole.
    """
    from cli.checkin_talk import require_terminal, talk
    from recommender.checkin import CheckInInterview, read_checkin

    if missed:
        _refuse_running(plan, today)
        return None, True
    if answers is not None:
        return read_checkin(answers, knowledge, intake, plan, today), True
    require_terminal()
    interview = talk(CheckInInterview(knowledge, intake, plan, today))
    return interview.checkin(), interview.next_question() is None


def _agrees() -> bool:
    from cli.checkin_talk import agrees

    return agrees("\nTake the steps up?")


def _is_plain() -> bool:
    """Return whether the terminal may not know block characters."""
    encoding = sys.stdout.encoding if sys.stdout else "ascii"
    return not encoding.lower().startswith("utf")


def _refuse_options(
    plan: str, intake: Path | None, files: Mapping[str, object], *, is_told_twice: bool
) -> None:
    """Raise `BadInput` for options that do not go together."""
    from knowledge import BadInput, Fault

    faults = []
    if is_told_twice:
        message = "there is a check-in, so the week was not missed; leave one of them out"
        faults.append(Fault("--missed", None, "", message))
    if intake is None and Path(plan).is_file():
        message = f"is missing: expected the answers that {plan} was made from"
        faults.append(Fault("--intake", None, "", message))
    elif intake is None:
        message = "goes with files; for a client the store keeps it, so leave it out"
        faults += [Fault(name, None, "", message) for name, given in files.items() if given]
    if faults:
        raise BadInput(faults)


def _refuse_running(plan: "Plan", today: datetime.date) -> None:
    """Raise `BadInput` if the week is not over."""
    from knowledge import BadInput, Fault

    last_day = plan.stamps.week_start + datetime.timedelta(days=6)
    if today <= last_day:
        message = f"the week of {plan.stamps.week_start} is not over before {last_day} has gone"
        raise BadInput([Fault("--missed", None, "", message)])


def _refuse_name(confirm: str | None, clinicians: frozenset[str]) -> None:
    """Raise `BadInput` for no name, or one that a clinic's settings do not know."""
    from knowledge import BadInput, Fault
    from knowledge.faults import nearest

    if confirm is not None and not (confirm.strip().isprintable() and 0 < len(confirm) <= LONGEST):
        message = f"expected the name of who agrees, of at most {LONGEST} letters on one line"
        raise BadInput([Fault("--confirm", None, "", message)])
    if confirm is not None and clinicians and confirm not in clinicians:
        message = f"the settings of this clinic do not name {confirm}{nearest(confirm, clinicians)}"
        raise BadInput([Fault("--confirm", None, "", message)])
