"""What the store holds of a client: the same documents that stand in files.

A kind is added by one line below. What is stored is what a file would say: keys that were left to
their defaults stay left out, so that a stored document lives as long as a file does.
"""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from pydantic import JsonValue, TypeAdapter, ValidationError

from knowledge import BadInput, Fault, Intake, Order
from knowledge.faults import spell
from recommender.plan import Plan

Kind = Literal["intake", "order", "plan", "program", "checkin"]
Json: TypeAlias = Mapping[str, JsonValue]
Document: TypeAlias = Intake | Order | Plan | Json

_ADAPTERS: Mapping[Kind, TypeAdapter[Any]] = {
    "intake": TypeAdapter(Intake),
    "order": TypeAdapter(Order),
    "plan": TypeAdapter(Plan),
    "program": TypeAdapter(dict[str, JsonValue]),
    "checkin": TypeAdapter(dict[str, JsonValue]),
}


def to_text(kind: Kind, body: Document) -> str:
    """Return a document as JSON on one line; raise `ValueError` if reading would not give it back.

    A document of another kind raises `ValidationError`, which is a `ValueError`.
    """
    adapter = _ADAPTERS[kind]
    adapter.validate_python(body)
    text: str = adapter.dump_json(body, exclude_unset=True, by_alias=True).decode()
    if adapter.validate_json(text) != body:
        raise ValueError(f"this {kind} does not survive being written and read")
    return text


def from_text(kind: Kind, text: str, file: str, field: str) -> Document:
    """Return the document of a JSON text; raise `BadInput` that names `file` and `field`."""
    try:
        document: Document = _ADAPTERS[kind].validate_json(text)
    except ValidationError as error:
        faults = [
            Fault(file, None, f"{field}.{spell(detail['loc'])}".rstrip("."), detail["msg"])
            for detail in error.errors()
        ]
        raise BadInput(faults) from None
    return document
