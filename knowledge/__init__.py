"""Nouns and facts: exercises, conditions, screening, dosing, and the loader that checks them."""

from knowledge.faults import BadInput, Fault
from knowledge.load import SHIPPED, Knowledge, load_knowledge
from knowledge.schema.condition import Caps, Condition, Rule, Verdict
from knowledge.schema.dosing import Dosing
from knowledge.schema.exercise import Dose, Exercise, Level, Region, Side
from knowledge.schema.intake import Intake, Weekday
from knowledge.schema.order import Order

__all__ = [
    "SHIPPED",
    "BadInput",
    "Caps",
    "Condition",
    "Dose",
    "Dosing",
    "Exercise",
    "Fault",
    "Intake",
    "Knowledge",
    "Level",
    "Order",
    "Region",
    "Rule",
    "Side",
    "Verdict",
    "Weekday",
    "load_knowledge",
]
