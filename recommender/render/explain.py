"""An explanation of a plan, as JSON and in plain text of 80 columns."""

import json
from collections.abc import Iterable, Iterator

from knowledge import Knowledge
from recommender.answers import DAY_NAMES
from recommender.explain.explanation import (
    Alternative,
    DayChange,
    DayFrame,
    Explanation,
    Fill,
    ItemChange,
    ItemExplained,
    Loss,
    TierChange,
    Tries,
    WeekDiff,
    WhatIf,
    WhyNot,
)
from recommender.explain.loss import TIE_BREAK
from recommender.plan import Clash, PlanItem, Repair, Totals
from recommender.render._words import BLOCKS, counted, day_title, dose, minutes
from recommender.render.lines import bullets, heading, wrap
from recommender.render.rule_words import verified_words

CAUSES = {
    "clinical": "left out for your safety",
    "level": "not for your level yet",
    "equipment": "what it needs is not there",
    "banned": "you banned it",
    "order": "an order forbids it",
    "time": "it is too early in the day",
}
SAME_FIELDS = {"exercise", "name", "why", "seconds"}
"""Fields of an item that are not named as changes: they follow from the others."""


def render(explanation: Explanation, knowledge: Knowledge, format_name: str) -> str:
    """Return the explanation in one of the formats."""
    if format_name == "json":
        data = explanation.model_dump(mode="json")
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return "\n".join(line.rstrip() for line in _text(explanation, knowledge)) + "\n"


def schema() -> str:
    """Return the JSON Schema of an explanation."""
    return json.dumps(Explanation.model_json_schema(mode="serialization"), indent=2) + "\n"


def _text(explanation: Explanation, knowledge: Knowledge) -> Iterator[str]:
    whose = f" for {explanation.name}" if explanation.name else ""
    yield from wrap(f"Plan for the week of {explanation.stamps.week_start}{whose}, explained")
    for note in explanation.notes:
        yield from wrap(f"Note: {note}")
    if explanation.items is not None:
        yield from _items(explanation.items.items, knowledge)
        yield ""
        yield from wrap(_tries(explanation.items.tries))
    if explanation.why_not is not None:
        yield from _why_not(explanation.why_not, knowledge)
    if explanation.what_if is not None:
        yield from _what_if(explanation.what_if, knowledge)


# The items of a plan.


def _items(items: Iterable[ItemExplained], knowledge: Knowledge) -> Iterator[str]:
    date = block = None
    for item in items:
        if item.date != date:
            date, block = item.date, None
            yield from heading(day_title(item.day, item.date))
        if item.block != block:
            block = item.block
            yield BLOCKS[block]
        yield from wrap(f"{item.name}, {counted(item.sets, 'set')}", "    ", "  ")
        yield from wrap(" ".join(_purpose(item, knowledge)), "    ")
        yield from _alternatives(item)


def _purpose(item: ItemExplained, knowledge: Knowledge) -> Iterator[str]:
    for asked in item.asked:
        yield f"Asked by {asked.author} ({asked.kind.replace('_', ' ')}): {asked.reason}."
    if item.duty is not None:
        yield item.duty
    for prepared in item.prepares:
        names = ", ".join(knowledge.exercises[name].name for name in prepared.exercises)
        yield f"Prepares for {prepared.name}: {names}."
    given = [_fill(fill) for fill in item.fills if fill.target]
    if given:
        yield f"Gives {', '.join(given)}."
    if item.share is not None:
        total = counted(item.share.total, f"{item.share.side} set")
        yield f"Balance: {item.share.sets} of the {total} of the week."


def _fill(fill: Fill) -> str:
    return f"{fill.sets:g} of {fill.total:g} {fill.region} sets (target {fill.target:g})"


def _alternatives(item: ItemExplained) -> Iterator[str]:
    if item.held:
        yield from wrap("Nothing else: an order keeps it on this day.", "    ")
    elif item.alternatives:
        for one in item.alternatives:
            yield from wrap(f"{one.name}: {_alternative(one)}", "      ", "    - ")
    elif not item.untried:
        yield from wrap("Nothing else of its kind fits this day.", "    ")
    if item.untried:
        yield from wrap(f"({item.untried} {'more ' if item.alternatives else ''}not tried)", "    ")


