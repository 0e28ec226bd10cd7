"""With a last week to keep, the new week is the closest one among those with the best shortfall."""

from dataclasses import replace
from itertools import chain, combinations, product

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from constraints import check_all
from constraints.problem import Candidate, Problem
from recommender.decode import decode
from recommender.objective import TIERS, LastWeek
from recommender.solve import Sets, Solution, solve
from tests.recommender.test_days_first import a_problem, problems, values

SHORTFALL, KEPT = 1, 2


def changed(last: LastWeek, sets: Sets) -> int:
    """Return how many items are added, removed or given another dose."""
    items = {*last.sets, *sets}
    return sum(one in last.redosed or last.sets.get(one) != sets.get(one) for one in items)


def checked(problem: Problem, last: LastWeek, solution: Solution) -> Sets:
    """Return the sets of a solution that keeps every rule and says how much it changed."""
    assert not check_all(problem, decode(problem, solution.sets))
    assert all(tier.proven for tier in solution.tiers)
    assert [tier.name for tier in solution.tiers[:KEPT]] == ["shortfall", "kept"]
    assert solution.tiers[1].value == changed(last, solution.sets)
    return solution.sets


@settings(max_examples=20)
@given(problems())
def test_a_best_week_is_kept_as_it_is(problem: Problem) -> None:
    best = solve(problem)
    assume(best is not None)
    assert best is not None
    last = LastWeek(best.sets)
    again = solve(problem, last=last)
    assert again is not None
    assert checked(problem, last, again) == best.sets


@st.composite
def changed_problems(draw: st.DrawFn) -> tuple[Problem, LastWeek, Problem]:
    """Draw a problem, a week that was best for it, and the problem with something changed."""
    problem = draw(problems())
    best = solve(problem)
    assume(best is not None)
    assert best is not None
    names = sorted({name for name, _ in best.sets})
    days = sorted({day for _, day in best.sets})
    gone, day = draw(st.sampled_from(names)), draw(st.sampled_from(days))
    kind = draw(st.sampled_from(["exercise", "minutes", "day", "dose"]))
    event(kind)
    redosed: frozenset[tuple[str, int]] = frozenset()
    if kind == "exercise":
        kept = tuple(c for c in problem.candidates if c.id != gone)
        other = replace(problem, candidates=kept)
    elif kind == "dose":
        redosed = frozenset(item for item in best.sets if item[0] == gone)
        other = problem
    else:
        seconds = problem.days[day].seconds - 120 if kind == "minutes" else 0
        changes = replace(problem.days[day], seconds=seconds)
        other = replace(
            problem, days=tuple(changes if one.index == day else one for one in problem.days)
        )
    assume(any(other.open_days()))
    return problem, LastWeek(best.sets, redosed), other


@settings(max_examples=40)
@given(changed_problems())
def test_the_fast_way_changes_as_little_as_the_plain_way(
    case: tuple[Problem, LastWeek, Problem],
) -> None:
    _, last, problem = case
    fast, plain = solve(problem, last=last), solve(problem, last=last, reduce=False)
    event("possible" if plain else "impossible")
    assert values(fast) == values(plain)
    if fast is not None:
        checked(problem, last, fast)


@settings(max_examples=20)
@given(changed_problems())
def test_keeping_costs_no_shortfall(case: tuple[Problem, LastWeek, Problem]) -> None:
    _, last, problem = case
    free, kept = solve(problem, tiers=SHORTFALL), solve(problem, last=last, tiers=KEPT)
    assert (free is None) == (kept is None)
    if free is not None and kept is not None:
        assert kept.tiers[0].value == free.tiers[0].value


def every_week(problem: Problem) -> list[Sets]:
    """Return all weeks of a tiny problem, tried one by one."""
    items = [(c, day.index) for c in problem.candidates for day in problem.open_days()]
    weeks: list[Sets] = []
    for chosen in chain.from_iterable(combinations(items, n) for n in range(len(items) + 1)):
        counts = [range(c.dose.sets[0], c.dose.sets[1] + 1) for c, _ in chosen]
        for sets in product(*counts):
            week = {(c.id, day): n for (c, day), n in zip(chosen, sets, strict=True)}
            if week and not check_all(problem, decode(problem, week)):
                weeks.append(week)
    return weeks


def missing(problem: Problem, sets: Sets) -> int:
    """Return the shortfall of a week by plain arithmetic."""
    halves = {candidate.id: candidate.half_credits for candidate in problem.candidates}
    done = {
        region: sum(count * halves[name].get(region, 0) for (name, _), count in sets.items())
        for region in problem.targets
    }
    return sum(
        problem.weights[region] * max(0, target - done[region])
        for region, target in problem.targets.items()
    )


def two_sets(candidate: Candidate) -> Candidate:
    """Return the candidate with two numbers of sets to choose from, so that all can be tried."""
    fewest, most = candidate.dose.sets
    sets = (fewest, min(most, fewest + 1))
    return replace(candidate, dose=candidate.dose.model_copy(update={"sets": sets}))


def test_no_week_with_the_best_shortfall_changes_less() -> None:
    problem = a_problem(
        days={"mon": {"minutes": 14, "place": "bare"}, "thu": {"minutes": 14, "place": "bare"}}
    )
    names = ("march_easy", "slow_breathing", "bird_dog", "heel_slide", "prone_trunk_lift_neutral")
    few = (two_sets(one) for one in problem.candidates if one.id in names)
    problem = replace(problem, candidates=tuple(few))
    best = solve(problem)
    assert best is not None
    weeks = every_week(problem)
    least = min(missing(problem, week) for week in weeks)
    good = [week for week in weeks if missing(problem, week) == least]
    for gone in sorted(best.sets):
        last = LastWeek({item: count for item, count in best.sets.items() if item != gone})
        solution = solve(problem, last=last)
        assert solution is not None
        found = checked(problem, last, solution)
        assert changed(last, found) == min(changed(last, week) for week in good)
    assert len(weeks) > len(good) > 1


def test_the_tier_stands_right_after_the_shortfall() -> None:
    problem = a_problem()
    best = solve(problem)
    assert best is not None
    again = solve(problem, last=LastWeek(best.sets))
    assert again is not None
    names = [tier.name for tier in TIERS]
    assert [tier.name for tier in again.tiers] == [names[0], "kept", *names[1:]]
