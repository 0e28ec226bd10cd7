"""Checks a program: each week by every rule at its own dates, and the rules between the weeks.

It shares no code with what makes a program: all is counted again from the printed plans.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from constraints import border, derived
from constraints.problem import Before
from constraints.schedule import Violation
from knowledge import Intake, Knowledge
from recommender.build import build
from recommender.check import check_plan
from recommender.conditions import NO_CLINICIANS
from recommender.plan import Plan, PlanItem, schedule_of
from recommender.program.model import Program, ProgramWeek
from recommender.screening import screen

NAME = "program"
WITHOUT_DAYS = ("referred", "impossible")


def check_program(
    knowledge: Knowledge,
    intake: Intake,
    program: Program,
    clinicians: frozenset[str] = NO_CLINICIANS,
) -> tuple[Violation, ...]:
    """Return every way in which the program breaks a rule for this intake."""
    return tuple(dict.fromkeys(_violations(knowledge, intake, program, clinicians)))


def _violations(
    knowledge: Knowledge, intake: Intake, program: Program, clinicians: frozenset[str]
) -> Iterator[Violation]:
    yield from _frame(knowledge, program)
    planned: list[ProgramWeek] = []
    for week in program.weeks:
        plan = week.plan
        if plan.status in WITHOUT_DAYS:
            if week is not program.weeks[-1] or program.status != "stopped":
                yield _broken(week, f"is {plan.status}, and the program goes on")
            if plan.days:
                yield _broken(week, f"is {plan.status} and has sessions")
            continue
        start = plan.stamps.week_start
        if screen(knowledge, intake, start, clinicians).outcome != "clear":
            yield _broken(week, "is planned for a person who should see somebody first")
        for one in check_plan(knowledge, intake, plan, start, clinicians):
            yield replace(one, sentence=f"week {week.number}: {one.sentence}")
        if planned:
            yield from _between(knowledge, intake, planned, week, clinicians)
        planned.append(week)


def _broken(week: ProgramWeek, sentence: str) -> Violation:
    return Violation(NAME, f"week {week.number} {sentence}")


def _frame(knowledge: Knowledge, program: Program) -> Iterator[Violation]:
    """Yield what is wrong with the number of weeks, their dates, phases and light weeks."""
    low, high = knowledge.program.weeks.between
    options = program.options
    if not low <= options.weeks <= high:
        yield Violation(NAME, f"{options.weeks} weeks; a program has {low} to {high}")
    low, high = knowledge.program.light.every_between
    if not low <= options.light_every <= high:
        yield Violation(
            NAME, f"a light week every {options.light_every}; {low} to {high} are known"
        )
    if len(program.weeks) > options.weeks:
        yield Violation(NAME, f"{len(program.weeks)} weeks instead of {options.weeks}")
    if len(program.weeks) < options.weeks and program.status != "stopped":
        yield Violation(NAME, f"{len(program.weeks)} weeks instead of {options.weeks}, in silence")
    known = [phase.id for phase in knowledge.program.phases]
    order = [known.index(week.phase) if week.phase in known else -1 for week in program.weeks]
    if order != sorted(order) or -1 in order:
        yield Violation(NAME, "the phases are not in their order")
    for number, week in enumerate(program.weeks, 1):
        start = program.stamps.week_start + timedelta(days=7 * (number - 1))
        if week.number != number or week.plan.stamps.week_start != start:
            yield _broken(week, f"is not the one that begins on {start}")
        turn = number % options.light_every == 0
        if week.kind == "light" and not turn:
            yield _broken(week, "is light and should not be")
        if turn and week.kind == "steps" and week.plan.status not in WITHOUT_DAYS:
            yield _broken(week, "should be light")


def _between(
    knowledge: Knowledge,
    intake: Intake,
    planned: Sequence[ProgramWeek],
    week: ProgramWeek,
    clinicians: frozenset[str],
) -> Iterator[Violation]:
    """Yield what is wrong between a week and those before it."""
    full = [one for one in planned if one.kind != "light"][-1]
    plan = week.plan
    problem = build(knowledge, intake, plan.stamps.week_start, "article", clinicians).problem
    stilled = {one.id for one in derived.active(problem)} & {*knowledge.program.still.conditions}
    if stilled and week.kind == "steps":
        yield _broken(week, f"has steps up, and {min(stilled)} allows none")
    before = Before(schedule_of(planned[-1].plan), {}, 10**6, {}, frozenset(), frozenset(), 10**6)
    for one in border.check(replace(problem, before=before), schedule_of(plan)):
        yield _broken(week, f"does not go with the one before: {one.sentence}")
    yield from _levers(knowledge, full, week)
    yield from _volume(knowledge, full.plan, week)
    yield from _ladders(knowledge, planned, week)
    yield from _learning(knowledge, planned, full, week)


def _main(plan: Plan) -> dict[str, list[PlanItem]]:
    found: dict[str, list[PlanItem]] = {}
    for day in plan.days:
        for item in day.items:
            if item.block == "main":
                found.setdefault(item.exercise, []).append(item)
    return found


def _levers_of(knowledge: Knowledge, week: ProgramWeek) -> tuple[str, ...]:
    """Return what a week may raise."""
    phase = next((one for one in knowledge.program.phases if one.id == week.phase), None)
    return phase.levers if phase is not None and week.kind == "steps" else ()


def _levers(knowledge: Knowledge, full: ProgramWeek, week: ProgramWeek) -> Iterator[Violation]:
    """Yield each exercise with more than one lever, or with a step that is too large."""
    before, now = _main(full.plan), _main(week.plan)
    allowed = _levers_of(knowledge, week)
    steps = knowledge.program.steps
    said = {one.exercise for one in week.advances if one.lever == "load"}
    for name in sorted(before.keys() & now.keys()):
        was, item = before[name][0], now[name][0]
        raised = {
            "reps": item.reps - was.reps,
            "hold": (item.hold_s or 0) - (was.hold_s or 0),
            "sets": sum(one.sets for one in now[name]) - sum(one.sets for one in before[name]),
            "load": 1 if name in said else 0,
        }
        if item.hold_s != was.hold_s and (item.hold_s or 0) < (was.hold_s or 0):
            raised["reps"] = 0  # a shorter hold may be repeated more often
        up = [lever for lever, by in raised.items() if by > 0]
        if len(up) > 1:
            yield _broken(week, f"raises {' and '.join(up)} of {name} at once")
        for lever in up:
            if lever not in allowed:
                yield _broken(week, f"raises {lever} of {name}, which the phase does not")
        for lever, most in (
            ("reps", steps.reps),
            ("hold", steps.hold_s_at_most),
            ("sets", steps.sets),
        ):
            if raised[lever] > most:
                yield _broken(week, f"raises {lever} of {name} by {raised[lever]}; at most {most}")
        if (item.effort, item.load) != (was.effort, was.load) and item.effort > was.effort:
            yield _broken(week, f"raises the effort of {name}")


def _volume(knowledge: Knowledge, full: Plan, week: ProgramWeek) -> Iterator[Violation]:
    """Yield each region with too many more sets, too many in all, and a light week that is not."""
    growth = knowledge.program.growth
    credited = []
    totals = []
    for plan in (full, week.plan):
        region_sets: Counter[str] = Counter()
        items = [one for same in _main(plan).values() for one in same]
        for item in (item for day in plan.days for item in day.items):
            for region, share in knowledge.exercises[item.exercise].credits.items():
                region_sets[region] += round(2 * share * item.sets)
        credited.append(region_sets)
        totals.append(sum(item.sets for item in items))
    before, now = totals
    grows = week.kind in ("steps", "changed")
    for region in growth.regions:
        more = credited[1][region] - credited[0][region]
        if more > (2 * growth.sets_a_region if grows else 0):
            yield _broken(week, f"adds {more / 2:g} {region} sets")
    most = before
    most += max(growth.sets_at_least, before * growth.sets_percent // 100) if grows else 0
    if now > most:
        yield _broken(week, f"has {now} main sets after {before}; at most {most}")
    if week.kind == "light" and 100 * now >= knowledge.program.light.sets_percent * before + 100:
        yield _broken(week, f"is light, but has {now} main sets after {before}")


def _ladders(
    knowledge: Knowledge, planned: Sequence[ProgramWeek], week: ProgramWeek
) -> Iterator[Violation]:
    """Yield each ladder that is climbed by more than one step, in a light week or in silence."""
    before = [set(_main(one.plan)) for one in planned]
    for name in sorted(_main(week.plan)):
        exercise = knowledge.exercises[name]
        steps = [
            [knowledge.exercises[one].step for one in names
             if knowledge.exercises[one].family == exercise.family]
            for names in before
        ]  # fmt: skip
        highest = next((max(found) for found in reversed(steps) if found), exercise.step)
        if exercise.step > highest + 1:
            yield _broken(week, f"climbs from step {highest} to {exercise.step} with {name}")
        if exercise.step > highest and "ladder" not in _levers_of(knowledge, week):
            yield _broken(week, f"climbs a ladder with {name}, which it should not")


def _learning(
    knowledge: Knowledge,
    planned: Sequence[ProgramWeek],
    full: ProgramWeek,
    week: ProgramWeek,
) -> Iterator[Violation]:
    """Yield exercises that go too soon though the rules allow them, and too many new ones."""
    learning = knowledge.program.learning
    before, now = set(_main(full.plan)), set(_main(week.plan))
    forbidden = {one.exercise for one in week.plan.excluded if one.cause != "order"}
    for name in sorted(before - now - forbidden):
        weeks = sum(name in _main(one.plan) for one in planned)
        kept = week.kind != "changed" and name not in week.out
        if weeks < learning.weeks_kept and kept:
            yield _broken(week, f"drops {name} after {weeks} week(s)")
    new = sorted(now - before)
    if len(new) > learning.new_a_week and week.kind != "changed":
        yield _broken(week, f"brings {', '.join(new)}; at most {learning.new_a_week} are new")
    if new and week.kind == "light":
        yield _broken(week, f"is light, and brings {', '.join(new)}")
