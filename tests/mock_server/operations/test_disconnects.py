"""However a connection ends, its reason is journalled, logged and counted, each once and all the same."""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

End = Callable[[Any, Any], Awaitable[Any]]


async def _leave(stub: Any, bob: Any) -> None:
    await bob.client.disconnect()


async def _kick(stub: Any, bob: Any) -> None:
    await stub.post("kick", user="bob")


async def _cut(stub: Any, bob: Any) -> None:
    await stub.post("cut", user="bob")


async def _restart(stub: Any, bob: Any) -> None:
    await stub.post("restart")


async def _outage(stub: Any, bob: Any) -> None:
    await stub.post("outage", on=True)


async def _oversize(stub: Any, bob: Any) -> None:
    await bob.client.emit("task:update", {"id": "t1", "description": "x" * 6_000})


async def _unreadable(stub: Any, bob: Any) -> None:
    await bob.client._send_packet(bob.client.packet_class(7, data="x", namespace="/"))


async def _idle(stub: Any, bob: Any) -> None:
    await bob.lost()


ENDINGS: dict[str, End] = {
    "leave": _leave,
    "kick": _kick,
    "cut": _cut,
    "restart": _restart,
    "outage": _outage,
    "oversize": _oversize,
    "unreadable": _unreadable,
    "idle": _idle,
}


@pytest.mark.parametrize("transport", ["websocket", "polling"])
@pytest.mark.parametrize("ending", ENDINGS)
async def test_every_ending_tells_its_reason(
    stub: Any, transport: str, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    idle_ms = 300 if ending == "idle" else 300_000
    # Over polling the client ends what was answered 413, without a word: only its silence tells.
    ping_ms = 300 if ending == "oversize" else 20_000
    limits = {"max_payload_bytes": 5_000, "connection_timeout_ms": idle_ms}
    await stub.reset(gateway={**limits, "ping_interval_ms": ping_ms, "ping_timeout_ms": ping_ms})
    bob = await stub.connect("bob", transport)
    sid = bob.sid
    with caplog.at_level(logging.INFO, logger="lockstep.stub"):
        await ENDINGS[ending](stub, bob)
        await stub.wait(journal={"kind": "disconnect"})
    await stub.post("outage", on=False)
    (entry,) = await stub.journal(kind="disconnect")
    assert (entry["user"], entry["sid"]) == ("bob", sid)
    assert entry["reason"]
    lines = [line for line in caplog.messages if line.startswith("disconnected ")]
    shown = f'"{entry["reason"]}"' if " " in entry["reason"] else entry["reason"]
    assert lines == [f"disconnected reason={shown} user=bob sid={sid}"]
    counted = re.findall(r"^websocket_disconnects_total(.*)$", (await stub.http.get("/metrics")).text, re.M)
    assert counted == [f'{{reason="{entry["reason"]}"}} 1.0']


async def test_a_refused_connection_is_logged_with_its_reason_and_without_its_token(
    stub: Any, caplog: pytest.LogCaptureFixture
) -> None:
    token = stub.people["dave"]["token"]
    with caplog.at_level(logging.INFO, logger="lockstep.stub"):
        await stub.refused("websocket", {"token": token})
    assert "connection refused code=TOKEN_EXPIRED user=dave" in caplog.messages
    assert token not in caplog.text
