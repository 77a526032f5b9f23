"""The store is written first, then all are told; and the way a change came by makes no difference."""

from __future__ import annotations

from typing import Any

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import LIST

from harness import Stage

#: What differs between any two tasks.
_OWN = {"id", "createdAt", "updatedAt", "position"}


@pytest.mark.rule("flow.alike", "flow.store-first")
@pytest.mark.scenario("board/two_members")
def test_rest_and_socket_are_told_and_stored_alike_and_stored_before_they_are_told(
    stage: Stage[DevMentor],
) -> None:
    alice, bob = stage.clients("alice", "bob")
    by_rest = stage.rest("alice")
    asked = {"title": "Buy milk", "priority": "P0", "epicId": "e1"}

    since, heard = stage.stub.mark(), bob.events.mark()
    task = by_rest.post(LIST, asked)
    by_rest.patch(f"/api/tasks/{task['id']}", {"title": "Buy oat milk", "version": 1})
    by_rest.patch(f"/api/tasks/{task['id']}/status", {"status": "done", "version": 2})
    by_rest.delete(f"/api/tasks/{task['id']}")
    bob.events.wait("task:deleted", where={"id": task["id"]})
    rest = _told(stage, bob, since, heard)

    since, heard = stage.stub.mark(), bob.events.mark()
    task = alice.console.send("task:create", {"projectId": "atlas", **asked})
    alice.console.send("task:update", {"id": task["id"], "title": "Buy oat milk", "version": 1})
    alice.console.send("task:update", {"id": task["id"], "status": "done", "version": 2})
    alice.console.send("task:delete", {"id": task["id"]})
    bob.events.wait("task:deleted", where={"id": task["id"]})
    socket = _told(stage, bob, since, heard)

    assert socket == rest
    assert len(rest[0]) >= 4, "a creation, an edit, a move and a deletion were told"


def _told(
    stage: Stage[DevMentor], bob: DevMentor, since: int, heard: int
) -> tuple[list[Any], list[tuple[str, str]]]:
    """The words about tasks that bob heard, and the journal's order of stored and told."""
    stage.settled()
    words = [(each.event, _without_its_own(each.payload)) for each in bob.events.received(since=heard)]
    tasks = [(event, payload) for event, payload in words if event.startswith("task:")]
    order = [
        (entry["kind"], entry.get("event") or entry["entity"])
        for entry in stage.stub.journal(since)
        if entry["kind"] in ("store", "emitted")
    ]
    for index, (kind, what) in enumerate(order):
        if kind == "emitted":
            assert ("store", what.partition(":")[0]) in order[:index], f"{what} was told before it was stored"
    return tasks, order


def _without_its_own(payload: dict[str, Any]) -> dict[str, Any]:
    if "task" in payload:
        return {**payload, "task": _without_its_own(payload["task"])}
    return {key: value for key, value in payload.items() if key not in _OWN}


@pytest.mark.rule("flow.live-by-socket")
@pytest.mark.scenario("board/two_members")
def test_everything_that_a_live_board_writes_goes_by_socket(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    calls, since = alice.calls.mark(), alice.events.mark()
    alice.board.add("Buy milk")
    alice.board.edit("Buy milk", title_to="Buy oat milk")
    alice.board.move_by_keyboard("Buy oat milk", "ArrowRight")
    bob.board.expect_card("Buy oat milk", column="In Progress")
    alice.board.delete("Buy oat milk")
    bob.board.expect_no_card("Buy oat milk")
    written = [call for call in alice.calls.made(since=calls) if call.method != "GET"]
    assert written == [], "a Live board wrote by REST"
    sent = [each.event for each in alice.events.sent(since=since)]
    assert sent == ["task:create", "task:update", "task:update", "task:delete"]
