"""The summary as one page: what became of the people, and how long their weeks are (SVG).

Nothing in it was typed by anybody: the words are ours and the rest is numbers.
"""

from collections.abc import Iterator, Sequence

from recommender.batch.summary import OUTCOME_NAMES, Tally

WIDTH, HEIGHT = 800, 520
LEFT, RIGHT = 40, 760
COLOURS = {
    "optimal": "#1b7837",
    "feasible": "#7fbf7b",
    "referred": "#d6a400",
    "impossible": "#c2662d",
    "bad_row": "#8c8c8c",
    "failed": "#b2182b",
}
MOST_BARS = 24


def picture(tally: Tally) -> str:
    """Return the page as an SVG document."""
    body = "\n".join((*_heading(tally), *_outcomes(tally), *_minutes(tally)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="14" fill="#222" role="img">\n'
        f"<title>A class of {tally.people}</title>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _heading(tally: Tally) -> Iterator[str]:
    yield _text(LEFT, 45, f"A class of {tally.people}", size=24)
    if tally.plans:
        yield _text(
            LEFT, 72,
            f"{tally.plans} with a week: {tally.sessions / tally.plans:.1f} sessions and "
            f"{tally.minutes / tally.plans:.0f} minutes on average, {tally.abdominal_sets:g} "
            f"abdominal to {tally.lumbar_sets:g} lumbar sets.",
        )  # fmt: skip


def _outcomes(tally: Tally) -> Iterator[str]:
    most = max(tally.outcomes.values(), default=1)
    shown = [name for name in OUTCOME_NAMES if tally.outcomes[name]]
    for row, name in enumerate(shown):
        count, top = tally.outcomes[name], 100 + 26 * row
        width = max(2.0, 500 * count / most)
        yield _text(LEFT, top + 14, OUTCOME_NAMES[name])
        yield _bar(200, top, width, 18, COLOURS[name])
        yield _text(208 + width, top + 14, str(count))


def _minutes(tally: Tally) -> Iterator[str]:
    """Yield a bar for each ten minutes of training a week; the last holds all that is longer."""
    if not tally.minutes_by_ten:
        return
    longest = min(max(tally.minutes_by_ten), MOST_BARS - 1)
    counts = [tally.minutes_by_ten[ten] for ten in range(longest)]
    counts.append(tally.plans - sum(counts))
    step = (RIGHT - LEFT) / len(counts)
    yield _text(LEFT, 295, "People by minutes of training a week")
    yield from _columns(counts, step, max(counts))
    yield f'<path d="M{LEFT} 480H{RIGHT}" stroke="#222"/>'


def _columns(counts: Sequence[int], step: float, most: int) -> Iterator[str]:
    for number, count in enumerate(counts):
        left, height = LEFT + step * number, 150 * count / most
        if count:
            yield _bar(left + 1, 480 - height, step - 2, height, COLOURS["optimal"])
            yield _text(left + step / 2, 474 - height, str(count), anchor="middle", size=12)
        yield _text(left, 498, str(10 * number), anchor="middle", size=12)


def _bar(left: float, top: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{colour}"/>'
    )


def _text(left: float, top: float, words: str, anchor: str = "start", size: int = 14) -> str:
    return (
        f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}" font-size="{size}">'
        f"{words}</text>"
    )
