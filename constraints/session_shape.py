"""Session shape: warm-up, a few main exercises, cool-down, in an order that makes sense.

For every day d, with W, M and C the warm-up, main and cool-down candidates::

    w_lo * train[d] <= sum_{e in W} use[e, d] <= w_hi * train[d]
    c_lo * train[d] <= sum_{e in C} use[e, d] <= c_hi * train[d]
                       sum_{e in M} use[e, d] <= m * train[d]

so that nothing is planned on a day without strength or stability work for abdomen or back. Within
a session: warm-up, main, cool-down; in each block standing work before the floor (in the cool-down
after it); in the main block hinges first, then strength, then holds, so that no long hold precedes
a hinge.
"""

import itertools
from collections.abc import Iterator

from constraints.problem import SESSION_KINDS, Problem, makes_session
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel
from knowledge import Exercise

NAME = "session_shape"
SENTENCE = "A session has a warm-up, a few main exercises and a cool-down."

_BLOCKS = ("warm_up", "main", "cool_down")
_POSITIONS = ("standing", "bench", "seated", "kneeling", "lying")


def order_key(exercise: Exercise) -> tuple[int | str, ...]:
    """Return where an exercise stands in a session: smaller first."""
    position = _POSITIONS.index(exercise.position)
    floor = exercise.on_floor
    if exercise.block == "cool_down":
        position, floor = -position, not floor
    hinge = "hip_hinge" in exercise.demands and exercise.kind == "strength"
    work = ("strength", "stability").index(exercise.kind) if exercise.kind in SESSION_KINDS else 2
    block = _BLOCKS.index(exercise.block)
    return block, floor, not hinge, position, work, exercise.step, exercise.id


def post(week: WeekModel) -> None:
    """Tie every block of every day to whether there is a session."""
    problem = week.problem
    limits = problem.knowledge.dosing.week
    bounds = {
        "warm_up": limits.warm_up_items,
        "main": (0, problem.intake.exercises_per_session),
        "cool_down": limits.cool_down_items,
    }
    for day, train in week.train.items():
        for block, (fewest, most) in bounds.items():
            uses = [week.use[c.id, day] for c in problem.candidates if c.exercise.block == block]
            week.model.add(week.sum(uses) >= fewest * train)
            week.model.add(week.sum(uses) <= most * train)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for each block with too few or too many items, and for a wrong order."""
    limits = problem.knowledge.dosing.week
    for index, items in enumerate(schedule.days):
        if not items:
            continue
        weekday = problem.days[index].weekday
        exercises = [problem.knowledge.exercises[item.exercise] for item in items]
        if not any(makes_session(exercise) for exercise in exercises):
            yield Violation(
                NAME,
                f"{weekday} has no strength or stability exercise for the abdomen or the back",
                index,
            )
        counts = {block: sum(e.block == block for e in exercises) for block in _BLOCKS}
        for block, (fewest, most) in (
            ("warm_up", limits.warm_up_items),
            ("main", (1, problem.intake.exercises_per_session)),
            ("cool_down", limits.cool_down_items),
        ):
            if not fewest <= counts[block] <= most:
                name = block.replace("_", "-")
                sentence = f"{weekday} has {counts[block]} {name} exercises; expected {fewest} to "
                yield Violation(NAME, f"{sentence}{most}", index)
        yield from _check_order(index, weekday, exercises)


def _check_order(index: int, weekday: str, exercises: list[Exercise]) -> Iterator[Violation]:
    for earlier, later in itertools.pairwise(exercises):
        if _BLOCKS.index(earlier.block) > _BLOCKS.index(later.block):
            sentence = f"{weekday}: {later.id} ({later.block}) comes after {earlier.id}"
            yield Violation(NAME, sentence, index, later.id)
    main = [exercise for exercise in exercises if exercise.block == "main"]
    for position, exercise in enumerate(main):
        if "hip_hinge" not in exercise.demands or exercise.kind != "strength":
            continue
        for earlier in main[:position]:
            if earlier.kind != "strength" and earlier.on_floor == exercise.on_floor:
                sentence = f"{weekday}: {earlier.id} comes before the hinge {exercise.id}"
                yield Violation(NAME, sentence, index, exercise.id)
