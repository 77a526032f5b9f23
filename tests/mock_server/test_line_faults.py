"""Faults of the line below Socket.IO, seen by clients that are not ours and by raw connections."""

import asyncio
import gc
import json
from typing import Any

import aiohttp
import httpx
import pytest

from mock_server.wire.session import Session

BOTH = pytest.mark.parametrize("transport", ["websocket", "polling"])
#: A machine may stall for half a second: who is well must not be taken for lost by that.
QUICK = {"ping_interval_ms": 100, "ping_timeout_ms": 1_000}


async def pair(stub: Any, transport: str) -> tuple[Any, Any]:
    """Return alice, on a line of her own kind, and bob on `transport`, both in the room."""
    alice, bob = await stub.connect("alice"), await stub.connect("bob", transport)
    await alice.join()
    await bob.join()
    return alice, bob


async def rename(stub: Any, alice: Any, title: str) -> None:
    """Let alice change a task, and hear of it: what could reach bob by then has reached him."""
    await alice.call("task:update", {"id": "t1", "title": title})
    await alice.fence()
    await stub.rest("GET", "/api/projects")


async def ask_for_websocket(stub: Any) -> httpx.Response:
    """Ask once; aiohttp's client would ask again after a reset."""
    headers = {"Connection": "Upgrade", "Upgrade": "websocket"}
    answer: httpx.Response = await stub.http.get("/socket.io/?EIO=4&transport=websocket", headers=headers)
    return answer


async def heartbeats(stub: Any, count: int) -> None:
    """Return when a session that nothing is wrong with has had so many pings."""
    async with stub.session.ws_connect(f"{stub.url}/socket.io/?EIO=4&transport=websocket") as raw:
        await raw.receive()
        for _ in range(count):
            assert (await raw.receive()).data == "2"
            await raw.send_str("3")


@BOTH
async def test_a_frozen_line_passes_nothing_until_it_is_mended(stub: Any, transport: str) -> None:
    alice, bob = await pair(stub, transport)
    await stub.post("freeze", user="bob")
    bob_says = asyncio.create_task(bob.call("task:update", {"id": "t2", "title": "From the ice"}))
    for title in ("One", "Two"):
        await rename(stub, alice, title)
    assert bob.names == []
    assert not await stub.journal(kind="received", user="bob", event="task:update")
    assert not bob_says.done()
    await stub.post("mend")
    assert [each["title"] for each in (await bob.heard("task:updated", 3))[:2]] == ["One", "Two"]
    assert (await bob_says)["ok"]
    assert not await stub.journal(kind="disconnect")


@BOTH
async def test_the_server_of_a_frozen_line_finds_out_by_its_heartbeat(stub: Any, transport: str) -> None:
    await stub.reset(gateway=QUICK)
    await pair(stub, transport)
    frozen = await stub.post("freeze", user="bob")
    await stub.wait(journal={"kind": "disconnect", "user": "bob"})
    (entry,) = await stub.journal(kind="disconnect", user="bob")
    assert entry["reason"] == "ping timeout"
    # What still asks for the session meets the same silence, until the line is mended: then it is unknown.
    url = f"/socket.io/?EIO=4&transport=polling&sid={frozen['eio_sids'][0]}"
    asking = asyncio.create_task(stub.http.get(url))
    await stub.rest("GET", "/api/projects")
    assert not asking.done()
    await stub.post("mend", eio_sids=frozen["eio_sids"])
    assert (await asking).json()["message"] == "Session ID unknown"


async def test_a_frozen_websocket_hears_no_close(stub: Any) -> None:
    await stub.reset(gateway=QUICK)
    async with stub.session.ws_connect(f"{stub.url}/socket.io/?EIO=4&transport=websocket") as raw:
        await raw.receive()
        token = json.dumps({"token": stub.people["bob"]["token"]})
        await raw.send_str("40" + token)
        while not (await raw.receive()).data.startswith("40"):
            pass
        await stub.post("freeze", user="bob")
        await stub.wait(journal={"kind": "disconnect", "user": "bob"})
        heard = asyncio.create_task(raw.receive())
        await stub.rest("GET", "/api/projects")
        assert not heard.done()
        await stub.post("mend")
        assert (await heard).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE)


