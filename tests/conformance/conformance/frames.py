"""Websocket frames: what a message is, and what closes the websocket with which code."""

import os
import struct

from conformance.clause import given
from conformance.sessions import WebsocketSession, connected
from conformance.wire import Closed, Wire

TEXT, BINARY, PING, PONG = 0x1, 0x2, 0x9, 0xA


async def _websocket(wire: Wire) -> WebsocketSession:
    session = await connected(wire, "websocket")
    assert isinstance(session, WebsocketSession)
    return session


def _frame(opcode: int, payload: bytes, *, final: bool = True, masked: bool = True) -> bytes:
    assert len(payload) < 126
    head = struct.pack("!BB", opcode | (0x80 if final else 0), len(payload) | (0x80 if masked else 0))
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(each ^ mask[index % 4] for index, each in enumerate(payload))


async def _write(session: WebsocketSession, *frames: bytes) -> None:
    """Write raw bytes below the client's own framing."""
    connection = session.websocket.socket._response.connection
    assert connection is not None
    assert connection.transport is not None
    for each in frames:
        connection.transport.write(each)


async def _closes(wire: Wire, packet: str | bytes, code: int = 1005) -> None:
    session = await _websocket(wire)
    await session.send(packet)
    assert await session.receive() == Closed(code)
    await wire.until_unknown(session.sid)


async def unknown_packet_type(wire: Wire) -> None:
    """A packet of unknown type closes the websocket with an empty close frame"""
    await _closes(wire, "abc")


async def empty_text_message(wire: Wire) -> None:
    """An empty message is no packet: it closes the websocket"""
    await _closes(wire, "")


async def ping_from_a_client(wire: Wire) -> None:
    """A ping packet from the client is the wrong direction: it closes the websocket"""
    await _closes(wire, "2")


async def binary_nobody_waits_for(wire: Wire) -> None:
    """A binary message that belongs to no packet closes the websocket"""
    await _closes(wire, b"\x01\x02")


async def noop_open_pong_and_upgrade(wire: Wire) -> None:
    """Noop, open, pong and upgrade packets from a client change nothing"""
    session = await _websocket(wire)
    await session.send("6", "0", "3", "5", '421["join:project","atlas"]')
    assert str(await session.receive()).startswith("431")


@given(max_payload_bytes=1_000)
async def message_of_the_limit(wire: Wire) -> None:
    """A message of exactly maxPayload bytes is taken"""
    session = await _websocket(wire)
    head = '421["join:project","'
    await session.send(head + "a" * (998 - len(head)) + '"]')
    assert str(await session.receive()).startswith("431")


@given(max_payload_bytes=1_000)
async def message_over_the_limit(wire: Wire) -> None:
    """A message over maxPayload closes the websocket with 1009"""
    await _closes(wire, "4" + "a" * 1_000, 1009)


@given(max_payload_bytes=1_000)
async def fragments_over_the_limit(wire: Wire) -> None:
    """Fragments count together: 1009 as soon as they are over maxPayload"""
    session = await _websocket(wire)
    await _write(session, _frame(TEXT, b"4" * 100, final=False), *[_frame(0, b"a" * 100, final=False)] * 10)
    assert await session.receive() == Closed(1009)


async def fragmented_message(wire: Wire) -> None:
    """A message in fragments is one message, with a ping frame between them too"""
    session = await _websocket(wire)
    await _write(
        session,
        _frame(TEXT, b'421["join:', final=False),
        _frame(PING, b"between"),
        _frame(0, b'project","atlas"]'),
    )
    assert str(await session.receive()).startswith("431")


async def unmasked_frame(wire: Wire) -> None:
    """A frame without a mask closes the websocket with 1002"""
    session = await _websocket(wire)
    await _write(session, _frame(TEXT, b"3", masked=False))
    assert await session.receive() == Closed(1002)
    await wire.until_unknown(session.sid)


async def reserved_opcode(wire: Wire) -> None:
    """A frame with a reserved opcode closes the websocket with 1002"""
    session = await _websocket(wire)
    await _write(session, _frame(0x3, b"3"))
    assert await session.receive() == Closed(1002)


async def text_that_is_not_utf8(wire: Wire) -> None:
    """Text that is not UTF-8 closes the websocket with 1007"""
    session = await _websocket(wire)
    await _write(session, _frame(TEXT, b"4\xff\xfe"))
    assert await session.receive() == Closed(1007)


async def ping_frame(wire: Wire) -> None:
    """A ping frame of the websocket protocol is answered with a pong frame of the same bytes"""
    session = await _websocket(wire)
    socket = session.websocket.socket
    socket._autoping = False
    await _write(session, _frame(PING, b"still there?"))
    message = await socket.receive()
    assert (message.type, bytes(message.data)) == (PONG, b"still there?")
