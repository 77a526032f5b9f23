"""The MessagePack parser (socket.io-msgpack-parser): every packet is one binary message."""

from typing import Any

from conformance.clause import given, on_both_transports
from conformance.msgpack_bytes import pack, unpack
from conformance.sessions import PollingSession, WebsocketSession, closed_by_server, open_session
from conformance.wire import Wire

CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR = range(5)

speaks_msgpack = given(parser="msgpack")


async def _send(session: PollingSession | WebsocketSession, **packet: Any) -> None:
    await session.send(pack({"nsp": "/", **packet}))


async def _receive(session: PollingSession | WebsocketSession) -> dict[str, Any]:
    message = await session.receive()
    assert isinstance(message, bytes), message
    packet: dict[str, Any] = unpack(message)
    return packet


async def _connected(wire: Wire, transport: str) -> PollingSession | WebsocketSession:
    session = await open_session(wire, transport)
    await _send(session, type=CONNECT)
    packet = await _receive(session)
    assert (packet["type"], packet["nsp"]) == (CONNECT, "/")
    assert len(packet["data"]["sid"]) == 20
    return session


@speaks_msgpack
@on_both_transports
async def connect(wire: Wire, transport: str) -> None:
    """CONNECT is a map of type, nsp and data, answered by one"""
    await _connected(wire, transport)


@speaks_msgpack
@on_both_transports
async def acknowledged_event(wire: Wire, transport: str) -> None:
    """An event with an id is acknowledged under it"""
    session = await _connected(wire, transport)
    await _send(session, type=EVENT, data=["join:project", "atlas"], id=5)
    packet = await _receive(session)
    assert (packet["type"], packet["id"]) == (ACK, 5)
    assert packet["data"] == [{"ok": True, "data": {"room": "project:atlas"}}]


@speaks_msgpack
async def broadcast(wire: Wire) -> None:
    """A room's event is a map without an id"""
    session = await _connected(wire, "websocket")
    await _send(session, type=EVENT, data=["join:project", "atlas"], id=1)
    assert (await _receive(session))["type"] == ACK
    await wire.control.emit("system:notification", {"id": "n\u00efve", "n": None}, room="project:atlas")
    packet = await _receive(session)
    assert (packet["type"], packet["nsp"]) == (EVENT, "/")
    assert packet["data"] == ["system:notification", {"id": "n\u00efve", "n": None}]
    assert packet.get("id") is None


@speaks_msgpack
async def bytes_need_no_attachments(wire: Wire) -> None:
    """Bytes stand in the packet itself"""
    session = await _connected(wire, "websocket")
    await _send(session, type=EVENT, data=["upload", b"\x00\xff"], id=1)
    packet = await _receive(session)
    assert (packet["type"], packet["data"][0]["ok"]) == (ACK, False)


@speaks_msgpack
async def unknown_namespace(wire: Wire) -> None:
    """An unknown namespace is answered with CONNECT_ERROR, as text packets have it"""
    session = await open_session(wire, "websocket")
    await _send(session, type=CONNECT, nsp="/nowhere")
    packet = await _receive(session)
    assert (packet["type"], packet["nsp"]) == (CONNECT_ERROR, "/nowhere")
    assert packet["data"] == {"message": "Invalid namespace"}


async def _closes(wire: Wire, message: str | bytes) -> None:
    session = await _connected(wire, "websocket")
    await session.send(message)
    await closed_by_server(wire, session)


@speaks_msgpack
async def text_message(wire: Wire) -> None:
    """A packet of the other parser closes the session"""
    await _closes(wire, '42["join:project","atlas"]')


@speaks_msgpack
async def truncated_packet(wire: Wire) -> None:
    """A packet that is cut off closes the session"""
    await _closes(wire, pack({"type": EVENT, "nsp": "/", "data": ["hello"]})[:-3])


@speaks_msgpack
async def type_is_unknown(wire: Wire) -> None:
    """A packet of unknown type closes the session"""
    await _closes(wire, pack({"type": 7, "nsp": "/", "data": ["hello"]}))


@speaks_msgpack
async def namespace_is_missing(wire: Wire) -> None:
    """A packet without a namespace closes the session"""
    await _closes(wire, pack({"type": EVENT, "data": ["hello"]}))


@speaks_msgpack
async def data_is_no_list(wire: Wire) -> None:
    """An event whose data is no list closes the session"""
    await _closes(wire, pack({"type": EVENT, "nsp": "/", "data": {"hello": 1}}))
