"""A condition: what a person has, from when to when, and its verdict on every demand."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from knowledge.schema._base import Identifier, Noun, Sentence
from knowledge.schema.exercise import Load

Verdict = Literal["allow", "modify", "clearance", "exclude"]
VERDICTS: tuple[Verdict, ...] = ("allow", "modify", "clearance", "exclude")
"""From mildest to worst; over all (demand, condition) pairs of an exercise the worst wins."""

DatedBy = Literal["onset", "due_date", "birth_date", "surgery_date", "event_date"]


class Caps(Noun):
    """Limits that travel with a `modify` verdict and change dose, time, equipment, days or cues.

    `support`: a hand on something steady, which the place must have. `no_end_range`,
    `exhale_on_effort` and the hours add a cue; with known times the hours since waking also keep
    the exercise off days on which the person trains too early.
    """

    max_hold_s: Annotated[int, Field(ge=1, le=300)] | None = None
    max_effort: Annotated[int, Field(ge=1, le=10)] | None = None
    max_load: Load | None = None
    max_sets: Annotated[int, Field(ge=1, le=10)] | None = None
    min_rest_s: Annotated[int, Field(ge=1, le=600)] | None = None
    min_tempo_s: Annotated[int, Field(ge=1, le=20)] | None = None
    no_end_range: bool = False
    support: bool = False
    exhale_on_effort: bool = False
    hours_since_waking: Annotated[int, Field(ge=1, le=12)] | None = None
    hours_since_meal: Annotated[int, Field(ge=1, le=6)] | None = None


class OneSided(Noun):
    """The milder verdict where only one side is affected.

    It is for exercises of both sides at once: one done side by side would need the bad side too.

    `{good}` and `{bad}` in the caution stand for the sides.
    """

    verdict: Literal["modify"]
    caution: Sentence


class Rule(Noun):
    """One verdict for a group of demands, with its reason and source.

    With `self_clearance` false a person's own tick does not open it. `weakens` is for overlays: the
    reason why a shipped rule is made milder.
    """

    demands: tuple[Identifier, ...] = Field(min_length=1)
    verdict: Verdict
    reason: Sentence
    caps: Caps = Caps()
    caution: Sentence | None = None
    prefer: bool = False
    one_sided: OneSided | None = None
    self_clearance: bool = True
    weakens: Sentence | None = None
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
        if self.one_sided is not None and self.verdict not in ("clearance", "exclude"):
            raise ValueError("one_sided makes clearance or exclude milder, nothing else")
        return self


def each_demand_once(rules: tuple[Rule, ...]) -> None:
    """Raise ValueError if a demand stands in two rules."""
    seen: set[str] = set()
    for rule in rules:
        for demand in rule.demands:
            if demand in seen:
                raise ValueError(f"{demand} has more than one rule")
            seen.add(demand)


class PlanRule(Noun):
    """What the condition means for the plan as a whole; nobody can open `exclude`."""

    verdict: Literal["allow", "clearance", "exclude"]
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


class Detail(Noun):
    """A second question about a condition, such as how a hip was operated: option id -> text."""

    question: Sentence
    options: dict[Identifier, Sentence] = Field(min_length=2)


class FromScore(Noun):
    """Makes a condition of a score that a clinician typed, from a value on."""

    score: Identifier
    at_least: int


class WeekLimits(Noun):
    """What a condition means for the week: fewer or shorter sessions, answers that age faster."""

    sessions_at_most: Annotated[int, Field(ge=1, le=7)] | None = None
    minutes_at_most: Annotated[int, Field(ge=5, le=180)] | None = None
    recheck_days: Annotated[int, Field(ge=7, le=60)] | None = None
    sources: tuple[Identifier, ...] = Field(min_length=1)
    verified: bool


class Condition(Noun):
    """A row of the matrix condition x demand. No cell is silent: every demand stands in one rule.

    Several conditions may share one `answer` of the questionnaire and differ by `window` (the
    trimesters of a pregnancy) or by `if_detail` (the approach of a hip operation: an unknown one
    makes all of them hold). `sided` asks for the affected side. `from_age` and `from_score` make
    conditions that are never asked. `prefers` names patterns that suit it best. `weakens` is for
    overlays, as in a rule.
    """

    id: Identifier
    name: Annotated[str, Field(min_length=3, max_length=80)]
    answer: Identifier | None = None
    question: Sentence | None = None
    window: Window | None = None
    from_age: Annotated[int, Field(ge=18, le=120)] | None = None
    from_score: FromScore | None = None
    detail: Detail | None = None
    if_detail: tuple[Identifier, ...] = ()
    sided: bool = False
    contradicts: tuple[Identifier, ...] = ()
    plan: PlanRule
    week: WeekLimits | None = None
    stop_signs: tuple[Sentence, ...] = ()
    prefers: tuple[Identifier, ...] = ()
    weakens: Sentence | None = None
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if sum(one is not None for one in (self.answer, self.from_age, self.from_score)) != 1:
            raise ValueError("give one of answer (asked), from_age or from_score (never asked)")
        unknown = set(self.if_detail) - set(self.detail.options if self.detail else ())
        if unknown:
            raise ValueError(f"if_detail names {sorted(unknown)}, which detail does not offer")
        if self.answer is not None and self.question is None:
            raise ValueError("a condition with an answer needs the question that is asked")
        each_demand_once(self.rules)
        return self

    @cached_property
    def cells(self) -> Mapping[str, Rule]:
        """The one rule for each demand; loading has made sure that there is one."""
        return {demand: rule for rule in self.rules for demand in rule.demands}
