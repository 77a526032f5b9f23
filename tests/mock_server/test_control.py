"""Each verb of the control API, against the real stub."""

import asyncio
import json
from contextlib import nullcontext
from typing import Any

import httpx
import pytest

from mock_server.control.waiting import Condition, wait_for

BOTH = pytest.mark.parametrize("transport", ["websocket", "polling"])


async def test_needs_the_token(stub: Any) -> None:
    for headers in ({}, {"X-Stub-Token": "wrong"}, {"X-Stub-Token": "wröng".encode()}):
        answer = await stub.http.get("/__stub__/state", headers=headers)
        assert answer.status_code == 401
        assert "X-Stub-Token" in answer.json()["error"]


async def test_unknown_verbs_and_bodies_are_refused(stub: Any) -> None:
    assert "Known" in (await stub.control("GET", "nothing", status=404))["error"]
    assert "Known" in (await stub.control("GET", "reset", status=404))["error"]
    assert (await stub.control("POST", "cut", {}, status=400))["error"]
    assert (await stub.control("POST", "cut", {"usr": "alice"}, status=400))["error"]
    assert (await stub.control("POST", "ack-fault", {"event": "task:*"}, status=400))["error"]
    assert "since" in (await stub.control("GET", "journal?since=-1", status=400))["error"]


async def test_state_names_the_world(stub: Any) -> None:
    state = await stub.control("GET", "state")
    assert (state["scenario"], state["seed"], state["echo"]) == ("tests", 42, "room")
    assert state["gateway_url"] == stub.url
    assert set(state["people"]["alice"]) == {"id", "name", "email", "password", "role", "token"}
    assert state["people"]["alice"]["role"] == "admin"


