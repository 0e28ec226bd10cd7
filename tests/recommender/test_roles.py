"""Roles: what a clinician may make milder, how it is logged and ends, and what nobody can open."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from constraints import check_all, eligibility
from constraints.schedule import Schedule
from knowledge import Condition, Intake
from knowledge.schema.condition import VERDICTS
from knowledge.schema.intake import Softening
from knowledge.schema.screening import RedFlag
from recommender.build import build, valid_until
from recommender.cells import Cell, Cells
from recommender.conditions import active_conditions
from recommender.intake import check
from recommender.plan import Plan, schedule_of
from recommender.recommend import Request, recommend
from recommender.render import render
from recommender.screening import screen
from recommender.supply import answer_for
from tests.cli.running import run
from tests.recommender.people import (
    ANSWERED,
    CONDITIONS,
    DAY,
    GYM,
    STOPPING,
    asked,
    assert_no_more_of_a_week,
    assert_valid,
    candidates,
    decision,
    held,
    name_of,
    the,
    with_condition,
    word,
)
from tests.strategies import CLINICIANS, MONDAY, REAL, intakes

NOBODY: frozenset[str] = frozenset()
SUNDAY = MONDAY + 6 * DAY
LONGEST = timedelta(days=REAL.screening.softening_valid_days)
FROM_THE_DOSE = ("isometric_long", "load_moderate", "load_heavy")
CLINICIAN_ONLY = "cancer_treatment_now"
"""A condition whose plan a clinician alone opens."""


def planned(intake: Intake, clinicians: frozenset[str] = CLINICIANS) -> Plan:
    return recommend(REAL, intake, Request(MONDAY, clinicians=clinicians))


def bare(intake: Intake) -> Intake:
    return intake.model_copy(update={"softenings": ()})


def with_softenings(intake: Intake, *decisions: dict[str, Any]) -> Intake:
    softenings = tuple(Softening.model_validate(one) for one in decisions)
    return intake.model_copy(update={"softenings": softenings})


def cells(intake: Intake, clinicians: frozenset[str] = CLINICIANS) -> dict[tuple[str, str], Cell]:
    """Return every cell that bears on a person, by condition and demand."""
    active = active_conditions(REAL, intake, MONDAY, clinicians)
    by_demand = Cells.of(REAL, active).by_demand
    return {(one.condition, one.demand): one for group in by_demand.values() for one in group}


def steps(before: Cell, after: Cell) -> int:
    """Return by how many steps a verdict became milder."""
    return VERDICTS.index(before.verdict) - VERDICTS.index(after.verdict)


# The individual


@given(intakes(softened=True))
def test_for_an_individual_a_softening_changes_nothing_but_a_warning(intake: Intake) -> None:
    with_it, without = (build(REAL, one, MONDAY) for one in (intake, bare(intake)))
    assert with_it.judgements == without.judgements
    assert with_it.problem.candidates == without.problem.candidates
    assert with_it.problem.days == without.problem.days
    assert screen(REAL, intake, MONDAY) == screen(REAL, bare(intake), MONDAY)
    more = list(with_it.warnings)
    for warning in without.warnings:
        more.remove(warning)
    for softening, warning in zip(intake.softenings, more, strict=True):
        assert f"do not name {softening.by}" in warning


@given(intakes(softened=True))
def test_a_stricter_role_never_gets_more(intake: Intake) -> None:
    clinic = build(REAL, intake, MONDAY, clinicians=CLINICIANS)
    assert_no_more_of_a_week(clinic, build(REAL, intake, MONDAY))
    flags = [
        {flag.id for flag in screen(REAL, intake, MONDAY, role).flags}
        for role in (CLINICIANS, NOBODY)
    ]
    assert flags[0] <= flags[1]


@pytest.mark.parametrize("condition", CONDITIONS, ids=name_of)
def test_no_decision_takes_anything_away(condition: Condition) -> None:
    """What comes from the dose, cell by cell, and then every closed cell at once."""
    closed = [d for d, rule in condition.cells.items() if rule.verdict in ("clearance", "exclude")]
    name = condition.answer or condition.id
    intake = with_condition(
        condition,
        training_age="over_24_months",
        technique_cleared=tuple(REAL.techniques),
        pieces=GYM,
    )
    strict = build(REAL, intake, MONDAY)
    for demands in (*([d] for d in closed if d in FROM_THE_DOSE), closed):
        decisions = [decision(name, demand) for demand in demands]
        softened = with_softenings(intake, *decisions)
        assert_no_more_of_a_week(build(REAL, softened, MONDAY, clinicians=CLINICIANS), strict)


def test_the_role_comes_from_the_request_and_is_stamped() -> None:
    clinic, individual = planned(asked()), planned(asked(), NOBODY)
    assert (clinic.stamps.role, individual.stamps.role) == ("clinician", "individual")
    assert clinic.model_dump(exclude={"stamps"}) == individual.model_dump(exclude={"stamps"})


# One step


@given(intakes(), st.data())
def test_a_decision_makes_one_demand_of_one_condition_one_step_milder(
    intake: Intake, data: st.DataObject
) -> None:
    """No cell of another demand or of another answer moves, whatever else a person has."""
    silent = bare(intake).model_copy(update={"clearances": ()})
    before = cells(silent)
    closed = sorted(key for key, cell in before.items() if cell.blocks)
    assume(closed)
    condition, demand = data.draw(st.sampled_from(closed))
    name = REAL.conditions[condition].answer or condition
    after = cells(with_softenings(silent, decision(name, demand)))
    assert before.keys() == after.keys()
    for key, cell in before.items():
        now = after[key]
        own = key[1] == demand and name in (REAL.conditions[key[0]].answer, key[0])
        if own and cell.blocks:
            assert steps(cell, now) == 1
            assert now.softening is not None
            assert any("Pia" in caution for caution in now.cautions)
        else:
            assert now == cell


@pytest.mark.parametrize("verdict", ["exclude", "clearance"])
def test_one_step_is_one_step_however_often_it_is_written(verdict: str) -> None:
    condition = REAL.conditions["postpartum_6_to_12_weeks"]
    demand = next(d for d, rule in condition.cells.items() if rule.verdict == verdict)
    twice = [decision("postpartum", demand), decision("postpartum", demand, by="Ada")]
    intake = asked(answer_for(REAL, condition), softenings=twice)
    key = (condition.id, demand)
    both = frozenset({"Pia", "Ada"})
    assert steps(cells(bare(intake))[key], cells(intake, both)[key]) == 1
    assert not eligibility_faults(intake, both)


def eligibility_faults(intake: Intake, clinicians: frozenset[str]) -> list[str]:
    """Return what the independent check says of an empty week of these answers."""
    problem = build(REAL, intake, MONDAY, clinicians=clinicians).problem
    empty = Schedule(((),) * 7)
    return [violation.sentence for violation in eligibility.check(problem, empty)]


def test_what_is_excluded_and_softened_still_waits_for_a_word() -> None:
    exclusion = decision("osteoporosis", "flexion_loaded")
    assert REAL.conditions["osteoporosis"].cells["flexion_loaded"].verdict == "exclude"
    silent = asked(*held("osteoporosis"), softenings=[exclusion])
    spoken = asked(*held("osteoporosis"), softenings=[exclusion], clearances=[word("osteoporosis")])
    key = ("osteoporosis", "flexion_loaded")
    assert cells(silent)[key].verdict == "clearance"
    assert cells(spoken, NOBODY)[key].verdict == "exclude"
    assert cells(spoken)[key].verdict == "modify"


def test_a_decision_opens_what_no_tick_of_a_person_opens() -> None:
    condition = REAL.conditions[CLINICIAN_ONLY]
    demand, rule = next(
        (d, rule)
        for d, rule in condition.cells.items()
        if rule.verdict == "clearance" and not rule.self_clearance
    )
    intake = asked(
        answer_for(REAL, condition),
        clearances=[word(CLINICIAN_ONLY)],
        softenings=[decision(CLINICIAN_ONLY, demand)],
    )
    key = (CLINICIAN_ONLY, demand)
    assert cells(intake, NOBODY)[key].verdict == "clearance"
    cell = cells(intake)[key]
    assert cell.verdict == "modify"
    assert cell.caps == rule.caps
    assert cell.cautions[0] == rule.caution


# The log


def logged() -> Intake:
    return asked(
        *held("postpartum_6_to_12_weeks"),
        softenings=[
            decision("postpartum", "high_intra_abdominal_pressure"),
            decision("postpartum", "flexion_loaded", by="Nobody"),
        ],
    )


@pytest.fixture(scope="module")
def with_log() -> Plan:
    return planned(logged())


def test_the_plan_holds_and_its_log_says_who_did_what_why_and_until_when(with_log: Plan) -> None:
    assert with_log.status == "optimal"
    problem = build(REAL, logged(), MONDAY, clinicians=CLINICIANS).problem
    assert check_all(problem, schedule_of(with_log)) == ()
    (line,) = with_log.softened
    softening = logged().softenings[0]
    assert line.condition == "postpartum_6_to_12_weeks"
    assert line.demand == "high_intra_abdominal_pressure"
    assert (line.was, line.now) == ("clearance", "modify")
    assert (line.by, line.reason) == (softening.by, softening.reason)
    assert (line.date, line.until) == (softening.date, softening.until)


def test_every_exercise_that_a_decision_opened_says_so(with_log: Plan) -> None:
    opened = [
        item
        for day in with_log.days
        for item in day.items
        if "high_intra_abdominal_pressure" in REAL.exercises[item.exercise].demands
    ]
    assert opened
    for item in opened:
        assert any("Pia" in caution and "stable" in caution for caution in item.cautions)


def test_a_decision_that_does_not_count_is_named_in_the_warnings(with_log: Plan) -> None:
    (warning,) = [one for one in with_log.warnings if "Nobody" in one]
    assert "do not name Nobody" in warning
    assert not any("Pia" in one for one in with_log.warnings)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_the_log_and_the_warning_are_printed(with_log: Plan, form: str) -> None:
    text = " ".join(render(with_log, REAL, form).split())
    for said in ("Pia", "Examined and found stable.", "clearance became modify", "Nobody"):
        assert said in text


def test_the_same_plan_is_refused_without_the_clinician(with_log: Plan) -> None:
    problem = build(REAL, logged(), MONDAY).problem
    sentences = [violation.sentence for violation in check_all(problem, schedule_of(with_log))]
    assert any("high_intra_abdominal_pressure" in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("intake", "demand"),
    [
        (asked({"id": "shoulder_pain", "affected_side": "left"}), "side_lying"),
        (asked(*held("shoulder_pain")), "side_lying"),
        (asked(*held("knee_pain")), "kneeling"),
        (asked(*held("knee_pain")), "supine"),
        (asked(*held("knee_pain")), None),
        (
            asked(the("hip_replacement_posterior") | {"date": MONDAY - 100 * DAY}),
            "hip_flexion_over_90",
        ),
        (asked(the("hip_replacement_posterior") | {"date": MONDAY - 100 * DAY}), "supine"),
    ],
    ids=["one side", "both sides", "modified", "allowed", "open plan", "siblings", "one sibling"],
)
def test_the_log_says_what_really_changed(intake: Intake, demand: str | None) -> None:
    """A line for every cell that the decision moved, with the verdict that it has now."""
    name = intake.screening.conditions[0].id
    softened = with_softenings(intake, decision(name, demand))
    assert_valid(softened)
    before, after = cells(softened, NOBODY), cells(softened)
    moved = {
        (*key, before[key].verdict, after[key].verdict)
        for key in before
        if before[key].verdict != after[key].verdict
    }
    plan = planned(softened)
    assert plan.status == "optimal"
    assert {(one.condition, one.demand, one.was, one.now) for one in plan.softened} == moved


# The dates


def opens(on: date, until: date, week_start: date = MONDAY) -> bool:
    intake = asked(
        *held(CLINICIAN_ONLY),
        softenings=[decision(CLINICIAN_ONLY, on=on, until=until)],
        answered_on=min(ANSWERED, week_start),
    )
    return screen(REAL, intake, week_start, CLINICIANS).outcome == "clear"


def test_a_decision_counts_in_weeks_that_lie_within_its_dates() -> None:
    assert opens(MONDAY, SUNDAY)
    assert not opens(MONDAY + DAY, SUNDAY)
    assert not opens(MONDAY, SUNDAY - DAY)
    assert opens(MONDAY - 80 * DAY, SUNDAY)


def test_the_plan_is_valid_until_the_day_after_the_decision_ends() -> None:
    for until in (SUNDAY, MONDAY + 15 * DAY):
        intake = asked(*held(CLINICIAN_ONLY), softenings=[decision(CLINICIAN_ONLY, until=until)])
        built = build(REAL, intake, MONDAY, clinicians=CLINICIANS)
        assert valid_until(built) == until + DAY
    individual = build(REAL, asked(*held("knee_pain"), softenings=[decision("knee_pain")]), MONDAY)
    assert valid_until(individual) == ANSWERED + 28 * DAY


def test_a_decision_that_is_over_is_said_with_its_dates() -> None:
    over = decision("knee_pain", "ballistic", until=SUNDAY - DAY)
    built = build(REAL, asked(*held("knee_pain"), softenings=[over]), MONDAY, clinicians=CLINICIANS)
    (warning,) = built.warnings
    for said in ("Pia", "knee_pain", str(ANSWERED), str(SUNDAY - DAY)):
        assert said in warning


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"until": ANSWERED + LONGEST + DAY}, "until"),
        ({"until": ANSWERED - DAY}, "until"),
        ({"condition": "knee_pian"}, "condition"),
        ({"demand": "kneelin"}, "demand"),
    ],
    ids=["too long", "ends before it begins", "condition", "demand"],
)
def test_a_decision_that_cannot_be_meant_is_refused(change: dict[str, Any], key: str) -> None:
    valid = decision("knee_pain", "kneeling", until=ANSWERED + LONGEST)
    assert_valid(asked(*held("knee_pain"), softenings=[valid]))
    found = list(check(asked(*held("knee_pain"), softenings=[valid | change]), REAL))
    assert [location for location, _ in found] == [("softenings", 0, key)]


def test_a_decision_on_a_condition_that_the_person_does_not_have_is_refused_or_named() -> None:
    """As a doctor's word is; and at least no reason is given that is not so."""
    intake = asked(*held("knee_pain"), softenings=[decision("osteoporosis")])
    if not list(check(intake, REAL)):
        (warning,) = build(REAL, intake, MONDAY, clinicians=CLINICIANS).warnings
        assert "in this week: it holds from" not in warning


