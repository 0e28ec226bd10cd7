"""The worked example of a clinic: what the installed command makes of its settings and overlay."""

import datetime
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from recommender.recommend import next_monday
from tests.cli.running import run

ROOT = Path(__file__).parent.parent
CLINIC = ROOT / "examples" / "clinic"
OVERLAY = CLINIC / "knowledge"
SETTINGS = {"XDG_CONFIG_HOME": str(CLINIC / "settings")}
INTAKE = CLINIC / "intake.yaml"
SOFTENED = "sling_plank"
"""What only the softened verdict of the intake opens."""

Plan = dict[str, Any]


def planned(intake: Path, *options: str | Path, env: dict[str, str]) -> Plan:
    done = run("plan", intake, "--format", "json", *options, env=env)
    assert done.returncode == 0, done.stderr
    plan: Plan = json.loads(done.stdout)
    return plan


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the intake of the example with all dates moved, so that its week lies ahead."""
    monday = next_monday(datetime.date.today() + datetime.timedelta(days=1))
    text = INTAKE.read_text()
    shift = monday - yaml.safe_load(text)["week_start"]

    def moved(found: re.Match[str]) -> str:
        return str(datetime.date.fromisoformat(found[0]) + shift)

    file = tmp_path_factory.mktemp("answers") / "intake.yaml"
    file.write_text(re.sub(r"\d{4}-\d\d-\d\d", moved, text))
    return file


@pytest.fixture(scope="module")
def clinics(answers: Path) -> Plan:
    """Return the plan that the clinic makes."""
    return planned(answers, env=SETTINGS)


@pytest.fixture(scope="module")
def anybodys(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return the plan of somebody who has the overlay and the intake, and no settings."""
    empty = str(tmp_path_factory.mktemp("config"))
    return planned(INTAKE, "--knowledge", OVERLAY, env={"XDG_CONFIG_HOME": empty})


def exercises(plan: Plan) -> set[str]:
    return {item["exercise"] for day in plan["days"] for item in day["items"]}


def left_out(plan: Plan, exercise: str) -> list[str]:
    return [one["rule"] for one in plan["excluded"] if one["exercise"] == exercise]


def test_the_clinic_makes_a_plan_with_its_own_exercise(clinics: Plan) -> None:
    assert clinics["status"] == "optimal"
    assert SOFTENED in exercises(clinics)
    assert clinics["stamps"]["role"] == "clinician"


def test_the_plan_names_what_the_overlay_replaced_and_weakened(clinics: Plan) -> None:
    (overlay,) = clinics["overlays"]
    files = {
        path.relative_to(OVERLAY).with_suffix("").as_posix() for path in OVERLAY.rglob("*.yaml")
    }
    rules = {name for name in files if name.startswith("rules/")}
    assert set(overlay["replaced"]) == rules
    assert {name for name in overlay["added"] if name.startswith("exercises/")} == {
        name for name in files if name.startswith("exercises/")
    }
    (weakened,) = overlay["weakened"]
    patch = yaml.safe_load((OVERLAY / "rules" / "older_adult.yaml").read_text())
    assert weakened == {
        "entry": "rules/older_adult",
        "what": "unstable_surface: exclude became clearance",
        "reason": patch["rules"][0]["weakens"],
    }


def test_the_softening_is_logged_and_opens_one_step(clinics: Plan, answers: Path) -> None:
    (decision,) = yaml.safe_load(answers.read_text())["softenings"]
    (logged,) = clinics["softened"]
    assert logged == {
        "condition": "disc_herniation",
        "demand": "unstable_surface",
        "was": "clearance",
        "now": "modify",
        "by": "Pia Lindqvist",
        "reason": decision["reason"],
        "date": str(decision["date"]),
        "until": str(decision["until"]),
    }
    items = [item for day in clinics["days"] for item in day["items"]]
    for item in (item for item in items if item["exercise"] == SOFTENED):
        assert any("Pia Lindqvist" in caution for caution in item["cautions"])
    assert not any("does not count" in warning for warning in clinics["warnings"])


def test_without_the_settings_the_softening_is_only_a_warning(anybodys: Plan) -> None:
    assert anybodys["stamps"]["role"] == "individual"
    assert anybodys["softened"] == []
    assert SOFTENED not in exercises(anybodys)
    assert left_out(anybodys, SOFTENED) == ["disc_herniation/unstable_surface"]
    wanted = "do not name Pia Lindqvist"
    assert any(wanted in warning for warning in anybodys["warnings"])
    dropped = [order["note"] for order in anybodys["orders"] if not order["in_force"]]
    assert any("A safety rule beats it" in note for note in dropped)
    assert anybodys["overlays"][0]["replaced"], "the overlay is not a matter of the settings"


def test_the_plan_of_the_clinic_holds_in_the_clinic_only(
    clinics: Plan, answers: Path, tmp_path: Path
) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(clinics))
    inside = run("check", file, answers, env=SETTINGS)
    assert (inside.returncode, inside.stderr) == (0, "")
    nobody = {"XDG_CONFIG_HOME": str(tmp_path)}
    outside = run("check", file, answers, "--knowledge", OVERLAY, env=nobody)
    assert outside.returncode == 2
    assert "broken: eligibility" in outside.stderr


def test_the_clinician_reads_who_softened_and_what_is_weaker() -> None:
    done = run("plan", INTAKE, env=SETTINGS)
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    assert "For the clinician" in text
    assert "unstable_surface: clearance became modify, by Pia Lindqvist" in text
    assert "made rules/older_adult milder" in text
    assert "replaced: rules/older_adult, rules/spondylolisthesis" in text


def test_the_overlay_passes_the_check_of_the_command(tmp_path: Path) -> None:
    done = run("knowledge", "check", OVERLAY, env={"XDG_CONFIG_HOME": str(tmp_path)})
    assert done.returncode == 0
    assert done.stderr == ""
    assert "replaced  rules/older_adult" in done.stdout
    assert "weakened  rules/older_adult: unstable_surface: exclude became clearance" in done.stdout
    assert "sling_room" not in done.stdout.partition("cannot make a balanced week")[2]
    assert "nobody can ever get" not in done.stdout


def test_without_its_reason_the_milder_rule_is_refused(tmp_path: Path) -> None:
    shutil.copytree(OVERLAY, tmp_path / "knowledge")
    rule = tmp_path / "knowledge" / "rules" / "older_adult.yaml"
    lines = rule.read_text().splitlines(keepends=True)
    rule.write_text("".join(line for line in lines if "weakens:" not in line))
    done = run("knowledge", "check", tmp_path / "knowledge",
               env={"XDG_CONFIG_HOME": str(tmp_path)})  # fmt: skip
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "older_adult.yaml:" in line
    assert "exclude became clearance" in line


def test_what_the_readme_says_to_type_is_there() -> None:
    text = (CLINIC / "README.md").read_text()
    typed = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    assert len(typed) >= 4
    for line in typed:
        paths = [word for word in line.split() if word.startswith("examples/")]
        paths += [word.partition("=")[2] for word in line.split() if word.startswith("XDG_")]
        assert paths, line
        assert all((ROOT / path).exists() for path in paths), line
