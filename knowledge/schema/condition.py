"""A condition: what a person has, from when to when, and its verdict on every demand."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from knowledge.schema._base import Identifier, Noun, Sentence
from knowledge.schema.exercise import Load

Verdict = Literal["allow", "modify", "clearance", "exclude"]
VERDICTS: tuple[Verdict, ...] = ("allow", "modify", "clearance", "exclude")
"""From mildest to worst; over all (demand, condition) pairs of an exercise the worst wins."""

DatedBy = Literal["onset", "due_date", "birth_date"]


class Caps(Noun):
    """Limits that travel with a `modify` verdict and change the dose."""

    max_hold_s: Annotated[int, Field(ge=1, le=300)] | None = None
    max_effort: Annotated[int, Field(ge=1, le=10)] | None = None
    max_load: Load | None = None
    max_sets: Annotated[int, Field(ge=1, le=10)] | None = None


class Rule(Noun):
    """One verdict for a group of demands, with its reason and source."""

    demands: tuple[Identifier, ...] = Field(min_length=1)
    verdict: Verdict
    reason: Sentence
    caps: Caps = Caps()
    caution: Sentence | None = None
    prefer: bool = False
    sources: tuple[Identifier, ...] = Field(min_length=1)
    verified: bool

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.verdict == "exclude" and (self.caps != Caps() or self.caution):
            raise ValueError("an excluded demand has no caps and no caution")
        if self.verdict == "modify" and self.caution is None:
            raise ValueError("modify needs a caution: the words that are printed with the exercise")
        if self.verdict == "clearance" and self.caution is None:
            raise ValueError("clearance needs a caution: what is printed once a doctor agreed")
        if self.verdict == "allow" and self.caps != Caps():
            raise ValueError("allow has no caps; use modify")
        return self


class PlanRule(Noun):
    """What the condition means for the plan as a whole."""

    verdict: Literal["allow", "clearance"]
    reason: Sentence
    self_clearance: bool
    sources: tuple[Identifier, ...] = Field(min_length=1)
    verified: bool


class Window(Noun):
    """Days on which the condition applies, counted from its date: from <= day < until.

    For `due_date` day 0 is 280 days before the date, so that day // 7 is the week of pregnancy.
    """

    dated_by: DatedBy
    from_day: int
    until_day: int | None = None
    verified: bool


class Condition(Noun):
    """A row of the matrix condition x demand. No cell is silent: every demand stands in one rule.

    Several conditions may share one `answer` of the questionnaire and differ by `window` (the
    trimesters of a pregnancy). `from_age` makes a condition of age alone, never asked.
    """

    id: Identifier
    name: Annotated[str, Field(min_length=3, max_length=80)]
    answer: Identifier | None = None
    question: Sentence | None = None
    window: Window | None = None
    from_age: Annotated[int, Field(ge=18, le=120)] | None = None
    contradicts: tuple[Identifier, ...] = ()
    plan: PlanRule
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.answer is None) == (self.from_age is None):
            raise ValueError("give either answer (asked) or from_age (never asked)")
        if self.answer is not None and self.question is None:
            raise ValueError("a condition with an answer needs the question that is asked")
        seen: set[str] = set()
        for rule in self.rules:
            for demand in rule.demands:
                if demand in seen:
                    raise ValueError(f"{demand} has more than one rule")
                seen.add(demand)
        return self

    def rule_for(self, demand: str) -> Rule:
        """Return the one rule for `demand`; loading has made sure that there is one."""
        return next(rule for rule in self.rules if demand in rule.demands)
