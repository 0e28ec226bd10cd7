"""The settings of the machine: read strictly, from one place, and never from an intake."""

import json
import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from knowledge import BadInput
from knowledge.schema.settings import Settings
from recommender.settings import load_settings, settings_path
from tests.cli.running import run

CLINIC = Path(__file__).parent.parent.parent / "examples" / "clinic"


def settings(folder: Path, text: str) -> Path:
    """Write the settings below a configuration folder."""
    file = folder / "backplan" / "settings.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def faults(file: Path) -> list[str]:
    with pytest.raises(BadInput) as caught:
        load_settings(file)
    return [str(fault) for fault in caught.value.faults]


def test_without_a_file_it_is_an_individual_without_overlays(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "backplan" / "settings.yaml") == Settings()
    assert Settings().role == "individual"
    assert Settings().clinicians == ()
    assert Settings().knowledge == ()


def test_a_clinic_names_its_clinicians(tmp_path: Path) -> None:
    file = settings(tmp_path, "role: clinician\nclinicians: [Pia Lindqvist, Jonas Weber]\n")
    assert load_settings(file).clinicians == ("Pia Lindqvist", "Jonas Weber")
    assert load_settings(file).role == "clinician"


@pytest.mark.parametrize("text", ["role: individual\n", "knowledge: []\n", "clinicians: []\n"])
def test_what_is_left_out_has_its_default(tmp_path: Path, text: str) -> None:
    assert load_settings(settings(tmp_path, text)) == Settings()


MALFORMED: dict[str, tuple[str, Sequence[str]]] = {
    "empty": ("", ["is empty"]),
    "a list": ("- role: clinician\n", [":1: ", "expected settings", "role, clinicians, knowledge"]),
    "a word": ("clinician\n", [":1: ", "expected settings"]),
    "not YAML": ("role: [clinician\n", ["is not valid YAML"]),
    "unknown key": ("rolle: clinician\n", [":1: rolle: ", "did you mean role?"]),
    "unknown role": ("role: doctor\n", [":1: role: ", '"doctor" is not one of']),
    "role without names": ("role: clinician\n", ["needs the names of the clinicians"]),
    "role with no names": (
        "role: clinician\nclinicians: []\n",
        ["needs the names of the clinicians"],
    ),
    "names without role": ("clinicians: [Pia]\n", ["count only with role: clinician"]),
    "one name, no list": ("role: clinician\nclinicians: Pia\n", [":2: clinicians: "]),
    "a nameless clinician": ('role: clinician\nclinicians: [""]\n', [":2: clinicians[1]: "]),
    "a number": ("role: clinician\nclinicians: [7]\n", [":2: clinicians[1]: "]),
    "one folder, no list": ("knowledge: /srv/clinic\n", [":1: knowledge: "]),
    "an empty folder": ('knowledge: [""]\n', [":1: knowledge[1]: "]),
    "a key twice": ("role: individual\nrole: individual\n", ["role: stands twice"]),
    "an anchor": ("role: &me individual\n", ["anchors"]),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_settings_are_refused_with_file_line_and_field(tmp_path: Path, name: str) -> None:
    text, expected = MALFORMED[name]
    file = settings(tmp_path, text)
    (fault,) = faults(file)
    assert fault.startswith(str(file))
    for piece in expected:
        assert piece in fault


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    found = faults(settings(tmp_path, "rolle: clinician\nknowledge: [7]\n"))
    assert len(found) == 2


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "backplan" / "settings.yaml").mkdir(parents=True)
    (fault,) = faults(tmp_path / "backplan" / "settings.yaml")
    assert "is a folder" in fault


def test_settings_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    file = settings(tmp_path, "")
    file.write_bytes(b"role: clinician\nclinicians: [\xff]\n")
    (fault,) = faults(file)
    assert ":2: is not UTF-8 text" in fault


