"""A vignette made real: its plan, and all that the rules would ever leave for this person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from constraints import derived
from knowledge import Exercise, Intake
from knowledge.schema.exercise import Load
from recommender.build import Built, build
from recommender.conditions import active_conditions
from recommender.eligibility import Judgement, judge_all
from recommender.plan import Plan
from recommender.recommend import Request, recommend
from tests.strategies import REAL
from tests.vignettes.expectation import Vignette, read_vignette

TRAINING_AGES = ("none", "under_6_months", "6_to_24_months", "over_24_months")


@dataclass(frozen=True, slots=True)
class One:
    """An exercise that somebody gets on a day, or may get with some training age (`where`)."""

    where: str
    exercise: Exercise
    demands: frozenset[str]
    sets: int
    hold_s: int | None
    rest_s: int
    load: Load
    effort: int
    words: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.exercise.id


@dataclass(frozen=True)
class Case:
    """A vignette, its plan, the judgements behind it, and all that could ever be planned."""

    vignette: Vignette
    plan: Plan
    judgements: Mapping[str, Judgement]
    planned: tuple[One, ...]
    allowed: tuple[One, ...]


@cache
def case_of(name: str) -> Case:
    """Return a vignette with its plan, which `recommend` checks; made once for all tests."""
    vignette = read_vignette(name)
    clinicians = frozenset(vignette.clinicians)
    request = Request(vignette.week_start, clinicians=clinicians)
    plan = recommend(REAL, vignette.intake, request)
    built = build(REAL, vignette.intake, vignette.week_start, clinicians=clinicians)
    return Case(
        vignette,
        plan,
        {judgement.exercise.id: judgement for judgement in built.judgements},
        tuple(_planned(plan, built)),
        tuple(_allowed(vignette, built)),
    )


def _planned(plan: Plan, built: Built) -> Iterator[One]:
    for day in plan.days:
        for item in day.items:
            exercise = REAL.exercises[item.exercise]
            demands = derived.demands(built.problem, exercise, item.hold_s, item.load)
            words = (*item.cautions, *item.cues)
            yield One(
                day.day,
                exercise,
                frozenset(demands),
                item.sets,
                item.hold_s,
                item.rest_s,
                item.load,
                item.effort,
                words,
            )


def _allowed(vignette: Vignette, built: Built) -> Iterator[One]:
    """Yield what no rule forbids, for every training age, taught everything, owning everything."""
    clinicians = frozenset(vignette.clinicians)
    for training_age in TRAINING_AGES:
        claims = {"training_age": training_age, "technique_cleared": tuple(REAL.techniques)}
        intake = Intake.model_validate(vignette.intake.model_dump() | claims)
        active = active_conditions(REAL, intake, vignette.week_start, clinicians)
        for judgement in judge_all(REAL, intake, active):
            if judgement.cause is not None:
                continue
            exercise, dose = judgement.exercise, judgement.dose
            demands = derived.demands(built.problem, exercise, dose.hold_s, dose.load)
            words = (*judgement.cautions, *judgement.cues, *exercise.cues)
            yield One(
                training_age,
                exercise,
                frozenset(demands),
                dose.sets[1],
                dose.hold_s,
                dose.rest_s,
                dose.load,
                dose.effort,
                words,
            )
