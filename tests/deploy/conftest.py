"""One deployment for the folder, and raw clients of it."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from harness.deployment import Deployment, missing_programs

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("deploy_peer")

from deploy_peer import Peer  # noqa: E402 # after the path is set

#: A machine that says so must have everything: CI, and where scripts/test may install what is missing.
_MUST_HAVE_ALL = ("CI", "LOCKSTEP_ALL_ENGINES")


@pytest.fixture(scope="session")
def installed() -> None:
    """Nginx and Redis; without them a test skips and says why, but fails where they must be there."""
    lacking = missing_programs()
    if lacking and any(os.environ.get(name) for name in _MUST_HAVE_ALL):
        pytest.fail(f"not installed: {', '.join(lacking)} (deploy/install)")
    if lacking:
        pytest.skip(f"not tested without {', '.join(lacking)} (deploy/install)")


@pytest.fixture(scope="session")
def deployment(installed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Two nodes behind nginx. A test that breaks something mends it again."""
    with Deployment.start(tmp_path_factory.mktemp("deployment")) as running:
        yield running


@pytest.fixture
async def peer(deployment: Deployment) -> AsyncIterator[Callable[..., Any]]:
    """Makes signed-in peers: `await peer("bob", node=2)`."""
    async with AsyncExitStack() as stack:

        async def make(name: str, **how: Any) -> Peer:
            return await stack.enter_async_context(Peer(deployment, name, **how))

        yield make