def test_the_settings_stand_below_the_configuration_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = settings(tmp_path, "role: clinician\nclinicians: [Pia]\n")
    assert settings_path() == file
    assert load_settings().clinicians == ("Pia",)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv("XDG_CONFIG_HOME")
        else:
            monkeypatch.setenv("XDG_CONFIG_HOME", unset)
        assert settings_path() == tmp_path / "home" / ".config" / "backplan" / "settings.yaml"
        assert load_settings() == Settings()


def test_a_relative_configuration_folder_is_no_place_for_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The XDG specification wants it ignored: a role must not depend on where one stands."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", "config")
    monkeypatch.chdir(tmp_path)
    settings(tmp_path / "config", "role: clinician\nclinicians: [Pia]\n")
    assert load_settings() == Settings()


def test_overlays_are_named_from_the_folder_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    file = settings(tmp_path, "knowledge: [rules, ../../shared, /srv/clinic, ~/mine]\n")
    beside = file.parent
    resolved = [Path(one).resolve() for one in load_settings(file).knowledge]
    assert resolved == [
        beside / "rules",
        beside.parent.parent / "shared",
        Path("/srv/clinic"),
        tmp_path / "home" / "mine",
    ]


def test_the_home_of_somebody_who_does_not_exist_is_bad_input(tmp_path: Path) -> None:
    (fault,) = faults(settings(tmp_path, "knowledge: ['~nobody-of-that-name/rules']\n"))
    assert "knowledge" in fault


# Through the command

ANSWERS = """\
answered_on: {today}
week_start: {start}
screening:
  age: 34
  red_flags: []
  conditions: []
  other_condition: false
  cannot: []
places:
  home: {{mat: 1, wall: 1}}
days:
  mon: {{minutes: 15}}
"""


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    today = date.today()
    file = tmp_path / "answers.yaml"
    start = today + timedelta(days=7 - today.weekday())
    file.write_text(ANSWERS.format(today=today, start=start))
    return file


def plan(answers: Path, config: Path, *options: str | Path, cwd: Path | None = None) -> Any:
    done = run(
        "plan", answers, "--format", "json", *options, cwd=cwd, env={"XDG_CONFIG_HOME": str(config)}
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_the_command_works_without_settings_and_says_whose_plan_it_is(
    tmp_path: Path, answers: Path
) -> None:
    made = plan(answers, tmp_path / "no such folder")
    assert made["stamps"]["role"] == "individual"
    assert made["overlays"] == []


def test_the_command_refuses_malformed_settings_in_one_line_and_writes_nothing(
    tmp_path: Path, answers: Path
) -> None:
    file = settings(tmp_path, "role: clinician\n")
    made = tmp_path / "plan.json"
    done = run(
        "plan", answers, "--output", made, env={"XDG_CONFIG_HOME": str(tmp_path)}, cwd=tmp_path
    )
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {file}:1: ")
    assert "needs the names of the clinicians" in line
    assert not made.exists()


def test_help_is_there_even_with_malformed_settings(tmp_path: Path) -> None:
    settings(tmp_path, "role: clinician\n")
    assert run("--help", env={"XDG_CONFIG_HOME": str(tmp_path)}).returncode == 0


def test_a_missing_overlay_is_named_as_bad_input(tmp_path: Path, answers: Path) -> None:
    settings(tmp_path, "knowledge: [nowhere]\n")
    done = run("plan", answers, env={"XDG_CONFIG_HOME": str(tmp_path)})
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_relative_overlay_is_found_from_everywhere_and_laid_first(
    tmp_path: Path, answers: Path
) -> None:
    """Those of the settings come before those of the command line."""
    shutil.copytree(CLINIC / "knowledge", tmp_path / "backplan" / "clinic")
    settings(tmp_path, "role: clinician\nclinicians: [Pia]\nknowledge: [clinic]\n")
    second = tmp_path / "second"
    second.mkdir()
    (second / "equipment_sets.yaml").write_text(
        "- {id: my_corner, name: my corner, pieces: {mat: 1}}\n"
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    made = plan(answers, tmp_path, "--knowledge", second, cwd=elsewhere)
    names = [Path(one["name"]).name for one in made["overlays"]]
    assert names == ["clinic", "second"]
    assert made["stamps"]["role"] == "clinician"