def _alternative(one: Alternative) -> str:
    return "no week is possible with it here." if one.loss is None else loss_words(one.loss)


def loss_words(loss: Loss) -> str:
    """Return a loss in words: 2 half sets more missing from the hip target (shortfall)."""
    proof = "" if loss.proven else " This is not proven."
    if loss.rank == "same":
        return f"no worse: {loss.words}.{proof}"
    better = "better: " if loss.rank == "better" else ""
    return f"{better}{loss.words} ({loss.tier}).{proof}"


def _tries(tries: Tries) -> str:
    done = (
        f"Each alternative was solved for: the best week without the item and with the other on "
        f"that day. The first tier that differs is named. {counted(tries.made, 'week')} solved"
    )
    if tries.made == tries.wanted:
        return f"{done}."
    return (
        f"{done}, which is the limit; {tries.wanted - tries.made} more would have been tried. "
        f"All of them: --tries {tries.wanted}."
    )


# Why not.


def _why_not(why: WhyNot, knowledge: Knowledge) -> Iterator[str]:
    yield from heading(f"Why not {why.name} ({why.exercise})?")
    if why.answer == "planned":
        days = ", ".join(DAY_NAMES[day] for day in why.days)
        yield from wrap(f"It is in the plan: {days}.")
    elif why.excluded is not None:
        yield from _excluded(why, knowledge)
    elif why.answer == "impossible":
        yield from wrap("With it no week fits the answers.")
        yield from _clashes(why.clashes, why.repairs)
    elif why.loss is not None and why.diff is not None:
        yield from wrap(f"It could be. The best week with it: {loss_words(why.loss)}")
        yield from _diff(why.diff, knowledge)


def _excluded(why: WhyNot, knowledge: Knowledge) -> Iterator[str]:
    one = why.excluded
    if one is None:
        return
    cause = CAUSES[one.cause]
    yield from wrap(f"{cause[0].upper()}{cause[1:]}. {one.reason}")
    if one.verdict == "clearance":
        yield from wrap("It waits for the word of a doctor or physiotherapist.")
    state = f", {verified_words(verified=one.verified)}" if one.cause == "clinical" else ""
    yield from wrap(f"Rule: {one.rule} ({one.verdict}{state}).")
    for source in why.sources:
        yield from wrap(f"Source: {source.title}.", "  ")
    for other in why.also:
        yield from wrap(f"Also: {other}")
    if one.instead:
        names = ", ".join(knowledge.exercises[name].name for name in one.instead)
        yield from wrap(f"Instead: {names}.")


# What if.


def _what_if(what: WhatIf, knowledge: Knowledge) -> Iterator[str]:
    yield from heading("What if")
    yield from bullets(what.sentences)
    yield ""
    if what.status == "referred":
        yield from wrap("No plan then: see a doctor first.")
        for flag in what.flags:
            yield from wrap(flag.statement, "  ", "- ")
            yield from wrap(f"Where to go: {flag.where_to_go}", "  ")
    elif what.status == "impossible":
        yield from wrap("No week fits these answers.")
        yield from _clashes(what.clashes, what.repairs)
    elif what.diff is not None:
        yield from wrap(_verdict(what.diff, what.loss))
        if what.loss is None or what.loss.rank != "same" or not what.diff.holds:
            yield from _diff(what.diff, knowledge)
        for exercises, words in (
            (what.opened, "become possible"),
            (what.closed, "are no longer possible"),
        ):
            if exercises:
                names = ", ".join(knowledge.exercises[name].name for name in exercises)
                yield ""
                yield from wrap(f"{len(exercises)} exercises {words}: {names}.")


def _verdict(diff: WeekDiff, loss: Loss | None) -> str:
    """Return the answer in a sentence or two."""
    if diff.holds and loss is not None and loss.rank == "same":
        proof = "" if loss.proven else " This is not proven."
        return (
            "Nothing has to change: the plan as it is still holds, and no week is better in any "
            f"tier but the fixed order.{proof} (A plan made anew may arrange it otherwise.)"
        )
    if diff.holds and loss is not None:
        return f"The new week, against keeping the plan as it is: {loss_words(loss)}"
    broken = "The plan as it is does not hold with these answers."
    if loss is None:
        return (
            f"{broken} The new week cannot be ranked against it: the answers changed what a tier "
            "counts from."
        )
    return f"{broken} The new week, against it: {loss_words(loss)}"


