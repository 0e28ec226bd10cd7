"""What another answer would change: the plan made anew, against the plan as it is."""

from collections.abc import Sequence

from recommender.build import build
from recommender.explain.base import Base
from recommender.explain.changes import change
from recommender.explain.diff import week_diff
from recommender.explain.explanation import Loss, WeekDiff, WhatIf
from recommender.explain.loss import EQUAL, EQUAL_BUT_ORDER, TIE_BREAK
from recommender.plan import Plan, schedule_of
from recommender.recommend import Request, recommend
from recommender.solve import Progress


def explain_what_if(base: Base, texts: Sequence[str], progress: Progress | None = None) -> WhatIf:
    """Return the week that the changed answers give, against the plan.

    Raises `BadInput` for a change that cannot be made, and what `recommend` raises.
    """
    stamps = base.plan.stamps
    changed = change(texts, base.intake, stamps.options.balance, base.knowledge)
    request = Request(
        week_start=stamps.week_start,
        balance=changed.balance,
        seed=stamps.seed,
        clinicians=base.clinicians,
    )
    plan = recommend(base.knowledge, changed.intake, request, progress)
    answer = WhatIf(
        changes=tuple(texts),
        sentences=changed.sentences,
        status=plan.status,
        flags=plan.screening.flags,
        clashes=plan.clashes,
        repairs=plan.repairs,
    )
    if plan.balance is None:
        return answer
    problem = build(
        base.knowledge, changed.intake, stamps.week_start, changed.balance, base.clinicians
    ).problem
    diff = week_diff(base, problem, schedule_of(plan), plan.balance)
    before = {candidate.id for candidate in base.problem.candidates}
    after = {candidate.id for candidate in problem.candidates}
    return answer.model_copy(
        update={
            "loss": _loss(diff, plan),
            "diff": diff,
            "opened": tuple(sorted(after - before)),
            "closed": tuple(sorted(before - after)),
        }
    )


def _loss(diff: WeekDiff, plan: Plan) -> Loss | None:
    """Return the first tier that differs, or None if one before it has another scale."""
    sure = True
    proven = {tier.name for tier in plan.tiers if tier.proven}
    for tier in diff.tiers:
        sure = sure and tier.tier in proven
        if tier.rank is None:
            return None
        if tier.rank != "same":
            ranked = tier.tier != TIE_BREAK
            return Loss(
                rank=tier.rank if ranked else "same",
                tier=tier.tier,
                by=tier.after - tier.before,
                words=tier.words if ranked else EQUAL_BUT_ORDER,
                proven=sure,
            )
    return Loss(rank="same", tier=None, by=0, words=EQUAL, proven=sure)
