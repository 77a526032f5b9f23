"""Every REST route of the real stub, its refusals, CORS and the OpenAPI document."""

import re
from typing import Any

import httpx
import pytest

from mock_server.rest.routes import ROUTES


def error_of(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["success"] is False
    return answer.status_code, body["error"]["code"]


def data_of(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["success"] is True
    assert set(body["metadata"]) >= {"timestamp", "version", "requestId"}
    return body["data"]


async def test_login_and_refresh(stub: Any) -> None:
    login = {"email": "Bob@example.com", "password": "bob"}
    session = data_of(await stub.http.post("/api/auth/login", json=login))
    assert session["user"] == {"id": "bob", "name": "Bob", "email": "bob@example.com", "role": "member"}
    headers = {"Authorization": f"Bearer {session['token']}"}
    assert (await stub.http.get("/api/projects", headers=headers)).status_code == 200
    renewed = data_of(await stub.http.post("/api/auth/refresh", headers=headers))
    assert renewed["token"] != session["token"]


async def test_refresh_takes_an_expired_token_but_no_forged_one(stub: Any) -> None:
    expired = stub.people["dave"]["token"]
    assert error_of(await stub.rest("GET", "/api/projects", user="dave")) == (401, "TOKEN_EXPIRED")
    token = data_of(await stub.http.post("/api/auth/refresh", json={"token": expired}))["token"]
    answer = await stub.http.get("/api/projects", headers={"Authorization": f"Bearer {token}"})
    assert [project["id"] for project in data_of(answer)] == ["atlas"]
    head, body, signature = expired.split(".")
    forged = f"{head}.{body}.{signature[::-1]}"
    assert error_of(await stub.http.post("/api/auth/refresh", json={"token": forged})) == (
        401,
        "UNAUTHORIZED",
    )
    assert error_of(await stub.http.post("/api/auth/refresh")) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"email": "bob@example.com", "password": "alice"}, (401, "UNAUTHORIZED")),
        ({"email": "nobody@example.com", "password": "bob"}, (401, "UNAUTHORIZED")),
        ({"email": "bob@example.com"}, (400, "INVALID_INPUT")),
        ({"email": 1, "password": []}, (400, "INVALID_INPUT")),
    ],
)
async def test_login_refused(stub: Any, body: Any, expected: Any) -> None:
    assert error_of(await stub.http.post("/api/auth/login", json=body)) == expected


async def test_every_route_but_the_open_ones_needs_a_token(stub: Any) -> None:
    for route in ROUTES:
        path = route.template.replace("{id}", "atlas")
        answer = await stub.http.request(route.method, path, json={})
        if route.needs_token:
            assert error_of(answer) == (401, "UNAUTHORIZED"), route
        else:
            assert answer.status_code in (200, 400, 401), route


async def test_projects(stub: Any) -> None:
    assert [each["id"] for each in data_of(await stub.rest("GET", "/api/projects", user="carol"))] == [
        "borealis"
    ]
    bob, carol = await stub.connect("bob"), await stub.connect("carol")
    created = data_of(
        await stub.rest("POST", "/api/projects", {"name": "New", "members": ["bob"]}), status=201
    )
    assert created["members"] == ["alice", "bob"]
    assert (await bob.heard("project:created"))[0] == created
    renamed = await stub.rest("PATCH", f"/api/projects/{created['id']}", {"name": "Newer", "version": 1})
    assert data_of(renamed)["version"] == 2
    assert data_of(await stub.rest("GET", f"/api/projects/{created['id']}"))["name"] == "Newer"
    await carol.fence()
    assert carol.names == []
    unknown = await stub.rest("POST", "/api/projects", {"name": "New", "members": ["nobody"]})
    assert error_of(unknown) == (400, "INVALID_INPUT")


