"""Fixtures and Hypothesis profiles for all tests."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from knowledge import Knowledge, load_knowledge

_SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("dev", deadline=None, suppress_health_check=_SLOW_IS_FINE)
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=_SLOW_IS_FINE, print_blob=True
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge(cached=False)


@pytest.fixture(scope="session")
def examples() -> Path:
    return REPOSITORY / "examples"
