"""What a person or a clinician asked for, which a program never overrules."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge import Order
from knowledge.schema.order import FixDose, Lock, Require


@dataclass(frozen=True, slots=True)
class Asked:
    """Exercises that `stay` in the week because somebody asked, and those of a `fixed` dose."""

    stay: frozenset[str]
    fixed: frozenset[str]


def asked_for(orders: Sequence[Order]) -> Asked:
    """Return what the wishes and orders in force ask for."""
    kept = [one for one in orders if isinstance(one, Require | Lock | FixDose)]
    fixed = frozenset(one.exercise for one in kept if isinstance(one, Lock | FixDose))
    return Asked(frozenset(one.exercise for one in kept if one.exercise is not None), fixed)
