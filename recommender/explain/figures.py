"""The figures of a week by plain arithmetic: the value of every tier, and what it is made of.

The solver has the same tiers as expressions (see `objective`); here they are counted on a finished
week, so that any week can be compared, also one that was edited by hand, and so that a difference
can be said in words. Tests hold both to the same numbers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from constraints.problem import DAYS_A_WEEK, Problem
from knowledge import Region, Weekday
from knowledge.schema.exercise import REGIONS
from recommender.objective import NEIGHBOURS, kinds_of, weight_of
from recommender.solve import Sets


@dataclass(frozen=True, slots=True)
class Figures:
    """What the tiers count in one week. Regions and `above` are in half sets.

    `missing` is not weighted; `weighted_missing` is. `in_a_row` are pairs of neighbouring training
    days, `off_usual` sessions more or fewer than the level's usual number, `earliest` is smaller
    for earlier days. `apart` are the main sets between the largest and the smallest session,
    `off_balance` is the sum over the sessions of how many main sets one side has more. `kinds` are
    the pieces of equipment and positions, `choice` is the sum of fixed weights.
    """

    missing: Mapping[Region, int]
    weighted_missing: int
    points: int
    above: int
    days: tuple[Weekday, ...]
    in_a_row: int
    off_usual: int
    earliest: int
    exercises: int
    wants_many: bool
    apart: int
    off_balance: int
    items: int
    kinds: int
    choice: int

    def values(self) -> dict[str, int]:
        """Return the value of every tier by name, in their order."""
        return {
            "shortfall": self.weighted_missing,
            "rhythm": NEIGHBOURS * self.in_a_row + self.off_usual,
            "unsuitability": self.points + self.above,
            "first_days": self.earliest,
            "variety": -self.exercises if self.wants_many else self.exercises,
            "changes": self.kinds,
            "choice": self.choice,
            "evenness": self.apart + self.off_balance,
            "items": self.items,
        }


def figures_of(problem: Problem, sets: Sets) -> Figures:
    """Return the figures of a week whose exercises are all candidates of the problem."""
    knowledge = problem.knowledge
    candidates = {candidate.id: candidate for candidate in problem.candidates}
    done = [(candidates[name], day, count) for (name, day), count in sets.items()]
    used = {candidate.id: candidate for candidate, _, _ in done}
    credit = {
        region: sum(one.half_credits.get(region, 0) * count for one, _, count in done)
        for region in REGIONS
    }
    missing: dict[Region, int] = {
        region: max(0, problem.targets[region] - credit[region]) for region in REGIONS
    }
    training = sorted({day for one, day, _ in done if one.makes_session})
    usual = knowledge.dosing.week.usual_sessions[problem.level]
    apart, off_balance = _evenness(problem, sets, training)
    return Figures(
        missing=missing,
        weighted_missing=sum(problem.weights[region] * missing[region] for region in REGIONS),
        points=sum(one.penalty * count for one, _, count in done),
        above=sum(max(0, credit[region] - problem.targets[region]) for region in REGIONS),
        days=tuple(problem.days[day].weekday for day in training),
        in_a_row=sum((day + 1) % DAYS_A_WEEK in training for day in training),
        off_usual=abs(len(training) - usual),
        earliest=sum(2**day for day in training),
        exercises=len(used),
        wants_many=problem.intake.variety == "high",
        apart=apart,
        off_balance=off_balance,
        items=len(done),
        kinds=len({name for one in used.values() for name in kinds_of(one.exercise)}),
        choice=sum(map(weight_of, used.values())),
    )


def _evenness(problem: Problem, sets: Sets, training: Iterable[int]) -> tuple[int, int]:
    """Return the sets between largest and smallest session, and how far all are off balance."""
    exercises = problem.knowledge.exercises
    total = dict.fromkeys(training, 0)
    difference: dict[int, int] = {}
    sign = {"abdominal": 1, "lumbar": -1, "none": 0}
    for (name, day), count in sets.items():
        if exercises[name].block == "main":
            total[day] += count
            difference[day] = difference.get(day, 0) + sign[exercises[name].side] * count
    off_balance = 0 if problem.balance == "dropped" else sum(map(abs, difference.values()))
    return max(total.values()) - min(total.values()), off_balance
