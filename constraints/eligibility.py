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
from datetime import timedelta

from constraints import derived
from constraints.problem import Problem
from constraints.schedule import Item, Schedule, Violation
from constraints.week_model import WeekModel
from knowledge import Exercise
from knowledge.schema.screening import Combination

NAME = "eligibility"
SENTENCE = "Every exercise is one that your answers allow, at a dose that they allow."

_LEVELS = ("novice", "intermediate", "advanced")
_LOADS = ("none", "light", "moderate", "heavy")


def post(week: WeekModel) -> None:
    """Add nothing: an exercise that is not eligible has no variable."""


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each item that is not allowed, and for a plan that may not exist."""
    yield from _check_plan(problem)
    for index, items in enumerate(schedule.days):
        seen: set[str] = set()
        for item in items:
            if item.exercise in seen:
                yield Violation(NAME, f"{item.exercise} stands twice", index, item.exercise)
            seen.add(item.exercise)
            exercise = problem.knowledge.exercises[item.exercise]
            faults = [
                *_level_faults(problem, exercise, item),
                *_verdict_faults(problem, exercise, item),
                *_cap_faults(problem, exercise, item),
                *_missing_words(problem, exercise, item),
            ]
            for sentence in faults:
                yield Violation(NAME, f"{item.exercise}: {sentence}", index, item.exercise)


def _check_plan(problem: Problem) -> Iterator[Violation]:
    answers = problem.intake.screening
    screening = problem.knowledge.screening
    conditions = list(derived.active(problem))
    stopping = {flag.id for flag in screening.red_flags if flag.urgency != "advice"}
    for flag in answers.red_flags:
        if flag in stopping:
            yield Violation(NAME, f"no plan with the red flag {flag}")
    held = {condition.id for condition in answers.conditions}
    held.update(condition.id for condition in conditions)
    for combination in screening.combinations:
        if combination.urgency == "advice":
            continue
        if combination.urgency == "doctor" and _assessed(problem, combination):
            continue
        if held.issuperset(combination.conditions):
            yield Violation(NAME, f"no plan with the combination {combination.id}")
    stopping.update(one.id for one in screening.combinations if one.urgency != "advice")
    for name in stopping & {one.flag for one in answers.settled}:
        newest = max(one.date for one in answers.settled if one.flag == name)
        expires = newest + timedelta(days=screening.settled_valid_days)
        if problem.week_start + timedelta(days=6) >= expires:
            yield Violation(NAME, f"the assessment of {name} of {newest} is too old")
    if answers.other_condition:
        yield Violation(NAME, "no plan with a condition that is not known")
    if answers.age < screening.minimum_age:
        yield Violation(NAME, f"no plan below the age of {screening.minimum_age}")
    for condition in conditions:
        plan = condition.plan
        if plan.verdict == "exclude":
            yield Violation(NAME, f"no plan with {condition.id}")
        elif plan.verdict == "clearance":
            tick = plan.self_clearance and derived.cleared(problem, condition)
            if not tick and derived.softened(problem, condition, None) is None:
                yield Violation(NAME, f"{condition.id} needs a doctor's word for the whole plan")


def _assessed(problem: Problem, combination: Combination) -> bool:
    """Return whether a combination was looked at after all of it had begun."""
    dates = [one.date for one in problem.intake.screening.settled if one.flag == combination.id]
    begins = [
        derived.begin(problem, condition)
        for condition in derived.active(problem)
        if {condition.id, condition.answer} & set(combination.conditions)
    ]
    return any(all(date > begin for begin in begins) for date in dates)


def _verdict_faults(problem: Problem, exercise: Exercise, item: Item) -> Iterator[str]:
    printed = derived.demands(problem, exercise, item.hold_s, item.load)
    for demand in sorted(printed & set(problem.intake.screening.cannot)):
        yield f"needs {demand}, which the person cannot do"
    for finding in derived.findings(problem, item):
        if not finding.printed:
            continue
        if finding.verdict == "exclude":
            yield f"{finding.condition.id} forbids {finding.demand}"
        elif finding.verdict == "clearance":
            yield f"{finding.condition.id} wants a doctor's word for {finding.demand}"
    if derived.wants_support(problem, item) and not exercise.hand_free:
        yield "needs both hands, and one should hold on to something steady"


def _missing_words(problem: Problem, exercise: Exercise, item: Item) -> Iterator[str]:
    """Yield the cautions and cues that had to be printed and are not."""
    for finding in derived.findings(problem, item):
        if finding.printed and finding.caution and finding.caution not in item.cautions:
            yield f"the caution of {finding.condition.id} for {finding.demand} is not printed"
        if finding.printed and finding.decision and finding.decision not in item.cautions:
            yield f"the clinician's decision on {finding.demand} is not printed"
    if not set(exercise.cautions) <= set(item.cautions):
        yield "a caution of the exercise is not printed"
    words = problem.knowledge.dosing.cap_cues
    needed = [*exercise.cues]
    if derived.wants_support(problem, item):
        needed.append(words.support)
    waking = meal = 0
    for _, caps in derived.caps(problem, item):
        if caps.no_end_range:
            needed.append(words.no_end_range)
        if caps.exhale_on_effort:
            needed.append(words.exhale_on_effort)
        waking = max(waking, caps.hours_since_waking or 0)
        meal = max(meal, caps.hours_since_meal or 0)
    if waking:
        needed.append(words.hours_since_waking.replace("{hours}", str(waking)))
    if meal:
        needed.append(words.hours_since_meal.replace("{hours}", str(meal)))
    for cue in dict.fromkeys(needed):
        if cue not in item.cues:
            yield f"the cue is not printed: {cue}"


def _cap_faults(problem: Problem, exercise: Exercise, item: Item) -> Iterator[str]:
    for name, caps in derived.caps(problem, item):
        if caps.max_hold_s is not None and (item.hold_s or 0) > caps.max_hold_s:
            yield f"{name} allows holds of {caps.max_hold_s} s, not {item.hold_s} s"
        if caps.max_effort is not None and item.effort > caps.max_effort:
            yield f"{name} allows an effort of {caps.max_effort}, not {item.effort}"
        if caps.max_load is not None and _LOADS.index(item.load) > _LOADS.index(caps.max_load):
            yield f"{name} allows a {caps.max_load} load, not {item.load}"
        if caps.max_sets is not None and item.sets > caps.max_sets:
            yield f"{name} allows {caps.max_sets} sets, not {item.sets}"
        if exercise.block == "main" and item.rest_s < (caps.min_rest_s or 0):
            yield f"{name} wants rests of {caps.min_rest_s} s, not {item.rest_s} s"
        if item.tempo_s is not None and item.tempo_s < (caps.min_tempo_s or 0):
            yield f"{name} wants {caps.min_tempo_s} s a repetition, not {item.tempo_s} s"


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
    if item.load == "none" and usual.load != "none":
        yield "cannot be done without a weight"
    easiest = exercise.dose.at(exercise.difficulty)
    if easiest and item.effort + effort.lowered_at_most[easiest.load] < easiest.effort:
        yield f"takes more effort than {item.effort}"
    if item.sets > usual.sets[1]:
        yield f"{item.sets} sets are more than {usual.sets[1]}"
    held_longer = (item.hold_s or 0) > (usual.hold_s or 0)
    if item.hold_s is None or usual.hold_s is None or item.hold_s == usual.hold_s:
        works_more = item.reps > usual.reps
    else:  # shorter holds may be repeated more often, for no more seconds in all
        works_more = item.reps * item.hold_s > usual.reps * usual.hold_s
    if works_more or held_longer:
        yield "reps or hold exceed the dose of the level"
    if item.effort > usual.effort or _LOADS.index(item.load) > _LOADS.index(usual.load):
        yield "effort or load exceed the dose of the level"
    if item.rest_s < usual.rest_s or item.rest_between_reps_s < usual.rest_between_reps_s:
        yield "rests are shorter than the dose of the level"