def test_a_decision_from_before_the_operation_is_not_said_to_be_over() -> None:
    """The warning gives the reason: it is older than what it is about, and the week is not."""
    hip = answer_for(REAL, REAL.conditions["hip_replacement_6_to_12_weeks"])
    early = decision("hip_replacement", on=hip["date"], until=SUNDAY + DAY)  # type: ignore[arg-type]
    intake = asked(hip, softenings=[early])
    assert_valid(intake)
    built = build(REAL, intake, MONDAY, clinicians=CLINICIANS)
    (warning,) = [one for one in built.warnings if "Pia" in one]
    assert "in this week: it holds from" not in warning


def test_conditions_of_age_and_score_are_softened_by_their_own_name() -> None:
    for condition in CONDITIONS:
        if condition.answer is None:
            demand = next(d for d, rule in condition.cells.items() if rule.verdict == "exclude")
            intake = with_condition(condition, softenings=[decision(condition.id, demand)])
            assert_valid(intake)
            assert cells(intake)[condition.id, demand].verdict == "clearance"


# What nobody opens


def everything(intake: Intake) -> Intake:
    """Return the answers with a clinician's decision on every cell and plan, and every word."""
    names = {one.answer or one.id for one in CONDITIONS}
    held_ones = [one.id for one in intake.screening.conditions]
    decisions = [
        decision(name, demand) for name in sorted(names) for demand in (None, *REAL.demands)
    ]
    cleared = asked(clearances=[word(one) for one in held_ones]).clearances
    return with_softenings(intake, *decisions).model_copy(update={"clearances": cleared})


