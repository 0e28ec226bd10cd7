"""What a figure was measured on: versions, processor, memory, load."""

import importlib.metadata
import os
import platform
from pathlib import Path

PACKAGES = ("backplan", "ortools", "highspy", "pyscipopt", "matplotlib", "numpy", "pydantic")


def stamps() -> dict[str, object]:
    """Return versions and machine as plain data; a package that is not installed is None."""
    return {
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "system": platform.platform(),
        "processor": _line_of(Path("/proc/cpuinfo"), "model name") or platform.processor(),
        "cores": os.cpu_count(),
        "memory": _line_of(Path("/proc/meminfo"), "MemTotal"),
        "load_at_start": os.getloadavg(),
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _line_of(path: Path, key: str) -> str | None:
    """Return the value of a `key : value` line, or None on a system without such a file."""
    if not path.exists():
        return None
    lines = (line.partition(":") for line in path.read_text().splitlines())
    return next((value.strip() for name, _, value in lines if name.strip() == key), None)
