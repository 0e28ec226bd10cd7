"""The interview on the terminal: puts the questions, reads the answers, saves the file."""

import datetime
import os
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from cli.exit_codes import INTERRUPTED, REFERRED
from cli.writing import write_result
from knowledge import BadInput, Fault, Knowledge
from knowledge.reading import read_text
from recommender.intake import intake_from_text
from recommender.questionnaire import Asked, BadAnswer, Interview, load_questionnaire
from recommender.screening import Flag

WIDTH = 80
WELCOME = """\
About twenty questions, five to ten minutes. Your answers stay on this computer.
  back    goes to the question before
  ?       shows your answers, to change one
  Ctrl-C  saves a draft and leaves
Lists are answered with numbers, such as 1,3.
"""


def interview(knowledge: Knowledge, output: Path, force: bool) -> None:
    """Run the whole interview and save the answers, or a draft, or nothing."""
    _require_terminal()
    _require_writable(output, force)
    today = datetime.date.today()
    draft = output.with_name(f"{output.name}.draft")
    talk = Talk(Interview(load_questionnaire(knowledge), knowledge, today))
    try:
        talk.begin(draft)
        is_cleared = talk.run()
    except (KeyboardInterrupt, EOFError):
        is_cleared = not talk.interview.stops()
        if is_cleared:
            talk.leave(draft)
            raise typer.Exit(INTERRUPTED) from None
        # Who leaves after ticking a warning sign is still told where to go.
        talk.explain()
    if not is_cleared:
        draft.unlink(missing_ok=True)
        raise typer.Exit(REFERRED)
    text = talk.interview.intake_text()
    intake_from_text(text, str(output), knowledge)
    write_result(text, output)
    draft.unlink(missing_ok=True)
    talk.say(f"\nSaved {output}. Next: backplan plan {shlex.quote(str(output))}", "bold")


def _require_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        message = "needs a terminal; or write the file by hand, starting from one in examples/"
        raise BadInput([Fault("backplan ask", None, "", message)])


def _require_writable(output: Path, force: bool) -> None:
    """Refuse before the first question what would fail after the last."""
    if str(output) == "-" or output.is_dir():
        problem = "expected the name of a file"
    elif output.exists() and not force:
        problem = "exists already; name another --output, or replace it with --force"
    elif not output.parent.is_dir():
        problem = "cannot be written: there is no such folder"
    elif not os.access(output.parent, os.W_OK):
        problem = "cannot be written: the folder is read-only"
    else:
        return
    raise BadInput([Fault(str(output), None, "", problem)])


