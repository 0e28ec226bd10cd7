"""`backplan checkin PLAN --intake FILE`: how the week went, and what that means for the next one.

What takes long to import is imported inside, so that `--help` answers at once.
"""

import datetime
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands._common import Overlays, load, refuse_referred
from cli.commands._last_plan import IntakeFile, OrderFiles

if TYPE_CHECKING:
    from knowledge import Intake, Knowledge
    from knowledge.schema.checkin import CheckIn
    from recommender.checkin import FollowUp
    from recommender.plan import Plan


def checkin(
    plan: Annotated[Path, typer.Argument(help="The plan of the week, in JSON.")],
    intake: IntakeFile,
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
    orders: OrderFiles = None,
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
    overlays: Overlays = None,
) -> None:
    """Tell how a week went: each exercise goes down, out, stays, or is ready for more.

    Only easier steps are taken by themselves. Exit code 0: told. 2: bad input. 3: see a doctor
    first; the program stops until that is settled. 130: left, nothing saved.
    """
    from cli.writing import write_result
    from knowledge import BadInput, Fault
    from recommender import checkin as checkins
    from recommender.check import read_plan
    from recommender.intake import read_with_orders
    from recommender.render.checkin import render_checkin

    _refuse_both(answers, missed)
    knowledge, clinicians = load(overlays)
    _refuse_unknown_clinician(confirm, clinicians)
    today = datetime.date.today()
    laid, written = read_with_orders(intake, orders or (), knowledge, today)
    document = read_plan(plan, knowledge)
    _refuse_other_person(plan, document, laid)
    past = checkins.read_history(history or (), knowledge, laid, document, today)
    is_asked = answers is None and not missed
    if is_asked:
        save = save or Path(f"checkin-{document.stamps.week_start}.yaml")
    told, is_whole = _told(answers, missed, knowledge, laid, document, today)

    def following(yes_by: str | None) -> "FollowUp":
        return checkins.follow_up(knowledge, laid, document, past, told, clinicians, yes_by)

    found = following(confirm)
    if told is not None and save is not None and is_whole:
        write_result(checkins.checkin_text(told), save)
    if next_intake is not None and is_whole:
        own = tuple(one.order for one in written if one.document.file == str(intake))
        text = checkins.answers_text(found.intake.model_copy(update={"orders": own}))
        write_result(text, next_intake)
    if found.screened.flags:
        typer.echo("There is no next week until this is settled (docs/checkins.md).", err=True)
        refuse_referred(found.screened)
    if next_intake is None and found.intake.screening != laid.screening:
        message = "this check-in changes the answers; name a file for them, and plan from it"
        raise BadInput([Fault("--next-intake", None, "", message)])
    write_result(render_checkin(knowledge, document, told, found, plain=_is_plain()), None)
    if is_asked and not clinicians and confirm is None:
        agreed = following(laid.name or "the person")
        if agreed.orders != found.orders and _agrees():
            found = agreed
    if output is None:
        typer.echo("Name a file with -o to keep this as orders for the next week.", err=True)
        return
    write_result(checkins.orders_text(found.orders), output)
    words = ["backplan", "plan", str(next_intake or intake), "--orders", str(output)]
    typer.echo(f"Next: {shlex.join(words)} --week-start {found.week_start}", err=True)


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


def _refuse_both(answers: Path | None, missed: bool) -> None:
    from knowledge import BadInput, Fault

    if answers is not None and missed:
        message = "there is a check-in, so the week was not missed; leave one of them out"
        raise BadInput([Fault("--missed", None, "", message)])


def _refuse_running(plan: "Plan", today: datetime.date) -> None:
    """Raise `BadInput` if the week is not over."""
    from knowledge import BadInput, Fault

    last_day = plan.stamps.week_start + datetime.timedelta(days=6)
    if today <= last_day:
        message = f"the week of {plan.stamps.week_start} is not over before {last_day} has gone"
        raise BadInput([Fault("--missed", None, "", message)])


def _refuse_other_person(file: Path, plan: "Plan", intake: "Intake") -> None:
    from knowledge import BadInput, Fault

    if plan.name != intake.name:
        message = (
            f"is for {plan.name or 'nobody'}, but the answers are of {intake.name or 'nobody'}"
        )
        raise BadInput([Fault(str(file), None, "name", message)])


def _refuse_unknown_clinician(confirm: str | None, clinicians: frozenset[str]) -> None:
    """Raise `BadInput` if a clinic's settings do not name the one who confirms."""
    from knowledge import BadInput, Fault
    from knowledge.faults import nearest

    if confirm is not None and clinicians and confirm not in clinicians:
        message = f"the settings of this clinic do not name {confirm}{nearest(confirm, clinicians)}"
        raise BadInput([Fault("--confirm", None, "", message)])
