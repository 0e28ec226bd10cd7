"""What the commands that start from a plan file share."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands._common import refuse_referred
from cli.exit_codes import BAD_INPUT, BUG

if TYPE_CHECKING:
    from knowledge import Intake, Knowledge, Weekday
    from recommender.plan import Plan

IntakeFile = Annotated[
    Path,
    typer.Option("--intake", metavar="FILE", help="The answers (YAML), or - for standard input."),
]


def parse_days(option: str, text: str | None) -> "frozenset[Weekday]":
    """Return the days of an option such as mon,tue; raise `BadInput` otherwise."""
    from knowledge import BadInput, Fault
    from knowledge.faults import nearest
    from knowledge.schema.days import WEEKDAYS

    words = [word.strip().lower() for word in text.split(",")] if text is not None else []
    faults = [
        Fault(option, None, "", f"{word} is not one of: {', '.join(WEEKDAYS)}"
              f"{nearest(word[:3], WEEKDAYS)}")
        for word in words
        if word not in WEEKDAYS
    ]  # fmt: skip
    if faults:
        raise BadInput(faults)
    return frozenset(day for day in WEEKDAYS if day in words)


def refuse_edited(plan: "Plan", file: Path) -> None:
    """Raise `BadInput` if a plan was changed by hand since it was made."""
    from knowledge import BadInput, Fault
    from recommender.last_week import is_edited

    if not is_edited(plan):
        return
    if plan.stamps.seal is None:
        message = "has no seal, so that edits by hand cannot be seen; make it with backplan plan"
        raise BadInput([Fault(str(file), None, "stamps.seal", message)])
    message = (
        "the plan was changed by hand since it was made, and nothing of that is to get lost; turn "
        f"the edits into orders first: backplan adopt {file} --intake FILE -o orders.yaml"
    )
    raise BadInput([Fault(str(file), None, "stamps.seal", message)])


def refuse_wrong_week(answers: "Intake", week_start: datetime.date) -> None:
    """Raise `BadInput` if a week cannot be planned from these answers."""
    from knowledge import BadInput, Fault
    from recommender.intake import wrong_week

    wrong = wrong_week(answers, week_start)
    if wrong is not None:
        raise BadInput([Fault("--week-start", None, "", wrong)])


def refuse_other_facts(
    knowledge: "Knowledge",
    answers: "Intake",
    plan: "Plan",
    clinicians: frozenset[str],
    file: Path,
) -> None:
    """End the command if a plan is not one of these answers, rules and settings, or of today.

    For another knowledge base it is said what changed.
    """
    from knowledge import BadInput, Fault
    from recommender.check import screen_at
    from recommender.draft import Request
    from recommender.explain.base import stamp_faults
    from recommender.replan.news import knowledge_news
    from recommender.replan.replan import client_faults

    refuse_referred(screen_at(knowledge, answers, plan, datetime.date.today(), clinicians))
    faults = [
        *client_faults(answers, plan),
        *stamp_faults(knowledge, answers, plan, clinicians, str(file)),
    ]
    if plan.stamps.knowledge != knowledge.version:
        request = Request(plan.stamps.week_start, clinicians=clinicians)
        news = knowledge_news(knowledge, answers, plan, request)
        faults += [Fault(str(file), None, "stamps.knowledge", one) for one in news]
    if faults:
        raise BadInput(faults)


def refuse_broken(
    knowledge: "Knowledge",
    answers: "Intake",
    plan: "Plan",
    clinicians: frozenset[str],
    file: Path,
) -> None:
    """End the command if a plan breaks a rule today, naming each."""
    from recommender.check import check_plan

    violations = check_plan(knowledge, answers, plan, datetime.date.today(), clinicians)
    for violation in violations:
        typer.echo(f"broken: {violation.constraint}: {violation.sentence}", err=True)
    if violations:
        typer.echo(
            f"error: {file}: the plan breaks a rule; make it again with backplan replan", err=True
        )
        raise typer.Exit(BAD_INPUT)


@contextmanager
def ends_well() -> Iterator[None]:
    """End the command in plain words if the search had no answer, or a week broke a rule."""
    from recommender.recommend import CheckFailed
    from recommender.solve import OutOfTime

    try:
        yield
    except OutOfTime:
        typer.echo("error: the search ended before it had an answer; please try again", err=True)
        raise typer.Exit(BAD_INPUT) from None
    except CheckFailed as failure:
        typer.echo(
            "This is a bug in backplan: a week that was found breaks its own rules, so nothing is\n"
            f"shown. Please report it with the lines below.\n\n{failure}",
            err=True,
        )
        raise typer.Exit(BUG) from None
