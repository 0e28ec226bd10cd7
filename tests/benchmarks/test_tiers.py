"""The tiers in the hands of another solver: held, in order, and never believed unseen."""

from dataclasses import replace

import pytest

from benchmarks.linear import Column, DaySet, Linear, Row, Stage
from benchmarks.rivals.days import days_first
from benchmarks.rivals.tiers import Outcome, Task, WrongAnswer, completed, in_tiers
from tests.benchmarks.proving import scip


def _small(*rows: Row) -> Linear:
    """Return one column from 0 to 3 in two stages, minimised and then maximised."""
    stages = (
        Stage("low", 1, len(rows), ((0, 1),), 5),
        Stage("high", 1, len(rows), ((0, -1),), 0),
    )
    return Linear((Column(0, 3),), rows, stages, (("plank", 2, ((0, 2),)),))


def test_a_later_tier_keeps_the_value_of_the_earlier_one() -> None:
    found = in_tiers(_small(Row(((0, 2),), 3, None)), scip, limit=600)
    assert [tier["value"] for tier in found["tiers"]] == [7, -2]
    assert found["sets"] == [("plank", 2, 4)]


def test_after_a_tier_without_proof_no_other_is_tried() -> None:
    def tired(task: Task) -> Outcome:
        return Outcome("stopped", [2.0], 0.4, 1.0)

    found = in_tiers(_small(), tired, limit=600)
    assert [(t["value"], t["bound"], t["proven"]) for t in found["tiers"]] == [
        (7, 6, False),
        (None, None, False),
    ]
    assert found["proof"] == 1.0


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome("optimal", [1.0], 1.0, 0.0), "row 0 is 2, outside 3 to None"),
        (Outcome("optimal", [4.0], 4.0, 0.0), "column 0 is 4"),
        (Outcome("optimal", [2.0], 3.0, 0.0), "the bound 8 is above the value 7"),
    ],
)
def test_an_answer_that_its_rows_contradict_is_refused(outcome: Outcome, said: str) -> None:
    with pytest.raises(WrongAnswer, match=said):
        in_tiers(_small(Row(((0, 2),), 3, None)), lambda _: outcome, limit=600)


@pytest.mark.parametrize(
    ("row", "least"),
    [
        (Row(((0, 3), (1, -2)), None, 0), 3),  # 2 y >= 3 x at x = 2
        (Row(((0, -3), (1, 4)), -1, None), 2),  # 4 y >= 3 x - 1
        (Row(((0, 1), (1, 1)), None, 9), 0),
        (Row(((0, 1), (1, -1), (2, -1)), None, 0), 0),  # two new columns say nothing
    ],
)
def test_a_start_gets_the_least_value_for_a_new_column(row: Row, least: int) -> None:
    columns = [Column(0, 9)] * 3
    assert completed({0: 2}, columns, [row])[1] == least


# The days first


def _two_days(*, covers: bool = False) -> Linear:
    """Return a week on one of two days: what is missing is 3 on the first and 2 on the second.

    On the first day unsuitability is 4, on the second 1.
    """
    first, second, missing, penalty = range(4)
    rows = (
        Row(((first, 1), (second, 1)), 1, 1),
        Row(((missing, 1), (first, -3), (second, -2)), 0, None),
        Row(((penalty, 1), (first, -4), (second, -1)), 0, None),
    )
    stages = (
        Stage("shortfall", 3, 2, ((missing, 1),), 0),
        Stage("rhythm", 3, 2, ((first, 1), (second, 1)), 0),
        Stage("unsuitability", 4, 3, ((penalty, 1),), 0),
        Stage("first_days", 4, 3, ((first, 1), (second, 2)), 0),
        Stage("items", 4, 3, ((first, 5), (second, 7)), 0),
    )
    days = (
        DaySet((first,), 60, {"rhythm": 1, "first_days": 1}, (1,) if covers else ()),
        DaySet((second,), 30, {"rhythm": 1, "first_days": 2}, ()),
    )
    columns = (Column(0, 1), Column(0, 1), Column(0, 9), Column(0, 9))
    sets = (("plank", 0, ((first, 1),)), ("plank", 1, ((second, 1),)))
    return Linear(columns, rows, stages, sets, (first, second), days)


class Counting:
    """A solver that keeps what it was asked."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []

    def __call__(self, task: Task) -> Outcome:
        self.tasks.append(task)
        return scip(task)


def test_days_first_proves_what_the_tiers_prove() -> None:
    solver = Counting()
    found = days_first(_two_days(), solver, limit=600)
    assert found == in_tiers(_two_days(), scip, limit=600)
    assert [tier["value"] for tier in found["tiers"]] == [2, 1, 1, 2, 7]
    assert found["sets"] == [("plank", 1, 1)]


def test_the_days_with_the_most_time_come_first_and_what_they_cover_must_beat_them() -> None:
    solver = Counting()
    days_first(_two_days(), solver, limit=600)
    assert [task.columns[0].lower for task in solver.tasks[:2]] == [1, 0]
    assert solver.tasks[1].rows[-1] == Row(((2, 1),), None, 2)
    # Only what is true may be claimed: here the second set is better, and is never looked at.
    covered = days_first(_two_days(covers=True), scip, limit=600)
    assert [tier["value"] for tier in covered["tiers"]] == [3, 1, 4, 1, 5]


def test_no_days_and_days_without_a_week_are_no_week() -> None:
    week = _two_days()
    assert days_first(replace(week, day_sets=()), scip, limit=600)["possible"] is False
    never = replace(week, rows=(Row(((0, 1), (1, 1)), 2, 2), *week.rows[1:]))
    found = days_first(never, scip, limit=600)
    assert (found["possible"], found["tiers"]) == (False, [])


@pytest.mark.parametrize(("tired_at", "values"), [(0, [None] * 5), (1, [3, *[None] * 4])])
def test_days_that_were_not_decided_leave_the_tier_without_proof(
    tired_at: int, values: list[int | None]
) -> None:
    solver = Counting()

    def tired(task: Task) -> Outcome:
        if len(solver.tasks) == tired_at:
            return Outcome("stopped", None, float("-inf"), 1.0)
        return solver(task)

    found = days_first(_two_days(), tired, limit=600)
    assert [tier["value"] for tier in found["tiers"]] == values
    assert not any(tier["proven"] for tier in found["tiers"])
    assert found["possible"] is (True if tired_at else None)


def test_days_that_lose_the_week_of_the_tier_before_are_refused() -> None:
    def forgetful(task: Task) -> Outcome:
        return Outcome("impossible", None, 0.0, 0.0) if task.start else scip(task)

    with pytest.raises(WrongAnswer, match="unsuitability lost the week"):
        days_first(_two_days(), forgetful, limit=600)
