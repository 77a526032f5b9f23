"""Upgrade: from long polling to a websocket, and every way it can go wrong."""

import asyncio

from conformance.clause import given
from conformance.sessions import PollingSession, connected, open_polling, open_websocket, upgraded
from conformance.wire import Closed, Wire

BAD_REQUEST = {"code": 3, "message": "Bad request"}


async def _polling(wire: Wire) -> PollingSession:
    session = await connected(wire, "polling")
    assert isinstance(session, PollingSession)
    return session


async def probe_is_answered(wire: Wire) -> None:
    """`2probe` is answered with `3probe`"""
    session = await _polling(wire)
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("2probe")
    assert await websocket.receive() == "3probe"


async def probe_lets_a_held_get_go(wire: Wire) -> None:
    """After a probe the held GET is answered with a noop"""
    session = await _polling(wire)
    poll = await wire.held_get(session.sid)
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("2probe")
    assert await websocket.receive() == "3probe"
    assert (await poll).text == "6"


async def get_after_a_probe(wire: Wire) -> None:
    """Between probe and upgrade a new GET is let go with a noop too"""
    session = await _polling(wire)
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("2probe")
    assert await websocket.receive() == "3probe"
    assert (await session.poll()).text == "6"
    assert (await session.poll()).text == "6"


async def nothing_unasked_comes_after_the_upgrade(wire: Wire) -> None:
    """After `5` the first thing on the websocket is the next packet for the client"""
    session = await _polling(wire)
    websocket = await upgraded(wire, session)
    await websocket.send('421["join:project","atlas"]')
    assert str(await websocket.receive()).startswith("431")


async def polling_goes_on_until_the_upgrade(wire: Wire) -> None:
    """Between probe and upgrade packets still go over polling"""
    session = await _polling(wire)
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("2probe")
    assert await websocket.receive() == "3probe"
    await session.send('421["join:project","atlas"]')
    while (packet := await session.receive()) == "6":
        pass
    assert str(packet).startswith("431")


async def packets_that_waited(wire: Wire) -> None:
    """What gathered while no GET was held comes on the websocket after the upgrade, in order"""
    session = await _polling(wire)
    await session.send('421["join:project","atlas"]')
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("2probe", "5")
    assert await websocket.receive() == "3probe"
    assert str(await websocket.receive()).startswith("431")


async def get_after_the_upgrade(wire: Wire) -> None:
    """After the upgrade a GET with the sid is refused with 400, code 3, and the session goes on"""
    session = await _polling(wire)
    websocket = await upgraded(wire, session)
    await websocket.send('421["join:project","atlas"]')
    assert str(await websocket.receive()).startswith("431")
    answer = await session.poll()
    assert (answer.status, answer.json) == (400, BAD_REQUEST)
    await websocket.send('422["join:project","atlas"]')
    assert str(await websocket.receive()).startswith("432")


async def post_after_the_upgrade(wire: Wire) -> None:
    """After the upgrade a POST with the sid is refused with 400, code 3, and nothing of it is taken"""
    session = await _polling(wire)
    websocket = await upgraded(wire, session)
    await websocket.send('421["join:project","atlas"]')
    assert str(await websocket.receive()).startswith("431")
    answer = await session.post('422["join:project","atlas"]')
    assert (answer.status, answer.json) == (400, BAD_REQUEST)
    await websocket.send('423["join:project","atlas"]')
    assert str(await websocket.receive()).startswith("433")


async def second_websocket_after_the_upgrade(wire: Wire) -> None:
    """A second websocket for an upgraded session is opened and closed at once with 1005"""
    session = await _polling(wire)
    websocket = await upgraded(wire, session)
    await websocket.send('421["join:project","atlas"]')
    assert str(await websocket.receive()).startswith("431")
    second = await wire.websocket(sid=session.sid)
    assert await second.receive() == Closed(1005)
    await websocket.send('422["join:project","atlas"]')
    assert str(await websocket.receive()).startswith("432")


async def second_websocket_while_upgrading(wire: Wire) -> None:
    """A second websocket during an upgrade is opened and closed at once; the first goes on"""
    session = await _polling(wire)
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("2probe")
    assert await websocket.receive() == "3probe"
    second = await wire.websocket(sid=session.sid)
    assert await second.receive() == Closed(1005)
    await websocket.send("5", '421["join:project","atlas"]')
    assert str(await websocket.receive()).startswith("431")


