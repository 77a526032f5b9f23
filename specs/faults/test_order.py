"""Events that come late, twice, in another order or not at all leave every board as the server has it."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.transports import ON_BOTH_TRANSPORTS

from harness import Stage


@pytest.mark.catches("S05")
@ON_BOTH_TRANSPORTS
@pytest.mark.rule("state.by-version", "told.in-step")
def test_events_released_in_reverse_order_leave_both_boards_equal(
    stage: Stage[DevMentor], transport: str
) -> None:
    _alice, bob = stage.clients("alice", "bob")
    hold = stage.faults.hold(event="task:*", to=bob)
    alice = stage.rest("alice")
    for title in ("First", "Second", "Third"):
        alice.patch("/api/tasks/t1", {"title": title})
    hold.wait(3)
    bob.board.expect_card("Write the docs", column="To Do")
    hold.release([2, 1, 0])
    bob.board.expect_card("Third", column="To Do")
    stage.settled()
    bob.board.expect_no_card("First")
    stage.converged()


@pytest.mark.catches("S10")
@ON_BOTH_TRANSPORTS
@pytest.mark.rule("state.by-version")
def test_burst_that_is_delivered_twice_shows_no_card_twice(stage: Stage[DevMentor], transport: str) -> None:
    alice, bob = stage.clients("alice", "bob")
    stage.faults.duplicate(event="task:created", to=[alice, bob])
    peer = stage.rest("alice")
    for number in range(10):
        peer.post("/api/projects/atlas/tasks", {"title": f"Card {number}"})
    bob.board.expect_card("Card 9", column="To Do")
    stage.settled()
    assert len(bob.board.titles("To Do")) == 11
    stage.converged()


@pytest.mark.catches("S05")
@ON_BOTH_TRANSPORTS
@pytest.mark.rule("state.by-version")
def test_updates_in_any_order_leave_the_newest_on_the_board(stage: Stage[DevMentor], transport: str) -> None:
    alice, bob = stage.clients("alice", "bob")
    with stage.faults.reorder(4, event="task:updated", to=bob):
        for number in range(8):
            stage.rest("alice").patch("/api/tasks/t1", {"title": f"Title {number}"})
        alice.board.expect_card("Title 7", column="To Do")
        bob.board.expect_card("Title 7", column="To Do")
    stage.converged()


@pytest.mark.catches("S07", "S05")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("state.unknown-is-fetched")
def test_update_that_overtakes_the_creation_of_its_task_is_not_lost(stage: Stage[DevMentor]) -> None:
    _alice, bob = stage.clients("alice", "bob")
    hold = stage.faults.hold(event="task:*", to=bob)
    alice = stage.rest("alice")
    task = alice.post("/api/projects/atlas/tasks", {"title": "Buy milk"})
    alice.patch(f"/api/tasks/{task['id']}", {"title": "Buy oat milk"})
    hold.wait(2)
    hold.release([1, 0])
    bob.board.expect_card("Buy oat milk", column="To Do")
    stage.converged()
