"""`model: none`: namespaces, rooms, acknowledgements and REST by rules alone, asked by a real client."""

from typing import Any

import pytest

ECHO = {"on": "echo", "reply": "${args}"}


def emits(event: str, to: str, data: Any = "${args}") -> dict[str, Any]:
    return {"event": event, "to": to, "data": data}


# -- namespaces ----------------------------------------------------------------------------------------------


async def test_a_socket_connects_to_the_namespaces_that_are_named_and_no_other(app: Any) -> None:
    await app.reset(namespaces=["/", "/chat"], rules=[ECHO])
    root, chat = await app.connect("/"), await app.connect("/chat")
    assert [await each.call("echo", 1) for each in (root, chat)] == [1, 1]
    assert await app.refused("/chats") == {"message": "Invalid namespace"}
    connects = await app.stub.journal(kind="connect")
    assert [entry["namespace"] for entry in connects] == ["/", "/chat"]


async def test_without_the_root_namespace_nobody_connects_to_it(app: Any) -> None:
    await app.reset(namespaces=["/chat"], rules=[ECHO])
    assert await app.refused("/") == {"message": "Invalid namespace"}
    assert await (await app.connect("/chat")).call("echo", 1) == 1


async def test_a_rule_of_one_namespace_leaves_the_others_alone(app: Any) -> None:
    rules = [{**ECHO, "namespace": "/chat"}, {"on": "echo", "namespace": "/", "reply": "root"}]
    await app.reset(namespaces=["/", "/chat"], rules=rules)
    root, chat = await app.connect("/"), await app.connect("/chat")
    assert [await each.call("echo", "x") for each in (root, chat)] == ["root", "x"]


async def test_what_a_rule_emits_stays_in_its_namespace(app: Any) -> None:
    rules = [{"on": "say", "emit": [emits("said", "everybody")], "reply": "ok"}, ECHO]
    await app.reset(namespaces=["/", "/chat"], rules=rules)
    root, chat = await app.connect("/"), await app.connect("/chat")
    await chat.call("say", "hello")
    assert await chat.heard("said") == [("hello",)]
    await root.call("echo")  # what was sent to it before has arrived now
    assert root.events == []


async def test_a_call_emits_to_the_namespace_that_its_rule_names_else_to_the_first(app: Any) -> None:
    rules: list[Any] = [
        {"on": "POST /first", "emit": [emits("news", "everybody", "${request.body}")]},
        {"on": "POST /chat", "namespace": "/chat", "emit": [emits("news", "everybody", "chat")]},
    ]
    await app.reset(namespaces=["/", "/chat"], rules=rules)
    root, chat = await app.connect("/"), await app.connect("/chat")
    await app.stub.http.post("/first", json={"n": 1})
    await app.stub.http.post("/chat")
    assert await root.heard("news") == [({"n": 1},)]
    assert await chat.heard("news") == [("chat",)]


# -- coming and going ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_rule_on_connect_emits_what_the_socket_said(app: Any, transport: str) -> None:
    welcome = {"name": "${handshake.auth.name}", "auth": "${request.auth}", "sid": "${request.sid}"}
    await app.reset(rules=[{"on": "connect", "emit": [emits("welcome", "sender", welcome)]}])
    ann = await app.connect(auth={"name": "Ann", "age": 7}, transport=transport)
    said = {"name": "Ann", "auth": {"name": "Ann", "age": 7}, "sid": ann.sid}
    assert await ann.heard("welcome") == [(said,)]


async def test_a_rule_on_connect_refuses_whom_it_fits(app: Any) -> None:
    error = {"code": "BANNED", "message": "no ${request.auth.name} here", "details": {"days": 3}}
    await app.reset(rules=[{"on": "connect", "when": {"name": "Eve"}, "error": error}, ECHO])
    refusal = await app.refused(auth={"name": "Eve"})
    assert refusal == {"message": "no Eve here", "data": {"days": 3}}
    assert await (await app.connect(auth={"name": "Ann"})).call("echo", 1) == 1
    (entry,) = await app.stub.journal(kind="refused")
    assert (entry["code"], entry["stage"]) == ("BANNED", "connect")


async def test_a_rule_on_connect_puts_the_socket_into_a_room(app: Any) -> None:
    rules = [
        {"on": "connect", "join": "team:${request.auth.team}"},
        {"on": "POST /red", "emit": [emits("call", "room:team:red", "red")]},
        ECHO,
    ]
    await app.reset(rules=rules)
    red, blue = await app.connect(auth={"team": "red"}), await app.connect(auth={"team": "blue"})
    await app.stub.http.post("/red")
    assert await red.heard("call") == [("red",)]
    await blue.call("echo")
    assert blue.events == []


