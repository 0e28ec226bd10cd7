"""The plan for a terminal of 80 columns, in plain text."""

import re
import textwrap
from collections.abc import Iterator

from knowledge import Knowledge
from recommender.plan import Plan, PlanDay, PlanItem
from recommender.render._words import (
    BLOCKS,
    DISCLAIMER,
    OUTCOMES,
    balance_words,
    day_title,
    dose,
    equipment_words,
    excluded_groups,
    load_words,
    minutes,
    proof_words,
    stamp_words,
)

WIDTH = 80


def render(plan: Plan, knowledge: Knowledge) -> str:
    """Return the plan as text, no line longer than 80 columns."""
    parts = {
        "optimal": _week,
        "feasible": _week,
        "referred": _referred,
        "impossible": _impossible,
    }[plan.status]
    lines = [*parts(plan, knowledge), "", *_wrap(DISCLAIMER), *_wrap(stamp_words(plan))]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _wrap(text: str, indent: str = "", first: str | None = None) -> list[str]:
    # A number and its unit stay on one line.
    glued = re.sub(r"(\d) (s|min|of)\b", "\\1\N{NO-BREAK SPACE}\\2", text)
    lines = textwrap.wrap(
        glued,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=True,
        break_on_hyphens=False,
    )
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def _bullets(texts: tuple[str, ...] | list[str]) -> Iterator[str]:
    for text in texts:
        yield from _wrap(text, "  ", "- ")


def _heading(text: str) -> list[str]:
    lines = _wrap(text)
    return ["", *lines, "-" * max(map(len, lines))]


def _week(plan: Plan, knowledge: Knowledge) -> Iterator[str]:
    whose = f" for {plan.name}" if plan.name else ""
    yield from _wrap(f"Week of {plan.stamps.week_start}{whose}")
    used = sum(day.minutes for day in plan.days)
    available = sum(day.minutes_available for day in plan.days)
    sessions = f"{len(plan.days)} session{'s' if len(plan.days) != 1 else ''}"
    yield from _wrap(f"{sessions}, {minutes(used)} of {available} minutes. {proof_words(plan)}")
    if plan.balance is not None:
        yield from _wrap(f"Balance: {balance_words(plan.balance)}")
    if plan.valid_until is not None:
        yield from _wrap(f"Valid until {plan.valid_until}; then ask for a new plan.")
    for warning in plan.warnings:
        yield from _wrap(f"Note: {warning}", "  ", "")
    for day in plan.days:
        yield from _day(day, knowledge)
    yield from _how(plan)
    yield from _heading("Stop and get help if you notice")
    yield from _bullets(plan.stop_signs)
    clinical = [one for one in plan.excluded if one.cause == "clinical"]
    if clinical:
        yield from _heading(f"Left out for your safety ({len(clinical)})")
        safe = plan.model_copy(update={"excluded": tuple(clinical)})
        for reason, names in excluded_groups(safe):
            yield from _wrap(f"{', '.join(names)}. {reason}", "  ", "- ")


def _day(day: PlanDay, knowledge: Knowledge) -> Iterator[str]:
    title = day_title(day.day, day.date)
    yield from _heading(
        f"{title} at {day.place}: {minutes(day.minutes)} of {day.minutes_available} min"
    )
    block = None
    for item in day.items:
        if item.block != block:
            block = item.block
            yield f"{BLOCKS[block]}"
        yield from _item(item, knowledge)


def _item(item: PlanItem, knowledge: Knowledge) -> Iterator[str]:
    name = item.name
    yield from _wrap(f"{name:<28}  {dose(item)}", " " * 32, "  ")
    equipment = equipment_words(item, knowledge)
    hint = " ".join(part for part in (f"[{equipment}]" if equipment else "", load_words(item))
                    if part)  # fmt: skip
    if hint:
        yield from _wrap(hint, "      ")


def _how(plan: Plan) -> Iterator[str]:
    """Yield how each exercise is done, once, in order of appearance."""
    yield from _heading("How to do them")
    seen: set[str] = set()
    for item in (item for day in plan.days for item in day.items):
        if item.exercise in seen:
            continue
        seen.add(item.exercise)
        yield f"{item.name}"
        yield from _wrap(" ".join(item.cues), "  ")
        for caution in item.cautions:
            yield from _wrap(f"! {caution}", "    ", "  ")
        yield from _wrap(f"Why: {item.why}", "  ")


def _referred(plan: Plan, knowledge: Knowledge) -> Iterator[str]:
    yield "No plan now. " + OUTCOMES[plan.screening.outcome]
    for flag in plan.screening.flags:
        yield ""
        yield from _wrap(flag.statement, "  ", "- ")
        yield from _wrap(f"Where to go: {flag.where_to_go}", "  ")
    opens = plan.screening.clearance_would_open
    if opens:
        names = ", ".join(knowledge.exercises[name].name for name in opens)
        yield ""
        yield from _wrap(
            "If a doctor or physiotherapist agrees, write it into the answers as a clearance "
            "(condition, by whom, date) and ask again. It would open: " + names + "."
        )


def _impossible(plan: Plan, knowledge: Knowledge) -> Iterator[str]:
    del knowledge
    yield "No week fits these answers."
    for clash in plan.clashes:
        yield ""
        yield from _wrap(clash.sentence)
        for limit in clash.limits:
            yield from _wrap(f"Fixed: {limit}", "  ", "- ")
    if plan.repairs:
        yield from _heading("Each of these makes a week possible")
        yield from _bullets([repair.sentence for repair in plan.repairs])
    for warning in plan.warnings:
        yield from _wrap(f"Note: {warning}", "  ", "")
