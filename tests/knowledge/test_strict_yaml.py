"""The two readers of YAML: the fast one refuses or agrees, and what is strange is refused."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from knowledge.faults import BadInput
from knowledge.reading import parse
from knowledge.strict_yaml import MAX_DEPTH, REFUSED, Composer, compose_plain

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8),
)
documents = st.recursive(
    scalars,
    lambda inside: (
        st.lists(inside, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inside)
    ),
    max_leaves=12,
)
pieces = st.sampled_from(
    ["a: 1\n", "a: 2\n", "- x\n", "  b: [1, {c: d}]\n", "&n ", "*n", "!!str ", "---\n", "...\n",
     "? [a]\n", ": 1\n", "\t", "{a: 1, a: 2}\n", "'012'\n", "1:30\n", "no\n", "[", "]", "#", '"']
)  # fmt: skip


def slow(text: str) -> Any:
    """Return what the reader with lines returns, or the kind of error that it raises."""
    try:
        return Composer(text, "f.yaml").compose()
    except (BadInput, yaml.YAMLError) as error:
        return type(error)


def fast(text: str) -> Any:
    try:
        return compose_plain(text)
    except yaml.YAMLError as error:
        return type(error)


@given(documents, st.sampled_from([None, True, False]))
def test_both_readers_read_what_was_written(document: Any, flow: bool | None) -> None:
    text = yaml.safe_dump(document, default_flow_style=flow, allow_unicode=True)
    assert fast(text) == slow(text)


@given(st.lists(pieces, max_size=8).map("".join))
def test_the_fast_reader_never_accepts_what_the_other_refuses(text: str) -> None:
    one, other = fast(text), slow(text)
    if one is REFUSED:
        assert other is BadInput
    else:
        assert one == other


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a: &x 1\n", "anchors"),
        ("a: [*x]\n", "aliases"),
        ("a: !!int 1\n", "tags"),
        ("a: 1\na: 2\n", "stands twice"),
        ("a: 1\n---\na: 2\n", "more than one document"),
        ("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2), "nested deeper"),
        ("? [a]\n: 1\n", "plain word"),
        ("", "empty"),
        ("a:\n\t- 1\n", "not valid YAML"),
    ],
)
def test_what_makes_yaml_surprising_is_refused_by_name(text: str, word: str) -> None:
    with pytest.raises(BadInput, match=word):
        parse(text, "f.yaml")


def test_words_that_look_like_something_else_stay_text() -> None:
    data = parse("a: no\nb: 012\nc: 1:30\nd: 2026-11-30\ne: 7\nf: 1.5\ng: true\n", "f").data
    assert data == {
        "a": "no", "b": "012", "c": "1:30", "d": "2026-11-30", "e": 7, "f": 1.5, "g": True
    }  # fmt: skip


def test_lines_are_found_when_a_fault_asks_for_them() -> None:
    document = parse("a:\n  - b: 1\n    c: 2\n", "f.yaml")
    assert document.line_of(("a", 0, "c")) == 3
