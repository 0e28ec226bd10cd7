"""The dose of each exercise in the next week: at most one lever is pulled for each of them.

Doses are only ever chosen at or below what level and rules allow at the dates of the week. A step
that a check-in asks for comes before what the phase would do by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from knowledge import Dose, Knowledge
from knowledge.schema.exercise import Region
from knowledge.schema.program import Lever
from recommender.eligibility import Judgement
from recommender.plan import PlanItem
from recommender.program.asked import Asked
from recommender.program.history import History
from recommender.program.model import Step


@dataclass(frozen=True, slots=True)
class Work:
    """The part of a dose that a program moves: repetitions and seconds of a hold."""

    reps: int
    hold_s: int | None


@dataclass(frozen=True, slots=True)
class Moves:
    """What the next week may do: work by exercise, and which lever is pulled for which.

    `fewer` are exercises that lose a set. `climbs` maps an exercise to the rung that replaces it.
    """

    work: Mapping[str, Work]
    levers: Mapping[str, Lever] = field(default_factory=dict)
    fewer: frozenset[str] = frozenset()
    climbs: Mapping[str, str] = field(default_factory=dict)


def first_work(knowledge: Knowledge, dose: Dose) -> Work:
    """Return the work that an exercise begins with: shorter holds, or fewer repetitions."""
    start, ladder = knowledge.program.start, knowledge.dosing.holds.ladder_s
    if dose.hold_s is not None and dose.hold_s > ladder[0]:
        rungs = [*(rung for rung in ladder if rung < dose.hold_s), dose.hold_s]
        return Work(dose.reps, rungs[max(0, len(rungs) - 1 - start.hold_rungs_down)])
    return Work(max(1, -(-dose.reps * start.reps_percent // 100)), dose.hold_s)


def moves(
    knowledge: Knowledge,
    levers: Sequence[Lever],
    history: History,
    allowed: Mapping[str, Judgement],
    short: frozenset[Region],
    asked: Asked,
    steps: Mapping[str, Step],
) -> Moves:
    """Return the moves of a week: each exercise pulls the first of the levers that can move.

    `allowed` are the judgements of the exercises that the week may use, `short` the regions whose
    sets are below the target of the phase. A dose that a person fixed is left alone.
    """
    work: dict[str, Work] = {}
    pulled: dict[str, Lever] = {}
    climbs: dict[str, str] = {}
    fewer: set[str] = set()
    for name, item in history.main().items():
        if name not in allowed or name in asked.fixed:
            continue
        most = allowed[name].dose
        now = _within(item, most)
        work[name] = now
        step = steps.get(name, "up")
        if step == "down":
            work[name] = _less(knowledge, now)
            if work[name] == now:
                fewer.add(name)
        if step != "up":
            continue
        may = frozenset(climbs.values())
        for lever in levers:
            rung = _next_rung(knowledge, history, allowed, name, may)
            more = _pulled(knowledge, lever, now, most)
            moved = (
                more is not None
                or (lever == "load" and most.load != "none" and now == _whole(most))
                or (lever == "sets" and not short.isdisjoint(allowed[name].exercise.credits))
            )
            if lever == "ladder" and rung and name not in asked.stay and now == _whole(most):
                climbs[name] = rung
                pulled[rung] = "ladder"
                break
            if moved:
                pulled[name] = lever
                work[name] = more or now
                break
    return Moves(work, pulled, frozenset(fewer), climbs)


def _within(item: PlanItem, most: Dose) -> Work:
    """Return the work of an item, no more than what is allowed now."""
    hold_s = most.hold_s
    if hold_s is not None and item.hold_s is not None:
        hold_s = min(hold_s, item.hold_s)
    return Work(min(item.reps, most.reps), hold_s)


def _whole(most: Dose) -> Work:
    return Work(most.reps, most.hold_s)


def _pulled(knowledge: Knowledge, lever: Lever, now: Work, most: Dose) -> Work | None:
    """Return the work after one pull of a lever of the dose, or None if it is at the end."""
    steps, ladder = knowledge.program.steps, knowledge.dosing.holds.ladder_s
    if lever == "reps" and now.reps < most.reps:
        return Work(min(most.reps, now.reps + steps.reps), now.hold_s)
    if lever == "hold" and now.hold_s is not None and now.hold_s < (most.hold_s or 0):
        above = [rung for rung in (*ladder, most.hold_s or 0) if rung > now.hold_s]
        hold_s = min(min(above), most.hold_s or 0, now.hold_s + steps.hold_s_at_most)
        return Work(now.reps, hold_s)
    return None


def _less(knowledge: Knowledge, now: Work) -> Work:
    """Return the work one step down: a shorter hold, or else fewer repetitions."""
    below = [rung for rung in knowledge.dosing.holds.ladder_s if rung < (now.hold_s or 0)]
    if below:
        return Work(now.reps, below[-1])
    return Work(max(1, now.reps - knowledge.program.steps.reps), now.hold_s)


def _next_rung(
    knowledge: Knowledge,
    history: History,
    allowed: Mapping[str, Judgement],
    name: str,
    taken: frozenset[str],
) -> str | None:
    """Return the exercise one step up the ladder, if this one has been learned."""
    learning, exercise = knowledge.program.learning, knowledge.exercises[name]
    if history.weeks_with(name) < learning.weeks_kept or len(taken) >= learning.new_a_week:
        return None
    if history.rung(knowledge, exercise.family) != exercise.step:
        return None
    rungs: Sequence[str] = [
        other
        for other, judgement in allowed.items()
        if judgement.exercise.family == exercise.family
        and judgement.exercise.step == exercise.step + 1
        and other not in taken
    ]
    return min(rungs, default=None)
