"""A spinner with the current tier and gap, on a terminal and after a second only."""

import sys
import threading
from types import TracebackType
from typing import Self

DELAY_S = 1.0


class Spinner:
    """Shows on stderr what the solver is doing, once that has taken longer than a second."""

    def __init__(self) -> None:
        """Prepare; nothing is shown yet."""
        self._words = "reading"
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def report(self, tier: str, value: int | None, bound: int | None) -> None:
        """Remember the tier, its best value and its bound."""
        gap = "" if value is None or bound is None else f", best {value}, bound {bound}"
        self._words = f"{tier}{gap}"

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._thread = threading.Thread(target=self._show, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _show(self) -> None:
        if self._done.wait(DELAY_S):
            return
        from rich.console import Console

        console = Console(stderr=True)
        with console.status("") as status:
            while not self._done.wait(0.1):
                status.update(f"Solving: {self._words}")