def _clashes(clashes: Iterable[Clash], repairs: Iterable[Repair]) -> Iterator[str]:
    for clash in clashes:
        yield from wrap(clash.sentence)
        for limit in clash.limits:
            yield from wrap(f"Fixed: {limit}", "  ", "- ")
    sentences = [repair.sentence for repair in repairs]
    if sentences:
        yield from heading("Each of these makes a week possible")
        yield from bullets(sentences)


# The difference of two weeks.


def _diff(diff: WeekDiff, knowledge: Knowledge) -> Iterator[str]:
    shown = [day for day in diff.days if _is_shown(day)]
    if not shown:
        yield "The days stay as they are."
        return
    for day in shown:
        yield from heading(_day_title(day))
        yield from _day(day, knowledge)
    yield from heading("The week as a whole")
    yield from _sums(diff)
    for tier in diff.tiers:
        yield from _tier(tier)


def _is_shown(day: DayChange) -> bool:
    moved = day.before is None or day.after is None or day.before.place != day.after.place
    return bool(day.added or day.removed or day.changed or moved)


def _day_title(day: DayChange) -> str:
    title = day_title(day.day, day.date)
    if day.before is None and day.after is not None:
        return f"{title}: a new session, {_frame(day.after)}"
    if day.after is None:
        return f"{title}: no session"
    if day.before is not None and day.before.place != day.after.place:
        return f"{title}: {_frame(day.after)} instead of {day.before.place}"
    if day.before is not None and day.before.minutes != day.after.minutes:
        return f"{title}: {minutes(day.before.minutes)} -> {_frame(day.after)}"
    return f"{title}: {_frame(day.after)}"


def _frame(frame: DayFrame) -> str:
    return f"{minutes(frame.minutes)} of {frame.minutes_available} min at {frame.place}"


def _day(day: DayChange, knowledge: Knowledge) -> Iterator[str]:
    for item in day.removed:
        yield from wrap(f"{item.name}, {dose(item)}", "    ", "- ")
    for item in day.added:
        yield from wrap(f"{item.name}, {dose(item)}", "    ", "+ ")
    for change in day.changed:
        yield from wrap(f"{change.name}: {_item_change(change, knowledge)}", "    ", "  ")


def _item_change(change: ItemChange, knowledge: Knowledge) -> str:
    fields = [
        name
        for name in PlanItem.model_fields
        if name not in SAME_FIELDS and getattr(change.before, name) != getattr(change.after, name)
    ]
    words = []
    for name in fields:
        if name == "equipment":
            pieces = [knowledge.equipment[piece].name for piece in change.after.equipment]
            words.append(f"with {', '.join(pieces) or 'nothing'}")
        else:
            before, after = getattr(change.before, name), getattr(change.after, name)
            words.append(f"{name.replace('_', ' ')} {before} -> {after}")
    return ", ".join(words)


def _sums(diff: WeekDiff) -> Iterator[str]:
    yield from wrap(f"Sets by region: {_totals(diff.totals_before, diff.totals_after)}.", "  ", "")
    before, after = diff.balance_before, diff.balance_after
    sides = (
        ("abdominal", before.sets.abdominal, after.sets.abdominal),
        ("lumbar", before.sets.lumbar, after.sets.lumbar),
    )
    words = ", ".join(f"{side} {_step(old, new)}" for side, old, new in sides)
    dropped = "" if after.kept else f" Dropped: {after.reason}"
    yield from wrap(f"Sets by side of the balance: {words}.{dropped}", "  ", "")


def _totals(before: Totals, after: Totals) -> str:
    return ", ".join(
        f"{region} {_step(old, after.sets[region])}" for region, old in before.sets.items()
    )


def _step(before: float, after: float) -> str:
    return f"{before:g}" if before == after else f"{before:g} -> {after:g}"


def _tier(tier: TierChange) -> Iterator[str]:
    if tier.rank is None:
        words = "not comparable, the answers changed what it counts from"
    elif tier.rank == "same" or tier.tier == TIE_BREAK:
        return
    else:
        words = f"{tier.rank}, {tier.words}"
    yield from wrap(f"{tier.tier}: {words}", "  ", "- ")
