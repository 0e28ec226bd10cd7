"""What a week loses against another, tier by tier, in the words of people."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from recommender.answers import DAY_NAMES
from recommender.explain.explanation import Loss, Rank
from recommender.explain.figures import Figures

TIE_BREAK = "choice"
"""The tier that only tells equal weeks apart."""
EQUAL = "the same in every tier"
EQUAL_BUT_ORDER = "the same in every tier but the fixed order"
_MORE, _FEWER = "more", "fewer"


def loss_of(
    plan: Figures, other: Figures, proven: Iterable[str], tiers: int | None = None
) -> Loss | None:
    """Return how `other` compares with the plan in the first tier that differs.

    `proven` are the tiers that were proven for `other`. With `tiers`, only so many are looked at,
    and the result is None if they are all equal.
    """
    before, after = plan.values(), other.values()
    known = frozenset(proven)
    sure = True
    for name in list(before)[:tiers]:
        sure = sure and name in known
        by = after[name] - before[name]
        if by and name != TIE_BREAK:
            rank: Rank = "worse" if by > 0 else "better"
            return Loss(rank=rank, tier=name, by=by, words=tier_words(name, plan, other),
                        proven=sure)  # fmt: skip
        if by:
            return Loss(rank="same", tier=name, by=by, words=EQUAL_BUT_ORDER, proven=sure)
    if tiers is not None and tiers < len(before):
        return None
    return Loss(rank="same", tier=None, by=0, words=EQUAL, proven=sure)


def tier_words(tier: str, plan: Figures, other: Figures) -> str:
    """Return what is different in a tier, such as: 2 half sets more missing from the hip target."""
    return ", ".join(_WORDS[tier](plan, other))


def count(number: int, noun: str, nouns: str = "") -> str:
    """Return a number with its noun: 1 set, 2 sets."""
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"


def _change(
    by: int, noun: str, nouns: str = "", words: tuple[str, str] = (_MORE, _FEWER)
) -> Iterator[str]:
    """Yield a difference in words, and nothing where there is none: 2 sets more."""
    if by:
        yield f"{count(abs(by), noun, nouns)} {words[0] if by > 0 else words[1]}"


def _shortfall(plan: Figures, other: Figures) -> Iterator[str]:
    by_region = {region: other.missing[region] - plan.missing[region] for region in plan.missing}
    for region, by in by_region.items():
        for words in _change(by, "half set"):
            yield f"{words} missing from the {region} target"
    if len({by > 0 for by in by_region.values() if by}) > 1:
        whole = _change(other.weighted_missing - plan.weighted_missing, "half set")
        yield f"weighted by importance that is {''.join(whole)}"


def _unsuitability(plan: Figures, other: Figures) -> Iterator[str]:
    above = other.above - plan.above
    fit = ("less suitable for you", "more suitable for you")
    yield from _change(other.points + above - plan.points, "point", words=fit)
    for words in _change(above, "half set"):
        yield f"with {words} above the targets"


def _rhythm(plan: Figures, other: Figures) -> Iterator[str]:
    """Yield only the part that decides: days in a row, then their number."""
    if plan.in_a_row != other.in_a_row:
        words = (f"{_MORE} in a row", f"{_FEWER} in a row")
        by = other.in_a_row - plan.in_a_row
        yield from _change(by, "pair of training days", "pairs of training days", words)
    else:
        words = ("further from the usual number", "nearer to the usual number")
        yield from _change(other.off_usual - plan.off_usual, "session", words=words)


def _first_days(plan: Figures, other: Figures) -> Iterator[str]:
    later = "later" if other.earliest > plan.earliest else "earlier"
    yield f"{later} days ({', '.join(DAY_NAMES[day] for day in other.days)})"


def _variety(plan: Figures, other: Figures) -> Iterator[str]:
    by = other.exercises - plan.exercises
    yield from _change(by, "different exercise", "different exercises")
    if other.wants_many:
        yield "and you asked for many"


def _evenness(plan: Figures, other: Figures) -> Iterator[str]:
    apart, unequal = other.apart - plan.apart, other.off_balance - plan.off_balance
    if apart * unequal < 0:
        words = ("less even in sum", "more even in sum")
        yield from _change(apart + unequal, "set", words=words)
    for text in _change(apart, "main set"):
        yield f"{text} between the largest and the smallest session"
    sides = ("further from equal sides in a session", "nearer to equal sides in a session")
    yield from _change(unequal, "set", words=sides)


def _items(plan: Figures, other: Figures) -> Iterator[str]:
    for words in _change(other.items - plan.items, "item"):
        yield f"{words} in the week"


def _changes(plan: Figures, other: Figures) -> Iterator[str]:
    yield from _change(
        other.kinds - plan.kinds, "piece of equipment or position",
        "pieces of equipment or positions",
    )  # fmt: skip


def _choice(plan: Figures, other: Figures) -> Iterator[str]:
    where: Literal["later", "earlier"] = "later" if other.choice > plan.choice else "earlier"
    yield f"{where} in the fixed order"


_WORDS: dict[str, Callable[[Figures, Figures], Iterator[str]]] = {
    "shortfall": _shortfall,
    "rhythm": _rhythm,
    "unsuitability": _unsuitability,
    "first_days": _first_days,
    "variety": _variety,
    "changes": _changes,
    "choice": _choice,
    "evenness": _evenness,
    "items": _items,
}
