"""The summary: every person is counted once, in the table, in the CSV and on the page."""

import csv
import io
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from recommender.batch.picture import HEIGHT, WIDTH, picture
from recommender.batch.results import PLANNED, Head, Outcome
from recommender.batch.summary import OUTCOME_NAMES, Tally, as_csv, as_text, figures

SVG = "{http://www.w3.org/2000/svg}"


@st.composite
def heads(draw: st.DrawFn) -> Head:
    outcome: Outcome = draw(st.sampled_from(list(OUTCOME_NAMES)))
    head = Head(row=2, stamp="", id="=1+1", name="<b>&", outcome=outcome)
    if outcome not in PLANNED:
        return head
    sets = float(draw(st.integers(1, 40)))
    return head.model_copy(
        update={
            "sessions": draw(st.integers(1, 7)),
            "minutes": draw(st.integers(10, 1200)) / 2,
            "abdominal_sets": sets,
            "lumbar_sets": sets,
            "balance_kept": draw(st.booleans()),
        }
    )


def tally_of(people: list[Head]) -> Tally:
    tally = Tally()
    for head in people:
        tally.add(head)
    return tally


@given(st.lists(heads(), max_size=60))
def test_everybody_is_counted_once(people: list[Head]) -> None:
    measures = figures(tally_of(people), seconds=2.0, workers=2)
    assert measures["people"] == len(people)
    assert sum(measures[outcome] for outcome in OUTCOME_NAMES) == len(people)
    assert measures["minutes_all"] == sum(head.minutes or 0 for head in people)
    text = as_csv(measures)
    assert {name: float(value) for name, value in list(csv.reader(io.StringIO(text)))[1:]} == (
        measures
    )
    assert max(map(len, as_text(measures).splitlines())) <= 80


@given(st.lists(heads(), max_size=60))
def test_the_page_shows_everybody_and_nothing_that_was_typed(people: list[Head]) -> None:
    page = picture(tally_of(people))
    root = ElementTree.fromstring(page)
    texts = [one.text or "" for one in root.iter(f"{SVG}text")]
    assert f"A class of {len(people)}" in texts
    assert "=1+1" not in page
    counts = [int(one.text or 0) for one in root.iter(f"{SVG}text")
              if one.get("text-anchor") == "middle" and float(one.get("y", 0)) < 490]  # fmt: skip
    assert sum(counts) == sum(head.outcome in PLANNED for head in people)
    for bar in root.iter(f"{SVG}rect"):
        left, top = float(bar.get("x", 0)), float(bar.get("y", 0))
        assert 0 <= left <= left + float(bar.get("width", 0)) <= WIDTH
        assert 0 <= top <= top + float(bar.get("height", 0)) <= HEIGHT


def test_a_million_people_are_counted_in_full() -> None:
    tally = Tally()
    tally.outcomes["optimal"] = 1_234_567
    assert "1234567  people" in as_text(figures(tally, 1.0, 2))
