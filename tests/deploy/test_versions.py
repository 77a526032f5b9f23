"""Changes from both nodes at once: each counts once, and none undoes another unseen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

from deploy_peer import Peer

MakePeer = Callable[..., Awaitable[Peer]]


async def test_of_changes_of_one_version_from_both_nodes_one_is_accepted(peer: MakePeer) -> None:
    alice, bob = await peer("alice", node=1), await peer("bob", node=2)
    project = await alice.new_project("bob")
    task = (await alice.call("POST", f"/api/projects/{project}/tasks", {"title": "A"})).data
    path = f"/api/tasks/{task['id']}"
    for version in range(1, 6):
        both = [
            each.call("PATCH", path, {"title": f"{each.name} {version}.{number}", "version": version})
            for number in range(3)
            for each in (alice, bob)
        ]
        answers = await asyncio.gather(*both)
        accepted = [answer for answer in answers if answer.status == 200]
        refused = [answer for answer in answers if answer.status == 409]
        assert (len(accepted), len(refused)) == (1, 5)
        assert {answer.code for answer in refused} == {"CONFLICT"}
        current = accepted[0].data
        assert [answer.body["error"]["details"] for answer in refused] == [current] * 5
        assert (await bob.call("GET", path)).data == current


async def test_changes_without_version_from_both_nodes_are_all_kept(peer: MakePeer) -> None:
    alice, bob = await peer("alice", node=1), await peer("bob", node=2)
    project = await alice.new_project("bob")
    path, each_makes = f"/api/projects/{project}/tasks", 10
    made = await asyncio.gather(
        *(
            each.call("POST", path, {"title": f"{each.name} {number}"})
            for number in range(each_makes)
            for each in (alice, bob)
        )
    )
    tasks = (await bob.call("GET", path)).data
    assert {task["id"] for task in tasks} == {answer.data["id"] for answer in made}
    assert sorted(task["position"] for task in tasks) == list(range(2 * each_makes))


async def test_ids_are_made_by_the_server(peer: MakePeer) -> None:
    alice = await peer("alice")
    project = await alice.new_project()
    refused = await alice.call("POST", f"/api/projects/{project}/tasks", {"title": "A", "id": "mine"})
    assert refused.code == "INVALID_INPUT"
    made = (await alice.call("POST", f"/api/projects/{project}/tasks", {"title": "A"})).data
    assert re.fullmatch(r"t-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made["id"])
