"""A server that is there and is nobody's to script: the stub with its demo world, met as a deployment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.scenario import read_scenario
from harness.stub import StubControl, StubProcess
from harness.target import Target, load_target
from tests.harness.conftest import PROJECT

FIXTURES = PROJECT / "fixtures"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StubProcess]:
    log = tmp_path_factory.mktemp("server") / "server.log"
    with StubProcess(fixtures_dir=FIXTURES, log_path=log) as process:
        with StubControl(process.gateway_url, process.control_token) as control:
            control.reset(read_scenario("demo", FIXTURES / "scenarios").document())
        yield process


@pytest.fixture
def deployment(tmp_path: Path, server: StubProcess) -> Callable[..., Target]:
    """A target file for the server, with `lines` over what it says."""

    def make(lines: str = "", *, url: str | None = None, gateway: str | None = None) -> Target:
        path = tmp_path / "mine.yaml"
        path.write_text(target_text(server, url=url, gateway=gateway) + lines)
        return load_target(str(path), FIXTURES / "targets", environment={})

    return make


def target_text(server: StubProcess, *, url: str | None = None, gateway: str | None = None) -> str:
    at = gateway or f"{{url: '{url or server.gateway_url}', join_event: 'join:project'}}"
    return (
        f"like: stub\nkind: deployment\nfrontend: {{url: '{url or server.ui_url}'}}\n"
        f"gateway: {at}\n"
        "people:\n"
        "  alice: {email: alice@example.com, password: '${env.ALICE}'}\n"
        "  bob: {email: bob@example.com, password: '${env.BOB}'}\n"
    )


PASSWORDS: dict[str, Any] = {"ALICE": "alice", "BOB": "bob"}
