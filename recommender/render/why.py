"""Why an exercise may or may not be done, in plain text of 80 columns."""

from collections.abc import Iterator

from recommender.order_words import signed
from recommender.render._words import OUTCOMES
from recommender.render.lines import bullets, heading, wrap
from recommender.render.rule_words import (
    caps_words,
    dose_changes,
    dose_words,
    source_words,
    verified_words,
)
from recommender.why import FiredRule, HeldPhase, Why, Wish

EASED = {
    "one_sided": "because only one side is affected",
    "softening": "by a decision of a clinician",
    "clearance": "by a doctor's word",
}


def render(why: Why) -> str:
    """Return the whole explanation; the last line is the verdict."""
    lines = [
        *_title(why),
        *_screening(why),
        *_phases(why),
        *_rules(why),
        *_dose(why),
        *_hindrances(why),
        "",
        *wrap(f"Verdict: {_verdict(why)}"),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _title(why: Why) -> Iterator[str]:
    whose = f" for {why.name}" if why.name else ""
    yield from wrap(f"{why.exercise.name} ({why.exercise.id})")
    yield from wrap(f"Week of {why.week_start}{whose}")


def _screening(why: Why) -> Iterator[str]:
    if why.screened.outcome == "clear":
        return
    yield from heading(f"No plan now. {OUTCOMES[why.screened.outcome]}")
    for flag in why.screened.flags:
        yield from wrap(flag.statement, "  ", "- ")
        yield from wrap(f"Where to go: {flag.where_to_go}", "  ")


def _phases(why: Why) -> Iterator[str]:
    yield from heading("Conditions of this week")
    if not why.phases:
        yield "None."
    for phase in why.phases:
        yield from wrap(f"{phase.condition.name} ({phase.condition.id})", "  ", "- ")
        for text in _phase(phase):
            yield from wrap(text, "  ")


def _phase(phase: HeldPhase) -> Iterator[str]:
    condition = phase.condition
    if phase.holds_by == "age":
        yield f"From the age of {condition.from_age} on."
    elif condition.from_score is not None:
        yield f"From {condition.from_score.score} {condition.from_score.at_least} on."
    if phase.first_day is not None:
        end = f"to {phase.last_day}" if phase.last_day is not None else "on"
        yield f"Phase: from {phase.first_day} {end}."
    if phase.affected_side is not None:
        yield f"Affected side: {phase.affected_side}."
    if phase.clearance is not None:
        yield f"A doctor's word of {phase.clearance.date}: {phase.clearance.by}."
    if phase.expired is not None:
        yield f"The doctor's word of {phase.expired.date} does not count in this week."
    if condition.plan.verdict != "allow":
        state = "opened by that or by a clinician" if phase.plan_is_open else "not open"
        yield f"The plan as a whole: {condition.plan.verdict}, {state}."
    if phase.changes_on is not None:
        yield f"The verdicts may change on {phase.changes_on}."


def _rules(why: Why) -> Iterator[str]:
    yield from heading("Rules on this exercise")
    if not why.rules:
        yield "None: no rule of a condition acts on it."
    for rule in why.rules:
        yield from wrap(f"{rule.condition}, {rule.demand}: {_rule_verdict(rule)}", "  ", "- ")
        for text in _rule(rule):
            yield from wrap(text, "  ")


def _rule_verdict(rule: FiredRule) -> str:
    steps = [f"{verdict} {EASED[by]}" for verdict, by in rule.eased]
    words = rule.verdict if not steps else f"{rule.written}, now {', then '.join(steps)}"
    return f"{words}, preferred" if rule.preferred else words


def _rule(rule: FiredRule) -> Iterator[str]:
    yield f"{rule.demand_name.capitalize()}. {rule.reason}"
    if rule.outgrown:
        yield "It acted on the dose of the level; the lower dose no longer demands this."
    later = " once a doctor agreed" if rule.verdict == "clearance" else ""
    limits = caps_words(rule.caps)
    if limits:
        yield f"Limits{later}: {', '.join(limits)}."
    if not rule.outgrown:
        yield from (f"Caution{later}: {caution}" for caution in rule.cautions)
    yield from source_words(rule.sources)
    yield verified_words(verified=rule.verified).capitalize() + "."


def _dose(why: Why) -> Iterator[str]:
    yield from heading("Dose")
    above = f" (it begins at {why.exercise.difficulty})" if _is_above(why) else ""
    usual = dose_words(why.usual, why.exercise.dose.sides)
    yield from wrap(f"Level {why.level}{above}: {usual}", "  ")
    for one in why.adjustments:
        limits = ", ".join(caps_words(one.caps))
        state = verified_words(verified=one.verified)
        yield from wrap(f"Adjusted ({one.id}, {state}): {one.reason} Limits: {limits}.", "  ")
    changes = list(dose_changes(why.usual, why.dose))
    yield from bullets(changes or ["unchanged"])
    for cue in why.cues:
        yield from wrap(f"Cue added: {cue}", "  ", "- ")
    if why.support:
        yield from wrap("Support: the place must have something steady to hold on to.", "  ", "- ")


def _is_above(why: Why) -> bool:
    return why.exercise.dose.at(why.level) is None


def _hindrances(why: Why) -> Iterator[str]:
    if not (why.hindrances or why.wishes or why.notes):
        return
    yield from heading("Beside the rules")
    yield from bullets(f"{one.cause} ({one.rule}): {one.reason}" for one in why.hindrances)
    yield from bullets(_wish(one) for one in why.wishes)
    yield from bullets(why.notes)


def _wish(wish: Wish) -> str:
    state = "in force" if wish.in_force else "not in force"
    return f"order by {signed(wish.order)} ({wish.words}), {state}: {wish.order.reason}"


def _verdict(why: Why) -> str:
    judgement = why.judgement
    if judgement.cause is not None:
        own = f"{judgement.verdict}, decided by {judgement.rule}."
    elif judgement.verdict == "modify":
        own = "modify, allowed with the limits above."
    elif why.rules:
        own = "allow."
    else:
        own = "allow; no rule acts on it."
    if why.screened.outcome == "clear":
        return own
    return f"no plan now, so no exercise. Without that: {own}"
