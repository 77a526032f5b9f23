"""`model: collection`: items over REST, an event for each change, asked by real clients."""

from typing import Any

import pytest

from mock_server.scenario.model import Scenario

TODOS = [{"id": "milk", "title": "Buy milk", "done": False}, {"id": "docs", "title": "Write the docs"}]
GONE = {"error": {"code": "NOT_FOUND", "message": "no todo has id 'nothing'"}}


def todos(**spec: Any) -> dict[str, Any]:
    return {"model": "collection", "collections": {"todo": {"items": TODOS, **spec}}}


async def store(app: Any) -> Any:
    return await app.stub.control("GET", "store")


# -- calls and events ----------------------------------------------------------------------------------------


async def test_what_is_there_can_be_read(app: Any) -> None:
    await app.reset(**todos())
    http = app.stub.http
    assert (await http.get("/api/todos")).json() == TODOS
    assert (await http.get("/api/todos/docs")).json() == TODOS[1]
    answer = await http.get("/api/todos/nothing")
    assert (answer.status_code, answer.json()) == (404, GONE)


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_every_change_is_kept_answered_journalled_and_told(app: Any, transport: str) -> None:
    await app.reset(**todos())
    http, ann = app.stub.http, await app.connect(transport=transport)
    created = await http.post("/api/todos", json={"title": "Sleep"})
    item = created.json()
    assert (created.status_code, item["title"]) == (201, "Sleep")
    path = f"/api/todos/{item['id']}"
    patched = (await http.patch(path, json={"done": True})).json()
    assert patched == {**item, "done": True}
    replaced = (await http.put(path, json={"title": "Wake up"})).json()
    assert replaced == {"id": item["id"], "title": "Wake up"}
    assert await store(app) == {"todo": [*TODOS, replaced]}
    assert (await http.delete(path)).json() == replaced
    assert await ann.heard("todo:deleted") == [(replaced,)]
    assert ann.events == [
        ("todo:created", (item,)),
        ("todo:updated", (patched,)),
        ("todo:updated", (replaced,)),
        ("todo:deleted", (replaced,)),
    ]
    assert await store(app) == {"todo": TODOS}
    writes = await app.stub.journal(kind="store")
    assert [(each["op"], each["entity"], each["id"]) for each in writes] == [
        (op, "todo", item["id"]) for op in ("created", "updated", "updated", "deleted")
    ]


async def test_several_collections_with_paths_keys_and_events_of_their_own(app: Any) -> None:
    collections = {
        "user": None,
        "bid": {"path": "/lots/bids", "key": "nr", "ids": "number", "events": "{verb} {collection}"},
    }
    await app.reset(model="collection", collections=collections, namespaces=["/live", "/"])
    http, live, root = app.stub.http, await app.connect("/live"), await app.connect("/")
    user = (await http.post("/api/users", json={"name": "Ann"})).json()
    bids = [(await http.post("/lots/bids", json={"amount": amount})).json() for amount in (5, 6)]
    assert bids == [{"nr": 1, "amount": 5}, {"nr": 2, "amount": 6}]
    assert (await http.get("/lots/bids/2")).json() == bids[1]
    assert await live.heard("created bid", 2) == [(bid,) for bid in bids]
    assert await live.heard("user:created") == [(user,)]
    await http.delete("/api/users/" + user["id"])
    assert await live.heard("user:deleted") == [(user,)]
    assert root.events == []


async def test_a_room_that_a_field_names_hears_it_and_one_that_an_item_leaves(app: Any) -> None:
    join = {"on": "open", "join": "list:${args.0}", "reply": "ok"}
    await app.reset(**todos(to="room:list:{list}", items=[]), rules=[join])
    home, work, both = [await app.connect() for _ in range(3)]
    for client, name in ((home, "home"), (work, "work"), (both, "home"), (both, "work")):
        await client.call("open", name)
    http = app.stub.http
    item = (await http.post("/api/todos", json={"list": "home"})).json()
    path = f"/api/todos/{item['id']}"
    moved = (await http.patch(path, json={"list": "work"})).json()
    await http.delete(path)
    assert await work.heard("todo:deleted") == [(moved,)]
    assert work.events == [("todo:updated", (moved,)), ("todo:deleted", (moved,))]
    await home.call("open", "fence")
    assert home.events == [("todo:created", (item,)), ("todo:updated", (moved,))]
    await both.call("open", "fence")
    assert [name for name, _ in both.events] == ["todo:created", "todo:updated", "todo:deleted"]


