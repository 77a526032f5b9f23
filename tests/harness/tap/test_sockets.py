"""Every raw WebSocket is on record, Socket.IO or not, with text, bytes, Blobs and its end."""

from __future__ import annotations

from typing import Any

import pytest

from harness.protocol import Malformed, SocketPacket
from harness.tap import RecordKind, TapConfig, TapRecord, Wire

RAW = "location.origin.replace('http', 'ws') + '/raw'"
KINDS = (RecordKind.WS_CREATE, RecordKind.WS_OPEN, RecordKind.WS_SEND, RecordKind.WS_MESSAGE)
ENDS = (RecordKind.WS_CLOSING, RecordKind.WS_CLOSE, RecordKind.WS_ERROR)


@pytest.fixture
def opened(tapped: Any, world: Any) -> Any:
    tapped.page.goto(f"{world.url}/page/blank.html")
    return tapped.page


def shown(record: TapRecord) -> tuple[str, Any]:
    return record.kind, record.data.get("text", record.data.get("b64"))


def test_a_socket_is_recorded_from_birth_to_death(tapped: Any, opened: Any) -> None:
    opened.evaluate(
        f"""() => new Promise((resolve) => {{
            const socket = new WebSocket({RAW} + "?token=planted-in-a-url", ["chat"]);
            socket.binaryType = "arraybuffer";
            socket.onopen = () => socket.send("hello");
            socket.onmessage = (event) => {{
                if (typeof event.data === "string") socket.send(new Uint8Array([0, 255, 7]).subarray(0, 2));
                else socket.close(3001, "enough");
            }};
            socket.onclose = resolve;
        }})"""
    )
    records = tapped.records(*KINDS, *ENDS)
    assert [shown(record) for record in records] == [
        ("ws.create", None),
        ("ws.open", None),
        ("ws.send", "hello"),
        ("ws.message", "hello"),
        ("ws.send", "AP8="),
        ("ws.message", "AP8="),
        ("ws.closing", None),
        ("ws.close", None),
    ]
    create, opened, *_, closing, closed = records
    assert create.data["url"].endswith("/raw?token=[redacted]")
    assert (create.data["protocols"], opened.data["protocol"]) == (["chat"], "chat")
    assert (closing.data["code"], closing.data["reason"]) == (3001, "enough")
    # The code and reason of a close event are the server's.
    assert (closed.data["code"], closed.data["reason"], closed.data["clean"]) == (1000, "", True)
    assert [record.t for record in records] == sorted(record.t for record in records)


def test_the_tap_hears_first(tapped: Any, opened: Any) -> None:
    opened.evaluate(
        f"""() => {{
            const socket = new WebSocket({RAW});
            socket.addEventListener("message", (event) => event.stopImmediatePropagation(), true);
            socket.onopen = () => socket.send("one");
        }}"""
    )
    (record,) = tapped.wait_for(lambda: tapped.records(RecordKind.WS_MESSAGE))
    assert record.data["text"] == "one"


def test_a_socket_that_cannot_connect_has_an_error_and_an_end(tapped: Any, opened: Any) -> None:
    opened.evaluate(
        "() => new Promise((resolve) => { new WebSocket('ws://127.0.0.1:9/').onclose = resolve; })"
    )
    assert [record.kind for record in tapped.records(*KINDS, *ENDS)] == ["ws.create", "ws.error", "ws.close"]


def test_what_is_sent_on_a_closing_socket_is_marked(tapped: Any, opened: Any) -> None:
    opened.evaluate(
        f"""() => new Promise((resolve) => {{
            const socket = new WebSocket({RAW});
            socket.onopen = () => {{ socket.close(); socket.send("too late"); }};
            socket.onclose = resolve;
        }})"""
    )
    (sent,) = tapped.records(RecordKind.WS_SEND)
    assert sent.data["discarded"] is True


def test_events_that_the_app_makes_itself_are_not_traffic(tapped: Any, opened: Any) -> None:
    opened.evaluate(
        f"new WebSocket({RAW}).dispatchEvent(new MessageEvent('message', {{ data: 'made up' }})), 0"
    )
    assert tapped.records(RecordKind.WS_MESSAGE) == []


def test_blobs_are_read_and_keep_their_place_among_the_packets(tapped: Any, opened: Any) -> None:
    """A binary event with a Blob attached, as socket.io-client sends a file, and an event right behind it."""
    opened.evaluate(
        f"""() => new Promise((resolve) => {{
            const socket = new WebSocket({RAW} + "?EIO=4&transport=websocket");
            let count = 0;
            socket.onmessage = () => ++count === 3 && resolve();
            socket.onopen = () => {{
                socket.send('451-["put",{{"_placeholder":true,"num":0}}]');
                socket.send(new Blob([new Uint8Array([1, 2, 3])]));
                socket.send('42["next"]');
            }};
        }})"""
    )
    tapped.wait_for(lambda: len(tapped.records(RecordKind.WS_DATA)) == 2)
    packets = [frame.packet for frame in Wire().feed_all(tapped.tap.records)]
    assert all(isinstance(packet, SocketPacket) for packet in packets)
    both_ways = [["put", b"\x01\x02\x03"], ["next"]] * 2
    assert sorted(map(repr, (packet.data for packet in packets))) == sorted(map(repr, both_ways))


def test_a_payload_beyond_the_limit_is_cut_and_said_to_be(open_tapped: Any, world: Any) -> None:
    tapped = open_tapped(TapConfig(max_payload_chars=50))
    tapped.page.goto(f"{world.url}/page/blank.html")
    tapped.page.evaluate(
        f"""() => new Promise((resolve) => {{
            const socket = new WebSocket({RAW} + "?EIO=4");
            socket.onopen = () => socket.send('42["big","' + "x".repeat(100) + '"]');
            socket.onmessage = resolve;
        }})"""
    )
    sent, _ = tapped.records(RecordKind.WS_SEND, RecordKind.WS_MESSAGE)
    assert (len(sent.data["text"]), sent.data["size"], sent.data["truncated"]) == (50, 112, True)
    (first, _) = [frame.packet for frame in Wire().feed_all(tapped.tap.records)]
    assert isinstance(first, Malformed)
    assert "only a part of a payload of 112" in first.reason
