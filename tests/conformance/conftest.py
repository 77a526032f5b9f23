"""The two servers, started once, and the clauses where the tests of this folder can import them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("conformance")

from conformance.servers import Address, OfficialProcess, start_stub  # noqa: E402 # after the path is set


@pytest.fixture(scope="session")
def official() -> Iterator[Address]:
    """The official server."""
    process = OfficialProcess()
    yield process.address
    process.stop()


@pytest.fixture(scope="session")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """The stub."""
    with start_stub(tmp_path_factory.mktemp("stub")) as process:
        yield Address(process.gateway_url, process.control_token)
