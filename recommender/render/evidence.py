"""What the knowledge base rests on, as Markdown: sources, and what nobody has verified.

`make evidence` writes it to `docs/evidence.md`; a test compares the two.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from knowledge import Knowledge
from knowledge.schema.condition import VERDICTS, Condition, Window
from knowledge.schema.vocabulary import Source

STRENGTHS: tuple[str, ...] = get_args(Source.model_fields["strength"].annotation)
"""From strongest to weakest."""
WEAKEST = STRENGTHS[-1]
"""The strength of what is nobody's finding but the authors' own judgement."""

INTRODUCTION = """\
# What the rules rest on

Written by `make evidence` from the files in `knowledge/`; a test fails when it is out of date.

A **source** has a strength: high, moderate, low, expert (opinion, pages on the web) or judgement,
which is that of the authors of this knowledge base. Most papers were read as abstracts or excerpts.
**Verified** means that somebody compared the entry with the text of its source; it does not mean
that a clinician approved it. What is not verified is used all the same.
"""


@dataclass(frozen=True, slots=True)
class _Fact:
    """Something that the knowledge base claims: its kind, name, sources and whether verified."""

    kind: str
    name: str
    sources: tuple[str, ...]
    verified: bool


def evidence(knowledge: Knowledge) -> str:
    """Return the whole page."""
    facts = list(_facts(knowledge))
    parts = (
        _numbers(knowledge, facts),
        _verified(facts),
        _unverified(knowledge, facts),
        _judged_only(knowledge, facts),
        _conditions(knowledge),
        _sources(knowledge, facts),
    )
    return INTRODUCTION + "".join("\n" + "\n".join(part) + "\n" for part in parts)


def _facts(knowledge: Knowledge) -> Iterator[_Fact]:
    """Yield every fact with sources. A rule is one fact however many demands it judges."""
    for condition in knowledge.conditions.values():
        for rule in condition.rules:
            name = f"{condition.id}: {', '.join(rule.demands)}"
            yield _Fact(f"{rule.verdict} rules", name, rule.sources, rule.verified)
        plan, week = condition.plan, condition.week
        yield _Fact("plan verdicts", condition.id, plan.sources, plan.verified)
        if week is not None:
            yield _Fact("limits of the week", condition.id, week.sources, week.verified)
    for exercise in knowledge.exercises.values():
        yield _Fact("exercises", exercise.id, exercise.sources, exercise.verified)
    screening = knowledge.screening
    named: tuple[tuple[str, Iterable[Any]], ...] = (
        ("red flags", screening.red_flags),
        ("combinations of conditions", screening.combinations),
        ("changes of the dose by goal and age", knowledge.dosing.adjustments),
        ("patterns", knowledge.patterns.values()),
        ("scores", knowledge.scores.values()),
    )
    for kind, entries in named:
        for one in entries:
            yield _Fact(kind, one.id, one.sources, one.verified)
    for name, group in knowledge.dosing:
        if name != "adjustments":
            yield _Fact("groups of numbers (dosing)", name, group.sources, group.verified)
    rest = "stop signs, days that answers count, ages"
    yield _Fact("rest of the screening", rest, screening.sources, screening.verified)


def _windows(knowledge: Knowledge) -> dict[str, Window]:
    return {one.id: one.window for one in knowledge.conditions.values() if one.window}


def _is_judgement(knowledge: Knowledge, sources: Iterable[str]) -> bool:
    """Return whether a fact rests on nothing but the authors' judgement."""
    return all(knowledge.sources[name].strength == WEAKEST for name in sources)


def _numbers(knowledge: Knowledge, facts: list[_Fact]) -> Iterator[str]:
    yield "## In numbers"
    yield (
        f"{len(knowledge.exercises)} exercises, {len(knowledge.conditions)} conditions x "
        f"{len(knowledge.demands)} demands, {len(knowledge.sources)} sources."
    )
    yield ""
    yield from _head("Cells (condition x demand)", "verified", "not verified", "judgement only")
    for verdict in reversed(VERDICTS):
        rules = [
            rule
            for condition in knowledge.conditions.values()
            for rule in condition.cells.values()
            if rule.verdict == verdict
        ]
        judged = sum(_is_judgement(knowledge, rule.sources) for rule in rules)
        yield _count_row(f"`{verdict}`", [rule.verified for rule in rules], judged)
    yield ""
    yield from _head("Everything else", "verified", "not verified", "judgement only")
    for kind, group in _by_kind(facts).items():
        if not kind.endswith(" rules"):
            judged = sum(_is_judgement(knowledge, fact.sources) for fact in group)
            yield _count_row(kind, [fact.verified for fact in group], judged)
    windows = _windows(knowledge).values()
    yield _count_row("windows (days on which a condition holds)", [w.verified for w in windows])


