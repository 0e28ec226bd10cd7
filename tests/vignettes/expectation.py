"""What a vignette file says: who somebody is, and the bounds that their plan must keep.

Every key is a bound; `bounds.py` has a function of the same name for each of them.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from knowledge import Intake
from knowledge.reading import parse, read_text, validate
from knowledge.schema._base import Identifier, Noun, Sentence
from knowledge.schema.exercise import Kind, Load
from knowledge.schema.intake import Label, Weekday
from knowledge.schema.screening import Urgency

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
Words = tuple[Sentence, ...]
Ids = tuple[Identifier, ...]


class Printed(Noun):
    """Words that stand with every exercise that has an id or a demand; there must be one."""

    about: Identifier
    says: Sentence


class Limit(Noun):
    """Limits for every exercise that has an id or a demand."""

    about: Identifier
    max_effort: Annotated[int, Field(ge=1, le=10)]
    max_load: Load


class Given(Noun):
    """Bounds on exercises and their doses; seconds, sets of one session, effort 0 to 10."""

    must_not_have: Ids = ()
    forbidden_demands: Ids = ()
    max_hold_s: dict[Kind, int] = {}
    max_load: Load | None = None
    max_effort: Annotated[int, Field(ge=1, le=10)] | None = None
    max_sets: Annotated[int, Field(ge=1, le=10)] | None = None
    min_rest_s: Annotated[int, Field(ge=0, le=600)] | None = None
    limits: tuple[Limit, ...] = ()
    printed: tuple[Printed, ...] = ()


class Week(Given):
    """Bounds on the week that is planned.

    Of each group in `must_have_any_of` one exercise is planned. `allowed_demands` are all that
    the planned exercises may have of the written ones. `balanced`: both sides have as many
    exercises and sets; false means that the rule was dropped. `min_main_sets` is for each session.
    """

    must_have_any_of: tuple[Ids, ...] = ()
    allowed_demands: Ids = ()
    forbidden_on: dict[Weekday, Ids] = {}
    balanced: bool = True
    min_sessions: int = 1
    max_sessions: int = 7
    min_main_sets: int = 1
    max_minutes: int | None = None
    max_floor_sessions: int | None = None
    stop_signs: Words = ()
    warnings: Words = ()
    expires_by: date | None = None


class AnyLevel(Given):
    """Bounds on all that the rules leave, whatever training, teaching and equipment there is."""

    may: Ids = ()


class Verdicts(Noun):
    """Exercises whose verdict must be this one by a clinical rule, at the person's own level."""

    exclude: Ids = ()
    clearance: Ids = ()
    modify: Ids = ()
    allow: Ids = ()


class LeftOut(Noun):
    """Exercises that are left out for a reason that is not clinical."""

    level: Ids = ()
    equipment: Ids = ()
    time: Ids = ()


class Referral(Noun):
    """Bounds on a plan without days: its flags, all of them, and what a doctor's word opens."""

    urgency: Urgency
    flags: Ids
    where_to_go: Words = ()
    opens: Ids = ()
    opens_not: Ids = ()
    opens_nothing: bool = False


class Expectation(Noun):
    """The bounds of one vignette. `advice` are all flags that let the plan go on."""

    outcome: Literal["plan", "referred"]
    advice: Ids = ()
    referral: Referral | None = None
    week: Week | None = None
    any_level: AnyLevel = AnyLevel()
    verdicts: Verdicts = Verdicts()
    left_out: LeftOut = LeftOut()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        planned = self.outcome == "plan"
        if planned != (self.week is not None) or planned == (self.referral is not None):
            raise ValueError("a plan has bounds on its week, a referral on itself, never both")
        if not planned and self.left_out != LeftOut():
            raise ValueError("a referral leaves out nothing: it has no week")
        return self


class Vignette(Noun):
    """Somebody's answers, the week they are planned for, and what is expected of the plan."""

    intake: Intake
    week_start: date
    clinicians: tuple[Label, ...] = ()
    expect: Expectation


def read_vignette(name: str) -> Vignette:
    """Return a vignette; raise `BadInput` for an unknown key or a value of another kind."""
    path = FOLDER / f"{name}.yaml"
    return validate(Vignette, parse(read_text(path), path.name))
