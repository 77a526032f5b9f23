"""Connection state recovery: what a client that was cut off gets back."""

import asyncio
import json
from typing import Any

from conformance.clause import given, on_both_transports
from conformance.sessions import PollingSession, WebsocketSession, connect, open_session
from conformance.wire import Wire

AnySession = PollingSession | WebsocketSession
JOIN = '421["join:project","atlas"]'

recovers = given(recovery=True)


async def _joined(wire: Wire, transport: str) -> tuple[AnySession, dict[str, Any]]:
    session = await open_session(wire, transport)
    data = await connect(session)
    await session.send(JOIN)
    assert str(await session.receive()).startswith("431")
    return session, data


async def _tell(wire: Wire, text: str) -> None:
    await wire.control.emit("system:notification", text, room="project:atlas")


async def _hear(session: AnySession, text: str) -> str:
    """Receive that event; returns its offset."""
    packet = str(await session.receive())
    assert packet.startswith("42"), packet
    name, said, offset = json.loads(packet[2:])
    assert (name, said) == ("system:notification", text)
    assert isinstance(offset, str)
    return offset


async def _come_back(
    wire: Wire, transport: str, data: dict[str, Any], offset: str, missed: int
) -> tuple[AnySession, list[str]]:
    """CONNECT with what the client remembers; returns all that is answered, CONNECT and events."""
    session = await open_session(wire, transport)
    await session.send("40" + json.dumps({"pid": data["pid"], "offset": offset}))
    return session, [str(await session.receive()) for _ in range(missed + 1)]


def _connects(packets: list[str]) -> list[Any]:
    return [json.loads(each[2:]) for each in packets if each.startswith("40")]


def _events(packets: list[str]) -> list[Any]:
    return [json.loads(each[2:]) for each in packets if each.startswith("42")]


async def _cut(wire: Wire) -> None:
    await wire.control.until_connected(1)
    await wire.control.do("cut", all=True)
    await wire.control.until_connected(0)


async def _held_and_cut(wire: Wire, session: AnySession) -> None:
    """Cut the session as a lost network does: while a GET is held, where it polls."""
    if isinstance(session, WebsocketSession):
        await _cut(wire)
        return
    poll = await wire.held_get(session.sid)
    await _cut(wire)
    await asyncio.gather(poll, return_exceptions=True)


@recovers
@on_both_transports
async def pid_is_told(wire: Wire, transport: str) -> None:
    """CONNECT is answered with a sid and a private pid, which is another"""
    session = await open_session(wire, transport)
    data = await connect(session)
    assert set(data) == {"sid", "pid"}
    assert data["pid"] != data["sid"]


@recovers
async def events_end_with_an_offset(wire: Wire) -> None:
    """Every event of a room ends with an offset, no two alike; acknowledgements do not"""
    session, _ = await _joined(wire, "websocket")
    await _tell(wire, "one")
    await _tell(wire, "two")
    assert await _hear(session, "one") != await _hear(session, "two")


@recovers
@on_both_transports
async def session_is_recovered(wire: Wire, transport: str) -> None:
    """With pid and offset the client gets its old sid and pid and what it missed, with offsets, once"""
    session, data = await _joined(wire, transport)
    await _tell(wire, "seen")
    offset = await _hear(session, "seen")
    await _held_and_cut(wire, session)
    await _tell(wire, "missed 1")
    await _tell(wire, "missed 2")
    again, got = await _come_back(wire, transport, data, offset, 2)
    assert _connects(got) == [data]
    assert [each[1] for each in _events(got)] == ["missed 1", "missed 2"]
    assert all(isinstance(each[2], str) for each in _events(got))
    await _tell(wire, "live")
    await _hear(again, "live")


@recovers
async def missed_events_come_first(wire: Wire) -> None:
    """What was missed is sent before the CONNECT that answers"""
    session, data = await _joined(wire, "websocket")
    await _tell(wire, "seen")
    offset = await _hear(session, "seen")
    await _cut(wire)
    await _tell(wire, "missed")
    _, got = await _come_back(wire, "websocket", data, offset, 1)
    assert [each[:2] for each in got] == ["42", "40"]


@recovers
async def nothing_was_missed(wire: Wire) -> None:
    """With nothing missed the session is recovered all the same, rooms included"""
    session, data = await _joined(wire, "websocket")
    await _tell(wire, "seen")
    offset = await _hear(session, "seen")
    await _cut(wire)
    again = await open_session(wire, "websocket")
    assert await connect(again, {"pid": data["pid"], "offset": offset}) == data
    await _tell(wire, "live")
    await _hear(again, "live")


@recovers
async def twice_in_a_row(wire: Wire) -> None:
    """A session can be recovered again and again"""
    session, data = await _joined(wire, "websocket")
    await _tell(wire, "0")
    offset = await _hear(session, "0")
    for number in range(1, 4):
        await _cut(wire)
        await _tell(wire, f"missed {number}")
        session, got = await _come_back(wire, "websocket", data, offset, 1)
        assert _connects(got) == [data]
        [[_, said, offset]] = _events(got)
        assert said == f"missed {number}"


