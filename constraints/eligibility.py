"""Eligibility: every item is allowed for this person on its date, at a dose within every cap.

The model has variables for eligible candidates only, so `post` adds nothing::

    use[e, d] exists  only if  verdict(e, c, t) is allow or modify
                               for every condition c of the person and every date t of the week

`check` derives the verdicts again from intake and knowledge base, demand by demand, instead of
looking at the candidates: it finds a mistake of the one who built the problem as well as an
exercise that was added to a plan by hand. The plan as a whole must be allowed too: no red flag,
no unknown condition, no age below the limit, no condition that wants a doctor's word and has none.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from constraints.problem import Problem
from constraints.schedule import Item, Schedule, Violation
from constraints.week_model import WeekModel
from knowledge import Condition, Exercise, Rule

NAME = "eligibility"
SENTENCE = "Every exercise is one that your answers allow, at a dose that they allow."

_LEVELS = ("novice", "intermediate", "advanced")
_LOADS = ("none", "light", "moderate", "heavy")


def post(week: WeekModel) -> None:
    """Add nothing: an exercise that is not eligible has no variable."""


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each item that is not allowed, and for a plan that may not exist."""
    yield from _check_plan(problem)
    conditions = list(_active(problem))
    for index, items in enumerate(schedule.days):
        seen: set[str] = set()
        for item in items:
            if item.exercise in seen:
                yield Violation(NAME, f"{item.exercise} stands twice", index, item.exercise)
            seen.add(item.exercise)
            exercise = problem.knowledge.exercises[item.exercise]
            for sentence in _faults(problem, conditions, exercise, item):
                yield Violation(NAME, f"{item.exercise}: {sentence}", index, item.exercise)


def _check_plan(problem: Problem) -> Iterator[Violation]:
    answers = problem.intake.screening
    screening = problem.knowledge.screening
    if answers.red_flags:
        yield Violation(NAME, f"no plan with the red flag {answers.red_flags[0]}")
    held = {condition.id for condition in answers.conditions}
    held.update(condition.id for condition in _active(problem))
    for combination in screening.combinations:
        if held.issuperset(combination.conditions):
            yield Violation(NAME, f"no plan with the combination {combination.id}")
    if answers.other_condition:
        yield Violation(NAME, "no plan with a condition that is not known")
    if answers.age < screening.minimum_age:
        yield Violation(NAME, f"no plan below the age of {screening.minimum_age}")
    for condition in _active(problem):
        if condition.plan.verdict != "clearance":
            continue
        if not (condition.plan.self_clearance and _cleared(problem, condition)):
            yield Violation(NAME, f"{condition.id} needs a doctor's word for the whole plan")


def _active(problem: Problem) -> Iterator[Condition]:
    """Yield the conditions that hold on any of the seven dates."""
    week = [problem.week_start + timedelta(days=offset) for offset in range(7)]
    for condition in problem.knowledge.conditions.values():
        if condition.from_age is not None:
            if problem.intake.screening.age >= condition.from_age:
                yield condition
            continue
        for held in problem.intake.screening.conditions:
            if held.id != condition.answer:
                continue
            window = condition.window
            if window is None or held.date is None:
                yield condition
                continue
            zero = held.date
            if window.dated_by == "due_date":
                zero = held.date - timedelta(days=280)
            passed = [(day - zero).days for day in week]
            if any(
                window.from_day <= days and (window.until_day is None or days < window.until_day)
                for days in passed
            ):
                yield condition


def _cleared(problem: Problem, condition: Condition) -> bool:
    """Return whether a clearance for the condition is valid on all seven dates."""
    intake = problem.intake
    begin: date | None = None
    for held in intake.screening.conditions:
        if held.id == condition.answer and held.date and condition.window:
            begin = held.date
            if condition.window.dated_by == "due_date":
                begin = held.date - timedelta(days=280)
    last_day = problem.week_start + timedelta(days=6)
    for clearance in intake.clearances:
        if clearance.condition != condition.answer:
            continue
        expires = clearance.date + timedelta(days=problem.knowledge.screening.clearance_valid_days)
        if begin is not None and clearance.date <= begin:
            continue
        if clearance.date <= min(intake.answered_on, problem.week_start) and last_day < expires:
            return True
    return False


