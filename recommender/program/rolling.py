"""Weeks one after the other, and the program that they make."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from knowledge import Intake, Knowledge
from recommender.conditions import active_conditions
from recommender.plan import Plan, PlanItem
from recommender.program.history import History, history_of
from recommender.program.model import (
    Advance,
    Program,
    ProgramOptions,
    ProgramPhase,
    ProgramTest,
    ProgramWeek,
    Step,
)
from recommender.program.next_week import PlannedWeek, WeekTask, next_week
from recommender.program.phases import PhaseWeek, phase_weeks
from recommender.program.words import KIND_NOTES, advances, dose_words, kind_note, left_and_new
from recommender.recommend import Request
from recommender.solve import Progress

NO_PLAN = ("referred", "impossible")
"""The statuses of a week that ends a program."""


@dataclass(frozen=True, slots=True)
class ProgramRequest:
    """What is asked for beside the intake; `first` is the request of the first week.

    `done` are the weeks so far, as they were planned; the program goes on after them. `steps` are
    what check-ins say of exercises for the week that comes then; what is `out` stays out.
    """

    first: Request
    weeks: int
    light_every: int
    done: tuple[ProgramWeek, ...] = ()
    steps: Mapping[str, Step] = field(default_factory=dict)


def make_program(
    knowledge: Knowledge,
    intake: Intake,
    request: ProgramRequest,
    progress: Progress | None = None,
) -> Program:
    """Return the program. It ends early with a week for which there is no plan, and says so.

    Raises `CheckFailed` if the independent check of a week finds a violation, `OutOfTime` if it
    cannot be decided whether there is a week, and `KeyboardInterrupt` after Ctrl-C.
    """
    every = phase_weeks(knowledge.program, request.weeks, request.light_every)
    weeks = list(request.done)
    steps = request.steps
    warnings: list[str] = []
    for week in every[len(weeks) :]:
        history = history_of([(one.plan, one.kind == "light") for one in weeks]) if weeks else None
        start = request.first.week_start + timedelta(days=7 * (week.number - 1))
        last = weeks[-1].plan if weeks else request.first.last
        task = WeekTask(knowledge, intake, replace(request.first, week_start=start, last=last),
                        week, history, steps, progress)  # fmt: skip
        planned = next_week(task)
        if planned is None:
            warnings.append(
                f"The program ends before week {week.number}: from {start} on no week fits that "
                "takes small steps from the week before. Ask for a new program from that day."
            )
            break
        if planned.plan.stopped_by == "interrupt":
            raise KeyboardInterrupt
        weeks.append(_week(task, planned))
        if planned.plan.status in NO_PLAN:
            break
        steps = {name: step for name, step in steps.items() if step == "out"}
    return _program(knowledge, intake, request, every, weeks, warnings)


def _week(task: WeekTask, planned: PlannedWeek) -> ProgramWeek:
    history, plan = task.history, planned.plan
    notes = [kind_note(planned.kind, planned.stilled)] if planned.kind in KIND_NOTES else []
    raised: tuple[Advance, ...] = ()
    if history is not None and plan.status not in NO_PLAN:
        notes += _verdicts(task, history)
        notes += left_and_new(task.knowledge, history, plan, planned.moves)
        if planned.kind == "steps":
            raised = advances(task.knowledge, history, plan, planned.moves)
    return ProgramWeek(
        number=task.week.number,
        phase=task.week.phase.id,
        kind=planned.kind,
        out=tuple(sorted(name for name, step in task.steps.items() if step == "out")),
        advances=raised,
        notes=tuple(notes),
        plan=plan,
    )


def _verdicts(task: WeekTask, history: History) -> Iterator[str]:
    """Yield the conditions that begin or end to hold with this week."""
    was, now = (
        {
            one.condition.id: one.condition.name
            for one in active_conditions(
                task.knowledge, task.intake, start, task.request.clinicians
            )
        }
        for start in (history.weeks[-1].plan.stamps.week_start, task.request.week_start)
    )
    yield from (f"From this week on: {name}." for key, name in now.items() if key not in was)
    yield from (f"Not any more: {name}." for key, name in was.items() if key not in now)


def _program(
    knowledge: Knowledge,
    intake: Intake,
    request: ProgramRequest,
    every: Sequence[PhaseWeek],
    weeks: Sequence[ProgramWeek],
    warnings: Sequence[str],
) -> Program:
    plans = [one.plan for one in weeks]
    stopped = len(weeks) < request.weeks or plans[-1].status in NO_PLAN
    proven = all(plan.status == "optimal" for plan in plans)
    fresh_until = intake.answered_on + timedelta(days=knowledge.screening.answers_fresh_days)
    return Program(
        schema_version=1,
        status="stopped" if stopped else "optimal" if proven else "feasible",
        gap_percent=gap_percent(plans),
        name=intake.name,
        stamps=plans[0].stamps,
        options=ProgramOptions(weeks=request.weeks, light_every=request.light_every),
        valid_until=_valid_until(request.first.week_start, plans[-1], fresh_until),
        condition=knowledge.program.condition.text,
        phases=tuple(_phases(every)),
        weeks=tuple(weeks),
        tests=() if stopped else tuple(_tests(knowledge, plans)),
        warnings=tuple(warnings),
    )


def _valid_until(start: date, last: Plan, fresh_until: date) -> date:
    """Return the day from which the answers are too old, or on which the program is over."""
    over = last.stamps.week_start + timedelta(days=7)
    return min(over, max(fresh_until, start + timedelta(days=7)))


def gap_percent(plans: Sequence[Plan]) -> float:
    """Return by how much the shortfall of all weeks may exceed its bound, in per cent."""
    tiers = [tier for plan in plans for tier in plan.tiers if tier.name == "shortfall"]
    value = sum(tier.value or 0 for tier in tiers)
    bound = sum(tier.bound or 0 for tier in tiers)
    return round(100 * (value - bound) / value, 2) if value else 0.0


def _phases(every: Sequence[PhaseWeek]) -> Iterator[ProgramPhase]:
    for phase in dict.fromkeys(week.phase.id for week in every):
        own = [week for week in every if week.phase.id == phase]
        first = own[0].phase
        yield ProgramPhase(
            id=phase,
            name=first.name,
            purpose=first.purpose,
            first_week=own[0].number,
            last_week=own[-1].number,
            levers=first.levers,
        )


def _tests(knowledge: Knowledge, plans: Sequence[Plan]) -> Iterator[ProgramTest]:
    """Yield the measurements at the end; work is compared at a dose of the last week or below."""
    last = {i.exercise: i for day in plans[-1].days for i in day.items if i.block == "main"}
    for test in knowledge.program.tests:
        if test.about == "person":
            yield ProgramTest(id=test.id, name=test.name, how=test.how, sources=test.sources)
            continue
        for side in ("abdominal", "lumbar"):
            firsts = [
                (number, first)
                for name in last
                if last[name].side == side
                for number, first in [_first(plans, name)]
            ]
            if not firsts:
                continue
            number, item = min(firsts, key=lambda pair: (pair[0], pair[1].exercise))
            words = dose_words(_milder(item, last[item.exercise]))
            yield ProgramTest(
                id=f"{test.id}_{side}",
                name=f"{test.name}, {side}",
                how=test.how.format(exercise=item.name, dose=words, week=number),
                sources=test.sources,
            )


def _first(plans: Sequence[Plan], exercise: str) -> tuple[int, PlanItem]:
    """Return the first week that has an exercise, from 1, and its item."""
    return next(
        (number, item)
        for number, plan in enumerate(plans, 1)
        for day in plan.days
        for item in day.items
        if item.exercise == exercise
    )


def _milder(first: PlanItem, now: PlanItem) -> PlanItem:
    """Return the item of one set that asks less: rules may have lowered the dose since."""
    return min(first, now, key=lambda item: (item.reps * (item.hold_s or 1), item.hold_s or 0))
