"""One decoder follows a whole connection: handshake, upgrade, batches, attachments and nonsense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.protocol import (
    ConnectionDecoder,
    Direction,
    EngineKind,
    EnginePacket,
    Malformed,
    Packet,
    SocketKind,
    SocketPacket,
    Transport,
    encode_packet,
)

OUT, IN = Direction.TO_SERVER, Direction.TO_CLIENT
POLLING, WEBSOCKET = Transport.POLLING, Transport.WEBSOCKET
OPEN = '0{"sid":"abc","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'


def one(packets: list[Packet]) -> Packet:
    (packet,) = packets
    return packet


def socket(packets: list[Packet]) -> SocketPacket:
    packet = one(packets)
    assert isinstance(packet, SocketPacket)
    return packet


def malformed(packets: list[Packet]) -> Malformed:
    packet = one(packets)
    assert isinstance(packet, Malformed)
    return packet


def test_the_open_packet_gives_session_and_transport() -> None:
    decoder = ConnectionDecoder()
    packet = one(decoder.feed(IN, POLLING, OPEN, 5.0))
    assert isinstance(packet, EnginePacket)
    assert packet.handshake is not None
    assert (packet.handshake.ping_interval_ms, packet.handshake.upgrades) == (25000, ("websocket",))
    assert (decoder.sid, decoder.transport) == ("abc", POLLING)


def test_the_upgrade_moves_the_connection_to_the_websocket() -> None:
    decoder = ConnectionDecoder()
    decoder.feed(IN, POLLING, OPEN, 1.0)
    kinds = [
        one(decoder.feed(direction, transport, payload, 2.0))
        for direction, transport, payload in (
            (OUT, WEBSOCKET, "2probe"),
            (IN, WEBSOCKET, "3probe"),
            (IN, POLLING, "6"),
        )
    ]
    assert [(packet.kind, packet.text) for packet in kinds if isinstance(packet, EnginePacket)] == [
        (EngineKind.PING, "probe"),
        (EngineKind.PONG, "probe"),
        (EngineKind.NOOP, ""),
    ]
    assert decoder.transport is POLLING
    decoder.feed(OUT, WEBSOCKET, "5", 3.0)
    assert decoder.transport is WEBSOCKET


def test_a_batched_poll_gives_its_packets_in_order() -> None:
    packets = ConnectionDecoder().feed(IN, POLLING, '40{"sid":"s"}\x1e2\x1e42["a",1]\x1e43/x,7["ok"]', 9.0)
    assert [packet.kind for packet in packets if not isinstance(packet, Malformed)] == [
        SocketKind.CONNECT,
        EngineKind.PING,
        SocketKind.EVENT,
        SocketKind.ACK,
    ]
    ack = packets[-1]
    assert isinstance(ack, SocketPacket)
    assert (ack.namespace, ack.ack_id, ack.args) == ("/x", 7, ("ok",))


def test_attachments_are_filled_in_even_when_the_connection_upgrades_between() -> None:
    decoder = ConnectionDecoder()
    header = '452-/files,3["put",{"_placeholder":true,"num":1},{"a":{"_placeholder":true,"num":0}}]'
    assert decoder.feed(IN, POLLING, header + "\x1ebAAE=", 1.0) == []
    packet = socket(decoder.feed(IN, WEBSOCKET, b"\xff", 4.0))
    assert packet.data == ["put", b"\xff", {"a": b"\x00\x01"}]
    assert (packet.ack_id, packet.namespace, packet.started_t, packet.t) == (3, "/files", 1.0, 4.0)


def test_each_direction_waits_for_its_own_attachments() -> None:
    decoder = ConnectionDecoder()
    header = '451-["put",{"_placeholder":true,"num":0}]'
    decoder.feed(IN, WEBSOCKET, header, 1.0)
    decoder.feed(OUT, WEBSOCKET, header, 1.0)
    assert socket(decoder.feed(OUT, WEBSOCKET, b"out", 2.0)).args == (b"out",)
    assert socket(decoder.feed(IN, WEBSOCKET, b"in", 2.0)).args == (b"in",)


def test_two_connections_share_nothing() -> None:
    first, second = ConnectionDecoder(), ConnectionDecoder()
    first.feed(IN, WEBSOCKET, '451-["put",{"_placeholder":true,"num":0}]', 1.0)
    assert "binary that belongs to no packet" in malformed(second.feed(IN, WEBSOCKET, b"x", 1.0)).reason


def test_text_in_place_of_an_attachment_gives_both_up_and_goes_on() -> None:
    decoder = ConnectionDecoder()
    decoder.feed(IN, WEBSOCKET, '451-["put",{"_placeholder":true,"num":0}]', 1.0)
    lost, event = decoder.feed(IN, WEBSOCKET, '42["next"]', 2.0)
    assert isinstance(lost, Malformed)
    assert isinstance(event, SocketPacket)
    assert (lost.raw, event.event) == ('51-["put",{"_placeholder":true,"num":0}]', "next")


def test_the_end_of_the_connection_gives_up_what_waits() -> None:
    decoder = ConnectionDecoder()
    decoder.feed(IN, WEBSOCKET, '451-["put",{"_placeholder":true,"num":0}]', 1.0)
    assert "ended" in malformed(decoder.finish(IN, WEBSOCKET, 2.0)).reason
    assert decoder.finish(IN, WEBSOCKET, 2.0) == []


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("", "empty packet"),
        ("9", "unknown Engine.IO packet type '9'"),
        ("hello", "unknown Engine.IO packet type 'h'"),
        ("bA", "not base64"),
        ("b\N{SNOWMAN}", "not base64"),
        ("0", "handshake"),
        ("0[1]", "handshake"),
        ('0{"sid":7}', "handshake"),
        ("4", "unknown Socket.IO packet type ''"),
        ("49", "unknown Socket.IO packet type '9'"),
        ("42", "invalid payload for event"),
        ("42[]", "invalid payload for event"),
        ("42[true]", "invalid payload for event"),
        ('42{"a":1}', "invalid payload for event"),
        ('42["connect"]', "invalid payload for event"),
        ("42[1,NaN]", "invalid JSON"),
        ('42["a"', "invalid JSON"),
        ('42,["a"]', "invalid JSON"),
        ("40[]", "invalid payload for connect"),
        ("41{}", "invalid payload for disconnect"),
        ("44[]", "invalid payload for connect_error"),
        ("431{}", "invalid payload for ack"),
        ('45["a"]', "illegal attachments"),
        ('421-["a"]', "attachments on a packet that has none"),
        ("42" + "[" * 100_000, "recursion"),
        ("42[" + "9" * 10_000 + "]", "invalid JSON"),
    ],
)
def test_nonsense_is_malformed_with_its_reason(payload: str, reason: str) -> None:
    packet = malformed(ConnectionDecoder().feed(IN, WEBSOCKET, payload, 1.0))
    assert reason in packet.reason
    assert packet.raw == payload


@pytest.mark.parametrize("number", ["1", "-1", "true", '"0"', "null"])
def test_a_placeholder_without_its_attachment_is_malformed(number: str) -> None:
    decoder = ConnectionDecoder()
    decoder.feed(IN, WEBSOCKET, f'451-["put",{{"_placeholder":true,"num":{number}}}]', 1.0)
    assert "illegal attachments" in malformed(decoder.feed(IN, WEBSOCKET, b"x", 1.0)).reason


def test_deep_nesting_around_a_placeholder_is_malformed_or_decoded_but_never_raised() -> None:
    deep = "[" * 900 + '{"_placeholder":true,"num":0}' + "]" * 900
    decoder = ConnectionDecoder()
    packets = decoder.feed(IN, WEBSOCKET, f'451-["put",{deep}]', 1.0)
    packets += decoder.feed(IN, WEBSOCKET, b"x", 1.0)
    assert len(packets) in (1, 2)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Direction),
            st.sampled_from(Transport),
            st.text(max_size=30)
            | st.binary(max_size=8)
            | st.from_regex(r"4[0-6]([0-9]-)?(/[a-z]*,)?[0-9]{0,3}[\[\]{}\",:a1]*", fullmatch=True),
        ),
        max_size=12,
    )
)
def test_no_input_makes_the_decoder_raise(feeds: list[tuple[Direction, Transport, str | bytes]]) -> None:
    decoder = ConnectionDecoder()
    for direction, transport, payload in feeds:
        for packet in decoder.feed(direction, transport, payload, 1.0):
            assert packet.direction is direction
            assert packet.transport is transport


@given(st.text(max_size=40))
def test_a_good_packet_behind_nonsense_is_decoded(noise: str) -> None:
    decoder = ConnectionDecoder()
    decoder.feed(IN, WEBSOCKET, noise, 1.0)
    assert decoder.feed(IN, WEBSOCKET, '42["fine"]', 2.0)[-1:] == decoder.feed(
        IN, WEBSOCKET, '42["fine"]', 2.0
    )


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (SocketKind.EVENT, []),
        (SocketKind.EVENT, ["disconnect"]),
        (SocketKind.EVENT, None),
        (SocketKind.DISCONNECT, {}),
        (SocketKind.CONNECT, {"a": b"x"}),
        (SocketKind.EVENT, ["a", float("nan")]),
    ],
)
def test_what_no_peer_would_take_is_not_encoded(kind: SocketKind, data: object) -> None:
    with pytest.raises(ValueError, match=r"carry|compliant"):
        encode_packet(kind, data)
