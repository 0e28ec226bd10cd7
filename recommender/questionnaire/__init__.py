"""The questionnaire: its questions, what a typed answer means, and the intake they make."""

from recommender.questionnaire.filling import Answer
from recommender.questionnaire.interview import Interview
from recommender.questionnaire.loading import load_questionnaire
from recommender.questionnaire.typed import Asked, BadAnswer

__all__ = ["Answer", "Asked", "BadAnswer", "Interview", "load_questionnaire"]
