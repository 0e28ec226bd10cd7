"""The bounds of a vignette as functions: each yields a sentence for every way it is broken."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal

from knowledge.schema.exercise import LOADS, Kind, Load
from knowledge.schema.intake import Weekday
from knowledge.schema.screening import Urgency
from tests.vignettes.case import TRAINING_AGES, Case, One
from tests.vignettes.expectation import Limit, Printed

# Bounds on exercises and doses: of the week, and of all that could be planned.


def must_not_have(names: tuple[str, ...], given: Iterable[One]) -> Iterator[str]:
    for one in given:
        if one.id in names:
            yield f"{one.id} is there"


def forbidden_demands(demands: tuple[str, ...], given: Iterable[One]) -> Iterator[str]:
    for one in given:
        for demand in sorted(one.demands & set(demands)):
            yield f"{one.id} demands {demand}"


def max_hold_s(limits: Mapping[Kind, int], given: Iterable[One]) -> Iterator[str]:
    for one in given:
        limit = limits.get(one.exercise.kind)
        if limit is not None and one.hold_s is not None and one.hold_s > limit:
            yield f"{one.id} is held {one.hold_s} s; at most {limit}"


def max_load(limit: Load | None, given: Iterable[One]) -> Iterator[str]:
    for one in given:
        if limit is not None and LOADS.index(one.load) > LOADS.index(limit):
            yield f"{one.id} has a {one.load} load; at most {limit}"


def max_effort(limit: int | None, given: Iterable[One]) -> Iterator[str]:
    for one in given:
        if limit is not None and one.effort > limit:
            yield f"{one.id} has effort {one.effort}; at most {limit}"


def max_sets(limit: int | None, given: Iterable[One]) -> Iterator[str]:
    for one in given:
        if limit is not None and one.sets > limit:
            yield f"{one.id} has {one.sets} sets; at most {limit}"


def min_rest_s(limit: int | None, given: Iterable[One]) -> Iterator[str]:
    """Bound the rest between sets of what counts for the abdomen or the lower back."""
    for one in given:
        if limit is not None and one.exercise.side != "none" and one.rest_s < limit:
            yield f"{one.id} has {one.rest_s} s of rest; at least {limit}"


def limits(wanted: tuple[Limit, ...], given: Iterable[One]) -> Iterator[str]:
    everything = tuple(given)
    for limit in wanted:
        about = [one for one in everything if limit.about in (one.id, *one.demands)]
        if not about:
            yield f"nothing there is about {limit.about}"
        yield from max_effort(limit.max_effort, about)
        yield from max_load(limit.max_load, about)


def printed(words: tuple[Printed, ...], given: Iterable[One]) -> Iterator[str]:
    everything = tuple(given)
    for wanted in words:
        about = [one for one in everything if wanted.about in (one.id, *one.demands)]
        if not about:
            yield f"nothing there is about {wanted.about}"
        for one in about:
            if not any(wanted.says in text for text in one.words):
                yield f"{one.id} does not say {wanted.says!r}"


# Bounds on the week.


def must_have_any_of(groups: tuple[tuple[str, ...], ...], case: Case) -> Iterator[str]:
    names = {one.id for one in case.planned}
    for group in groups:
        if not names & set(group):
            yield f"none of {', '.join(group)}"


def allowed_demands(demands: tuple[str, ...], case: Case) -> Iterator[str]:
    for one in case.planned if demands else ():
        for demand in sorted(set(one.exercise.demands) - set(demands)):
            yield f"{one.id} demands {demand}, which is not on the list"


def forbidden_on(days: Mapping[Weekday, tuple[str, ...]], case: Case) -> Iterator[str]:
    for day, demands in days.items():
        items = [one for one in case.planned if one.where == day]
        if not items:
            yield f"nothing is planned on {day}"
        for one in items:
            for demand in sorted(one.demands & set(demands)):
                yield f"{one.id} demands {demand} on {day}"


def balanced(wanted: bool, case: Case) -> Iterator[str]:
    balance = case.plan.balance
    if balance is None or balance.kept != wanted:
        yield f"expected {wanted}; the plan says {balance.reason if balance else 'nothing'}"
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


def min_main_sets(least: int, case: Case) -> Iterator[str]:
    for day in case.plan.days:
        sets = sum(item.sets for item in day.items if item.block == "main")
        if sets < least:
            yield f"{day.day} has {sets} main sets; at least {least}"


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
            yield f"none says {says!r}"


def warnings(words: tuple[str, ...], case: Case) -> Iterator[str]:
    for says in words:
        if not any(says in warning for warning in case.plan.warnings):
            yield f"none says {says!r}"


def expires_by(day: date | None, case: Case) -> Iterator[str]:
    until = case.plan.valid_until
    if day is not None and (until is None or until > day):
        yield f"the plan is valid until {until}; {day} at the latest"


# Bounds on judgements, on a referral and on how it ends.


def may(names: tuple[str, ...], case: Case) -> Iterator[str]:
    for name in names:
        found = {one.where for one in case.allowed if one.id == name}
        if len(found) < len(TRAINING_AGES):
            yield f"{name} is allowed at {len(found)} of {len(TRAINING_AGES)} training ages"


def _verdict(wanted: str) -> "Bound":
    def verdict(names: tuple[str, ...], case: Case) -> Iterator[str]:
        for name in names:
            judgement = case.judgements[name]
            if judgement.verdict != wanted or judgement.cause not in (None, "clinical"):
                why = f" by {judgement.rule}" if judgement.rule else ""
                yield f"{name}: the verdict is {judgement.verdict}{why}"

    return verdict


def _left_out(cause: str) -> "Bound":
    def left_out(names: tuple[str, ...], case: Case) -> Iterator[str]:
        causes = {one.exercise: one.cause for one in case.plan.excluded}
        for name in names:
            if causes.get(name) != cause:
                yield f"{name}: the cause is {causes.get(name)}"

    return left_out


def outcome(wanted: str, case: Case) -> Iterator[str]:
    status = {"optimal": "plan", "feasible": "a plan that is not proven best"}
    found = status.get(case.plan.status, case.plan.status)
    if found != wanted:
        flags = [flag.id for flag in case.plan.screening.flags]
        clashes = [clash.sentence for clash in case.plan.clashes]
        yield f"{found} {flags or clashes or ''}"


def advice(wanted: tuple[str, ...], case: Case) -> Iterator[str]:
    found = sorted(flag.id for flag in case.plan.screening.advice)
    if found != sorted(wanted):
        yield f"{found}"


def urgency(wanted: Urgency, case: Case) -> Iterator[str]:
    if case.plan.screening.outcome != wanted:
        yield f"{case.plan.screening.outcome}"


def flags(wanted: tuple[str, ...], case: Case) -> Iterator[str]:
    found = sorted(flag.id for flag in case.plan.screening.flags)
    if found != sorted(wanted):
        yield f"{found}"


def where_to_go(words: tuple[str, ...], case: Case) -> Iterator[str]:
    for says in words:
        if not any(says in flag.where_to_go for flag in case.plan.screening.flags):
            yield f"none says {says!r}"


def opens(names: tuple[str, ...], case: Case) -> Iterator[str]:
    for name in names:
        if name not in case.plan.screening.clearance_would_open:
            yield f"a doctor's word does not open {name}"


def opens_not(names: tuple[str, ...], case: Case) -> Iterator[str]:
    for name in names:
        if name in case.plan.screening.clearance_would_open:
            yield f"a doctor's word opens {name}"


def opens_nothing(wanted: bool, case: Case) -> Iterator[str]:
    names = case.plan.screening.clearance_would_open
    if wanted and names:
        yield f"a doctor's word opens {len(names)} exercises"


Bound = Callable[[Any, Case], Iterator[str]]
GivenBound = Callable[[Any, Iterable[One]], Iterator[str]]


def _on(given: Literal["planned", "allowed"], bound: GivenBound) -> Bound:
    return lambda value, case: bound(value, getattr(case, given))


ON_GIVEN: tuple[GivenBound, ...] = (
    must_not_have,
    forbidden_demands,
    max_hold_s,
    max_load,
    max_effort,
    max_sets,
    min_rest_s,
    limits,
    printed,
)
ON_WEEK: tuple[Bound, ...] = (
    must_have_any_of,
    allowed_demands,
    forbidden_on,
    balanced,
    min_sessions,
    max_sessions,
    min_main_sets,
    max_minutes,
    max_floor_sessions,
    stop_signs,
    warnings,
    expires_by,
)
ON_REFERRAL: tuple[Bound, ...] = (urgency, flags, where_to_go, opens, opens_not, opens_nothing)
BOUNDS: dict[str, dict[str, Bound]] = {
    "": {"outcome": outcome, "advice": advice},
    "referral": {bound.__name__: bound for bound in ON_REFERRAL},
    "week": {
        **{bound.__name__: bound for bound in ON_WEEK},
        **{bound.__name__: _on("planned", bound) for bound in ON_GIVEN},
    },
    "any_level": {
        "may": may,
        **{bound.__name__: _on("allowed", bound) for bound in ON_GIVEN},
    },
    "verdicts": {name: _verdict(name) for name in ("exclude", "clearance", "modify", "allow")},
    "left_out": {name: _left_out(name) for name in ("level", "equipment", "time")},
}
"""The function for each key of each part of an expectation; the part "" is the whole."""


def broken(case: Case) -> tuple[str, ...]:
    """Return a sentence for every bound of the vignette that its plan breaks."""
    found: list[str] = []
    for part, functions in BOUNDS.items():
        wanted: object = getattr(case.vignette.expect, part) if part else case.vignette.expect
        if wanted is None:
            continue
        for name, bound in functions.items():
            at = f"{part}.{name}" if part else name
            found += (f"{at}: {sentence}" for sentence in bound(getattr(wanted, name), case))
    return tuple(dict.fromkeys(found))
