"""Reads the settings file: `$XDG_CONFIG_HOME/backplan/settings.yaml`, or below `~/.config`."""

import os
from pathlib import Path

from knowledge.faults import BadInput, Fault
from knowledge.reading import parse, read_text, validate
from knowledge.schema.settings import Settings


def settings_path() -> Path:
    """Return where the settings are looked for."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "backplan" / "settings.yaml"


def load_settings(path: Path | None = None) -> Settings:
    """Return the settings, those of an individual without overlays if there is no file.

    Overlays are named relative to the file. Raises `BadInput` if the file cannot be used.
    """
    path = path or settings_path()
    if not path.exists():
        return Settings()
    document = parse(read_text(path), str(path))
    if not isinstance(document.data, dict):
        message = "expected settings, key by key (role, clinicians, knowledge)"
        raise BadInput([Fault(str(path), 1, "", message)])
    settings = validate(Settings, document)
    folders = tuple(
        os.path.normpath(path.parent / Path(one).expanduser()) for one in settings.knowledge
    )
    return settings.model_copy(update={"knowledge": folders})
