"""Strict YAML: plain data from libyaml's events, without what makes YAML surprising.

Refused are anchors, aliases, tags, equal keys, several documents and deep nesting. `no`, `1:30`,
`012` and dates stay text, so that strict types catch them. There are two readers of one grammar: a
fast one that keeps no lines, and a slower one that names what it refuses and where.
"""

import re
from typing import Any

import yaml

from knowledge.faults import BadInput, Fault, Location, spell

MAX_DEPTH = 20
REFUSED = object()
"""What the fast reader returns for anything unusual."""

_LOADER: type = getattr(yaml, "CLoader", yaml.Loader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_NUMBER_BEGINS = frozenset("+-0123456789")
_NO_KEY = object()


def compose_plain(text: str) -> Any:
    """Return the data of the one document, or `REFUSED` for `Composer` to say why."""
    parser = _LOADER(text)
    try:
        return _compose_plain(parser.get_event)
    finally:
        parser.dispose()


def _compose_plain(get_event: Any) -> Any:
    result: Any = None
    container: Any = None
    key: Any = _NO_KEY
    outer: list[tuple[Any, Any]] = []  # the open collections around, and the keys that wait there
    documents = 0
    while True:
        event = get_event()
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if event.anchor is not None or event.tag is not None:
                return REFUSED
            value = event.value
            if type(container) is dict and key is _NO_KEY:
                if value in container:
                    return REFUSED
                key = value
                continue
            if not event.style:
                value = _resolve(value)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            container, key = outer.pop()
            continue
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            waits = type(container) is dict and key is _NO_KEY
            if event.anchor is not None or event.tag is not None or waits:
                return REFUSED
            value = {} if kind is yaml.MappingStartEvent else []
        elif kind is yaml.StreamEndEvent:
            return result
        elif kind is yaml.DocumentStartEvent and not documents:
            documents = 1
            continue
        elif kind is yaml.StreamStartEvent or kind is yaml.DocumentEndEvent:
            continue
        else:
            return REFUSED
        if container is None:
            result = value
        elif key is _NO_KEY:
            container.append(value)
        else:
            container[key] = value
            key = _NO_KEY
        if kind is not yaml.ScalarEvent:
            if len(outer) >= MAX_DEPTH:
                return REFUSED
            outer.append((container, key))
            container, key = value, _NO_KEY


class Composer:
    """Builds plain data and its lines from libyaml's events, and says what it refuses."""

    def __init__(self, text: str, file: str) -> None:
        self._parser = _LOADER(text)
        self._file = file
        self.lines: dict[Location, int] = {}

    def compose(self) -> Any:
        """Return the data of the one document; `lines` is filled on the way."""
        try:
            return self._compose()
        finally:
            self._parser.dispose()

    def _refuse(self, event: yaml.Event, location: Location, message: str) -> BadInput:
        line = event.start_mark.line + 1 if event.start_mark else None
        return BadInput([Fault(self._file, line, spell(location), message)])

    def _compose(self) -> Any:
        # A stack of open collections: container, its location, and the key that waits for a value.
        stack: list[list[Any]] = []
        result: Any = None
        documents = 0
        while True:
            event = self._parser.get_event()
            kind = type(event)
            if kind is yaml.StreamEndEvent:
                return result
            if kind is yaml.StreamStartEvent or kind is yaml.DocumentEndEvent:
                continue
            if kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise self._refuse(event, (), "has more than one document; expected one")
                continue
            if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                stack.pop()
                continue
            location = self._location(stack)
            if kind is yaml.AliasEvent:
                raise self._refuse(event, location, "aliases (*name) are not allowed; write it out")
            if event.anchor is not None:
                raise self._refuse(event, location, "anchors (&name) are not allowed")
            if event.tag is not None:
                raise self._refuse(event, location, f"tags ({event.tag}) are not allowed")
            if kind is yaml.ScalarEvent:
                value = event.value if event.style else _resolve(event.value)
                if stack and isinstance(stack[-1][0], dict) and stack[-1][2] is _NO_KEY:
                    self._open_key(stack, event)
                    continue
            elif stack and isinstance(stack[-1][0], dict) and stack[-1][2] is _NO_KEY:
                raise self._refuse(event, location, "a key must be a plain word")
            else:
                value = {} if kind is yaml.MappingStartEvent else []
            self.lines.setdefault(location, event.start_mark.line + 1)
            if stack:
                _add(stack[-1], value)
            else:
                result = value
            if kind is not yaml.ScalarEvent:
                if len(stack) >= MAX_DEPTH:
                    raise self._refuse(event, (), f"is nested deeper than {MAX_DEPTH} levels")
                stack.append([value, location, _NO_KEY])

    def _open_key(self, stack: list[list[Any]], event: Any) -> None:
        container, location, _ = stack[-1]
        key = event.value
        here = (*location, key)
        if key in container:
            first = self.lines[here]
            raise self._refuse(event, here, f"stands twice; the first is on line {first}")
        stack[-1][2] = key
        self.lines[here] = event.start_mark.line + 1

    @staticmethod
    def _location(stack: list[list[Any]]) -> Location:
        if not stack:
            return ()
        container, location, key = stack[-1]
        if isinstance(container, list):
            return (*location, len(container))
        return location if key is _NO_KEY else (*location, key)


def _add(frame: list[Any], value: Any) -> None:
    container, _, key = frame
    if isinstance(container, list):
        container.append(value)
    else:
        container[key] = value
        frame[2] = _NO_KEY


def _resolve(text: str) -> Any:
    """Return the value of a plain scalar by the JSON rules, everything else as text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_BEGINS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 20 else text
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