async def test_foreign_and_unknown_things(stub: Any) -> None:
    for path in ("projects/atlas", "projects/atlas/tasks", "tasks/t1", "projects/atlas/epics"):
        assert error_of(await stub.rest("GET", f"/api/{path}", user="carol")) == (403, "FORBIDDEN")
    for path in ("projects/x", "projects/x/tasks", "tasks/x", "projects/x/sprints"):
        assert error_of(await stub.rest("GET", f"/api/{path}", user="carol")) == (404, "NOT_FOUND")
    assert error_of(await stub.rest("DELETE", "/api/tasks/t1", user="carol")) == (403, "FORBIDDEN")
    assert error_of(await stub.rest("GET", "/api/nothing")) == (404, "NOT_FOUND")
    wrong_method = await stub.rest("DELETE", "/api/projects")
    assert (wrong_method.status_code, wrong_method.headers["Allow"]) == (405, "GET, POST")
    assert [entry["path"] for entry in await stub.journal(kind="unscripted")] == ["/api/nothing"]


async def test_task_life(stub: Any) -> None:
    new = {"title": "New", "description": "<b>&", "priority": "P0", "dueDate": "2027-01-02", "sprintId": "s1"}
    created = data_of(await stub.rest("POST", "/api/projects/atlas/tasks", new), status=201)
    path = f"/api/tasks/{created['id']}"
    assert data_of(await stub.rest("GET", path)) == created
    assert {name: created[name] for name in new} == new
    assert created["epicId"] is None
    cleared = data_of(await stub.rest("PATCH", path, {"sprintId": None, "dueDate": None, "version": 1}))
    assert (cleared["sprintId"], cleared["dueDate"], cleared["version"]) == (None, None, 2)
    stale = await stub.rest("PATCH", path, {"title": "Late", "version": 1})
    assert error_of(stale) == (409, "CONFLICT")
    assert stale.json()["error"]["details"] == cleared
    assert error_of(await stub.rest("DELETE", f"{path}?version=1")) == (409, "CONFLICT")
    gone = data_of(await stub.rest("DELETE", f"{path}?version=2"))
    assert gone == {"id": created["id"], "projectId": "atlas", "version": 3}
    assert error_of(await stub.rest("GET", path)) == (404, "NOT_FOUND")
    assert error_of(await stub.rest("PATCH", path, {"title": "Ghost"})) == (404, "NOT_FOUND")
    again = data_of(await stub.rest("POST", "/api/projects/atlas/tasks", {"title": "Next"}), status=201)
    assert again["id"] != created["id"]


async def test_a_whole_entity_may_be_sent_back(stub: Any) -> None:
    task = await stub.task("t1")
    saved = data_of(await stub.rest("PATCH", "/api/tasks/t1", {**task, "title": "Renamed"}))
    assert (saved["title"], saved["version"]) == ("Renamed", 2)


@pytest.mark.parametrize(("method", "verb"), [("PATCH", "status"), ("PUT", "status"), ("POST", "move")])
async def test_column_and_place(stub: Any, method: str, verb: str) -> None:
    bob = await stub.connect("bob")
    await bob.join()
    moved = data_of(
        await stub.rest(method, f"/api/tasks/t3/{verb}", {"status": "pending", "index": 1, "version": 1})
    )
    assert moved["status"] == "todo"
    tasks = data_of(await stub.rest("GET", "/api/projects/atlas/tasks"))
    assert [task["id"] for task in tasks] == ["t1", "t3", "t2"]
    assert [task["version"] for task in tasks] == [1, 2, 1]
    placed = data_of(await stub.rest(method, f"/api/tasks/t2/{verb}", {"status": "todo", "position": -3.5}))
    assert placed["position"] == -3.5
    await bob.fence()
    assert bob.names == ["task:status_changed", "epic:updated", "task:status_changed"]
    assert error_of(await stub.rest(method, f"/api/tasks/t2/{verb}", {"index": 0})) == (400, "INVALID_INPUT")


async def test_task_list_in_pages(stub: Any) -> None:
    seen: list[str] = []
    cursor: str | None = "0"
    while cursor is not None:
        answer = (await stub.rest("GET", f"/api/projects/atlas/tasks?limit=2&cursor={cursor}")).json()
        seen += [task["id"] for task in answer["data"]]
        cursor = answer["metadata"]["cursor"]
    assert seen == ["t1", "t2", "t3"]
    for query in ("limit=x", "cursor=-1", "limit=" + "9" * 5_000):
        bad = await stub.rest("GET", f"/api/projects/atlas/tasks?{query}")
        assert error_of(bad) == (400, "INVALID_INPUT")


