"""An exercise: what it trains, needs, demands and risks, and the dose at each level."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from knowledge.schema._base import Identifier, Noun, Seconds, Sentence

Level = Literal["novice", "intermediate", "advanced"]
LEVELS: tuple[Level, ...] = ("novice", "intermediate", "advanced")

Kind = Literal["strength", "stability", "motor_control", "mobility", "stretch", "breathing"]
Block = Literal["warm_up", "main", "cool_down"]
Side = Literal["abdominal", "lumbar", "none"]
Region = Literal["abdominal", "lumbar", "lateral", "hip", "mobility"]
REGIONS: tuple[Region, ...] = ("abdominal", "lumbar", "lateral", "hip", "mobility")
Position = Literal["standing", "seated", "bench", "kneeling", "lying"]
FLOOR_POSITIONS: frozenset[Position] = frozenset({"kneeling", "lying"})
Load = Literal["none", "light", "moderate", "heavy"]
LOADS: tuple[Load, ...] = ("none", "light", "moderate", "heavy")
SpinalLoad = Literal["low", "moderate", "high", "very_high"]
Sides = Literal["both", "each", "alternating"]

Credit = Annotated[float, Field(multiple_of=0.5, ge=0.5, le=1)]
Count = Annotated[int, Field(ge=1, le=20)]


class Equipment(Noun):
    """What an exercise needs: everything in `all_of`, and one of `any_of` if that is not empty.

    Both map an equipment id to the number of pieces.
    """

    all_of: dict[Identifier, Count] = {}
    any_of: dict[Identifier, Count] = {}


class Muscles(Noun):
    """Muscles by role; recovery acts on the primary ones."""

    primary: tuple[Identifier, ...] = Field(min_length=1)
    secondary: tuple[Identifier, ...] = ()


class Dose(Noun):
    """Sets x reps of one exercise at one level.

    A rep lasts `tempo_s` (moving) plus `hold_s` (still); one of the two may be absent. Reps are
    per side. `effort` is on a scale of 0 to 10.
    """

    sets: tuple[Annotated[int, Field(ge=1, le=10)], Annotated[int, Field(ge=1, le=10)]]
    reps: Annotated[int, Field(ge=1, le=200)]
    tempo_s: Annotated[int, Field(ge=1, le=20)] | None = None
    hold_s: Annotated[int, Field(ge=1, le=300)] | None = None
    rest_between_reps_s: Seconds = 0
    rest_s: Seconds
    load: Load = "none"
    load_hint: Sentence | None = None
    effort: Annotated[int, Field(ge=0, le=10)]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.tempo_s is None and self.hold_s is None:
            raise ValueError("a rep needs tempo_s, hold_s or both")
        if self.sets[0] > self.sets[1]:
            raise ValueError(f"sets {list(self.sets)}: the first number may not exceed the second")
        return self


def milder(one: Dose, other: Dose) -> Dose:
    """Return a dose that asks no more than either of two doses of one exercise.

    Of two doses that are held, repetitions and hold are those with fewer seconds in all.
    """
    easier = min(one, other, key=lambda dose: dose.reps * (dose.hold_s or 0))
    lighter = min(one, other, key=lambda dose: LOADS.index(dose.load))
    return one.model_copy(
        update={
            "sets": (min(one.sets[0], other.sets[0]), min(one.sets[1], other.sets[1])),
            "reps": min(one.reps, other.reps) if one.hold_s is None else easier.reps,
            "hold_s": None if one.hold_s is None else easier.hold_s,
            "rest_s": max(one.rest_s, other.rest_s),
            "rest_between_reps_s": max(one.rest_between_reps_s, other.rest_between_reps_s),
            "load": lighter.load,
            "load_hint": lighter.load_hint,
            "effort": min(one.effort, other.effort),
        }
    )


class Doses(Noun):
    """How both sides are worked, the seconds to set up, and a dose for each level.

    A level without a dose takes the nearest lower one.
    """

    sides: Sides
    setup_s: Seconds
    novice: Dose | None = None
    intermediate: Dose | None = None
    advanced: Dose | None = None

    def at(self, level: Level) -> Dose | None:
        """Return the dose for `level`, or None if the exercise starts above it."""
        below = self.down_from(level)
        return below[0] if below else None

    def down_from(self, level: Level) -> tuple[Dose, ...]:
        """Return the doses for `level` and below, hardest first."""
        return self._down[level]

    @cached_property
    def _down(self) -> dict[Level, tuple[Dose, ...]]:
        down: dict[Level, tuple[Dose, ...]] = {}
        doses: tuple[Dose, ...] = ()
        for level in LEVELS:
            own: Dose | None = getattr(self, level)
            doses = doses if own is None else (own, *doses)
            down[level] = doses
        return down


class Exercise(Noun):
    """One entry of the knowledge base; a variant with other demands is its own entry.

    `hand_free`: one hand can hold on to something steady. `prepares` names the patterns that a
    warm-up prepares for, `substitutes` what to do instead where it is blocked. `weakens` is for
    overlays: why it asks less of the rules than the shipped entry that it replaces.
    """

    id: Identifier
    name: Annotated[str, Field(min_length=3, max_length=60)]
    family: Identifier
    step: Annotated[int, Field(ge=1, le=20, description="rung on the family's ladder, 1 easiest")]
    kind: Kind
    block: Block
    side: Side
    article_side: Literal["abdominal", "lumbar", "both", "none"] | None = None
    place: Literal["home", "gym", "either"]
    position: Position
    pattern: Identifier
    prepares: tuple[Identifier, ...] = ()
    hand_free: bool = True
    difficulty: Level
    technique: Identifier | None = None
    equipment: Equipment = Equipment()
    muscles: Muscles
    credits: dict[Region, Credit] = {}
    spinal_load: SpinalLoad
    demands: tuple[Identifier, ...]
    dose: Doses
    dose_origin: Literal["article", "inferred"]
    verified: bool
    cues: tuple[Sentence, ...] = Field(min_length=1, max_length=6)
    cautions: tuple[Sentence, ...] = ()
    substitutes: tuple[Identifier, ...] = ()
    weakens: Sentence | None = None
    sources: tuple[Identifier, ...] = Field(min_length=1)

    @cached_property
    def on_floor(self) -> bool:
        """Whether it needs getting down to the floor."""
        return self.position in FLOOR_POSITIONS

    @cached_property
    def fixed_demands(self) -> frozenset[str]:
        """The written demands, and those of its side and spinal load; a dose may add others."""
        fixed = set(self.demands)
        if self.spinal_load in ("high", "very_high"):
            fixed.add(f"spinal_load_{self.spinal_load}")
        if self.block == "main":
            trained = {"abdominal": "abdomen", "lumbar": "lumbar", "none": "hip"}[self.side]
            fixed.add(f"trains_{trained}")
        return frozenset(fixed)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        lowest = next((level for level in LEVELS if getattr(self.dose, level) is not None), None)
        if lowest != self.difficulty:
            raise ValueError(
                f"difficulty is {self.difficulty}, but the easiest dose is for {lowest}: "
                "give a dose for the difficulty and none below it"
            )
        if self.block == "main" and self.side == "none" and "hip" not in self.credits:
            raise ValueError(
                "a main exercise counts on the abdominal or lumbar side or credits hip"
            )
        if self.block != "main" and self.side != "none":
            raise ValueError(f"a {self.block} exercise has side none, not {self.side}")
        if self.prepares and self.block != "warm_up":
            raise ValueError("only a warm_up exercise prepares for patterns")
        if self.block != "main" and self.kind in ("strength", "stability"):
            raise ValueError(f"a {self.kind} exercise belongs in the main block")
        if self.on_floor and "floor_transfer" not in self.demands:
            raise ValueError(f"position {self.position} is on the floor: add floor_transfer")
        return self
