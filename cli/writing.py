"""Writes results: to stdout, or to a file that is whole or not there at all."""

import os
import sys
import tempfile
from pathlib import Path

from knowledge import BadInput, Fault


def write_result(text: str, output: Path | None) -> None:
    """Write to stdout, or to `output` through a temporary file beside it."""
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        write_whole(text, output)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput([Fault(str(output), None, "", f"cannot be written: {reason}")]) from None


def write_whole(text: str, output: Path) -> None:
    """Replace `output` by a file with `text`, readable by its owner only; raise `OSError`."""
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(output)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