async def test_the_echo_switch_leaves_the_sender_out(app: Any) -> None:
    people = {"alice": None, "bob": None}
    ping = {"on": "ping", "reply": "pong"}
    await app.reset(**todos(), people=people, gateway={"echo": "none"}, rules=[ping])
    alice, bob = [await app.connect(auth=app.token(name)) for name in people]
    answer = await app.stub.rest("POST", "/api/todos", {"title": "x"}, user="alice")
    assert await bob.heard("todo:created") == [(answer.json(),)]
    await alice.call("ping")
    assert alice.events == []


async def test_named_people_need_a_token(app: Any) -> None:
    await app.reset(**todos(), people={"alice": None})
    refused = await app.stub.http.get("/api/todos")
    assert refused.json() == {"error": {"code": "UNAUTHORIZED", "message": "unauthorized"}}
    assert (await app.stub.rest("GET", "/api/todos")).json() == TODOS


# -- versions ------------------------------------------------------------------------------------------------


async def test_versions_count_changes_and_a_stale_one_is_refused(app: Any) -> None:
    await app.reset(**todos(versions=True))
    http = app.stub.http
    created = (await http.post("/api/todos", json={"title": "x", "version": 9})).json()
    assert created["version"] == 1
    changed = (await http.patch("/api/todos/milk", json={"done": True, "version": 1})).json()
    assert changed == {**TODOS[0], "done": True, "version": 2}
    for refused in (
        await http.patch("/api/todos/milk", json={"done": False, "version": 1}),
        await http.put("/api/todos/milk", json={"version": 3}),
        await http.delete("/api/todos/milk?version=1"),
    ):
        assert refused.status_code == 409
        error = {"code": "CONFLICT", "message": "the current version is 2", "details": changed}
        assert refused.json() == {"error": error}
    assert (await http.put("/api/todos/milk", json={"n": 1})).json() == {"id": "milk", "n": 1, "version": 3}
    assert (await http.delete("/api/todos/milk?version=3")).status_code == 200
    assert [entry["version"] for entry in await app.stub.journal(kind="store")] == [1, 2, 3, 3]


async def test_without_versions_it_is_a_field_like_any_other(app: Any) -> None:
    await app.reset(**todos())
    answer = await app.stub.http.patch("/api/todos/milk", json={"version": "red"})
    assert answer.json() == {**TODOS[0], "version": "red"}


# -- keys ----------------------------------------------------------------------------------------------------


async def test_made_up_keys_are_the_same_for_a_seed_and_never_taken(app: Any) -> None:
    keys = []
    for seed in (1, 1, 2):
        await app.reset(**todos(items=[{"n": 0}, {"n": 1}]), seed=seed)
        for n in (2, 3):
            await app.stub.http.post("/api/todos", json={"n": n})
        keys.append([item["id"] for item in (await store(app))["todo"]])
    assert keys[0] == keys[1] != keys[2]
    assert len(set(keys[0])) == 4


def test_a_scenario_is_the_same_when_it_is_written_and_read_again() -> None:
    document = todos(items=[{"title": None, "tags": []}, {"title": "$${literal}"}], versions=True)
    scenario = Scenario.from_document(document)
    assert Scenario.from_document(scenario.document()) == scenario
    first, second = scenario.collections["todo"].items
    assert (first["title"], first["version"], second["title"]) == (None, 1, "${literal}")


