"""Why a week is impossible, and what would make it possible. Every claim is solved for."""

from datetime import date
from typing import Literal

import constraints
from knowledge import Intake, Knowledge
from recommender.answers import answers_of
from recommender.build import build
from recommender.conditions import NO_CLINICIANS
from recommender.impossible.clashes import clashes_and_cures, limits_of, words
from recommender.impossible.repairs import repairs_of
from recommender.impossible.trials import Trials
from recommender.plan import Clash, Repair
from recommender.solve import is_possible

__all__ = ["CLASHES_AT_MOST", "REPAIRS_AT_MOST", "explain_impossible"]

CLASHES_AT_MOST = 5
"""How many clashes are told; a week with more of them is changed step by step anyway."""

REPAIRS_AT_MOST = 12
"""How many repairs are told, the smallest first."""


def explain_impossible(
    knowledge: Knowledge,
    intake: Intake,
    week_start: date,
    balance: Literal["article", "evidence"],
    clinicians: frozenset[str] = NO_CLINICIANS,
) -> tuple[tuple[Clash, ...], tuple[Repair, ...]]:
    """Return the clashes of the answers and verified repairs, smallest first.

    Both are empty if no change of these answers makes a week possible. A balance that these
    answers drop stays dropped while clashes are looked for, so that a lifted answer never asks for
    more; a repair is tried with the balance that was asked for.
    """

    def tried(mode: constraints.problem.BalanceMode) -> Trials:
        return Trials(
            intake,
            lambda one: is_possible(build(knowledge, one, week_start, mode, clinicians).problem),
        )

    mode = build(knowledge, intake, week_start, balance, clinicians).problem.balance
    trials = tried(mode)
    answers = answers_of(intake, knowledge)
    everything = [step for answer in answers for step in answer.lifted]
    if not trials.possible(everything):
        return (), ()
    found = clashes_and_cures(answers, trials)
    clashes = []
    for clash in sorted(found.clashes, key=len)[:CLASHES_AT_MOST]:
        others = [step for answer in answers if answer not in clash for step in answer.lifted]
        alone = build(knowledge, trials.changed(others), week_start, mode, clinicians).problem
        clashes.append(
            Clash(
                answers=tuple(answer.field for answer in clash),
                sentence=f"These answers cannot hold together: {words(clash)}.",
                limits=tuple(rule.SENTENCE for rule in limits_of(alone)),
            )
        )
    final = trials if mode == balance else tried(balance)
    repairs = repairs_of(answers, found.cures, trials, final)
    return tuple(clashes), tuple(repairs[:REPAIRS_AT_MOST])
