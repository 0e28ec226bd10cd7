"""The store that the settings name."""

from pathlib import Path

import pytest

from knowledge import BadInput
from recommender.settings import load_settings, store_path


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("clients.db", "{beside}/clients.db"),
        ("../clients.db", "{above}/clients.db"),
        ("/srv/clients.db", "/srv/clients.db"),
        ("~/clients.db", "{home}/clients.db"),
        ("postgresql://clinic@db.example/backplan", "postgresql://clinic@db.example/backplan"),
    ],
)
def test_a_file_is_seen_from_the_settings_and_a_url_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, found: str
) -> None:
    monkeypatch.setenv("HOME", "/home/pia")
    file = tmp_path / "settings.yaml"
    file.write_text(f"store: {written}\n")
    expected = found.format(beside=tmp_path, above=tmp_path.parent, home="/home/pia")
    assert load_settings(file).store == expected


@pytest.mark.parametrize("written", ["''", "[a, b]", "7", "~nobody-of-that-name/store.db"])
def test_what_is_no_place_is_named_with_line_and_field(tmp_path: Path, written: str) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(f"role: individual\nstore: {written}\n")
    with pytest.raises(BadInput) as caught:
        load_settings(file)
    assert str(caught.value).startswith(f"{file}:2: store: ")


def test_the_usual_place_is_below_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/pia")
    for ignored in ("", "relative"):
        monkeypatch.setenv("XDG_DATA_HOME", ignored)
        assert store_path() == Path("/home/pia/.local/share/backplan/store.db")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert store_path() == Path("/data/backplan/store.db")
