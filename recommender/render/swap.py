"""The choices for the place of an item, in plain text."""

from collections.abc import Sequence

from knowledge.schema.days import DAY_NAMES
from recommender.plan import Plan, PlanDay, PlanItem
from recommender.render.lines import wrap
from recommender.replan.swap import Choice

NO_CHOICE = (
    "No exercise of its block and side can stand there: each one is there already, does not suit "
    "the day, is kept away by an order, or leaves no week that keeps every rule."
)


def choices_text(
    plan: Plan, day: PlanDay, item: PlanItem, choices: Sequence[Choice], file: str, intake: str
) -> str:
    """Return the choices with what each changes and costs, and how to take one."""
    lines = wrap(f"In place of {item.name} on {DAY_NAMES[day.day]} ({plan.stamps.week_start}):")
    if not choices:
        return "\n".join([*lines, *wrap(NO_CHOICE)]) + "\n"
    for number, choice in enumerate(choices, 1):
        told = f"{choice.name} ({choice.exercise}): {_others(choice.others)}; {_cost(choice)}."
        lines += wrap(told, "   ", f"{number}. ")
    lines += ["", "To take one:"]
    command = f"backplan swap {file} {item.exercise} --day {day.day} --intake {intake}"
    return "\n".join([*lines, f"  {command} --take 1 -o new.json"]) + "\n"


def _others(others: int) -> str:
    if not others:
        return "nothing else changes"
    return f"{others} other item{'s change' if others > 1 else ' changes'}"


def _cost(choice: Choice) -> str:
    return choice.cost or "the week is as good"
