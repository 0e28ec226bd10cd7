"""One person and a template: the week that follows it within their limits."""

from dataclasses import replace

from knowledge import Intake, Knowledge
from knowledge.schema.template import Template
from recommender.build import build
from recommender.draft import Draft, Request
from recommender.explain.base import sets_of
from recommender.plan import Plan, schedule_of
from recommender.recommend import checked, recommend
from recommender.screening import screen
from recommender.solve import OutOfTime, Progress
from recommender.template.fates import week_report
from recommender.template.files import template_stamp
from recommender.template.layout import follow
from recommender.template.report import WeekReport


def assign(
    knowledge: Knowledge,
    intake: Intake,
    template: Template,
    request: Request,
    progress: Progress | None = None,
) -> tuple[Plan, WeekReport | None]:
    """Return a checked plan that follows a template, and what became of the template in it.

    Or one that says referred or impossible, and None. Raises `CheckFailed` if the independent check
    finds a violation, `OutOfTime` if no week was found, and `KeyboardInterrupt` if it was stopped.
    """
    request = replace(request, last=None)
    own = recommend(knowledge, intake, request, progress)
    if own.stopped_by == "interrupt":
        raise KeyboardInterrupt
    if not own.days:
        return own, None
    missing = own.tiers[0].value
    if missing is None:
        raise OutOfTime
    start = sets_of(schedule_of(own))
    built = build(knowledge, intake, request.week_start, request.balance, request.clinicians)
    solution = follow(built.problem, template, missing, start, request.seed, progress)
    screened = screen(knowledge, intake, request.week_start, request.clinicians)
    schedule = checked(built.problem, solution.sets)
    plan = Draft(knowledge, intake, request).week(screened, built, solution, schedule)
    stamps = plan.stamps.model_copy(update={"last": template_stamp(template)})
    plan = plan.model_copy(update={"stamps": stamps})
    return plan, week_report(built, template, plan)
