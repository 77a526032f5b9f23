"""The protocol itself, packet by packet: handshakes, recovery, upgrades, and what cannot be read."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import aiohttp
import pytest

from mock_server.wire.packets import Outgoing
from mock_server.wire.session import Session

DEADLINE_S = 5.0


class Raw:
    """A websocket that speaks Engine.IO text packets."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.missed: list[list[Any]] = []
        """The events that came before the CONNECT packet, without their offsets."""
        self.offset = ""

    async def send(self, packet: str) -> None:
        await self.socket.send_str(packet)

    async def packet(self) -> str:
        """Return the next packet that is neither ping nor noop; pings are answered."""
        async with asyncio.timeout(DEADLINE_S):
            while (message := await self.socket.receive()).type is aiohttp.WSMsgType.TEXT:
                if message.data == "2":
                    await self.send("3")
                elif message.data != "6":
                    return str(message.data)
        return "closed"

    async def connect(self, **auth: Any) -> Any:
        """Connect the default namespace; returns the CONNECT packet's data."""
        await self.send("40" + json.dumps(auth))
        while (packet := await self.packet()).startswith("42["):
            *event, self.offset = json.loads(packet[2:])
            self.missed.append(event)
        assert packet.startswith("40{"), packet
        return json.loads(packet[2:])

    async def call(self, event: str, data: Any) -> Any:
        """Send an event with ack id 0; returns the acknowledgement, skipping nothing."""
        await self.send("420" + json.dumps([event, data]))
        packet = await self.packet()
        assert packet.startswith("430["), packet
        return json.loads(packet[3:])[0]

    async def event(self) -> list[Any]:
        packet = await self.packet()
        assert packet.startswith("42["), packet
        return list(json.loads(packet[2:]))


Open = Callable[[], AbstractAsyncContextManager[Raw]]


@pytest.fixture
def open_raw(stub: Any) -> Open:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Raw]:
        url = f"{stub.url}/socket.io/?EIO=4&transport=websocket"
        async with stub.session.ws_connect(url) as socket:
            raw = Raw(socket)
            assert (await raw.packet()).startswith("0{")
            yield raw

    return opened


async def test_open_packet_tells_the_settings_in_milliseconds(stub: Any) -> None:
    await stub.reset(gateway={"ping_interval_ms": 300, "ping_timeout_ms": 250, "max_payload_bytes": 5_000})
    opened = (await stub.http.get("/socket.io/?EIO=4&transport=polling")).text
    said = json.loads(opened[1:])
    assert said.pop("sid")
    assert said == {
        "upgrades": ["websocket"],
        "pingInterval": 300,
        "pingTimeout": 250,
        "maxPayload": 5_000,
    }


async def test_transports_can_be_limited(stub: Any) -> None:
    await stub.reset(gateway={"transports": ["polling"]})
    opened = (await stub.http.get("/socket.io/?EIO=4&transport=polling")).text
    assert json.loads(opened[1:])["upgrades"] == []
    assert (await stub.http.get("/socket.io/?EIO=4&transport=websocket")).status_code == 400
    assert (await stub.http.get("/socket.io/?EIO=3&transport=polling")).status_code == 400


async def test_an_upgrade_is_journaled(stub: Any) -> None:
    opened = (await stub.http.get("/socket.io/?EIO=4&transport=polling")).text
    eio_sid = json.loads(opened[1:])["sid"]
    path = f"/socket.io/?EIO=4&transport=polling&sid={eio_sid}"
    await stub.http.post(path, content="40" + json.dumps({"token": stub.people["bob"]["token"]}))
    assert (await stub.http.get(path)).text.startswith("40{")
    url = f"{stub.url}/socket.io/?EIO=4&transport=websocket&sid={eio_sid}"
    async with stub.session.ws_connect(url) as socket:
        raw = Raw(socket)
        await raw.send("2probe")
        assert await raw.packet() == "3probe"
        await raw.send("5")
        assert (await raw.call("join:project", "atlas"))["ok"]
    (entry,) = await stub.journal(kind="upgrade")
    assert (entry["user"], entry["transport"], entry["eio_sid"]) == ("bob", "websocket", eio_sid)


async def test_a_burst_in_one_long_polling_request_arrives_whole(stub: Any) -> None:
    opened = (await stub.http.get("/socket.io/?EIO=4&transport=polling")).text
    path = f"/socket.io/?EIO=4&transport=polling&sid={json.loads(opened[1:])['sid']}"
    await stub.http.post(path, content="40" + json.dumps({"token": stub.people["bob"]["token"]}))
    burst = [f'42["task:update",{{"id":"t1","title":"Title {number}"}}]' for number in range(50)]
    assert (await stub.http.post(path, content="\x1e".join(burst))).text == "ok"
    await stub.wait(journal={"kind": "store"}, count=50)
    assert (await stub.task("t1"))["title"] == "Title 49"


