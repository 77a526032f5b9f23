"""Every fault that a scenario can name does what it says: by what the app hears and the stub receives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from pages.devmentor import DevMentor

from harness.faults.from_scenario import KINDS
from harness.scenario import Scenario
from harness.stage import Stage
from tests.harness.faults.world import World

OpenStage = Callable[[Scenario], Stage[DevMentor]]
Look = Callable[[World], None]

_TASK = {"id": "t1", "projectId": "atlas", "version": 1}
_DELAY_MS = 300


# -- packets -------------------------------------------------------------------------------------------------


def hold(world: World) -> None:
    world.emit("epic:created", "kept")
    world.heard("epic:created")


def drop(world: World) -> None:
    world.emit("epic:updated", "first", "lost", "third")
    world.heard("epic:updated", "first", "third")


def delay(world: World) -> None:
    begun = world.now()
    world.emit("epic:deleted", "late")
    [when] = world.heard("epic:deleted", "late")
    assert when - begun >= _DELAY_MS


def duplicate(world: World) -> None:
    world.emit("project:created", "often")
    world.heard("project:created", "often", "often", "often")


def reorder(world: World) -> None:
    world.emit("project:updated", "one", "two")
    world.heard("project:updated", "two", "one")


def alter(world: World) -> None:
    world.emit("sprint:started", "mine")
    world.heard("sprint:started", "forged")


def misroute(world: World) -> None:
    world.stage.rest("carol").post("/api/projects/borealis/tasks", {"title": "astray"})
    world.stage.rest("carol").post("/api/projects/borealis/tasks", {"title": "not again"})
    assert not [
        room for room, members in world.stub.rooms().items() if "borealis" in room and _is_in(members)
    ]
    world.heard("task:created", "astray")


def _is_in(members: list[dict[str, Any]]) -> bool:
    return any(each["user"] == "bob" for each in members)


def oversize(world: World) -> None:
    page = world.bob.page
    [old] = world.stub.connections("bob")
    page.evaluate("void websocketService.send('task:create', { projectId: 'atlas', title: 'heavy' })")
    world.stub.wait_until_gone(old["sid"])
    assert world.stub.journal(kind="received", event="task:create") == []


# -- calls and acknowledgements ------------------------------------------------------------------------------


def http_error(world: World) -> None:
    url = f"{world.stub.gateway_url}/health"
    told = world.bob.page.evaluate(
        "(url) => fetch(url).then(async (answer) => [answer.status, await answer.text()])", url
    )
    assert told == [503, "made up"]
    assert world.call("GET", "/health").status_code == 200, "the server itself is well"


def http_delay(world: World) -> None:
    url = f"{world.stub.gateway_url}/metrics"
    late, plain = (
        {"name": "late", "url": url},
        {"name": "plain", "url": f"{world.stub.gateway_url}/openapi.json"},
    )
    assert world.in_turn(late, plain) == [["plain", "ok"]]


def swallow_ack(world: World) -> None:
    data = {"projectId": "atlas", "title": "unheard of"}
    asked = {"name": "swallowed", "event": "epic:create", "data": data}
    assert world.in_turn(asked, {**_join(), "name": "plain"}) == [["plain", "ok"]]
    assert len(world.stub.wait_for_entry(kind="received", event="epic:create", user="bob")) == 1
    assert world.stub.journal(kind="ack", event="epic:create") == []


def ack_error(world: World) -> None:
    asked = {"name": "refused", "event": "task:update", "data": {**_TASK, "title": "never"}}
    assert world.in_turn(asked) == [["refused", "TEAPOT"]]
    assert [task["title"] for task in world.stub.tasks("atlas") if task["id"] == "t1"] == ["Write the docs"]


def ack_delay(world: World) -> None:
    asked = {"name": "late", "event": "task:delete", "data": {"id": "t2", "projectId": "atlas", "version": 1}}
    assert world.in_turn(asked, {**_join(), "name": "plain"}) == [["plain", "ok"]]
    world.stub.wait_for_entry(kind="ack", event="task:delete", user="bob")


def _join() -> dict[str, Any]:
    return {"event": "join:project", "data": "atlas"}


def rest_error(world: World) -> None:
    assert world.bob
    assert world.call("GET", "/api/tasks/t1").status_code == 502
    assert world.call("GET", "/api/tasks/t1").status_code == 200, "it was for one call"


def rest_abort(world: World) -> None:
    assert world.bob
    with pytest.raises(httpx.TransportError):
        world.call("GET", "/api/tasks/t3")
    assert world.call("GET", "/api/tasks/t3").status_code == 200, "it was for one call"


# -- connections ---------------------------------------------------------------------------------------------


def slow(world: World) -> None:
    begun = world.now()
    world.emit("task:updated", "late")
    [when] = world.heard("task:updated", "late")
    assert when - begun >= _DELAY_MS


def starve_ping(world: World) -> None:
    assert world.bob
    [first, _second] = world.stub.wait_for_entry(kind="connect", user="bob", count=2)[:2]
    [ended] = world.stub.journal(kind="disconnect", sid=first["sid"])
    assert ended["reason"] == "transport close", "the client gave it up"


def refuse(world: World) -> None:
    world.stage.rest("carol")
    handshake = "/socket.io/?EIO=4&transport=polling"
    assert [world.call("GET", handshake).status_code for _ in range(3)] == [503, 503, 200]


def refuse_upgrade(world: World) -> None:
    world.stage.rest("carol")
    wanted = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    url = f"{world.stub.gateway_url}/socket.io/?EIO=4&transport=websocket"
    told = httpx.get(url, headers={**wanted, "Sec-WebSocket-Key": "x" * 22 + "=="}, trust_env=False)
    assert told.status_code == 403


def block_websocket(world: World) -> None:
    assert world.bob
    assert [each["transport"] for each in world.stub.connections("bob")] == ["polling"]


def unreachable(world: World) -> None:
    bob = world.stage.client("bob", ready=False)
    bob.board.expect_card("Write the docs", column="To Do")
    bob.badge.expect("Polling")
    assert world.stub.journal(kind="connect") == []
    assert world.stub.journal(kind="refused") == [], "nothing came near the server"


# -- all of them ---------------------------------------------------------------------------------------------

_TO_BOB: dict[str, Any] = {"to": "bob"}
#: Those that bear one another share one page; what is done to the connection itself has its own.
TOGETHER: dict[Look, dict[str, Any]] = {
    hold: {**_TO_BOB, "event": "epic:created"},
    drop: {**_TO_BOB, "event": "epic:updated", "nth": 2},
    delay: {**_TO_BOB, "event": "epic:deleted", "delay_ms": _DELAY_MS},
    duplicate: {**_TO_BOB, "event": "project:created", "times": 3},
    reorder: {**_TO_BOB, "event": "project:updated", "window": 2},
    alter: {**_TO_BOB, "event": "sprint:started", "set": {"title": "forged"}},
    misroute: {**_TO_BOB, "event": "task:created"},
    http_error: {"by": "bob", "path": "/health", "status": 503, "body": "made up"},
    http_delay: {"by": "bob", "path": "/metrics", "delay_ms": 3_000},
    swallow_ack: {"by": "bob", "event": "epic:create"},
    ack_error: {"by": "bob", "event": "task:update", "code": "TEAPOT"},
    ack_delay: {"by": "bob", "event": "task:delete", "delay_ms": _DELAY_MS},
    rest_error: {"by": "bob", "method": "GET", "path": "/api/tasks/t1", "status": 502},
    rest_abort: {"by": "bob", "method": "GET", "path": "/api/tasks/t3"},
}
APART: dict[Look, dict[str, Any]] = {
    oversize: {"by": "bob", "event": "task:create"},
    slow: {"who": "bob", "delay_ms": _DELAY_MS},
    starve_ping: {"who": "bob"},
    refuse: {"connections": 2},
    refuse_upgrade: {},
    block_websocket: {"who": "bob"},
    unreachable: {"who": "bob"},
}
WORLDS = [TOGETHER, *({look: given} for look, given in APART.items())]


def _scenario(faults: Mapping[Look, dict[str, Any]]) -> Scenario:
    atlas = [{"id": f"t{n}", "title": title} for n, title in enumerate(("Write the docs", "Two", "Three"), 1)]
    document = {
        "people": {"bob": {}, "carol": {}},
        "projects": [
            {"id": "atlas", "name": "Atlas", "members": ["bob"], "tasks": atlas},
            {"id": "borealis", "name": "Borealis", "members": ["carol"]},
        ],
        "gateway": {"ping_interval_ms": 500, "ping_timeout_ms": 300} if starve_ping in faults else {},
        "frontend": {"reconnection_delay_ms": 100},
        "faults": [{look.__name__: given} for look, given in faults.items()],
    }
    return Scenario.from_document(document)


@pytest.fixture(params=WORLDS, ids=lambda faults: "+".join(look.__name__ for look in faults)[:60])
def faults(request: pytest.FixtureRequest) -> dict[Look, dict[str, Any]]:
    which: dict[Look, dict[str, Any]] = request.param
    return which


def test_faults_of_a_scenario_do_what_they_say(
    open_stage: OpenStage, faults: dict[Look, dict[str, Any]]
) -> None:
    world = World(open_stage(_scenario(faults)))
    for look in faults:
        look(world)


def test_each_kind_is_looked_at() -> None:
    looked = sorted(look.__name__ for faults in WORLDS for look in faults)
    assert looked == sorted(KINDS)
