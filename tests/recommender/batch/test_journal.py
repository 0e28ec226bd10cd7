"""The journal: whatever is torn off its end, what is left are the first whole lines."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge import BadInput
from recommender.batch.journal import heads_in, open_journal, part_of, skip_done
from recommender.batch.results import without_plan
from recommender.batch.rows import Row

ROWS = [Row(number, {"name": f"Zoë {number}"}) for number in range(2, 6)]
LINES = [without_plan(row, "bad_row", [("age", "?")]).model_dump_json() + "\n" for row in ROWS]
WHOLE = "".join(LINES).encode()


def resumed(results: Path, rows: Iterator[Row]) -> int:
    """Go on with a journal, finish it, and return how many lines were there."""
    with open_journal(results) as journal:
        done = len(list(skip_done(rows, heads_in(journal), "class.csv")))
        for line in LINES[done:]:
            journal.add(line)
        journal.finish()
    return done


@given(
    end=st.integers(0, len(WHOLE)), tail=st.sampled_from([b"", b"\0" * 50, b"\0\n{}\n", b"{}\n"])
)
@example(end=len(LINES[0].encode()) - 1, tail=b"")  # all but the end of the line
def test_a_torn_journal_goes_on_after_its_last_whole_line(
    end: int, tail: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    results = tmp_path_factory.mktemp("torn") / "results.jsonl"
    part_of(results).write_bytes(WHOLE[:end] + tail)
    done = resumed(results, iter(ROWS))
    assert done == WHOLE[:end].count(b"\n")
    assert results.read_bytes() == WHOLE
    assert not part_of(results).exists()


def test_what_is_finished_goes_on_too(tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    results.write_bytes(WHOLE)
    assert resumed(results, iter(ROWS)) == len(LINES)
    assert results.read_bytes() == WHOLE


@pytest.mark.parametrize(
    "rows", [[Row(2, {"name": "Eva"}), *ROWS[1:]], ROWS[:2], [ROWS[1], ROWS[0], *ROWS[2:]]]
)
def test_other_people_than_those_that_were_done_are_refused(
    tmp_path: Path, rows: list[Row]
) -> None:
    results = tmp_path / "results.jsonl"
    part_of(results).write_bytes(WHOLE)
    with pytest.raises(BadInput, match="is not as it was when its plan was made"):
        resumed(results, iter(rows))
    assert part_of(results).read_bytes() == WHOLE


def test_two_batches_do_not_write_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.batch.journal.WAIT_S", 0.1)
    results = tmp_path / "results.jsonl"
    with (
        open_journal(results),
        pytest.raises(BadInput, match="another batch is writing it"),
        open_journal(results),
    ):
        pass
    with open_journal(results):
        pass


def test_results_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    with open_journal(results) as journal:
        assert part_of(results).stat().st_mode & 0o777 == 0o600
        journal.finish()
    assert results.exists()
