"""Thousands of payloads that no client should send, at Engine.IO and Socket.IO, on both transports.

The stub must neither fail nor grow nor keep anything of it, and go on to serve good clients. LOCKSTEP_FUZZ
sets how many payloads there are; they are the same each time.
"""

import os
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from under_fire.payloads import PAYLOADS, Kind, Payload
from under_fire.raw_doors import LostError, Wire, frame, open_polling, open_websocket

from harness.stub import StubProcess

PAYLOAD_COUNT = int(os.environ.get("LOCKSTEP_FUZZ", "2000"))
_AT_ONCE = 5
_ROUNDS = (1, 2, 3)
_GROWTH_MB = 5
_DEADLINE_S = 60
_HELD = ("websocket_connections", "stub_sessions", "stub_tasks", "process_open_fds")
_LIMITS = {"max_payload_bytes": 100_000, "ping_interval_ms": 1_000, "ping_timeout_ms": 1_000}


@dataclass(frozen=True, slots=True)
class Door:
    """How payloads come in: a transport, the default namespace connected or not, one session for all or not.

    In one session for all, those after the first that ends it are not heard; so it is the exception.
    """

    transport: str
    connected: bool
    together: bool


MOSTLY = st.sampled_from((True, True, True, False))
DOORS = st.builds(
    Door, st.sampled_from(("websocket", "polling")), MOSTLY, MOSTLY.map(lambda mostly: not mostly)
)


def through_websocket(url: str, token: str | None, payloads: list[Payload]) -> None:
    """Send all of them in a session of their own."""
    with Wire(url) as wire:
        open_websocket(wire, token)
        for payload in payloads:
            as_frame = frame(payload.data, opcode=2 if payload.kind is Kind.BINARY else 1)
            wire.send(payload.data if payload.kind is Kind.RAW else as_frame)


def through_polling(url: str, token: str | None, payloads: list[Payload]) -> None:
    """Post all of them in a session of their own; an answer of 500 or above is a failure."""
    with Wire(url) as wire:
        path = open_polling(wire, token)
        for payload in payloads:
            body = b"b" + b64encode(payload.data) if payload.kind is Kind.BINARY else payload.data
            status, _ = wire.ask("POST", path, body)
            assert status < 500, payload


def held(url: str) -> dict[str, int]:
    words = (line.split() for line in httpx.get(f"{url}/metrics", timeout=_DEADLINE_S).text.splitlines())
    return {name: int(float(value)) for name, value, *_ in words if name in _HELD}


def assert_nothing_is_kept(url: str, before: dict[str, int]) -> None:
    deadline_s = time.monotonic() + _DEADLINE_S
    while any(now > before[name] for name, now in held(url).items()):
        assert time.monotonic() < deadline_s, (before, held(url))


@pytest.fixture
def complaints(tmp_path: Path) -> Callable[[], list[str]]:
    """Return what the stub's log says about defects of its own."""
    log = tmp_path / "stub.log"
    return lambda: [line for line in log.read_text().splitlines() if " ERROR " in line or "Traceback" in line]


def test_no_payload_breaks_the_stub(
    process: StubProcess,
    begin_anew: Callable[..., None],
    login: Callable[[], str],
    complaints: Callable[[], list[str]],
    memory_mb: Callable[[], float],
    assert_good_clients_are_served: Callable[[], None],
) -> None:
    url = process.gateway_url

    def fire(number: int) -> None:
        token = login()

        @seed(number)
        @settings(
            max_examples=max(1, PAYLOAD_COUNT // len(_ROUNDS) // _AT_ONCE),
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(door=DOORS, payloads=st.lists(PAYLOADS, min_size=_AT_ONCE, max_size=_AT_ONCE))
        def deliver(door: Door, payloads: list[Payload]) -> None:
            through = through_websocket if door.transport == "websocket" else through_polling
            for batch in [payloads] if door.together else [[payload] for payload in payloads]:
                with suppress(LostError):
                    through(url, token if door.connected else None, batch)

        deliver()

    begin_anew(**_LIMITS)
    before = held(url)
    assert set(before) == set(_HELD)
    memory = []
    for number in _ROUNDS:
        fire(number)
        assert complaints() == []
        assert_nothing_is_kept(url, before)
        assert_good_clients_are_served()
        begin_anew(**_LIMITS)
        memory.append(memory_mb())
    # The first round also fetches what any long use fetches once; growth is what comes with each further one.
    assert memory[-1] - memory[-2] < _GROWTH_MB, memory