@pytest.mark.parametrize("flag", STOPPING, ids=name_of)
def test_no_clinician_overrides_a_red_flag(flag: RedFlag) -> None:
    plan = planned(everything(asked(*held("knee_pain"), red_flags=[flag.id])))
    assert plan.status == "referred"
    assert plan.days == ()
    assert plan.screening.outcome == flag.urgency
    assert [one.id for one in plan.screening.flags] == [flag.id]


@pytest.mark.parametrize(
    ("intake", "flag"),
    [
        (asked(age=17), "minimum_age"),
        (asked(other_condition=True), "other_condition"),
        (asked(*held("pregnancy", "hypertension_raised")), "pregnancy_with_raised_pressure"),
        (
            asked(settled=[{"flag": "injury", "by": "Dr A", "finding": "None.",
                            "date": MONDAY - 200 * DAY}]),
            "injury_settled_long_ago",
        ),
    ],
    ids=["age", "unknown condition", "combination", "old record"],
)  # fmt: skip
def test_no_clinician_overrides_the_screening(intake: Intake, flag: str) -> None:
    plan = planned(everything(intake))
    assert plan.status == "referred"
    assert flag in [one.id for one in plan.screening.flags]


@pytest.mark.parametrize(
    "condition", [one for one in CONDITIONS if one.plan.verdict == "exclude"], ids=name_of
)
def test_no_clinician_opens_a_fresh_operation_or_break(condition: Condition) -> None:
    intake = everything(with_condition(condition))
    plan = planned(intake)
    assert plan.status == "referred"
    assert condition.id in [one.id for one in plan.screening.flags]
    assert any(condition.id in sentence for sentence in eligibility_faults(intake, CLINICIANS))


