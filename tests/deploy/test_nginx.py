"""What stands before the nodes: TLS, the sticky cookie, failover, limits, the frontend."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Iterator

import aiohttp
import httpx
import pytest
from deploy_peer import Peer

from harness.deployment import Deployment

MakePeer = Callable[..., Awaitable[Peer]]


@pytest.fixture
def visitor(deployment: Deployment) -> Iterator[httpx.Client]:
    """Somebody new: no cookies."""
    context = ssl.create_default_context(cafile=str(deployment.ca_path))
    with httpx.Client(base_url=deployment.url, verify=context, trust_env=False, timeout=20) as client:
        yield client


def test_only_who_knows_the_authority_trusts_the_certificate(deployment: Deployment) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{deployment.url}/health", trust_env=False)
    context = ssl.create_default_context(cafile=str(deployment.ca_path))
    for host in ("localhost", "127.0.0.1"):
        address = deployment.url.replace("127.0.0.1", host)
        assert httpx.get(f"{address}/health", verify=context, trust_env=False).status_code == 200


def test_a_new_visitor_gets_a_node_and_stays_there(visitor: httpx.Client, deployment: Deployment) -> None:
    first = visitor.get("/health")
    node = first.headers["X-Served-By"]
    assert int(node) in deployment.nodes
    assert first.headers["Set-Cookie"] == f"lockstep_node={node}; Path=/; Secure; SameSite=Lax"
    again = [visitor.get("/health", headers={"Cookie": f"lockstep_node={node}"}) for _ in range(8)]
    assert {each.headers["X-Served-By"] for each in again} == {node}
    assert all("Set-Cookie" not in each.headers for each in again)


def test_both_nodes_are_drawn_for_new_visitors(deployment: Deployment) -> None:
    context = ssl.create_default_context(cafile=str(deployment.ca_path))
    drawn = {
        httpx.get(f"{deployment.url}/health", verify=context, trust_env=False).headers["X-Served-By"]
        for _ in range(40)
    }
    assert drawn == {"1", "2"}


@pytest.mark.parametrize("node", [1, 2])
def test_the_cookie_names_the_node(visitor: httpx.Client, node: int) -> None:
    answer = visitor.get("/health", headers={"Cookie": f"lockstep_node={node}"})
    assert (answer.headers["X-Served-By"], answer.json()["node"]) == (str(node), str(node))


def test_a_cookie_that_names_no_node_is_replaced(visitor: httpx.Client) -> None:
    answer = visitor.get("/health", headers={"Cookie": "lockstep_node=7"})
    assert answer.status_code == 200
    assert f"lockstep_node={answer.headers['X-Served-By']};" in answer.headers["Set-Cookie"]


def test_the_frontend_and_its_settings_come_from_the_same_origin(
    visitor: httpx.Client, deployment: Deployment
) -> None:
    for path in ("/", "/projects/atlas"):
        shown = visitor.get(path)
        assert shown.headers["Content-Type"] == "text/html"
        assert '<div id="root">' in shown.text
    assert visitor.get("/env.json").json() == {
        "NEXT_PUBLIC_WEBSOCKET_URL": deployment.url,
        "NEXT_PUBLIC_API_URL": deployment.url,
    }
    assert visitor.get("/assets/nothing.js").status_code == 404


def test_a_body_that_no_node_would_read_is_refused_in_the_contracts_words(visitor: httpx.Client) -> None:
    answer = visitor.post("/api/projects", content=b" " * 3_000_000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "TOO_LARGE")


async def test_too_many_attempts_to_sign_in_are_refused(deployment: Deployment) -> None:
    context = ssl.create_default_context(cafile=str(deployment.ca_path))
    wrong = {"email": "alice@example.com", "password": "wrong"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session:

        async def attempt() -> tuple[int, str | None, str]:
            async with session.post(f"{deployment.url}/api/auth/login", json=wrong) as answer:
                return (
                    answer.status,
                    answer.headers.get("Retry-After"),
                    (await answer.json())["error"]["code"],
                )

        answers = await asyncio.gather(*(attempt() for _ in range(300)))
        async with session.get(f"{deployment.url}/health") as other:
            assert other.status == 200
    assert set(answers) == {(401, None, "UNAUTHORIZED"), (429, "1", "RATE_LIMITED")}


@pytest.fixture
def not_sticky(deployment: Deployment) -> Iterator[None]:
    deployment.set_sticky(False)
    yield
    deployment.set_sticky(True)


@pytest.mark.usefixtures("not_sticky")
def test_without_sticky_sessions_requests_go_round(visitor: httpx.Client) -> None:
    answers = [visitor.get("/health", headers={"Cookie": "lockstep_node=1"}) for _ in range(6)]
    served = [each.headers["X-Served-By"] for each in answers]
    assert served in (["1", "2"] * 3, ["2", "1"] * 3)
    assert all("Set-Cookie" not in each.headers for each in answers)


@pytest.mark.usefixtures("not_sticky")
async def test_without_sticky_sessions_only_a_websocket_lives(peer: MakePeer) -> None:
    alice = await peer("alice")
    await alice.join(await alice.new_project())
    path = "/socket.io/?EIO=4&transport=polling"
    opened = json.loads((await alice.call("GET", path)).body.removeprefix("0"))
    statuses = [(await alice.send(f"{path}&sid={opened['sid']}", "40")).status for _ in range(2)]
    assert 400 in statuses  # the other node does not know the session


def test_switching_back_is_in_force_at_once(deployment: Deployment, visitor: httpx.Client) -> None:
    deployment.set_sticky(False)
    deployment.set_sticky(True)
    answers = [visitor.get("/health", headers={"Cookie": "lockstep_node=2"}) for _ in range(6)]
    assert {each.headers["X-Served-By"] for each in answers} == {"2"}
