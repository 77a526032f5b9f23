"""What crosses a client's wire is decoded alike on every transport, and can be waited for."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import cut_and_rejoined
from pages.transports import ON_EVERY_TRANSPORT

from harness import Stage


@ON_EVERY_TRANSPORT
def test_same_deeds_give_the_same_events_on_every_transport_and_engine(
    stage: Stage[DevMentor], transport: str
) -> None:
    _alice, bob = stage.clients("alice", "bob")
    if transport == "upgrade":
        stage.stub.wait_for_entry(kind="upgrade", user="bob", missing="bob's connection was not upgraded")
    alice = stage.rest("alice")
    task = alice.post("/api/projects/atlas/tasks", {"title": "Buy milk ✓"})
    alice.patch(f"/api/tasks/{task['id']}", {"title": "Buy oat milk"})
    alice.patch(f"/api/tasks/{task['id']}/status", {"status": "done"})
    stage.stub.emit("bytes", {"name": "a", "blob": "b"}, user="bob")
    alice.delete(f"/api/tasks/{task['id']}")
    bob.events.wait("task:deleted", where={"id": task["id"]})
    came = [
        (heard.event, heard.payload.get("title"), heard.payload.get("version"))
        for heard in bob.events.received()
    ]
    assert came == [
        ("task:created", "Buy milk ✓", 1),
        ("task:updated", "Buy oat milk", 2),
        ("task:status_changed", None, None),
        ("bytes", None, None),
        ("task:deleted", None, 4),
    ]
    assert [heard.event for heard in bob.events.sent()] == ["join:project"]
    carried = {heard.transport for heard in bob.events.received()}
    assert carried == {"polling" if transport == "polling" else "websocket"}


@pytest.mark.scenario("board/two_members")
def test_event_is_waited_for_across_a_reconnect(stage: Stage[DevMentor]) -> None:
    _alice, bob = stage.clients("alice", "bob")
    before = bob.sid
    cut_and_rejoined(stage, bob)
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Write more docs"})
    heard = bob.events.wait("task:updated", where={"id": stage.id("t1"), "title": "Write more docs"})
    assert heard.sid != before


@pytest.mark.scenario("board/two_members")
def test_event_that_came_before_it_was_waited_for_counts(stage: Stage[DevMentor]) -> None:
    _alice, bob = stage.clients("alice", "bob")
    since = bob.events.mark()
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Write more docs"})
    stage.settled()
    assert bob.events.wait("task:updated", since=since, timeout_ms=1).payload["title"] == "Write more docs"


@pytest.mark.scenario("board/two_members")
def test_event_that_does_not_come_says_what_came(stage: Stage[DevMentor]) -> None:
    _alice, bob = stage.clients("alice", "bob")
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Write more docs"})
    bob.events.wait("task:updated")
    with pytest.raises(AssertionError, match=r"bob did not receive task:deleted with id 't1'") as missed:
        bob.events.wait("task:deleted", where={"id": "t1"}, timeout_ms=50)
    assert f"websocket  task:updated {stage.id('t1')} v2" in str(missed.value)
