"""The questions of a check-in on the terminal."""

import sys
from collections.abc import Mapping

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.exit_codes import INTERRUPTED
from knowledge import BadInput, Fault
from recommender.checkin import CheckInInterview
from recommender.questionnaire import Asked, BadAnswer

WIDTH = 80
WELCOME = """\
A few questions about the week. Your answers stay on this computer.
  back    goes to the question before
  Ctrl-C  leaves, and nothing is saved
Lists are answered with numbers, such as 1,3.
"""


def require_terminal() -> None:
    """Raise `BadInput` where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        message = (
            "needs a terminal; or give --answers FILE, starting from examples/checkin/a_week.yaml"
        )
        raise BadInput([Fault("backplan checkin", None, "", message)])


def talk(interview: CheckInInterview) -> CheckInInterview:
    """Return the interview with every question answered.

    Who leaves ends the command. But after an answer that stops the program the interview is
    returned as it is, so that the person still reads where to go.
    """
    console = _console()
    console.print(WELCOME, style="dim")
    goto = ""
    try:
        while True:
            asked = interview.questions()
            question = next((one for one in asked if one.id == goto), interview.next_question())
            if question is None:
                return interview
            number = [one.id for one in asked].index(question.id)
            _show(console, question, f"{number + 1}/{len(asked)}", interview.texts)
            goto = asked[max(0, number - 1)].id
            answered = _answered(console, question, interview)
            if answered is not None:
                interview, goto = answered, ""
    except (KeyboardInterrupt, EOFError):
        if interview.is_stopped:
            return interview
        console.print("\nLeft; nothing was saved.")
        raise typer.Exit(INTERRUPTED) from None


def agrees(text: str) -> bool:
    """Return whether the person says yes; leaving is no."""
    console = _console()
    try:
        while (typed := _read(console, f"{text} yes or no > ").lower()) not in (*_YES, *_NO):
            console.print("  type yes or no", style="yellow")
    except (KeyboardInterrupt, EOFError):
        return False
    return typed in _YES


def _console() -> Console:
    console = Console(stderr=True, markup=False, emoji=False, highlight=False)
    console.width = min(console.width, WIDTH)
    return console


def _answered(
    console: Console, question: Asked, interview: CheckInInterview
) -> CheckInInterview | None:
    """Return the interview with a valid answer to the question, or None to go back."""
    while (typed := _read(console, "> ")).lower() != "back":
        try:
            return interview.answer(question.id, typed or interview.texts.get(question.id, ""))
        except BadAnswer as error:
            console.print(f"  {error}", style="yellow")
    return None


def _show(console: Console, question: Asked, number: str, texts: Mapping[str, str]) -> None:
    console.print(f"\n{number}  {question.text}", style="bold")
    rows = [(str(n), one.text) for n, one in enumerate(question.options, start=1)]
    if question.question.kind == "checklist":
        rows.append(("0", "none of these"))
    given = texts.get(question.id)
    hints = [question.hint] if question.hint else []
    if given is not None:
        hints.append(f"Enter keeps: {question.show(question.read(given)) or 'nothing'}")
    _table(console, rows, "")
    _table(console, [("", hint) for hint in hints], "dim")


def _table(console: Console, rows: list[tuple[str, str]], style: str) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", min_width=4)
    for row in rows:
        table.add_row(*map(Text, row), style=style)
    if rows:
        console.print(table)


def _read(console: Console, prompt: str) -> str:
    """Return one typed line; raise `EOFError` at the end of the input."""
    console.print(prompt, end="")
    console.file.flush()
    line = sys.stdin.buffer.readline()
    if not line:
        raise EOFError
    return line.decode("utf-8", "replace").strip()


_YES = ("y", "yes")
_NO = ("n", "no")
