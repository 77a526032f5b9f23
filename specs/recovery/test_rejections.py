"""A change that the server does not take is reverted, only that change, and the person is told."""

from __future__ import annotations

import pytest
from pages.devmentor import ACK_TIMEOUT, DevMentor
from pages.toasts import FAILED

from harness import Stage


@pytest.mark.catches("O01")
@pytest.mark.scenario("board/two_members")
@pytest.mark.parametrize("code", [pytest.param("CONFLICT", marks=pytest.mark.smoke), "FORBIDDEN", "INTERNAL"])
@pytest.mark.rule("state.revert-ack", "state.told-of-failure")
def test_move_refused_by_the_ack_goes_back_with_a_toast(stage: Stage[DevMentor], code: str) -> None:
    alice, _bob = stage.clients("alice", "bob")
    before = alice.read_board()
    stage.stub.ack_fault(event="task:update", user="alice", error={"code": code, "message": "no"})
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    alice.toasts.expect(FAILED)
    alice.board.expect_card("Write the docs", column="To Do")
    assert alice.read_board() == before, "the card went back to another place than it came from"
    stage.converged()


@pytest.mark.catches("O08", "O01")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("state.revert-timeout", "state.told-of-failure", "state.optimistic")
def test_move_that_is_never_acknowledged_goes_back_with_a_toast(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice, _bob = stage.clients("alice", "bob")
    stage.faults.drop(event="task:update", by=alice)
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    alice.board.expect_card("Write the docs", column="In Progress")
    stage.clock.advance(ACK_TIMEOUT)
    alice.toasts.expect(FAILED)
    alice.board.expect_card("Write the docs", column="To Do")
    stage.converged()


@pytest.mark.catches("O10")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("state.revert-ack")
def test_stale_version_gets_the_current_task_and_a_toast(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    held = stage.faults.hold(event="task:update", by=alice)
    alice.board.edit_without_waiting("Write the docs", title_to="Alice's words")
    held.wait()
    task = next(each for each in stage.tasks() if each["title"] == "Write the docs")
    stage.rest("bob").patch(f"/api/tasks/{task['id']}", {"title": "Bob's words", "version": task["version"]})
    bob.board.expect_card("Bob's words", column="To Do")
    held.lift()
    alice.board.expect_card("Bob's words", column="To Do")
    stage.converged()


@pytest.mark.catches("O01")
@pytest.mark.scenario("polling/realtime_off")
@pytest.mark.parametrize("status", [409, pytest.param(500, marks=pytest.mark.smoke)])
@pytest.mark.rule("state.revert-rest", "state.told-of-failure")
def test_move_refused_by_rest_goes_back_with_a_toast(stage: Stage[DevMentor], status: int) -> None:
    alice = stage.client("alice", ready=False)
    alice.board.expect_card("Write the docs", column="To Do")
    before = alice.read_board()
    stage.faults.http_error(status, path="/api/tasks/*", by=alice, nth=1)
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    alice.toasts.expect(FAILED)
    alice.board.expect_card("Write the docs", column="To Do")
    assert alice.read_board() == before
    stage.converged()


@pytest.mark.catches("O02")
@pytest.mark.scenario("interleavings/websocket")
@pytest.mark.rule("state.revert-only-that")
def test_revert_keeps_what_others_changed_meanwhile(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    other = alice.board.titles("Done")[0]
    held = stage.stub.ack_fault(
        event="task:update", user="alice", error={"code": "INTERNAL", "message": "no"}, hold=True
    )
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    alice.board.expect_card("Write the docs", column="In Progress")
    bob.board.edit("Write the docs", title_to="Write good docs")
    bob.board.drag(other, to="To Do")
    alice.board.expect_card("Write good docs", column="In Progress")
    alice.board.expect_card(other, column="To Do")
    stage.stub.release(held)
    alice.toasts.expect(FAILED)
    alice.board.expect_card("Write good docs", column="To Do")
    alice.board.expect_card(other, column="To Do")
    stage.converged()


@pytest.mark.catches("O06")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("dialog.errors-stay", "state.revert-ack")
def test_task_that_cannot_be_created_leaves_the_form_and_no_card(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    stage.stub.ack_fault(event="task:create", user="alice", error={"code": "INTERNAL", "message": "no"})
    alice.board.open_new()
    alice.dialog.fill(title="Buy milk")
    alice.dialog.save()
    alice.dialog.expect_error()
    alice.dialog.expect_value("Title", "Buy milk")
    alice.dialog.save()
    alice.dialog.expect_closed()
    for client in (alice, bob):
        client.board.expect_card("Buy milk", column="To Do")
    stage.converged()


@pytest.mark.catches("L05")
@pytest.mark.scenario("board/two_members")
@pytest.mark.parametrize(
    "bad",
    [
        None,
        "text",
        {},
        {"id": "__proto__", "projectId": "atlas"},
        {"id": "t1", "projectId": "atlas", "status": "nowhere", "version": 9},
    ],
    ids=["null", "text", "empty", "proto", "unknown-status"],
)
@pytest.mark.rule("state.malformed")
def test_malformed_event_is_ignored_and_the_next_good_one_applied(
    stage: Stage[DevMentor], bad: object
) -> None:
    alice = stage.client("alice")
    before = alice.read_board()
    stage.stub.emit("task:updated", bad, user="alice")
    stage.stub.emit("task:created", bad, user="alice")
    stage.rest("bob").post("/api/projects/atlas/tasks", {"title": "A good one"})
    alice.board.expect_card("A good one", column="To Do")
    assert alice.page_errors == [], f"the page threw: {alice.page_errors}"
    assert alice.page.evaluate("({}).polluted") is None
    shown = {card for cards in alice.read_board().values() for card, _ in cards}
    assert {card for cards in before.values() for card, _ in cards} <= shown, (
        "a malformed event removed a card"
    )
