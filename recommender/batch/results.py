"""One line of results: what became of one person. It is the contract, everything else reads it."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from knowledge.schema._base import Noun
from recommender.batch.columns import Said
from recommender.batch.rows import Row
from recommender.plan import Plan

Outcome = Literal["optimal", "feasible", "referred", "impossible", "bad_row", "failed"]
PLANNED: tuple[Outcome, ...] = ("optimal", "feasible")


class RowFault(Noun):
    """A column (or a field of the answers) and what is wrong with it."""

    field: str
    message: str


class Head(Noun):
    """What became of one person, without the plan.

    `row` is its row in the file, `stamp` that of what the row said. The figures are those of the
    week, null without one: training days, minutes, sets of both sides as the balance counts them.
    """

    row: Annotated[int, Field(ge=1)]
    stamp: str
    id: str | None
    name: str | None
    outcome: Outcome
    faults: tuple[RowFault, ...] = ()
    sessions: int | None = None
    minutes: float | None = None
    abdominal_sets: float | None = None
    lumbar_sets: float | None = None
    balance_kept: bool | None = None


class ResultLine(Head):
    """What became of one person: the plan that `backplan plan` gives, or what is wrong."""

    plan: Plan | None = None


def planned(row: Row, plan: Plan) -> ResultLine:
    """Return the line of a plan, also of one that says referred or impossible."""
    line = ResultLine(
        row=row.number,
        stamp=row.stamp,
        id=row.label("id"),
        name=plan.name,
        outcome=plan.status,
        plan=plan,
    )
    if plan.balance is None:
        return line
    figures = {
        "sessions": len(plan.days),
        "minutes": sum(day.minutes for day in plan.days),
        "abdominal_sets": plan.balance.abdominal,
        "lumbar_sets": plan.balance.lumbar,
        "balance_kept": plan.balance.kept,
    }
    return line.model_copy(update=figures)


def without_plan(
    row: Row, outcome: Literal["bad_row", "failed"], faults: Iterable[Said]
) -> ResultLine:
    """Return the line of a row that cannot be read, or of a person whose week could not be made."""
    return ResultLine(
        row=row.number,
        stamp=row.stamp,
        id=_printable(row.label("id")),
        name=_printable(row.label("name")),
        outcome=outcome,
        faults=tuple(
            RowFault(field=field, message=_printable(message) or "") for field, message in faults
        ),
    )


def _printable(text: str | None) -> str | None:
    """Return a text without the bytes that were no UTF-8."""
    return None if text is None else text.encode("utf-8", "replace").decode()


def head_of(line: ResultLine) -> Head:
    """Return a line without its plan."""
    return Head.model_validate(line.model_dump(exclude={"plan"}))
