"""What a new plan changes of the last one, in plain text and in Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from knowledge.schema.days import DAY_NAMES
from recommender.plan import Plan, PlanChange
from recommender.render.lines import wrap
from recommender.render.markdown import escaped

SAME = "Nothing has changed, so the plan stays as it is."
SAME_WEEK = "The week stays as it was."
TITLE = "What changes from the last plan"


def changes_lines(plan: Plan, last: Plan, news: Sequence[str]) -> list[str]:
    """Return what is new, then each change with its reason, no line longer than 80 columns."""
    lines = [TITLE, "-" * len(TITLE), *_wrapped(news)]
    for day, changes in groupby(plan.changes, key=lambda change: change.day):
        lines += ["", DAY_NAMES[day]]
        for told in _told(changes):
            lines += wrap(told, "    ", "  ")
    return [*lines, "", *wrap(_sum(plan, last)), ""]


def changes_markdown(plan: Plan, last: Plan, news: Sequence[str]) -> list[str]:
    """Return the same as a section of a page."""
    lines = [f"## {TITLE}", ""]
    if news:
        lines += [*(f"- {escaped(one)}" for one in news), ""]
    for day, changes in groupby(plan.changes, key=lambda change: change.day):
        lines += [f"**{DAY_NAMES[day]}**", ""]
        lines += [f"- {escaped(told)}" for told in _told(changes)]
        lines.append("")
    return [*lines, _sum(plan, last), ""]


def _wrapped(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from wrap(text)


def _told(changes: Iterable[PlanChange]) -> Iterator[str]:
    """Yield each change with its reason; what went together for one reason is told together."""
    for (what, reason), alike in groupby(changes, key=lambda one: (one.what, one.reason)):
        same = list(alike)
        if what == "removed" and len(same) > 1:
            yield f"removed: {'; '.join(change.name for change in same)}. {reason}"
        else:
            yield from (f"{_what(change)} {reason}" for change in same)


def _what(change: PlanChange) -> str:
    if change.what == "added":
        return f"added: {change.name}, {change.after}."
    if change.what == "removed":
        return f"removed: {change.name}, {change.before}."
    if change.before == change.after:
        return f"changed: {change.name}."
    return f"changed: {change.name}, {change.after} instead of {change.before}."


def _sum(plan: Plan, last: Plan) -> str:
    if not plan.changes:
        return SAME_WEEK
    items = sum(len(day.items) for day in last.days)
    gone = sum(change.what != "added" for change in plan.changes)
    return f"{items - gone} of the {items} items of the last plan are as they were."