def _count_row(name: str, verified: Iterable[bool], judged: int | None = None) -> str:
    counts = Counter(verified)
    return _row(name, counts[True], counts[False], "" if judged is None else judged)


def _verified(facts: list[_Fact]) -> Iterator[str]:
    yield "## Verified"
    for kind, group in _by_kind(facts).items():
        names = [fact.name for fact in group if fact.verified]
        if names:
            yield f"- {kind}: {'; '.join(names)}."


def _unverified(knowledge: Knowledge, facts: list[_Fact]) -> Iterator[str]:
    yield "## Not verified"
    yield "The rules, plan verdicts and exercises that are not named above, and:"
    yield ""
    for kind, group in _by_kind(facts).items():
        if kind.endswith(" rules") or kind in ("plan verdicts", "exercises"):
            continue
        names = [fact.name for fact in group if not fact.verified]
        if names:
            yield f"- {kind}: {', '.join(names)}."
    days = [
        f"{name} ({_days(window)})"
        for name, window in _windows(knowledge).items()
        if not window.verified
    ]
    if days:
        yield f"- windows: {', '.join(days)}."


def _days(window: Window) -> str:
    if window.until_day is None:
        return f"from day {window.from_day}"
    return f"days {window.from_day} to {window.until_day - 1}"


def _judged_only(knowledge: Knowledge, facts: list[_Fact]) -> Iterator[str]:
    yield "## On the authors' judgement only"
    yield "No other source is named for these. A reader who knows better is welcome."
    yield ""
    for kind, group in _by_kind(facts).items():
        names = [fact.name for fact in group if _is_judgement(knowledge, fact.sources)]
        if not names:
            continue
        listed = "" if kind.endswith(" rules") else f": {', '.join(names)}"
        yield f"- {len(names)} of {len(group)} {kind}{listed}."


def _conditions(knowledge: Knowledge) -> Iterator[str]:
    yield "## Conditions"
    yield (
        "The cells of each by verdict; how many of those that forbid or change something are "
        "verified, and how many rest on a source besides the authors' judgement."
    )
    yield ""
    yield from _head("Condition", *reversed(VERDICTS), "verified", "with a source")
    for condition in knowledge.conditions.values():
        yield _condition_row(knowledge, condition)


def _condition_row(knowledge: Knowledge, condition: Condition) -> str:
    cells = condition.cells.values()
    verdicts = Counter(rule.verdict for rule in cells)
    acting = [rule for rule in cells if rule.verdict != "allow"]
    verified = sum(rule.verified for rule in acting)
    sourced = sum(not _is_judgement(knowledge, rule.sources) for rule in acting)
    counts = [verdicts[verdict] for verdict in reversed(VERDICTS)]
    return _row(f"`{condition.id}`", *counts, verified, sourced)


def _sources(knowledge: Knowledge, facts: list[_Fact]) -> Iterator[str]:
    rules, exercises, others = Counter[str](), Counter[str](), Counter[str]()
    for fact in facts:
        is_rule = fact.kind.endswith(" rules")
        counter = rules if is_rule else exercises if fact.kind == "exercises" else others
        counter.update(set(fact.sources))
    yield "## Sources"
    yield "How many rules, exercises and other facts name each, the strongest first."
    for strength in STRENGTHS:
        group = [one for one in knowledge.sources.values() if one.strength == strength]
        if not group:
            continue
        yield ""
        yield from _head(f"{strength.capitalize()} ({len(group)})", "rules", "exercises", "others")
        for one in group:
            title = one.title.replace("|", "\\|")
            counts = (rules[one.id], exercises[one.id], others[one.id])
            yield _row(f"`{one.id}` {title}", *counts)
    unused = [
        name
        for name in knowledge.sources
        if not rules[name] + exercises[name] + others[name]
    ]  # fmt: skip
    if unused:
        yield ""
        yield f"Named by nothing: {', '.join(unused)}."


def _by_kind(facts: Iterable[_Fact]) -> Mapping[str, list[_Fact]]:
    """Return the facts by kind, rules first and from the strictest verdict on."""
    groups: dict[str, list[_Fact]] = {f"{verdict} rules": [] for verdict in reversed(VERDICTS)}
    for fact in facts:
        groups.setdefault(fact.kind, []).append(fact)
    return {kind: group for kind, group in groups.items() if group}


def _head(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield "|---|" + "---:|" * (len(titles) - 1)


def _row(*values: object) -> str:
    return f"| {' | '.join(map(str, values))} |"
