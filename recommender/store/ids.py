"""The short ids by which clients are called, and how names are compared."""

import re
import unicodedata
from typing import Annotated

from pydantic import Field

LONGEST = 40
LONGEST_AUTHOR = 200
Author = Annotated[str, Field(min_length=1, max_length=LONGEST_AUTHOR, pattern=r"^[^\x00-\x1f]*$")]
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FALLBACK = "client"


def is_id(text: str) -> bool:
    """Return whether a text can be the id of a client."""
    return len(text) <= LONGEST and _ID.fullmatch(text) is not None


def is_author(text: str) -> bool:
    """Return whether a text can name an author: one line, at most 200 characters."""
    return 0 < len(text) <= LONGEST_AUTHOR and all(one >= " " for one in text)


def plain(text: str) -> str:
    """Return a text in small letters without accents, to compare it with others."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in letters if not unicodedata.combining(one))


def id_of_name(name: str | None) -> str:
    """Return the first word and the first letter of the last one: `maria-g`.

    A name without Latin letters has the id `client`; people find it by the name.
    """
    words = _words(name or "")
    if not words:
        return _FALLBACK
    first = words[0][:20]
    return f"{first}-{words[-1][0]}" if len(words) > 1 else first


def id_of_label(label: str | None) -> str | None:
    """Return the id that the `id` of an intake spells, None if it has none that can be typed."""
    return "-".join(_words(label or ""))[:LONGEST].strip("-") or None


def first_free(wanted: str, taken: frozenset[str]) -> str:
    """Return the id itself, or with the first number from 2 that makes it unique."""
    number = 2
    found = wanted
    while found in taken:
        found = f"{wanted}-{number}"
        number += 1
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", plain(text))
