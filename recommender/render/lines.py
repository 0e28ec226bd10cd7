"""Plain lines for a terminal of 80 columns."""

import re
import textwrap
from collections.abc import Iterable, Iterator

WIDTH = 80


def wrap(text: str, indent: str = "", first: str | None = None) -> list[str]:
    """Return the text in lines, the first one with an indent of its own if one is given."""
    # A number and its unit stay on one line.
    glued = re.sub(r"(\d) (s|min|of)\b", "\\1\N{NO-BREAK SPACE}\\2", text)
    lines = textwrap.wrap(
        glued,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=True,
        break_on_hyphens=False,
    )
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def bullets(texts: Iterable[str]) -> Iterator[str]:
    """Yield each text behind a dash."""
    for text in texts:
        yield from wrap(text, "  ", "- ")


def heading(text: str) -> list[str]:
    """Return an empty line, the text, and a rule below it."""
    lines = wrap(text)
    return ["", *lines, "-" * max(map(len, lines))]
