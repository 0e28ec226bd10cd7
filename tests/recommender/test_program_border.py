"""A week after another one: the best one that goes with it, also where the fast way has none."""

from dataclasses import replace

import pytest

from constraints import border, check_all
from constraints.problem import Before, Problem
from constraints.schedule import Item, Schedule
from recommender.build import build
from recommender.decode import decode
from recommender.intake import read_intake
from recommender.program.over_border import NOWHERE, solve_after
from recommender.solve import LastWeek, solve
from tests.solved import EXAMPLES
from tests.strategies import MONDAY, REAL


def small(name: str) -> Problem:
    """Return the problem of an example with two exercises of each side, if possible hard ones."""
    problem = build(REAL, read_intake(EXAMPLES / f"{name}.yaml", REAL), MONDAY).problem
    main = [c for c in problem.candidates if c.exercise.block == "main"]
    names = {c.id for c in problem.candidates} - {c.id for c in main}
    for side in ("abdominal", "lumbar"):
        own = sorted((not c.hard, c.id) for c in main if c.exercise.side == side)
        names |= {name for _, name in own[:2]}
    return replace(problem, candidates=tuple(c for c in problem.candidates if c.id in names))


def after(problem: Problem, schedule: Schedule) -> Problem:
    names = frozenset(candidate.id for candidate in problem.candidates)
    return replace(problem, before=Before(schedule, {}, 100, {}, frozenset(), names, 0))


@pytest.mark.parametrize("name", ["gym_advanced", "home_beginner"])
def test_the_border_is_kept_at_the_cost_that_the_plain_way_finds(name: str) -> None:
    problem = small(name)
    first = solve(problem)
    assert first is not None
    sessions = [day for day in decode(problem, first.sets).days if day]
    days: list[tuple[Item, ...]] = [*((),) * 4, sessions[-1], sessions[0], sessions[-1]]
    following = after(problem, Schedule(tuple(days)))
    last = LastWeek(first.sets)
    free = solve(after(problem, NOWHERE), last=last)
    assert free is not None
    assert free.tiers[1].value == 0
    assert list(border.check(following, decode(following, free.sets)))
    found = solve_after(following, last)
    assert found is not None
    assert check_all(following, decode(following, found.sets)) == ()
    plain = solve(following, last=last, reduce=False)
    assert plain is not None
    assert [tier.value for tier in found.tiers] == [tier.value for tier in plain.tiers]
    assert [tier.value for tier in found.tiers] > [tier.value for tier in free.tiers]


def test_a_week_that_may_follow_itself_is_kept() -> None:
    problem = small("home_beginner")
    first = solve(problem)
    assert first is not None
    following = after(problem, decode(problem, first.sets))
    found = solve_after(following, LastWeek(first.sets))
    assert found is not None
    assert found.sets == first.sets
