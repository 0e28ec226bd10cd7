"""On a terminal a long solve shows its tier and gap; elsewhere nothing is shown."""

from pathlib import Path

import pexpect

from tests.cli.running import BACKPLAN, long_answers, run


def test_a_long_solve_shows_the_tier_and_its_gap_on_a_terminal(tmp_path: Path) -> None:
    output, answers = tmp_path / "plan.txt", tmp_path / "answers.yaml"
    answers.write_text(long_answers(), encoding="utf-8")
    words = ["plan", str(answers), "--output", str(output)]
    terminal = pexpect.spawn(str(BACKPLAN), words, encoding="utf-8", timeout=120)
    terminal.expect(r"Solving: \w+, best -?\d+, bound -?\d+")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert output.read_text().startswith("Week of")


def test_without_a_terminal_nothing_is_shown() -> None:
    done = run("plan", "-", stdin=long_answers())
    assert done.returncode == 0
    assert done.stderr == ""
