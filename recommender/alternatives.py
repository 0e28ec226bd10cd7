"""Other good weeks for the same answers, the best first, each truly different from those before.

Two weeks are n exercises apart if each has n main exercises that the other has not on any day: for
a person an exchanged exercise is another week, the same exercises on swapped days are not. With n
from YAML, M the main candidates and E the main exercises of an earlier week::

    sum_{e in M - E} used[e] >= n
    sum_{e in E} used[e]     <= |E| - min(n, |E|)        for every earlier week

A week may also lose only so much against the best one, in the two tiers that matter most, with the
share and the points from YAML::

    shortfall     <= best shortfall + share of the weekly target
    unsuitability <= best unsuitability + points a set * sets of the best week

Within that each week is the best that is left, solved in the same tiers as any other, and goes
through the same independent check.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from constraints.problem import Problem
from constraints.week_model import WeekModel
from knowledge import Intake, Knowledge
from knowledge.schema._base import Noun
from knowledge.schema.exercise import REGIONS
from recommender.build import Built, build
from recommender.decode import balance_of, plan_days, totals_of
from recommender.draft import Draft, Request
from recommender.explain.base import sets_of
from recommender.explain.figures import Figures, figures_of
from recommender.explain.loss import TIE_BREAK, tier_words
from recommender.objective import shortfall, unsuitability
from recommender.plan import NotChosen, Plan, PlanTier, schedule_of
from recommender.recommend import checked, recommend
from recommender.screening import screen
from recommender.solve import OutOfTime, Progress, Solution, solve

MOST_WEEKS = 9
"""How many weeks can be asked for."""


class TierDifference(Noun):
    """A tier in which a week differs from the best one, in its values and in words.

    The solver minimises, so that `here` above `best` is worse.
    """

    tier: str
    best: int
    here: int
    words: str


class Choice(Noun):
    """One of the weeks, and how it compares with the best one.

    `brings` are its main exercises that the best week has not, `leaves` those that only the best
    week has, by id.
    """

    plan: Plan
    brings: tuple[str, ...]
    leaves: tuple[str, ...]
    worse: tuple[TierDifference, ...]
    better: tuple[TierDifference, ...]


class Alternatives(Noun):
    """The weeks, the best first: as many as were asked for, or `note` says why not.

    Any two are at least `apart` main exercises apart, as `keep_apart` counts them. Without a plan
    there is one choice, which says why.
    """

    schema_version: Literal[1]
    asked: Annotated[int, Field(ge=1, le=MOST_WEEKS)]
    apart: Annotated[int, Field(ge=1)]
    choices: tuple[Choice, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What all weeks share: the problem, the plan without days, and the best week's figures."""

    built: Built
    bare: Plan
    best: Plan
    figures: Figures
    sets: int


def alternatives(
    knowledge: Knowledge,
    intake: Intake,
    request: Request,
    number: int,
    progress: Progress | None = None,
) -> Alternatives:
    """Return up to `number` checked weeks, the best first.

    The time limit of the request is for all of them together. Raises `CheckFailed` if the
    independent check finds a violation in any, and `OutOfTime` if there was no time for the first.
    """
    begin = time.monotonic()
    best = recommend(knowledge, intake, request, progress)
    apart = knowledge.dosing.alternatives.exercises_apart
    choices = [Choice(plan=best, brings=(), leaves=(), worse=(), better=())]
    note = ""
    if best.days:
        frame = frame_of(knowledge, intake, request, best)
        try:
            while len(choices) < number and not note:
                earlier = [choice.plan for choice in choices]
                left = _time_left(request, begin)
                plan = _next_week(frame, earlier, left, progress)
                if plan is None:
                    note = _no_more(knowledge)
                else:
                    choices.append(_compared(frame, plan))
        except OutOfTime:
            note = "The search was stopped before another week was found."
    return Alternatives(
        schema_version=1, asked=number, apart=apart, choices=tuple(choices), note=note
    )


def main_exercises(plan: Plan) -> frozenset[str]:
    """Return the ids of the main exercises of a week."""
    items = (item for day in plan.days for item in day.items)
    return frozenset(item.exercise for item in items if item.block == "main")


def keep_apart(week: WeekModel, earlier: Collection[frozenset[str]], apart: int) -> None:
    """Allow only weeks so many main exercises apart from each earlier one, given by its own."""
    main = [c.id for c in week.problem.candidates if c.exercise.block == "main"]
    for names in earlier:
        old = [week.used[name] for name in main if name in names]
        new = [week.used[name] for name in main if name not in names]
        week.model.add(week.sum(new) >= apart)
        week.model.add(week.sum(old) <= len(names) - min(apart, len(names)))


def frame_of(knowledge: Knowledge, intake: Intake, request: Request, best: Plan) -> Frame:
    """Return what the further weeks share with the best one."""
    built = build(knowledge, intake, request.week_start, request.balance, request.clinicians)
    screened = screen(knowledge, intake, request.week_start, request.clinicians)
    # All that is said of these answers whatever the week. What the best week alone has to say, such
    # as what its balance costs, is no part of it.
    bare = Draft(knowledge, intake, request).impossible(screened, built, clashes=(), repairs=())
    sets = sets_of(schedule_of(best))
    return Frame(built, bare, best, figures_of(built.problem, sets), sum(sets.values()))


