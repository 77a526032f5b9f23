"""Which node of a cluster a client is at: the cookie of the load balancer, and who has answered."""

from __future__ import annotations

from pages.devmentor import DevMentor

from harness import Stage

_COOKIE = "lockstep_node"
_SERVED_BY = "x-served-by"


def client_at(stage: Stage[DevMentor], name: str, *, node: int) -> DevMentor:
    """Open a client of the person `name` whose requests all go to `node`, and wait until it is ready."""
    client = stage.client(name, visit=False)
    url = stage.target.app_url
    client.context.add_cookies([{"name": _COOKIE, "value": str(node), "url": url}])
    client.open_project(stage.id(stage.scenario.projects[0].id))
    stage.wait_ready(client)
    assert node_of(client) == node
    return client


def node_of(client: DevMentor) -> int:
    """The node that answers the client now."""
    answer = client.context.request.get(f"{client.app_url}/health")
    return int(answer.headers[_SERVED_BY])
