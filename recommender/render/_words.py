"""Words that the formats for people share."""

import datetime

from knowledge import Knowledge
from knowledge.schema.intake import Weekday
from recommender.answers import DAY_NAMES
from recommender.impossible import CLASHES_AT_MOST
from recommender.plan import Plan, PlanBalance, PlanItem

BLOCKS = {"warm_up": "Warm-up", "main": "Main", "cool_down": "Cool-down"}
OUTCOMES = {
    "emergency": "Emergency: get help now.",
    "same_day": "Get medical help today.",
    "doctor": "See a doctor first.",
    "clear": "",
}
DISCLAIMER = (
    "backplan is not a medical device and makes no diagnosis. It does not replace the advice of "
    "your doctor or physiotherapist."
)
REPAIRS = "Each of these makes a week possible, the smallest change first"


def day_title(day: Weekday, date: datetime.date) -> str:
    """Return a day as people write it: Monday 30 November."""
    return f"{DAY_NAMES[day]} {date.day} {date:%B}"


def dose(item: PlanItem) -> str:
    """Return the dose in words: 3 x 10 a side, hold 5 s, rest 60 s."""
    count = f"{item.sets} x {item.reps}"
    if item.reps == 1 and item.hold_s is not None:
        parts = [f"{item.sets} x {item.hold_s} s hold{_side(item)}"]
    else:
        parts = [f"{count}{_side(item)}"]
        if item.hold_s is not None:
            parts.append(f"hold {item.hold_s} s")
    if item.rest_between_reps_s and item.reps > 1:
        parts.append(f"{item.rest_between_reps_s} s between reps")
    if item.sets > 1:
        parts.append(f"rest {item.rest_s} s")
    return ", ".join(parts)


def _side(item: PlanItem) -> str:
    return {"both": "", "each": " each side", "alternating": " a side alternating"}[item.sides]


def load_words(item: PlanItem) -> str:
    """Return the load and effort hint, or an empty text for unloaded easy work."""
    parts = [item.load_hint] if item.load_hint else []
    if item.load in ("moderate", "heavy"):
        parts.append("One lighter set first, with half the weight.")
    if item.block == "main":
        parts.append(f"Effort {item.effort} of 10.")
    return " ".join(parts)


def minutes(value: float) -> str:
    """Return minutes without a needless decimal: 17 or 17.5."""
    return f"{value:g}"


def balance_words(balance: PlanBalance) -> str:
    """Return the balance as one sentence with its figures."""
    if not balance.kept:
        return f"Balance dropped: {balance.reason}"
    exercises, sets, hard = balance.exercises, balance.sets, balance.hard_sets
    return (
        f"abdominal {counted(exercises.abdominal, 'exercise')}, {counted(sets.abdominal, 'set')} "
        f"({hard.abdominal:g} hard); lumbar {counted(exercises.lumbar, 'exercise')}, "
        f"{counted(sets.lumbar, 'set')} ({hard.lumbar:g} hard). {balance.reason}"
    )


def counted(number: float, noun: str) -> str:
    """Return a number with its noun: 1 set, 2 sets."""
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


def proof_words(plan: Plan) -> str:
    """Return how far the plan is proven to be the best."""
    if plan.status == "optimal":
        return f"Proven best in all {len(plan.tiers)} tiers, and checked by independent rules."
    unproven = [tier.name for tier in plan.tiers if not tier.proven]
    stopped = {"time_limit": " The time limit stopped the search.", "interrupt":
               " You stopped the search.", None: ""}[plan.stopped_by]  # fmt: skip
    return f"Checked by independent rules, but not proven best in: {', '.join(unproven)}.{stopped}"


def stamp_words(plan: Plan) -> str:
    """Return the stamps in one line."""
    stamps = plan.stamps
    return (
        f"backplan {stamps.backplan}, solver {stamps.ortools}, knowledge {stamps.knowledge}, "
        f"answers {stamps.intake}, balance {stamps.options.balance}, seed {stamps.seed}"
    )


def excluded_groups(plan: Plan) -> list[tuple[str, list[str]]]:
    """Return the excluded exercises grouped by reason, most common reason first."""
    groups: dict[str, list[str]] = {}
    for one in plan.excluded:
        groups.setdefault(one.reason, []).append(one.name)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))


def equipment_words(item: PlanItem, knowledge: Knowledge) -> str:
    """Return the equipment of an item: 2 x dumbbell, exercise mat."""
    return ", ".join(
        f"{count} x {knowledge.equipment[piece].name}"
        if count > 1
        else knowledge.equipment[piece].name
        for piece, count in item.equipment.items()
    )


def notes(plan: Plan) -> list[str]:
    """Return what has to be said before the days: advice, settled flags, warnings, overlays."""
    lines = [
        f"Please note: {flag.statement.rstrip('.')}. {flag.where_to_go}"
        for flag in plan.screening.advice
    ]
    lines += [
        f"On record: {one.flag} was assessed by {one.by} on {one.date}: {one.finding}"
        for one in plan.screening.settled
    ]
    lines += [f"Note: {warning}" for warning in plan.warnings]
    for overlay in plan.overlays:
        replaced = ", ".join(overlay.replaced) or "nothing"
        lines.append(f"Overlay {overlay.name} replaced: {replaced}.")
    return lines


def clashes_words(plan: Plan) -> list[str]:
    """Return what is said after the clashes: that there may be more where so many were found."""
    if len(plan.clashes) < CLASHES_AT_MOST:
        return []
    return ["There may be more clashes than these; then ask again when one of them is gone."]


def instead_words(plan: Plan, knowledge: Knowledge) -> list[str]:
    """Return what is possible in place of exercises that were left out for safety, grouped."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for one in plan.excluded:
        if one.cause == "clinical" and one.instead:
            groups.setdefault(one.instead, []).append(one.name)
    return [
        f"{', '.join(names)}: {', '.join(knowledge.exercises[name].name for name in instead)}."
        for instead, names in groups.items()
    ]


def clinician_words(plan: Plan) -> list[str]:
    """Return what only a clinician needs: softened verdicts, weakened rules, what is unverified."""
    lines = [
        f"{one.condition}, {one.demand or 'the whole plan'}: {one.was} became {one.now}, by "
        f"{one.by} on {one.date} until {one.until}: {one.reason}"
        for one in plan.softened
    ]
    lines += [
        f"Overlay {overlay.name} made {one.entry} milder ({one.what}): {one.reason}"
        for overlay in plan.overlays
        for one in overlay.weakened
    ]
    doses = {item.name for day in plan.days for item in day.items if not item.verified}
    if doses:
        lines.append(f"Dose not verified against a source: {', '.join(sorted(doses))}.")
    rules = {one.rule for one in plan.excluded if one.cause == "clinical" and not one.verified}
    if rules:
        lines.append(f"Rules not verified that left something out: {', '.join(sorted(rules))}.")
    return lines
