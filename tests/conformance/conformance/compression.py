"""Compression: of polling answers, and of websocket messages."""

from conformance.clause import given
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


@given(per_message_deflate=True)
async def websocket_extension_is_taken(wire: Wire) -> None:
    """With perMessageDeflate on the offer is taken, and long messages pass both ways"""
    websocket = await wire.http.ws_connect(
        wire.url + "/socket.io/?EIO=4&transport=websocket", compress=15, max_msg_size=0
    )
    assert "permessage-deflate" in websocket._response.headers["Sec-WebSocket-Extensions"]
    assert (await websocket.receive_str(timeout=10)).startswith("0{")
    await websocket.send_str("40")
    assert (await websocket.receive_str(timeout=10)).startswith("40{")
    await websocket.send_str(f'421["join:project","atlas","{BIG}"]')
    assert (await websocket.receive_str(timeout=10)).startswith("431[")
    await wire.control.emit("system:notification", BIG, room="project:atlas")
    assert await websocket.receive_str(timeout=10) == f'42["system:notification","{BIG}"]'
    await websocket.close()


@given(per_message_deflate=True)
async def client_without_the_extension(wire: Wire) -> None:
    """With perMessageDeflate on, a client that does not offer it is served plainly"""
    session = await open_websocket(wire)
    await connect(session)
    assert "Sec-WebSocket-Extensions" not in session.websocket.socket._response.headers
