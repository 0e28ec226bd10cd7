"""Reads the settings file: `$XDG_CONFIG_HOME/backplan/settings.yaml`, or below `~/.config`."""

import os
from pathlib import Path

from knowledge.faults import BadInput, Fault
from knowledge.reading import parse, read_text, validate
from knowledge.schema.settings import Settings


def settings_path() -> Path:
    """Return where the settings are looked for."""
    base = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    # A relative folder is to be ignored: the role must not depend on where the command runs.
    folder = base if base.is_absolute() else Path.home() / ".config"
    return folder / "backplan" / "settings.yaml"


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
    folders = []
    for index, one in enumerate(settings.knowledge):
        try:
            folders.append(os.path.normpath(path.parent / Path(one).expanduser()))
        except RuntimeError:
            message = f"{one}: there is no such home folder"
            raise BadInput([document.fault(("knowledge", index), message)]) from None
    return settings.model_copy(update={"knowledge": tuple(folders)})
