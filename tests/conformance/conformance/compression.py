"""Compression: of polling answers, and of websocket messages."""

import zlib

from conformance.clause import given
from conformance.raw_connection import raw_connection, upgrade_headers
from conformance.sessions import PollingSession, connect, connected, open_websocket
from conformance.wire import Answer, Wire

JOIN = '421["join:project","atlas"]'
BIG = "x" * 2_000
OFFER = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}


async def _answer(wire: Wire, accepted: str, length: int) -> Answer:
    session = await connected(wire, "polling")
    assert isinstance(session, PollingSession)
    await session.send(JOIN)
    assert await session.receive()
    await wire.control.emit("system:notification", "x" * length, room="project:atlas")
    answer = await wire.get({"Accept-Encoding": accepted}, sid=session.sid)
    assert answer.text == '42["system:notification","' + "x" * length + '"]'
    return answer


async def long_answer_is_gzipped(wire: Wire) -> None:
    """By default an answer of 1,024 bytes or more is gzipped for a client that takes it"""
    assert (await _answer(wire, "gzip, deflate", 2_000)).headers["Content-Encoding"] == "gzip"


async def long_answer_is_deflated(wire: Wire) -> None:
    """A client that takes deflate alone gets that"""
    assert (await _answer(wire, "deflate", 2_000)).headers["Content-Encoding"] == "deflate"


async def short_answer_is_plain(wire: Wire) -> None:
    """A short answer is not compressed"""
    answer = await _answer(wire, "gzip, deflate", 500)
    assert "Content-Encoding" not in answer.headers


async def client_that_takes_no_compression(wire: Wire) -> None:
    """A client that takes none gets none"""
    answer = await _answer(wire, "identity", 2_000)
    assert "Content-Encoding" not in answer.headers


@given(http_compression=False)
async def http_compression_off(wire: Wire) -> None:
    """With httpCompression off nothing is compressed"""
    answer = await _answer(wire, "gzip, deflate", 2_000)
    assert "Content-Encoding" not in answer.headers


async def websocket_extension_is_not_taken(wire: Wire) -> None:
    """By default an offer of permessage-deflate is not taken"""
    session = await open_websocket(wire, OFFER)
    assert "Sec-WebSocket-Extensions" not in session.websocket.socket._response.headers


async def _frames(wire: Wire, offer: str) -> list[tuple[bool, str]]:
    """Take up an offer; returns opening, CONNECT, acknowledgement and a long event, whether compressed."""
    async with raw_connection(wire) as connection:
        headers = upgrade_headers(Sec_WebSocket_Extensions=offer)
        await connection.request("GET", "EIO=4&transport=websocket", headers)
        head = await connection.head()
        assert head.startswith("HTTP/1.1 101 ")
        assert "permessage-deflate" in head
        context = zlib.decompressobj(-zlib.MAX_WBITS)
        found = []
        for said in (None, "40", JOIN, ""):
            if said:
                await connection.say(said)
            elif said is not None:
                await wire.control.emit("system:notification", BIG, room="project:atlas")
            compressed, payload = await connection.frame()
            plain = context.decompress(payload + b"\x00\x00\xff\xff") if compressed else payload
            found.append((compressed, plain.decode()))
    assert [text[:3] for _, text in found] == ['0{"', "40{", "431", "42["]
    assert found[-1][1] == f'42["system:notification","{BIG}"]'
    return found


@given(per_message_deflate=True)
async def messages_are_compressed(wire: Wire) -> None:
    """With perMessageDeflate on the offer is taken, and every message is compressed in one context"""
    frames = await _frames(wire, "permessage-deflate; client_max_window_bits")
    assert [compressed for compressed, _ in frames] == [True, True, True, True]


@given(per_message_deflate=True)
async def long_messages_are_compressed(wire: Wire) -> None:
    """Without context takeover only messages of 1,024 bytes or more are compressed"""
    frames = await _frames(wire, "permessage-deflate; server_no_context_takeover")
    assert [compressed for compressed, _ in frames] == [False, False, False, True]


@given(per_message_deflate=True)
async def compressed_message_is_taken(wire: Wire) -> None:
    """With perMessageDeflate on compressed messages from a client are understood"""
    url = wire.url + "/socket.io/?EIO=4&transport=websocket"
    async with wire.http.ws_connect(url, compress=15, max_msg_size=0) as websocket:
        assert websocket.compress
        assert (await websocket.receive_str(timeout=10)).startswith("0{")
        await websocket.send_str("40")
        assert (await websocket.receive_str(timeout=10)).startswith("40{")
        await websocket.send_str(f'421["leave:project","{BIG}"]')
        assert (await websocket.receive_str(timeout=10)).startswith("431[")


@given(per_message_deflate=True)
async def client_without_the_extension(wire: Wire) -> None:
    """With perMessageDeflate on, a client that does not offer it is served plainly"""
    session = await open_websocket(wire)
    await connect(session)
    assert "Sec-WebSocket-Extensions" not in session.websocket.socket._response.headers
