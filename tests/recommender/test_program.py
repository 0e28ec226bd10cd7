"""Programs: the rules between the weeks hold, by a checker that counts everything again."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from knowledge import Intake, Knowledge
from recommender.intake import read_intake
from recommender.plan import Plan, PlanItem
from recommender.program import Program, ProgramRequest, make_program
from recommender.program.check import check_program
from recommender.program.phases import phase_weeks
from recommender.recommend import Request
from recommender.render.program import render, schema
from recommender.solve import OutOfTime
from tests.recommender.people import GYM, HOME, asked, held
from tests.solved import EXAMPLES
from tests.strategies import MONDAY, ORDER, REAL

RULES = REAL.program
DAY = timedelta(days=1)


def example(name: str) -> Intake:
    return read_intake(EXAMPLES / f"{name}.yaml", REAL)


def asked_for(weeks: int, light_every: int = 4, **more: object) -> ProgramRequest:
    return ProgramRequest(Request(MONDAY), weeks, light_every, **more)  # type: ignore[arg-type]


@cache
def home() -> Program:
    return make_program(REAL, example("home_beginner"), asked_for(9))


def main_items(plan: Plan) -> list[PlanItem]:
    return [item for day in plan.days for item in day.items if item.block == "main"]


def main_sets(plan: Plan) -> int:
    return sum(item.sets for item in main_items(plan))


class SmallPerson:
    """A person with a knowledge base of their own."""

    def __init__(self, knowledge: Knowledge, intake: Intake) -> None:
        self.knowledge = knowledge
        self.intake = intake

    def __repr__(self) -> str:
        """Return what differs between small people, short enough to read in a failure."""
        main = [n for n, one in self.knowledge.exercises.items() if one.block == "main"]
        return f"{main}\n{self.intake.model_dump_json()}"


@st.composite
def small_people(draw: st.DrawFn) -> SmallPerson:
    """Return a person, and a base with some of the main exercises, some of them rungs."""
    main = [name for name, one in REAL.exercises.items() if one.block == "main"]
    rungs = ("bird_dog", "quadruped_leg_lift", "bird_dog_standing", "mcgill_curl_up", "crunch")
    chosen = {*rungs, *draw(st.sets(st.sampled_from(main), min_size=5, max_size=12))}
    exercises = {
        name: one for name, one in REAL.exercises.items() if one.block != "main" or name in chosen
    }
    days = draw(st.sampled_from([("mon", "thu"), ("mon", "wed", "sat"), ("sun", "mon", "tue")]))
    minutes = draw(st.sampled_from([15, 25, 40]))
    conditions = ("low_back_pain_chronic", "low_back_pain_acute", "wrist_pain", "osteoporosis")
    pieces = draw(st.sampled_from([HOME, dict(GYM)]))
    intake = asked(
        *held(*draw(st.sets(st.sampled_from(conditions), max_size=1))),
        training_age=draw(st.sampled_from(["none", "6_to_24_months", "over_24_months"])),
        goal=draw(st.sampled_from(["relieve", "strengthen", "prevent"])),
        variety=draw(st.sampled_from(["same_each_time", "high"])),
        rest_days_between_hard_lumbar=draw(st.sampled_from([1, 2])),
        pieces=pieces,
    )
    answers = {day: intake.days["mon"].model_copy(update={"minutes": minutes}) for day in days}
    intake = intake.model_copy(update={"days": answers})
    return SmallPerson(REAL.model_copy(update={"exercises": exercises}), intake)


@settings(max_examples=10)
@given(small_people(), st.sampled_from([3, 4]), st.sampled_from([4, 6]))
def test_every_program_holds_by_the_independent_checker(
    person: SmallPerson, light_every: int, weeks: int
) -> None:
    knowledge, intake = person.knowledge, person.intake
    request = ProgramRequest(Request(MONDAY), weeks, light_every)
    try:
        program = make_program(knowledge, intake, request)
    except OutOfTime:
        assume(False)
    event(f"{program.status} after {len(program.weeks)} weeks")
    for week in program.weeks:
        event(week.kind)
    assert check_program(knowledge, intake, program) == ()


@pytest.mark.parametrize("name", ["acute_back_pain", "osteoporosis"])
def test_the_programs_of_the_examples_hold(name: str) -> None:
    intake = example(name)
    program = make_program(REAL, intake, asked_for(5, 3))
    assert check_program(REAL, intake, program) == ()
    assert program.status == "optimal"


def test_a_light_week_is_lighter_and_brings_nothing_new() -> None:
    assert [week.number for week in home().weeks if week.kind == "light"] == [4, 8]
    for number in (4, 8):
        before, light = home().weeks[number - 2], home().weeks[number - 1]
        share = RULES.light.sets_percent
        assert 100 * main_sets(light.plan) < share * main_sets(before.plan) + 100
        was = {item.exercise for item in main_items(before.plan)}
        assert {item.exercise for item in main_items(light.plan)} <= was
        assert light.advances == ()


def test_something_grows_by_each_lever_that_a_person_without_weights_has() -> None:
    levers = {one.lever for week in home().weeks for one in week.advances}
    assert levers == {"hold", "reps", "sets", "ladder"}


def test_phases_cover_all_weeks_in_order_for_every_length() -> None:
    low, high = RULES.weeks.between
    for weeks in range(low, high + 1):
        spread = phase_weeks(RULES, weeks, 4)
        assert [week.number for week in spread] == list(range(1, weeks + 1))
        order = [RULES.phases.index(week.phase) for week in spread]
        assert order == sorted(order)
        assert set(order) == set(range(len(RULES.phases)))


def test_the_same_inputs_give_the_same_bytes() -> None:
    again = make_program(REAL, example("home_beginner"), asked_for(9))
    for name in ("text", "json", "markdown"):
        assert render(again, REAL, name) == render(home(), REAL, name)


def test_a_program_goes_on_from_the_weeks_that_are_done() -> None:
    done = home().weeks[:6]
    assert make_program(REAL, example("home_beginner"), asked_for(9, done=done)) == home()


def test_a_check_in_down_is_never_harder_and_out_stays_out() -> None:
    done = home().weeks[:2]
    names = sorted({item.exercise for item in main_items(done[-1].plan)})
    down = dict.fromkeys(names, "down")
    week = make_program(
        REAL, example("home_beginner"), asked_for(4, done=done, steps=down)
    ).weeks[2]  # fmt: skip
    before = {item.exercise: item for item in main_items(done[-1].plan)}
    assert not week.advances
    for item in main_items(week.plan):
        if item.exercise in before:
            was = before[item.exercise]
            assert item.reps * (item.hold_s or 1) < was.reps * (was.hold_s or 1)
    program = make_program(
        REAL, example("home_beginner"), asked_for(5, done=done, steps={names[0]: "out"})
    )
    later = [item.exercise for one in program.weeks[2:] for item in main_items(one.plan)]
    assert names[0] not in later
    assert later
    assert check_program(REAL, example("home_beginner"), program) == ()


def test_hold_raises_nothing_of_an_exercise() -> None:
    done = home().weeks[:2]
    names = {item.exercise for item in main_items(done[-1].plan)}
    steps = dict.fromkeys(names, "hold")
    program = make_program(REAL, example("home_beginner"), asked_for(4, done=done, steps=steps))
    assert not {one.exercise for one in program.weeks[2].advances} & names


def test_each_week_of_a_pregnancy_is_judged_at_its_own_dates() -> None:
    due = MONDAY + timedelta(days=280 - 16 * 7 + 2 * 7)  # week 16 begins with the third week
    person = asked({"id": "pregnancy", "date": due}, pieces={"wall": 1, "mat": 1, "chair": 1})
    program = make_program(REAL, person, asked_for(4))
    assert check_program(REAL, person, program) == ()
    early, late = ("pregnancy_before_16_weeks", "pregnancy_16_to_28_weeks")
    names = {name: REAL.conditions[name].name for name in (early, late)}
    assert f"From this week on: {names[late]}." in program.weeks[2].notes
    assert not any(names[late] in note for note in program.weeks[1].notes)
    rules = [
        {one.rule.split("/")[0] for one in week.plan.excluded if one.cause == "clinical"}
        for week in program.weeks
    ]
    assert early in rules[1]
    assert late not in rules[1]
    assert late in rules[2]
    assert early not in rules[2]


def test_nothing_is_raised_as_long_as_acute_pain_holds() -> None:
    onset = MONDAY - 2 * DAY
    person = asked({"id": "low_back_pain", "date": onset})
    program = make_program(REAL, person, asked_for(8))
    kinds = [week.kind for week in program.weeks]
    assert kinds[1] == kinds[2] == kinds[4] == "still"
    assert all(not week.advances for week in program.weeks[:5])
    assert kinds[6] == "steps"
    assert check_program(REAL, person, program) == ()


def test_a_program_stops_with_the_week_whose_clearance_has_ended() -> None:
    person = example("disc_cleared")
    start = MONDAY + 49 * DAY
    program = make_program(REAL, person, ProgramRequest(Request(start), 8, 4))
    last = program.weeks[-1]
    assert len(program.weeks) > 2
    assert program.status == "stopped"
    assert last.plan.status == "referred"
    assert last.plan.screening.flags
    assert all(week.plan.days for week in program.weeks[:-1])
    given_on = max(one.date for one in person.clearances)
    ends = given_on + timedelta(days=REAL.screening.clearance_valid_days)
    assert last.plan.stamps.week_start + 6 * DAY >= ends
    assert program.weeks[-2].plan.stamps.week_start + 6 * DAY < ends
    text = render(program, REAL, "text")
    assert f"{len(program.weeks) - 1} of 8 weeks are planned" in text
    assert "Where to go" in text


def test_what_a_person_orders_holds_all_along() -> None:
    dose = {"sets": 2, "reps": 5, "hold_s": 10}
    given = (
        {"kind": "require", "exercise": "mcgill_curl_up"},
        {"kind": "lock", "exercise": "bird_dog", "day": "mon", **dose},
        {"kind": "forbid", "exercise": "glute_bridge", "until": MONDAY + 20 * DAY},
    )
    orders = tuple(
        ORDER.validate_python({"author": "Pia", "reason": "because", **one}) for one in given
    )
    person = example("home_beginner").model_copy(update={"orders": orders})
    program = make_program(REAL, person, asked_for(8))
    assert check_program(REAL, person, program) == ()
    for week in program.weeks:
        items = {(day.day, item.exercise): item for day in week.plan.days for item in day.items}
        locked = items["mon", "bird_dog"]
        assert (locked.sets, locked.reps, locked.hold_s) == (2, 5, 10)
        assert "mcgill_curl_up" in [name for _, name in items]
        forbidden = week.number <= 3
        assert not (forbidden and "glute_bridge" in [name for _, name in items])
        assert [order.in_force for order in week.plan.orders] == [True, True, forbidden]


Change = Callable[[Program], Program]


def with_week(program: Program, number: int, **changes: object) -> Program:
    weeks = list(program.weeks)
    weeks[number - 1] = weeks[number - 1].model_copy(update=changes)
    return program.model_copy(update={"weeks": tuple(weeks)})


def with_items(
    program: Program, number: int, change: Callable[[PlanItem], PlanItem | None]
) -> Program:
    """Return the program with every main item of a week changed, or left out."""
    plan = program.weeks[number - 1].plan
    days = []
    for day in plan.days:
        items = [change(item) if item.block == "main" else item for item in day.items]
        kept = tuple(item for item in items if item is not None)
        days.append(day.model_copy(update={"items": kept}))
    return with_week(program, number, plan=plan.model_copy(update={"days": tuple(days)}))


def more(**by: int) -> Callable[[PlanItem], PlanItem]:
    def change(item: PlanItem) -> PlanItem:
        raised = {key: (getattr(item, key) or 0) + value for key, value in by.items()}
        return item.model_copy(update=raised if item.hold_s else {})

    return change


def into(name: str, other: str) -> Callable[[PlanItem], PlanItem]:
    def change(item: PlanItem) -> PlanItem:
        return item.model_copy(update={"exercise": other}) if item.exercise == name else item

    return change


def last_as_first(program: Program) -> Program:
    weeks = program.weeks
    return program.model_copy(update={"weeks": (weeks[-1], *weeks[:-1])})


BREAKS: dict[str, tuple[Change, str]] = {
    "two levers": (lambda p: with_items(p, 3, more(hold_s=1, reps=1)), "at once"),
    "too long a hold": (lambda p: with_items(p, 3, more(hold_s=20)), "raises hold"),
    "too many repetitions": (lambda p: with_items(p, 6, more(reps=9)), "raises reps"),
    "a lever in a phase without": (lambda p: with_items(p, 2, more(hold_s=1)), "phase does not"),
    "more sets": (lambda p: with_items(p, 3, more(sets=1)), "sets"),
    "a light week that is not": (
        lambda p: with_week(p, 4, plan=p.weeks[2].plan.model_copy(
            update={"stamps": p.weeks[3].plan.stamps})), "is light, but"),
    "no light week": (lambda p: with_week(p, 4, kind="steps"), "should be light"),
    "light out of turn": (lambda p: with_week(p, 3, kind="light"), "should not be"),
    "two steps of a ladder": (
        lambda p: with_items(p, 3, into("mcgill_curl_up", "hollow_hold")), "climbs from step"),
    "an exercise dropped too soon": (
        lambda p: with_items(
            p, 2, lambda item: None if item.exercise == "mcgill_curl_up" else item), "drops"),
    "too many new ones": (
        lambda p: with_items(p, 2, lambda item: item.model_copy(
            update={"exercise": f"{item.exercise}_x"})), "are new"),
    "a week missing": (
        lambda p: p.model_copy(update={"weeks": p.weeks[:-1]}), "in silence"),
    "weeks out of order": (last_as_first, "is not the one that begins on"),
    "phases out of order": (lambda p: with_week(p, 1, phase="keep"), "not in their order"),
    "too many weeks": (
        lambda p: p.model_copy(update={"options": p.options.model_copy(
            update={"weeks": 17})}), "a program has"),
    "a referred week in the middle": (
        lambda p: with_week(p, 3, plan=p.weeks[2].plan.model_copy(
            update={"status": "referred"})), "the program goes on"),
    "still, and grown": (lambda p: with_week(p, 3, kind="still"), "which the phase does not"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_program_that_is_changed_fails_the_check(name: str) -> None:
    change, words = BREAKS[name]
    changed = change(home())
    knowledge = REAL
    if name == "too many new ones":  # exercises that nobody has seen before
        copies = {
            f"{key}_x": one.model_copy(update={"id": f"{key}_x", "family": f"{key}_x"})
            for key, one in REAL.exercises.items()
        }
        knowledge = REAL.model_copy(update={"exercises": {**REAL.exercises, **copies}})
    found = check_program(knowledge, example("home_beginner"), changed)
    assert any(words in one.sentence for one in found), [one.sentence for one in found]


def test_the_program_itself_breaks_nothing() -> None:
    assert check_program(REAL, example("home_beginner"), home()) == ()


def test_a_condition_without_steps_up_is_checked_too() -> None:
    sore = asked({"id": "low_back_pain", "date": MONDAY - 2 * DAY})
    program = make_program(REAL, sore, asked_for(4))
    lied = with_week(program, 2, kind="steps")
    found = check_program(REAL, sore, lied)
    assert any("low_back_pain_acute allows none" in one.sentence for one in found)


def test_the_schema_that_is_shipped_is_that_of_the_model() -> None:
    shipped = EXAMPLES.parent / "recommender" / "program" / "program.schema.json"
    assert shipped.read_text(encoding="utf-8") == schema()


def test_a_program_can_be_read_back() -> None:
    text = render(home(), REAL, "json")
    assert Program.model_validate_json(text) == home()


def test_the_text_keeps_to_80_columns() -> None:
    assert max(map(len, render(home(), REAL, "text").splitlines())) <= 80