async def test_a_rule_on_disconnect_tells_the_others(app: Any) -> None:
    left = {"who": "${request.auth.name}", "why": "${request.args.0}"}
    await app.reset(rules=[{"on": "disconnect", "emit": [emits("left", "others", left)]}])
    ann, ben = await app.connect(auth={"name": "Ann"}), await app.connect(auth={"name": "Ben"})
    await app.stub.post("kick", sid=ann.sid)
    assert await ben.heard("left") == [({"who": "Ann", "why": "server namespace disconnect"},)]


@pytest.mark.parametrize("word", ["connect", "disconnect"])
async def test_a_client_cannot_say_that_it_comes_or_goes(app: Any, word: str) -> None:
    rules = [{"on": each, "emit": [emits(f"{each}ed", "others")]} for each in ("connect", "disconnect")]
    await app.reset(rules=rules)
    ben, ann = await app.connect(), await app.connect()
    await ann.emit(word)
    assert await ben.heard("disconnected") == [("forced close",)]
    assert [name for name, _ in ben.events] == ["connected", "disconnected"]


async def test_without_details_a_refusal_tells_its_code(app: Any) -> None:
    await app.reset(rules=[{"on": "connect", "error": {"code": "CLOSED", "message": "come tomorrow"}}])
    assert await app.refused() == {"message": "come tomorrow", "data": {"code": "CLOSED"}}


# -- acknowledgements ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "args", "answer"),
    [
        ("${request.args}", (1, "two", None), (1, "two", None)),
        ("${args}", (), None),
        ("${args.0}", ({"a": [1]}, 2), {"a": [1]}),
        ("${request.args[1].b}", (0, {"b": True}), True),
        (["${args.1}", "${args.0}"], (1, 2), (2, 1)),
        ([[1, 2]], (), [1, 2]),
        ({"ok": "${args.0} of ${args.1}"}, (1, "x"), {"ok": "1 of x"}),
        ("plain", (), "plain"),
        ([], (), None),
    ],
)
async def test_an_acknowledgement_is_what_the_reply_says(
    app: Any, reply: Any, args: Any, answer: Any
) -> None:
    await app.reset(rules=[{"on": "ask", "reply": reply}])
    assert await (await app.connect()).call("ask", *args) == answer


async def test_an_error_is_acknowledged_without_an_envelope(app: Any) -> None:
    await app.reset(rules=[{"on": "bid", "error": {"code": "LOW", "message": "${args.0} is too little"}}])
    answer = await (await app.connect()).call("bid", 3)
    assert answer == {"error": {"code": "LOW", "message": "3 is too little"}}


async def test_a_rule_that_only_emits_acknowledges_nothing(app: Any) -> None:
    await app.reset(rules=[{"on": "say", "emit": [emits("said", "sender")]}, ECHO])
    ann = await app.connect()
    answers: list[Any] = []
    await ann.client.emit("say", "hi", callback=lambda *args: answers.append(args))
    assert await ann.heard("said") == [("hi",)]
    await ann.call("echo")
    assert answers == []


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_binary_goes_both_ways(app: Any, transport: str) -> None:
    rules = [{**ECHO, "emit": [emits("blob", "everybody", {"name": "${args.0.name}", "of": "${args.1}"})]}]
    await app.reset(rules=rules)
    ann, ben = await app.connect(transport=transport), await app.connect(transport=transport)
    every_byte = bytes(range(256))
    meta = {"name": "x", "thumb": b"\x00small"}
    assert await ann.call("echo", meta, every_byte, b"") == (meta, every_byte, b"")
    assert await ben.heard("blob") == [({"name": "x", "of": every_byte},)]
    (entry,) = await app.stub.journal(kind="received", event="echo")
    assert entry["data"] == [{"name": "x", "thumb": "<6 bytes>"}, "<256 bytes>", "<0 bytes>"]


# -- rooms ---------------------------------------------------------------------------------------------------

ROOMS = [
    {"on": "join", "join": "${args.0}", "reply": "in"},
    {"on": "leave", "leave": "${args.0}", "reply": "out"},
    {"on": "say", "emit": [emits("said", "room:${args.0}", "${args.1}")], "reply": "ok"},
    {"on": "tell", "emit": [emits("told", "others:${args.0}", "${args.1}")], "reply": "ok"},
    ECHO,
]


