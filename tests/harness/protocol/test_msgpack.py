"""Packets of socket.io-msgpack-parser: each is one binary message, with its bytes inside."""

from __future__ import annotations

import base64
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.protocol import (
    ConnectionDecoder,
    Direction,
    Malformed,
    Parser,
    SocketKind,
    SocketPacket,
    Transport,
)

IN = Direction.TO_CLIENT


def packed(**fields: Any) -> bytes:
    whole: bytes = msgpack.packb(fields, unicode_errors="surrogatepass")
    return whole


def decoded(payload: str | bytes, transport: Transport = Transport.WEBSOCKET) -> Any:
    (packet,) = ConnectionDecoder().feed(IN, transport, payload, 1.0)
    return packet


@pytest.mark.parametrize("transport", Transport)
@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"type": 0, "nsp": "/", "data": {"sid": "s", "pid": "p"}}, SocketKind.CONNECT),
        ({"type": 0, "nsp": "/board"}, SocketKind.CONNECT),
        ({"type": 1, "nsp": "/", "options": {"compress": True}}, SocketKind.DISCONNECT),
        ({"type": 2, "nsp": "/", "data": ["put", b"\x00\xff", {"n": None}]}, SocketKind.EVENT),
        ({"type": 2, "nsp": "/board", "data": [7], "id": 3}, SocketKind.EVENT),
        ({"type": 3, "nsp": "/", "data": [], "id": 0}, SocketKind.ACK),
        ({"type": 4, "nsp": "/", "data": {"message": "Invalid namespace"}}, SocketKind.CONNECT_ERROR),
    ],
)
def test_a_map_is_a_packet_on_both_transports(
    fields: dict[str, Any], kind: SocketKind, transport: Transport
) -> None:
    whole = packed(**fields)
    polling = transport is Transport.POLLING
    packet = decoded("b" + base64.b64encode(whole).decode() if polling else whole, transport)
    assert isinstance(packet, SocketPacket), packet
    assert packet.parser is Parser.MSGPACK
    assert (packet.kind, packet.namespace, packet.ack_id, packet.data, packet.attachments) == (
        kind,
        fields["nsp"],
        fields.get("id"),
        fields.get("data"),
        0,
    )


def test_what_only_javascript_has_becomes_what_json_would_make_of_it() -> None:
    undefined = msgpack.ExtType(0, b"\x00")
    date = msgpack.ExtType(0, (1_700_000_000_123).to_bytes(8, "big", signed=True))
    packet = decoded(
        packed(
            type=2,
            nsp="/",
            data=["when", date, undefined, {"left out": undefined}, msgpack.ExtType(9, b"x")],
            id=undefined,
        )
    )
    assert (packet.ack_id, packet.args) == (None, ("2023-11-14T22:13:20.123Z", None, {}, b"x"))


@pytest.mark.parametrize(
    "fields",
    [
        {"type": 5, "nsp": "/", "data": ["a"]},
        {"type": True, "nsp": "/", "data": {}},
        {"type": 2, "data": ["a"]},
        {"type": 2, "nsp": 1, "data": ["a"]},
        {"nsp": "/", "data": ["a"]},
    ],
)
def test_another_map_is_no_packet(fields: dict[str, Any]) -> None:
    packet = decoded(packed(**fields))
    assert isinstance(packet, Malformed)
    assert packet.reason == "binary that belongs to no packet"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"type": 2, "nsp": "/", "data": {"a": 1}}, "invalid payload for event"),
        ({"type": 2, "nsp": "/"}, "invalid payload for event"),
        ({"type": 3, "nsp": "/", "data": "x", "id": 1}, "invalid payload for ack"),
        ({"type": 2, "nsp": "/", "data": ["a"], "id": "one"}, "invalid ack id 'one'"),
        ({"type": 2, "nsp": "/", "data": ["a"], "id": True}, "invalid ack id True"),
    ],
)
def test_a_packet_that_the_official_parser_refuses_is_malformed(fields: dict[str, Any], reason: str) -> None:
    packet = decoded(packed(**fields))
    assert isinstance(packet, Malformed)
    assert packet.reason == reason


def test_bytes_that_wait_for_their_header_come_first() -> None:
    """An attachment may be anything, also MessagePack."""
    decoder = ConnectionDecoder()
    decoder.feed(IN, Transport.WEBSOCKET, '451-["put",{"_placeholder":true,"num":0}]', 1.0)
    whole = packed(type=2, nsp="/", data=["a"])
    (packet,) = decoder.feed(IN, Transport.WEBSOCKET, whole, 2.0)
    assert isinstance(packet, SocketPacket)
    assert packet.data == ["put", whole]


@given(st.binary(max_size=40) | st.binary(max_size=20).map(lambda tail: packed(type=2, nsp="/")[:-1] + tail))
def test_no_bytes_make_the_decoder_raise(noise: bytes) -> None:
    decoded(noise)
