"""A check-in for a terminal of 80 columns: what steps where and why, and the weeks as a chart."""

from collections.abc import Iterator, Mapping, Sequence

from knowledge import Knowledge
from knowledge.schema.checkin import CheckIn, ExerciseReport
from knowledge.schema.checkin_rules import DIRECTIONS, Direction
from recommender.checkin import Effect, FollowUp, Step, WeekFigures
from recommender.plan import Plan
from recommender.render._words import counted
from recommender.render.lines import heading, wrap

TITLES: Mapping[Direction, str] = {
    "out": "Out",
    "down": "Down",
    "up": "Ready for more",
    "hold": "Stays",
}
DONE_WIDTH, PAIN_WIDTH = 20, 10


def render_checkin(
    knowledge: Knowledge,
    plan: Plan,
    checkin: CheckIn | None,
    found: FollowUp,
    *,
    plain: bool,
) -> str:
    """Return the whole text. `checkin` is None for a missed one; `plain` is without Unicode."""
    whose = f" of {plan.name}" if plan.name else ""
    told = f"told on {checkin.answered_on}" if checkin else "missed"
    lines = wrap(f"Check-in{whose} for the week of {plan.stamps.week_start}, {told}")
    if checkin is not None and checkin.note:
        lines += wrap(f"Note: {checkin.note}")
    for flag in found.screened.advice:
        lines += wrap(f"Please note: {flag.statement.rstrip('.')}. {flag.where_to_go}")
    for direction in sorted(TITLES, key=_shown_first):
        own = [step for step in found.steps if step.direction == direction]
        if own:
            lines += heading(TITLES[direction])
            lines += _steps(knowledge, checkin, own, found.effects)
    lines += heading("Week by week")
    lines += chart(found.figures, plain=plain)
    return "\n".join(lines) + "\n"


def chart(figures: Sequence[WeekFigures], *, plain: bool) -> Iterator[str]:
    """Yield a line a week: sets done in per cent, and the strongest pains from 0 to 10."""
    block = "#" if plain else "█"
    pain = "Pain, training"
    yield f"{'Week':<12}{'Done':<{DONE_WIDTH + 8}}{pain:<{PAIN_WIDTH + 6}}Next day"
    for week in figures:
        if week.done_percent is None and week.pain is None:
            yield f"{week.start}  nothing told"
            continue
        done = week.done_percent or 0
        bar = block * round(DONE_WIDTH * done / 100)
        yield (
            f"{week.start}  {bar:<{DONE_WIDTH}} {done:>3} %  "
            f"{_pain(week.pain, block)}  {_pain(week.pain_next_day, block)}"
        ).rstrip()


def _pain(level: int | None, block: str) -> str:
    if level is None:
        return f"{'-':<{PAIN_WIDTH + 4}}"
    return f"{block * level:<{PAIN_WIDTH}} {level:>2} "


def _shown_first(direction: Direction) -> int:
    """Order what changes before what stays, easier before harder."""
    return len(DIRECTIONS) if direction == "hold" else DIRECTIONS.index(direction)


def _steps(
    knowledge: Knowledge,
    checkin: CheckIn | None,
    steps: Sequence[Step],
    effects: Mapping[str, Effect],
) -> Iterator[str]:
    """Yield what is said of each step; exercises with the same effect and reason together."""
    groups: dict[tuple[str, str], list[str]] = {}
    for step in steps:
        told = _told(checkin.report(step.exercise) if checkin else None)
        name = knowledge.exercises[step.exercise].name
        words = effects[step.exercise].words
        if step.direction == "hold":
            groups.setdefault(("", step.reason), []).append(name)
        else:
            groups.setdefault((words, step.reason), []).append(f"{name}: {told}")
    for (words, reason), names in groups.items():
        if words:
            for name in names:
                yield from wrap(f"- {name}", "  ", "")
            yield from wrap(f"{words[0].upper()}{words[1:]}.", "  ")
        else:
            yield from wrap(f"- {', '.join(names)}", "  ", "")
        yield from wrap(f"Why: {reason}", "  ")


def _told(report: ExerciseReport | None) -> str:
    """Return what was told of an exercise: 3 of 4 sets, effort 7 (planned 5), pain 6."""
    if report is None or report.planned is None:
        return "nothing told"
    parts = [f"{report.done} of {counted(report.planned.sets, 'set')}"]
    if report.effort is not None:
        parts.append(f"effort {report.effort} (planned {report.planned.effort})")
    if report.pain is not None:
        parts.append(f"pain {report.pain}")
    if report.pain_next_day is not None:
        parts.append(f"next day {report.pain_next_day}")
    if report.worst_pain and not report.settled:
        parts.append("not settled")
    return ", ".join(parts)
