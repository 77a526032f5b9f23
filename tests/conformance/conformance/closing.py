"""Close: from either side, on either transport, and what the session answers afterwards."""

import asyncio

from conformance.clause import given, on_both_transports
from conformance.sessions import (
    PollingSession,
    WebsocketSession,
    closed_by_server,
    connect,
    connected,
    open_polling,
    open_session,
    open_websocket,
)
from conformance.wire import Closed, Wire


async def _polling(wire: Wire) -> PollingSession:
    session = await connected(wire, "polling")
    assert isinstance(session, PollingSession)
    return session


async def client_closes_while_a_get_is_held(wire: Wire) -> None:
    """A close packet by POST is answered ok, lets the held GET go with a noop, and ends the session"""
    session = await _polling(wire)
    poll = await wire.held_get(session.sid)
    answer = await session.post("1")
    assert (answer.status, answer.text) == (200, "ok")
    assert (await poll).text == "6"
    await wire.until_unknown(session.sid)


async def client_closes_without_a_get(wire: Wire) -> None:
    """A close packet by POST ends the session also when no GET is held"""
    session = await _polling(wire)
    answer = await session.post("1")
    assert (answer.status, answer.text) == (200, "ok")
    assert (await session.poll()).json == {"code": 1, "message": "Session ID unknown"}


async def packets_after_the_close_packet(wire: Wire) -> None:
    """What follows the close packet in one POST is not taken"""
    session = await _polling(wire)
    poll = await wire.held_get(session.sid)
    await session.post("1", '421["join:project","atlas"]')
    assert (await poll).text == "6"
    await wire.until_unknown(session.sid)


async def websocket_close_frame(wire: Wire) -> None:
    """A close frame from the client is answered with its code, and the session is gone"""
    session = await open_websocket(wire)
    await connect(session)
    assert await session.websocket.socket.close(code=1000)
    assert session.websocket.socket.close_code == 1000
    await wire.until_unknown(session.sid)


async def close_packet_on_a_websocket(wire: Wire) -> None:
    """A close packet on a websocket is not heard: the session goes on until the frame"""
    session = await connected(wire, "websocket")
    await session.send("1")
    await session.send('421["join:project","atlas"]')
    assert str(await session.receive()).startswith("431")


@on_both_transports
async def disconnect_from_the_client(wire: Wire, transport: str) -> None:
    """After DISCONNECT the transport stays: the client may CONNECT again and has another sid"""
    session = await open_session(wire, transport)
    first = await connect(session)
    await session.send("41")
    await wire.control.until_connected(0)
    second = await connect(session)
    assert second["sid"] != first["sid"]


@on_both_transports
async def server_disconnects_a_socket(wire: Wire, transport: str) -> None:
    """A socket that the server disconnects is sent `41`; the transport stays for a new CONNECT"""
    session = await open_session(wire, transport)
    first = await connect(session)
    await wire.control.do("kick", all=True)
    assert await session.receive() == "41"
    assert (await connect(session))["sid"] != first["sid"]


@on_both_transports
async def event_after_a_disconnect(wire: Wire, transport: str) -> None:
    """An event on a namespace that was left ends the session"""
    session = await connected(wire, transport)
    await session.send("41")
    await wire.control.until_connected(0)
    await session.send('421["join:project","atlas"]')
    await closed_by_server(wire, session)


@given(connect_timeout_ms=300)
async def no_connect_in_time_on_polling(wire: Wire) -> None:
    """Without a CONNECT within connectTimeout the held GET gets a close packet; the session is gone"""
    session = await open_polling(wire)
    assert (await session.poll()).text == "1"
    await wire.until_unknown(session.sid)


@given(connect_timeout_ms=300)
async def no_connect_in_time_on_a_websocket(wire: Wire) -> None:
    """Without a CONNECT within connectTimeout the websocket is closed with 1005"""
    session = await open_websocket(wire)
    assert await session.receive() == Closed(1005)
    await wire.until_unknown(session.sid)


@given(connect_timeout_ms=1_000, people=True)
async def refused_connect_does_not_count(wire: Wire) -> None:
    """A CONNECT that was refused is none: connectTimeout ends the session all the same"""
    session = await open_websocket(wire)
    await session.send("40")
    assert str(await session.receive()).startswith("44")
    assert await session.receive() == Closed(1005)


@on_both_transports
async def server_goes_down(wire: Wire, transport: str) -> None:
    """After a restart the old session is unknown"""
    session = await connected(wire, transport)
    await wire.control.do("restart")
    if isinstance(session, WebsocketSession):
        await session.websocket.ended()
    await wire.until_unknown(session.sid)


@on_both_transports
async def connection_is_cut(wire: Wire, transport: str) -> None:
    """A broken TCP connection ends the session: its id is unknown"""
    session = await connected(wire, transport)
    poll = None
    if isinstance(session, PollingSession):
        poll = await wire.held_get(session.sid)
    await wire.control.do("cut", all=True)
    if isinstance(session, WebsocketSession):
        assert (await session.websocket.ended()).code == 1006
    if poll is not None:
        await asyncio.gather(poll, return_exceptions=True)
        assert poll.exception() is not None
    await wire.until_unknown(session.sid)


async def client_vanishes(wire: Wire) -> None:
    """A websocket whose client aborts the TCP connection ends the session"""
    session = await connected(wire, "websocket")
    assert isinstance(session, WebsocketSession)
    connection = session.websocket.socket._response.connection
    assert connection is not None
    assert connection.transport is not None
    connection.transport.abort()
    await wire.control.until_connected(0)
    await wire.until_unknown(session.sid)


async def close_waits_for_the_next_get(wire: Wire) -> None:
    """A server that closes a session while no GET is held answers the next one with noop and close"""
    session = await _polling(wire)
    await session.send("40")
    await wire.control.until_connected(0)
    assert (await session.poll()).packets == ["6", "1"]
    await wire.until_unknown(session.sid)
