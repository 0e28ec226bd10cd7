"""What the checkers derive from intake and knowledge base alone, sharing no code with the builder.

Everything here reads the answers of the person and the rules as they are written, so that a
mistake in eligibility is found as surely as an exercise added to a plan by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from constraints.problem import Problem
from constraints.schedule import Item
from knowledge import Caps, Condition, Exercise, Rule
from knowledge.schema.intake import HeldCondition


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that bears on an item, and the verdict that is left of it for this person.

    `decision` is what is printed if a clinician made the verdict milder.
    `printed`: the demand is one of the printed dose, not only of the dose that the level gives.
    """

    condition: Condition
    demand: str
    rule: Rule
    verdict: str
    caution: str | None
    decision: str | None
    printed: bool


def held(problem: Problem, condition: Condition) -> HeldCondition | None:
    """Return what the person answered about a condition, or None."""
    for one in problem.intake.screening.conditions:
        if one.id == condition.answer:
            return one
    return None


def active(problem: Problem) -> Iterator[Condition]:
    """Yield the conditions that hold on any of the seven dates."""
    week = [problem.week_start + timedelta(days=offset) for offset in range(7)]
    for condition in problem.knowledge.conditions.values():
        answered = held(problem, condition)
        if condition.from_age is not None:
            applies = problem.intake.screening.age >= condition.from_age
        elif condition.from_score is not None:
            value = problem.intake.scores.get(condition.from_score.score)
            applies = value is not None and value >= condition.from_score.at_least
        elif answered is None or not _detail_matches(condition, answered):
            applies = False
        elif condition.window is None or answered.date is None:
            applies = True
        else:
            day_zero = begin(problem, condition)
            first, end = condition.window.from_day, condition.window.until_day
            passed = [(day - day_zero).days for day in week]
            applies = any(first <= days and (end is None or days < end) for days in passed)
        if applies:
            yield condition


def _detail_matches(condition: Condition, answered: HeldCondition) -> bool:
    return not condition.if_detail or answered.detail in condition.if_detail


def begin(problem: Problem, condition: Condition) -> date:
    """Return day 0 of an answered condition, which every later word about it must postdate."""
    answered = held(problem, condition)
    if answered is None or answered.date is None:
        return date.min
    for sibling in problem.knowledge.conditions.values():
        if sibling.answer == condition.answer and sibling.window is not None:
            if sibling.window.dated_by == "due_date":
                return answered.date - timedelta(problem.knowledge.screening.pregnancy_days)
            return answered.date
    return date.min


def cleared(problem: Problem, condition: Condition) -> bool:
    """Return whether a clearance for the condition is valid on all seven dates."""
    intake = problem.intake
    day_zero = begin(problem, condition)
    last_day = problem.week_start + timedelta(days=6)
    for clearance in intake.clearances:
        if clearance.condition != condition.answer or clearance.date <= day_zero:
            continue
        expires = clearance.date + timedelta(days=problem.knowledge.screening.clearance_valid_days)
        if clearance.date <= min(intake.answered_on, problem.week_start) and last_day < expires:
            return True
    return False


def softened(problem: Problem, condition: Condition, demand: str | None) -> str | None:
    """Return what is printed for a clinician's decision that holds all week, or None."""
    name = condition.answer if condition.answer is not None else condition.id
    for one in problem.intake.softenings:
        if one.condition != name or one.demand != demand or one.by not in problem.clinicians:
            continue
        begun = begin(problem, condition) < one.date <= problem.week_start
        if begun and one.until - problem.week_start >= timedelta(days=6):
            return f"Allowed by {one.by} until {one.until}: {one.reason}"
    return None


def demands(problem: Problem, exercise: Exercise, hold_s: int | None, load: str) -> set[str]:
    """Return the written demands and those that follow from a dose."""
    found = set(exercise.demands)
    if hold_s is not None and exercise.kind in ("strength", "stability", "motor_control"):
        long = hold_s >= problem.knowledge.dosing.holds.long_from_s
        found.add("isometric_long" if long else "isometric_short")
    if load in ("moderate", "heavy"):
        found.add(f"load_{load}")
    if exercise.spinal_load in ("high", "very_high"):
        found.add(f"spinal_load_{exercise.spinal_load}")
    if exercise.side == "abdominal":
        found.add("trains_abdomen")
    if exercise.side == "lumbar":
        found.add("trains_lumbar")
    if exercise.side == "none" and exercise.block == "main":
        found.add("trains_hip")
    return found


def findings(problem: Problem, item: Item) -> Iterator[Finding]:
    """Yield every rule on the demands of the printed dose and of the dose of the level."""
    exercise = problem.knowledge.exercises[item.exercise]
    level = problem.knowledge.dosing.levels.by_training_age[problem.intake.training_age]
    usual = exercise.dose.at(level)
    printed = demands(problem, exercise, item.hold_s, item.load)
    before = printed if usual is None else demands(problem, exercise, usual.hold_s, usual.load)
    for condition in active(problem):
        for demand in sorted(printed | before):
            rule = next(rule for rule in condition.rules if demand in rule.demands)
            yield _finding(problem, condition, exercise, demand, rule, demand in printed)


def _finding(
    problem: Problem,
    condition: Condition,
    exercise: Exercise,
    demand: str,
    rule: Rule,
    printed: bool,
) -> Finding:
    verdict: str = rule.verdict
    caution = rule.caution
    answered = held(problem, condition)
    side = None if answered is None else answered.affected_side
    side_by_side = exercise.dose.sides != "both"
    if rule.one_sided is not None and side in ("left", "right") and not side_by_side:
        other = "right" if side == "left" else "left"
        verdict = rule.one_sided.verdict
        caution = rule.one_sided.caution.replace("{bad}", side).replace("{good}", other)
    decision = softened(problem, condition, demand)
    if verdict == "exclude" and decision:
        verdict = "clearance"
    elif verdict == "clearance" and decision:
        verdict = "modify"
    else:
        decision = None
    if verdict == "clearance" and cleared(problem, condition):
        tick_opens = rule.self_clearance and problem.knowledge.demands[demand].self_clearance
        verdict = "modify" if tick_opens else verdict
    return Finding(condition, demand, rule, verdict, caution, decision, printed)


def caps(problem: Problem, item: Item) -> Iterator[tuple[str, Caps]]:
    """Yield every group of limits on an item, with the name of what sets it."""
    exercise = problem.knowledge.exercises[item.exercise]
    for one in problem.knowledge.dosing.adjustments:
        if (
            exercise.kind in one.kinds
            and problem.intake.goal in one.goals
            and problem.intake.screening.age >= one.from_age
        ):
            yield one.id, one.caps
    for finding in findings(problem, item):
        if finding.verdict in ("allow", "modify"):
            yield finding.condition.id, finding.rule.caps


def wants_support(problem: Problem, item: Item) -> bool:
    """Return whether the person must have a hand on something steady."""
    standing = problem.knowledge.exercises[item.exercise].position == "standing"
    return standing and any(limit.support for _, limit in caps(problem, item))
