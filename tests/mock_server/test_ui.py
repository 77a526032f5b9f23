"""The frontend's port: the built app, its pages, and the settings it reads at run time."""

from typing import Any

import httpx
import pytest


@pytest.mark.parametrize("path", ["/", "/projects", "/projects/atlas", "/login/", "/index.html"])
async def test_every_page_is_the_app(stub: Any, path: str) -> None:
    answer = await stub.http.get(f"{stub.server.ui_url}{path}")
    assert "<title>board</title>" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_assets_are_served_for_ever(stub: Any) -> None:
    answer = await stub.http.get(f"{stub.server.ui_url}/assets/app-1a2b.js")
    assert answer.text == "export {}"
    assert "javascript" in answer.headers["Content-Type"]
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/assets/none.js", "/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2f..%2fsecret.txt"]
)
async def test_nothing_else_is_served(stub: Any, path: str) -> None:
    request = httpx.Request("GET", stub.server.ui_url)
    request = httpx.Request("GET", request.url.copy_with(raw_path=path.encode()))
    answer = await stub.http.send(request)
    assert answer.status_code == 404
    assert "not for you" not in answer.text
    assert (await stub.http.post(stub.server.ui_url)).status_code == 405


async def test_env_json_follows_the_scenario(stub: Any) -> None:
    url = f"{stub.server.ui_url}/env.json"
    answer = await stub.http.get(url)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json() == {
        "NEXT_PUBLIC_WEBSOCKET_URL": stub.url,
        "NEXT_PUBLIC_API_URL": stub.url,
        "NEXT_PUBLIC_ENABLE_REALTIME": "true",
        "NEXT_PUBLIC_MOCK_MODE": "false",
        "NEXT_PUBLIC_POLLING_INTERVAL_MS": 30_000,
        "NEXT_PUBLIC_RECONNECTION_DELAY_MS": 1_000,
        "NEXT_PUBLIC_RECONNECTION_ATTEMPTS": 5,
        "NEXT_PUBLIC_ACK_TIMEOUT_MS": 5_000,
        "NEXT_PUBLIC_TRANSPORTS": "websocket,polling",
    }
    frontend = {"mock_mode": True, "polling_interval_ms": 500, "transports": ["polling"]}
    await stub.reset(frontend=frontend)
    changed = (await stub.http.get(url)).json()
    assert changed["NEXT_PUBLIC_MOCK_MODE"] == "true"
    assert changed["NEXT_PUBLIC_POLLING_INTERVAL_MS"] == 500
    assert changed["NEXT_PUBLIC_TRANSPORTS"] == "polling"


async def test_it_stays_up_in_an_outage(stub: Any) -> None:
    await stub.post("outage", on=True)
    assert (await stub.http.get(f"{stub.server.ui_url}/env.json")).status_code == 200


async def test_localhost_reaches_both_ports(stub: Any) -> None:
    for url in (stub.url, stub.server.ui_url):
        answer = await stub.http.get(url.replace("127.0.0.1", "localhost") + "/health")
        assert answer.status_code == 200


async def test_on_all_addresses_urls_name_the_host_that_was_visited(make_stub: Any) -> None:
    server = await make_stub(host="0.0.0.0")
    try:
        async with httpx.AsyncClient(trust_env=False) as http:
            port = server.ui_url.rsplit(":", 1)[1]
            gateway_port = server.gateway_url.rsplit(":", 1)[1]
            said = (await http.get(f"http://localhost:{port}/env.json")).json()
            assert said["NEXT_PUBLIC_API_URL"] == f"http://localhost:{gateway_port}"
            origin = f"http://my-laptop:{port}"
            answer = await http.get(f"{server.gateway_url}/api/projects", headers={"Origin": origin})
            assert answer.headers["Access-Control-Allow-Origin"] == origin
    finally:
        await server.stop()
