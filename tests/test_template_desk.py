"""What docs/desk.md shows on the console is what the commands print, and its templates are real."""

import re
import shlex
from pathlib import Path

import pytest

from knowledge.reading import parse, validate
from knowledge.schema.template import Template
from recommender.template.files import read_template
from tests.cli.running import run
from tests.strategies import REAL

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
DESK = (ROOT / "docs" / "desk.md").read_text("utf-8")
CUT = "..."
SETTINGS = "role: clinician\nclinicians: [M. Okafor]\n"


def commands(text: str) -> list[tuple[str, str]]:
    """Return the commands on the console of a text, each with the output below it."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for part in re.split(r"^\$ backplan ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def parts(output: str) -> list[str]:
    """Return the pieces of an output between the cuts."""
    return [part for part in re.split(r"^\.\.\.\n", output, flags=re.MULTILINE) if part]


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """Return a folder with the files of the stories, and the settings of the clinic below it."""
    files = [*(EXAMPLES / "desk").iterdir(), EXAMPLES / "templates" / "core_three.yaml"]
    files += [EXAMPLES / name for name in ("home_beginner.yaml", "chair_and_wall.yaml")]
    for file in files:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    settings = tmp_path / "config" / "backplan" / "settings.yaml"
    settings.parent.mkdir(parents=True)
    settings.write_text(SETTINGS, "utf-8")
    return tmp_path


def test_the_stories_of_the_desk_are_what_the_commands_print(clinic: Path) -> None:
    env = {"XDG_CONFIG_HOME": str(clinic / "config"), "XDG_DATA_HOME": str(clinic / "data")}
    told = commands(DESK)
    assert len(told) > 8
    for command, output in told:
        result = run(*shlex.split(command), cwd=clinic, env=env, timeout_s=300)
        left = result.stdout
        for part in parts(output):
            assert part in left, f"{command}\n{result.stderr}\n{part}"
            left = left.partition(part)[2]
        assert left == "" or output.endswith(f"{CUT}\n"), command


def test_the_template_of_the_examples_and_of_the_docs_can_be_used() -> None:
    assert read_template(EXAMPLES / "templates" / "core_three.yaml", REAL).name == "core_three"
    text = (ROOT / "docs" / "templates.md").read_text("utf-8")
    block = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert block is not None
    assert validate(Template, parse(block[1], "docs/templates.md")).sessions


def test_the_orders_in_the_story_are_those_of_the_example() -> None:
    block = re.search(r"```yaml\n(.*?)```", DESK, re.DOTALL)
    assert block is not None
    assert block[1] == (EXAMPLES / "desk" / "wishes.yaml").read_text("utf-8")