def _time_left(request: Request, begin: float) -> float | None:
    if request.time_limit_s is None:
        return None
    return max(0.001, request.time_limit_s - (time.monotonic() - begin))


@dataclass(frozen=True, slots=True)
class Demands:
    """What another week has to be: apart from earlier ones, given by their main exercises.

    `most_missing` is the most shortfall, `most_points` the most unsuitability, as the tiers count.
    """

    earlier: tuple[frozenset[str], ...]
    apart: int
    most_missing: int
    most_points: int

    def post(self, week: WeekModel) -> None:
        """Add them to a model."""
        keep_apart(week, self.earlier, self.apart)
        week.model.add(shortfall(week) <= self.most_missing)
        week.model.add(unsuitability(week) <= self.most_points)


def demands_of(
    problem: Problem, best: Figures, sets: int, earlier: Sequence[frozenset[str]]
) -> Demands:
    """Return what another week has to be, given the best one with its number of sets."""
    rules = problem.knowledge.dosing.alternatives
    wanted = sum(problem.targets[region] * problem.weights[region] for region in REGIONS)
    return Demands(
        earlier=tuple(earlier),
        apart=rules.exercises_apart,
        most_missing=best.weighted_missing + wanted * rules.shortfall_percent_of_target // 100,
        most_points=best.values()["unsuitability"] + rules.points_a_set * sets,
    )


def _next_week(
    frame: Frame, earlier: Sequence[Plan], time_limit_s: float | None, progress: Progress | None
) -> Plan | None:
    """Return the best week that is left, or None; raise `OutOfTime` if the search was stopped."""
    if any(plan.stopped_by for plan in earlier):
        raise OutOfTime
    problem = frame.built.problem
    names = [main_exercises(plan) for plan in earlier]
    demands = demands_of(problem, frame.figures, frame.sets, names)
    solution = solve(
        problem,
        seed=frame.best.stamps.seed,
        time_limit_s=time_limit_s,
        progress=progress,
        post=demands.post,
    )
    return None if solution is None else checked_plan(frame, solution)


def checked_plan(frame: Frame, solution: Solution) -> Plan:
    """Return the plan of a week that is not the best; raise `CheckFailed` if it breaks a rule."""
    problem, best = frame.built.problem, frame.best
    schedule = checked(problem, solution.sets)
    if best.balance is None:
        raise AssertionError("the best week has no balance")
    used = {name for name, _ in solution.sets}
    proven = all(tier.proven for tier in solution.tiers)
    return frame.bare.model_copy(
        update={
            "status": "optimal" if proven else "feasible",
            "valid_until": best.valid_until,
            "warnings": (_standing(problem.knowledge), *frame.bare.warnings),
            "stopped_by": solution.stopped_by,
            "days": plan_days(problem, schedule),
            "totals": totals_of(problem, schedule),
            "balance": balance_of(problem, schedule, best.balance.mode, best.balance.reason),
            "not_chosen": tuple(
                NotChosen(exercise=one.id, name=one.exercise.name)
                for one in problem.candidates
                if one.id not in used
            ),
            "tiers": tuple(
                PlanTier(name=tier.name, value=tier.value, bound=tier.bound, proven=tier.proven)
                for tier in solution.tiers
            ),
        }
    )


def _standing(knowledge: Knowledge) -> str:
    """Return what "proven best" means for a week that is not the first choice."""
    return (
        "This is one of several weeks to choose from and not the best of all: it is the best of "
        f"those that exchange at least {_exercises(knowledge)} against each week before it."
    )


def _exercises(knowledge: Knowledge) -> str:
    apart = knowledge.dosing.alternatives.exercises_apart
    return f"{apart} main exercise{'s' if apart > 1 else ''}"


def _compared(frame: Frame, plan: Plan) -> Choice:
    here = figures_of(frame.built.problem, sets_of(schedule_of(plan)))
    before, after = frame.figures.values(), here.values()
    differences = [
        TierDifference(
            tier=tier,
            best=before[tier],
            here=after[tier],
            words=tier_words(tier, frame.figures, here),
        )
        for tier in before
        if tier != TIE_BREAK and before[tier] != after[tier]
    ]
    old, new = main_exercises(frame.best), main_exercises(plan)
    return Choice(
        plan=plan,
        brings=tuple(sorted(new - old)),
        leaves=tuple(sorted(old - new)),
        worse=tuple(one for one in differences if one.here > one.best),
        better=tuple(one for one in differences if one.here < one.best),
    )


def _no_more(knowledge: Knowledge) -> str:
    rules = knowledge.dosing.alternatives
    points = f"{rules.points_a_set} point{'s' if rules.points_a_set != 1 else ''}"
    return (
        f"No further week exchanges at least {_exercises(knowledge)} against each of these and "
        f"loses no more than {rules.shortfall_percent_of_target} % of the weekly targets and "
        f"{points} of fit a set against the best one."
    )
