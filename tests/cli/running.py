"""Runs the real `backplan` command, as a person's shell would."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

BACKPLAN = str(Path(sys.executable).with_name("backplan"))
_INSTANCES = Path(__file__).parent.parent.parent / "benchmarks" / "instances"
_PYCACHE = tempfile.TemporaryDirectory(prefix="backplan-pycache-")


def environment(**extra: str) -> dict[str, str]:
    """Return an environment without colours and terminal sizes, with compiled modules kept.

    Where the surroundings forbid bytecode beside the sources, it goes to a folder of its own: to
    compile pandas anew in every process costs more than all the rest of a plan.
    """
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("COLUMNS", "FORCE_COLOR", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
    }
    if "PYTHONDONTWRITEBYTECODE" in os.environ:
        env["PYTHONPYCACHEPREFIX"] = _PYCACHE.name
    return {**env, "NO_COLOR": "1", **extra}


def run(
    *arguments: str | Path,
    stdin: str | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout_s: float = 60,
) -> subprocess.CompletedProcess[str]:
    """Run `backplan` with these arguments; standard input is empty unless given."""
    return subprocess.run(
        [BACKPLAN, *map(str, arguments)],
        input=stdin if stdin is not None else "",
        cwd=cwd,
        env=environment(**(env or {})),
        capture_output=True,
        encoding="utf-8",
        timeout=timeout_s,
        check=False,
    )


def long_answers() -> str:
    """Return answers whose week takes some seconds to solve, given before today."""
    return (_INSTANCES / "41.yaml").read_text(encoding="utf-8").replace("2026-11-28", "2026-11-20")
