"""A program for a terminal of 80 columns, as Markdown, and as JSON."""

import json
from collections import Counter
from collections.abc import Iterator

from knowledge import Knowledge
from recommender.plan import Plan, PlanItem
from recommender.program.model import Program, ProgramPhase, ProgramWeek
from recommender.render._words import (
    DISCLAIMER,
    OUTCOMES,
    counted,
    dose,
    minutes,
    notes,
    stamp_words,
)
from recommender.render.lines import WIDTH, bullets, heading, wrap
from recommender.render.markdown import escaped
from recommender.render.rule_words import orders_words

PLANNED = ("optimal", "feasible")
STEPS = {"hold": "hold", "reps": "rep count", "sets": "set", "load": "weight", "ladder": "rung"}
"""How the overview names what advances."""
COLUMNS = ("week", "begins", "phase", "minutes", "abd:lum", "what advances")
WIDTHS = (4, 6, 13, 7, 7)
"""Those of all columns but the last."""


def render(program: Program, knowledge: Knowledge, format_name: str) -> str:
    """Return the program in one of the formats."""
    if format_name == "json":
        return json.dumps(program.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"
    lines = _markdown(program) if format_name == "markdown" else _text(program)
    return "\n".join(line.rstrip(" ") for line in lines) + "\n"


def schema() -> str:
    """Return the JSON Schema of a program."""
    return json.dumps(Program.model_json_schema(mode="serialization"), indent=2) + "\n"


def _text(program: Program) -> Iterator[str]:
    yield from wrap(_title(program))
    for line in _head(program):
        yield from wrap(line)
    yield ""
    yield from wrap(program.condition)
    rows = [COLUMNS, *(_row(program, week) for week in program.weeks)]
    yield ""
    for number, row in enumerate(rows):
        cells = (cell.ljust(width) for cell, width in zip(row, WIDTHS, strict=False))
        left = f"{'  '.join(cells)}  "
        yield from wrap(row[-1], " " * len(left), left) or [left]
        if number == 0:
            yield "-" * WIDTH
    yield ""
    for phase in program.phases:
        yield from wrap(_phase(phase), "  ", "")
    for week in program.weeks:
        yield from heading(_week_title(program, week))
        yield from bullets(_week_lines(program, week))
    for part, lines in _end(program):
        yield from heading(part)
        yield from bullets(lines)
    yield ""
    yield from wrap(DISCLAIMER)
    yield from wrap(stamp_words(program.weeks[0].plan))


def _markdown(program: Program) -> Iterator[str]:
    yield f"# {escaped(_title(program))}\n"
    for line in (*_head(program), program.condition):
        yield f"{escaped(line)}\n"
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|{'---|' * len(COLUMNS)}"
    for week in program.weeks:
        yield f"| {' | '.join(_row(program, week))} |"
    yield ""
    for phase in program.phases:
        yield f"- {_phase(phase)}"
    for week in program.weeks:
        yield f"\n## {_week_title(program, week)}\n"
        yield from (f"- {escaped(line)}" for line in _week_lines(program, week))
    for part, lines in _end(program):
        yield f"\n## {part}\n"
        yield from (f"- {escaped(line)}" for line in lines)
    yield f"\n_{DISCLAIMER}_\n"
    yield f"_{escaped(stamp_words(program.weeks[0].plan))}_"


def _phase(phase: ProgramPhase) -> str:
    first, last = phase.first_week, phase.last_week
    weeks = f"week {first}" if first == last else f"weeks {first} to {last}"
    return f"{phase.name} ({weeks}): {phase.purpose}"


def _title(program: Program) -> str:
    whose = f" for {program.name}" if program.name else ""
    weeks = program.options.weeks
    return f"Program of {weeks} weeks{whose}, from {program.stamps.week_start}"


def _head(program: Program) -> Iterator[str]:
    """Yield how far the program goes, how good it is, and how long it holds."""
    planned = sum(week.plan.status in PLANNED for week in program.weeks)
    if program.status == "stopped":
        yield (
            f"It stops early: {planned} of {program.options.weeks} weeks are planned. "
            "The last entry says why."
        )
        yield from program.warnings
    if planned and program.gap_percent:
        yield (
            f"Checked by independent rules. Week by week within {program.gap_percent:g} % of the "
            "best, each given the weeks before it."
        )
    elif planned:
        yield (
            "Proven best week by week, each given the weeks before it, and checked by "
            "independent rules."
        )
    if planned:
        yield f"Valid until {program.valid_until}; then answer the questions again."


def _row(program: Program, week: ProgramWeek) -> tuple[str, ...]:
    plan = week.plan
    name = next(phase.name for phase in program.phases if phase.id == week.phase)
    phase = f"{name}, light" if week.kind == "light" else name
    start = f"{plan.stamps.week_start.day} {plan.stamps.week_start:%b}"
    if plan.status not in PLANNED:
        return (str(week.number), start, phase, "-", "-", f"no plan: {plan.status}")
    used = minutes(sum(day.minutes for day in plan.days))
    balance = plan.balance.sets if plan.balance is not None else None
    sets = f"{balance.abdominal:g} : {balance.lumbar:g}" if balance is not None else "-"
    return (str(week.number), start, phase, used, sets, _advancing(week))


def _advancing(week: ProgramWeek) -> str:
    counts = Counter(STEPS[one.lever] for one in week.advances)
    parts = [counted(count, step) for step, count in sorted(counts.items())]
    new = sum(note.startswith("New: ") for note in week.notes)
    return ", ".join([*parts, f"{new} new"] if new else parts)


def _week_title(program: Program, week: ProgramWeek) -> str:
    name = next(phase.name for phase in program.phases if phase.id == week.phase)
    light = ", a lighter week" if week.kind == "light" else ""
    start = week.plan.stamps.week_start
    return f"Week {week.number}, from {start.day} {start:%B}: {name}{light}"


def _week_lines(program: Program, week: ProgramWeek) -> list[str]:
    """Return what changes against the week before; for the first week, what is done."""
    plan = week.plan
    if plan.status not in PLANNED:
        return list(_no_plan(plan))
    said = {note for other in program.weeks[: week.number - 1] for note in notes(other.plan)}
    lines = [*week.notes]
    if week.kind == "light":
        full = [one.plan for one in program.weeks[: week.number - 1] if one.kind != "light"][-1]
        sets = f"{_main_sets(plan)} main sets instead of {_main_sets(full)}"
        lines.insert(0, f"{sets}; the doses stay as they are.")
    lines += [f"{one.name}: {_step(one.lever, one.before, one.after)}" for one in week.advances]
    lines += [note for note in notes(plan) if _lasting(note) not in map(_lasting, said)]
    last = list(orders_words(program.weeks[week.number - 2].plan)) if week.number > 1 else []
    lines += [words for words in orders_words(plan) if words not in last]
    if week.number == 1:
        return [*_exercises(plan), *lines]
    return lines or ["The same as before."]


def _main_sets(plan: Plan) -> int:
    return sum(item.sets for day in plan.days for item in day.items if item.block == "main")


def _lasting(note: str) -> str:
    """Return a note without its figures, so that it is said once and not every week."""
    return "".join(letter for letter in note if not letter.isdigit())


def _step(lever: str, before: str, after: str) -> str:
    if lever == "ladder":
        return f"takes the place of {before}, one rung up"
    return f"{before} -> {after}"


def _exercises(plan: Plan) -> Iterator[str]:
    """Yield each exercise with its dose and its days, in order of appearance."""
    found: dict[str, list[tuple[str, PlanItem]]] = {}
    for day in plan.days:
        for item in day.items:
            found.setdefault(item.exercise, []).append((day.day.capitalize(), item))
    for items in found.values():
        doses = list(dict.fromkeys(dose(item) for _, item in items))
        if len(doses) == 1:
            yield f"{items[0][1].name}: {doses[0]} ({', '.join(day for day, _ in items)})"
        else:
            parts = (f"{dose(item)} ({day})" for day, item in items)
            yield f"{items[0][1].name}: {'; '.join(parts)}"


def _no_plan(plan: Plan) -> Iterator[str]:
    if plan.status == "referred":
        yield f"No plan. {OUTCOMES[plan.screening.outcome]}"
        for flag in plan.screening.flags:
            yield f"{flag.statement.rstrip('.')}. Where to go: {flag.where_to_go}"
        return
    yield "No week fits the answers."
    yield from (clash.sentence for clash in plan.clashes)
    yield from (repair.sentence for repair in plan.repairs)


def _end(program: Program) -> Iterator[tuple[str, list[str]]]:
    """Yield what stands after the weeks, by heading."""
    if program.tests:
        yield "At the end", [f"{test.name}. {test.how}" for test in program.tests]
    yield "Stop and get help if you notice", list(program.weeks[0].plan.stop_signs)