def test_a_referral_names_the_decision_that_does_not_count() -> None:
    """Otherwise nobody learns why a plan stays closed that somebody believes to have opened."""
    intake = asked(*held(CLINICIAN_ONLY), softenings=[decision(CLINICIAN_ONLY, by="Nobody")])
    plan = planned(intake)
    assert plan.status == "referred"
    assert any("do not name Nobody" in warning for warning in plan.warnings)


# Through the command


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the answers of a person under treatment, and the settings of clinic and individual."""
    folder = tmp_path_factory.mktemp("roles")
    answers = folder / "answers.yaml"
    today = date.today()
    start = today + timedelta(days=7 - today.weekday())
    answers.write_text(
        f"""\
answered_on: {today}
week_start: {start}
screening:
  age: 52
  red_flags: []
  conditions: [{{id: {CLINICIAN_ONLY}}}]
  other_condition: false
  cannot: []
softenings:
  - condition: {CLINICIAN_ONLY}
    by: Pia
    reason: Blood counts are fine.
    date: {today}
    until: {start + timedelta(days=30)}
places:
  home: {{mat: 1, wall: 1, chair: 1}}
days:
  mon: {{minutes: 20}}
"""
    )
    for name, text in (
        ("clinic", "role: clinician\nclinicians: [Pia, Ada]\n"),
        ("other", "role: clinician\nclinicians: [Ada]\n"),
    ):
        (folder / name / "backplan").mkdir(parents=True)
        (folder / name / "backplan" / "settings.yaml").write_text(text)
    (folder / "nobody").mkdir()
    return {name: folder / name for name in ("answers.yaml", "clinic", "other", "nobody")}


def test_the_settings_give_the_role_and_no_line_of_the_answers_does(
    files: dict[str, Path],
) -> None:
    plans = {}
    for settings, code in (("clinic", 0), ("other", 3), ("nobody", 3)):
        env = {"XDG_CONFIG_HOME": str(files[settings])}
        done = run("plan", files["answers.yaml"], "--format", "json", env=env)
        assert (done.returncode, done.stderr) == (code, ""), settings
        plans[settings] = json.loads(done.stdout)
    roles = [plans[name]["stamps"]["role"] for name in ("clinic", "other", "nobody")]
    assert roles == ["clinician", "clinician", "individual"]
    assert [one["by"] for one in plans["clinic"]["softened"]] == ["Pia"]
    assert plans["nobody"]["softened"] == []
    # The plan of the clinic is checked by the clinic; for anybody else it breaks a rule.
    plan = files["answers.yaml"].with_name("plan.json")
    plan.write_text(json.dumps(plans["clinic"]))
    for settings, code in (("clinic", 0), ("nobody", 3)):
        env = {"XDG_CONFIG_HOME": str(files[settings])}
        done = run("check", plan, files["answers.yaml"], env=env)
        assert done.returncode == code, done.stderr


@pytest.mark.parametrize("line", ["role: clinician", "clinicians: [Pia]"])
def test_answers_that_claim_a_role_are_refused(
    files: dict[str, Path], tmp_path: Path, line: str
) -> None:
    claimed = tmp_path / "answers.yaml"
    claimed.write_text(files["answers.yaml"].read_text() + line + "\n")
    env = {"XDG_CONFIG_HOME": str(files["nobody"])}
    done = run("plan", claimed, env=env)
    assert done.returncode == 2
    assert line.partition(":")[0] in done.stderr
    assert "is not a known key" in done.stderr


def test_everybody_is_found() -> None:
    """The helpers of this file leave candidates: an empty week would agree with anything."""
    assert candidates(build(REAL, asked(), MONDAY))
