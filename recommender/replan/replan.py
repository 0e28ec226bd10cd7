"""Makes a plan again after something changed, and keeps the most of the last one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from constraints import check_all
from constraints.problem import DAYS_A_WEEK
from knowledge import BadInput, Fault, Intake, Knowledge, Weekday
from knowledge.schema.days import DAY_NAMES, WEEKDAYS
from recommender.build import Built, build
from recommender.draft import Draft, Request
from recommender.last_week import is_edited, sealed
from recommender.plan import Plan, schedule_of
from recommender.recommend import next_monday, recommend
from recommender.replan.begun import NOTHING_GONE, DaysSoFar, as_planned
from recommender.replan.changes import changes_of
from recommender.replan.floor import shortfall_at_least
from recommender.replan.trials import TRIES
from recommender.screening import screen
from recommender.solve import Progress


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a re-planning: another week, or the days that have gone of this one."""

    week_start: date | None = None
    done: frozenset[Weekday] = frozenset()
    missed: frozenset[Weekday] = frozenset()


def replan(
    knowledge: Knowledge,
    intake: Intake,
    last: Plan,
    asked: Asked,
    today: date,
    clinicians: frozenset[str] = frozenset(),
    tries: int = TRIES,
    progress: Progress | None = None,
) -> Plan:
    """Return the plan that keeps the most of the last one, with every change and its reason.

    It is the last plan itself where nothing has changed. Raises `BadInput` for what cannot be
    asked of this plan, and otherwise as `recommend`.
    """
    faults = list(faults_of(intake, last, asked, today))
    if faults:
        raise BadInput(faults)
    request = request_for(intake, last, asked, today, clinicians)
    if is_same(knowledge, intake, last, request):
        return last
    known = shortfall_at_least(knowledge, intake, last, request)
    new = recommend(knowledge, intake, replace(request, shortfall_at_least=known), progress)
    if not new.days:
        return new
    new = _with_done_days(new, last)
    built = as_planned(_built(knowledge, intake, request), new)
    if progress is None:
        return new.model_copy(update={"changes": changes_of(built, last, new, tries)})
    say = progress
    changes = changes_of(built, last, new, tries, lambda words: say(words, None, None))
    return new.model_copy(update={"changes": changes})


def request_for(
    intake: Intake,
    last: Plan,
    asked: Asked,
    today: date,
    clinicians: frozenset[str] = frozenset(),
) -> Request:
    """Return the request of a re-planning: the options of the last plan, and the days so far.

    Once a day of the week was named as done or missed, the days before today that were neither are
    missed as well.
    """
    stamps = last.stamps
    week_start = asked.week_start or _week_of(intake, last, today)
    so_far = NOTHING_GONE
    begun = stamps.options.begun
    if week_start == stamps.week_start and (asked.done or asked.missed or begun):
        done = asked.done | (frozenset((*begun.done, *begun.uncounted)) if begun else frozenset())
        missed = asked.missed | (frozenset(begun.missed) if begun else frozenset())
        missed |= frozenset(_days_before(week_start, today)) - done
        so_far = DaysSoFar(done, missed)
    return Request(
        week_start=week_start,
        balance=stamps.options.balance,
        seed=stamps.seed,
        time_limit_s=stamps.options.time_limit_s,
        clinicians=clinicians,
        last=last,
        so_far=so_far,
    )


