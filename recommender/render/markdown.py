"""The plan as Markdown, for notes, wikis and printing."""

import re
from collections.abc import Iterator

from knowledge import Knowledge
from recommender.plan import Plan
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
from recommender.render.rule_words import orders_words

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")


def escaped(text: str) -> str:
    """Return text from a person so that it cannot become markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def render(plan: Plan, knowledge: Knowledge) -> str:
    """Return the plan as one Markdown document."""
    if plan.status in ("optimal", "feasible"):
        lines = _week(plan, knowledge)
    elif plan.status == "referred":
        lines = _referred(plan, knowledge)
    else:
        lines = _impossible(plan)
    return "\n".join([*lines, "", f"_{DISCLAIMER}_", "", f"_{escaped(stamp_words(plan))}_"]) + "\n"


def _week(plan: Plan, knowledge: Knowledge) -> Iterator[str]:
    whose = f" for {escaped(plan.name)}" if plan.name else ""
    yield f"# Week of {plan.stamps.week_start}{whose}"
    yield ""
    yield proof_words(plan)
    if plan.balance is not None:
        yield f"Balance: {balance_words(plan.balance)}"
    if plan.valid_until is not None:
        yield f"Valid until {plan.valid_until}."
    yield from (f"\n> {escaped(note)}" for note in notes(plan))
    yield from _orders(plan)
    for day in plan.days:
        yield ""
        place = escaped(day.place)
        yield (
            f"## {day_title(day.day, day.date)} at {place}: {minutes(day.minutes)} of "
            f"{day.minutes_available} min"
        )
        yield ""
        yield "| | Exercise | Dose | Load and effort | Equipment |"
        yield "|---|---|---|---|---|"
        for item in day.items:
            equipment = equipment_words(item, knowledge)
            cells = (BLOCKS[item.block], item.name, dose(item), load_words(item), equipment)
            yield f"| {' | '.join(cells)} |"
    yield "\n## How to do them"
    seen: set[str] = set()
    for item in (item for day in plan.days for item in day.items):
        if item.exercise in seen:
            continue
        seen.add(item.exercise)
        yield f"\n### {item.name}\n"
        yield from (f"- {cue}" for cue in item.cues)
        yield from (f"- **Caution:** {caution}" for caution in item.cautions)
        yield f"- Why: {item.why}"
    yield "\n## Stop and get help if you notice\n"
    yield from (f"- {sign}" for sign in plan.stop_signs)
    yield "\n## Left out\n"
    for reason, names in excluded_groups(plan):
        yield f"- {', '.join(names)}: {escaped(reason)}"
    swaps = instead_words(plan, knowledge)
    if swaps:
        yield "\n## Instead\n"
        yield from (f"- {swap}" for swap in swaps)
    if plan.stamps.role == "clinician":
        yield "\n## For the clinician\n"
        yield from (f"- {escaped(line)}" for line in clinician_words(plan))


def _orders(plan: Plan) -> Iterator[str]:
    if plan.orders:
        yield "\n## Orders\n"
        yield from (f"- {escaped(line)}" for line in orders_words(plan))


def _referred(plan: Plan, knowledge: Knowledge) -> Iterator[str]:
    yield f"# No plan now\n\n{OUTCOMES[plan.screening.outcome]}\n"
    for flag in plan.screening.flags:
        yield f"- {flag.statement} **Where to go:** {flag.where_to_go}"
    opens = plan.screening.clearance_would_open
    if opens:
        yield "\nA clearance by a doctor or physiotherapist would open:\n"
        yield from (f"- {knowledge.exercises[name].name}" for name in opens)


def _impossible(plan: Plan) -> Iterator[str]:
    yield "# No week fits these answers\n"
    for number, clash in enumerate(plan.clashes, 1):
        yield f"{number}. {escaped(clash.sentence)}"
        yield from (f"   - Fixed: {limit}" for limit in clash.limits)
    yield from (f"\n{words}" for words in clashes_words(plan))
    if plan.repairs:
        yield f"\n## {REPAIRS}\n"
        yield from (f"- {escaped(repair.sentence)}" for repair in plan.repairs)
    yield from _orders(plan)
    yield from (f"\n> {escaped(note)}" for note in notes(plan))
