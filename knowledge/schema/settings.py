"""The settings of the machine on which backplan runs: a person's own, or those of a clinic."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from knowledge.schema._base import Noun
from knowledge.schema.intake import Label

Place = Annotated[str, Field(min_length=1, max_length=500)]


class Settings(Noun):
    """Who works here, which overlays are always laid on the knowledge base, where clients are kept.

    The role of a clinician stands here and nowhere else: no line of an intake can give it.
    """

    role: Literal["individual", "clinician"] = "individual"
    clinicians: tuple[Label, ...] = ()
    knowledge: tuple[Place, ...] = ()
    store: Place | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.role == "clinician" and not self.clinicians:
            raise ValueError("role clinician needs the names of the clinicians")
        if self.role == "individual" and self.clinicians:
            raise ValueError("clinicians count only with role: clinician")
        return self
