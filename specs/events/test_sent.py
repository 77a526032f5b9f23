"""What a client sends is acknowledged, stored and told to the room, with the word it was sent with."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.transports import ON_BOTH_TRANSPORTS

from harness import Stage


@pytest.mark.rule("sent.task-create", "sent.task-update", "sent.task-delete")
@pytest.mark.rule("sent.acknowledged", "sent.mutation-id")
@ON_BOTH_TRANSPORTS
def test_what_alice_does_to_a_task_is_acknowledged_and_told_to_bob(
    stage: Stage[DevMentor], transport: str
) -> None:
    alice, bob = stage.clients("alice", "bob")
    asked = {"projectId": stage.id("atlas"), "title": "Buy milk", "clientMutationId": "m1"}
    task = alice.console.send("task:create", asked)
    assert (task["title"], task["version"]) == ("Buy milk", 1)
    bob.events.wait("task:created", where={"id": task["id"], "clientMutationId": "m1"})
    renamed = {"id": task["id"], "projectId": stage.id("atlas"), "version": 1, "title": "Buy oat milk"}
    assert alice.console.send("task:update", {**renamed, "clientMutationId": "m2"})["version"] == 2
    bob.events.wait("task:updated", where={"title": "Buy oat milk", "clientMutationId": "m2"})
    moved = {"taskId": task["id"], "projectId": stage.id("atlas"), "version": 2, "status": "done"}
    assert alice.console.send("task:update", {**moved, "clientMutationId": "m3"})["status"] == "done"
    bob.events.wait("task:status_changed", where={"clientMutationId": "m3"})
    bob.board.expect_card("Buy oat milk", column="Done")
    alice.console.send(
        "task:delete", {"id": task["id"], "projectId": stage.id("atlas"), "clientMutationId": "m4"}
    )
    bob.events.wait("task:deleted", where={"id": task["id"], "clientMutationId": "m4"})
    bob.board.expect_no_card("Buy oat milk")
    stage.converged()


@pytest.mark.rule("sent.epic-create", "sent.epic-update", "sent.epic-delete", "sent.mutation-id")
@ON_BOTH_TRANSPORTS
def test_what_alice_does_to_an_epic_is_acknowledged_and_told_to_bob(
    stage: Stage[DevMentor], transport: str
) -> None:
    alice, bob = stage.clients("alice", "bob")
    asked = {"projectId": stage.id("atlas"), "title": "Winter", "clientMutationId": "m1"}
    epic = alice.console.send("epic:create", asked)
    bob.events.wait("epic:created", where={"id": epic["id"], "clientMutationId": "m1"})
    renamed = {
        "id": epic["id"],
        "projectId": stage.id("atlas"),
        "version": epic["version"],
        "title": "Spring",
    }
    assert alice.console.send("epic:update", {**renamed, "clientMutationId": "m2"})["title"] == "Spring"
    bob.events.wait("epic:updated", where={"title": "Spring", "clientMutationId": "m2"})
    bob.epics.expect_epic("Spring")
    alice.console.send(
        "epic:delete", {"id": epic["id"], "projectId": stage.id("atlas"), "clientMutationId": "m3"}
    )
    bob.events.wait("epic:deleted", where={"id": epic["id"], "clientMutationId": "m3"})
    bob.epics.expect_no_epic("Spring")


@pytest.mark.rule("sent.project-update", "sent.sprint-start", "sent.sprint-complete", "sent.mutation-id")
@ON_BOTH_TRANSPORTS
def test_what_alice_does_to_project_and_sprint_is_acknowledged_and_told_to_bob(
    stage: Stage[DevMentor], transport: str
) -> None:
    alice, bob = stage.clients("alice", "bob")
    project = alice.console.send(
        "project:update", {"id": stage.id("atlas"), "name": "Globe", "clientMutationId": "m1"}
    )
    assert project["name"] == "Globe"
    bob.events.wait("project:updated", where={"name": "Globe", "clientMutationId": "m1"})
    started = alice.console.send("sprint:start", {"id": stage.id("s2"), "clientMutationId": "m2"})
    assert started["status"] == "started"
    bob.events.wait("sprint:started", where={"id": stage.id("s2"), "clientMutationId": "m2"})
    completed = alice.console.send("sprint:complete", {"id": stage.id("s2"), "clientMutationId": "m3"})
    assert completed["status"] == "completed"
    bob.events.wait("sprint:completed", where={"id": stage.id("s2"), "clientMutationId": "m3"})
    bob.header.expect_name("Globe")
    bob.sprints.expect_status("Sprint 2", "completed")


@pytest.mark.rule("sent.join-project", "sent.leave-project", "sent.acknowledged")
@pytest.mark.scenario("rooms/two_projects")
def test_rooms_that_carol_asks_for_are_acknowledged_and_hers_until_she_leaves(
    stage: Stage[DevMentor],
) -> None:
    carol = stage.client("carol", project="atlas")
    borealis, dave = stage.id("borealis"), stage.rest("dave")
    assert carol.console.send("join:project", borealis) == {"room": f"project:{borealis}"}
    dave.patch("/api/tasks/t101", {"title": "While she is in the room"})
    carol.events.wait("task:updated", where={"title": "While she is in the room"})
    assert carol.console.send("leave:project", borealis) == {"room": f"project:{borealis}"}
    dave.patch("/api/tasks/t101", {"title": "When she has left it"})
    stage.rest("alice").patch("/api/tasks/t1", {"title": "In the room she is in still"})
    carol.board.expect_card("In the room she is in still", column="To Do")
    stage.settled()
    heard = [each.payload["title"] for each in carol.events.received("task:updated")]
    assert heard == ["While she is in the room", "In the room she is in still"]


MALFORMED = {
    "no title": ("task:create", {"projectId": "atlas"}),
    "a blank title": ("task:create", {"projectId": "atlas", "title": "   "}),
    "a title too long": ("task:create", {"projectId": "atlas", "title": "x" * 201}),
    "a title that is a number": ("task:update", {"id": "t1", "title": 7}),
    "no such status": ("task:update", {"id": "t1", "status": "nowhere"}),
    "a list": ("task:update", ["t1"]),
    "no id": ("task:delete", {}),
    "nothing": ("epic:create", None),
    "no such field": ("epic:update", {"id": "e1", "colour": "red"}),
    "an empty name": ("project:update", {"id": "atlas", "name": ""}),
    "a sprint that is a number": ("sprint:start", 2),
    "a room that is a list": ("join:project", ["atlas"]),
}


@pytest.mark.rule("sent.validated")
@pytest.mark.scenario("connection/websocket")
def test_what_makes_no_sense_is_refused_and_changes_nothing(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    before, heard = _stored(stage), bob.events.mark()
    refused = {what: alice.console.send_refused(*given) for what, given in MALFORMED.items()}
    assert refused == dict.fromkeys(MALFORMED, "INVALID_INPUT")
    assert _stored(stage) == before
    stage.settled()
    assert bob.events.received(since=heard) == []
    alice.board.add("And a good one")
    bob.board.expect_card("And a good one", column="To Do")


def _stored(stage: Stage[DevMentor]) -> list[object]:
    """All that the server has of the project."""
    parts = ("", "/tasks", "/epics", "/sprints")
    return [stage.rest("bob").get(f"/api/projects/atlas{part}") for part in parts]
