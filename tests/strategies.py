"""Hypothesis strategies: tiny knowledge bases with close calls, and intakes over the real one.

A tiny case has two or three exercises and two or three open days, so that every week of it can be
enumerated. Limits are drawn small, so that each rule binds often and by one.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from pydantic import TypeAdapter

from constraints.problem import BalanceMode, Begun, Problem
from constraints.schedule import Item, Schedule
from constraints.session_shape import order_key
from knowledge import Dose, Exercise, Intake, Knowledge, Order, load_knowledge
from knowledge.schema.condition import (
    Caps,
    Condition,
    OneSided,
    PlanRule,
    Rule,
    Verdict,
    WeekLimits,
)
from knowledge.schema.dosing import Dosing
from knowledge.schema.exercise import (
    LEVELS,
    LOADS,
    REGIONS,
    Block,
    Doses,
    Equipment,
    Kind,
    Level,
    Muscles,
    Position,
    Side,
)
from knowledge.schema.intake import (
    WEEKDAYS,
    Clearance,
    DayAnswer,
    HeldCondition,
    SessionsAWeek,
    Softening,
    Weekday,
)
from knowledge.schema.order import ORDERS
from recommender.build import Built, build
from recommender.conditions import dated_window
from recommender.eligibility import Judgement
from recommender.screening import screen
from recommender.supply import answer_for

Focus = str
"""The name of the constraint that a tiny case should bring to bind, or "" for none."""

MONDAY = date(2026, 11, 30)
CLINICIANS = frozenset({"Pia"})
REAL = load_knowledge(cached=False)
MAIN_KINDS: list[Kind] = ["strength", "strength", "stability", "motor_control"]
FIRST_SIDES: dict[str, Side] = {"a": "abdominal", "b": "lumbar"}
BOTH_SIDES: list[Side] = ["abdominal", "lumbar"]
POSITIONS: list[Position] = ["standing", "bench", "kneeling", "lying"]
DRAWN_VERDICTS: list[Verdict] = [
    "allow",
    "allow",
    "modify",
    "modify",
    "clearance",
    "clearance",
    "exclude",
]
ORDER: TypeAdapter[Order] = TypeAdapter(Order)
KINDS = tuple(sorted(ORDERS))
ORDER_DAYS: list[Weekday] = ["mon", "mon", "tue", "sun"]
ORDER_DATES = [MONDAY + timedelta(days=days) for days in (-8, -1, 0, 2, 6, 7)]
MODES: list[BalanceMode] = ["article", "evidence"]
_PATTERNS = ("hinge", "hinge", "plank")
_DOSE_DEMANDS = ("isometric_long", "isometric_short", "load_moderate", "load_heavy")
_DEMANDS = ("flexion_loaded", "extension_loaded", "hip_hinge")


class TinyCase:
    """A problem that can be enumerated, and how it was built."""

    def __init__(self, built: Built) -> None:
        self.built = built

    def __repr__(self) -> str:
        """Return what differs between tiny cases, short enough to read in a failure."""
        knowledge = self.problem.knowledge
        parts = [exercise.model_dump_json() for exercise in knowledge.exercises.values()]
        rules = knowledge.conditions["sore_back"].rules
        parts += [rule.model_dump_json(exclude={"reason"}) for rule in rules[:-1]]
        parts += [self.problem.intake.model_dump_json(), f"balance={self.problem.balance}"]
        return "\n".join(parts)

    @property
    def problem(self) -> Problem:
        return self.built.problem


@st.composite
def doses(draw: st.DrawFn, kind: Kind, focus: Focus) -> Dose:
    fewest = draw(st.sampled_from([1, 1, 1, 2]))
    holding = kind != "strength" and (focus == "long_holds" or draw(st.booleans()))
    long_or_short = [20, 40] if focus == "long_holds" else [5, 10, 11, 20, 40]
    return Dose(
        sets=(fewest, fewest + draw(st.sampled_from([0, 1]))),
        reps=draw(st.sampled_from([1, 2] if focus == "long_holds" else [1, 2, 10, 30])),
        tempo_s=None if holding else draw(st.sampled_from([2, 4])),
        hold_s=draw(st.sampled_from(long_or_short)) if holding else None,
        rest_between_reps_s=draw(st.sampled_from([0, 5])),
        rest_s=draw(st.sampled_from([0, 30, 45])),
        load=draw(st.sampled_from(["none", "light", "moderate", "heavy", "heavy"])),
        effort=draw(st.sampled_from([4, 5, 6, 7])),
    )


@st.composite
def exercises(draw: st.DrawFn, name: str, block: Block, focus: Focus) -> Exercise:
    kind: Kind
    side: Side
    if block == "main":
        kind = draw(st.sampled_from(MAIN_KINDS))
        if focus == "long_holds" or (focus == "eligibility" and draw(st.booleans())):
            kind = "stability"
        if focus in ("recovery", "spinal_load", "stacking"):
            kind = "strength"
        # The first two exercises stand on different sides, so that there is something to balance.
        side = FIRST_SIDES[name] if name in FIRST_SIDES else draw(st.sampled_from(BOTH_SIDES))
    else:
        kind, side = ("mobility" if block == "warm_up" else "stretch"), "none"
    position = draw(st.sampled_from(POSITIONS))
    demands = set(draw(st.lists(st.sampled_from(_DEMANDS), max_size=2)))
    if position in ("kneeling", "lying"):
        demands.add("floor_transfer")
    shares: dict[Any, float] = {}
    if side != "none":
        shares[side] = draw(st.sampled_from([0.5, 1.0]))
    if draw(st.booleans()):
        shares[draw(st.sampled_from(REGIONS))] = draw(st.sampled_from([0.5, 1.0]))
    levels: list[Level] = ["novice"] * 5
    if focus == "eligibility":
        levels.append("intermediate")
    difficulty = draw(st.sampled_from(levels))
    most_pieces = 1 if focus in ("equipment", "orders") else 0
    need = st.dictionaries(
        st.sampled_from(["mat", "flat_bench", "dumbbell"]),
        st.sampled_from([1, 2]),
        min_size=int(focus == "orders"),
        max_size=most_pieces,
    )
    return Exercise(
        id=name,
        name=f"Exercise {name}",
        family=draw(st.sampled_from([name, "shared"])),
        step=1,
        kind=kind,
        block=block,
        side=side,
        place="either",
        position=position,
        pattern=draw(st.sampled_from(_PATTERNS)),
        prepares=draw(st.sampled_from([(), ("hinge",)])) if block == "warm_up" else (),
        hand_free=draw(st.sampled_from([True, True, False])),
        difficulty=difficulty,
        technique=draw(st.sampled_from([None] * 5 + ["deadlift"]))
        if focus == "eligibility"
        else None,
        equipment=Equipment(
            all_of=draw(st.one_of(st.just({}), need)), any_of=draw(st.one_of(st.just({}), need))
        ),
        muscles=Muscles(primary=(draw(st.sampled_from(["obliques", "hamstrings"])),)),
        credits=shares,
        spinal_load=draw(st.sampled_from(["low", "moderate", "high", "very_high"])),
        demands=tuple(sorted(demands)),
        dose=Doses.model_validate(
            {
                "sides": draw(st.sampled_from(["both", "each", "alternating"])),
                "setup_s": draw(
                    st.sampled_from([20, 60, 60] if focus == "setups" else [0, 10, 20])
                ),
                difficulty: draw(doses(kind, focus)),
            }
        ),
        dose_origin="inferred",
        verified=False,
        cues=("Move.",),
        cautions=draw(st.sampled_from([(), ("Take care.",)])),
        sources=("article",),
    )


@st.composite
def conditions(draw: st.DrawFn, name: str) -> Condition:
    """Return a condition with a random verdict for a few demands and allow for the rest."""
    rules = []
    acting = [*_DEMANDS, "isometric_long", "load_moderate", "load_heavy", "trains_lumbar"]
    for demand in acting:
        verdict = draw(st.sampled_from(DRAWN_VERDICTS))
        caps = Caps()
        if verdict == "modify":
            caps = Caps(
                max_hold_s=draw(st.sampled_from([None, 10])),
                max_effort=draw(st.sampled_from([None, 5])),
                max_load=draw(st.sampled_from([None, "moderate", "moderate"])),
                max_sets=draw(st.sampled_from([None, 1])),
                min_rest_s=draw(st.sampled_from([None, 40])),
                min_tempo_s=draw(st.sampled_from([None, 3])),
                no_end_range=draw(st.booleans()),
                support=draw(st.sampled_from([False, False, True])),
                hours_since_waking=draw(st.sampled_from([None, 1, 2])),
            )
        milder = OneSided(verdict="modify", caution=f"Mind {demand} on the {{bad}} side.")
        closed = verdict in ("clearance", "exclude")
        rules.append(
            Rule(
                demands=(demand,),
                verdict=verdict,
                reason="A reason.",
                caps=caps,
                caution=f"Mind {demand}." if verdict in ("modify", "clearance") else None,
                one_sided=draw(st.sampled_from([None, None, milder])) if closed else None,
                self_clearance=draw(st.sampled_from([True, True, False])),
                sources=("article",),
                verified=False,
            )
        )
    rest = tuple(demand for demand in REAL.demands if demand not in acting)
    rules.append(
        Rule(demands=rest, verdict="allow", reason="None.", sources=("article",), verified=False)
    )
    allowed = PlanRule(
        verdict="allow", reason="None.", self_clearance=True, sources=("article",), verified=False
    )
    week = WeekLimits(
        sessions_at_most=draw(st.sampled_from([None, 1, 2])),
        minutes_at_most=draw(st.sampled_from([None, 7, 30])),
        sources=("article",),
        verified=False,
    )
    return Condition(
        id=name,
        name=name,
        answer=name,
        question="Do you?",
        sided=True,
        plan=allowed,
        week=draw(st.sampled_from([None, week])),
        rules=tuple(rules),
    )


@st.composite
def dosings(draw: st.DrawFn, friendly: bool) -> Dosing:
    """Return limits so small that they bind in a week of two or three exercises.

    `friendly` limits bind less often, so that most weeks are possible.
    """
    real = REAL.dosing
    small = st.sampled_from([2, 3] if friendly else [1, 2, 3])
    optional_block = st.sampled_from([(0, 1), (1, 1), (0, 2)])
    week = real.week.model_copy(
        update={
            "rest_days_at_least": draw(st.sampled_from([1, 5] if friendly else [1, 4, 5])),
            "training_days_in_a_row": draw(small),
            "long_setups_a_session": draw(st.sampled_from([1, 2])),
            "warm_up_items": draw(optional_block),
            "cool_down_items": draw(optional_block),
            "floor_transfers_a_session": draw(
                st.sampled_from([2, 4] if friendly else [0, 2, 2, 4])
            ),
            "high_load_a_session": draw(st.sampled_from([1, 2] if friendly else [0, 1, 1, 2])),
            "high_load_a_week": draw(st.sampled_from([1, 2, 3])),
            "very_high_load_a_session": draw(st.sampled_from([1, 2] if friendly else [0, 1, 1])),
            "very_high_load_a_week": draw(st.sampled_from([1, 2])),
            "hard_sets_made_up_next_to_hard": draw(st.sampled_from([0, 0, 1])),
            "days_a_week": {kind: draw(small) for kind in real.week.days_a_week},
        }
    )
    most_sets = st.sampled_from([3, 6] if friendly else [1, 2, 3, 6])
    most = {region: draw(most_sets) for region in REGIONS}
    least = {region: min(most[region], draw(st.sampled_from([0, 1, 2]))) for region in REGIONS}
    targets = real.targets.model_copy(
        update={
            "at_most": dict.fromkeys(LEVELS, most),
            "at_least": dict.fromkeys(LEVELS, least),
        }
    )
    bands = [(90, 110)] if friendly else [(90, 110), (70, 150), (50, 200)]
    balance = real.balance.model_copy(
        update={"evidence_ratio_percent": draw(st.sampled_from(bands))}
    )
    holds = real.holds.model_copy(
        update={
            "long_seconds_a_session": dict.fromkeys(
                LEVELS, draw(st.sampled_from([20, 40, 60, 100, 300]))
            )
        }
    )
    return real.model_copy(
        update={"week": week, "targets": targets, "holds": holds, "balance": balance}
    )


@st.composite
def tiny_knowledge(draw: st.DrawFn, focus: Focus, friendly: bool) -> Knowledge:
    """Return a knowledge base of two to four exercises and one condition."""
    thirds: list[Block] = ["main", "warm_up", "cool_down"]
    blocks: list[Block] = ["main", "main", draw(st.sampled_from(thirds))]
    if focus == "warm_up":
        blocks = ["main", "warm_up", draw(st.sampled_from(["main", "warm_up"]))]
    if focus == "floor_transfers":
        blocks = ["main", draw(st.sampled_from(["main", "cool_down"])), "warm_up"]
    if friendly:
        blocks = ["main", "main", "warm_up", "cool_down"]
    made = [
        draw(exercises(name, block, focus)) for name, block in zip("abcd", blocks, strict=False)
    ]
    few = st.sampled_from([1, 1, 2])
    patterns = {
        name: REAL.patterns[name].model_copy(
            update={
                "a_session": draw(few),
                "exercises_a_week": draw(few),
                "prepare": draw(st.booleans()),
            }
        )
        for name in sorted(set(_PATTERNS))
    }
    return REAL.model_copy(
        update={
            "exercises": {exercise.id: exercise for exercise in made},
            "patterns": patterns,
            "conditions": {"sore_back": draw(conditions("sore_back"))},
            "dosing": draw(dosings(friendly)),
        }
    )


def pieces_of(knowledge: Knowledge) -> list[str]:
    """Return the equipment that the exercises name."""
    needs = [one.equipment for one in knowledge.exercises.values()]
    return sorted({piece for need in needs for piece in (*need.all_of, *need.any_of)})


def abouts(knowledge: Knowledge, *kinds: str) -> st.SearchStrategy[dict[str, str]]:
    """Return what an order can be about, by one of these kinds of words."""
    every = list(knowledge.exercises.values())
    words = {
        "exercise": [one.id for one in every],
        "family": sorted({one.family for one in every}),
        "demand": [*_DOSE_DEMANDS, *sorted({name for one in every for name in one.demands})],
        "equipment": pieces_of(knowledge),
    }
    return st.sampled_from([kind for kind in kinds if words[kind]]).flatmap(
        lambda kind: st.sampled_from(words[kind]).map(lambda word: {kind: word})
    )


@st.composite
def order_details(draw: st.DrawFn, kind: str, knowledge: Knowledge) -> dict[str, Any]:
    """Return the fields of an order that belong to its kind."""
    day = {"day": draw(st.sampled_from(ORDER_DAYS))}
    some_day: dict[str, Any] = draw(st.sampled_from([{}, day]))
    number = st.sampled_from([1, 2, 2, 3])
    dose = {
        "sets": draw(number),
        "reps": draw(st.sampled_from([1, 2, 5, 10])),
        "hold_s": draw(st.sampled_from([5, 10, 20])),
    }
    chosen = {key: dose[key] for key in draw(st.sets(st.sampled_from(sorted(dose)), min_size=1))}
    if kind in ("train", "rest"):
        return day
    if kind == "session_size":
        low, high = sorted((draw(number), draw(number)))
        both = {"at_least": low, "at_most": high}
        return draw(st.sampled_from([both, {"at_least": low}, {"at_most": high}]))
    if kind == "balance_band":
        low, high = draw(st.sampled_from([(0, 100), (50, 200), (100, 100), (150, 400)]))
        return {"low_percent": low, "high_percent": high}
    if kind == "require":
        return draw(abouts(knowledge, "exercise", "family")) | some_day
    if kind == "forbid":
        about = abouts(knowledge, "exercise", "demand", "demand", "family", "equipment")
        return draw(about) | some_day
    if kind == "cap":
        return draw(cap_details(knowledge))
    exercise = draw(abouts(knowledge, "exercise"))
    if kind == "fix_day":
        return exercise | day
    if kind == "lock":
        more = chosen if draw(st.integers(0, 3)) == 0 else {}
        return exercise | more | day | {"sets": dose["sets"]}
    return exercise | chosen


@st.composite
def cap_details(draw: st.DrawFn, knowledge: Knowledge) -> dict[str, Any]:
    """Return the limits of a cap and what it is about."""
    if draw(st.integers(0, 3)) == 0:
        minutes = {"minutes": draw(st.sampled_from([6, 8, 15]))}
        return draw(st.sampled_from([minutes, minutes | {"day": "mon"}]))
    limits: dict[str, Any] = {
        "sets": draw(st.sampled_from([1, 2])),
        "sets_a_week": draw(st.sampled_from([1, 2, 3, 5])),
        "hold_s": draw(st.sampled_from([5, 10, 20])),
        "load": draw(st.sampled_from(LOADS)),
    }
    some = draw(st.sets(st.sampled_from(sorted(limits)), min_size=1, max_size=2))
    about = draw(abouts(knowledge, "exercise", "demand", "family", "equipment"))
    return draw(st.sampled_from([{}, about])) | {key: limits[key] for key in some}


@st.composite
def orders(draw: st.DrawFn, knowledge: Knowledge, kinds: Sequence[str] = KINDS) -> Order:
    """Return an order of a kind; some have dates, which may end or begin in the week."""
    kind = draw(st.sampled_from(kinds))
    dates = st.sampled_from(ORDER_DATES) if draw(st.integers(0, 4)) == 0 else st.none()
    since, until = draw(dates), draw(dates)
    if since is not None and until is not None and until < since:
        since, until = until, since
    return ORDER.validate_python(
        {
            "kind": kind,
            "author": draw(st.sampled_from(["Ada", "Bo"])),
            "reason": "because",
            "from": since,
            "until": until,
            **draw(order_details(kind, knowledge)),
        }
    )


@st.composite
def tiny_intakes(
    draw: st.DrawFn,
    knowledge: Knowledge,
    focus: Focus,
    friendly: bool,
    kinds: Sequence[str] = KINDS,
) -> Intake:
    """Return an intake with two or three open days, neighbours across the week's end included."""
    days = draw(
        st.sampled_from([("mon", "tue"), ("mon", "sun"), ("mon", "wed"), ("sun", "mon", "tue"),
                         ("mon", "tue", "thu")])
    )  # fmt: skip
    stock = st.dictionaries(
        st.sampled_from(["mat", "carpet", "flat_bench", "kettlebell", "wall"]),
        st.sampled_from([1, 2]),
    )
    if focus == "orders":  # so that a piece is often there to be forbidden
        stock = st.one_of(stock, st.just(dict.fromkeys(pieces_of(knowledge), 2)))
    names = list(knowledge.exercises)
    judged = focus in ("eligibility", "equipment", "morning", "warm_up") or friendly
    judged = judged or focus in ("rest_days", "session_time")
    side = draw(st.sampled_from(["left", "both"]))
    held = (
        ({"id": "sore_back", "affected_side": side},) if judged and draw(st.integers(0, 5)) else ()
    )
    decision = Softening(
        condition="sore_back",
        demand=draw(st.sampled_from(_DEMANDS)),
        by=draw(st.sampled_from(["Pia", "Nobody"])),
        reason="It is healed.",
        date=MONDAY,
        until=MONDAY + timedelta(days=draw(st.sampled_from([3, 6, 30]))),
    )
    minutes = [12, 60] if friendly else [15, 60] if focus == "orders" else [5, 6, 8, 15, 60]
    banned = (names[0],) if focus == "orders" and draw(st.integers(0, 2)) == 0 else ()
    low = draw(st.sampled_from([1, 1, 1, 2]))
    given = tuple(draw(st.lists(orders(knowledge), max_size=2 if focus == "orders" else 1)))
    if focus == "orders":
        given = (draw(orders(knowledge, kinds)), *given)
    elif not friendly:
        given = ()
    return Intake.model_validate(
        {
            "answered_on": MONDAY,
            "screening": {
                "age": 40,
                "red_flags": (),
                "conditions": held,
                "other_condition": False,
                "cannot": ("floor_transfer",) if judged and draw(st.integers(0, 5)) == 0 else (),
            },
            "clearances": draw(
                st.sampled_from(
                    [(), (Clearance(condition="sore_back", by="Dr A", date=MONDAY),)]
                )
            ) if held else (),
            "softenings": draw(st.sampled_from([(), (decision,)])) if held else (),
            "wakes_at": draw(st.sampled_from([None, "07:00", "07:00"])),
            "training_age": draw(st.sampled_from(["none", "6_to_24_months", "6_to_24_months"])),
            "technique_cleared": draw(st.sampled_from([(), ("deadlift",)])),
            "places": {"home": draw(stock), "gym": draw(stock)},
            "days": {
                day: DayAnswer(
                    minutes=draw(st.sampled_from(minutes)),
                    place=draw(st.sampled_from(["home", "gym"])),
                    at=draw(st.sampled_from([None, "08:30", "08:30", "10:00"])),
                )
                for day in days
            },
            "sessions": SessionsAWeek(
                at_least=low, at_most=draw(st.sampled_from([low, 2 if low < 3 else 3, 7]))
            ),
            "rest_days_between_hard_lumbar": draw(st.sampled_from([1, 2, 3])),
            "exercises_per_session": draw(st.sampled_from([2, 2, 4])),
            "variety": draw(st.sampled_from(["same_each_time", "high"])),
            "liked": draw(st.sampled_from([(), (names[-1],)])) if names[-1] not in banned else (),
            "banned": banned,
            "orders": given,
            "goal": draw(st.sampled_from(["relieve", "strengthen", "prevent"])),
        }
    )  # fmt: skip


