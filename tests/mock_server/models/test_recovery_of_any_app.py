"""Connection state recovery where rules make the rooms: on a namespace, read off the wire."""

import json
from typing import Any

import aiohttp

DEADLINE_S = 5.0
RULES: list[dict[str, Any]] = [
    {"on": "join", "join": "${args.0}", "reply": "in"},
    {
        "on": "POST /say",
        "namespace": "/chat",
        "emit": [{"event": "said", "to": "room:tea", "data": "${request.body.n}"}],
    },
]


async def begin(app: Any, auth: dict[str, Any]) -> aiohttp.ClientWebSocketResponse:
    """Open a session and ask for /chat."""
    url = f"{app.stub.url}/socket.io/?EIO=4&transport=websocket"
    socket: aiohttp.ClientWebSocketResponse = await app.stub.session.ws_connect(url)
    assert (await socket.receive_str(timeout=DEADLINE_S)).startswith("0")
    await socket.send_str("40/chat," + json.dumps(auth))
    return socket


async def received(socket: aiohttp.ClientWebSocketResponse, kind: str) -> Any:
    """Return what comes next, which must be of this kind."""
    packet = await socket.receive_str(timeout=DEADLINE_S)
    assert packet.startswith(f"{kind}/chat,"), packet
    return json.loads(packet.partition(",")[2].lstrip("1"))


async def test_a_socket_gets_its_rooms_and_what_it_missed(app: Any) -> None:
    await app.reset(namespaces=["/", "/chat"], gateway={"recovery": True}, rules=RULES)
    socket = await begin(app, {})
    opening = await received(socket, "40")
    await socket.send_str('42/chat,1["join","tea"]')
    assert await received(socket, "43") == ["in"]
    await app.stub.http.post("/say", json={"n": 1})
    name, n, offset = await received(socket, "42")
    assert (name, n) == ("said", 1)
    await app.stub.post("cut", sid=opening["sid"])
    await app.stub.wait(gone=opening["sid"])
    await app.stub.http.post("/say", json={"n": 2})
    again = await begin(app, {"pid": opening["pid"], "offset": offset})
    # As the official server has it: what was missed comes before the CONNECT packet.
    assert (await received(again, "42"))[:2] == ["said", 2]
    assert await received(again, "40") == opening
    await app.stub.http.post("/say", json={"n": 3})
    assert (await received(again, "42"))[:2] == ["said", 3]
    await again.close()


async def test_a_session_of_one_namespace_is_none_of_another(app: Any) -> None:
    await app.reset(namespaces=["/", "/chat"], gateway={"recovery": True}, rules=RULES)
    socket = await begin(app, {})
    opening = await received(socket, "40")
    await socket.send_str('42/chat,1["join","tea"]')
    await received(socket, "43")
    await app.stub.http.post("/say", json={"n": 1})
    offset = (await received(socket, "42"))[2]
    await app.stub.post("cut", sid=opening["sid"])
    await app.stub.wait(gone=opening["sid"])
    root = await app.connect("/", auth={"pid": opening["pid"], "offset": offset})
    assert root.sid != opening["sid"]
    assert [entry["recovered"] for entry in await app.stub.journal(kind="connect")] == [False, False]
