"""Which conditions hold in a week, until when, and what a doctor or a clinician said of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from knowledge import Condition, Intake, Knowledge
from knowledge.schema.condition import Window
from knowledge.schema.intake import AffectedSide, Clearance, HeldCondition, Softening

NO_CLINICIANS: frozenset[str] = frozenset()
"""The role of an individual: nobody's softening counts."""
WHOLE_PLAN = None
"""The key of a softening that is about the plan and not about one demand."""


@dataclass(frozen=True, slots=True)
class ActiveCondition:
    """A condition that holds on at least one day of the week.

    `changes_on` is the first date after the week on which its verdicts may change. `softenings`
    are the clinicians' decisions that are valid all week, by demand.
    """

    condition: Condition
    clearance: Clearance | None
    changes_on: date | None
    affected_side: AffectedSide | None = None
    softenings: Mapping[str | None, Softening] = field(default_factory=dict)

    @property
    def plan_is_open(self) -> bool:
        """Whether the plan as a whole is allowed, by the rule or by somebody's word."""
        if self.condition.plan.verdict == "clearance":
            return self.plan_is_cleared or WHOLE_PLAN in self.softenings
        return self.condition.plan.verdict == "allow"

    @property
    def plan_is_cleared(self) -> bool:
        """Whether the person's own word of a doctor opens the plan."""
        return self.condition.plan.self_clearance and self.clearance is not None


def day_zero(knowledge: Knowledge, window: Window, held: date) -> date:
    """Return the date from which the window counts its days."""
    if window.dated_by == "due_date":
        return held - timedelta(days=knowledge.screening.pregnancy_days)
    return held


def dated_window(knowledge: Knowledge, answer: str) -> Window | None:
    """Return a window of the answer, which says by what it is dated, or None."""
    windows = (one.window for one in knowledge.answers.get(answer, ()))
    return next((window for window in windows if window is not None), None)


def active_conditions(
    knowledge: Knowledge,
    intake: Intake,
    week_start: date,
    clinicians: frozenset[str] = NO_CLINICIANS,
) -> tuple[ActiveCondition, ...]:
    """Return the conditions of the week, by answer, age and score, in order of id."""
    found = []
    for condition in knowledge.conditions.values():
        held = next((h for h in intake.screening.conditions if h.id == condition.answer), None)
        if not _holds(knowledge, intake, condition, held, week_start):
            continue
        clearance = valid_clearance(knowledge, intake, condition, week_start)
        softenings = _valid_softenings(knowledge, intake, condition, week_start, clinicians)
        dates = list(_changes(knowledge, held, clearance, week_start))
        dates += [one.until + timedelta(days=1) for one in softenings.values()]
        side = held.affected_side if held else None
        found.append(
            ActiveCondition(condition, clearance, min(dates, default=None), side, softenings)
        )
    return tuple(found)


def _holds(
    knowledge: Knowledge,
    intake: Intake,
    condition: Condition,
    held: HeldCondition | None,
    week_start: date,
) -> bool:
    if condition.from_age is not None:
        return intake.screening.age >= condition.from_age
    if condition.from_score is not None:
        score = intake.scores.get(condition.from_score.score)
        return score is not None and score >= condition.from_score.at_least
    if held is None or (condition.if_detail and held.detail not in condition.if_detail):
        return False
    window = condition.window
    if window is None:
        return True
    if held.date is None:  # only in an interview that has not asked for it yet
        return False
    first_day = (week_start - day_zero(knowledge, window, held.date)).days
    until = window.until_day
    return first_day + 6 >= window.from_day and (until is None or first_day < until)


def _changes(
    knowledge: Knowledge,
    held: HeldCondition | None,
    clearance: Clearance | None,
    week_start: date,
) -> Iterator[date]:
    week_end = week_start + timedelta(days=6)
    if held is not None and held.date is not None:
        for sibling in knowledge.answers[held.id]:
            if sibling.window is None:
                continue
            zero = day_zero(knowledge, sibling.window, held.date)
            for day in (sibling.window.from_day, sibling.window.until_day):
                if day is not None and zero + timedelta(days=day) > week_end:
                    yield zero + timedelta(days=day)
    if clearance is not None:
        yield clearance.date + timedelta(days=knowledge.screening.clearance_valid_days)


def begin_of(knowledge: Knowledge, intake: Intake, condition: Condition) -> date:
    """Return the date that a doctor's or clinician's word about a condition must postdate."""
    held = next((h for h in intake.screening.conditions if h.id == condition.answer), None)
    window = None if held is None else dated_window(knowledge, held.id)
    if held is None or held.date is None or window is None:
        return date.min
    return day_zero(knowledge, window, held.date)


def valid_clearance(
    knowledge: Knowledge, intake: Intake, condition: Condition, week_start: date
) -> Clearance | None:
    """Return the newest clearance that covers the condition on every day of the week.

    It must name the condition, postdate its begin, not lie in the future of the answers or of the
    week, and not expire before the week ends.
    """
    begin = begin_of(knowledge, intake, condition)
    latest = min(intake.answered_on, week_start)
    lifetime = timedelta(days=knowledge.screening.clearance_valid_days)
    valid = [
        clearance
        for clearance in intake.clearances
        if clearance.condition == condition.answer
        and begin < clearance.date <= latest
        and clearance.date + lifetime > week_start + timedelta(days=6)
    ]
    return max(valid, key=lambda clearance: clearance.date, default=None)


def _valid_softenings(
    knowledge: Knowledge,
    intake: Intake,
    condition: Condition,
    week_start: date,
    clinicians: frozenset[str],
) -> dict[str | None, Softening]:
    """Return the decisions of the clinic's own clinicians that hold on every day of the week."""
    begin = begin_of(knowledge, intake, condition)
    return {
        one.demand: one
        for one in intake.softenings
        if one.condition == (condition.answer or condition.id)
        and one.by in clinicians
        and begin < one.date <= week_start
        and one.until >= week_start + timedelta(days=6)
    }
