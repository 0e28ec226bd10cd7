"""What is new since the last plan: answers, orders, knowledge base, week, and who asks."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from knowledge import Intake, Knowledge, Weekday
from knowledge.schema.days import DAY_NAMES, WEEKDAYS
from recommender.build import build
from recommender.draft import Draft, Request, intake_stamp
from recommender.last_week import same_dose
from recommender.order_words import order_words, signed
from recommender.plan import Plan
from recommender.replan.begun import NOTHING_GONE
from recommender.replan.floor import answers_before


def news_of(knowledge: Knowledge, intake: Intake, last: Plan, request: Request) -> tuple[str, ...]:
    """Return a sentence for each thing that is not as it was when the last plan was made."""
    return tuple(_news(knowledge, intake, last, request))


def _news(
    knowledge: Knowledge, intake: Intake, last: Plan, request: Request
) -> Iterator[str]:  # fmt: skip
    was = last.stamps
    now = Draft(knowledge, intake, request).stamps()
    if was.week_start != now.week_start:
        yield f"This plan is for the week of {now.week_start}, the last was for {was.week_start}."
    if request.so_far != NOTHING_GONE:
        done, missed = (_named(days) for days in (request.so_far.done, request.so_far.missed))
        yield (
            f"Done: {done}. Without a session: {missed}. Days that have passed and were not done "
            "count as missed."
        )
    if was.intake != intake_stamp(intake):
        before = answers_before(intake, last)
        if before is None:
            yield "The answers or the orders have changed."
        else:
            for order in intake.orders[len(before.orders) :]:
                words = order_words(order, knowledge)
                yield f"New order by {signed(order)}: {words} ({order.reason.rstrip('.')})."
    if was.knowledge != now.knowledge:
        yield from knowledge_news(knowledge, intake, last, request)
    if was.role != now.role:
        yield f"The last plan was made as {was.role}, this one as {now.role}."
    if (was.backplan, was.ortools) != (now.backplan, now.ortools):
        yield (
            f"The last plan was made with backplan {was.backplan} and solver {was.ortools}, this "
            f"one with {now.backplan} and {now.ortools}."
        )


def _named(days: AbstractSet[Weekday]) -> str:
    return ", ".join(DAY_NAMES[day] for day in WEEKDAYS if day in days) or "none"


def knowledge_news(
    knowledge: Knowledge, intake: Intake, last: Plan, request: Request
) -> Iterator[str]:
    """Yield what another knowledge base changes for the exercises of a plan."""
    yield f"The knowledge base changed from {last.stamps.knowledge} to {knowledge.version}."
    then, now = ({one.name for one in overlays} for overlays in (last.overlays, knowledge.overlays))
    for what, names in (("no longer laid", then - now), ("newly laid", now - then)):
        if names:
            yield f"Overlays {what} on it: {', '.join(sorted(names))}."
    built = build(knowledge, intake, request.week_start, request.balance, request.clinicians)
    left_out = {one.exercise.id: one.reason for one in built.excluded}
    doses = {one.id: one.dose for one in built.problem.candidates}
    items = {item.exercise: item for day in last.days for item in day.items}
    for name, item in items.items():
        if name not in knowledge.exercises:
            yield f"{item.name} ({name}) is not in it any more."
        elif name in left_out:
            yield f"{item.name} is not for you now: {left_out[name]}"
        elif name in doses and not same_dose(item, doses[name]):
            yield f"{item.name} has another dose."
