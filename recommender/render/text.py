"""The plan for a terminal of 80 columns, in plain text."""

from collections.abc import Iterator

from knowledge import Knowledge
from recommender.plan import Plan, PlanDay, PlanItem
from recommender.render._words import (
    BLOCKS,
    DISCLAIMER,
    OUTCOMES,
    REPAIRS,
    balance_words,
    clashes_words,
    clinician_words,
    day_title,
    dose,
    equipment_words,
    excluded_groups,
    instead_words,
    load_words,
    minutes,
    notes,
    proof_words,
    stamp_words,
)
from recommender.render.lines import bullets, heading, wrap
from recommender.render.rule_words import orders_words


def render(plan: Plan, knowledge: Knowledge) -> str:
    """Return the plan as text, no line longer than 80 columns."""
    parts = {
        "optimal": _week,
        "feasible": _week,
        "referred": _referred,
        "impossible": _impossible,
    }[plan.status]
    lines = [*parts(plan, knowledge), "", *wrap(DISCLAIMER), *wrap(stamp_words(plan))]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _week(plan: Plan, knowledge: Knowledge) -> Iterator[str]:
    whose = f" for {plan.name}" if plan.name else ""
    yield from wrap(f"Week of {plan.stamps.week_start}{whose}")
    used = sum(day.minutes for day in plan.days)
    available = sum(day.minutes_available for day in plan.days)
    sessions = f"{len(plan.days)} session{'s' if len(plan.days) != 1 else ''}"
    yield from wrap(f"{sessions}, {minutes(used)} of {available} minutes. {proof_words(plan)}")
    if plan.balance is not None:
        yield from wrap(f"Balance: {balance_words(plan.balance)}")
    if plan.valid_until is not None:
        yield from wrap(f"Valid until {plan.valid_until}; then ask for a new plan.")
    for note in notes(plan):
        yield from wrap(note, "  ", "")
    yield from _orders(plan)
    for day in plan.days:
        yield from _day(day, knowledge)
    yield from _how(plan)
    yield from heading("Stop and get help if you notice")
    yield from bullets(plan.stop_signs)
    clinical = [one for one in plan.excluded if one.cause == "clinical"]
    if clinical:
        yield from heading(f"Left out for your safety ({len(clinical)})")
        safe = plan.model_copy(update={"excluded": tuple(clinical)})
        for reason, names in excluded_groups(safe):
            yield from wrap(f"{', '.join(names)}. {reason}", "  ", "- ")
    swaps = instead_words(plan, knowledge)
    if swaps:
        yield from heading("Instead")
        yield from bullets(swaps)
    if plan.stamps.role == "clinician":
        yield from heading("For the clinician")
        yield from bullets(clinician_words(plan))


def _orders(plan: Plan) -> Iterator[str]:
    if plan.orders:
        yield from heading("Orders")
        yield from bullets(orders_words(plan))


def _day(day: PlanDay, knowledge: Knowledge) -> Iterator[str]:
    title = day_title(day.day, day.date)
    yield from heading(
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
    yield from wrap(f"{name:<28}  {dose(item)}", " " * 32, "  ")
    equipment = equipment_words(item, knowledge)
    hint = " ".join(part for part in (f"[{equipment}]" if equipment else "", load_words(item))
                    if part)  # fmt: skip
    if hint:
        yield from wrap(hint, "      ")


def _how(plan: Plan) -> Iterator[str]:
    """Yield how each exercise is done, once, in order of appearance."""
    yield from heading("How to do them")
    seen: set[str] = set()
    for item in (item for day in plan.days for item in day.items):
        if item.exercise in seen:
            continue
        seen.add(item.exercise)
        yield f"{item.name}"
        yield from wrap(" ".join(item.cues), "  ")
        for caution in item.cautions:
            yield from wrap(f"! {caution}", "    ", "  ")
        yield from wrap(f"Why: {item.why}", "  ")


def _referred(plan: Plan, knowledge: Knowledge) -> Iterator[str]:
    yield "No plan now. " + OUTCOMES[plan.screening.outcome]
    for flag in plan.screening.flags:
        yield ""
        yield from wrap(flag.statement, "  ", "- ")
        yield from wrap(f"Where to go: {flag.where_to_go}", "  ")
    opens = plan.screening.clearance_would_open
    if opens:
        names = ", ".join(knowledge.exercises[name].name for name in opens)
        yield ""
        yield from wrap(
            "If a doctor or physiotherapist agrees, write it into the answers as a clearance "
            "(condition, by whom, date) and ask again. It would open: " + names + "."
        )


def _impossible(plan: Plan, knowledge: Knowledge) -> Iterator[str]:
    del knowledge
    yield "No week fits these answers."
    several = len(plan.clashes) > 1
    for number, clash in enumerate(plan.clashes, 1):
        yield ""
        yield from wrap(clash.sentence, "   " if several else "", f"{number}. " if several else "")
        for limit in clash.limits:
            yield from wrap(f"Fixed: {limit}", "     " if several else "  ",
                            "   - " if several else "- ")  # fmt: skip
    for words in clashes_words(plan):
        yield ""
        yield from wrap(words)
    if plan.repairs:
        yield from heading(REPAIRS)
        yield from bullets([repair.sentence for repair in plan.repairs])
    yield from _orders(plan)
    for note in notes(plan):
        yield from wrap(note, "  ", "")
