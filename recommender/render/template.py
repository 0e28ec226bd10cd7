"""Templates and what became of them, in plain text of 80 columns."""

from collections import Counter
from collections.abc import Iterator

from knowledge import Knowledge
from knowledge.schema.days import DAY_NAMES
from knowledge.schema.template import Template
from recommender.order_words import counted, listed
from recommender.render.lines import WIDTH, heading, wrap
from recommender.template.report import AssignmentReport, ClientReport, ItemFate, WeekReport
from recommender.template.words import item_words

ENDINGS = {
    "planned": "a plan",
    "referred": "see a doctor first",
    "impossible": "no week fits",
    "bad_input": "answers cannot be used",
    "no_time": "the search did not end",
    "bug": "a bug in backplan",
}
"""What a report says of each outcome, in the order that it counts them."""


def render_template(template: Template, knowledge: Knowledge) -> str:
    """Return a template as people read it."""
    lines = wrap(f"{template.name}, by {template.author}")
    lines += wrap(template.note) if template.note else []
    for number, session in enumerate(template.sessions, 1):
        lines += heading(f"Session {number}")
        for item in session.items:
            sets = f", {counted(item.sets, 'set')}" if item.sets else ""
            lines += wrap(item_words(item, knowledge) + sets, "  ", "- ")
    return "\n".join(lines) + "\n"


def render_report(report: AssignmentReport) -> str:
    """Return a table of the clients, then what is different for each, and why."""
    head = f"{report.template}, by {report.author}, for the week of {report.week_start}"
    outcomes: Counter[str] = Counter(one.outcome for one in report.clients)
    numbers = [f"{words} {outcomes[name]}" for name, words in ENDINGS.items() if outcomes[name]]
    lines = [*wrap(head), *wrap(f"{_clients(len(report.clients))}: {', '.join(numbers)}."), ""]
    wide = min(30, max((len(one.client) for one in report.clients), default=0))
    lines += [f"{one.client:{wide}}  {_ending(one)}"[:WIDTH] for one in report.clients]
    for one in report.clients:
        lines += _client(one)
    return "\n".join(lines) + "\n"


def _clients(number: int) -> str:
    return f"Given to {counted(number, 'person') if number == 1 else f'{number} people'}"


def _ending(client: ClientReport) -> str:
    if client.week is None:
        return ENDINGS[client.outcome]
    return f"{client.week.kept} of {client.week.items} kept"


def _client(client: ClientReport) -> Iterator[str]:
    name = f" ({client.name})" if client.name not in (None, client.client) else ""
    if client.week is None:
        yield from heading(f"{client.client}{name}: {ENDINGS[client.outcome]}")
        for reason in client.reasons:
            yield from wrap(reason, "  ", "- ")
    elif client.week.fates or client.week.added:
        yield from heading(f"{client.client}{name}: {_ending(client)}")
        yield from _week(client.week)


def _week(week: WeekReport) -> Iterator[str]:
    days = [f"{one.session} on {DAY_NAMES[one.day]}" for one in week.sessions if one.day]
    yield from wrap(f"Session {listed(days)}." if days else "No session has a day.")
    without = [one.session for one in week.sessions if one.day is None]
    groups: dict[tuple[str, str], list[int]] = {}
    for fate in week.fates:
        if fate.session not in without:
            groups.setdefault((_what(fate), fate.reason), []).append(fate.session)
    for session in without:
        reason = next(fate.reason for fate in week.fates if fate.session == session)
        yield from wrap(reason, "  ", "- ")
    for (what, reason), sessions in groups.items():
        where = listed([str(number) for number in dict.fromkeys(sessions)])
        plural = "s" if len(set(sessions)) > 1 else ""
        yield from wrap(f"{what} (session{plural} {where}). {reason}", "  ", "- ")
    if week.added:
        added = (
            f"{one.name} on {listed([DAY_NAMES[day] for day in one.days])}" for one in week.added
        )
        text = f"Also, because the targets or rules of this week need it: {'; '.join(added)}."
        yield from wrap(text, "  ", "+ ")


def _what(fate: ItemFate) -> str:
    if fate.what == "sets" and fate.wanted is not None and fate.sets is not None:
        return f"{fate.name}: {counted(fate.sets, 'set')}, not {fate.wanted}"
    if fate.what == "replaced":
        return f"{fate.name}: {fate.by_name} instead"
    return f"{fate.name}: left out"