async def test_rooms_by_rule(app: Any) -> None:
    await app.reset(rules=ROOMS)
    ann, ben, eve = [await app.connect() for _ in range(3)]
    assert [await each.call("join", "tea") for each in (ann, ben)] == ["in", "in"]
    await ann.call("say", "tea", 1)
    await ann.call("tell", "tea", 2)
    assert await ben.heard("told") == [(2,)]
    assert await ann.heard("said") == [(1,)]
    assert await ben.call("leave", "tea") == "out"
    await ann.call("say", "tea", 3)
    for each in (ben, eve):
        await each.call("echo")
    assert [name for name, _ in ann.events] == ["said", "said"]
    assert ben.events == [("said", (1,)), ("told", (2,))]
    assert eve.events == []


async def test_a_room_of_one_namespace_is_not_that_of_another(app: Any) -> None:
    await app.reset(namespaces=["/", "/chat"], rules=ROOMS)
    root, chat = await app.connect("/"), await app.connect("/chat")
    for each in (root, chat):
        await each.call("join", "tea")
    await chat.call("say", "tea", 1)
    await root.call("echo")
    assert (root.events, chat.events) == ([], [("said", (1,))])


async def test_several_rooms_at_once_and_from_one_to_the_next(app: Any) -> None:
    rules = [
        {"on": "enter", "join": ["lobby", "floor:${args.0}"], "reply": 1},
        {"on": "move", "leave": "floor:${args.0}", "join": "floor:${args.1}", "reply": 1},
    ]
    await app.reset(rules=rules)
    ann = await app.connect()
    await ann.call("enter", 1)
    assert sorted((await app.stub.control("GET", "rooms"))["rooms"]) == ["floor:1", "lobby"]
    await ann.call("move", 1, 2)
    assert sorted((await app.stub.control("GET", "rooms"))["rooms"]) == ["floor:2", "lobby"]


async def test_others_are_all_but_the_sender(app: Any) -> None:
    await app.reset(rules=[{"on": "say", "emit": [emits("said", "others")], "reply": "ok"}, ECHO])
    ann, ben = await app.connect(), await app.connect()
    await ann.call("say", 1, 2)
    assert await ben.heard("said") == [(1, 2)]
    await ann.call("echo")
    assert ann.events == []


# -- people --------------------------------------------------------------------------------------------------

PEOPLE = {"alice": None, "bob": None}


async def test_named_people_need_a_token_and_rules_know_them(app: Any) -> None:
    rules = [
        {"on": "whoami", "who": "bob", "reply": "bob himself"},
        {"on": "whoami", "reply": "${request.user}"},
        {"on": "poke", "emit": [emits("poked", "${args.0}", "${request.user}")], "reply": "ok"},
    ]
    await app.reset(people=PEOPLE, rules=rules)
    assert (await app.refused())["data"]["code"] == "UNAUTHORIZED"
    alice, bob = [await app.connect(auth=app.token(name)) for name in PEOPLE]
    assert [await each.call("whoami") for each in (alice, bob)] == ["alice", "bob himself"]
    await alice.call("poke", "bob")
    assert await bob.heard("poked") == [("alice",)]
    assert alice.events == []