async def test_a_key_of_ones_own_is_taken_once(app: Any) -> None:
    await app.reset(**todos())
    http = app.stub.http
    assert (await http.post("/api/todos", json={"id": 7})).json() == {"id": 7}
    refused = await http.post("/api/todos", json={"id": "7"})
    assert refused.status_code == 409
    assert refused.json()["error"] == {
        "code": "CONFLICT",
        "message": "there is a todo with id '7' already",
        "details": {"id": 7},
    }
    assert (await http.patch("/api/todos/7", json={"id": "7", "n": 1})).json() == {"id": 7, "n": 1}


# -- bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("POST", "", "[]", "the body must be an object"),
        ("POST", "", "", "the body must be an object"),
        ("POST", "", '{"n": NaN}', "the body cannot be sent on: Out of range float values"),
        ("PUT", "/milk", '{"n": [1e999]}', "the body cannot be sent on: Out of range float values"),
        ("POST", "", '{"n": "\\ud800"}', "the body cannot be sent on: 'utf-8' codec can't encode"),
        ("POST", "", '{"id": "a/b"}', "id: a key is a whole number, or text without '/' of at most 100"),
        ("POST", "", '{"id": null}', "id: a key is a whole number"),
        ("POST", "", '{"id": true}', "id: a key is a whole number"),
        ("POST", "", '{"id": ' + "9" * 101 + "}", "id: a key is a whole number"),
        ("PATCH", "/milk", '{"id": "docs"}', "id: it is 'milk' in the path, and cannot change"),
        ("PATCH", "/milk", "{", "the body is not JSON"),
        ("POST", "", '{"n":' * 5_000 + "1" + "}" * 5_000, "the body "),
    ],
)
async def test_a_bad_body_is_refused_and_changes_nothing(
    app: Any, method: str, path: str, body: str, message: str
) -> None:
    await app.reset(**todos())
    answer = await app.stub.http.request(method, f"/api/todos{path}", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "INVALID_INPUT"
    assert answer.json()["error"]["message"].startswith(message)
    assert await store(app) == {"todo": TODOS}
    assert await app.stub.journal(kind="emitted") == []


async def test_a_method_that_there_is_not_is_named_with_those_that_there_are(app: Any) -> None:
    await app.reset(**todos())
    answer = await app.stub.http.post("/api/todos/milk", json={})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, PATCH, PUT, DELETE")


# -- rules ---------------------------------------------------------------------------------------------------


async def test_rules_come_first_and_emit_beside(app: Any) -> None:
    rules: list[Any] = [
        {"on": "POST /api/todos", "when": {"title": "no"}, "error": {"code": "CONFLICT", "message": "no"}},
        {
            "on": "DELETE /api/todos/*",
            "emit": [{"event": "bye", "to": "everybody", "data": "${request.params.id}"}],
        },
        {"on": "hello", "reply": "${args}"},
    ]
    await app.reset(**todos(), rules=rules)
    http, ann = app.stub.http, await app.connect()
    assert (await http.post("/api/todos", json={"title": "no"})).status_code == 409
    assert (await http.delete("/api/todos/milk")).status_code == 200
    assert await ann.heard("bye") == [("milk",)]
    assert await store(app) == {"todo": TODOS[1:]}
    assert await ann.call("hello", 1) == 1


async def test_openapi_lists_its_routes(app: Any) -> None:
    await app.reset(**todos(versions=True))
    document = (await app.stub.http.get("/openapi.json")).json()
    operations = {path: sorted(methods) for path, methods in document["paths"].items()}
    assert operations["/api/todos"] == ["get", "post"]
    assert operations["/api/todos/{id}"] == ["delete", "get", "patch", "put"]
    of_post = document["paths"]["/api/todos"]["post"]
    assert sorted(of_post["responses"]) == ["201", "400", "401", "409", "413", "429"]
    schema = of_post["responses"]["201"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/todo"}
    assert document["components"]["schemas"]["todo"]["required"] == ["id", "version"]
    assert document["components"]["schemas"]["Failure"]["required"] == ["error"]
