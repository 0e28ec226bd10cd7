"""Leaves out candidates that others can always stand in for.

Exercise b stands in for a if b in the place of a, on every day and with every number of sets, keeps
each constraint and worsens no tier: it has the same block, pattern, side, kind and credits, takes
no more time and no more of anything that is limited, and suits the days that a suits. In a best
week a can then give way to b, unless the week holds b already, or another rung of its ladder. With
at most n other exercises of its kind in a week, n + 1 such b of different ladders leave one that is
free. So a candidate that has them is not needed; and all of those can go at once, because giving
way moves down a fixed order and comes to an end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from constraints.day_fit import suits
from constraints.problem import DAYS_A_WEEK, Candidate, Problem
from recommender.objective import kinds_of, weight_of

Through = Literal["shortfall", "unsuitability", "variety", "changes", "choice"]
"""The last tier whose value must not change."""

_HIGH = ("high", "very_high")


def without_dominated(problem: Problem, through: Through) -> Problem:
    """Return the problem without candidates that no best week needs, as far as these tiers go.

    A problem with orders stays as it is, because an order tells exercises apart, and so does what
    was done in a week that has begun or in the weeks before.
    """
    if problem.orders or problem.begun or problem.before:
        return problem
    families: dict[str, set[object]] = {}
    for candidate in problem.candidates:
        families.setdefault(candidate.exercise.family, set()).add(_part(candidate))
    groups: dict[object, list[_Entry]] = {}
    for entry in (_entry(problem, candidate, through) for candidate in problem.candidates):
        groups.setdefault(entry.alike, []).append(entry)
    needed = {
        entry.id
        for group in groups.values()
        for entry, before in _with_those_before(group)
        if not _enough(problem, entry, before, families)
    }
    return replace(problem, candidates=tuple(c for c in problem.candidates if c.id in needed))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A candidate as it is compared: what must be equal, what less is better of, what covers."""

    id: str
    part: tuple[str, str]
    family: str
    alike: object
    sets: tuple[int, int]
    amounts: tuple[int, ...]
    seconds: tuple[int, ...]
    days: frozenset[int]
    asks: frozenset[str]
    prepares: frozenset[str]

    def stands_in_for(self, other: "_Entry") -> bool:
        fewest, most = other.sets
        return (
            all(own <= its for own, its in zip(self.amounts, other.amounts, strict=True))
            and self.sets[0] <= fewest
            and self.sets[1] >= most
            and all(self.seconds[k] <= other.seconds[k] for k in range(fewest, most + 1))
            and self.days >= other.days
            and self.asks <= other.asks
            and self.prepares >= other.prepares
        )


def _part(candidate: Candidate) -> tuple[str, str]:
    """Return what bounds how many exercises like this a week has: its block, or its pattern."""
    exercise = candidate.exercise
    return exercise.block, exercise.pattern if exercise.block == "main" else ""


def _entry(problem: Problem, candidate: Candidate, through: Through) -> _Entry:
    exercise = candidate.exercise
    week = problem.knowledge.dosing.week
    amounts = [
        candidate.long_hold_s,
        exercise.spinal_load in _HIGH,
        exercise.spinal_load == "very_high",
        exercise.dose.setup_s >= week.long_setup_from_s,
    ]
    # A hard exercise asks for its muscles: they are not there for another one the next day.
    asks = {f"hard {muscle}" for muscle in exercise.muscles.primary} if candidate.hard else set()
    if candidate.hard:
        asks.add("hard")
    if through != "shortfall":
        amounts.append(candidate.penalty)
    if through == "choice":
        amounts.append(weight_of(candidate))
    if through in ("changes", "choice"):
        asks |= kinds_of(exercise)
    return _Entry(
        id=candidate.id,
        part=_part(candidate),
        family=exercise.family,
        alike=(
            _part(candidate),
            exercise.side,
            exercise.kind,
            exercise.on_floor,
            frozenset(candidate.half_credits.items()),
        ),
        sets=candidate.dose.sets,
        amounts=tuple(amounts),
        seconds=candidate.seconds,
        days=frozenset(
            day.index for day in problem.open_days() if suits(problem.knowledge, candidate, day)
        ),
        asks=frozenset(asks),
        prepares=frozenset(exercise.prepares),
    )


def _with_those_before(group: list[_Entry]) -> Iterator[tuple[_Entry, list[_Entry]]]:
    """Yield each entry with those that come before it in an order that standing in goes along."""
    group.sort(key=lambda one: (one.amounts, one.seconds, -one.sets[1], one.id))
    for place, entry in enumerate(group):
        yield entry, group[:place]


def _enough(
    problem: Problem,
    entry: _Entry,
    before: list[_Entry],
    families: Mapping[str, set[object]],
) -> bool:
    """Return whether so many others stand in that one of them is always free."""
    most = _most_in_a_week(problem, entry.part)
    found = set()
    for other in before:
        same_ladder = other.family == entry.family
        if (same_ladder or len(families[other.family]) == 1) and other.stands_in_for(entry):
            # No session with a holds another rung of its ladder, so each of them counts alone.
            found.add(other.id if same_ladder else other.family)
            if len(found) >= most:
                return True
    return False


def _most_in_a_week(problem: Problem, part: tuple[str, str]) -> int:
    block, pattern = part
    week = problem.knowledge.dosing.week
    if block == "main":
        return problem.knowledge.patterns[pattern].exercises_a_week
    items = week.warm_up_items if block == "warm_up" else week.cool_down_items
    days = min(
        problem.intake.sessions.at_most,
        problem.sessions_at_most,
        DAYS_A_WEEK - week.rest_days_at_least,
        len(list(problem.open_days())),
    )
    return items[1] * days
