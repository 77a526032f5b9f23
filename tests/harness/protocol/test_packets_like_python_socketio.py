"""Our codec and python-socketio's own packet classes say the same of the same packets."""

from __future__ import annotations

from typing import Any

import pytest
from engineio.packet import Packet as EngineOracle
from engineio.payload import Payload as PayloadOracle
from hypothesis import given
from hypothesis import strategies as st
from socketio.packet import Packet as SocketOracle

from harness.protocol import (
    RESERVED_EVENTS,
    ConnectionDecoder,
    Direction,
    EngineKind,
    EnginePacket,
    SocketKind,
    SocketPacket,
    Transport,
    encode,
    encode_control,
    encode_message,
    encode_packet,
    join_payload,
)

DIGIT = {kind: number for number, kind in enumerate(SocketKind)}
OUT, IN = Direction.TO_SERVER, Direction.TO_CLIENT

names = st.text(min_size=1, max_size=12).filter(lambda name: name not in RESERVED_EVENTS)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
with_binary = st.recursive(
    st.none() | numbers | st.text(max_size=8) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
namespaces = st.just("/") | st.from_regex(r"/[a-zA-Z0-9_\-]{1,12}", fullmatch=True)
ack_ids = st.none() | st.integers(0, 10**12)
transports = st.sampled_from(Transport)


def oracle_messages(kind: SocketKind, data: Any, namespace: str, ack_id: int | None) -> list[str | bytes]:
    encoded = SocketOracle(DIGIT[kind], data=data, namespace=namespace, id=ack_id).encode()
    return encoded if isinstance(encoded, list) else [encoded]


def feed_messages(messages: list[str | bytes], transport: Transport) -> list[Any]:
    """What a decoder makes of Socket.IO messages that arrive as python-engineio sends them."""
    packets = [EngineOracle(4, data=message) for message in messages]
    decoder = ConnectionDecoder()
    if transport is Transport.POLLING:
        return decoder.feed(IN, transport, PayloadOracle(packets=packets).encode(), 1.0)
    return [made for one in packets for made in decoder.feed(IN, transport, one.encode(), 1.0)]


@given(st.lists(with_binary, max_size=3), names, namespaces, ack_ids, transports)
def test_decodes_every_event_that_python_socketio_encodes(
    args: list[Any], name: str, namespace: str, ack_id: int | None, transport: Transport
) -> None:
    messages = oracle_messages(SocketKind.EVENT, [name, *args], namespace, ack_id)
    (packet,) = feed_messages(messages, transport)
    assert isinstance(packet, SocketPacket)
    assert (packet.event, list(packet.args), packet.namespace, packet.ack_id) == (
        name,
        args,
        namespace,
        ack_id,
    )
    assert packet.kind is (SocketKind.BINARY_EVENT if len(messages) > 1 else SocketKind.EVENT)
    assert packet.attachments == len(messages) - 1


@given(st.lists(with_binary, max_size=3), namespaces, st.integers(0, 10**12), transports)
def test_decodes_every_ack_that_python_socketio_encodes(
    args: list[Any], namespace: str, ack_id: int, transport: Transport
) -> None:
    (packet,) = feed_messages(oracle_messages(SocketKind.ACK, args, namespace, ack_id), transport)
    assert isinstance(packet, SocketPacket)
    assert (list(packet.args), packet.namespace, packet.ack_id, packet.event) == (
        args,
        namespace,
        ack_id,
        None,
    )


@given(
    st.sampled_from([SocketKind.CONNECT, SocketKind.CONNECT_ERROR]),
    st.none() | st.dictionaries(st.text(max_size=8), plain, max_size=4),
    namespaces,
)
def test_decodes_every_connect_that_python_socketio_encodes(
    kind: SocketKind, data: Any, namespace: str
) -> None:
    (packet,) = feed_messages(oracle_messages(kind, data, namespace, None), Transport.POLLING)
    assert isinstance(packet, SocketPacket)
    assert (packet.kind, packet.data, packet.namespace) == (kind, data, namespace)


@given(st.lists(with_binary, max_size=3), names, namespaces, ack_ids)
def test_python_socketio_decodes_every_event_that_we_encode(
    args: list[Any], name: str, namespace: str, ack_id: int | None
) -> None:
    text, *attachments = encode_packet(SocketKind.EVENT, [name, *args], namespace=namespace, ack_id=ack_id)
    oracle = SocketOracle(encoded_packet=text)
    for attachment in attachments:
        oracle.add_attachment(attachment)
    assert (oracle.data, oracle.id, oracle.namespace or "/") == ([name, *args], ack_id, namespace)


@given(st.lists(with_binary, max_size=3), names, namespaces, ack_ids, transports, transports)
def test_a_packet_survives_encoding_for_either_transport(
    args: list[Any], name: str, namespace: str, ack_id: int | None, first: Transport, second: Transport
) -> None:
    (packet,) = feed_messages(oracle_messages(SocketKind.EVENT, [name, *args], namespace, ack_id), first)
    encoded = encode(packet, transport=second)
    decoder = ConnectionDecoder()
    if second is Transport.POLLING:
        again = decoder.feed(IN, second, join_payload(map(str, encoded)), 1.0)
    else:
        again = [made for frame in encoded for made in decoder.feed(IN, second, frame, 1.0)]
    (copy,) = again
    assert isinstance(copy, SocketPacket)
    assert copy.transport is second
    assert (copy.kind, copy.data, copy.ack_id, copy.namespace) == (
        packet.kind,
        packet.data,
        packet.ack_id,
        packet.namespace,
    )


@given(st.lists(st.text(max_size=20) | st.binary(max_size=20), max_size=10))
def test_polling_payloads_are_those_of_python_engineio(contents: list[str | bytes]) -> None:
    # \x1e separates packets, so a text message can hold it only escaped, as JSON does.
    contents = [one.replace("\x1e", "") if isinstance(one, str) else one for one in contents]
    ours = join_payload(str(encode_message(content, polling=True)) for content in contents)
    theirs = PayloadOracle(packets=[EngineOracle(4, data=content) for content in contents]).encode()
    assert ours == theirs


@pytest.mark.parametrize(
    ("kind", "number"), [(kind, number) for number, kind in zip((0, 1, 2, 3, 5, 6), EngineKind, strict=True)]
)
def test_control_packets_are_those_of_python_engineio(kind: EngineKind, number: int) -> None:
    text = "probe" if kind in (EngineKind.PING, EngineKind.PONG) else ""
    assert encode_control(kind, text) == EngineOracle(number, data=text or None).encode()
    if kind is EngineKind.OPEN:
        return
    (packet,) = ConnectionDecoder().feed(OUT, Transport.WEBSOCKET, encode_control(kind, text), 1.0)
    assert packet == EnginePacket(direction=OUT, transport=Transport.WEBSOCKET, t=1.0, kind=kind, text=text)
