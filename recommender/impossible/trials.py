"""Tries changes of the answers by solving, and remembers what came out.

A step further in a change only allows more. So what is possible stays possible with further steps,
and what is impossible stays so with fewer; much is known without solving again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import TypeVar

from knowledge import Intake
from recommender.answers import Step

Part = TypeVar("Part")
Sizes = Mapping[str, int]
"""How far each field is changed; a field that is missing is left as it is."""


class Trials:
    """The intake, whether a changed one has a week, and all that is known of that."""

    def __init__(self, intake: Intake, has_week: Callable[[Intake], bool]) -> None:
        """Start with nothing known."""
        self._intake = intake
        self._has_week = has_week
        self._known: dict[frozenset[tuple[str, int]], bool] = {}
        self._most_generous: dict[bool, list[Sizes]] = {True: [], False: []}

    @property
    def count(self) -> int:
        """Return how many weeks have been solved for."""
        return len(self._known)

    def changed(self, steps: Iterable[Step]) -> Intake:
        """Return the intake with the steps made."""
        return reduce(lambda one, step: step.edit(one), steps, self._intake)

    def solved(self, steps: Sequence[Step]) -> bool:
        """Return whether a week is possible with exactly these steps, by solving."""
        key = frozenset((step.field, step.size) for step in steps)
        if key not in self._known:
            self._known[key] = self._has_week(self.changed(steps))
            self._most_generous[self._known[key]].append(dict(key))
        return self._known[key]

    def possible(self, steps: Sequence[Step]) -> bool:
        """Return the same, by what is known of more and of fewer steps where that is enough."""
        sizes = {step.field: step.size for step in steps}
        if any(_at_most(known, sizes) for known in self._most_generous[True]):
            return True
        if any(_at_most(sizes, known) for known in self._most_generous[False]):
            return False
        return self.solved(steps)


def _at_most(one: Sizes, other: Sizes) -> bool:
    return all(size <= other.get(field, 0) for field, size in one.items())


def smallest(parts: Sequence[Part], enough: Callable[[Sequence[Part]], bool]) -> tuple[Part, ...]:
    """Return parts that are enough together and no longer without any one of them.

    All parts must be enough, and more parts never less than fewer. Later parts are dropped first:
    one, and as long as that goes well twice as many at a time; half as many where it does not.
    """
    kept = list(parts)
    end, number = len(kept), 1
    while end:
        start = max(0, end - number)
        fewer = [*kept[:start], *kept[end:]]
        if enough(fewer):
            kept, end, number = fewer, start, 2 * number
        elif end - start > 1:
            number = (end - start) // 2
        else:
            end = start
    return tuple(kept)
