"""A template given to people, one after the other: a problem with one never stops the others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from knowledge import BadInput, Fault, Intake, Knowledge
from knowledge.schema.template import Template
from recommender.contradictions import refuse_contradictions
from recommender.draft import Request
from recommender.intake import wrong_week
from recommender.plan import Plan
from recommender.recommend import CheckFailed
from recommender.screening import screen
from recommender.solve import OutOfTime, Progress
from recommender.template.assign import assign
from recommender.template.report import ClientReport
from recommender.written_orders import WrittenOrder

Answers = tuple[Intake, Sequence[WrittenOrder]]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be given a template; `read` returns the answers or raises `BadInput`."""

    label: str
    read: Callable[[], Answers]


def give(
    knowledge: Knowledge,
    template: Template,
    person: Person,
    request: Request,
    progress: Progress | None = None,
) -> tuple[ClientReport, Plan | None]:
    """Return what became of a template for a person, and the plan if there is one."""
    bare = ClientReport(client=person.label, name=None, outcome="bad_input")
    try:
        answers, written = person.read()
        bare = bare.model_copy(update={"name": answers.name})
        _refuse(knowledge, answers, written, request)
        plan, week = assign(knowledge, answers, template, request, progress)
    except BadInput as error:
        return bare.model_copy(update={"reasons": tuple(map(str, error.faults))}), None
    except OutOfTime:
        reasons = ("The search ended before it had an answer.",)
        return bare.model_copy(update={"outcome": "no_time", "reasons": reasons}), None
    except CheckFailed as failure:
        return bare.model_copy(update={"outcome": "bug", "reasons": (str(failure),)}), None
    if week is None:
        update = {"outcome": plan.status, "reasons": tuple(_reasons(plan))}
        return bare.model_copy(update=update), None
    return bare.model_copy(update={"outcome": "planned", "week": week}), plan


def _refuse(
    knowledge: Knowledge, answers: Intake, written: Sequence[WrittenOrder], request: Request
) -> None:
    """Raise `BadInput` if a week cannot be planned from these answers and orders."""
    wrong = wrong_week(answers, request.week_start)
    if wrong is not None:
        raise BadInput([Fault("--week-start", None, "", wrong)])
    if screen(knowledge, answers, request.week_start, request.clinicians).outcome == "clear":
        refuse_contradictions(written, answers, knowledge, request.week_start)


def _reasons(plan: Plan) -> Iterator[str]:
    """Yield why a plan has no days."""
    for flag in plan.screening.flags:
        yield f"{flag.statement.rstrip('.')}. {flag.where_to_go}"
    for clash in plan.clashes:
        yield clash.sentence
