"""The page on check-ins says what the rules do, and its example is one."""

import re
from pathlib import Path

from recommender.checkin import read_checkin
from recommender.recommend import Request, recommend
from tests.recommender.checkins import answers
from tests.strategies import MONDAY, REAL

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "checkins.md").read_text(encoding="utf-8")
RULES = {rule.id: rule for rule in REAL.checkin.rules}
UP = REAL.checkin.up


def row(told: str) -> str:
    """Return the step that the page gives for what was told."""
    (found,) = re.findall(rf"^\| {re.escape(told)} \| (.*) \|$", PAGE, re.MULTILINE)
    return str(found)


def test_the_table_has_the_numbers_of_the_rules() -> None:
    worst, again, strong = (
        RULES[name] for name in ("worst_pain", "strong_pain_again", "strong_pain")
    )
    assert REAL.checkin.counts_as_flag.pain_from == worst.when.pain_from
    row(f"pain of {worst.when.pain_from} or more, during or on the next day")
    assert "the second week in a row" in row(f"pain of {strong.when.pain_from} or more")
    assert (again.when, again.weeks) == (strong.when, 2)
    stays = RULES["pain_that_stays"].when.pain_from
    assert row(f"pain of {stays} or more, not as usual by the next morning") == "down"
    some = RULES["some_pain"].when.pain_from
    assert row(f"pain of {some} or {(strong.when.pain_from or 0) - 1} that settled") == "stays"
    limit, far = RULES["at_the_limit"].when, RULES["far_above_plan"].when
    assert row(f"effort of {limit.effort_from}, or {far.effort_above_plan} above plan") == "down"
    near, above = RULES["near_the_limit"].when, RULES["above_plan"].when
    assert row(f"effort of {near.effort_from}, or {above.effort_above_plan} above plan") == "stays"
    assert (RULES["two_missed_weeks"].weeks, UP.weeks) == (2, 2)
    row(f"two weeks in full at one dose, as hard as planned, pain of {UP.pain_at_most} at most")
    assert (UP.done_percent_at_least, UP.effort_above_plan_at_most) == (100, 0)
    assert f"Down is {REAL.checkin.down.sets_percent} % of the sets of a week" in PAGE


def test_the_example_is_a_check_in_of_its_plan() -> None:
    start = MONDAY.replace(day=16)
    plan = recommend(REAL, answers(), Request(start))
    path = ROOT / "examples" / "checkin" / "a_week.yaml"
    told = read_checkin(path, REAL, answers(), plan, MONDAY)
    assert {one.exercise for one in told.exercises} == {
        item.exercise for day in plan.days for item in day.items
    }
