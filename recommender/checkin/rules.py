"""The rules of stepping: where each exercise goes after a check-in, and why.

Of all rules that apply the easiest step counts, and no rule can step anything up. As an answer
gets worse, rules can only begin to apply, and evidence for a step up can only get lost. So a worse
check-in never gives a harder step.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge import Knowledge
from knowledge.schema.checkin import CheckIn, ExerciseReport, PlannedDose
from knowledge.schema.checkin_rules import DIRECTIONS, Direction, DownLever, StepRule, When
from recommender.checkin.weeks import CheckedWeek, last_weeks, planned_doses, weeks_up_to
from recommender.plan import Plan

EVIDENCE = "evidence"
"""Stands as the rule where no rule applies, and only the evidence for a step up decides."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where one exercise goes, by which rule, and the sentence that a person reads.

    `levers` are those of every rule that steps it down.
    """

    exercise: str
    direction: Direction
    rule: str
    reason: str
    sources: tuple[str, ...]
    levers: tuple[tuple[DownLever, ...], ...] = ()


def steps(
    knowledge: Knowledge,
    plan: Plan,
    checkins: Iterable[CheckIn],
    conditions: Collection[str],
) -> tuple[Step, ...]:
    """Return a step for each exercise of the plan, in its order.

    `checkins` are those of the plan's week and of weeks before it; without one for its own week,
    that week is missed. `conditions` are the ids of those that hold in the next week.
    """
    weeks = weeks_up_to(plan.stamps.week_start, checkins)
    planned = planned_doses(plan)
    own = {name: tuple(_applying(knowledge, weeks, name)) for name in planned}
    found = []
    for name, dose in planned.items():
        easier = [other for other in planned if _easier_rung(knowledge, other, name)]
        below = [rule for other in easier for rule in own[other] if rule not in own[name]]
        if own[name] or below:
            found.append(_by_rules(name, own[name], tuple(dict.fromkeys(below))))
        else:
            found.append(_by_evidence(knowledge, weeks, name, dose, conditions))
    return tuple(found)


def directions(found: Iterable[Step], *, confirmed: bool) -> Mapping[str, Direction]:
    """Return the direction of each exercise; what would go up holds unless that is confirmed."""
    return {
        step.exercise: "hold" if step.direction == "up" and not confirmed else step.direction
        for step in found
    }


def _easier_rung(knowledge: Knowledge, name: str, than: str) -> bool:
    one, other = knowledge.exercises[name], knowledge.exercises[than]
    return one.family == other.family and one.step < other.step


def _applying(knowledge: Knowledge, weeks: Sequence[CheckedWeek], name: str) -> Iterator[StepRule]:
    is_main = knowledge.exercises[name].block == "main"
    for rule in knowledge.checkin.rules:
        run = last_weeks(weeks, rule.weeks)
        if run is None or not (is_main or rule.when.pain_from is not None):
            continue
        if all(_is_as(rule.when, week, week.report(name)) for week in run):
            yield rule


def _is_as(when: When, week: CheckedWeek, report: ExerciseReport | None) -> bool:
    """Return whether a week is as a rule says. What was not told is not so."""
    if when.missed and not week.is_missed:
        return False
    told = report or ExerciseReport(exercise="none", done=0)
    effort = told.effort or 0
    above_plan = effort - told.planned.effort if told.planned else 0
    return (
        told.worst_pain >= (when.pain_from or 0)
        and not (when.not_settled and told.settled is not False)
        and effort >= (when.effort_from or 0)
        and (when.effort_above_plan is None or above_plan >= when.effort_above_plan)
    )


def _by_rules(name: str, own: Sequence[StepRule], below: Sequence[StepRule]) -> Step:
    """Return the easiest step of the rules of an exercise and of easier rungs of its ladder."""
    rules = (*own, *below)
    deciding = min(rules, key=lambda rule: DIRECTIONS.index(rule.step))
    reason = deciding.reason
    if deciding in below:
        reason = f"An easier form of it: {reason[0].lower()}{reason[1:]}"
    levers = tuple(dict.fromkeys(rule.levers for rule in rules if rule.step == "down"))
    return Step(name, deciding.step, deciding.id, reason, deciding.sources, levers)


def _by_evidence(
    knowledge: Knowledge,
    weeks: Sequence[CheckedWeek],
    name: str,
    dose: PlannedDose,
    conditions: Collection[str],
) -> Step:
    up = knowledge.checkin.up
    if knowledge.exercises[name].block != "main":
        return Step(name, "hold", EVIDENCE, "Warm-up and cool-down stay.", up.sources)
    for condition in knowledge.program.still.conditions:
        if condition in conditions:
            reason = f"No step up with {knowledge.conditions[condition].name}."
            return Step(name, "hold", EVIDENCE, reason, up.sources)
    run = last_weeks(weeks, up.weeks)
    if run and all(_is_good(knowledge, week.report(name), dose) for week in run):
        return Step(name, "up", EVIDENCE, up.reason, up.sources)
    return Step(name, "hold", EVIDENCE, up.otherwise, up.sources)


def _is_good(knowledge: Knowledge, report: ExerciseReport | None, dose: PlannedDose) -> bool:
    """Return whether a week is evidence for a step up from this dose."""
    up = knowledge.checkin.up
    if report is None or report.planned != dose or report.effort is None or report.pain is None:
        return False
    most = min(up.effort_at_most, dose.effort + up.effort_above_plan_at_most)
    return (
        100 * report.done >= up.done_percent_at_least * dose.sets
        and report.effort <= most
        and report.worst_pain <= up.pain_at_most
        and report.settled is not False
    )
