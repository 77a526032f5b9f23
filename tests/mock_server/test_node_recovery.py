"""Connection state recovery as the real socket.io-client 4.8.1 sees it."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.frontend import WEBUI, find_node
from harness.stub import StubProcess

_FIXTURES = Path("fixtures").resolve()
_CLIENT = Path(__file__).parent / "node_client" / "recovery.mjs"
_DOCUMENT: dict[str, Any] = {
    "people": {"alice": None},
    "projects": [{"id": "atlas", "name": "Atlas", "members": ["alice"]}],
    "gateway": {"recovery": True},
}


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StubProcess]:
    log = tmp_path_factory.mktemp("stub") / "stub.log"
    with StubProcess(fixtures_dir=_FIXTURES, log_path=log) as process:
        yield process


@pytest.mark.parametrize("mode", ["websocket", "polling", "upgrade"])
def test_a_cut_client_recovers_and_a_kicked_one_starts_anew(process: StubProcess, mode: str) -> None:
    node = find_node()
    assert node is not None, "scripts/setup brings a node"
    state = httpx.post(
        f"{process.gateway_url}/__stub__/reset",
        json={"document": _DOCUMENT},
        headers={"X-Stub-Token": process.control_token},
    ).json()
    command = [node.node, str(_CLIENT), process.gateway_url, process.control_token]
    command += [state["people"]["alice"]["token"], mode]
    ran = subprocess.run(command, cwd=WEBUI, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [
        "new",
        "seen",
        # Before "connect", as with the official server: they come before the CONNECT packet.
        "missed-1",
        "missed-2",
        "recovered",
        "io server disconnect",
        "new",
    ]
