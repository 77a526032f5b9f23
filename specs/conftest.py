"""What every spec of DevMentor is given."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "catches(id, ...): the bugs of docs/bugs-covered.md that this spec catches"
    )


@pytest.fixture(scope="session")
def client_type() -> type[DevMentor]:
    """Clients with DevMentor's page objects."""
    return DevMentor