async def test_epics(stub: Any) -> None:
    bob = await stub.connect("bob")
    await bob.join()
    (epic,) = data_of(await stub.rest("GET", "/api/projects/atlas/epics"))
    assert (epic["id"], epic["progress"]) == ("e1", 50)
    made = data_of(await stub.rest("POST", "/api/projects/atlas/epics", {"title": "Two"}), status=201)
    assert made["progress"] == 0
    patched = await stub.rest("PATCH", "/api/epics/e1", {"title": "Launch!", "progress": 7, "version": 1})
    assert (data_of(patched)["progress"], data_of(patched)["version"]) == (50, 2)
    assert error_of(await stub.rest("PATCH", "/api/epics/e1", {"title": "x", "version": 1})) == (
        409,
        "CONFLICT",
    )
    data_of(await stub.rest("DELETE", "/api/epics/e1"))
    await bob.fence()
    assert bob.names == ["epic:created", "epic:updated", "task:updated", "task:updated", "epic:deleted"]
    assert [(await stub.task(task))["epicId"] for task in ("t1", "t3")] == [None, None]


async def test_sprints(stub: Any) -> None:
    made = data_of(await stub.rest("POST", "/api/projects/atlas/sprints", {"name": "Three"}), status=201)
    assert made["status"] == "planned"
    path = f"/api/sprints/{made['id']}"
    assert error_of(await stub.rest("POST", f"{path}/complete")) == (409, "CONFLICT")
    assert data_of(await stub.rest("POST", f"{path}/start", {"version": 1}))["status"] == "started"
    assert data_of(await stub.rest("POST", f"{path}/complete"))["status"] == "completed"
    sprints = data_of(await stub.rest("GET", "/api/projects/atlas/sprints"))
    assert [sprint["name"] for sprint in sprints] == ["One", "Two", "Three"]


@pytest.mark.parametrize("content", ["{", "[1]", '"x"', "1", "[" * 100_000, b"\xff\xfe{}", '{"title": 1}'])
async def test_unreadable_bodies(stub: Any, content: Any) -> None:
    headers = {"Authorization": f"Bearer {stub.people['alice']['token']}"}
    answer = await stub.http.post("/api/projects/atlas/tasks", content=content, headers=headers)
    assert error_of(answer) == (400, "INVALID_INPUT")


async def test_bodies_that_are_too_large(stub: Any) -> None:
    await stub.reset(gateway={"max_payload_bytes": 1_000})
    body = {"title": "x", "description": "y" * 2_000}
    answer = await stub.rest("POST", "/api/projects/atlas/tasks", body)
    assert error_of(answer) == (413, "TOO_LARGE")
    assert (await stub.rest("GET", "/api/projects")).status_code == 200


