"""Equipment: an exercise is done only where the place of the day has what it needs.

For candidate e, day d, and have(p, x) true if place p has enough pieces of x or of one substitute::

    use[e, d] = 0    unless have(place[d], x) for all x of all_of(e)
                     and, where any_of(e) is not empty, have(place[d], x) for some x of any_of(e)

and, where a rule wants support for e, one of the pieces to hold on to (from YAML) in the place.
A substitute stands in for the piece that names it, never the reverse, and pieces are not mixed.
"""

from collections.abc import Iterator, Mapping

from constraints import derived
from constraints.problem import Problem
from constraints.schedule import Schedule, Violation
from constraints.week_model import WeekModel
from knowledge import Exercise, Knowledge

NAME = "equipment"
SENTENCE = "An exercise is planned only where its equipment is."


def fits(knowledge: Knowledge, exercise: Exercise, have: Mapping[str, int]) -> bool:
    """Return whether a place that has `have` (piece -> number) suits the exercise."""

    def enough(piece: str, count: int) -> bool:
        pieces = (piece, *knowledge.equipment[piece].substitutes)
        return any(have.get(one, 0) >= count for one in pieces)

    needs = exercise.equipment
    return all(enough(*need) for need in needs.all_of.items()) and (
        not needs.any_of or any(enough(*need) for need in needs.any_of.items())
    )


def fits_support(knowledge: Knowledge, have: Mapping[str, int]) -> bool:
    """Return whether a place has something steady to hold on to."""
    pieces = knowledge.dosing.cap_cues.support_pieces
    return any(have.get(one, 0) for one in pieces)


def post(week: WeekModel) -> None:
    """Forbid every exercise on the days whose place lacks its equipment."""
    problem = week.problem
    for candidate in problem.candidates:
        for day in problem.open_days():
            suits = fits(problem.knowledge, candidate.exercise, day.equipment)
            if candidate.support and not fits_support(problem.knowledge, day.equipment):
                suits = False
            if not suits:
                week.model.add(week.use[candidate.id, day.index] == 0)


def check(problem: Problem, schedule: Schedule) -> Iterator[Violation]:
    """Yield a violation for every piece that is missing on a day."""
    for index, items in enumerate(schedule.days):
        place = problem.intake.place_of(problem.days[index].weekday)
        for item in items:
            lacking = list(missing(problem, index, problem.knowledge.exercises[item.exercise]))
            if derived.wants_support(problem, item):
                steady = problem.knowledge.dosing.cap_cues.support_pieces
                if not any(_at_hand(problem, index, piece, 1) for piece in steady):
                    lacking.append("something steady to hold on to")
            if lacking:
                yield Violation(
                    NAME,
                    f"{item.exercise} needs {' and '.join(lacking)}, which "
                    f"{place or 'the day'} does not have",
                    index,
                    item.exercise,
                )


def missing(problem: Problem, day: int, exercise: Exercise) -> Iterator[str]:
    """Yield what the place of a day lacks for an exercise; for the checkers."""
    needs = exercise.equipment
    for piece, count in needs.all_of.items():
        if not _at_hand(problem, day, piece, count):
            yield piece
    if needs.any_of:
        for piece, count in needs.any_of.items():
            if _at_hand(problem, day, piece, count):
                break
        else:
            yield " or ".join(needs.any_of)


def _at_hand(problem: Problem, day: int, piece: str, count: int) -> bool:
    place = problem.intake.place_of(problem.days[day].weekday)
    stock = {} if place is None else problem.intake.places[place]
    if piece in stock and stock[piece] >= count:
        return True
    for other in problem.knowledge.equipment[piece].substitutes:
        if other in stock and stock[other] >= count:
            return True
    return False