@st.composite
def tiny_cases(
    draw: st.DrawFn,
    focus: Focus = "",
    friendly: bool = False,
    most_weeks: int = 1000,
    kinds: Sequence[str] = KINDS,
) -> TinyCase:
    """Return a case with at most `most_weeks` weeks to enumerate, and no reason to refer.

    With the focus on orders there is at least one, the first of one of these kinds.
    """
    knowledge = draw(tiny_knowledge(focus, friendly))
    intake = draw(tiny_intakes(knowledge, focus, friendly, kinds))
    assume(screen(knowledge, intake, MONDAY, CLINICIANS).outcome == "clear")
    mode = draw(st.sampled_from(MODES))
    built = build(knowledge, intake, MONDAY, mode, CLINICIANS)
    weeks = 1
    for judgement in built.judgements:
        dose = judgement.dose
        weeks *= (dose.sets[1] - dose.sets[0] + 2) ** len(intake.days)
    assume(weeks <= most_weeks)
    if focus in ("begun", "stacking"):
        built = replace(built, problem=replace(built.problem, begun=draw(begun(built.problem))))
    return TinyCase(built)


@st.composite
def begun(draw: st.DrawFn, problem: Problem) -> Begun:
    """Return what has gone of a week: each open day was done, missed, or is still to come."""
    done: dict[int, dict[str, int]] = {}
    missed: set[int] = set()
    uncounted: set[int] = set()
    for day in problem.open_days():
        what = draw(st.sampled_from(["done", "missed", "uncounted", "to come", "to come"]))
        if what == "done":
            dose = {candidate.id: candidate.dose.sets[0] for candidate in problem.candidates}
            names = draw(st.sets(st.sampled_from(sorted(dose)), max_size=2)) if dose else set()
            names |= draw(st.sampled_from([set(), set(), {"gone"}]))
            done[day.index] = {name: dose.get(name, 1) for name in names}
        elif what != "to come":
            (missed if what == "missed" else uncounted).add(day.index)
    hard_sets = {day.index: draw(st.integers(0, 3)) for day in problem.open_days()}
    return Begun(done, frozenset(missed), frozenset(uncounted), hard_sets)


