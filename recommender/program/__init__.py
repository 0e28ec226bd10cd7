"""Programs: several weeks, one after the other, each judged at its own dates."""

from recommender.program.model import Program, Step
from recommender.program.rolling import ProgramRequest, make_program

__all__ = ["Program", "ProgramRequest", "Step", "make_program"]