async def test_a_starved_client_hears_events_but_no_ping(stub: Any) -> None:
    await stub.reset(gateway=QUICK)
    alice, bob = await pair(stub, "websocket")
    await stub.post("starve", user="bob")
    await rename(stub, alice, "Still told")
    assert (await bob.heard("task:updated"))[0]["title"] == "Still told"
    await bob.lost()


async def test_a_starved_poll_is_answered_by_events_alone(stub: Any) -> None:
    await stub.reset(gateway=QUICK)
    opened = await stub.http.get("/socket.io/?EIO=4&transport=polling")
    url = f"/socket.io/?EIO=4&transport=polling&sid={json.loads(opened.text[1:])['sid']}"
    assert (await stub.http.get(url)).text == "2"
    await stub.http.post(url, content="3")
    await stub.post("starve", all=True)
    parked = asyncio.create_task(stub.http.get(url))
    token = json.dumps({"token": stub.people["bob"]["token"]})
    await heartbeats(stub, 3)
    assert not parked.done()
    await stub.http.post(url, content="40" + token)
    assert (await parked).text.startswith("40")


@BOTH
async def test_a_starved_client_that_is_mended_in_time_stays(stub: Any, transport: str) -> None:
    await stub.reset(gateway={"ping_interval_ms": 100, "ping_timeout_ms": 60_000})
    _, bob = await pair(stub, transport)
    await stub.post("starve", all=True)
    await stub.post("mend", faults=["starve"])
    await bob.fence()
    assert bob.disconnects == 0


@BOTH
async def test_a_slow_line_keeps_the_order(stub: Any, transport: str) -> None:
    alice, bob = await pair(stub, transport)
    await stub.post("slow", user="bob", delay_ms=150)
    for title in ("One", "Two", "Three"):
        await rename(stub, alice, title)
    assert bob.names == []
    await stub.post("mend", faults=["slow"])
    await rename(stub, alice, "Four")
    heard = await bob.heard("task:updated", 4)
    assert [each["title"] for each in heard] == ["One", "Two", "Three", "Four"]
    (late, *_) = await stub.journal(kind="emitted", event="task:updated")
    assert [each["user"] for each in late["to"]] == ["alice", "bob"]


@BOTH
async def test_a_line_that_is_to_be_slow_is_so_on_each_connection_to_come(stub: Any, transport: str) -> None:
    await stub.post("slow", user="bob", delay_ms=150, coming=True)
    alice, bob = await pair(stub, transport)
    again = await stub.connect("bob", transport)
    await again.join()
    told = await stub.journal(kind="fault", name="slow", coming=True)
    assert [each["user"] for each in told] == ["bob", "bob"], "alice's line is as it was"
    await rename(stub, alice, "Late")
    assert bob.names == again.names == []
    await stub.post("mend", user="bob", faults=["slow"])
    last = await stub.connect("bob", transport)
    await last.join()
    assert await stub.journal(kind="fault", name="slow", coming=True) == told
    assert [each["title"] for each in await bob.heard("task:updated")] == ["Late"]


async def test_a_connection_to_come_gets_no_heartbeat(stub: Any) -> None:
    await stub.reset(gateway=QUICK)
    await stub.post("starve", all=True, coming=True)
    for _ in range(2):
        await (await stub.connect("bob")).lost()
    await stub.post("mend", faults=["starve"])
    bob = await stub.connect("bob")
    await heartbeats(stub, 5)
    await bob.fence()
    assert bob.disconnects == 0


async def test_sessions_without_heartbeat_are_told_until_they_are_mended(stub: Any) -> None:
    _alice, _bob = await pair(stub, "websocket")
    assert (await stub.control("GET", "silent"))["eio_sids"] == []
    starved = (await stub.control("POST", "starve", {"user": "alice"}))["eio_sids"]
    frozen = (await stub.control("POST", "freeze", {"user": "bob"}))["eio_sids"]
    assert (await stub.control("GET", "silent"))["eio_sids"] == [*starved, *frozen]
    await stub.control("POST", "slow", {"user": "alice", "delay_ms": 1})
    await stub.control("POST", "mend", {"eio_sids": [*starved, *frozen], "faults": ["starve", "freeze"]})
    assert (await stub.control("GET", "silent"))["eio_sids"] == []


async def test_a_socket_has_no_connections_to_come(stub: Any) -> None:
    refused = await stub.control("POST", "slow", {"sid": "x", "delay_ms": 1, "coming": True}, status=400)
    assert "a socket has no connections to come: give user or all with coming" in refused["error"]


