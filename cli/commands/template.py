"""`backplan template`: a week with open choices, given to many people.

What takes long to import is imported inside, so that `--help` answers at once.
"""

import datetime
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands._common import Overlays, known_format, load, parse_date
from cli.commands._store import (
    AllowReadable,
    Author,
    StoreOption,
    answers_of,
    author_name,
    opened,
)
from cli.exit_codes import BAD_INPUT, BUG, IMPOSSIBLE, PLAN, REFERRED

if TYPE_CHECKING:
    from cli.progress import Spinner
    from knowledge import Knowledge
    from recommender.plan import Plan
    from recommender.solve import Progress
    from recommender.store import Store
    from recommender.template.people import Answers, Person
    from recommender.template.report import ClientReport

template = typer.Typer(
    help="Save a week as a template and give it to many people (docs/templates.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)

FORMATS = ("text", "json")
CODES = {
    "planned": PLAN,
    "bug": BUG,
    "referred": REFERRED,
    "bad_input": BAD_INPUT,
    "no_time": BAD_INPUT,
    "impossible": IMPOSSIBLE,
}
WORST_FIRST = (BUG, REFERRED, BAD_INPUT, IMPOSSIBLE, PLAN)
"""Which exit code speaks for all where people ended differently."""

TemplateFile = Annotated[
    Path, typer.Argument(metavar="TEMPLATE", help="A template (YAML).", show_default=False)
]


@template.command()
def save(
    plan: Annotated[Path, typer.Argument(help="The plan, in JSON.")],
    name: Annotated[str, typer.Option(help="What to call it, such as core_twice_a_week.")],
    open_: Annotated[
        list[str] | None,
        typer.Option(
            "--open",
            metavar="EXERCISE",
            help="Leave this one open: any of its pattern will do (repeatable).",
        ),
    ] = None,
    note: Annotated[str | None, typer.Option(help="Whom it is for.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--out", "--output", "-o", help="Write to this file instead of stdout."),
    ] = None,
    author: Author = None,
    overlays: Overlays = None,
) -> None:
    """Save a plan as a template, to be read and edited by hand.

    Exit code 0: saved. 2: bad input.
    """
    from cli.writing import write_result
    from recommender.check import read_plan
    from recommender.template.files import template_of, template_text

    knowledge, _ = load(overlays)
    made = template_of(
        read_plan(plan, knowledge),
        knowledge,
        name=name,
        author=author_name(author),
        note=note,
        opened=open_ or (),
    )
    write_result(template_text(made), output)


@template.command()
def show(file: TemplateFile, overlays: Overlays = None) -> None:
    """Show a template, with the names of its exercises. Exit code 2: it cannot be used."""
    from cli.writing import write_result
    from recommender.render.template import render_template
    from recommender.template.files import read_template

    knowledge, _ = load(overlays)
    write_result(render_template(read_template(file, knowledge), knowledge), None)


@template.command()
def assign(
    file: TemplateFile,
    intakes: Annotated[
        list[Path] | None, typer.Argument(metavar="INTAKE...", help="Files of answers (YAML).")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="A new folder, for a plan a person."),
    ] = None,
    clients: Annotated[
        str | None,
        typer.Option(metavar="CLIENT,...", help="Clients of the store, instead of files."),
    ] = None,
    week_start: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day; default is the next Monday.")
    ] = None,
    format_name: Annotated[
        str, typer.Option("--format", help=f"The report: {' or '.join(FORMATS)}.")
    ] = "text",
    author: Author = None,
    store: StoreOption = None,
    allow_readable: AllowReadable = False,
    overlays: Overlays = None,
) -> None:
    """Give a template to people: each gets a checked plan within their own limits.

    The report says what was replaced for whom and why. Nobody stops the others. Exit code 0: all
    have a plan. Else the worst of: 1, a bug; 3, see a doctor first; 2, bad input; 4, no week fits.
    """
    from cli.progress import Spinner
    from cli.writing import write_result
    from recommender.draft import Request
    from recommender.recommend import next_monday
    from recommender.render import render
    from recommender.render.template import render_report
    from recommender.template.files import read_template
    from recommender.template.people import give
    from recommender.template.report import AssignmentReport

    known_format(format_name, FORMATS)
    called = [one.strip() for one in clients.split(",")] if clients is not None else []
    files = intakes or []
    _refuse_wrong_people(files, called, out)
    knowledge, clinicians = load(overlays)
    read = read_template(file, knowledge)
    by = author_name(author)
    today = datetime.date.today()
    start = parse_date("--week-start", week_start) or next_monday(today)
    request = Request(start, clinicians=clinicians)
    reports: list[ClientReport] = []
    plans: dict[str, str] = {}
    with ExitStack() as stack:
        kept = stack.enter_context(opened(store, allow_readable=allow_readable)) if called else None
        people = _of_store(kept, called, knowledge, today) if kept else _of_files(files, knowledge)
        spinner = stack.enter_context(Spinner())
        for number, person in enumerate(people, 1):
            report, plan = give(
                knowledge, read, person, request, _progress(spinner, person, number, len(people))
            )
            if plan is not None and kept is not None:
                report = _keep(kept, person, plan, by, report)
            if plan is not None and report.outcome == "planned" and out is not None:
                path = out / f"{person.label}.json"
                plans[path.name] = render(plan, knowledge, "json")
                report = report.model_copy(update={"plan": report.plan or str(path)})
            reports.append(report)
    if out is not None and plans:
        _write_folder(out, plans)
    whole = AssignmentReport(
        schema_version=1,
        template=read.name,
        author=read.author,
        week_start=start,
        clients=tuple(reports),
    )
    as_json = whole.model_dump_json(indent=2) + "\n"
    write_result(as_json if format_name == "json" else render_report(whole), None)
    found = {CODES[one.outcome] for one in reports}
    raise typer.Exit(next(code for code in WORST_FIRST if code in found))