@pytest.mark.parametrize(
    "packet",
    [
        "4",
        "9",
        "x",
        "42{",
        "42[]",
        "42[null]",
        "40[1]",
        '42["connect",{}]',
        '42["disconnect"]',
        '42{"a":1}',
        "4x",
        "",
        "49",
        "40{",
        "44{}",
    ],
)
async def test_unreadable_packets_close_the_connection(stub: Any, open_raw: Open, packet: str) -> None:
    bystander = await stub.connect("alice")
    async with open_raw() as raw:
        await raw.connect(token=stub.people["bob"]["token"])
        await raw.send(packet)
        assert await raw.packet() == "closed"
    await stub.wait(connections=0, user="bob")
    assert len(await stub.journal(kind="error")) == 1
    await bystander.join()


async def test_an_unreadable_long_polling_payload_ends_the_session(stub: Any) -> None:
    opened = (await stub.http.get("/socket.io/?EIO=4&transport=polling")).text
    path = f"/socket.io/?EIO=4&transport=polling&sid={json.loads(opened[1:])['sid']}"
    assert (await stub.http.post(path, content="x")).text == "ok"
    assert (await stub.http.get(path)).status_code == 400
    assert len(await stub.journal(kind="error")) == 1


async def test_a_second_connect_closes_the_connection(stub: Any, open_raw: Open) -> None:
    token = stub.people["bob"]["token"]
    async with open_raw() as raw:
        await raw.connect(token=token)
        await raw.send("40" + json.dumps({"token": token}))
        assert await raw.packet() == "closed"
    await stub.wait(connections=0)


async def test_other_namespaces_are_refused(stub: Any, open_raw: Open) -> None:
    async with open_raw() as raw:
        await raw.send("40/admin,{}")
        assert await raw.packet() == '44/admin,{"message":"Invalid namespace"}'


async def test_names_of_client_libraries_are_events_like_any_other(stub: Any, open_raw: Open) -> None:
    async with open_raw() as raw:
        await raw.connect(token=stub.people["bob"]["token"])
        for name in ("*", "message", "error", "ping"):
            assert (await raw.call(name, {}))["error"]["code"] == "UNSCRIPTED"
        assert (await raw.call("join:project", "atlas"))["ok"]


async def test_an_event_without_ack_id_gets_no_ack(stub: Any, open_raw: Open) -> None:
    async with open_raw() as raw:
        await raw.connect(token=stub.people["bob"]["token"])
        await raw.send('42["join:project","atlas"]')
        assert (await raw.call("join:project", "atlas"))["ok"]
    assert [entry["ack"] for entry in await stub.journal(kind="received")] == [False, True]
    assert len(await stub.journal(kind="ack")) == 1


async def test_a_silent_client_is_given_up(stub: Any, open_raw: Open) -> None:
    await stub.reset(gateway={"ping_interval_ms": 100, "ping_timeout_ms": 100})
    async with open_raw() as raw:
        await raw.send("40" + json.dumps({"token": stub.people["bob"]["token"]}))
        await stub.wait(journal={"kind": "disconnect"})
    assert [entry["reason"] for entry in await stub.journal(kind="disconnect")] == ["ping timeout"]


# -- connection state recovery -------------------------------------------------------------------------------


async def recovering(stub: Any, **gateway: Any) -> str:
    await stub.reset(gateway={"recovery": True, **gateway})
    return str(stub.people["bob"]["token"])


async def seen_one_event(stub: Any, raw: Raw, token: str) -> tuple[str, str, str]:
    """Connect, join, hear one event; returns (sid, pid, offset)."""
    opened = await raw.connect(token=token)
    await raw.call("join:project", "atlas")
    await stub.post("emit", event="seen", data=1, room="project:atlas")
    name, data, offset = await raw.event()
    assert (name, data) == ("seen", 1)
    return opened["sid"], opened["pid"], offset


async def test_without_recovery_there_is_neither_pid_nor_offset(stub: Any, open_raw: Open) -> None:
    async with open_raw() as raw:
        assert set(await raw.connect(token=stub.people["bob"]["token"])) == {"sid"}
        await stub.post("emit", event="seen", data=1)
        assert await raw.event() == ["seen", 1]


async def test_missed_events_are_replayed_in_order_after_a_cut(stub: Any, open_raw: Open) -> None:
    token = await recovering(stub)
    async with open_raw() as raw:
        sid, pid, offset = await seen_one_event(stub, raw, token)
        # Sent to the live socket, but lost with it.
        await stub.post("emit", event="lost", data=2, room="project:atlas")
        await stub.post("cut", user="bob")
        for number, address in enumerate(({"room": "project:atlas"}, {"user": "bob"}, {"user": "alice"})):
            await stub.post("emit", event="missed", data=number, **address)
    async with open_raw() as raw:
        opened = await raw.connect(token=token, pid=pid, offset=offset)
        assert (opened["pid"], opened["sid"]) == (pid, sid)
        assert raw.missed == [["lost", 2], ["missed", 0], ["missed", 1]]
        await stub.post("emit", event="fresh", data=3, room="project:atlas")
        assert (await raw.event())[:2] == ["fresh", 3]
    assert [entry["recovered"] for entry in await stub.journal(kind="connect")] == [False, True]
    assert [entry["room"] for entry in await stub.journal(kind="join")] == ["project:atlas"] * 2


