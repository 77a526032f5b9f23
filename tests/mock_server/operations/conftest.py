"""What the tests under fire share: a stub as a process, its memory, and clients that must still be served."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import socketio

from harness.scenario import read_scenario
from harness.stub import StubControl, StubProcess

# For the package `under_fire` beside this file.
sys.path.insert(0, str(Path(__file__).parent))

_FIXTURES = Path("fixtures").resolve()
_DEADLINE_S = 15


@pytest.fixture
def process(tmp_path: Path) -> Iterator[StubProcess]:
    with StubProcess(fixtures_dir=_FIXTURES, log_path=tmp_path / "stub.log") as process:
        yield process


@pytest.fixture
def control(process: StubProcess) -> Iterator[StubControl]:
    with StubControl(process.gateway_url, process.control_token) as control:
        yield control


@pytest.fixture
def memory_mb(process: StubProcess) -> Callable[[], float]:
    """Return the resident memory of the stub's process in MB, each time it is called."""

    def resident() -> float:
        status = Path(f"/proc/{process.pid}/status").read_text()
        return int(status.split("VmRSS:", 1)[1].split(None, 1)[0]) / 1024

    return resident


@pytest.fixture
def begin_anew(control: StubControl) -> Callable[..., None]:
    """Reset to the default world, with other gateway settings where given."""

    def reset(**gateway: object) -> None:
        document = read_scenario("demo", _FIXTURES / "scenarios").document()
        control.reset({**document, "gateway": {**document["gateway"], **gateway}})

    return reset


@pytest.fixture
def login(process: StubProcess) -> Callable[[], str]:
    """Sign alice in; returns her token."""

    def signed_in() -> str:
        body = {"email": "alice@example.com", "password": "alice"}
        answer = httpx.post(f"{process.gateway_url}/api/auth/login", json=body, timeout=_DEADLINE_S)
        return str(answer.json()["data"]["token"])

    return signed_in


@pytest.fixture
def assert_good_clients_are_served(process: StubProcess, login: Callable[[], str]) -> Callable[[], None]:
    """Connect a client on each transport, let it join, write and hear its own change."""

    async def serve(transport: str) -> None:
        async with socketio.AsyncSimpleClient() as client:
            await client.connect(process.gateway_url, auth={"token": login()}, transports=[transport])
            assert (await client.call("join:project", "atlas", timeout=_DEADLINE_S))["ok"]
            asked = {"projectId": "atlas", "title": "After all that"}
            created = await client.call("task:create", asked, timeout=_DEADLINE_S)
            assert created["ok"]
            assert await client.receive(timeout=_DEADLINE_S) == ["task:created", created["data"]]

    def both() -> None:
        for transport in ("websocket", "polling"):
            asyncio.run(serve(transport))

    return both