def _refuse_wrong_people(files: Sequence[Path], called: Sequence[str], out: Path | None) -> None:
    """Raise `BadInput` unless it is clear who is meant, and where the plans go."""
    from knowledge import BadInput, Fault

    faults = []
    if bool(files) == bool(called):
        message = "expected files of answers, or --clients CLIENT,... of the store; one of the two"
        faults.append(Fault("backplan template assign", None, "", message))
    if files and out is None:
        faults.append(Fault("--out", None, "", "expected a folder for the plans"))
    labels = [path.stem for path in files]
    for path in files:
        if labels.count(path.stem) > 1:
            message = f"there are two files {path.stem}, and each person's plan is named so"
            faults.append(Fault(str(path), None, "", message))
    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        message = "is there already; expected a new folder, so that no older plan is left in it"
        faults.append(Fault(str(out), None, "", message))
    elif out is not None and not out.absolute().parent.is_dir():
        faults.append(Fault(str(out), None, "", "cannot be made: there is no such folder"))
    if faults:
        raise BadInput(faults)


def _of_files(files: Sequence[Path], knowledge: "Knowledge") -> "list[Person]":
    from recommender.intake import read_with_orders
    from recommender.template.people import Person

    today = datetime.date.today()

    def reading(path: Path) -> "Callable[[], Answers]":
        return lambda: read_with_orders(path, (), knowledge, today)

    return [Person(path.stem, reading(path)) for path in files]


def _of_store(
    store: "Store", called: Sequence[str], knowledge: "Knowledge", today: datetime.date
) -> "list[Person]":
    """Return the clients that are meant; raise `BadInput` for one that is not there, or twice."""
    from knowledge import BadInput, Fault
    from recommender.store import find_client
    from recommender.template.people import Person

    def reading(client: str) -> "Callable[[], Answers]":
        return lambda: answers_of(store, client, knowledge, today)[1:]

    found = [find_client(store, one).id for one in called]
    twice = {one for one in found if found.count(one) > 1}
    if twice:
        message = f"{', '.join(sorted(twice))} stands there twice"
        raise BadInput([Fault("--clients", None, "", message)])
    return [Person(one, reading(one)) for one in found]


def _keep(
    store: "Store", person: "Person", plan: "Plan", author: str, report: "ClientReport"
) -> "ClientReport":
    """Return the report with the version that the plan is now, or with why it is none."""
    from knowledge import BadInput
    from recommender.store import append

    try:
        version = append(store, person.label, "plan", plan, author)
    except BadInput as error:
        reasons = tuple(map(str, error.faults))
        update = {"outcome": "bad_input", "reasons": reasons, "week": None}
        return report.model_copy(update=update)
    return report.model_copy(update={"plan": f"version {version.number} of {person.label}"})


def _progress(spinner: "Spinner", person: "Person", number: int, of: int) -> "Progress":
    def report(tier: str, value: int | None, bound: int | None) -> None:
        spinner.report(f"{person.label} ({number} of {of}), {tier}", value, bound)

    return report


def _write_folder(out: Path, files: Mapping[str, str]) -> None:
    """Write all files into a new folder, which is there only once it is whole."""
    from cli.writing import write_whole
    from knowledge import BadInput, Fault

    try:
        folder = Path(tempfile.mkdtemp(dir=out.absolute().parent, prefix=f".{out.name}."))
        try:
            for name, text in files.items():
                write_whole(text, folder / name)
            folder.replace(out)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        raise BadInput([Fault(str(out), None, "", message)]) from None
