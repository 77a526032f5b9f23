"""Only members see a board: who is removed while watching, and who asks for a room that is not theirs."""

from __future__ import annotations

import pytest
from pages.attention import look_at
from pages.devmentor import DevMentor
from pages.toasts import FAILED

from harness import Stage


@pytest.mark.rule("rooms.removed-at-once")
@pytest.mark.catches("R06")
@pytest.mark.parametrize(
    "transport",
    [
        pytest.param("websocket", marks=pytest.mark.scenario("connection/websocket")),
        pytest.param("polling", marks=pytest.mark.scenario("connection/long_polling")),
    ],
)
def test_member_who_is_removed_while_watching_hears_no_more_and_is_told_at_the_next_load(
    stage: Stage[DevMentor], transport: str
) -> None:
    alice, bob = stage.clients("alice", "bob")
    bob.sprints.show_only("Sprint 1")
    stage.stub.wait_for_join("bob", "sprint:s1")
    heard = bob.events.mark()
    stage.stub.set_member("atlas", "bob", member=False)
    alice.board.add("Not for Bob")
    stage.settled()
    assert bob.events.received(since=heard) == []
    assert [each["rooms"] for each in stage.stub.connections("bob")] == [[]]
    look_at(bob)
    bob.access.expect_denied()
    alice.badge.expect("Live")


@pytest.mark.rule("rooms.removed-at-once", "state.revert-ack")
@pytest.mark.catches("R06", "O01")
@pytest.mark.scenario("board/two_members")
def test_change_of_a_member_who_was_removed_is_refused_and_taken_back(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    stage.stub.set_member("atlas", "bob", member=False)
    bob.board.move_by_keyboard("Write the docs", "ArrowRight")
    bob.toasts.expect(FAILED)
    bob.board.expect_card("Write the docs", column="To Do")
    alice.board.expect_card("Write the docs", column="To Do")
    stage.converged(alice)


@pytest.mark.catches("R06")
@pytest.mark.scenario("connection/quick_retry")
def test_member_who_is_removed_while_away_is_told_so_on_return(stage: Stage[DevMentor]) -> None:
    _alice, bob = stage.clients("alice", "bob")
    with stage.faults.cut(bob):
        bob.badge.expect("Polling")
        stage.stub.set_member("atlas", "bob", member=False)
        bob.access.expect_denied()
    stage.settled()
    bob.access.expect_denied()


@pytest.mark.rule("rooms.members-only")
@pytest.mark.catches("R06")
@pytest.mark.scenario("rooms/two_projects")
def test_room_of_a_project_one_is_no_member_of_cannot_be_joined_by_its_id(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", project="atlas")
    borealis = stage.id("borealis")
    alice.access.ask_for_room_of(borealis)
    asked = alice.events.wait_answer("join:project", where=lambda payload: payload == borealis)
    assert (asked.args[0]["ok"], asked.args[0]["error"]["code"]) == (False, "FORBIDDEN")
    stage.rest("dave").post("/api/projects/borealis/tasks", {"title": "Not for Alice"})
    stage.rest("carol").post("/api/projects/atlas/tasks", {"title": "For Alice"})
    alice.board.expect_card("For Alice", column="To Do")
    stage.settled()
    assert [each.payload["title"] for each in alice.events.received("task:created")] == ["For Alice"]


@pytest.mark.rule("rooms.members-only", "rooms.sprint")
@pytest.mark.catches("R06")
@pytest.mark.scenario("demo")
def test_room_of_a_sprint_of_a_project_one_is_no_member_of_cannot_be_joined_by_its_id(
    stage: Stage[DevMentor],
) -> None:
    dave = stage.client("dave", project="borealis")
    sprint = stage.rest("alice").get("/api/projects/atlas/sprints")[0]
    dave.access.ask_for_room_of_sprint(sprint["id"])
    stage.stub.wait_for_entry(kind="received", event="join:sprint", user="dave")
    stage.settled()
    assert [each["rooms"] for each in stage.stub.connections("dave")] == [["project:borealis"]]