async def _starts_anew(wire: Wire, data: dict[str, Any], offset: str | None) -> None:
    again = await open_session(wire, "websocket")
    named = {"pid": data["pid"]} if offset is None else {"pid": data["pid"], "offset": offset}
    fresh = await connect(again, named)
    assert set(fresh) == {"sid", "pid"}
    assert fresh["sid"] != data["sid"]
    assert fresh["pid"] != data["pid"]


@recovers
async def no_event_was_seen(wire: Wire) -> None:
    """A client that saw no event has no offset to name, and starts anew"""
    _, data = await _joined(wire, "websocket")
    await _cut(wire)
    await _tell(wire, "unheard")
    await _starts_anew(wire, data, None)


@recovers
async def unknown_offset(wire: Wire) -> None:
    """An offset that is none starts anew"""
    session, data = await _joined(wire, "websocket")
    await _tell(wire, "seen")
    await _hear(session, "seen")
    await _cut(wire)
    await _starts_anew(wire, data, "nonsense")


@recovers
async def unknown_pid(wire: Wire) -> None:
    """A pid that is none starts anew"""
    session, data = await _joined(wire, "websocket")
    await _tell(wire, "seen")
    offset = await _hear(session, "seen")
    await _cut(wire)
    await _starts_anew(wire, {**data, "pid": "nonsense"}, offset)


@recovers
async def pid_of_a_wrong_type(wire: Wire) -> None:
    """A pid or offset that is no string starts anew"""
    for auth in ({"pid": 1, "offset": 2}, {"pid": ["a"], "offset": {}}, {"pid": None, "offset": None}):
        session = await open_session(wire, "websocket")
        assert set(await connect(session, auth)) == {"sid", "pid"}


@recovers
async def client_that_left(wire: Wire) -> None:
    """A client that sent DISCONNECT is not recovered"""
    session, data = await _joined(wire, "websocket")
    await _tell(wire, "seen")
    offset = await _hear(session, "seen")
    await session.send("41")
    await wire.control.until_connected(0)
    await _starts_anew(wire, data, offset)


@recovers
async def client_that_was_sent_away(wire: Wire) -> None:
    """A client that the server disconnected is not recovered"""
    session, data = await _joined(wire, "websocket")
    await _tell(wire, "seen")
    offset = await _hear(session, "seen")
    await wire.control.do("kick", all=True)
    assert await session.receive() == "41"
    await _starts_anew(wire, data, offset)


@recovers
async def after_a_restart(wire: Wire) -> None:
    """After a restart of the server every client starts anew"""
    session, data = await _joined(wire, "websocket")
    await _tell(wire, "seen")
    offset = await _hear(session, "seen")
    await wire.control.do("restart")
    await wire.control.until_connected(0)
    await _starts_anew(wire, data, offset)


@given(recovery=True, recovery_ms=200)
async def after_expiry(wire: Wire) -> None:
    """A client that comes back too late starts anew"""
    session, data = await _joined(wire, "websocket")
    await _tell(wire, "seen")
    offset = await _hear(session, "seen")
    await _cut(wire)
    # Time itself is the condition here: there is nothing to wait for but that it passes.
    gone = asyncio.get_running_loop().create_future()
    await asyncio.wait([gone], timeout=0.5)
    await _starts_anew(wire, data, offset)


@recovers
async def rooms_of_others(wire: Wire) -> None:
    """Events of rooms that the client was not in are not given to it"""
    session, data = await _joined(wire, "websocket")
    await _tell(wire, "seen")
    offset = await _hear(session, "seen")
    await _cut(wire)
    await wire.control.emit("system:notification", "elsewhere", room="project:borealis")
    await _tell(wire, "missed")
    _, got = await _come_back(wire, "websocket", data, offset, 1)
    assert _connects(got) == [data]
    assert [each[1] for each in _events(got)] == ["missed"]


@recovers
async def event_to_one_client(wire: Wire) -> None:
    """Events to the sid of the client while it is away are given back like those of rooms"""
    session, data = await _joined(wire, "websocket")
    await wire.control.emit("system:notification", "seen", sid=data["sid"])
    offset = await _hear(session, "seen")
    await _cut(wire)
    await wire.control.emit("system:notification", "missed", sid=data["sid"])
    _, got = await _come_back(wire, "websocket", data, offset, 1)
    assert _connects(got) == [data]
    assert [each[1] for each in _events(got)] == ["missed"]


@recovers
async def volatile_events_are_not_kept(wire: Wire) -> None:
    """A volatile event has no offset, and is not given back"""
    session, data = await _joined(wire, "websocket")
    await wire.control.emit("system:notification", "light", room="project:atlas", volatile=True)
    assert await session.receive() == '42["system:notification","light"]'
    await _tell(wire, "seen")
    offset = await _hear(session, "seen")
    await _cut(wire)
    await wire.control.emit("system:notification", "lost", room="project:atlas", volatile=True)
    await _tell(wire, "missed")
    _, got = await _come_back(wire, "websocket", data, offset, 1)
    assert [each[1] for each in _events(got)] == ["missed"]


async def without_recovery(wire: Wire) -> None:
    """Where recovery is off, events have no offset, and a pid in CONNECT means nothing"""
    session = await open_session(wire, "websocket")
    assert set(await connect(session, {"pid": "x", "offset": "y"})) == {"sid"}
    await session.send(JOIN)
    assert await session.receive()
    await _tell(wire, "plain")
    assert await session.receive() == '42["system:notification","plain"]'
