"""Writes results: to stdout, or to a file that is whole or not there at all."""

import os
import sys
import tempfile
from pathlib import Path

from cli.exit_codes import READER_GONE
from knowledge import BadInput, Fault

STANDARD_OUTPUT = "-"


def write_result(text: str, output: Path | None) -> None:
    """Write to stdout, or to `output` through a temporary file beside it."""
    to_stdout = output is None or str(output) == STANDARD_OUTPUT
    try:
        if to_stdout or output is None:
            _write_stdout(text)
        else:
            write_whole(text, output)
    except OSError as error:
        name = "<standard output>" if to_stdout else str(output)
        reason = error.strerror or str(error)
        raise BadInput([Fault(name, None, "", f"cannot be written: {reason}")]) from None


def _write_stdout(text: str) -> None:
    if sys.stdout is None:
        raise OSError("it is closed")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # Whatever is left in the buffer must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            sys.exit(READER_GONE)
        raise


def write_whole(text: str, output: Path) -> None:
    """Replace `output` by a file with `text`, readable by its owner only; raise `OSError`.

    A link is followed; what is no regular file (a pipe, a device) is written to as it is.
    """
    target = output.resolve()
    if target.is_dir():
        raise IsADirectoryError(0, "it is a folder")
    if target.exists() and not target.is_file():
        target.write_text(text, encoding="utf-8")
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