Week = dict[tuple[str, int], int]


def all_weeks(case: TinyCase, causes: frozenset[str]) -> Iterator[Week]:
    """Yield every week of candidates and of exercises left out for one of the causes.

    Days of rest are among the days. What a cap on the load leaves without any is not possible at
    all, so no checker of orders looks for it.
    """
    choices: list[list[tuple[str, int, int]]] = []
    problem = case.problem
    blocked = {judgement.exercise.id: judgement for judgement in case.built.excluded}
    for judgement in case.built.judgements:
        name = judgement.exercise.id
        if name in blocked and blocked[name].cause not in causes:
            continue
        if judgement.cause == "order":
            continue
        dose = judgement.dose
        for day in (day for day in problem.days if day.weekday in problem.intake.days):
            counts = [0, *range(dose.sets[0], dose.sets[1] + 1)]
            choices.append([(name, day.index, count) for count in counts])
    for combination in itertools.product(*choices):
        yield {(name, day): count for name, day, count in combination if count}


def schedule_of_week(case: TinyCase, week: Week) -> Schedule:
    """Return the schedule of a week, with the candidate's dose where there is one."""
    problem = case.problem
    items: list[list[tuple[Exercise, Item]]] = [[] for _ in range(7)]
    for (name, day), sets in week.items():
        judgement = next(j for j in case.built.judgements if j.exercise.id == name)
        exercise = judgement.exercise
        dose = judgement.dose
        items[day].append((exercise, item_of(problem, judgement, dose, sets)))
    return Schedule(
        tuple(
            tuple(item for _, item in sorted(day, key=lambda pair: order_key(pair[0])))
            for day in items
        )
    )


