"""Strict YAML in, frozen nouns out, and errors that name file, line and field.

The reader refuses what makes YAML surprising: anchors, aliases, tags, equal keys, several
documents, deep nesting. `no`, `1:30`, `012` and dates stay text, so that strict types catch them.
"""

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Location = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

_LOADER: type = getattr(yaml, "CLoader", yaml.Loader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where it is and what would be right."""

    file: str
    line: int | None
    field: str
    message: str

    def __str__(self) -> str:
        """Return `file:line: field: message` without the parts that are not known."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (where, self.field, self.message) if part)


class BadInput(Exception):  # noqa: N818 - read in sentences: raises BadInput
    """An input that cannot be used, with everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults in order of file and line, each once."""
        unique = dict.fromkeys(faults)
        self.faults = tuple(sorted(unique, key=lambda fault: (fault.file, fault.line or 0)))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Document:
    """The plain data of one YAML text, and the line of every key and item in it."""

    file: str
    data: Any
    lines: dict[Location, int]

    def line_of(self, location: Location) -> int | None:
        """Return the line of `location` or of the nearest thing around it."""
        for length in range(len(location), -1, -1):
            line = self.lines.get(location[:length])
            if line is not None:
                return line
        return None

    def fault(self, location: Location, message: str) -> Fault:
        """Return a fault at `location`."""
        return Fault(self.file, self.line_of(location), spell(location), message)


def spell(location: Location) -> str:
    """Return a location as a person writes it: `days.mon.minutes`, `conditions[2].date`."""
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def nearest(word: object, known: Iterable[str]) -> str:
    """Return ' (did you mean X?)' for the nearest known word, or an empty text."""
    close = difflib.get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return f" (did you mean {close[0]}?)" if close else ""


def read_text(path: Path) -> str:
    """Return the text of a file, or raise `BadInput` saying why it cannot be read."""
    name = str(path)
    try:
        if path.is_dir():
            raise BadInput([Fault(name, None, "", "is a folder; expected a YAML file")])
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        siblings = [p.name for p in path.parent.glob("*")] if path.parent.is_dir() else []
        hint = nearest(path.name, siblings)
        raise BadInput([Fault(name, None, "", f"no such file{hint}")]) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput([Fault(name, None, "", f"cannot be read: {reason}")]) from None
    return decode(raw, name)


def decode(raw: bytes, name: str) -> str:
    """Return `raw` as text, refusing what is too large or not UTF-8."""
    if len(raw) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES // 1000} kB; a file of answers is a few kB"
        raise BadInput([Fault(name, None, "", message)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = "is not UTF-8 text; save it as UTF-8 and try again"
        raise BadInput([Fault(name, line, "", message)]) from None


def parse(text: str, file: str) -> Document:
    """Read one YAML document strictly; raise `BadInput` at the first thing refused."""
    try:
        return _Composer(text, file).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        problem = error.problem or error.context or "cannot be parsed"
        raise BadInput([Fault(file, line, "", f"is not valid YAML: {problem}")]) from None
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise BadInput([Fault(file, None, "", f"is not valid YAML: {problem}")]) from None


class _Composer:
    """Builds plain data from libyaml's events, without recursion."""

    def __init__(self, text: str, file: str) -> None:
        self._parser = _LOADER(text)
        self._file = file
        self._lines: dict[Location, int] = {}

    def document(self) -> Document:
        """Return the one document of the text."""
        try:
            data = self._compose()
        finally:
            self._parser.dispose()
        if data is None:
            raise BadInput([Fault(self._file, None, "", "is empty")])
        return Document(self._file, data, self._lines)

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
            self._lines.setdefault(location, event.start_mark.line + 1)
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
            first = self._lines[here]
            raise self._refuse(event, here, f"stands twice; the first is on line {first}")
        stack[-1][2] = key
        self._lines[here] = event.start_mark.line + 1

    @staticmethod
    def _location(stack: list[list[Any]]) -> Location:
        if not stack:
            return ()
        container, location, key = stack[-1]
        if isinstance(container, list):
            return (*location, len(container))
        return location if key is _NO_KEY else (*location, key)


_NO_KEY = object()


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
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 20 else text
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def validate(model: type[Model], document: Document) -> Model:
    """Return the document as a noun, or raise `BadInput` with every fault in it."""
    return validate_part(model, document, document.data, ())


def validate_part(model: type[Model], document: Document, data: Any, at: Location) -> Model:
    """Like `validate` for the part of the document that stands at location `at`."""
    try:
        # JSON mode: lists become tuples and texts become dates, and nothing else is converted.
        return model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        faults = [_translate(model, document, at, detail) for detail in error.errors()]
        raise BadInput(faults) from None


def _translate(model: type[BaseModel], document: Document, at: Location, detail: Any) -> Fault:
    location: Location = (*at, *detail["loc"])
    if location and location[-1] == "[key]":
        location = location[:-1]
    kind, context, value = detail["type"], detail.get("ctx", {}), detail.get("input")
    return document.fault(location, _explain(kind, context, value, location, model, detail))


def _explain(
    kind: str, context: Any, value: Any, location: Location, model: type[BaseModel], detail: Any
) -> str:
    if kind == "missing":
        return "is missing; it must be given"
    if kind == "extra_forbidden":
        known = _known_keys(model, detail["loc"][:-1])
        hint = nearest(location[-1], known)
        return f"is not a known key{hint}; known are: {', '.join(known)}"
    shown = _shown(value)
    if kind in ("literal_error", "enum"):
        expected = context["expected"]
        hint = nearest(value, re.findall(r"[a-z0-9_]+", expected))
        return f"{shown} is not one of {expected}{hint}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "too_short" and isinstance(value, dict | list):
        return f"expected at least {context['min_length']}, found none"
    if kind == "model_type":
        keys = ", ".join(_known_keys(model, detail["loc"]))
        return f"expected keys with values ({keys}), found {shown}"
    expected = _EXPECTED.get(kind)
    if expected is not None:
        return f"expected {expected.format(**context)}, found {shown}"
    return f"{detail['msg']}, found {shown}"


_EXPECTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "bool_type": "true or false",
    "string_type": "a text",
    "list_type": "a list, such as [] or [one, two]",
    "tuple_type": "a list, such as [] or [one, two]",
    "dict_type": "keys with values",
    "date_type": "a date such as 2026-11-30",
    "date_parsing": "a date such as 2026-11-30",
    "date_from_datetime_parsing": "a date such as 2026-11-30",
    "date_from_datetime_inexact": "a date such as 2026-11-30",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
    "too_short": "at least {min_length}",
    "too_long": "at most {max_length}",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "small letters, digits and underscores (like glute_bridge)",
}


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _known_keys(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Return the keys of the model that stands at `location` inside `model`."""
    schema = model.model_json_schema()
    node: Any = schema
    for part in location:
        node = _inside(_follow(node, schema), part)
    return list(_follow(node, schema).get("properties", {}))


def _follow(node: Any, schema: Any) -> Any:
    """Return what a schema node refers to, looking past "or null"."""
    for option in node.get("anyOf", ()):
        if option.get("type") != "null":
            node = option
            break
    if "$ref" in node:
        return schema["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def _inside(node: Any, part: str | int) -> Any:
    if isinstance(part, int):
        return node.get("items", {})
    properties = node.get("properties", {})
    return properties.get(part) or node.get("additionalProperties") or {}
