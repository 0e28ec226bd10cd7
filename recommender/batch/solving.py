"""One person: from a row to a result line, with the week of an equal problem where there is one."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from knowledge import BadInput, Intake, Knowledge
from knowledge.reading import Document
from recommender.batch.columns import Said, answers_in, in_columns
from recommender.batch.results import ResultLine, planned, without_plan
from recommender.batch.rows import Row
from recommender.batch.sharing import Week, shared_key, week_of
from recommender.build import build
from recommender.contradictions import refuse_contradictions
from recommender.draft import Draft
from recommender.intake import intake_from_text, wrong_week
from recommender.plan import Plan
from recommender.recommend import CheckFailed, Request, checked, recommend, week_for
from recommender.screening import screen
from recommender.solve import OutOfTime
from recommender.written_orders import WrittenOrder

Ask = Callable[[str], Week | None]
"""Asked with the key of a problem: the week of an equal one, or None if it has to be solved."""

NOT_PLAIN_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for everybody.

    `file` is only named in messages. `pages` is the format of a file a person, None for no files.
    """

    knowledge: Knowledge
    today: date
    file: str = "people"
    clinicians: frozenset[str] = frozenset()
    week_start: date | None = None
    balance: Literal["article", "evidence"] = "article"
    seed: int = 0
    share: bool = True
    pages: str | None = None


def solve_row(job: Job, row: Row, ask: Ask) -> tuple[ResultLine, Week | None]:
    """Return what becomes of a row, and the week if an equal problem may use it.

    Never raises for what is wrong with one person.
    """
    try:
        intake, request = read_row(job, row)
        plan = _plan(job, intake, request, ask)
    except BadRow as bad:
        return without_plan(row, "bad_row", bad.said), None
    except CheckFailed as failure:
        message = f"a bug in backplan: the week that was found breaks its own rules: {failure}"
        return without_plan(row, "failed", [("", message)]), None
    except OutOfTime:
        return without_plan(row, "failed", [("", "no week was found in the work allowed")]), None
    return planned(row, plan), week_of(plan) if job.share else None


class BadRow(Exception):  # noqa: N818 - read in sentences: raises BadRow
    """What is wrong with the cells of a row."""

    def __init__(self, said: list[Said]) -> None:
        """Keep what is wrong."""
        self.said = said
        super().__init__(said)


def read_row(job: Job, row: Row) -> tuple[Intake, Request]:
    """Return the intake of a row and what is asked for; raise `BadRow` with all that is wrong."""
    if row.fault is not None:
        raise BadRow([row.fault])
    answers, wrong = answers_in(row.cells) if row.cells is not None else (row.answers, [])
    try:
        intake = intake_from_text(_as_text(answers), job.file, job.knowledge, job.today)
        if wrong:
            raise BadRow(wrong)
        start = week_for(intake, job.today, job.week_start)
        message = wrong_week(intake, start)
        if message is not None:
            raise BadRow([("week_start", message)])
        if (
            intake.orders
            and screen(job.knowledge, intake, start, job.clinicians).outcome == "clear"
        ):
            refuse_contradictions(_written(job, row, intake, answers), intake, job.knowledge, start)
    except BadInput as error:
        known = {column for column, _ in wrong}
        for fault in error.faults:
            field = in_columns(fault.field) if row.cells is not None else fault.field
            if re.split(r"[.\[]", field)[0] not in known:
                wrong.append((field, fault.message))
        raise BadRow(wrong) from None
    request = Request(
        week_start=start, balance=job.balance, seed=job.seed, clinicians=job.clinicians
    )
    return intake, request


def _as_text(answers: Any) -> str:
    """Return answers as JSON that is YAML as well."""
    text = json.dumps(answers, ensure_ascii=False)
    return NOT_PLAIN_IN_YAML.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def _written(job: Job, row: Row, intake: Intake, answers: Any) -> tuple[WrittenOrder, ...]:
    """Return the orders with where they stand, so that messages name the row."""
    document = Document(job.file, "\n" * (row.number - 1) + _as_text(answers), answers)
    return tuple(
        WrittenOrder(order, document, ("orders", index))
        for index, order in enumerate(intake.orders)
    )


def _plan(job: Job, intake: Intake, request: Request, ask: Ask) -> Plan:
    """Return the plan of a person, solved here or with the week of an equal problem."""
    if job.share:
        screened = screen(job.knowledge, intake, request.week_start, job.clinicians)
        if screened.outcome == "clear":
            built = build(
                job.knowledge, intake, request.week_start, request.balance, job.clinicians
            )
            key = shared_key(built.problem, request.seed)
            week = ask(key) if key is not None else None
            if week is not None:
                solution = week.solution()
                schedule = checked(built.problem, solution.sets)
                draft = Draft(job.knowledge, intake, request)
                return draft.week(screened, built, solution, schedule)
    return recommend(job.knowledge, intake, request)
