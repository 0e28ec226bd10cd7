"""The pool: results in order, equal problems once, and a worker that dies costs nobody else."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from recommender.batch.results import ResultLine
from recommender.batch.rows import Row
from recommender.batch.solving import Job, solve_row
from recommender.batch.workers import Done, solve_all
from tests.recommender.batch.classes import TODAY, person
from tests.strategies import REAL

JOB = Job(REAL, TODAY, file="people.csv")
REFERRED = {"red_flags": "heart_now"}


def rows_of(*people: dict[str, str]) -> list[Row]:
    return [Row(number, person(id=str(number), **one)) for number, one in enumerate(people, 2)]


def texts(done: list[Done]) -> list[str]:
    return [one.text for one in done]


def alone(row: Row) -> str:
    """Return the line of a row without pool and sharing."""
    line = solve_row(replace(JOB, share=False), row, lambda _: None)[0]
    return line.model_dump_json() + "\n"


def test_results_are_those_of_each_alone_and_in_order() -> None:
    rows = rows_of({}, REFERRED, {"age": "x"}, {"age": "60"}, {"mon_minutes": "25"}, {"age": "61"})
    expected = [alone(row) for row in rows]
    for workers, share in ((1, True), (3, True), (2, False)):
        done = list(solve_all(replace(JOB, share=share), rows, workers))
        assert texts(done) == expected
        assert sum(one.shared for one in done) == (2 if share else 0)


def test_no_more_people_are_read_than_the_window_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    window = 4
    monkeypatch.setattr("recommender.batch.workers.WINDOW", window)
    read = 0

    def rows() -> Iterator[Row]:
        nonlocal read
        for row in rows_of({}, *[REFERRED] * 20):  # the first takes longer than all the others
            read += 1
            yield row

    with closing(solve_all(JOB, rows(), 2)) as done_in_order:
        for returned, _ in enumerate(done_in_order):
            assert read <= returned + window
            if returned == 10:
                break
    assert not multiprocessing.active_children()


def kill_workers() -> None:
    for process in multiprocessing.active_children():
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()


def killed(rows: list[Row], times: int, workers: int = 2) -> list[Done]:
    """Return what becomes of the rows when all workers are killed after the first result."""
    found = []
    with closing(solve_all(JOB, rows, workers)) as done_in_order:
        for done in done_in_order:
            found.append(done)
            if len(found) <= times:
                time.sleep(0.2)  # so that the next ones have been begun
                kill_workers()
    return found


def test_a_worker_that_dies_is_replaced_and_its_person_tried_again() -> None:
    rows = rows_of({}, {"age": "50"}, {"mon_minutes": "25"}, REFERRED)
    assert texts(killed(rows, times=1)) == [alone(row) for row in rows]


class Deadly(dict[str, str]):
    """Cells that end the process that reads them, as a fault in native code does."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.abort, ()


def test_who_kills_two_workers_is_reported_and_the_others_go_on() -> None:
    before, after = rows_of({}, {}, REFERRED)[::2]
    first, bad, last = solve_all(JOB, [before, Row(3, Deadly(person(id="3"))), after], 2)
    assert texts([first, last]) == [alone(before), alone(after)]
    line = ResultLine.model_validate_json(bad.text)
    assert (line.row, line.id, line.outcome) == (3, "3", "failed")
    assert "came to a sudden end, twice" in line.faults[0].message