async def websocket_with_the_sid_of_a_websocket(wire: Wire) -> None:
    """A websocket that names the sid of a session that began on one: its first packet closes it, not that"""
    session = await connected(wire, "websocket")
    second = await wire.websocket(sid=session.sid)
    await second.send("4x")
    assert await second.receive() == Closed(1005)
    await session.send('421["join:project","atlas"]')
    assert str(await session.receive()).startswith("431")


async def wrong_probe(wire: Wire) -> None:
    """A probe of other words closes the websocket; the session stays on polling"""
    session = await _polling(wire)
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("2other")
    assert await websocket.receive() == Closed(1005)
    await session.send('421["join:project","atlas"]')
    assert str(await session.receive()).startswith("431")


async def message_in_place_of_a_probe(wire: Wire) -> None:
    """A message in place of a probe closes the websocket; the session stays on polling"""
    session = await _polling(wire)
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send('421["join:project","atlas"]')
    assert await websocket.receive() == Closed(1005)
    await session.send('422["join:project","atlas"]')
    assert str(await session.receive()).startswith("432")


async def upgrade_without_a_probe(wire: Wire) -> None:
    """`5` without a probe upgrades too"""
    session = await _polling(wire)
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("5", '421["join:project","atlas"]')
    assert str(await websocket.receive()).startswith("431")


async def websocket_that_leaves_before_the_upgrade(wire: Wire) -> None:
    """A websocket that closes after its probe leaves the session on polling; another may try again"""
    session = await _polling(wire)
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("2probe")
    assert await websocket.receive() == "3probe"
    await websocket.socket.close()
    await session.send('421["join:project","atlas"]')
    while (packet := await session.receive()) == "6":
        pass
    assert str(packet).startswith("431")
    again = await wire.websocket(sid=session.sid)
    await again.send("2probe")
    assert await again.receive() == "3probe"


@given(upgrade_timeout_ms=1_000)
async def upgrade_that_takes_too_long(wire: Wire) -> None:
    """A websocket that does not finish within upgradeTimeout is closed; the session stays on polling"""
    session = await _polling(wire)
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("2probe")
    assert await websocket.receive() == "3probe"
    assert await websocket.receive() == Closed(1005)
    await session.send('421["join:project","atlas"]')
    while (packet := await session.receive()) == "6":
        pass
    assert str(packet).startswith("431")


async def session_that_closes_while_upgrading(wire: Wire) -> None:
    """When the polling session is closed during an upgrade, the websocket is closed too"""
    session = await _polling(wire)
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("2probe")
    assert await websocket.receive() == "3probe"
    await session.post("1")
    assert await websocket.receive() == Closed(1005)
    await wire.until_unknown(session.sid)


async def websocket_of_an_upgraded_session_closes(wire: Wire) -> None:
    """When the websocket of an upgraded session closes, the session is gone: no way back to polling"""
    session = await _polling(wire)
    websocket = await upgraded(wire, session)
    await websocket.send('421["join:project","atlas"]')
    assert str(await websocket.receive()).startswith("431")
    await websocket.socket.close()
    await wire.until_unknown(session.sid)


async def get_held_over_the_upgrade(wire: Wire) -> None:
    """A GET that is held when `5` arrives is let go with a close packet or a noop, never left hanging"""
    session = await _polling(wire)
    websocket = await wire.websocket(sid=session.sid)
    poll = await wire.held_get(session.sid)
    await websocket.send("5", '421["join:project","atlas"]')
    assert str(await websocket.receive()).startswith("431")
    assert (await poll).text in ("1", "6")


async def both_transports_do_not_cross(wire: Wire) -> None:
    """A session that began on a websocket answers no polling: 400, code 3"""
    session = await open_websocket(wire)
    answer = await wire.get(sid=session.sid)
    assert (answer.status, answer.json) == (400, BAD_REQUEST)


async def probes_of_many_sessions(wire: Wire) -> None:
    """Ten sessions upgrade at the same time without getting in each other's way"""
    sessions = [await open_polling(wire) for _ in range(10)]

    async def upgrade(session: PollingSession, number: int) -> str:
        websocket = await wire.websocket(sid=session.sid)
        await websocket.send("2probe", "5", "40")
        assert await websocket.receive() == "3probe"
        assert str(await websocket.receive()).startswith("40{")
        await websocket.send(f'42{number}["join:project","atlas"]')
        return str(await websocket.receive())

    answers = await asyncio.gather(*(upgrade(each, number) for number, each in enumerate(sessions)))
    assert [answer.partition("[")[0] for answer in answers] == [f"43{number}" for number in range(10)]
