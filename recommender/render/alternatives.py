"""Weeks to choose from: what each brings and costs, then every one in full."""

import json
from collections.abc import Iterator

from knowledge import Knowledge
from recommender.alternatives import Alternatives, Choice, TierDifference
from recommender.answers import listed
from recommender.render import markdown, text
from recommender.render._words import counted
from recommender.render.lines import WIDTH, heading, wrap
from recommender.render.markdown import escaped


def render(found: Alternatives, knowledge: Knowledge, format_name: str) -> str:
    """Return the weeks in one of the formats of a plan; without a week, the plan that says why."""
    if format_name == "json":
        return json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"
    first = found.choices[0].plan
    if format_name == "text":
        whole = _text(found, knowledge) if first.days else [text.render(first, knowledge)]
    else:
        whole = _markdown(found, knowledge) if first.days else [markdown.render(first, knowledge)]
    return "\n".join(whole).rstrip("\n") + "\n"


def _text(found: Alternatives, knowledge: Knowledge) -> Iterator[str]:
    yield from heading(_title(found))[1:]
    for number, choice in enumerate(found.choices, 1):
        yield from wrap(f"{_name(number)}: {_worth(number, choice)}", "  ", "- ")
        for words in _exchange(choice, knowledge):
            yield from wrap(words, "  ")
    if found.note:
        yield ""
        yield from wrap(found.note)
    for number, choice in enumerate(found.choices, 1):
        yield ""
        yield "=" * WIDTH
        yield f"{_name(number)} of {len(found.choices)}"
        yield "=" * WIDTH
        yield from text.render(choice.plan, knowledge).splitlines()


def _markdown(found: Alternatives, knowledge: Knowledge) -> Iterator[str]:
    yield f"# {_title(found)}\n"
    for number, choice in enumerate(found.choices, 1):
        words = " ".join([_worth(number, choice), *_exchange(choice, knowledge)])
        yield f"- **{_name(number)}:** {escaped(words)}"
    if found.note:
        yield f"\n> {escaped(found.note)}"
    for number, choice in enumerate(found.choices, 1):
        yield f"\n---\n\n**{_name(number)} of {len(found.choices)}**\n"
        yield from markdown.render(choice.plan, knowledge).splitlines()


def _title(found: Alternatives) -> str:
    if len(found.choices) == 1:
        return "One week, and no other to choose from" if found.note else "One week"
    return (
        f"{len(found.choices)} weeks to choose from; any two differ in at least "
        f"{counted(found.apart, 'main exercise')}"
    )


def _name(number: int) -> str:
    return f"Week {number}"


def _worth(number: int, choice: Choice) -> str:
    """Return what a week costs against the best one, tier by tier, or that it is as good."""
    if number == 1:
        return "the best." if choice.plan.status == "optimal" else "the best that was found."
    if not choice.worse and not choice.better:
        return "as good as week 1."
    sentences = []
    if choice.worse:
        sentences.append(f"compared with week 1 it costs: {_differences(choice.worse)}.")
    if choice.better:
        sentences.append(
            f"{'In return' if choice.worse else 'Better'}: {_differences(choice.better)}."
        )
    return " ".join(sentences)


def _differences(tiers: tuple[TierDifference, ...]) -> str:
    return "; ".join(tier.words for tier in tiers)


def _exchange(choice: Choice, knowledge: Knowledge) -> Iterator[str]:
    """Yield which main exercises come and go against the best week."""
    for words, names in (("It brings", choice.brings), ("It leaves out", choice.leaves)):
        if names:
            yield f"{words}: {listed([knowledge.exercises[name].name for name in names])}."
