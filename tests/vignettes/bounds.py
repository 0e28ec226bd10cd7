"""The bounds of a vignette as functions: each yields a sentence for every way it is broken."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from constraints import derived
from knowledge import Exercise, Intake
from knowledge.schema.exercise import LOADS, Kind, Load
from knowledge.schema.intake import Weekday
from knowledge.schema.screening import Urgency
from recommender.build import Built, build
from recommender.conditions import active_conditions
from recommender.eligibility import Judgement, judge_all
from recommender.plan import Plan
from recommender.recommend import Request, recommend
from tests.strategies import REAL
from tests.vignettes.expectation import Noun, Printed, Vignette, read_vignette

TRAINING_AGES = ("none", "under_6_months", "6_to_24_months", "over_24_months")
PLANNED = ("optimal", "feasible")


@dataclass(frozen=True, slots=True)
class One:
    """An exercise that somebody gets or may get. `where` names the day or the training age."""

    where: str
    exercise: Exercise
    demands: frozenset[str]
    sets: int
    hold_s: int | None
    rest_s: int
    load: Load
    effort: int
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.where}: {self.exercise.id}"


@dataclass(frozen=True)
class Case:
    """A vignette, its plan, the judgements behind it, and all that could ever be planned."""

    vignette: Vignette
    plan: Plan
    built: Built
    planned: tuple[One, ...]
    allowed: tuple[One, ...]

    @property
    def judgements(self) -> Mapping[str, Judgement]:
        return {judgement.exercise.id: judgement for judgement in self.built.judgements}


@cache
def case_of(name: str) -> Case:
    """Return a vignette with its plan, which `recommend` checks; made once for all tests."""
    vignette = read_vignette(name)
    clinicians = frozenset(vignette.clinicians)
    request = Request(vignette.week_start, clinicians=clinicians)
    plan = recommend(REAL, vignette.intake, request)
    built = build(REAL, vignette.intake, vignette.week_start, clinicians=clinicians)
    planned = tuple(_planned(plan, built))
    return Case(vignette, plan, built, planned, tuple(_allowed(vignette, built)))


def _planned(plan: Plan, built: Built) -> Iterator[One]:
    for day in plan.days:
        for item in day.items:
            exercise = REAL.exercises[item.exercise]
            demands = derived.demands(built.problem, exercise, item.hold_s, item.load)
            yield One(
                day.day,
                exercise,
                frozenset(demands),
                item.sets,
                item.hold_s,
                item.rest_s,
                item.load,
                item.effort,
                (*item.cautions, *item.cues),
            )


def _allowed(vignette: Vignette, built: Built) -> Iterator[One]:
    """Yield what no rule forbids, for every training age, taught everything, owning everything."""
    for training_age in TRAINING_AGES:
        claimed = {"training_age": training_age, "technique_cleared": tuple(REAL.techniques)}
        intake = Intake.model_validate(vignette.intake.model_dump() | claimed)
        clinicians = frozenset(vignette.clinicians)
        active = active_conditions(REAL, intake, vignette.week_start, clinicians)
        for judgement in judge_all(REAL, intake, active):
            if judgement.cause is not None:
                continue
            exercise, dose = judgement.exercise, judgement.dose
            demands = derived.demands(built.problem, exercise, dose.hold_s, dose.load)
            yield One(
                f"training age {training_age}",
                exercise,
                frozenset(demands),
                dose.sets[1],
                dose.hold_s,
                dose.rest_s,
                dose.load,
                dose.effort,
                (*judgement.cautions, *judgement.cues, *exercise.cues),
            )


# Bounds on exercises and doses: of the week, and of all that could be planned.


def must_not_have(names: tuple[str, ...], given: Iterable[One]) -> Iterator[str]:
    for one in given:
        if one.exercise.id in names:
            yield f"{one} must not be there"


def forbidden_demands(demands: tuple[str, ...], given: Iterable[One]) -> Iterator[str]:
    for one in given:
        for demand in sorted(one.demands & set(demands)):
            yield f"{one} demands {demand}"


def max_hold_s(limits: Mapping[Kind, int], given: Iterable[One]) -> Iterator[str]:
    for one in given:
        limit = limits.get(one.exercise.kind)
        if limit is not None and one.hold_s is not None and one.hold_s > limit:
            yield f"{one} is held {one.hold_s} s; at most {limit}"


def max_load(limit: Load | None, given: Iterable[One]) -> Iterator[str]:
    for one in given:
        if limit is not None and LOADS.index(one.load) > LOADS.index(limit):
            yield f"{one} has a {one.load} load; at most {limit}"


def max_effort(limit: int | None, given: Iterable[One]) -> Iterator[str]:
    for one in given:
        if limit is not None and one.effort > limit:
            yield f"{one} has effort {one.effort}; at most {limit}"


def max_sets(limit: int | None, given: Iterable[One]) -> Iterator[str]:
    for one in given:
        if limit is not None and one.sets > limit:
            yield f"{one} has {one.sets} sets; at most {limit}"


def min_rest_s(limit: int | None, given: Iterable[One]) -> Iterator[str]:
    """Bound the rest between sets of what counts as work for the abdomen or the lower back."""
    for one in given:
        if limit is not None and one.exercise.side != "none" and one.rest_s < limit:
            yield f"{one} has {one.rest_s} s of rest; at least {limit}"


def printed(words: tuple[Printed, ...], given: Iterable[One]) -> Iterator[str]:
    everything = tuple(given)
    for wanted in words:
        about = [
            one
            for one in everything
            if wanted.about in one.demands or wanted.about == one.exercise.id
        ]
        if not about:
            yield f"nothing there is about {wanted.about}"
        for one in about:
            if not any(wanted.says in text for text in one.words):
                yield f"{one} does not say {wanted.says!r}"


# Bounds on the week.


def must_have_any_of(groups: tuple[tuple[str, ...], ...], case: Case) -> Iterator[str]:
    names = {one.exercise.id for one in case.planned}
    for group in groups:
        if not names & set(group):
            yield f"none of {', '.join(group)} is planned"


def allowed_demands(demands: tuple[str, ...], case: Case) -> Iterator[str]:
    for one in case.planned if demands else ():
        for demand in sorted(set(one.exercise.demands) - set(demands)):
            yield f"{one} demands {demand}, which is not on the list"


def forbidden_on(days: Mapping[Weekday, tuple[str, ...]], case: Case) -> Iterator[str]:
    for day, demands in days.items():
        if all(one.where != day for one in case.planned):
            yield f"{day}: nothing is planned"
        for one in case.planned:
            for demand in sorted(one.demands & set(demands)) if one.where == day else ():
                yield f"{one} demands {demand}, too early in the day"


def balanced(wanted: bool, case: Case) -> Iterator[str]:
    balance = case.plan.balance
    if balance is None or balance.kept != wanted:
        yield f"the balance is {'' if balance and balance.kept else 'not '}kept"
    elif wanted and not balance.sets.abdominal == balance.sets.lumbar > 0:
        yield f"{balance.sets.abdominal:g} abdominal and {balance.sets.lumbar:g} lumbar sets"
    elif wanted and balance.exercises.abdominal != balance.exercises.lumbar:
        numbers = balance.exercises
        yield f"{numbers.abdominal:g} abdominal and {numbers.lumbar:g} lumbar exercises"


def min_sessions(least: int, case: Case) -> Iterator[str]:
    if len(case.plan.days) < least:
        yield f"{len(case.plan.days)} sessions; at least {least}"


def max_sessions(most: int, case: Case) -> Iterator[str]:
    if len(case.plan.days) > most:
        yield f"{len(case.plan.days)} sessions; at most {most}"


def max_minutes(most: int | None, case: Case) -> Iterator[str]:
    for day in case.plan.days:
        if most is not None and day.minutes > most:
            yield f"{day.day} takes {day.minutes:g} minutes; at most {most}"


def max_floor_sessions(most: int | None, case: Case) -> Iterator[str]:
    days = {one.where for one in case.planned if one.exercise.on_floor}
    if most is not None and len(days) > most:
        yield f"{len(days)} sessions go down to the floor; at most {most}"


def stop_signs(words: tuple[str, ...], case: Case) -> Iterator[str]:
    for says in words:
        if not any(says in sign for sign in case.plan.stop_signs):
            yield f"no stop sign says {says!r}"


def warnings(words: tuple[str, ...], case: Case) -> Iterator[str]:
    for says in words:
        if not any(says in warning for warning in case.plan.warnings):
            yield f"no warning says {says!r}"


def expires_by(day: Any, case: Case) -> Iterator[str]:
    if day is not None and (case.plan.valid_until is None or case.plan.valid_until > day):
        yield f"the plan is valid until {case.plan.valid_until}; {day} at the latest"


# Bounds on judgements, referrals and the ending.


def may(names: tuple[str, ...], case: Case) -> Iterator[str]:
    for name in names:
        found = {one.where for one in case.allowed if one.exercise.id == name}
        if len(found) < len(TRAINING_AGES):
            yield f"{name} is allowed at {len(found)} of {len(TRAINING_AGES)} training ages"


def verdict(wanted: str, names: tuple[str, ...], case: Case) -> Iterator[str]:
    for name in names:
        judgement = case.judgements[name]
        if judgement.verdict != wanted or judgement.cause not in (None, "clinical"):
            cause = "" if judgement.rule == "" else f" by {judgement.rule}"
            yield f"{name}: the verdict is {judgement.verdict}{cause}, not {wanted}"


def left_out(cause: str, names: tuple[str, ...], case: Case) -> Iterator[str]:
    causes = {one.exercise: one.cause for one in case.plan.excluded}
    for name in names:
        if causes.get(name) != cause:
            yield f"{name} is left out for {causes.get(name)}, not for {cause}"


def outcome(wanted: str, case: Case) -> Iterator[str]:
    ending = "plan" if case.plan.status in PLANNED else case.plan.status
    if ending != wanted:
        flags = ", ".join(flag.id for flag in case.plan.screening.flags)
        clashes = " ".join(clash.sentence for clash in case.plan.clashes)
        yield f"the plan is {case.plan.status} ({flags}{clashes}), not {wanted}"
    elif wanted == "plan" and case.plan.status != "optimal":
        yield "the week is not proven best"


def advice(wanted: tuple[str, ...], case: Case) -> Iterator[str]:
    found = {flag.id for flag in case.plan.screening.advice}
    if found != set(wanted):
        yield f"advice: {sorted(found)}, not {sorted(wanted)}"


def urgency(wanted: Urgency, case: Case) -> Iterator[str]:
    if case.plan.screening.outcome != wanted:
        yield f"the urgency is {case.plan.screening.outcome}, not {wanted}"


def flags(wanted: tuple[str, ...], case: Case) -> Iterator[str]:
    found = {flag.id for flag in case.plan.screening.flags}
    if found != set(wanted):
        yield f"flags: {sorted(found)}, not {sorted(wanted)}"


def where_to_go(words: tuple[str, ...], case: Case) -> Iterator[str]:
    for says in words:
        if not any(says in flag.where_to_go for flag in case.plan.screening.flags):
            yield f"no flag says where to go with {says!r}"


def opens(names: tuple[str, ...], case: Case) -> Iterator[str]:
    for name in names:
        if name not in case.plan.screening.clearance_would_open:
            yield f"a doctor's word would not open {name}"


def opens_not(names: tuple[str, ...], case: Case) -> Iterator[str]:
    for name in names:
        if name in case.plan.screening.clearance_would_open:
            yield f"a doctor's word would open {name}"


def opens_nothing(wanted: bool, case: Case) -> Iterator[str]:
    if wanted and case.plan.screening.clearance_would_open:
        yield f"a doctor's word would open {len(case.plan.screening.clearance_would_open)}"


Bound = Callable[[Any, Case], Iterator[str]]
GIVEN: dict[str, Callable[[Any, Iterable[One]], Iterator[str]]] = {
    "must_not_have": must_not_have,
    "forbidden_demands": forbidden_demands,
    "max_hold_s": max_hold_s,
    "max_load": max_load,
    "max_effort": max_effort,
    "max_sets": max_sets,
    "min_rest_s": min_rest_s,
    "printed": printed,
}
BOUNDS: dict[str, dict[str, Bound]] = {
    "": {"outcome": outcome, "advice": advice},
    "referral": {
        "urgency": urgency,
        "flags": flags,
        "where_to_go": where_to_go,
        "opens": opens,
        "opens_not": opens_not,
        "opens_nothing": opens_nothing,
    },
    "week": {
        "must_have_any_of": must_have_any_of,
        "allowed_demands": allowed_demands,
        "forbidden_on": forbidden_on,
        "balanced": balanced,
        "min_sessions": min_sessions,
        "max_sessions": max_sessions,
        "max_minutes": max_minutes,
        "max_floor_sessions": max_floor_sessions,
        "stop_signs": stop_signs,
        "warnings": warnings,
        "expires_by": expires_by,
    },
    "any_level": {"may": may},
    "verdicts": {
        name: lambda names, case, name=name: verdict(name, names, case)
        for name in ("exclude", "clearance", "modify", "allow")
    },
    "left_out": {
        name: lambda names, case, name=name: left_out(name, names, case)
        for name in ("level", "equipment", "time")
    },
}
"""The function for each key of each part of an expectation; a part without a name is the whole."""
for _part, _given in (("week", "planned"), ("any_level", "allowed")):
    for _name, _bound in GIVEN.items():
        BOUNDS[_part][_name] = lambda value, case, bound=_bound, given=_given: bound(
            value, getattr(case, given)
        )


def broken(case: Case) -> tuple[str, ...]:
    """Return a sentence for every bound of the vignette that its plan breaks."""
    found = []
    for part, functions in BOUNDS.items():
        wanted: Noun | None = case.vignette.expect
        if part:
            wanted = getattr(wanted, part)
        if wanted is None:
            continue
        for name, bound in functions.items():
            place = f"{part}.{name}" if part else name
            found += [f"{place}: {one}" for one in bound(getattr(wanted, name), case)]
    return tuple(found)
