"""What is wrong with an input: where it stands, and what would be right."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where it is and what would be right."""

    file: str
    line: int | None
    field: str
    message: str

    def __str__(self) -> str:
        """Return `file:line: field: message` without the parts that are not known."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (where, self.field, self.message) if part)


class BadInput(Exception):  # noqa: N818 - read in sentences: raises BadInput
    """An input that cannot be used, with everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults in order of file and line, each once."""
        unique = dict.fromkeys(faults)
        self.faults = tuple(sorted(unique, key=lambda fault: (fault.file, fault.line or 0)))
        super().__init__("\n".join(map(str, self.faults)))


def spell(location: Location) -> str:
    """Return a location as a person writes it: `days.mon.minutes`, `conditions[2].date`."""
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def nearest(word: object, known: Iterable[str]) -> str:
    """Return ' (did you mean X?)' for the nearest known word, or an empty text."""
    close = difflib.get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return f" (did you mean {close[0]}?)" if close else ""