async def test_requests_of_a_session_meet_a_server_that_does_not_know_it(stub: Any) -> None:
    bob = await stub.connect("bob", "polling")
    await stub.post("unknown-sid", user="bob", times=1)
    await stub.post("emit", event="system:notification", user="bob")  # ends the poll that is parked
    await bob.lost()
    assert [each["code"] for each in await stub.journal(kind="refused")] == ["UNKNOWN_SID"]
    await stub.connect("bob", "polling")


async def test_other_sessions_are_known(stub: Any) -> None:
    bob, alice = await stub.connect("bob", "polling"), await stub.connect("alice", "polling")
    await stub.post("unknown-sid", user="bob", times="all")
    await stub.post("emit", event="system:notification", user="bob")
    await bob.lost()
    await alice.join()


@BOTH
async def test_an_event_that_goes_astray_reaches_somebody_outside_the_room(stub: Any, transport: str) -> None:
    alice, carol = await stub.connect("alice"), await stub.connect("carol", transport)
    await alice.join()
    await stub.post("misroute", event="task:*", user="carol", times=1)
    for title in ("Astray", "Not astray"):
        await rename(stub, alice, title)
    await carol.fence()
    assert [data["title"] for _, data in carol.events] == ["Astray"]
    (entry,) = await stub.journal(kind="fault", name="misrouted")
    assert (entry["event"], entry["users"]) == ("task:updated", ["carol"])


@pytest.mark.parametrize("code", [1001, 1012])
async def test_a_cut_with_a_code_is_that_websockets_close_code(stub: Any, code: int) -> None:
    async with stub.session.ws_connect(f"{stub.url}/socket.io/?EIO=4&transport=websocket") as raw:
        await raw.receive()
        await stub.post("cut", all=True, code=code)
        await raw.receive()
        assert raw.close_code == code


async def test_a_cut_without_a_code_is_no_close_frame(stub: Any) -> None:
    async with stub.session.ws_connect(f"{stub.url}/socket.io/?EIO=4&transport=websocket") as raw:
        await raw.receive()
        await stub.post("cut", all=True)
        await raw.receive()
        assert raw.close_code == 1006


async def test_a_cut_with_a_code_is_a_close_packet_on_polling(stub: Any) -> None:
    opened = await stub.http.get("/socket.io/?EIO=4&transport=polling")
    sid = json.loads(opened.text[1:])["sid"]
    poll = asyncio.create_task(stub.http.get(f"/socket.io/?EIO=4&transport=polling&sid={sid}"))
    await stub.rest("GET", "/api/projects")
    await stub.post("cut", all=True, code=1001)
    assert (await poll).text == "1"


async def test_a_code_that_is_never_sent_is_refused(stub: Any) -> None:
    answer = await stub.control("POST", "cut", {"all": True, "code": 1006}, status=400)
    assert "1006 is never sent (RFC 6455, 7.4.1)" in answer["error"]


async def test_an_upgrade_that_hangs_is_never_answered(stub: Any) -> None:
    await stub.post("refuse", upgrade="hang")
    asking = asyncio.create_task(ask_for_websocket(stub))
    await stub.wait(journal={"kind": "refused", "code": "UPGRADE", "status": 0})
    await (await stub.connect("bob", "polling")).join()
    assert not asking.done()
    await stub.post("refuse", upgrade=False)
    with pytest.raises(httpx.RemoteProtocolError):
        await asking
    await (await stub.connect("bob", "websocket")).join()


async def test_a_reset_ends_a_freeze_and_what_hangs(stub: Any) -> None:
    bob = await stub.connect("bob")
    await stub.post("freeze", user="bob")
    await stub.post("refuse", upgrade="hang")
    asking = asyncio.create_task(ask_for_websocket(stub))
    await stub.wait(journal={"kind": "refused", "code": "UPGRADE"})
    await stub.reset()
    await bob.lost()
    with pytest.raises(httpx.RemoteProtocolError):
        await asking


async def test_a_connection_that_has_ended_leaves_nothing_of_its_slow_line(stub: Any) -> None:
    await stub.post("slow", user="bob", delay_ms=1, coming=True)
    for _ in range(3):
        bob = await stub.connect("bob")
        await bob.join()
        sid = bob.sid
        await bob.client.disconnect()
        await stub.wait(gone=sid)
    gc.collect()
    assert [each.sid for each in gc.get_objects() if isinstance(each, Session)] == []
