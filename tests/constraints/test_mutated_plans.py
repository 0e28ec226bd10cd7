"""A solver's week that is changed so as to break a constraint always fails its check."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import constraints
from constraints import Constraint, check_all
from constraints.problem import Before, Begun, Problem
from constraints.schedule import Item, Schedule
from knowledge import Exercise
from knowledge.schema.intake import HeldCondition
from knowledge.schema.order import Cap, Forbid, Rest
from recommender.eligibility import Judgement, judge_all, level_of
from tests.solved import EXAMPLE_NAMES, SolvedWeek, solved_example
from tests.strategies import MONDAY, ORDER, REAL, item_of

LONG_AGO = MONDAY - timedelta(days=100)
MORNING_DEMANDS = {
    demand
    for demand, rule in REAL.conditions["low_back_pain_chronic"].cells.items()
    if rule.verdict == "modify" and rule.caps.hours_since_waking
}
Draw = Callable[[st.SearchStrategy[Any]], Any]
Breaker = Callable[[Draw, SolvedWeek], tuple[Problem, Schedule]]


def with_day(schedule: Schedule, day: int, items: tuple[Item, ...]) -> Schedule:
    days = list(schedule.days)
    days[day] = items
    return Schedule(tuple(days))


def some_day(draw: Draw, schedule: Schedule) -> int:
    day: int = draw(st.sampled_from([i for i, items in enumerate(schedule.days) if items]))
    return day


def item(problem: Problem, exercise: Exercise, **changes: object) -> Item:
    """Return an item of any exercise of the knowledge base, allowed or not."""
    dose = exercise.dose.at(problem.level) or exercise.dose.at(exercise.difficulty)
    assert dose is not None
    judgement = Judgement(exercise, "allow", dose, cautions=exercise.cautions)
    made = item_of(problem, judgement, dose, dose.sets[0])
    return replace(made, **changes)  # type: ignore[arg-type]


def change_one(
    draw: Draw, schedule: Schedule, wanted: Callable[[Item], bool], **changes: object
) -> Schedule:
    """Return the schedule with one of the wanted items changed."""
    places = [
        (day, number)
        for day, items in enumerate(schedule.days)
        for number, one in enumerate(items)
        if wanted(one)
    ]
    day, number = draw(st.sampled_from(places))
    items = list(schedule.days[day])
    items[number] = replace(items[number], **changes)
    return with_day(schedule, day, tuple(items))


def break_eligibility(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    allowed = {candidate.id for candidate in problem.candidates}
    forbidden = [
        judgement.exercise
        for judgement in judge_all(problem.knowledge, problem.intake, ())
        if judgement.cause == "level"
    ]
    forbidden += [
        exercise
        for exercise in problem.knowledge.exercises.values()
        if set(exercise.demands) & set(problem.intake.screening.cannot)
    ]
    way = draw(st.sampled_from(["forbidden", "effort", "reps", "caution"]))
    if way == "forbidden" and forbidden:
        added = draw(st.sampled_from(forbidden))
        assert added.id not in allowed
        day = some_day(draw, schedule)
        return problem, with_day(schedule, day, (*schedule.days[day], item(problem, added)))
    if way == "caution" and any(one.cautions for day in schedule.days for one in day):
        return problem, change_one(draw, schedule, lambda one: bool(one.cautions), cautions=())
    if way == "effort":
        return problem, change_one(draw, schedule, lambda one: True, effort=10)
    return problem, change_one(draw, schedule, lambda one: True, reps=200)


def break_equipment(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    day = some_day(draw, schedule)
    bare = problem.intake.model_copy(
        update={"places": {name: {} for name in problem.intake.places}}
    )
    needing = [e for e in problem.knowledge.exercises.values() if e.equipment.all_of]
    added = item(problem, draw(st.sampled_from(needing)))
    return replace(problem, intake=bare), with_day(schedule, day, (*schedule.days[day], added))


def break_session_time(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    if draw(st.booleans()):
        shorter = draw(st.sampled_from([-30, -1, 1, 30]))
        day = some_day(draw, schedule)
        first, *rest = schedule.days[day]
        return problem, with_day(
            schedule, day, (replace(first, seconds=first.seconds + shorter), *rest)
        )
    day = some_day(draw, schedule)
    weekday = problem.days[day].weekday
    minutes = {**problem.intake.days}
    exact = sum(one.seconds for one in schedule.days[day]) // 60
    minutes[weekday] = minutes[weekday].model_copy(update={"minutes": exact - 1})
    return replace(problem, intake=problem.intake.model_copy(update={"days": minutes})), schedule


def break_balance(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    side = draw(st.sampled_from(["abdominal", "lumbar"]))
    if draw(st.booleans()):
        days = tuple(tuple(one for one in day if one.side != side) for day in schedule.days)
        return problem, Schedule(days)
    sets = draw(st.integers(11, 20))
    return problem, change_one(draw, schedule, lambda one: one.side == side, sets=sets)


def break_rest_days(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    session = solved.schedule.days[some_day(draw, solved.schedule)]
    if draw(st.booleans()):
        return solved.problem, Schedule((session,) * 7)
    wanted = solved.problem.intake.sessions.model_copy(update={"at_least": 5, "at_most": 7})
    intake = solved.problem.intake.model_copy(update={"sessions": wanted})
    return replace(solved.problem, intake=intake), solved.schedule


def break_recovery(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    strong = [e for e in problem.knowledge.exercises.values() if e.kind == "strength"]
    added = item(problem, draw(st.sampled_from(strong)), effort=8, hard=True)
    first = draw(st.integers(0, 6))
    for day in (first, (first + 1) % 7):
        schedule = with_day(schedule, day, (*schedule.days[day], added))
    return problem, schedule


def break_spinal_load(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    heavy = [e for e in problem.knowledge.exercises.values() if e.spinal_load == "very_high"]
    if draw(st.booleans()):
        day = some_day(draw, schedule)
        pair = tuple(item(problem, exercise) for exercise in heavy[:2])
        return problem, with_day(schedule, day, (*schedule.days[day], *pair))
    added = item(problem, draw(st.sampled_from(heavy)))
    for day in draw(st.sampled_from([(0, 2, 4), (1, 3, 5), (0, 3, 6)])):
        schedule = with_day(schedule, day, (*schedule.days[day], added))
    return problem, schedule


def break_long_holds(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    held = [e for e in problem.knowledge.exercises.values() if e.kind == "stability"]
    added = item(problem, draw(st.sampled_from(held)), hold_s=draw(st.integers(301, 600)), reps=1)
    day = some_day(draw, schedule)
    return problem, with_day(schedule, day, (*schedule.days[day], added))


def break_weekly_volume(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    exercises = solved.problem.knowledge.exercises
    sets = draw(st.integers(40, 60))
    return solved.problem, change_one(
        draw, solved.schedule, lambda one: bool(exercises[one.exercise].credits), sets=sets
    )


def break_session_shape(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    day = some_day(draw, schedule)
    items = schedule.days[day]
    way = draw(st.sampled_from(["no warm-up", "no cool-down", "no work", "backwards", "too many"]))
    if way == "too many":
        changed = (*items, *(one for one in items if one.block == "main")) * 3
        return problem, with_day(schedule, day, changed)
    if way == "backwards":
        return problem, with_day(schedule, day, items[::-1])
    block = {"no warm-up": "warm_up", "no cool-down": "cool_down", "no work": "main"}[way]
    return problem, with_day(schedule, day, tuple(one for one in items if one.block != block))


def break_floor_transfers(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    every = problem.knowledge.exercises.values()
    down = item(problem, draw(st.sampled_from([e for e in every if e.on_floor])))
    up = item(problem, draw(st.sampled_from([e for e in every if not e.on_floor])))
    return problem, with_day(schedule, some_day(draw, schedule), (down, up) * 2)


def break_patterns(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    pattern = draw(st.sampled_from(["plank", "back_extension", "hinge", "bridge"]))
    alike = [
        item(problem, exercise)
        for exercise in problem.knowledge.exercises.values()
        if exercise.pattern == pattern and exercise.block == "main"
    ]
    if draw(st.booleans()):
        day = some_day(draw, schedule)
        return problem, with_day(schedule, day, (*schedule.days[day], *alike[:2]))
    for day, one in enumerate(alike[:7]):
        schedule = with_day(schedule, day, (*schedule.days[day], one))
    return problem, schedule


def break_warm_up(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    exercises = problem.knowledge.exercises
    prepared = {p for c in problem.candidates for p in c.exercise.prepares}
    loaded = [
        exercise
        for exercise in exercises.values()
        if exercise.block == "main"
        and exercise.pattern in prepared
        and problem.knowledge.patterns[exercise.pattern].prepare
    ]
    day = some_day(draw, schedule)
    items = tuple(one for one in schedule.days[day] if not exercises[one.exercise].prepares)
    added = item(problem, draw(st.sampled_from(loaded)))
    return problem, with_day(schedule, day, (*items, added))


def break_morning(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    day = some_day(draw, schedule)
    weekday = problem.days[day].weekday
    days = {**problem.intake.days}
    days[weekday] = days[weekday].model_copy(update={"at": "07:30"})
    conditions = problem.intake.screening.model_copy(
        update={"conditions": (HeldCondition(id="low_back_pain", date=LONG_AGO),)}
    )
    intake = problem.intake.model_copy(
        update={"wakes_at": "07:00", "days": days, "screening": conditions}
    )
    late = [
        item(problem, exercise)
        for exercise in problem.knowledge.exercises.values()
        if exercise.fixed_demands & MORNING_DEMANDS
    ]
    added = draw(st.sampled_from(late))
    changed = with_day(schedule, day, (*schedule.days[day], added))
    return replace(problem, intake=intake), changed


def break_setups(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    slow = [e for e in problem.knowledge.exercises.values() if e.dose.setup_s >= 60]
    first = draw(st.integers(0, len(slow) - 3))
    added = tuple(item(problem, exercise) for exercise in slow[first : first + 3])
    day = some_day(draw, schedule)
    return problem, with_day(schedule, day, (*schedule.days[day], *added))


def break_repetition(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    way = draw(st.sampled_from(["twice a session", "every day", "one-sided"]))
    day = some_day(draw, schedule)
    one = draw(st.sampled_from(schedule.days[day]))
    if way == "twice a session":
        return problem, with_day(schedule, day, (*schedule.days[day], one))
    if way == "every day":
        return problem, Schedule(tuple((one,) for _ in range(7)))
    other = "both" if one.sides != "both" else "each"
    return problem, change_one(draw, schedule, lambda other_one: other_one == one, sides=other)


def break_orders(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    if draw(st.booleans()):
        banned = schedule.days[some_day(draw, schedule)][0].exercise
        intake = problem.intake.model_copy(update={"banned": (banned,)})
        return replace(problem, intake=intake), schedule
    ways = broken_orders(draw, solved)
    details = ways[draw(st.sampled_from(sorted(ways)))]
    order = ORDER.validate_python({"author": "A", "reason": "R", **details})
    if isinstance(order, Forbid | Cap | Rest) and draw(st.booleans()):
        # What restricts is read from the answers too, so that no order gets lost on the way.
        intake = problem.intake.model_copy(update={"orders": (order,)})
        return replace(problem, intake=intake), schedule
    return replace(problem, orders=(order,), balance="evidence"), schedule


def so_far(**gone: Any) -> Begun:
    """Return a week that has begun in these ways."""
    nothing: dict[str, Any] = {"done": {}, "missed": frozenset(), "uncounted": frozenset()}
    return Begun(**{**nothing, "hard_sets": {}, **gone})


def break_begun(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    day = some_day(draw, solved.schedule)
    one = draw(st.sampled_from(solved.schedule.days[day]))
    sets = {item.exercise: item.sets for item in solved.schedule.days[day]}
    fewer = {name: count for name, count in sets.items() if name != one.exercise}
    ways: list[dict[str, Any]] = [
        {"missed": frozenset({day})},
        {"uncounted": frozenset({day})},
        {"done": {day: fewer}},
        {"done": {day: {**sets, one.exercise: one.sets + 1}}},
    ]
    return replace(solved.problem, begun=so_far(**draw(st.sampled_from(ways)))), solved.schedule


def break_stacking(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    day = some_day(draw, solved.schedule)
    exercises = solved.problem.knowledge.exercises
    strong = next(one for one in exercises.values() if one.kind == "strength")
    hard = item(solved.problem, strong, effort=8, hard=True, sets=2)
    schedule = with_day(solved.schedule, day, (*solved.schedule.days[day], hard))
    before = sum(
        one.sets
        for one in schedule.days[day]
        if exercises[one.exercise].kind == "strength" and one.effort >= 6
    )
    neighbour = (day + draw(st.sampled_from([1, 6]))) % 7
    if draw(st.booleans()):
        begun = so_far(uncounted=frozenset({neighbour}), hard_sets={day: before})
        schedule = with_day(schedule, neighbour, ())
    else:
        begun = so_far(hard_sets={day: before - 1})
        schedule = with_day(schedule, neighbour, (hard,))
    return replace(solved.problem, begun=begun), schedule


def broken_orders(draw: Draw, solved: SolvedWeek) -> dict[str, dict[str, object]]:
    """Return an order of every kind and about everything that this week does not keep."""
    problem, schedule = solved.problem, solved.schedule
    knowledge = problem.knowledge
    day = some_day(draw, schedule)
    items = schedule.days[day]
    one = draw(st.sampled_from(items))
    exercise = knowledge.exercises[one.exercise]
    weekday = problem.days[day].weekday
    empty = next(d.weekday for d in problem.days if not schedule.days[d.index])
    size = sum(item.block == "main" for item in items)
    where = draw(st.sampled_from([{}, {"day": weekday}]))
    dose = draw(
        st.sampled_from(
            [{"reps": one.reps + 1}, {"sets": one.sets + 1}, {"hold_s": (one.hold_s or 0) + 1}]
        )
    )
    changed = {"sets": one.sets, **dose}
    name = {"exercise": one.exercise}
    family = {"family": exercise.family}
    credited = {
        side: sum(
            knowledge.exercises[item.exercise].credits.get(side, 0) * item.sets
            for items in schedule.days
            for item in items
        )
        for side in ("abdominal", "lumbar")
    }
    ratio = int(100 * credited["abdominal"] / credited["lumbar"])
    used = {item.exercise for items in schedule.days for item in items}
    families = {knowledge.exercises[name].family for name in used}
    absent = next(e.family for e in knowledge.exercises.values() if e.family not in families)
    ways: dict[str, dict[str, object]] = {
        "require": {"kind": "require", **name, "day": empty},
        "require a family": {"kind": "require", "family": absent},
        "forbid": {"kind": "forbid", **name, **where},
        "forbid a family": {"kind": "forbid", **family, **where},
        "fix_day": {"kind": "fix_day", **name, "day": empty},
        "fix_dose": {"kind": "fix_dose", **name, **dose},
        "lock": {"kind": "lock", **name, "day": weekday, **changed},
        "lock on another day": {"kind": "lock", **name, "day": empty, "sets": one.sets},
        "train": {"kind": "train", "day": empty},
        "rest": {"kind": "rest", "day": weekday},
        "fewer": {"kind": "session_size", "at_most": size - 1} if size > 1 else {},
        "more": {"kind": "session_size", "at_least": size + 1},
        "less abdominal": {"kind": "balance_band", "low_percent": 0, "high_percent": ratio - 1},
        "less lumbar": {"kind": "balance_band", "low_percent": ratio + 2, "high_percent": 1000},
        "cap minutes": {"kind": "cap", "minutes": 5, **where},
        "cap sets": {"kind": "cap", **draw(st.sampled_from([name, family, {}])), "sets": 1},
        "cap sets a week": {"kind": "cap", "sets_a_week": 1},
        "cap holds": {"kind": "cap", **name, "hold_s": (one.hold_s or 1) - 1 or 1},
        "cap load": {"kind": "cap", **name, "load": "none"},
    }
    keeps = {"cap sets": all(item.sets == 1 for items in schedule.days for item in items),
             "cap holds": (one.hold_s or 1) == 1, "cap load": one.load == "none"}  # fmt: skip
    for demand in exercise.demands:
        ways["forbid a demand"] = {"kind": "forbid", "demand": demand, **where}
    for piece in exercise.equipment.all_of:
        if not knowledge.equipment[piece].substitutes:
            ways["forbid a piece"] = {"kind": "forbid", "equipment": piece, **where}
    if ways["cap sets"].get("exercise") or ways["cap sets"].get("family"):
        keeps["cap sets"] = one.sets == 1
    return {way: order for way, order in ways.items() if order and not keeps.get(way)}


def after(solved: SolvedWeek, **changes: Any) -> Problem:
    """Return the problem as that of a week that follows an equal one, which it just keeps."""
    schedule, knowledge = solved.schedule, solved.problem.knowledge
    items = [one for day in schedule.days for one in day]
    halves: dict[Any, int] = {}
    sets: dict[str, int] = {}
    for one in items:
        sets[one.exercise] = sets.get(one.exercise, 0) + one.sets
        for region, share in knowledge.exercises[one.exercise].credits.items():
            halves[region] = halves.get(region, 0) + round(2 * share * one.sets)
    main = frozenset(one.exercise for one in items if one.block == "main")
    before = Before(
        schedule=schedule,
        half_sets_at_most=halves,
        main_sets_at_most=sum(one.sets for one in items if one.block == "main"),
        sets_at_most=sets,
        keep=main,
        known=main,
        new_at_most=0,
    )
    return replace(solved.problem, before=replace(before, **changes))


def break_growth(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    schedule = solved.schedule
    one = draw(st.sampled_from([one for day in schedule.days for one in day]))
    more = change_one(draw, schedule, one.__eq__, sets=one.sets + 1)
    one_more = {"half_sets_at_most": {}, "sets_at_most": {one.exercise: one.sets - 1}}
    return after(solved, **draw(st.sampled_from([{}, one_more]))), more


def break_familiar(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem = after(solved)
    assert problem.before is not None
    one = draw(st.sampled_from(sorted(problem.before.known)))
    days = [tuple(i for i in day if i.exercise != one) for day in solved.schedule.days]
    known = problem.before.known - {one}
    if draw(st.booleans()):
        return after(solved, known=known, keep=known), solved.schedule
    return problem, Schedule(tuple(days))


def break_border(draw: Draw, solved: SolvedWeek) -> tuple[Problem, Schedule]:
    problem, schedule = solved.problem, solved.schedule
    session = schedule.days[some_day(draw, schedule)]
    lift = problem.knowledge.exercises["superman"]
    extension = problem.knowledge.exercises["hyperextension_roman_chair"]
    hard = item(problem, extension, effort=7, hard=True)
    ways = (
        ((session,) * 7, session),
        (((),) * 6 + ((hard,),), (hard,)),
        (((),) * 6 + ((item(problem, lift),),), (hard,)),
        (((),) * 6 + ((hard,),), (item(problem, lift),)),
        (((),) * 3 + ((item(problem, lift),),) * 2 + ((), ()), (item(problem, lift),)),
    )
    earlier, first = draw(st.sampled_from(ways))
    return after(solved, schedule=Schedule(earlier)), with_day(schedule, 0, first)


BREAKERS: dict[str, Breaker] = {
    name.removeprefix("break_"): breaker
    for name, breaker in list(globals().items())
    if name.startswith("break_")
}


def test_every_constraint_has_a_way_to_break_it() -> None:
    assert set(BREAKERS) == {constraint.NAME for constraint in constraints.ALL}


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_the_weeks_of_the_examples_break_nothing(name: str) -> None:
    solved = solved_example(name)
    assert check_all(solved.problem, solved.schedule) == ()


@pytest.mark.parametrize("constraint", constraints.ALL, ids=lambda one: one.NAME)
def test_a_broken_week_fails_the_check(constraint: Constraint) -> None:
    @settings(max_examples=60)
    @given(st.sampled_from(EXAMPLE_NAMES), st.data())
    def fails(name: str, data: st.DataObject) -> None:
        solved = solved_example(name)
        problem, schedule = BREAKERS[constraint.NAME](data.draw, solved)
        found = list(constraint.check(problem, schedule))
        assert found
        assert all(violation.constraint == constraint.NAME for violation in found)
        assert all(violation.sentence for violation in found)

    fails()


def test_the_level_of_an_intake_is_the_one_of_its_training_age() -> None:
    for name in EXAMPLE_NAMES:
        problem = solved_example(name).problem
        assert problem.level == level_of(problem.knowledge, problem.intake)
