"""What every spec of DevMentor is given."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor


@pytest.fixture(scope="session")
def client_type() -> type[DevMentor]:
    """Clients with DevMentor's page objects."""
    return DevMentor
