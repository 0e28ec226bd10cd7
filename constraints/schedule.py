"""A finished week as the checkers see it, and what they report."""

from dataclasses import dataclass

from knowledge.schema.exercise import Block, Load, Sides


@dataclass(frozen=True, slots=True)
class Item:
    """One exercise of one session at its printed dose. Durations in seconds, reps per side."""

    exercise: str
    block: Block
    side: str
    sets: int
    reps: int
    tempo_s: int | None
    hold_s: int | None
    rest_between_reps_s: int
    rest_s: int
    sides: Sides
    load: Load
    effort: int
    hard: bool
    seconds: int
    cautions: tuple[str, ...]
    cues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Seven days, Monday of the plan's week or whichever day it starts on first."""

    days: tuple[tuple[Item, ...], ...]


@dataclass(frozen=True, slots=True)
class Violation:
    """What a plan breaks: the constraint, the day and exercise if there is one, and a sentence."""

    constraint: str
    sentence: str
    day: int | None = None
    exercise: str | None = None