def item_of(problem: Problem, judgement: Judgement, dose: Dose, sets: int) -> Item:
    """Return an item at a dose; the duration is counted second by second."""
    exercise = judgement.exercise
    times, effort = problem.knowledge.dosing.times, problem.knowledge.dosing.effort
    seconds = exercise.dose.setup_s + times.transition_s
    for number in range(sets if dose.load in ("none", "light") else sets + 1):
        if number:
            seconds += dose.rest_s
        reps = dose.reps * (1 if exercise.dose.sides == "both" else 2)
        for rep in range(reps):
            if rep:
                seconds += dose.rest_between_reps_s
            seconds += (dose.tempo_s or 0) + (dose.hold_s or 0)
        if exercise.dose.sides == "each":
            seconds += times.side_change_s
    while seconds % times.rounded_up_to_s:
        seconds += 1
    return Item(
        exercise=exercise.id,
        block=exercise.block,
        side=exercise.side,
        sets=sets,
        reps=dose.reps,
        tempo_s=dose.tempo_s,
        hold_s=dose.hold_s,
        rest_between_reps_s=dose.rest_between_reps_s,
        rest_s=dose.rest_s,
        sides=exercise.dose.sides,
        load=dose.load,
        effort=dose.effort,
        hard=exercise.kind == "strength" and dose.effort >= effort.hard_from,
        seconds=seconds,
        cautions=judgement.cautions,
        cues=(*judgement.cues, *exercise.cues),
    )