async def test_nothing_is_noted_as_sent_later_than_it_was(
    stub: Any, open_raw: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long this process stood still in between, as on a machine with no processor to spare."""
    sent: list[float] = []
    send = Session.send

    def send_and_stand_still(session: Session, packet: Outgoing) -> bool:
        sent.append(time.time())
        taken = send(session, packet)
        time.sleep(0.01)
        return taken

    def noted(kind: str) -> float:
        return float(next(entry["t"] for entry in reversed(journal.since()) if entry["kind"] == kind))

    token = await recovering(stub)
    journal = stub.server.world.journal
    async with open_raw() as raw:
        _, pid, offset = await seen_one_event(stub, raw, token)
    await stub.wait(connections=0)
    await stub.post("emit", event="missed", data=1, room="project:atlas")
    async with open_raw() as raw:
        monkeypatch.setattr(Session, "send", send_and_stand_still)
        await raw.connect(token=token, pid=pid, offset=offset)
        assert raw.missed == [["missed", 1]]
        assert max(noted("emitted"), noted("connect"), noted("join")) <= sent[0]
        sent.clear()
        await stub.post("emit", event="fresh", user="bob")
        await raw.event()
        assert noted("emitted") <= sent[0]
        sent.clear()
        await raw.call("join:project", "atlas")
        assert noted("ack") <= sent[0]


async def test_it_can_be_resumed_again(stub: Any, open_raw: Open) -> None:
    token = await recovering(stub)
    async with open_raw() as raw:
        _, pid, offset = await seen_one_event(stub, raw, token)
    for number in range(3):
        await stub.wait(connections=0)
        await stub.post("emit", event="missed", data=number, room="project:atlas")
        async with open_raw() as raw:
            assert (await raw.connect(token=token, pid=pid, offset=offset))["pid"] == pid
            assert raw.missed == [["missed", number]]
            offset = raw.offset


@pytest.mark.parametrize(
    "auth",
    [
        {},
        {"pid": None, "offset": None},
        {"pid": "unknown", "offset": "unknown"},
        {"pid": 7, "offset": 8},
        {"pid": "PID"},
        {"pid": "PID", "offset": "unknown"},
        {"pid": "PID", "offset": ["x"]},
    ],
)
async def test_what_cannot_be_resumed_starts_anew(stub: Any, open_raw: Open, auth: Any) -> None:
    token = await recovering(stub)
    async with open_raw() as raw:
        _, pid, _ = await seen_one_event(stub, raw, token)
    await stub.wait(connections=0)
    auth = {name: pid if value == "PID" else value for name, value in auth.items()}
    async with open_raw() as raw:
        assert (await raw.connect(token=token, **auth))["pid"] != pid
    assert (await stub.journal(kind="connect"))[-1]["recovered"] is False


async def test_nobody_elses_session_can_be_resumed(stub: Any, open_raw: Open) -> None:
    token = await recovering(stub)
    async with open_raw() as raw:
        _, pid, offset = await seen_one_event(stub, raw, token)
    await stub.wait(connections=0)
    await stub.post("emit", event="secret", data=1, room="project:atlas")
    async with open_raw() as raw:
        opened = await raw.connect(token=stub.people["carol"]["token"], pid=pid, offset=offset)
        assert opened["pid"] != pid
        await stub.post("emit", event="open", data=2)
        assert (await raw.event())[:2] == ["open", 2]


@pytest.mark.parametrize("ending", ["kick", "leave", "restart"])
async def test_an_ending_on_purpose_cannot_be_resumed(stub: Any, open_raw: Open, ending: str) -> None:
    token = await recovering(stub)
    async with open_raw() as raw:
        _, pid, offset = await seen_one_event(stub, raw, token)
        if ending == "kick":
            await stub.post("kick", user="bob")
        elif ending == "restart":
            await stub.post("restart")
        else:
            await raw.send("41")
        await stub.wait(connections=0)
    async with open_raw() as raw:
        assert (await raw.connect(token=token, pid=pid, offset=offset))["pid"] != pid


async def test_a_member_removed_while_away_gets_nothing_back(stub: Any, open_raw: Open) -> None:
    token = await recovering(stub)
    async with open_raw() as raw:
        _, pid, offset = await seen_one_event(stub, raw, token)
    await stub.wait(connections=0)
    await stub.post("member", project="atlas", user="bob", member=False)
    await stub.post("emit", event="secret", data=1, room="project:atlas")
    async with open_raw() as raw:
        assert (await raw.connect(token=token, pid=pid, offset=offset))["pid"] == pid
        await stub.post("emit", event="open", data=2)
        assert (await raw.event())[:2] == ["open", 2]