async def test_named_people_sign_in_over_rest(app: Any) -> None:
    await app.reset(people=PEOPLE, rules=[{"on": "GET /me", "reply": "${request.user}"}])
    sent = {"email": "bob@example.com", "password": "bob"}
    token = (await app.stub.http.post("/api/auth/login", json=sent)).json()["token"]
    answer = await app.stub.http.get("/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.json() == "bob"


async def test_without_people_nobody_is_asked_who_they_are(app: Any) -> None:
    rules = [{"on": "whoami", "reply": ["${request.user}", "${request.sid}"]}]
    await app.reset(rules=[*rules, {"on": "GET /whoami", "reply": {"user": "${request.user}"}}])
    ann = await app.connect(auth={"token": "whatever"})
    assert await ann.call("whoami") == (None, ann.sid)
    assert (await app.stub.http.get("/whoami")).json() == {"user": None}
    paths = (await app.stub.http.get("/openapi.json")).json()["paths"]
    assert sorted(paths) == ["/health", "/metrics", "/openapi.json"]


async def test_no_token_reaches_the_journal(app: Any) -> None:
    await app.reset(rules=[{"on": "connect", "emit": [emits("welcome", "sender", "${request.auth}")]}])
    ann = await app.connect(auth={"token": "s3cret", "name": "Ann"})
    assert await ann.heard("welcome") == [({"token": "s3cret", "name": "Ann"},)]
    entries = (await app.stub.control("GET", "journal"))["entries"]
    assert "s3cret" not in str(entries)


# -- REST ----------------------------------------------------------------------------------------------------


async def test_rest_answers_have_no_envelope(app: Any) -> None:
    rules: list[Any] = [
        {"on": "GET /users/*", "reply": {"name": "Ann", "page": "${request.query.page}"}},
        {"on": "POST /users", "error": {"code": "TAKEN", "message": "${request.body.name}?", "status": 418}},
        {"on": "PUT /users/1", "reply": {"success": True, "whatever": 1}},
    ]
    await app.reset(rules=rules)
    http = app.stub.http
    assert (await http.get("/users/1?page=2")).json() == {"name": "Ann", "page": "2"}
    refused = await http.post("/users", json={"name": "Ann"})
    assert (refused.status_code, refused.json()) == (418, {"error": {"code": "TAKEN", "message": "Ann?"}})
    assert (await http.put("/users/1")).json() == {"success": True, "whatever": 1}


async def test_a_devmentor_route_is_unknown_here(app: Any) -> None:
    await app.reset()
    answer = await app.stub.http.get("/api/projects")
    assert answer.status_code == 404
    assert answer.json() == {
        "error": {"code": "NOT_FOUND", "message": "no rule and no built-in answer for GET /api/projects"}
    }
    (entry,) = await app.stub.journal(kind="unscripted")
    assert (entry["method"], entry["path"]) == ("GET", "/api/projects")


# -- no rule -------------------------------------------------------------------------------------------------


async def test_an_event_without_a_rule_is_not_answered_but_journalled_with_its_near_miss(app: Any) -> None:
    await app.reset(rules=[{"on": "message", "when": {"room": "tea"}, "reply": "ok"}, ECHO])
    ann = await app.connect()
    answers: list[Any] = []
    for payload, event in (({"room": "coffee"}, "message"), ({"room": "tea"}, "mesage")):
        await ann.client.emit(event, payload, callback=lambda *args: answers.append(args))
    await ann.call("echo")
    assert answers == []
    first, second = await app.stub.journal(kind="unscripted")
    why = "rule 0 (on message) was not used: "
    assert first["near_miss"]["why"] == f"{why}'room' is 'coffee', and the rule wants 'tea'"
    assert second["near_miss"]["why"] == f"{why}the event is 'mesage', and the rule is on 'message'"


async def test_an_event_on_another_namespace_is_a_near_miss(app: Any) -> None:
    await app.reset(namespaces=["/", "/chat"], rules=[{"on": "say", "namespace": "/chat", "reply": 1}, ECHO])
    root = await app.connect("/")
    await root.emit("say")
    await root.call("echo")
    (entry,) = await app.stub.journal(kind="unscripted")
    said = "it came on namespace /, and the rule is on /chat"
    assert entry["near_miss"]["why"] == f"rule 0 (on say) was not used: {said}"


async def test_an_event_of_the_contract_is_an_event_like_any_other(app: Any) -> None:
    await app.reset(rules=[{"on": "task:update", "reply": "${args}"}, ECHO])
    ann = await app.connect()
    assert await ann.call("task:update", {"id": "t1"}) == {"id": "t1"}
    await ann.emit("join:project", "atlas")
    await ann.call("echo")
    assert [entry["event"] for entry in await app.stub.journal(kind="unscripted")] == ["join:project"]


# -- the rest of a world -------------------------------------------------------------------------------------


async def test_a_moment_emits_to_everybody(app: Any) -> None:
    await app.reset(rules=[{"at_ms": 400, "emit": [emits("closed", "everybody", ["sold", 7])]}])
    ann, ben = await app.connect(), await app.connect(transport="polling")
    assert [await each.heard("closed") for each in (ann, ben)] == [[("sold", 7)]] * 2


async def test_the_store_is_empty_and_has_no_members(app: Any) -> None:
    await app.reset(people=PEOPLE)
    assert await app.stub.control("GET", "store") == {}
    body = {"project": "atlas", "user": "bob", "member": True}
    refused = await app.stub.control("POST", "member", body, status=400)
    assert refused["error"] == "only the DevMentor model has projects with members"
