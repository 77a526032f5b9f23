"""One conversation gives one decoded sequence: over websocket, polling and the upgrade, in both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.protocol import (
    Direction,
    EngineKind,
    EnginePacket,
    Malformed,
    SocketKind,
    SocketPacket,
    Transport,
)
from harness.tap import Sight, Wire, WireFrame, judge_coverage

WAYS = {"websocket": ["websocket"], "polling": ["polling"], "upgrade": ["polling", "websocket"]}


def said(frames: list[WireFrame]) -> list[tuple[Any, ...]]:
    """The Socket.IO packets, without what differs from run to run: the server's session ids."""
    packets = [frame.packet for frame in frames if isinstance(frame.packet, SocketPacket)]
    return [
        (
            str(packet.direction),
            str(packet.kind),
            packet.namespace,
            packet.ack_id,
            "a sid" if packet.kind is SocketKind.CONNECT and "sid" in (packet.data or {}) else packet.data,
        )
        for packet in packets
    ]


def expected() -> list[tuple[Any, ...]]:
    """The conversation as pages/exchange.html and the server hold it, written down by hand."""
    to, fro = "to_server", "to_client"
    lines: list[tuple[Any, ...]] = [
        (to, "connect", "/", None, {"token": "[redacted]", "who": "alice"}),
        (fro, "connect", "/", None, "a sid"),
    ]
    for number in range(21):
        data: Any = {"text": f"héllo ☃ {number}"} if number < 10 else [None, True, 1.5]
        kind = "event"
        if number == 20:
            data, kind = {"bytes": b"\x00\x01\xff", "more": [b"\x00\x00\x00"]}, "binary_event"
        lines += [
            (to, kind, "/", number, ["step", number, data]),
            (fro, kind, "/", None, ["stepped", {"number": number, "echo": data}]),
            (fro, "ack", "/", number, [{"ok": True, "number": number}]),
        ]
    return [
        *lines,
        (to, "event", "/", 21, ["ask", "ready"]),
        (fro, "event", "/", 1, ["asked", "ready"]),
        (to, "ack", "/", 1, ["ready!"]),
        (fro, "ack", "/", 21, ["ready!"]),
        (to, "connect", "/board", None, None),
        # The server emits while it is still deciding on the connection, so its event comes first.
        (fro, "event", "/board", None, ["welcome", {"to": "the board"}]),
        (fro, "connect", "/board", None, "a sid"),
        (to, "disconnect", "/board", None, None),
        (to, "disconnect", "/", None, None),
    ]


@pytest.mark.parametrize("way", WAYS)
def test_the_decoded_sequence_is_the_conversation(
    open_tapped: Callable[..., Any], world: Any, way: str
) -> None:
    tapped = open_tapped()
    tapped.page.goto(f"{world.url}/page/exchange.html")
    result = tapped.page.evaluate("exchange", WAYS[way])
    assert result == {"heard": 21, "transport": "polling" if way == "polling" else "websocket"}
    tapped.wait_for(lambda: len(said(Wire().feed_all(tapped.records()))) >= len(expected()))
    frames = Wire().feed_all(tapped.tap.records)
    assert said(frames) == expected()
    assert not [frame for frame in frames if isinstance(frame.packet, Malformed)]
    coverage = judge_coverage(tapped.tap.records, world.eio_sids[-1:])
    assert coverage.sight is Sight.OBSERVED
    assert coverage.doubts == ()


def test_the_upgrade_is_decoded_on_one_connection(tapped: Any, world: Any) -> None:
    tapped.page.goto(f"{world.url}/page/exchange.html")
    tapped.page.evaluate("exchange", WAYS["upgrade"])
    frames = [frame for frame in Wire().feed_all(tapped.records()) if frame.connection == 1]
    controls = [frame.packet for frame in frames if isinstance(frame.packet, EnginePacket)]
    steps = [
        (packet.direction, packet.transport, packet.kind, packet.text)
        for packet in controls
        if packet.kind in (EngineKind.PING, EngineKind.PONG, EngineKind.UPGRADE)
    ]
    assert steps == [
        (Direction.TO_SERVER, Transport.WEBSOCKET, EngineKind.PING, "probe"),
        (Direction.TO_CLIENT, Transport.WEBSOCKET, EngineKind.PONG, "probe"),
        (Direction.TO_SERVER, Transport.WEBSOCKET, EngineKind.UPGRADE, ""),
    ]
    events = [frame.packet for frame in frames if isinstance(frame.packet, SocketPacket)]
    assert {packet.transport for packet in events} == {Transport.POLLING, Transport.WEBSOCKET}
