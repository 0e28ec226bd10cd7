"""What every noun of the knowledge base has in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Sentence = Annotated[str, StringConstraints(min_length=3, max_length=400, strip_whitespace=True)]
Seconds = Annotated[int, Field(ge=0, le=3600)]


class Noun(BaseModel):
    """A frozen record that refuses unknown keys and never converts types silently."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