_WINDOW_DATES = {
    "onset": st.dates(MONDAY - timedelta(days=90), MONDAY - timedelta(days=2)),
    "due_date": st.dates(MONDAY - timedelta(days=20), MONDAY + timedelta(days=270)),
    "birth_date": st.dates(MONDAY - timedelta(days=120), MONDAY - timedelta(days=2)),
    "surgery_date": st.dates(MONDAY - timedelta(days=400), MONDAY - timedelta(days=2)),
    "event_date": st.dates(MONDAY - timedelta(days=400), MONDAY - timedelta(days=2)),
}
_ASKED = [condition for condition in REAL.conditions.values() if condition.answer is not None]
_TIMES = ["05:30", "07:00", "09:00", "20:30"]


@st.composite
def held_answers(draw: st.DrawFn, condition: Condition) -> HeldCondition:
    """Return an answer about a condition. As drawn, half of them make it hold in the week."""
    held = answer_for(REAL, condition)
    window = dated_window(REAL, str(held["id"]))
    if window is not None and draw(st.booleans()):
        held["date"] = draw(_WINDOW_DATES[window.dated_by])
    if condition.detail is not None and draw(st.booleans()):
        held["detail"] = draw(st.sampled_from(sorted(condition.detail.options)))
    if condition.sided:
        held["affected_side"] = draw(st.sampled_from(["both", "left", "right"]))
    return HeldCondition.model_validate(held)


