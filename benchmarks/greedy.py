"""A week as a fitness app fills it: day by day, best suited first, the two sides in turn.

It keeps to what the person may do, to the equipment and to the minutes, and looks neither ahead
nor back. So it says what the search is worth: the rules of `check_all` that it breaks, and its
shortfall and balance beside those of the solved week.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from constraints import check_all
from constraints.equipment import fits, fits_support
from constraints.problem import Candidate, Day, Problem
from constraints.schedule import Schedule
from knowledge.schema.exercise import REGIONS, Block, Side
from recommender.decode import decode

TURNS: tuple[Side, ...] = ("abdominal", "lumbar")


@dataclass(frozen=True, slots=True)
class Quality:
    """What a week is worth. `broken` are the names of the rules that it breaks, each once.

    `shortfall` counts weighted half sets below the targets, as the first tier does; `sets_apart`
    and `exercises_apart` are the differences of the two sides over the week.
    """

    broken: tuple[str, ...]
    shortfall: int
    sets_apart: int
    exercises_apart: int


def quality(problem: Problem, schedule: Schedule) -> Quality:
    """Return what a week is worth, by plain arithmetic on the finished plan."""
    exercises = problem.knowledge.exercises
    items = [item for day in schedule.days for item in day]
    shortfall = 0
    for region in REGIONS:
        done = sum(round(2 * exercises[i.exercise].credits.get(region, 0)) * i.sets for i in items)
        shortfall += problem.weights[region] * max(0, problem.targets[region] - done)
    sets = [sum(item.sets for item in items if item.side == side) for side in TURNS]
    names = [len({item.exercise for item in items if item.side == side}) for side in TURNS]
    return Quality(
        broken=tuple(dict.fromkeys(one.constraint for one in check_all(problem, schedule))),
        shortfall=shortfall,
        sets_apart=abs(sets[0] - sets[1]),
        exercises_apart=abs(names[0] - names[1]),
    )


def greedy_week(problem: Problem) -> Schedule:
    """Return the week that is filled without a search; it may break rules."""
    queues = {side: _best_first(problem, "main", side) for side in TURNS}
    sets: dict[tuple[str, int], int] = {}
    days = list(problem.open_days())
    for day in days[: problem.intake.sessions.at_most]:
        chosen = _session(problem, day, queues)
        sets.update({(name, day.index): count for name, count in chosen.items()})
    return decode(problem, sets)


def _best_first(problem: Problem, block: Block, side: Side) -> list[Candidate]:
    found = [c for c in problem.candidates if (c.exercise.block, c.exercise.side) == (block, side)]
    return sorted(found, key=lambda candidate: (candidate.penalty, candidate.id))


def _session(problem: Problem, day: Day, queues: dict[Side, list[Candidate]]) -> dict[str, int]:
    """Return exercise -> sets of one day, or nothing if no main exercise fits.

    What was chosen goes to the end of its queue, so that the next day takes something else.
    """
    transfer = 2 * problem.knowledge.dosing.times.floor_transfer_s
    chosen: dict[str, int] = {}
    left = day.seconds
    on_floor = False

    def add(candidates: Iterable[Candidate]) -> Candidate | None:
        nonlocal left, on_floor
        for candidate in _suited(problem, day, candidates):
            down = transfer if candidate.exercise.on_floor and not on_floor else 0
            for count in range(candidate.dose.sets[1], candidate.dose.sets[0] - 1, -1):
                if candidate.id not in chosen and candidate.seconds[count] + down <= left:
                    chosen[candidate.id] = count
                    left -= candidate.seconds[count] + down
                    on_floor |= candidate.exercise.on_floor
                    return candidate
        return None

    add(_best_first(problem, "warm_up", "none"))
    add(_best_first(problem, "cool_down", "none"))
    mains = stuck = 0
    while mains < problem.intake.exercises_per_session and stuck < len(TURNS):
        side = TURNS[(mains + stuck) % len(TURNS)]
        added = add(queues[side])
        if added is None:
            stuck += 1
            continue
        queues[side].remove(added)
        queues[side].append(added)
        mains, stuck = mains + 1, 0
    return chosen if mains else {}


def _suited(problem: Problem, day: Day, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield those that the place and the hour of the day allow."""
    for candidate in candidates:
        steady = not candidate.support or fits_support(problem.knowledge, day.equipment)
        late = day.hours_awake is None or day.hours_awake >= candidate.hours_since_waking
        if steady and late and fits(problem.knowledge, candidate.exercise, day.equipment):
            yield candidate
