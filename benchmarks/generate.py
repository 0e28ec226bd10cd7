"""Draws the reference set of intakes that the solver is measured on.

Every feature has a deck: one card an instance, in the shares below, shuffled by the seed. So the
shares are exact, and no feature goes with another. What a card leaves open (which days, which
condition) is drawn. A person whom the screening refers is drawn again; one who is meant to have a
week and has none is drawn again too; one who is meant to have none gets an answer that clashes.
Nothing is left out for being slow.

`python -m benchmarks.generate` writes `benchmarks/instances/`. The files are frozen: they are
written anew only with another seed or other shares, and then every figure is measured anew.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from constraints.problem import BalanceMode, Problem
from knowledge import Intake, Knowledge, load_knowledge
from knowledge.schema.intake import WEEKDAYS
from recommender.build import build
from recommender.intake import check
from recommender.screening import screen
from recommender.solve import is_possible
from recommender.supply import answer_for

SEED = 20261126
WEEK = date(2026, 11, 30)
ANSWERED = WEEK - timedelta(days=2)
FOLDER = Path(__file__).parent / "instances"
INDEX = FOLDER / "index.yaml"

SHARES: dict[str, dict[Any, int]] = {
    "days": {1: 8, 2: 12, 3: 16, 4: 14, 5: 10, 6: 6, 7: 6},
    "minutes": {(10, 15): 10, (20, 30): 26, (35, 45): 20, (50, 60): 10, (75, 90): 6},
    "same minutes every day": {True: 48, False: 24},
    "place": {"empty_room": 10, "chair_and_wall": 8, "mat_and_wall": 18, "home_kit": 18, "gym": 18},
    "second place": {None: 50, "empty_room": 4, "mat_and_wall": 8, "gym": 10},
    "training age": {"none": 20, "under_6_months": 14, "6_to_24_months": 20, "over_24_months": 18},
    "goal": {"prevent": 24, "strengthen": 24, "relieve": 24},
    "conditions": {0: 26, 1: 20, 2: 13, 3: 8, 4: 5},
    "age": {(18, 39): 30, (40, 64): 28, (65, 85): 14},
    "wish": {"none": 28, "ban": 14, "like": 8, "require": 10, "order": 12},
    "variety": {"same_each_time": 54, "high": 18},
    "exercises a session": {3: 16, 4: 40, 5: 10, 7: 6},
    "balance": {"article": 54, "evidence": 18},
    "week": {
        "possible": 61,
        "lock on a day without time": 1,
        "lock and forbid": 1,
        "required without its equipment": 1,
        "more sessions than days": 1,
        "seven sessions": 1,
        "ten minutes and a long wish": 1,
        "more required than a session holds": 1,
        "two rungs of one ladder": 1,
        "one side banned": 1,
        "sets that no dose has": 1,
        "hard days too close": 1,
    },
}
COUNT = sum(SHARES["days"].values())
Answers = dict[str, Any]


class _Plain(yaml.SafeDumper):
    """Writes no anchors: a date that stands twice is written twice."""

    def ignore_aliases(self, data: object) -> bool:
        """Return True for everything."""
        return True


def main() -> None:
    """Write every intake, the index, and print what was drawn."""
    knowledge = load_knowledge()
    redrawn = 0
    index = []
    for number, (cards, answers, draws) in enumerate(draw_all(knowledge), 1):
        name = f"{number:02}"
        title = ", ".join(f"{feature} {_plain(card)}" for feature, card in cards.items())
        text = f"# {title}\n" + yaml.dump(answers, Dumper=_Plain, sort_keys=False)
        (FOLDER / f"{name}.yaml").write_text(text, encoding="utf-8")
        possible = cards["week"] == "possible"
        index.append({"name": name, "balance": cards["balance"], "possible": possible})
        redrawn += draws - 1
    INDEX.write_text(yaml.safe_dump(index, sort_keys=False), encoding="utf-8")
    (FOLDER / "README.md").write_text(_description(redrawn), encoding="utf-8")
    print(f"{COUNT} intakes, {redrawn} drawn again")


def _description(redrawn: int) -> str:
    rows = [
        f"| {feature} | {', '.join(f'{_plain(card)}: {count}' for card, count in shares.items())} |"
        for feature, shares in SHARES.items()
    ]
    return (
        f"# The reference set\n\n{COUNT} intakes, drawn by `python -m benchmarks.generate` "
        f"with seed\n{SEED} and frozen. The first line of each file names its cards; a clash may\n"
        "overwrite some of them (the days, the sessions). `index.yaml` says how each is\n"
        f"balanced and whether it has a week. {redrawn} draws were refused: the screening\n"
        "referred the person, or there was no week where there should be one, or one where\n"
        "there should be none. None was refused for its time.\n\n"
        "| feature | cards |\n|---|---|\n" + "\n".join(rows) + "\n"
    )


def _plain(card: object) -> str:
    return "-".join(str(one) for one in card) if isinstance(card, tuple) else str(card)


def draw_all(knowledge: Knowledge) -> Iterator[tuple[dict[str, Any], Answers, int]]:
    """Yield the cards of each instance, its answers, and how often it was drawn."""
    chance = random.Random(SEED)
    decks = {}
    for feature, shares in SHARES.items():
        deck = [card for card, count in shares.items() for _ in range(count)]
        if len(deck) != COUNT:
            raise ValueError(f"the shares of {feature} make {len(deck)}, not {COUNT}")
        chance.shuffle(deck)
        decks[feature] = deck
    for number in range(COUNT):
        cards = {feature: deck[number] for feature, deck in decks.items()}
        draws = 1
        while (answers := _person(knowledge, cards, chance)) is None:
            draws += 1
        yield cards, answers, draws


def _person(
    knowledge: Knowledge, cards: Mapping[str, Any], chance: random.Random
) -> Answers | None:
    """Return the answers of one person, or None if they are not what the cards ask for."""
    answers = _free(knowledge, cards, chance)
    problem = _problem(knowledge, answers, cards["balance"])
    if problem is None:
        return None
    _wish(answers, problem, cards["wish"], chance)
    if cards["week"] != "possible":
        CLASHES[cards["week"]](answers, problem, chance)
    problem = _problem(knowledge, answers, cards["balance"])
    if problem is None or is_possible(problem) != (cards["week"] == "possible"):
        return None
    return answers


def _problem(knowledge: Knowledge, answers: Answers, balance: BalanceMode) -> Problem | None:
    """Return the problem, or None if the answers are no good or there is no plan for them."""
    intake = Intake.model_validate(answers, strict=False)
    if list(check(intake, knowledge)) or screen(knowledge, intake, WEEK).outcome != "clear":
        return None
    problem = build(knowledge, intake, WEEK, balance).problem
    sides = {candidate.exercise.side for candidate in problem.candidates}
    return problem if {"abdominal", "lumbar"} <= sides else None


def _free(knowledge: Knowledge, cards: Mapping[str, Any], chance: random.Random) -> Answers:
    """Return a person without wishes and clashes."""
    places = {"one": dict(knowledge.equipment_sets[cards["place"]].pieces)}
    if cards["second place"]:
        places["two"] = dict(knowledge.equipment_sets[cards["second place"]].pieces)
    days: dict[str, Answers] = {}
    shortest, longest = cards["minutes"]
    usual = chance.randint(shortest, longest)
    for day in sorted(chance.sample(WEEKDAYS, cards["days"]), key=WEEKDAYS.index):
        same = cards["same minutes every day"]
        days[day] = {"minutes": usual if same else chance.randint(shortest, longest)}
        if len(places) == 2:
            days[day]["place"] = chance.choice(list(places))
    held, words = _conditions(knowledge, cards["conditions"], chance)
    most = max(1, min(6, cards["days"]))
    answers: Answers = {
        "answered_on": ANSWERED,
        "screening": {
            "age": chance.randint(*cards["age"]),
            "red_flags": [],
            "conditions": held,
            "other_condition": False,
            "cannot": [],
        },
        "goal": cards["goal"],
        "training_age": cards["training age"],
        "places": places,
        "days": days,
        "variety": cards["variety"],
        "exercises_per_session": cards["exercises a session"],
    }
    if words:
        answers["clearances"] = words
    if chance.random() < 0.5:
        fewest = chance.randint(1, min(most, 3))
        answers["sessions"] = {"at_least": fewest, "at_most": chance.randint(fewest, most)}
    if cards["training age"] == "over_24_months" and chance.random() < 0.5:
        answers["technique_cleared"] = list(knowledge.techniques)
    return answers


def _conditions(
    knowledge: Knowledge, count: int, chance: random.Random
) -> tuple[list[Answers], list[Answers]]:
    """Return conditions as a person has them, and a doctor's word for half of them."""
    held, words = [], []
    for answer in chance.sample(sorted(knowledge.answers), count):
        condition = chance.choice(knowledge.answers[answer])
        held.append(answer_for(knowledge, condition))
        if condition.plan.verdict == "clearance" or chance.random() < 0.5:
            words.append({"condition": answer, "by": "Dr A", "date": ANSWERED})
    return held, words


