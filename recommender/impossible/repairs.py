"""Repairs: the smallest changes that make the whole week possible, each tried by solving."""

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

from recommender.answers import Answer, Change, Step
from recommender.impossible.clashes import AnswerSet
from recommender.impossible.trials import Trials, smallest
from recommender.plan import Repair

WAYS_AT_MOST = 6
"""How many ways to change the same answers are told, such as another day or another piece."""

SOLVES_AT_MOST = 80
"""After so many solves no further repair is looked for; the ones found are told all the same."""

Way = tuple[Change, ...]
"""Changes that make the whole week possible together, and none of which can be left out."""


def repairs_of(
    answers: Sequence[Answer], cures: Sequence[AnswerSet], trials: Trials, final: Trials
) -> list[Repair]:
    """Return the repairs that cures lead to, the smallest first; ties by fewer changes.

    None contains another, because none of its changes can be left out. `final` has the last word
    on each; a way that is not enough for it is widened.
    """
    enough_before: set[int | None] = set()
    done: set[frozenset[str]] = set()
    repairs: list[tuple[Step, ...]] = []
    last = trials.count + SOLVES_AT_MOST
    sources = [itertools.islice(_ways(answers, cure, trials), WAYS_AT_MOST) for cure in cures]
    for way in _in_turns(sources):
        if repairs and trials.count >= last:
            break
        if _fields(way) in done:
            continue
        done.add(_fields(way))
        steps = _least(way, trials, enough_before)
        if not final.solved(steps):
            wider = [*way, *_others(answers, way)]
            if not _enough(final, wider):
                continue
            way = smallest(wider, partial(_enough, final))
            steps = _least(way, final, enough_before)
            if _fields(way) in done or not final.solved(steps):
                continue
            done.add(_fields(way))
        enough_before.update(step.value for step in steps)
        repairs.append(steps)
    repairs.sort(key=lambda steps: (sum(step.size for step in steps), len(steps)))
    return [_repair(steps) for steps in repairs]


def _fields(way: Way) -> frozenset[str]:
    return frozenset(change[0].field for change in way)


def _in_turns(sources: Sequence[Iterator[Way]]) -> Iterator[Way]:
    """Yield the first of each source, then the second of each, and so on."""
    waiting = list(sources)
    while waiting:
        source = waiting.pop(0)
        for way in itertools.islice(source, 1):
            yield way
            waiting.append(source)


def _ways(answers: Sequence[Answer], cure: AnswerSet, trials: Trials) -> Iterator[Way]:
    """Yield ways to change the answers of a cure, each of them a little.

    Of an answer with several changes (the pieces of a place, the days without time) as few as it
    takes are used; the further ways have another change in place of one of those.
    """
    enough = partial(_enough, trials)
    way = smallest([change for answer in cure for change in answer.changes], enough)
    yield way
    yield from _mixed_ways(answers, way, trials)
    for answer in cure:
        others = [change for change in answer.changes if change not in way]
        for left_out in (change for change in way if change in answer.changes):
            rest = [change for change in way if change is not left_out]
            if enough([*rest, *others]):  # else none of them is worth a trial
                instead = ([*rest, other] for other in others)
                yield from (smallest(changes, enough) for changes in instead if enough(changes))


def _mixed_ways(answers: Sequence[Answer], way: Sequence[Change], trials: Trials) -> Iterator[Way]:
    """Yield ways that change other answers in place of one of several changes of the same answer.

    Two wishes may lack a piece each. Bringing both pieces changes one answer; bringing one and
    dropping the other wish changes two, and may be less all the same.
    """
    for answer in answers:
        shared = [change for change in way if change in answer.changes]
        others = [change for change in _others(answers, way) if change not in answer.changes]
        for avoided in shared if len(shared) > 1 else ():
            left = [*(change for change in way if change is not avoided), *others]
            if _enough(trials, left):
                yield smallest(left, partial(_enough, trials))


def _others(answers: Sequence[Answer], way: Sequence[Change]) -> list[Change]:
    """Return the changes that are not in a way, those that begin smallest first."""
    others = [change for answer in answers for change in answer.changes if change not in way]
    return sorted(others, key=lambda change: change[0].size)


def _least(
    way: Sequence[Change], trials: Trials, enough_before: Collection[int | None]
) -> tuple[Step, ...]:
    """Return the changes as small as can be, each given those before it."""
    steps = [change[-1] for change in way]
    for index, change in enumerate(way):
        before, after = steps[:index], steps[index + 1 :]
        steps[index] = _first(change, partial(_possible_with, trials, before, after), enough_before)
    return tuple(steps)


def _possible_with(
    trials: Trials, before: Sequence[Step], after: Sequence[Step], step: Step
) -> bool:
    return trials.possible([*before, step, *after])


def _first(
    steps: Sequence[Step], helps: Callable[[Step], bool], guesses: Collection[int | None]
) -> Step:
    """Return the first step that helps. The last one does, and so do all after the first.

    The guesses are tried first, because the minutes that one day needs are often those that
    another day needs; then ever longer leaps, because most changes that help are small.
    """
    low, high = 0, len(steps) - 1
    guessed = [index for index, step in enumerate(steps) if step.value in guesses]
    probes = [index - below for index in guessed for below in (0, 1)]
    leap = 1
    while low < high:
        inside = [probe for probe in probes if low <= probe < high]
        probe = inside[0] if inside else min(low + leap - 1, (low + high) // 2)
        if helps(steps[probe]):
            high = probe
        else:
            low = probe + 1
            leap *= 2
    return steps[high]


def _enough(trials: Trials, changes: Sequence[Change]) -> bool:
    return trials.possible([change[-1] for change in changes])


def _repair(way: Sequence[Step]) -> Repair:
    together = ["Together:"] if len(way) > 1 else []
    return Repair(
        change={step.field: step.value for step in way},
        sentence=" ".join([*together, *(step.sentence for step in way)]),
        verified=True,
    )
