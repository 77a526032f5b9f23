"""What holds for every test of the harness itself."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

_OF_PYTEST_PLAYWRIGHT = ("page", "context")

# The same examples in every run, and no example is wrong because a machine is busy.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse fixtures and parameters of these names.

    pytest-playwright then sorts the tests by browser, and a driver stays open between them: its event loop
    breaks every async test behind it.
    """
    for item in items:
        taken = [name for name in getattr(item, "fixturenames", ()) if name in _OF_PYTEST_PLAYWRIGHT]
        if taken:
            raise pytest.UsageError(
                f"{item.nodeid}: call {taken[0]!r} something else, it is pytest-playwright's"
            )
