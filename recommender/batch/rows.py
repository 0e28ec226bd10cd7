"""One person as it stands in a file: a row of cells, or a JSON object."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from recommender.batch.columns import Said


@dataclass(frozen=True, slots=True)
class Row:
    """A row and its number in the file: cells by column, or answers, or what is wrong with it."""

    number: int
    cells: Mapping[str, str] | None = None
    answers: Mapping[str, Any] | None = None
    fault: Said | None = None

    @property
    def stamp(self) -> str:
        """Return a stamp of what the row says."""
        said = repr((self.cells, self.answers, self.fault))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def label(self, key: str) -> str | None:
        """Return the id or the name, None if there is none."""
        found = (self.cells or self.answers or {}).get(key)
        return found.strip() or None if isinstance(found, str) else None


def refuse_second(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows; one whose id stood in a row before is marked as bad."""
    first: dict[bytes, int] = {}
    for row in rows:
        name = row.label("id")
        if name is not None:
            key = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            before = first.setdefault(key, row.number)
            if before != row.number and row.fault is None:
                row = replace(row, fault=("id", f"{name} stands in row {before} already"))
        yield row