@BOTH
async def test_reset_starts_anew_on_the_same_ports(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await bob.join()
    await stub.rest("DELETE", "/api/tasks/t1")
    await stub.post("outage", on=True)
    before = await stub.control("GET", "state")
    after = await stub.reset()
    await bob.lost()
    assert after["world"] == before["world"] + 1
    assert after["gateway_url"] == before["gateway_url"]
    assert (await stub.task("t1"))["version"] == 1
    assert (await stub.control("GET", "connections"))["connections"] == []
    assert [entry["seq"] for entry in await stub.journal()] == list(range(len(await stub.journal())))
    assert (await stub.rest("GET", "/api/tasks/t1")).status_code == 200


async def test_reset_by_name_and_with_seed(stub: Any) -> None:
    state = await stub.post("reset", scenario="tiny", seed=7)
    assert (state["scenario"], state["seed"], list(state["people"])) == ("tiny", 7, ["eve"])


async def test_a_bad_reset_says_why_and_keeps_the_world(stub: Any) -> None:
    world = (await stub.control("GET", "state"))["world"]
    unknown = await stub.control("POST", "reset", {"scenario": "tni"}, status=400)
    assert "tiny" in unknown["error"]
    bad = await stub.control("POST", "reset", {"document": {"poeple": {}}}, status=400)
    assert "people" in bad["error"]
    await stub.control("POST", "reset", {}, status=400)
    assert (await stub.control("GET", "state"))["world"] == world


async def test_an_old_session_is_unknown_after_a_reset(stub: Any) -> None:
    opened = await stub.http.get("/socket.io/?EIO=4&transport=polling")
    eio_sid = opened.text.split('"sid":"')[1].split('"')[0]
    path = f"/socket.io/?EIO=4&transport=polling&sid={eio_sid}"
    assert (await stub.http.post(path, content="40")).status_code == 200
    await stub.reset()
    assert (await stub.http.get(path)).status_code == 400
    assert [entry["code"] for entry in await stub.journal(kind="refused")] == ["UNKNOWN_SID"]


@BOTH
async def test_restart_loses_sockets_and_rooms_but_no_data(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await bob.join()
    await bob.call("task:update", {"id": "t1", "title": "Kept"})
    await stub.post("restart")
    await bob.lost()
    assert (await stub.control("GET", "rooms"))["rooms"] == {}
    assert (await stub.task("t1"))["title"] == "Kept"


async def test_store_is_sorted_by_column_and_place(stub: Any) -> None:
    await stub.rest("POST", "/api/tasks/t1/move", {"status": "todo", "index": 1})
    store = await stub.control("GET", "store")
    assert [task["id"] for task in store["tasks"]] == ["t2", "t1", "t3", "b1"]
    assert [project["id"] for project in store["projects"]] == ["atlas", "borealis"]
    assert store["epics"][0]["progress"] == 50
    assert [sprint["status"] for sprint in store["sprints"]] == ["started", "planned"]


@BOTH
async def test_connections_and_rooms(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await bob.join()
    (connection,) = (await stub.control("GET", "connections"))["connections"]
    assert (connection["sid"], connection["user"]) == (bob.sid, "bob")
    assert (connection["transport"], connection["rooms"]) == (transport, ["project:atlas"])
    rooms = (await stub.control("GET", "rooms"))["rooms"]
    assert rooms == {"project:atlas": [{"sid": bob.sid, "user": "bob"}]}


async def test_journal_since_is_inclusive_and_next_goes_on(stub: Any) -> None:
    first = await stub.control("GET", "journal?since=0")
    await stub.rest("GET", "/api/projects")
    second = await stub.control("GET", f"journal?since={first['next']}")
    assert [(entry["seq"], entry["kind"]) for entry in second["entries"]] == [(first["next"], "rest")]
    beyond = await stub.control("GET", "journal?since=1000000000")
    assert (beyond["entries"], beyond["next"]) == ([], second["next"])


async def test_no_secret_gets_into_the_journal(stub: Any) -> None:
    login = {"email": "bob@example.com", "password": "bob-has-a-secret"}
    await stub.http.post("/api/auth/login", json=login)
    await stub.http.post("/api/auth/refresh", json={"token": stub.people["bob"]["token"]})
    bob = await stub.connect("bob")
    await bob.call("task:create", {"projectId": "atlas", "title": stub.people["bob"]["token"][:190]})
    journal = str(await stub.journal())
    assert "bob-has-a-secret" not in journal
    assert stub.people["bob"]["token"] not in journal
    assert "bob@example.com" in journal


@BOTH
async def test_emit_is_raw_and_goes_where_it_is_told(stub: Any, transport: str) -> None:
    alice, bob = await stub.connect("alice", transport), await stub.connect("bob", transport)
    await bob.join()
    sent = await stub.post("emit", event="task:updated", data={"id": "__proto__"}, room="project:atlas")
    assert sent["to"] == [bob.sid]
    assert (await stub.journal(kind="emitted"))[-1]["seq"] == sent["seq"]
    assert (await stub.post("emit", event="a", data=None, user="alice"))["to"] == [alice.sid]
    assert (await stub.post("emit", event="b", data=[1], sid=alice.sid))["to"] == [alice.sid]
    assert (await stub.post("emit", event="c"))["to"] == [alice.sid, bob.sid]
    assert (await stub.post("emit", event="d", data=1, room="nowhere"))["to"] == []
    await alice.fence()
    assert alice.events == [("a", None), ("b", [1]), ("c", None)]
    await stub.control("POST", "emit", {"event": "e", "room": "x", "sid": "y"}, status=400)


@BOTH
async def test_cut_ends_the_connection_and_its_session(stub: Any, transport: str) -> None:
    alice, bob = await stub.connect("alice", transport), await stub.connect("bob", transport)
    await alice.join()
    await bob.join()
    sid = bob.sid
    assert (await stub.post("cut", user="bob"))["cut"] == [sid]
    await bob.lost()
    assert [each["user"] for each in (await stub.control("GET", "connections"))["connections"]] == ["alice"]
    (entry,) = await stub.journal(kind="disconnect")
    assert (entry["sid"], entry["reason"]) == (sid, "transport close")
    await alice.call("task:update", {"id": "t1", "title": "Still here"})
    await alice.heard("task:updated")
    assert (await stub.post("cut", all=True))["cut"] == [alice.sid]
    await alice.lost()


@BOTH
async def test_kick_is_a_disconnect_by_the_server(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    sid = bob.sid
    assert (await stub.post("kick", sid=sid))["kicked"] == [sid]
    await bob.lost()
    (entry,) = await stub.journal(kind="disconnect")
    assert entry["reason"] == "server namespace disconnect"


@BOTH
async def test_refused_handshakes_are_counted_down(stub: Any, transport: str) -> None:
    await stub.post("refuse", connections=2, mode="http503")
    for _ in range(2):
        answer = await stub.http.get("/socket.io/?EIO=4&transport=polling")
        assert answer.status_code == 503
    await (await stub.connect("bob", transport)).join()
    assert [entry["code"] for entry in await stub.journal(kind="refused")] == ["UNAVAILABLE"] * 2


async def test_all_handshakes_can_be_refused_by_reset(stub: Any) -> None:
    live = await stub.connect("bob", "polling")
    await stub.post("refuse", connections="all", mode="abort")
    for _ in range(3):
        with pytest.raises(httpx.RemoteProtocolError):
            await stub.http.get("/socket.io/?EIO=4&transport=polling")
    await live.join()
    await stub.post("refuse", connections=0)
    await stub.connect("bob")


async def test_refused_upgrades_leave_long_polling_alone(stub: Any) -> None:
    await stub.post("refuse", upgrade=True)
    headers = {"Connection": "Upgrade", "Upgrade": "websocket"}
    answer = await stub.http.get("/socket.io/?EIO=4&transport=websocket", headers=headers)
    assert answer.status_code == 403
    await (await stub.connect("bob", "polling")).join()
    await stub.post("refuse", connections=0, upgrade=False)
    await (await stub.connect("bob", "websocket")).join()


@BOTH
async def test_outage(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await stub.post("outage", on=True)
    await bob.lost()
    for path in ("/socket.io/?EIO=4&transport=polling", "/api/projects", "/health"):
        with pytest.raises(httpx.RemoteProtocolError):
            await stub.http.get(path)
    await stub.post("outage", on=True, rest=False)
    assert (await stub.http.get("/health")).status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        await stub.http.get("/socket.io/?EIO=4&transport=polling")
    await stub.post("outage", on=False)
    await stub.connect("bob", transport)


async def test_outage_cuts_calls_that_are_being_answered(stub: Any) -> None:
    await stub.post("rest-fault", hold=True)
    held = asyncio.create_task(stub.rest("GET", "/api/projects"))
    await stub.wait(journal={"kind": "fault", "name": "rest-fault"})
    await stub.post("outage", on=True)
    with pytest.raises(httpx.RemoteProtocolError):
        await held


async def test_rest_fault_spoils_one_matching_call(stub: Any) -> None:
    await stub.post("rest-fault", method="PATCH", path="/api/tasks/*", user="bob")
    assert (await stub.rest("PATCH", "/api/tasks/t1", {"title": "A"}, user="alice")).status_code == 200
    assert (await stub.rest("GET", "/api/tasks/t1", user="bob")).status_code == 200
    spoilt = await stub.rest("PATCH", "/api/tasks/t1/status", {"status": "done"}, user="bob")
    assert (spoilt.status_code, spoilt.json()["error"]["code"]) == (500, "INTERNAL")
    assert (await stub.task("t1"))["version"] == 2
    assert (await stub.rest("PATCH", "/api/tasks/t1", {"title": "B"}, user="bob")).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"status": 409}, 409, "CONFLICT"),
        ({"code": "FORBIDDEN"}, 403, "FORBIDDEN"),
        ({"status": 418, "code": "TEAPOT"}, 418, "TEAPOT"),
        ({"status": 503, "delay_ms": 1}, 503, "UNAVAILABLE"),
    ],
)
async def test_rest_fault_says_what_it_is_told(stub: Any, fault: Any, status: int, code: str) -> None:
    await stub.post("rest-fault", **fault, message="because")
    answer = await stub.rest("DELETE", "/api/tasks/t1")
    assert answer.status_code == status
    assert answer.json()["error"] == {"code": code, "message": "because"}
    assert (await stub.task("t1"))["version"] == 1


async def test_rest_fault_after_the_change(stub: Any) -> None:
    bob = await stub.connect("bob")
    await bob.join()
    await stub.post("rest-fault", status=500, after=True)
    assert (await stub.rest("PATCH", "/api/tasks/t1", {"title": "Done"})).status_code == 500
    assert (await bob.heard("task:updated"))[0]["title"] == "Done"


@pytest.mark.parametrize("after", [False, True])
async def test_rest_fault_abort(stub: Any, after: bool) -> None:
    await stub.post("rest-fault", abort=True, after=after)
    with pytest.raises(httpx.RemoteProtocolError):
        await stub.rest("PATCH", "/api/tasks/t1", {"title": "Lost answer"})
    assert (await stub.task("t1"))["version"] == (2 if after else 1)
    assert [entry["status"] for entry in await stub.journal(kind="rest")] == [0]


@pytest.mark.parametrize("after", [False, True])
async def test_held_write_is_applied_before_or_after_its_release(stub: Any, after: bool) -> None:
    fault = (await stub.post("rest-fault", hold=True, after=after))["id"]
    held = asyncio.create_task(stub.rest("PATCH", "/api/tasks/t1", {"title": "Held"}))
    await stub.wait(journal={"kind": "fault", "name": "rest-fault", "held": True})
    assert (await stub.task("t1"))["version"] == (2 if after else 1)
    assert not held.done()
    assert await stub.post("release", id=fault) == {"released": 1}
    assert (await held).json()["data"]["title"] == "Held"
    assert await stub.post("release") == {"released": 0}
    await stub.control("POST", "release", {"id": "f99"}, status=404)


@pytest.mark.parametrize("how", ["release", "disarm", "reset"])
async def test_hold_is_ended_for_a_call_that_has_not_yet_come_to_where_it_waits(stub: Any, how: str) -> None:
    """A rule has its answer come late, and the hold is let go before that."""
    rule = {"on": "GET /api/projects", "delay_ms": 300}
    await stub.reset(rules=[rule])
    fault = (await stub.post("rest-fault", method="GET", hold=True))["id"]
    held = asyncio.create_task(stub.rest("GET", "/api/projects"))
    await stub.wait(journal={"kind": "fault", "name": "rest-fault", "held": True})
    if how == "reset":
        await stub.reset()
    else:
        assert await stub.post(how, id=fault) == {"released": 1}
    async with asyncio.timeout(5):
        with nullcontext() if how != "reset" else pytest.raises(httpx.RemoteProtocolError):
            assert (await held).status_code == 200


async def test_held_write_with_a_status_is_never_applied(stub: Any) -> None:
    await stub.post("rest-fault", hold=True, status=500)
    held = asyncio.create_task(stub.rest("PATCH", "/api/tasks/t1", {"title": "Held"}))
    await stub.wait(journal={"kind": "fault", "name": "rest-fault"})
    await stub.post("release")
    assert (await held).status_code == 500
    assert (await stub.task("t1"))["version"] == 1


async def test_held_snapshot_is_as_old_as_its_request(stub: Any) -> None:
    await stub.post("rest-fault", method="GET", path="/api/projects/*/tasks", hold=True)
    held = asyncio.create_task(stub.rest("GET", "/api/projects/atlas/tasks"))
    await stub.wait(journal={"kind": "fault", "name": "rest-fault"})
    await stub.rest("PATCH", "/api/tasks/t1", {"title": "Newer"})
    await stub.post("release")
    assert (await held).json()["data"][0]["title"] == "First"


async def test_clearing_faults_releases_what_they_hold(stub: Any) -> None:
    await stub.post("rest-fault", hold=True, times=None)
    await stub.post("refuse", connections="all", upgrade=True)
    held = [asyncio.create_task(stub.rest("GET", "/api/projects")) for _ in range(2)]
    await stub.wait(journal={"kind": "fault", "name": "rest-fault"}, count=2)
    await stub.control("DELETE", "faults")
    assert [(await each).status_code for each in held] == [200, 200]
    assert (await stub.rest("GET", "/api/projects")).status_code == 200
    await stub.connect("bob")


async def test_reset_ends_held_calls(stub: Any) -> None:
    await stub.post("rest-fault", hold=True)
    await stub.post("ack-fault", hold=True)
    bob = await stub.connect("bob")
    await bob.client.emit("join:project", "atlas")
    held = asyncio.create_task(stub.rest("GET", "/api/projects"))
    await stub.wait(journal={"kind": "fault", "held": True}, count=2)
    await stub.reset()
    with pytest.raises(httpx.RemoteProtocolError):
        await held
    await bob.lost()


@BOTH
async def test_ack_error_is_before_the_change_unless_after(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await bob.join()
    await stub.post("ack-fault", event="task:*", user="bob", error={"code": "NOPE", "message": "no"})
    change = {"id": "t1", "title": "Changed"}
    refused = {"ok": False, "error": {"code": "NOPE", "message": "no"}}
    assert await bob.call("task:update", change) == refused
    assert (await stub.task("t1"))["version"] == 1
    await stub.post("ack-fault", error={"code": "NOPE"}, after=True)
    assert (await bob.call("task:update", change))["error"]["code"] == "NOPE"
    assert (await stub.task("t1"))["version"] == 2
    await bob.heard("task:updated")
    assert (await bob.call("task:update", change))["ok"]


@BOTH
@pytest.mark.parametrize("after", [False, True])
async def test_swallowed_ack(stub: Any, transport: str, after: bool) -> None:
    bob = await stub.connect("bob", transport)
    await bob.join()
    await stub.post("ack-fault", event="task:update", swallow=True, after=after)
    answers: list[Any] = []
    await bob.client.emit("task:update", {"id": "t1", "title": "Changed"}, callback=answers.append)
    await stub.wait(journal={"kind": "fault", "name": "ack-fault"})
    await bob.fence()
    assert answers == []
    assert bob.names == (["task:updated"] if after else [])


async def test_held_ack_goes_out_when_released(stub: Any) -> None:
    bob = await stub.connect("bob")
    await stub.post("ack-fault", event="task:update", hold=True, after=True)
    held = asyncio.create_task(bob.call("task:update", {"id": "t1", "title": "Changed"}))
    await stub.wait(journal={"kind": "store"})
    assert (await bob.call("join:project", "atlas"))["ok"]
    assert not held.done()
    await stub.post("release")
    assert (await held)["data"]["title"] == "Changed"


async def test_expire_and_token(stub: Any) -> None:
    await stub.post("expire", user="alice")
    refused = await stub.rest("GET", "/api/projects")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "TOKEN_EXPIRED")
    for ttl_s, status in ((60, 200), (-1, 401)):
        token = (await stub.post("token", user="alice", ttl_s=ttl_s))["token"]
        answer = await stub.http.get("/api/projects", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status
    await stub.control("POST", "expire", {"user": "nobody"}, status=404)


async def test_a_fault_finds_its_user_behind_an_expired_token(stub: Any) -> None:
    await stub.post("rest-fault", path="/api/auth/refresh", user="dave", status=401)
    assert (await stub.rest("POST", "/api/auth/refresh", user="dave")).status_code == 401
    assert (await stub.rest("POST", "/api/auth/refresh", user="dave")).status_code == 200
    assert [entry["user"] for entry in await stub.journal(kind="rest")] == ["dave", "dave"]


async def test_member(stub: Any) -> None:
    bob = await stub.connect("bob")
    await bob.join()
    project = await stub.post("member", project="atlas", user="carol", member=True)
    assert project["members"] == ["alice", "bob", "dave", "carol"]
    assert (await bob.heard("project:updated"))[0]["version"] == project["version"] == 2
    again = await stub.post("member", project="atlas", user="carol", member=True)
    assert again["version"] == 2
    await stub.control("POST", "member", {"project": "x", "user": "bob", "member": True}, status=404)
    await stub.control("POST", "member", {"project": "atlas", "user": "x", "member": True}, status=404)


async def test_wait_for_a_room_newer_than_a_connection(stub: Any) -> None:
    first = await stub.connect("bob")
    await first.join()
    assert (await stub.wait(room="project:atlas", user="bob"))["sid"] == first.sid
    waiting = asyncio.create_task(stub.wait(room="project:atlas", user="bob", newer_than=first.sid))
    second = await stub.connect("bob")
    await second.join()
    assert (await waiting)["sid"] == second.sid


async def test_wait_for_journal_entries(stub: Any) -> None:
    since = len(await stub.journal())
    waiting = asyncio.create_task(stub.wait(journal={"kind": "rest", "method": "GET"}, since=since, count=2))
    await stub.rest("GET", "/api/projects")
    await stub.rest("POST", "/api/tasks/t1/move", {"status": "done"})
    assert not waiting.done()
    await stub.rest("GET", "/api/tasks/t1")
    answer = await waiting
    assert [entry["path"] for entry in answer["entries"]] == ["/api/projects", "/api/tasks/t1"]


async def test_wait_for_connections_and_for_one_to_be_gone(stub: Any) -> None:
    bob = await stub.connect("bob")
    await stub.wait(connections=1, user="bob")
    await stub.wait(connections=0, user="alice")
    waiting = asyncio.create_task(stub.wait(gone=bob.sid))
    await stub.post("cut", user="bob")
    await waiting
    await stub.wait(connections=0)


async def test_unmet_wait_says_what_was_seen(stub: Any) -> None:
    bob = await stub.connect("bob")
    await bob.join()
    asked = {"for": {"room": "project:atlas", "user": "alice"}, "timeout_ms": 20}
    answer = await stub.post("wait", **asked)
    assert answer["met"] is False
    assert answer["seen"]["rooms"] == {"project:atlas": ["bob"]}
    for bad in ({}, {"room": "a", "gone": "b"}, {"roam": "a"}):
        await stub.control("POST", "wait", {"for": bad}, status=400)
    await stub.control("POST", "wait", {"for": {"gone": "x"}, "timeout_ms": 60_001}, status=400)


async def test_reset_ends_waits_unmet(stub: Any) -> None:
    world = stub.server.world
    waiting = asyncio.create_task(wait_for(world, Condition(connections=9), timeout_ms=60_000))
    await asyncio.sleep(0)
    await stub.reset()
    async with asyncio.timeout(2):
        assert (await waiting)["met"] is False


@pytest.mark.parametrize("ending", ["cut", "restart", "reset"])
async def test_a_client_that_reads_nothing_holds_nothing_up(stub: Any, ending: str) -> None:
    url = f"{stub.url}/socket.io/?EIO=4&transport=websocket"
    async with stub.session.ws_connect(url, max_msg_size=0) as socket:
        await socket.send_str("40" + json.dumps({"token": stub.people["bob"]["token"]}))
        await stub.wait(connections=1)
        for _ in range(40):
            await stub.post("emit", event="flood", data="x" * 500_000)
        async with asyncio.timeout(2):
            if ending == "reset":
                await stub.reset()
            else:
                await stub.control("POST", ending, {"all": True} if ending == "cut" else {})
            await stub.wait(connections=0)


async def test_resets_leave_nothing_running(stub: Any) -> None:
    async def tasks() -> int:
        await stub.control("GET", "state")
        return len(asyncio.all_tasks())

    await stub.reset()
    before = await tasks()
    for transport in ("websocket", "polling") * 5:
        peer = await stub.connect("bob", transport)
        await peer.join()
        await stub.reset()
        await peer.lost()
        await peer.client.disconnect()
    assert await tasks() <= before + 1


async def test_one_fault_can_be_ended_by_its_id(stub: Any) -> None:
    first = (await stub.post("rest-fault", hold=True, times=None))["id"]
    second = (await stub.post("ack-fault", event="task:update", error={"code": "NOPE"}, times=None))["id"]
    held = asyncio.create_task(stub.rest("GET", "/api/projects"))
    await stub.wait(journal={"kind": "fault", "name": "rest-fault", "held": True})
    assert await stub.post("disarm", id=first) == {"released": 1}
    assert (await held).status_code == 200
    assert (await stub.rest("GET", "/api/projects")).status_code == 200
    bob = await stub.connect("bob")
    assert (await bob.call("task:update", {"id": "t1", "title": "X"}))["error"]["code"] == "NOPE"
    await stub.post("disarm", id=second)
    assert (await bob.call("task:update", {"id": "t1", "title": "X"}))["ok"]
    await stub.control("POST", "disarm", {"id": "f99"}, status=404)
