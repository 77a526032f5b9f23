"""Engine.IO packets: what stands on the wire, and what is made of what a client sent."""

import struct

import pytest

from mock_server.wire.packets import (
    Outgoing,
    PacketType,
    close_frame,
    decode_packet,
    decode_payload,
    encode_payload,
)


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (125, bytes((0x81, 125))),
        (126, bytes((0x81, 126)) + struct.pack(">H", 126)),
        (65_535, bytes((0x81, 126)) + struct.pack(">H", 65_535)),
        (65_536, bytes((0x81, 127)) + struct.pack(">Q", 65_536)),
    ],
)
def test_length_of_a_frame_takes_as_many_bytes_as_it_needs(size: int, head: bytes) -> None:
    packet = Outgoing("4" + "x" * (size - 1))
    assert packet.frame == head + packet.data.encode()  # type: ignore[union-attr] # it is text
    assert packet.frame is packet.frame, "made once"


def test_length_is_counted_in_bytes() -> None:
    assert Outgoing("4\u00e9\u20ac").frame == b"\x81\x06" + "4\u00e9\u20ac".encode()


def test_bytes_are_a_binary_frame_and_base64_in_a_payload() -> None:
    packet = Outgoing(b"\x00\xff\x10")
    assert packet.frame == b"\x82\x03\x00\xff\x10"
    assert encode_payload([Outgoing("4a"), packet]) == "4a\x1ebAP8Q"


def test_close_frame_says_its_code_or_nothing() -> None:
    assert close_frame(None) == b"\x88\x00"
    assert close_frame(1009) == b"\x88\x02\x03\xf1"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("bAP8Q", b"\x00\xff\x10"),
        ("bAP8", b"\x00\xff"),
        ("bAP8=", b"\x00\xff"),
        ("b-_-_", b"\xfb\xff\xbf"),
        ("bA P\n8Q", b"\x00\xff\x10"),
        ("bA", b""),
        ("b", b""),
        ("b\u20ac", b""),
    ],
)
def test_base64_is_read_as_leniently_as_node_reads_it(text: str, data: bytes) -> None:
    packet = decode_packet(text)
    assert (packet.type, packet.data) == (PacketType.MESSAGE, data)


@pytest.mark.parametrize("text", ["", "7", "x", " 4", "\u0664"])
def test_what_is_no_packet_has_no_type(text: str) -> None:
    assert decode_packet(text).type is None


def test_nothing_is_read_behind_a_packet_that_is_none() -> None:
    assert [packet.type for packet in decode_payload("4a\x1e3\x1ex\x1e4b")] == [
        PacketType.MESSAGE,
        PacketType.PONG,
        None,
    ]
