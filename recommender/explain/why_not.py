"""Why an exercise is not in the plan: what forbids it, or what it would cost."""

from collections.abc import Iterator

from knowledge import Exercise
from recommender.decode import balance_of
from recommender.draft import excluded
from recommender.eligibility import Judgement
from recommender.explain.base import Base, best_week, order
from recommender.explain.diff import week_diff
from recommender.explain.explanation import SourceNamed, WhyNot
from recommender.explain.loss import loss_of
from recommender.impossible import explain_impossible
from recommender.why import Why, explain


def explain_why_not(base: Base, exercise: Exercise) -> WhyNot:
    """Return why the plan does without an exercise, or on which days it does not."""
    planned = tuple(
        day.day for day in base.plan.days for item in day.items if item.exercise == exercise.id
    )
    if planned:
        return WhyNot(exercise=exercise.id, name=exercise.name, answer="planned", days=planned)
    for judgement in base.built.excluded:
        if judgement.exercise.id == exercise.id:
            return _excluded(base, judgement)
    week = best_week(base, [order("require", exercise.id)])
    if week is None:
        return _impossible(base, exercise)
    told = base.plan.balance
    mode = told.mode if told is not None else base.plan.stamps.options.balance
    reason = told.reason if told is not None else ""
    balance = balance_of(base.problem, week.schedule, mode, reason)
    return WhyNot(
        exercise=exercise.id,
        name=exercise.name,
        answer="costs",
        loss=loss_of(base.figures, week.figures, week.proven),
        diff=week_diff(base, base.problem, week.schedule, balance),
    )


def _excluded(base: Base, judgement: Judgement) -> WhyNot:
    exercise = judgement.exercise
    candidates = {candidate.id for candidate in base.problem.candidates}
    why = explain(
        base.knowledge, base.intake, exercise, base.problem.week_start, base.clinicians
    )  # fmt: skip
    return WhyNot(
        exercise=exercise.id,
        name=exercise.name,
        answer="excluded",
        excluded=excluded(judgement, candidates),
        sources=tuple(
            SourceNamed(id=name, title=base.knowledge.sources[name].title)
            for name in judgement.sources
        ),
        also=tuple(dict.fromkeys(_also(why, judgement))),
    )


def _also(why: Why, judgement: Judgement) -> Iterator[str]:
    """Yield what else would keep the exercise out, were it not for the rule that decided."""
    for rule in why.rules:
        blocks = rule.verdict in ("exclude", "clearance") and not rule.outgrown
        if blocks and f"{rule.condition}/{rule.demand}" != judgement.rule:
            yield f"{rule.demand_name.capitalize()}: {rule.reason}"
    for hindrance in why.hindrances:
        if hindrance.rule != judgement.rule:
            yield hindrance.reason


def _impossible(base: Base, exercise: Exercise) -> WhyNot:
    required = (*base.intake.required, exercise.id)
    clashes, repairs = explain_impossible(
        base.knowledge,
        base.intake.model_copy(update={"required": required}),
        base.problem.week_start,
        base.plan.stamps.options.balance,
        base.clinicians,
    )
    return WhyNot(
        exercise=exercise.id,
        name=exercise.name,
        answer="impossible",
        clashes=clashes,
        repairs=repairs,
    )
