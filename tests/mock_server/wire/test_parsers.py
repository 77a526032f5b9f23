"""Socket.IO packets in both forms: what is written can be read again, and what is none is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.wire.msgpack_parser import MsgpackParser
from mock_server.wire.socketio_packets import (
    Decoder,
    JsonParser,
    Parser,
    SocketPacket,
    SocketPacketType,
    UnreadablePacketError,
)

PARSERS = [pytest.param(JsonParser(), id="json"), pytest.param(MsgpackParser(), id="msgpack")]

_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
_names = st.text().filter(lambda name: name != "_placeholder")
_values = st.recursive(
    _scalars | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=8,
)
_events = st.from_regex(r"[a-z]{1,6}:[a-z]{1,6}", fullmatch=True)


def read(decoder: Decoder, parser: Parser, packet: SocketPacket) -> SocketPacket:
    """Write `packet` and read it again; each part but the last must leave the packet unfinished."""
    *parts, last = [each.data for each in parser.encode(packet)]
    head, *attachments = [*parts, last]
    messages = [head[1:] if isinstance(head, str) else head, *attachments]
    for message in messages[:-1]:
        assert decoder.add(message) is None
    done = decoder.add(messages[-1])
    assert done is not None
    return done


@pytest.mark.parametrize("parser", PARSERS)
@given(
    event=_events,
    args=st.lists(_values, max_size=3),
    id_=st.none() | st.integers(0, 10**9),
    namespace=st.sampled_from(["/", "/chat", "/a-b/c"]),
)
def test_events_come_out_as_they_went_in(
    parser: Parser, event: str, args: list[Any], id_: int | None, namespace: str
) -> None:
    packet = SocketPacket(SocketPacketType.EVENT, namespace, [event, *args], id_)
    if len(parser.encode(packet)) > 11:
        return  # more attachments than a client may send
    decoder = parser.decoder()
    for _ in range(2):
        assert read(decoder, parser, packet) == packet


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    "packet",
    [
        SocketPacket(SocketPacketType.CONNECT, "/", {"token": "x"}),
        SocketPacket(SocketPacketType.CONNECT, "/chat"),
        SocketPacket(SocketPacketType.DISCONNECT),
        SocketPacket(SocketPacketType.ACK, "/", [{"ok": True}], 7),
        SocketPacket(SocketPacketType.CONNECT_ERROR, "/", {"message": "no"}),
    ],
)
def test_other_packets_too(parser: Parser, packet: SocketPacket) -> None:
    assert read(parser.decoder(), parser, packet) == packet


def test_text_of_the_official_parser() -> None:
    def text(*packet: Any) -> list[str | bytes]:
        return [each.data for each in JsonParser().encode(SocketPacket(*packet))]

    assert text(SocketPacketType.EVENT, "/", ["hey", {"a": "\u00e9"}]) == ['42["hey",{"a":"\u00e9"}]']
    assert text(SocketPacketType.ACK, "/chat", [1], 12) == ["43/chat,12[1]"]
    assert text(SocketPacketType.EVENT, "/", ["up", b"\x01", {"f": b"\x02"}], 3) == [
        '452-3["up",{"_placeholder":true,"num":0},{"f":{"_placeholder":true,"num":1}}]',
        b"\x01",
        b"\x02",
    ]


def test_half_of_a_surrogate_pair_is_escaped() -> None:
    (packet,) = JsonParser().encode(SocketPacket(SocketPacketType.EVENT, "/", ["e", "\ud800"]))
    assert packet.data == '42["e","\\ud800"]'
    assert packet.frame


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("", "unknown packet type"),
        ("9", "unknown packet type"),
        ("2{}", "invalid payload"),
        ("2[]", "invalid payload"),
        ("2[null]", "invalid payload"),
        ("2[true]", "invalid payload"),
        ('2["disconnect"]', "invalid payload"),
        ('2["a",NaN]', "invalid payload"),
        ("2" + "[" * 100_000, "invalid payload"),
        ("0[]", "invalid payload"),
        ("1{}", "invalid payload"),
        ("5[]", "illegal number of attachments"),
        ("50-[]", "illegal number of attachments"),
        ("511-[]", "illegal number of attachments"),
        ("2" + "9" * 30 + '["a"]', "the number of the ack is too large"),
        (b"x", "an attachment without its packet"),
    ],
)
def test_what_is_no_packet_is_refused(message: str | bytes, why: str) -> None:
    with pytest.raises(UnreadablePacketError) as caught:
        JsonParser().decoder().add(message)
    assert str(caught.value) == why


def test_attachments_have_to_come_as_announced() -> None:
    decoder = JsonParser().decoder()
    assert decoder.add('51-["a",{"_placeholder":true,"num":0}]') is None
    with pytest.raises(UnreadablePacketError, match="text in place of an attachment"):
        decoder.add('2["a"]')
    decoder = JsonParser().decoder()
    assert decoder.add('51-["a",{"_placeholder":true,"num":1}]') is None
    with pytest.raises(UnreadablePacketError, match="a placeholder without its attachment"):
        decoder.add(b"x")