class Talk:
    """Puts questions and reads answers until the interview is finished or has to stop."""

    def __init__(self, interview: Interview) -> None:
        from rich.console import Console  # here, so that other commands start faster

        self.interview = interview
        self._console = Console(stderr=True, markup=False, emoji=False, highlight=False)
        self._console.width = min(self._console.width, WIDTH)
        self._section = ""

    def say(self, text: str, style: str = "") -> None:
        """Print text for the person, on stderr."""
        self._console.print(text, style=style)

    def begin(self, draft: Path) -> None:
        """Greet, and offer to go on with a draft."""
        self.say(WELCOME, "dim")
        if not draft.exists():
            return
        try:
            resumed = self.interview.resumed(read_text(draft), str(draft))
        except BadInput as error:
            self.say(f"The draft cannot be used and is left aside: {error}\n", "yellow")
            return
        self.say(f"{draft} holds {len(resumed.answers)} answers from last time.", "bold")
        while (answer := self._read("Go on with them? yes or no > ").lower()) not in _YES | _NO:
            self.say("  type yes or no", "yellow")
        if answer in _YES:
            self.interview = resumed

    def leave(self, draft: Path) -> None:
        """Save what has been answered so far as a draft."""
        if not self.interview.answers:
            self.say("\nLeft; there was nothing to save.")
            return
        write_result(self.interview.draft_text(), draft)
        command = "backplan ask"
        if draft.name != "intake.yaml.draft" or draft.parent != Path():
            command += f" --output {shlex.quote(str(draft.with_suffix('')))}"
        self.say(f"\nLeft; draft saved as {draft}. To go on: {command}")

    def run(self) -> bool:
        """Ask everything; return whether the answers allow a plan to be tried."""
        goto = ""
        while True:
            question = self._called(goto) or self.interview.next_question()
            if question is not None:
                goto = self._put(question)
                continue
            stops = self.interview.stops()
            self.explain()
            goto = self._review("end without a plan" if stops else "save")
            if not goto:
                return not stops

    def explain(self) -> None:
        """Say why there can be no plan and where to go, or that the interview is finished."""
        stops, advice = self.interview.stops(), self.interview.advice()
        if stops:
            self.say(
                "\nNo plan can be made now, and nothing is saved. Please read this:", "bold red"
            )
            self._refer(stops)
        if advice:
            self.say("\nThis does not stand in the way of a plan. Please read it:", "bold")
            self._refer(advice)
        if not stops:
            self.say("\nThese are your answers.", "bold")

    def _refer(self, flags: Iterable[Flag]) -> None:
        for flag in flags:
            self._list([("", ""), ("!", flag.statement)])
            self._list([("", flag.where_to_go)], "bold")
        self.say("")

    def _called(self, question_id: str) -> Asked | None:
        return next((one for one in self.interview.questions() if one.id == question_id), None)

    def _put(self, question: Asked) -> str:
        """Ask one question until it is answered; return the id of the one to ask next, if told."""
        self._show(question)
        given = self.interview.answers.get(question.id)
        while True:
            typed = self._read("> ")
            if typed.lower() == "back":
                return self._before(question)
            if typed == "?":
                return self._review("go on") or question.id
            if not typed and given:
                return ""
            try:
                self.interview = self.interview.answer(question.id, typed)
            except BadAnswer as error:
                self.say(f"  {error}", "yellow")
            else:
                return ""

    def _before(self, question: Asked) -> str:
        ids = [one.id for one in self.interview.questions()]
        return ids[max(0, ids.index(question.id) - 1)]

    def _show(self, question: Asked) -> None:
        ids = [one.id for one in self.interview.questions()]
        title = self.interview.questionnaire.sections[question.question.section]
        if title != self._section:
            self._section = title
            self._console.rule(title, align="left", style="dim")
        number = f"{ids.index(question.id) + 1}/{len(ids)}"
        self.say(f"\n{number}  {question.text}", "bold")
        if question.is_listed:
            none = [] if question.question.kind == "choice" else [("0", "none of these")]
            numbered = [(str(n), one.text) for n, one in enumerate(question.options, start=1)]
            self._list([*numbered, *none])
        given = self.interview.answers.get(question.id)
        default = question.question.default
        if question.hint:
            self._list([("", question.hint)], "dim")
        if given:
            self._list([("", f"Enter keeps: {question.show(given.value)}")], "dim")
        elif default is not None:
            self._list([("", f"Enter takes: {question.show(question.read(default))}")], "dim")

    def _list(self, rows: list[tuple[str, ...]], style: str = "") -> None:
        """Print rows with their first column to the right and the last one wrapped."""
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(justify="right", min_width=4)
        for row in rows:
            table.add_row(*map(Text, row), style=style)
        self._console.print(table)

    def _review(self, on_enter: str) -> str:
        """Show all answers by number; return the id of the question to ask again, or nothing."""
        answers = list(self.interview.answers.values())
        self._list(
            [
                (str(number), one.asked.label, one.asked.show(one.value))
                for number, one in enumerate(answers, start=1)
            ]
        )
        while typed := self._read(f"A number changes that answer, Enter: {on_enter} > "):
            if typed.lower() == "back" and answers:
                return answers[-1].asked.id
            if typed.isascii() and typed.isdigit() and 0 < int(typed[:4]) <= len(answers):
                return answers[int(typed[:4]) - 1].asked.id
            self.say(f"  type a number from 1 to {len(answers)}, or press Enter", "yellow")
        return ""

    def _read(self, prompt: str) -> str:
        """Return one typed line; raise `EOFError` at the end of the input."""
        self._console.print(prompt, end="")
        self._console.file.flush()
        line = sys.stdin.buffer.readline()
        if not line:
            raise EOFError
        return line.decode("utf-8", "replace").strip()


_YES = frozenset({"y", "yes"})
_NO = frozenset({"n", "no"})