def can_be_added(held: Sequence[HeldCondition], answer: str) -> bool:
    """Return whether an answer is new and contradicts none of those given."""
    given = {one.id for one in held}
    against = {word for one in held for word in REAL.answers[one.id][0].contradicts}
    return answer not in given | against and not given & {*REAL.answers[answer][0].contradicts}


@st.composite
def _decisions(draw: st.DrawFn, held: Sequence[HeldCondition], age: int) -> Softening:
    """Return a clinician's decision on one closed cell of the person's conditions, or on a plan."""
    answers = {one.id for one in held}
    choices = [
        (condition.answer or condition.id, demand)
        for condition in REAL.conditions.values()
        if condition.answer in answers or (condition.from_age or age + 1) <= age
        for demand in (None, *condition.cells)
        if demand is None or condition.cells[demand].verdict in ("clearance", "exclude")
    ]
    condition, demand = draw(st.sampled_from(choices))
    return Softening(
        condition=condition,
        demand=demand,
        by=draw(st.sampled_from(["Pia", "Pia", "Nobody"])),
        reason="It is healed.",
        date=MONDAY - timedelta(days=1),
        until=MONDAY + timedelta(days=draw(st.sampled_from([5, 6, 30]))),
    )


@st.composite
def intakes(draw: st.DrawFn, most_conditions: int = 3, softened: bool = False) -> Intake:
    """Return a valid intake over the real knowledge base without a red flag.

    Decisions of clinicians are by Pia, whom `CLINICIANS` names, or by nobody who counts; with
    `softened` there is at least one.
    """
    held: list[HeldCondition] = []
    some = st.lists(st.sampled_from(_ASKED), min_size=int(softened), max_size=most_conditions)
    for condition in draw(some):
        if can_be_added(held, str(condition.answer)):
            held.append(draw(held_answers(condition)))
    age = draw(st.sampled_from([18, 30, 64, 65, 80]))
    softenings: list[Softening] = []
    if softened or ((held or age >= 65) and draw(st.integers(0, 3)) == 0):
        softenings = draw(st.lists(_decisions(held, age), min_size=1, max_size=2))
    pieces = st.dictionaries(st.sampled_from(sorted(REAL.equipment)), st.sampled_from([1, 2, 4]))
    places = draw(st.dictionaries(st.sampled_from(["home", "gym"]), pieces, min_size=1))
    days = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True))
    names = sorted(REAL.exercises)
    banned = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
    free = [name for name in names if name not in banned]
    scores = {
        name: draw(st.integers(score.at_least, score.at_most))
        for name, score in REAL.scores.items()
        if draw(st.integers(0, 4)) == 0
    }
    return Intake.model_validate(
        {
            "answered_on": MONDAY - timedelta(days=1),
            "screening": {
                "age": age,
                "red_flags": (),
                "conditions": tuple(held),
                "other_condition": False,
                "cannot": tuple(
                    draw(st.lists(st.sampled_from(sorted(REAL.positions)), max_size=2, unique=True))
                ),
            },
            "clearances": tuple(
                {"condition": one.id, "by": "Dr A", "date": MONDAY - timedelta(days=1)}
                for one in held
                if draw(st.sampled_from([True, True, False]))
            ),
            "softenings": tuple(softenings),
            "scores": scores,
            "weaker_side": draw(st.sampled_from([None, None, "left", "right"])),
            "wakes_at": draw(st.sampled_from([None, *_TIMES])),
            "goal": draw(st.sampled_from(["relieve", "strengthen", "prevent"])),
            "training_age": draw(
                st.sampled_from(["none", "under_6_months", "6_to_24_months", "over_24_months"])
            ),
            "technique_cleared": draw(st.sampled_from([(), ("deadlift",)])),
            "places": places,
            "days": {
                day: DayAnswer(
                    minutes=draw(st.sampled_from([8, 15, 20, 30, 45, 90])),
                    at=draw(st.sampled_from([None, *_TIMES])),
                    place=draw(st.sampled_from(sorted(places))),
                )
                for day in days
            },
            "sessions": SessionsAWeek(at_least=1, at_most=draw(st.sampled_from([2, 3, 7]))),
            "exercises_per_session": draw(st.sampled_from([2, 3, 4, 6])),
            "variety": draw(st.sampled_from(["same_each_time", "high"])),
            "liked": tuple(draw(st.lists(st.sampled_from(free), max_size=2, unique=True))),
            "banned": tuple(banned),
        }
    )  # fmt: skip