def faults_of(intake: Intake, last: Plan, asked: Asked, today: date) -> Iterator[Fault]:
    """Yield why a plan cannot be made again with these answers and days."""
    yield from client_faults(intake, last)
    begun = last.stamps.options.begun
    dates = {WEEKDAYS[day.weekday()]: day for day in _dates(last.stamps.week_start)}
    sessions = {day.day for day in last.days}
    gone = {*begun.done, *begun.uncounted} if begun else set()
    for day in _in_order(asked.done):
        named = f"{DAY_NAMES[day]} {dates[day]}"
        if day in asked.missed:
            yield Fault("--done", None, day, f"{named} is named as missed too; it cannot be both")
        elif begun is not None and day in begun.missed:
            yield Fault("--done", None, day, f"the plan already counts {named} as missed")
        elif day not in sessions | gone:
            yield Fault("--done", None, day, f"the plan has no session on {named}")
        elif dates[day] > today:
            yield Fault("--done", None, day, f"{named} is still to come; today is {today}")
    for day in _in_order(asked.missed):
        if day in gone:
            named = f"{DAY_NAMES[day]} {dates[day]}"
            yield Fault("--missed", None, day, f"the plan already counts {named} as done")
    other_week = asked.week_start not in (None, last.stamps.week_start)
    if other_week and (asked.done or asked.missed):
        message = (
            f"the days that were done or missed are those of the week of {last.stamps.week_start};"
            " leave --week-start out, or --done and --missed"
        )
        yield Fault("--week-start", None, "", message)
    if (asked.done or asked.missed) and today > dates_end(last):
        message = (
            f"the week of {last.stamps.week_start} is over; plan the next one without --done and "
            "--missed"
        )
        yield Fault("--done" if asked.done else "--missed", None, "", message)


def client_faults(intake: Intake, last: Plan) -> Iterator[Fault]:
    """Yield that a plan is of another client than the answers, by id or else by name."""
    mine, its = intake.id, last.stamps.client
    if mine is None or its is None:
        mine, its = intake.name, last.name
    if its is not None and (mine is None or _plain(mine) != _plain(its)):
        whose = f"those of {mine}" if mine else "nobody's by name"
        message = (
            f"the plan is that of {its}, and these answers are {whose}; give the answers of {its}, "
            "or make a new plan with backplan plan"
        )
        yield Fault("--intake", None, "name", message)


def is_same(knowledge: Knowledge, intake: Intake, last: Plan, request: Request) -> bool:
    """Return whether the last plan still is the proven best of exactly what it was made from."""
    draft = Draft(knowledge, intake, replace(request, last=None))
    options = last.stamps.options.model_copy(update={"begun": None})
    was = last.stamps.model_copy(update={"options": options, "last": None, "seal": None})
    begun = last.stamps.options.begun
    days = NOTHING_GONE
    if begun is not None:
        days = DaysSoFar(frozenset((*begun.done, *begun.uncounted)), frozenset(begun.missed))
    if last.status != "optimal" or is_edited(last):
        return False
    if was != draft.stamps() or days != request.so_far:
        return False
    if screen(knowledge, intake, request.week_start, request.clinicians).outcome != "clear":
        return False
    built = as_planned(_built(knowledge, intake, request), last)
    return not check_all(built.problem, schedule_of(last))


def _built(knowledge: Knowledge, intake: Intake, request: Request) -> Built:
    return build(knowledge, intake, request.week_start, request.balance, request.clinicians)


def _with_done_days(new: Plan, last: Plan) -> Plan:
    """Return the plan with the days that were done printed as they were."""
    begun = new.stamps.options.begun
    if begun is None:
        return new
    printed = {day.day: day for day in last.days}
    days = []
    for day in new.days:
        was = printed.get(day.day)
        frame = (day.place, day.minutes, day.minutes_available)
        kept = was is not None and frame == (was.place, was.minutes, was.minutes_available)
        days.append(was if was is not None and kept and day.day in begun.done else day)
    return sealed(new.model_copy(update={"days": tuple(days)}))


def _week_of(intake: Intake, last: Plan, today: date) -> date:
    """Return the later of the weeks of plan and answers, or the next one if that is over."""
    week = max(last.stamps.week_start, intake.week_start or date.min)
    return week if today <= _dates(week)[-1] else next_monday(today)


def dates_end(plan: Plan) -> date:
    """Return the last date of the week of a plan."""
    return _dates(plan.stamps.week_start)[-1]


def _dates(week_start: date) -> list[date]:
    return [week_start + timedelta(days=offset) for offset in range(DAYS_A_WEEK)]


def _days_before(week_start: date, today: date) -> Iterator[Weekday]:
    return (WEEKDAYS[day.weekday()] for day in _dates(week_start) if day < today)


def _in_order(days: frozenset[Weekday]) -> list[Weekday]:
    return [day for day in WEEKDAYS if day in days]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
