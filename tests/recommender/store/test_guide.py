"""What docs/store.md says is what the program does."""

import re
from pathlib import Path

from cli.commands.client import client

ROOT = Path(__file__).parent.parent.parent.parent
GUIDE = (ROOT / "docs" / "store.md").read_text()


def test_the_guide_shows_every_command_and_no_other() -> None:
    shown = re.findall(r"^    backplan client (\w+)", GUIDE.partition("## ")[0], re.MULTILINE)
    there = [
        one.name or one.callback.__name__ for one in client.registered_commands if one.callback
    ]
    assert sorted(shown) == sorted(there)


def test_the_messages_of_the_guide_are_those_of_the_program() -> None:
    sources = (ROOT / "recommender" / "store").glob("*.py")
    said = " ".join(re.sub(r'"\s+f?"', "", path.read_text()) for path in sources)
    messages = re.findall(r"^\| ((?:is|was|no) [^|]+?) \|", GUIDE, re.MULTILINE)
    assert len(messages) == 7
    for message in messages:
        assert message in said, message
