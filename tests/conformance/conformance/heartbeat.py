"""Heartbeat: the server pings, and closes when no pong comes."""

import asyncio
import time

from conformance.clause import given, on_both_transports
from conformance.sessions import (
    PollingSession,
    Session,
    connected,
    open_polling,
    open_session,
    open_websocket,
)
from conformance.wire import Closed, Wire

fast = given(ping_interval_ms=300, ping_timeout_ms=400)
patient = given(ping_interval_ms=300, ping_timeout_ms=20_000)


async def _connected_and_pinged(wire: Wire, transport: str) -> Session:
    """A session with the namespace joined that owes its first pong: a busy machine may ping first."""
    session = await open_session(wire, transport)
    await session.send("40")
    came = sorted([str(await session.receive()), str(await session.receive())])
    assert came[0] == "2", came
    assert came[1].startswith("40{"), came
    return session


@patient
@on_both_transports
async def pings_after_the_interval(wire: Wire, transport: str) -> None:
    """A ping comes pingInterval after the opening, not before, and again that long after each pong"""
    since = time.monotonic()
    session = await open_session(wire, transport)
    for _ in range(3):
        assert await session.receive() == "2"
        # Early by more than the clocks' grain is wrong on any machine; late is what a busy one does.
        assert time.monotonic() - since > 0.29
        since = time.monotonic()
        await session.send("3")


@patient
@on_both_transports
async def no_second_ping_without_a_pong(wire: Wire, transport: str) -> None:
    """Only a pong starts the next interval: events flow, and no further ping comes"""
    session = await _connected_and_pinged(wire, transport)
    until = time.monotonic() + 1.0
    while time.monotonic() < until:
        await session.send('421["join:project","atlas"]')
        assert str(await session.receive()).startswith("431")


@fast
async def missing_pong_on_a_websocket(wire: Wire) -> None:
    """Without a pong within pingTimeout the websocket is closed, with 1005, and the sid is unknown"""
    session = await open_websocket(wire)
    assert await session.receive() == "2"
    assert await session.receive() == Closed(1005)
    await wire.until_unknown(session.sid)


@fast
async def missing_pong_on_polling(wire: Wire) -> None:
    """Without a pong within pingTimeout the held GET gets a close packet, and the sid is unknown"""
    session = await open_polling(wire)
    assert (await session.poll()).text == "2"
    assert (await session.poll()).text == "1"
    await wire.until_unknown(session.sid)


@fast
async def nobody_polls(wire: Wire) -> None:
    """A session that is never polled times out like any other"""
    session = await open_polling(wire)
    # Not by the usual pong: that would keep it alive.
    await wire.until_unknown(session.sid, "6")


@given(ping_interval_ms=200, ping_timeout_ms=1_000)
async def pong_keeps_a_session(wire: Wire) -> None:
    """Pongs keep a session for longer than pingInterval and pingTimeout together"""
    session = await open_websocket(wire)
    for _ in range(8):
        assert await session.receive() == "2"
        await session.send("3")


@patient
async def pings_after_an_upgrade(wire: Wire) -> None:
    """After an upgrade pings come on the websocket"""
    session = await open_polling(wire)
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("2probe", "5")
    assert await websocket.receive() == "3probe"
    for _ in range(2):
        assert await websocket.receive() == "2"
        await websocket.send("3")


@given(ping_interval_ms=60_000, ping_timeout_ms=400)
async def no_ping_before_its_time(wire: Wire) -> None:
    """pingTimeout counts from a ping, not from the opening"""
    session = await connected(wire, "polling")
    assert isinstance(session, PollingSession)
    poll = await wire.held_get(session.sid)
    done, _ = await asyncio.wait([poll], timeout=1.0)
    assert not done
    await session.send('421["join:project","atlas"]')
    assert (await poll).text.startswith("431")


@given(ping_interval_ms=300, ping_timeout_ms=2_000)
async def packet_in_place_of_a_pong(wire: Wire) -> None:
    """Any packet that comes while a pong is due gives the client pingTimeout once more"""
    session = await _connected_and_pinged(wire, "websocket")
    await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=1.0)
    since = time.monotonic()
    await session.send("6")
    assert await session.receive() == Closed(1005)
    assert time.monotonic() - since > 1.6
