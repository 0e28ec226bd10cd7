"""Why a week is impossible, and what would make it possible. Every claim is solved for.

A clash is an irreducible set of answers: with all of them there is no week, and without any one of
them there is. It is found by lifting all answers, and putting back as few as it takes, each test
being a solve without an objective.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import reduce
from typing import Literal

import constraints
from constraints import Constraint
from knowledge import Intake, Knowledge
from recommender.answers import Answer, Step, answers_of
from recommender.build import build
from recommender.conditions import NO_CLINICIANS
from recommender.plan import Clash, Repair
from recommender.solve import is_possible

Possible = Callable[[Intake], bool]
FIXED = frozenset({"eligibility", "orders"})
"""Constraints that are never named as limits: safety is not negotiable, orders are answers."""


def explain_impossible(
    knowledge: Knowledge,
    intake: Intake,
    week_start: date,
    balance: Literal["article", "evidence"],
    clinicians: frozenset[str] = NO_CLINICIANS,
) -> tuple[tuple[Clash, ...], tuple[Repair, ...]]:
    """Return one clash of the answers and verified repairs, smallest first.

    Both are empty if no change of these answers makes a week possible.
    """

    def possible(one: Intake, rules: Sequence[Constraint] = constraints.ALL) -> bool:
        return is_possible(build(knowledge, one, week_start, balance, clinicians).problem, rules)

    answers = answers_of(intake, knowledge)
    if not possible(_lift(intake, answers)):
        return (), ()
    core = irreducible(intake, answers, possible)
    isolated = _lift(intake, [answer for answer in answers if answer not in core])
    limits = tuple(
        rule.SENTENCE
        for rule in constraints.ALL
        if rule.NAME not in FIXED
        and possible(isolated, [other for other in constraints.ALL if other is not rule])
    )
    sentence = f"These answers cannot hold together: {'; '.join(a.sentence for a in core)}."
    clash = Clash(answers=tuple(a.field for a in core), sentence=sentence, limits=limits)
    repairs = list(_single_repairs(intake, core, possible))
    if not repairs:
        repairs = [_combined_repair(intake, answers, possible)]
    return (clash,), tuple(repairs)


def _lift(intake: Intake, answers: Iterable[Answer]) -> Intake:
    return reduce(lambda one, answer: answer.lift(one), answers, intake)


def irreducible(
    intake: Intake, answers: Sequence[Answer], possible: Possible
) -> tuple[Answer, ...]:
    """Return answers that are impossible together and possible without any one of them."""
    kept = list(answers)
    lifted: list[Answer] = []
    for answer in answers:
        if not possible(_lift(intake, [*lifted, answer])):
            kept.remove(answer)
            lifted.append(answer)
    return tuple(kept)


def _single_repairs(intake: Intake, core: Sequence[Answer], possible: Possible) -> Iterator[Repair]:
    """Yield the smallest single change of each answer of the clash that really helps."""
    for answer in reversed(core):
        for step in _helping_steps(intake, answer, possible):
            yield Repair(change={step.field: step.value}, sentence=step.sentence, verified=True)


def _helping_steps(intake: Intake, answer: Answer, possible: Possible) -> list[Step]:
    if not answer.graded:
        return [step for step in answer.steps if possible(step.edit(intake))]
    step = _smallest(answer.steps, lambda step: possible(step.edit(intake)))
    return [] if step is None else [step]


def _smallest(steps: Sequence[Step], helps: Callable[[Step], bool]) -> Step | None:
    """Return the first step that helps, where every later one helps too."""
    if not steps or not helps(steps[-1]):
        return None
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        if helps(steps[middle]):
            high = middle
        else:
            low = middle + 1
    return steps[high]


def _combined_repair(intake: Intake, answers: Sequence[Answer], possible: Possible) -> Repair:
    """Return a change of several answers, none of which can be left out.

    Starts from lifting everything, takes back what is not needed, and then makes each change that
    is left as small as possible.
    """
    lifted = list(answers)
    for answer in answers:
        fewer = [other for other in lifted if other is not answer]
        if possible(_lift(intake, fewer)):
            lifted = fewer
    steps: list[Step] = []
    for index, answer in enumerate(lifted):
        changed = reduce(lambda one, step: step.edit(one), steps, intake)
        others = _lift(changed, lifted[index + 1 :])
        helping = _helping_steps(others, answer, possible)
        whole = Step(answer.field, None, f"Change this: {answer.sentence}.", answer.lift)
        steps.append(helping[0] if helping else whole)
    return Repair(
        change={step.field: step.value for step in steps},
        sentence=" ".join(["Together:", *(step.sentence for step in steps)]),
        verified=possible(reduce(lambda one, step: step.edit(one), steps, intake)),
    )
