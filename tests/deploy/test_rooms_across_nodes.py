"""What one node tells, the members at the other hear: once, in order, and nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from deploy_peer import Peer

MakePeer = Callable[..., Awaitable[Peer]]


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_change_at_one_node_is_heard_at_the_other_once(peer: MakePeer, transport: str) -> None:
    alice = await peer("alice", node=1, transports=[transport])
    bob = await peer("bob", node=2, transports=[transport])
    project = await alice.new_project("bob")
    await alice.join(project)
    await bob.join(project)
    asked = {"projectId": project, "title": "Buy milk", "clientMutationId": "m1"}
    made = await alice.emit("task:create", asked)
    told = {**made["data"], "clientMutationId": "m1"}
    assert await bob.hear("task:created") == [told]
    assert await alice.hear("task:created") == [told]
    await bob.fence(project)
    assert bob.of("task:created")[:1] == [told]
    assert len(bob.of("task:created")) == 2


async def test_a_write_by_rest_and_one_by_socket_do_the_same(peer: MakePeer) -> None:
    alice, bob = await peer("alice", node=1), await peer("bob", node=2)
    project = await alice.new_project("bob")
    await bob.join(project)
    epic = (await alice.call("POST", f"/api/projects/{project}/epics", {"title": "Launch"})).data
    path = f"/api/projects/{project}/tasks"
    task = (await alice.call("POST", path, {"title": "A", "epicId": epic["id"]})).data
    moved = (await alice.call("PATCH", f"/api/tasks/{task['id']}/status", {"status": "completed"})).data
    assert (moved["status"], moved["version"]) == ("done", 2)
    [change] = await bob.hear("task:status_changed")
    assert change == {"task": moved, "from": "todo", "to": "done"}
    [progress] = await bob.hear("epic:updated")
    assert (progress["id"], progress["progress"]) == (epic["id"], 100)
    assert bob.of("task:updated") == []


async def test_both_nodes_hear_the_changes_of_both_in_one_order(peer: MakePeer) -> None:
    alice, bob = await peer("alice", node=1), await peer("bob", node=2)
    project = await alice.new_project("bob")
    task = (await alice.call("POST", f"/api/projects/{project}/tasks", {"title": "A"})).data
    await alice.join(project)
    await bob.join(project)
    changes = 15
    wanted = [
        each.emit("task:update", {"id": task["id"], "title": f"{each.name} {number}"})
        for number in range(changes)
        for each in (alice, bob)
    ]
    answers = await asyncio.gather(*wanted)
    assert [answer["ok"] for answer in answers] == [True] * (2 * changes)
    seen = [await each.hear("task:updated", 2 * changes) for each in (alice, bob)]
    assert seen[0] == seen[1]
    assert [each["version"] for each in seen[0]] == list(range(2, 2 * changes + 2))


async def test_who_is_no_member_may_not_join_and_hears_nothing(peer: MakePeer) -> None:
    alice, dave = await peer("alice", node=1), await peer("dave", node=2)
    project, of_both = await alice.new_project(), await alice.new_project("dave")
    await dave.join(of_both)
    refused = await dave.emit("join:project", project)
    assert (refused["ok"], refused["error"]["code"]) == (False, "FORBIDDEN")
    await alice.call("POST", f"/api/projects/{project}/tasks", {"title": "Secret"})
    await dave.fence(of_both)
    assert len(dave.of("task:created")) == 1


async def test_a_member_removed_at_one_node_is_out_at_once_at_the_other(peer: MakePeer) -> None:
    alice, bob = await peer("alice", node=1), await peer("bob", node=2)
    project, of_both = await alice.new_project("bob"), await alice.new_project("bob")
    await bob.join(project)
    await bob.join(of_both)
    out = await alice.call("PATCH", f"/api/projects/{project}", {"members": ["alice"]})
    assert out.status == 200
    await alice.call("POST", f"/api/projects/{project}/tasks", {"title": "Secret"})
    back = await alice.call("PATCH", f"/api/projects/{project}", {"members": ["alice", "bob"]})
    assert back.status == 200
    await alice.call("POST", f"/api/projects/{project}/tasks", {"title": "Not joined again"})
    await bob.fence(of_both)
    assert bob.of("project:updated") == []
    assert len(bob.of("task:created")) == 1


async def test_who_has_left_hears_no_more(peer: MakePeer) -> None:
    alice, bob = await peer("alice", node=1), await peer("bob", node=2)
    project, other = await alice.new_project("bob"), await alice.new_project("bob")
    await bob.join(project)
    await bob.join(other)
    assert (await bob.emit("leave:project", project))["ok"]
    await alice.call("POST", f"/api/projects/{project}/tasks", {"title": "Unheard"})
    await bob.fence(other)
    assert len(bob.of("task:created")) == 1


async def test_sprints_have_rooms_of_their_own(peer: MakePeer) -> None:
    alice, bob = await peer("alice", node=1), await peer("bob", node=2)
    project = await alice.new_project("bob")
    sprint = (await alice.call("POST", f"/api/projects/{project}/sprints", {"name": "One"})).data
    await bob.connect()
    assert (await bob.emit("join:sprint", sprint["id"]))["ok"]
    started = await alice.call("POST", f"/api/sprints/{sprint['id']}/start")
    assert await bob.hear("sprint:started") == [started.data]
    path = f"/api/projects/{project}/tasks"
    inside = (await alice.call("POST", path, {"title": "In it", "sprintId": sprint["id"]})).data
    assert await bob.hear("task:created") == [inside]


async def test_members_of_a_new_project_are_told_wherever_they_are(peer: MakePeer) -> None:
    alice, bob = await peer("alice", node=1), await peer("bob", node=2)
    await bob.connect()
    project = await alice.new_project("bob")
    await bob.until(lambda: any(each["id"] == project for each in bob.of("project:created")), "bob is told")


async def test_a_deleted_project_is_told_and_gone_at_both_nodes(peer: MakePeer) -> None:
    alice, bob = await peer("alice", node=1), await peer("bob", node=2)
    project = await alice.new_project("bob")
    task = (await alice.call("POST", f"/api/projects/{project}/tasks", {"title": "A"})).data
    await bob.join(project)
    gone = await alice.call("DELETE", f"/api/projects/{project}")
    assert gone.data == {"id": project, "version": 2}
    assert await bob.hear("project:deleted") == [{"id": project, "projectId": project, "version": 2}]
    for path in (f"/api/projects/{project}", f"/api/tasks/{task['id']}"):
        assert (await bob.call("GET", path)).code == "NOT_FOUND"
    assert project not in [each["id"] for each in (await bob.call("GET", "/api/projects")).data]
    assert (await bob.emit("join:project", project))["error"]["code"] == "NOT_FOUND"


async def test_only_members_may_delete_a_project(peer: MakePeer) -> None:
    alice, dave = await peer("alice", node=1), await peer("dave", node=2)
    project = await alice.new_project()
    assert (await dave.call("DELETE", f"/api/projects/{project}")).code == "FORBIDDEN"
    assert (await alice.call("GET", f"/api/projects/{project}")).data["id"] == project
