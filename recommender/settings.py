"""Reads the settings file: `$XDG_CONFIG_HOME/backplan/settings.yaml`, or below `~/.config`."""

import os
from pathlib import Path

from knowledge.faults import BadInput, Fault, Location
from knowledge.reading import Document, parse, read_text, validate
from knowledge.schema.settings import Settings


def settings_path() -> Path:
    """Return where the settings are looked for."""
    return _folder("XDG_CONFIG_HOME", ".config") / "settings.yaml"


def store_path() -> Path:
    """Return where clients are kept unless somebody says otherwise."""
    return _folder("XDG_DATA_HOME", ".local/share") / "store.db"


def _folder(variable: str, below_home: str) -> Path:
    base = Path(os.environ.get(variable, ""))
    # A relative folder is to be ignored: the role must not depend on where the command runs.
    return (base if base.is_absolute() else Path.home() / below_home) / "backplan"


def load_settings(path: Path | None = None) -> Settings:
    """Return the settings, those of an individual without overlays if there is no file.

    Overlays and the store are named relative to the file, a store on a server by its URL. Raises
    `BadInput` if the file cannot be used.
    """
    path = path or settings_path()
    if not path.exists():
        return Settings()
    document = parse(read_text(path), str(path))
    if not isinstance(document.data, dict):
        message = "expected settings, key by key (role, clinicians, knowledge, store)"
        raise BadInput([Fault(str(path), 1, "", message)])
    settings = validate(Settings, document)
    folders = [
        _beside(path, one, document, ("knowledge", index))
        for index, one in enumerate(settings.knowledge)
    ]
    store = settings.store
    if store is not None and "://" not in store:
        store = _beside(path, store, document, ("store",))
    return settings.model_copy(update={"knowledge": tuple(folders), "store": store})


def _beside(path: Path, place: str, document: Document, location: Location) -> str:
    """Return a place as seen from the settings; raise `BadInput` for no such home folder."""
    try:
        return os.path.normpath(path.parent / Path(place).expanduser())
    except RuntimeError:
        message = f"{place}: there is no such home folder"
        raise BadInput([document.fault(location, message)]) from None
