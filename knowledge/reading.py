"""Strict YAML in, frozen nouns out, and errors that name file, line and field."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from knowledge.faults import BadInput, Fault, Location, nearest, spell
from knowledge.strict_yaml import REFUSED, Composer, compose_plain

Model = TypeVar("Model", bound=BaseModel)

MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Document:
    """The plain data of one YAML text, and the line of every key and item in it.

    The lines are found by a second, slower reading when the first fault asks for them.
    """

    file: str
    text: str
    data: Any

    @cached_property
    def lines(self) -> dict[Location, int]:
        """The line of every key and item."""
        composer = Composer(self.text, self.file)
        composer.compose()
        return composer.lines

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


def read_text(path: Path) -> str:
    """Return the text of a file, or raise `BadInput` saying why it cannot be read."""
    name = str(path)
    try:
        if path.is_dir():
            raise BadInput([Fault(name, None, "", "is a folder; expected a YAML file")])
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        folder = path.parent.glob("*") if path.parent.is_dir() else ()
        siblings = [p.name for p in folder if p.name != path.name]
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
        data = compose_plain(text)
        if data is REFUSED:
            data = Composer(text, file).compose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        problem = error.problem or error.context or "cannot be parsed"
        raise BadInput([Fault(file, line, "", f"is not valid YAML: {problem}")]) from None
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise BadInput([Fault(file, None, "", f"is not valid YAML: {problem}")]) from None
    if data is None:
        raise BadInput([Fault(file, None, "", "is empty")])
    return Document(file, text, data)


def validate(model: type[Model], document: Document) -> Model:
    """Return the document as a noun, or raise `BadInput` with every fault in it."""
    return validate_part(model, document, document.data, ())


def validate_part(model: type[Model], document: Document, data: Any, at: Location) -> Model:
    """Like `validate` for the part of the document that stands at location `at`."""
    try:
        # JSON mode: lists become tuples and texts become dates, and nothing else is converted.
        return model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        details = error.errors()
        faults = [
            _translate(model, document, at, detail)
            for detail in details
            if not _follows_from_another(detail, details)
        ]
        raise BadInput(faults) from None


def _follows_from_another(detail: Any, details: Sequence[Any]) -> bool:
    """Return whether a list is only too short because something in it was refused."""
    where = detail["loc"]
    return detail["type"] == "too_short" and any(
        other["loc"][: len(where)] == where and len(other["loc"]) > len(where) for other in details
    )


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
