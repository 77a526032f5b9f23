"""Tokens that run out, people who are no members any more, and pages of other origins, while connected."""

from typing import Any

import httpx
import pytest

both_transports = pytest.mark.parametrize("transport", ["websocket", "polling"])


@both_transports
async def test_a_token_is_asked_for_at_the_handshake_and_on_each_rest_call(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await stub.post("expire", user="bob")
    assert (await bob.call("join:project", "atlas"))["ok"]
    answer = await stub.rest("GET", "/api/projects", user="bob")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "TOKEN_EXPIRED")
    old = {"token": stub.people["bob"]["token"]}
    assert (await stub.refused(transport, old))["data"] == {"code": "TOKEN_EXPIRED"}
    renewed = (await stub.http.post("/api/auth/refresh", json=old)).json()["data"]["token"]
    again = await stub.connect("bob", transport, auth={"token": renewed})
    assert (await again.call("join:project", "atlas"))["ok"]


async def test_a_token_lives_as_long_as_the_scenario_says(stub: Any) -> None:
    await stub.reset(gateway={"token_ttl_s": 1_000})
    login = {"email": "bob@example.com", "password": "bob"}
    session = (await stub.http.post("/api/auth/login", json=login)).json()["data"]
    old = (await stub.post("token", user="bob", ttl_s=-1))["token"]
    for token, status in ((session["token"], 200), (old, 401)):
        headers = {"Authorization": f"Bearer {token}"}
        assert (await stub.http.get("/api/projects", headers=headers)).status_code == status


@pytest.mark.parametrize("require_auth", [True, False])
async def test_require_auth_holds_for_rest_and_sockets_alike(stub: Any, require_auth: bool) -> None:
    await stub.reset(gateway={"require_auth": require_auth})
    answer = await stub.rest("GET", "/api/projects", user=None)
    assert answer.status_code == (401 if require_auth else 200)
    if require_auth:
        assert (await stub.refused("websocket", {}))["data"] == {"code": "UNAUTHORIZED"}
    else:
        await (await stub.connect("anybody", auth={})).join("borealis")


async def test_without_people_no_token_is_asked_for(stub: Any) -> None:
    await stub.reset(people={}, projects=[{"id": "atlas", "name": "Atlas"}])
    assert (await stub.rest("GET", "/api/projects", user=None)).status_code == 200
    await (await stub.connect("anybody", auth={})).join("atlas")


@both_transports
async def test_a_member_removed_by_an_admins_patch_stays_connected_and_hears_nothing(
    stub: Any, transport: str
) -> None:
    alice, bob = await stub.connect("alice", transport), await stub.connect("bob", transport)
    await alice.join()
    await bob.join()
    removed = await stub.rest("PATCH", "/api/projects/atlas", {"members": ["alice"], "version": 1})
    assert removed.status_code == 200
    await alice.call("task:update", {"id": "t2", "title": "Secret"})
    await alice.heard("task:updated")
    await bob.fence()
    assert "task:updated" not in bob.names
    assert (await bob.call("task:update", {"id": "t2", "title": "Mine"}))["error"]["code"] == "FORBIDDEN"
    assert bob.disconnects == 0
    assert [entry["room"] for entry in await stub.journal(kind="leave", user="bob")] == ["project:atlas"]


def allowed(answer: httpx.Response, origin: str) -> bool:
    """Tell whether a browser lets a page of `origin` read the answer, credentials and all."""
    headers = answer.headers
    named = headers.get("Access-Control-Allow-Origin") == origin
    return named and headers.get("Access-Control-Allow-Credentials") == "true" and "Origin" in headers["Vary"]


@pytest.mark.parametrize("configured", ["https://app.example", "*"])
async def test_an_allowed_origin_may_read_every_answer_also_refusals(stub: Any, configured: str) -> None:
    origin = "https://app.example"
    await stub.reset(gateway={"cors_origin": configured, "max_payload_bytes": 2_000})
    headers = {"Origin": origin}
    bearer = {"Authorization": f"Bearer {stub.people['alice']['token']}"}
    answers = [
        await stub.http.get("/api/projects", headers=headers),
        await stub.http.get("/nothing", headers=headers),
        await stub.http.get("/health", headers=headers),
        await stub.http.get("/metrics", headers=headers),
        await stub.http.get("/openapi.json", headers=headers),
        await stub.http.post("/api/projects", content=b"x" * 3_000, headers={**headers, **bearer}),
        await stub.http.get("/socket.io/?EIO=4&transport=polling", headers=headers),
        await stub.http.get("/socket.io/?EIO=4&transport=polling&sid=unknown", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [401, 404, 200, 200, 200, 413, 200, 400]
    assert [allowed(answer, origin) for answer in answers] == [True] * len(answers)


async def test_another_origin_may_read_nothing(stub: Any) -> None:
    await stub.reset(gateway={"cors_origin": "https://app.example"})
    origin = "https://evil.example"
    for path in ("/api/projects", "/health", "/metrics", "/socket.io/?EIO=4&transport=polling"):
        assert not allowed(await stub.http.get(path, headers={"Origin": origin}), origin)