def _wish(answers: Answers, problem: Problem, kind: str, chance: random.Random) -> None:
    """Add the wishes of one kind, on exercises that the person may do."""
    main = [c for c in problem.candidates if c.exercise.block == "main"]
    names = sorted(candidate.id for candidate in main)
    if kind == "ban":
        answers["banned"] = chance.sample(names, min(len(names) // 3, chance.randint(1, 8)))
    elif kind == "like":
        answers["liked"] = chance.sample(names, min(len(names), chance.randint(1, 4)))
        others = [name for name in names if name not in answers["liked"]]
        answers["disliked"] = chance.sample(others, min(len(others), 3))
    elif kind == "require":
        answers["required"] = chance.sample(names, min(len(names), chance.randint(1, 2)))
    elif kind == "order":
        order = chance.choice(["require", "forbid", "cap", "fix_dose", "fix_day", "lock"])
        chosen = chance.choice(main)
        sets = chance.randint(*chosen.dose.sets)
        day = chance.choice(list(answers["days"]))
        answers["orders"] = [_order(order, chosen.id, day=day, sets=sets)]


def _order(kind: str, exercise: str, *, day: str, sets: int) -> Answers:
    order: Answers = {"kind": kind, "exercise": exercise, "author": "Pia", "reason": "a trial"}
    if kind in ("require", "forbid", "fix_day", "lock"):
        order["day"] = day
    if kind in ("cap", "fix_dose", "lock"):
        order["sets"] = sets
    return order


Clash = Callable[[Answers, Problem, random.Random], None]


def _main(problem: Problem, chance: random.Random) -> list[str]:
    names = sorted(c.id for c in problem.candidates if c.exercise.block == "main")
    chance.shuffle(names)
    return names


def _lock_without_time(answers: Answers, problem: Problem, chance: random.Random) -> None:
    answers["days"] = {day: answers["days"][day] for day in list(answers["days"])[:6]}
    free = next(day for day in WEEKDAYS if day not in answers["days"])
    answers["orders"] = [_order("lock", _main(problem, chance)[0], day=free, sets=1)]


def _lock_and_forbid(answers: Answers, problem: Problem, chance: random.Random) -> None:
    name, day = _main(problem, chance)[0], next(iter(answers["days"]))
    forbid = {"kind": "forbid", "exercise": name, "author": "Ada", "reason": "a trial"}
    answers["orders"] = [_order("require", name, day=day, sets=1), forbid]


def _without_equipment(answers: Answers, problem: Problem, chance: random.Random) -> None:
    here = {candidate.id for candidate in problem.candidates}
    names = [name for name in problem.knowledge.exercises if name not in here]
    answers["required"] = [chance.choice(names)]


def _more_sessions_than_days(answers: Answers, problem: Problem, chance: random.Random) -> None:
    fewest = min(7, len(answers["days"]) + 1)
    answers["sessions"] = {"at_least": fewest, "at_most": 7}


def _seven_sessions(answers: Answers, problem: Problem, chance: random.Random) -> None:
    answers["days"] = {day: {"minutes": 30, "place": "one"} for day in WEEKDAYS}
    answers["sessions"] = {"at_least": 7, "at_most": 7}


def _long_wish(answers: Answers, problem: Problem, chance: random.Random) -> None:
    for day in answers["days"].values():
        day["minutes"] = 10
    main = [c for c in problem.candidates if c.exercise.block == "main"]
    longest = sorted(main, key=lambda c: (-c.seconds[c.dose.sets[0]], c.id))
    answers["required"] = [candidate.id for candidate in longest[:2]]


def _more_than_a_session(answers: Answers, problem: Problem, chance: random.Random) -> None:
    day = next(iter(answers["days"]))
    answers["exercises_per_session"] = 3
    answers["orders"] = [
        _order("require", name, day=day, sets=1) for name in _main(problem, chance)[:4]
    ]


def _two_rungs(answers: Answers, problem: Problem, chance: random.Random) -> None:
    families: dict[str, list[str]] = {}
    for name in _main(problem, chance):
        families.setdefault(problem.knowledge.exercises[name].family, []).append(name)
    rungs = next(names for names in families.values() if len(names) > 1)[:2]
    day = next(iter(answers["days"]))
    answers["orders"] = [_order("require", name, day=day, sets=1) for name in rungs]


def _side_banned(answers: Answers, problem: Problem, chance: random.Random) -> None:
    main = {c.id: c.exercise.side for c in problem.candidates}
    answers["banned"] = sorted(name for name, side in main.items() if side == "lumbar")[:-1]
    left = sorted(name for name, side in main.items() if side == "lumbar")[-1]
    day = next(iter(answers["days"]))
    answers["orders"] = [_order("forbid", left, day=day, sets=1)]
    answers["days"] = {day: answers["days"][day]}
    answers.pop("sessions", None)


def _no_such_dose(answers: Answers, problem: Problem, chance: random.Random) -> None:
    day = next(iter(answers["days"]))
    answers["orders"] = [_order("lock", _main(problem, chance)[0], day=day, sets=9)]


def _hard_days(answers: Answers, problem: Problem, chance: random.Random) -> None:
    hard = sorted(c.id for c in problem.candidates if c.hard and c.exercise.side == "lumbar")
    names = [chance.choice(hard), chance.choice(hard)] if hard else []
    answers["days"] = {day: {"minutes": 60, "place": "one"} for day in ("tue", "wed", "sat")}
    answers.pop("sessions", None)
    answers["orders"] = [
        _order("require", name, day=day, sets=1)
        for name, day in zip(names, ("tue", "wed"), strict=False)
    ]


CLASHES: dict[str, Clash] = {
    "lock on a day without time": _lock_without_time,
    "lock and forbid": _lock_and_forbid,
    "required without its equipment": _without_equipment,
    "more sessions than days": _more_sessions_than_days,
    "seven sessions": _seven_sessions,
    "ten minutes and a long wish": _long_wish,
    "more required than a session holds": _more_than_a_session,
    "two rungs of one ladder": _two_rungs,
    "one side banned": _side_banned,
    "sets that no dose has": _no_such_dose,
    "hard days too close": _hard_days,
}


if __name__ == "__main__":
    main()