async def test_rate_limit_names_the_time_to_wait(stub: Any) -> None:
    await stub.reset(gateway={"rate_limit": {"enabled": True, "max": 2}})
    answers = [await stub.rest("GET", "/api/projects") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert (await stub.rest("GET", "/api/projects", user="bob")).status_code == 200
    assert (await stub.http.get("/health")).status_code == 200


async def test_health_and_metrics(stub: Any) -> None:
    bob = await stub.connect("bob")
    await bob.join()
    await bob.call("task:update", {"id": "t1", "title": "x"})
    await bob.call("nonsense:" + "x" * 50, {})
    await bob.client.disconnect()
    await stub.wait(connections=0)
    bob = await stub.connect("bob")
    assert (await stub.http.get("/health")).json() == {"status": "healthy", "connections": 1}
    answer = await stub.http.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for line in (
        "websocket_connections 1.0",
        'websocket_messages_total{direction="in",event="task:update"} 1.0',
        'websocket_messages_total{direction="in",event="other"} 1.0',
        'websocket_messages_total{direction="out",event="task:updated"} 1.0',
        'websocket_errors_total{kind="UNSCRIPTED"} 1.0',
        "websocket_latency_seconds_count 3.0",
        "websocket_reconnects_total 1.0",
    ):
        assert line in answer.text.splitlines()
    assert 'websocket_disconnects_total{reason="' in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_the_frontends_own_origin_is_allowed(stub: Any, host: str) -> None:
    origin = f"http://{host}:{stub.server.ui_url.rsplit(':', 1)[1]}"
    preflight = await stub.http.options(
        "/api/tasks/t1",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == origin
    assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"]
    for user in ("alice", None):
        answer = await stub.rest("GET", "/api/projects", user=user, Origin=origin)
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    handshake = await stub.http.get("/socket.io/?EIO=4&transport=polling", headers={"Origin": origin})
    assert handshake.headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1", "http://[bad"])
async def test_other_origins_are_not(stub: Any, origin: str) -> None:
    preflight = await stub.http.options(
        "/api/tasks/t1", headers={"Origin": origin, "Access-Control-Request-Method": "PATCH"}
    )
    assert preflight.status_code == 403
    answer = await stub.rest("GET", "/api/projects", Origin=origin)
    assert "Access-Control-Allow-Origin" not in answer.headers
    handshake = await stub.http.get("/socket.io/?EIO=4&transport=polling", headers={"Origin": origin})
    assert (
        handshake.status_code == 200
    )  # as the official server: it is the browser that keeps the answer back
    assert "Access-Control-Allow-Origin" not in handshake.headers


async def test_cors_origin_of_the_scenario(stub: Any) -> None:
    await stub.reset(gateway={"cors_origin": "https://app.example, https://other.example/"})
    for origin, allowed in (
        ("https://app.example", True),
        ("https://other.example", True),
        (stub.url, False),
    ):
        answer = await stub.rest("GET", "/api/projects", Origin=origin)
        assert ("Access-Control-Allow-Origin" in answer.headers) is allowed


async def test_openapi_names_every_route_and_every_reference_resolves(stub: Any) -> None:
    document = (await stub.http.get("/openapi.json")).json()
    named = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert named == {(route.method, route.template) for route in ROUTES}
    references = set(re.findall(r'"#/components/schemas/(\w+)"', (await stub.http.get("/openapi.json")).text))
    assert references <= set(document["components"]["schemas"])
    ids = [each["operationId"] for item in document["paths"].values() for each in item.values()]
    assert len(ids) == len(set(ids))
    create = document["components"]["schemas"]["TaskCreate"]
    assert create["required"] == ["title"]
    assert "projectId" not in create["properties"]


async def test_answers_match_their_schemas(stub: Any) -> None:
    schemas = (await stub.http.get("/openapi.json")).json()["components"]["schemas"]
    store = await stub.control("GET", "store")
    for name, table in (("Task", "tasks"), ("Epic", "epics"), ("Project", "projects"), ("Sprint", "sprints")):
        for entity in store[table]:
            assert list(entity) == list(schemas[name]["properties"])


async def test_calls_are_journaled(stub: Any) -> None:
    await stub.rest("PATCH", "/api/tasks/t1", {"title": "x"})
    (entry,) = await stub.journal(kind="rest")
    assert (entry["method"], entry["path"], entry["status"]) == ("PATCH", "/api/tasks/t1", 200)
    assert (entry["user"], entry["body"]) == ("alice", {"title": "x"})
    assert entry["duration_ms"] >= 0


async def test_socket_and_rest_writes_broadcast_the_same(stub: Any) -> None:
    def told(peer: Any) -> list[Any]:
        return [
            (name, {**data, "updatedAt": None, "createdAt": None} if "id" in data else None)
            for name, data in peer.events
        ]

    heard = []
    for by_socket in (True, False):
        await stub.reset()
        bob, alice = await stub.connect("bob"), await stub.connect("alice")
        await bob.join()
        for payload in ({"title": "N", "clientMutationId": "m"}, {"title": "M", "status": "done"}):
            if by_socket:
                await alice.call("task:create", {"projectId": "atlas", **payload})
            else:
                await stub.rest("POST", "/api/projects/atlas/tasks", payload)
        await bob.fence()
        heard.append(told(bob))
    assert heard[0] == heard[1]
    assert [name for name, _ in heard[0]] == ["task:created", "task:created"]
