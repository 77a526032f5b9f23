"""The real socket.io-client 4.8.1 from npm, in Node, talks to the stub over every transport."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.frontend import WEBUI, find_node
from harness.scenario import read_scenario
from harness.stub import StubControl, StubProcess

_FIXTURES = Path("fixtures").resolve()
_SESSION = Path(__file__).parent / "node_client" / "session.mjs"


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StubControl]:
    log = tmp_path_factory.mktemp("stub") / "stub.log"
    with (
        StubProcess(fixtures_dir=_FIXTURES, log_path=log) as process,
        StubControl(process.gateway_url, process.control_token) as control,
    ):
        yield control


def test_client_library_is_the_version_of_the_contract() -> None:
    package = WEBUI / "node_modules" / "socket.io-client" / "package.json"
    assert json.loads(package.read_text())["version"] == "4.8.1"


@pytest.mark.parametrize(
    ("mode", "transport"), [("websocket", "websocket"), ("polling", "polling"), ("upgrade", "websocket")]
)
def test_login_connect_join_create_with_ack_and_receive(stub: StubControl, mode: str, transport: str) -> None:
    stub.reset(read_scenario("board/two_members", _FIXTURES / "scenarios").document())
    node = find_node()
    assert node is not None, "scripts/setup brings a node"
    command = [node.node, str(_SESSION), stub.gateway_url, mode]
    ran = subprocess.run(command, cwd=WEBUI, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said["user"] == "alice"
    assert said["joined"]["ok"]
    assert said["created"]["ok"]
    assert said["created"]["data"]["title"] == said["event"]["title"] == "From Node"
    assert said["event"]["clientMutationId"] == "m1"
    assert said["transport"] == transport
    assert said["disconnected"] == "io client disconnect"
    assert [task["title"] for task in stub.tasks("atlas")].count("From Node") == 1
    connected = stub.journal(kind="connect")
    upgraded = stub.journal(kind="upgrade")
    assert len(connected) == 1
    assert len(upgraded) == (mode == "upgrade")
