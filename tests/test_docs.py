"""What the README and the docs claim is what the program does."""

import re
from pathlib import Path

import yaml

from cli.app import app
from knowledge import Intake
from recommender.intake import intake_from_text, read_intake
from recommender.recommend import Request, recommend
from recommender.render import render
from tests.strategies import MONDAY, REAL

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_the_plan_in_the_readme_is_what_the_terminal_prints() -> None:
    block = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert block is not None
    intake = read_intake(ROOT / "examples" / "home_beginner.yaml", REAL)
    printed = render(recommend(REAL, intake, Request(MONDAY)), REAL, "text")
    assert printed.startswith(block[1].rstrip("\n") + "\n")
    assert "Cool-down" in block[1]


def test_the_readme_has_two_commands_and_the_makefile_has_them() -> None:
    commands = re.findall(r"^    make (\w+)$", README, re.MULTILINE)
    assert commands == ["plan", "test"]
    makefile = (ROOT / "Makefile").read_text()
    assert all(re.search(rf"^{command}:", makefile, re.MULTILINE) for command in commands)


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_the_intake_in_the_docs_is_accepted() -> None:
    text = (ROOT / "docs" / "intake.md").read_text()
    block = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert block is not None
    example = block[1].replace(
        "{id: low_back_pain", "{id: disc_herniation}\n    - {id: low_back_pain"
    )
    assert intake_from_text(example, "docs/intake.md", REAL)
    assert set(yaml.safe_load(block[1])) == set(Intake.model_fields) - {"id"}


def test_the_numbers_in_the_changelog_are_those_of_the_knowledge_base() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text()
    counts = (len(REAL.exercises), len(REAL.conditions), len(REAL.screening.red_flags))
    words = "A knowledge base of {} exercises, {} conditions and {} red flags".format(*counts)
    assert words in " ".join(changelog.split())


def test_every_command_and_option_has_help() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        assert command.callback.__doc__