def _demands(problem: Problem, exercise: Exercise, hold_s: int | None, load: str) -> set[str]:
    demands = set(exercise.demands)
    if hold_s is not None and exercise.kind in ("strength", "stability", "motor_control"):
        long = hold_s >= problem.knowledge.dosing.holds.long_from_s
        demands.add("isometric_long" if long else "isometric_short")
    if load in ("moderate", "heavy"):
        demands.add(f"load_{load}")
    if exercise.spinal_load in ("high", "very_high"):
        demands.add(f"spinal_load_{exercise.spinal_load}")
    if exercise.side == "abdominal":
        demands.add("trains_abdomen")
    if exercise.side == "lumbar":
        demands.add("trains_lumbar")
    return demands


def _faults(
    problem: Problem, conditions: list[Condition], exercise: Exercise, item: Item
) -> Iterator[str]:
    yield from _level_faults(problem, exercise, item)
    level = problem.knowledge.dosing.levels.by_training_age[problem.intake.training_age]
    usual = exercise.dose.at(level)
    printed = _demands(problem, exercise, item.hold_s, item.load)
    before = printed if usual is None else _demands(problem, exercise, usual.hold_s, usual.load)
    for demand in sorted(printed & set(problem.intake.screening.cannot)):
        yield f"needs {demand}, which the person cannot do"
    for condition in conditions:
        for demand in sorted(printed | before):
            rule = next(rule for rule in condition.rules if demand in rule.demands)
            if demand in printed:
                yield from _verdict_faults(problem, condition, demand, rule)
            if rule.verdict in ("modify", "clearance"):
                yield from _cap_faults(condition, rule, item)
                if demand in printed and rule.caution and rule.caution not in item.cautions:
                    yield f"the caution of {condition.id} for {demand} is not printed"
    for caution in exercise.cautions:
        if caution not in item.cautions:
            yield "a caution of the exercise is not printed"


def _verdict_faults(
    problem: Problem, condition: Condition, demand: str, rule: Rule
) -> Iterator[str]:
    if rule.verdict == "exclude":
        yield f"{condition.id} forbids {demand}"
    if rule.verdict == "clearance":
        opens = problem.knowledge.demands[demand].self_clearance
        if not (opens and _cleared(problem, condition)):
            yield f"{condition.id} wants a doctor's word for {demand}"


def _cap_faults(condition: Condition, rule: Rule, item: Item) -> Iterator[str]:
    caps = rule.caps
    if caps.max_hold_s is not None and (item.hold_s or 0) > caps.max_hold_s:
        yield f"{condition.id} allows holds of {caps.max_hold_s} s, not {item.hold_s} s"
    if caps.max_effort is not None and item.effort > caps.max_effort:
        yield f"{condition.id} allows an effort of {caps.max_effort}, not {item.effort}"
    if caps.max_load is not None and _LOADS.index(item.load) > _LOADS.index(caps.max_load):
        yield f"{condition.id} allows a {caps.max_load} load, not {item.load}"
    if caps.max_sets is not None and item.sets > caps.max_sets:
        yield f"{condition.id} allows {caps.max_sets} sets, not {item.sets}"


def _level_faults(problem: Problem, exercise: Exercise, item: Item) -> Iterator[str]:
    levels = problem.knowledge.dosing.levels
    level = levels.by_training_age[problem.intake.training_age]
    if _LEVELS.index(exercise.difficulty) > _LEVELS.index(level):
        yield f"is {exercise.difficulty}, and the level is {level}"
        return
    if exercise.technique is not None and not (
        exercise.technique in problem.intake.technique_cleared
        and problem.intake.training_age in levels.technique_from
    ):
        yield f"the technique {exercise.technique} has not been cleared"
    usual = exercise.dose.at(level)
    if usual is None:
        return
    effort = problem.knowledge.dosing.effort
    hard = exercise.kind in effort.hard_kinds and item.effort >= effort.hard_from
    facts = ((item.block, exercise.block), (item.side, exercise.side), (item.hard, hard))
    if any(printed != known for printed, known in facts):
        yield "block, side or hard is not what the knowledge base says"
    if item.sets > usual.sets[1]:
        yield f"{item.sets} sets are more than {usual.sets[1]}"
    if item.reps > usual.reps or (item.hold_s or 0) > (usual.hold_s or 0):
        yield "reps or hold exceed the dose of the level"
    if item.effort > usual.effort or _LOADS.index(item.load) > _LOADS.index(usual.load):
        yield "effort or load exceed the dose of the level"
    if item.rest_s < usual.rest_s or item.rest_between_reps_s < usual.rest_between_reps_s:
        yield "rests are shorter than the dose of the level"
