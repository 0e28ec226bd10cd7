"""Clashes of the answers, and the answers that have to change together.

A clash is an irreducible set of answers: with all of them there is no week, and without any one of
them there is. A cure is an irreducible set of answers too: lifting them all makes the week
possible, lifting fewer does not. Every cure takes at least one answer of every clash, and every
set that does so and is no cure shows one more clash. So the two are found in turn::

    take the smallest set of answers that has one of each clash found so far
    a week is possible without them:  they are a cure
    it is not:                        there is a clash among the other answers

until every such set contains a cure. Then all clashes and all cures are known.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import constraints
from constraints import Constraint
from constraints.problem import Problem
from recommender.answers import Answer, Step, listed
from recommender.impossible.trials import Trials, smallest
from recommender.solve import is_possible

SOLVES_AT_MOST = 100
"""After so many solves no further clash is looked for; the ones found are told all the same."""

FIXED = frozenset({"eligibility", "orders"})
"""Constraints that are never named as limits: safety is not negotiable, orders are answers."""

AnswerSet = tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Clashes in order of discovery, and cures in order of their least size."""

    clashes: tuple[AnswerSet, ...]
    cures: tuple[AnswerSet, ...]


def lifted(answers: Iterable[Answer]) -> list[Step]:
    """Return the steps that lift all the answers."""
    return [step for answer in answers for step in answer.lifted]


def clashes_and_cures(answers: Sequence[Answer], trials: Trials) -> Found:
    """Return the clashes and cures of answers that have no week as they are and one if all lifted.

    They are all there are, unless `SOLVES_AT_MOST` ended the search; one cure there is in any case.
    """
    place = {answer.field: index for index, answer in enumerate(answers)}
    clashes: list[AnswerSet] = []
    cures: list[AnswerSet] = []
    waiting: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    seen: set[tuple[int, ...]] = {()}
    while waiting and (trials.count < SOLVES_AT_MOST or not cures):
        size, chosen = heapq.heappop(waiting)
        lifting = [answers[index] for index in chosen]
        if any(set(cure) <= set(lifting) for cure in cures):
            continue
        unhurt = next((clash for clash in clashes if not set(clash) & set(lifting)), None)
        if unhurt is None:
            if trials.possible(lifted(lifting)):
                cures.append(tuple(lifting))
                continue
            unhurt = clash_in(answers, lifting, trials)
            clashes.append(unhurt)
        for answer in unhurt:
            more = tuple(sorted((*chosen, place[answer.field])))
            if more not in seen:
                seen.add(more)
                heapq.heappush(waiting, (size + answer.least_size, more))
    return Found(tuple(clashes), tuple(cures))


def clash_in(answers: Sequence[Answer], lifting: Iterable[Answer], trials: Trials) -> AnswerSet:
    """Return a clash that holds none of the answers to lift, without which there is no week yet.

    What people change most easily is preferred in it.
    """
    suspects = [answer for answer in answers if answer not in lifting]

    def no_week(kept: Sequence[Answer]) -> bool:
        return not trials.possible(lifted(answer for answer in answers if answer not in kept))

    clash = smallest(suspects[::-1], no_week)
    return tuple(answer for answer in answers if answer in clash)


def limits_of(problem: Problem) -> tuple[Constraint, ...]:
    """Return the limits of the product without any one of which this week would be possible.

    Halves are tried first: rules that do not help together do not help alone.
    """
    groups: list[list[Constraint]] = [[r for r in constraints.ALL if r.NAME not in FIXED]]
    while any(len(group) > 1 for group in groups):
        halves = [
            half
            for group in groups
            for half in (group[: len(group) // 2], group[len(group) // 2 :])
            if half
        ]
        groups = [half for half in halves if half in groups or _decides(half, problem)]
    return tuple(rule for group in groups for rule in group)


def _decides(rules: Sequence[Constraint], problem: Problem) -> bool:
    return is_possible(problem, [rule for rule in constraints.ALL if rule not in rules])


def words(clash: AnswerSet) -> str:
    """Return the answers of a clash in one sentence, those of one subject together."""
    by_subject: dict[str, list[str]] = {}
    for answer in clash:
        by_subject.setdefault(answer.subject or answer.field, []).append(answer.statement)
    subjects = {answer.subject for answer in clash}
    return "; ".join(
        f"{subject} {listed(said)}" if subject in subjects else listed(said)
        for subject, said in by_subject.items()
    )
