"""A cache of the checked knowledge base, so that a second load reads no YAML.

The key covers every file of the knowledge base and the code that checks it. The cache is a
convenience: where it cannot be read or written, the files are read again.
"""

import contextlib
import os
import tempfile
from pathlib import Path


def cache_folder() -> Path:
    """Return the folder for cached data: `$XDG_CACHE_HOME/backplan`, or below the home."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "backplan"


def recall(key: str) -> bytes | None:
    """Return what was stored under `key`, or None."""
    try:
        return (cache_folder() / f"knowledge-{key}.json").read_bytes()
    except (OSError, RuntimeError):
        return None


def store(key: str, content: str) -> None:
    """Store `content` under `key`, whole or not at all, and forget older ones."""
    with contextlib.suppress(OSError, RuntimeError):
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
        for old in folder.glob("knowledge-*.json"):
            old.unlink(missing_ok=True)
        Path(name).replace(folder / f"knowledge-{key}.json")
