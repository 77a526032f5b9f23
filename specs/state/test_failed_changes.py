"""A change that fails is taken back, it alone; one whose fate is unknown is asked for; none is sent later."""

from __future__ import annotations

import pytest
from pages.devmentor import ACK_TIMEOUT, DevMentor
from pages.rejoining import LIST, cut_and_rejoined
from pages.toasts import FAILED

from harness import Stage

WEBSOCKET = pytest.mark.scenario("interleavings/websocket")
CREATE_FAILED = "Failed to create task. Please try again."
DELETE_FAILED = "Failed to delete task. Please try again."


@pytest.mark.rule("state.revert-ack", "state.told-of-failure")
@pytest.mark.catches("O01")
@WEBSOCKET
def test_deletion_that_is_refused_brings_the_card_back_to_its_place(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    stage.faults.ack_error("FORBIDDEN", event="task:delete", by=alice)
    alice.board.delete("Write the docs")
    alice.toasts.expect(DELETE_FAILED)
    alice.board.expect_order("To Do", ["Write the docs", "Draw the logo"])
    stage.converged()


@pytest.mark.rule("state.revert-ack", "dialog.errors-stay")
@pytest.mark.catches("O01")
@WEBSOCKET
def test_edit_that_is_refused_keeps_what_was_typed_and_can_be_saved_again(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    stage.faults.ack_error(event="task:update", by=alice)
    alice.board.edit_without_waiting("Write the docs", title_to="Write good docs")
    alice.toasts.expect(FAILED)
    alice.dialog.expect_error()
    alice.dialog.expect_value("Title", "Write good docs")
    alice.board.expect_behind_dialog("Write the docs")
    alice.dialog.save()
    alice.dialog.expect_closed()
    alice.board.expect_card("Write good docs", column="To Do")
    stage.converged()


@pytest.mark.rule("state.revert-rest")
@pytest.mark.catches("O01")
@pytest.mark.scenario("interleavings/realtime_off")
def test_move_whose_connection_breaks_goes_back(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", ready=False)
    alice.board.expect_card("Write the docs", column="To Do")
    # All of them: a browser sends a call again by itself when a connection it had kept open is reset.
    stage.faults.rest_abort(method="PATCH", path="/api/tasks/*", by=alice, times=None)
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    alice.toasts.expect(FAILED)
    alice.board.expect_order("To Do", ["Write the docs", "Draw the logo"])
    stage.converged()


@pytest.mark.catches("O01", "O08")
@pytest.mark.scenario("interleavings/realtime_off")
def test_move_that_was_carried_out_although_its_answer_was_lost_shows_in_the_end(
    stage: Stage[DevMentor],
) -> None:
    alice = stage.client("alice", ready=False)
    alice.board.expect_card("Write the docs", column="To Do")
    stage.faults.rest_abort(method="PATCH", path="/api/tasks/*", by=alice, after=True)
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    alice.toasts.expect(FAILED)
    alice.board.expect_card("Write the docs", column="In Progress")
    stage.converged()


@pytest.mark.rule("state.revert-only-that")
@pytest.mark.catches("O02")
@WEBSOCKET
def test_failure_of_one_move_leaves_a_second_one_alone(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    first = stage.stub.ack_fault(
        event="task:update", user="alice", hold=True, error={"code": "INTERNAL", "message": "no"}
    )
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    stage.stub.wait_for_entry(kind="fault", name="ack-fault", held=True)
    alice.board.move_by_keyboard("Draw the logo", "ArrowRight", "ArrowRight")
    alice.board.expect_saved("Draw the logo")
    stage.rest("bob").patch("/api/tasks/t1", {"title": "Write good docs"})
    alice.board.expect_card("Write good docs", column="In Progress")
    stage.stub.release(first)
    alice.toasts.expect(FAILED)
    alice.board.expect_card("Write good docs", column="To Do")
    alice.board.expect_card("Draw the logo", column="Done")
    stage.converged()


@pytest.mark.rule("state.revert-only-that")
@pytest.mark.catches("O02")
@pytest.mark.parametrize("gone", ["deleted", "moved"])
@WEBSOCKET
def test_failed_move_of_a_task_that_others_changed_ends_as_they_left_it(
    stage: Stage[DevMentor], gone: str
) -> None:
    alice = stage.client("alice")
    held = stage.stub.ack_fault(
        event="task:update", user="alice", hold=True, error={"code": "INTERNAL", "message": "no"}
    )
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    stage.stub.wait_for_entry(kind="fault", name="ack-fault", held=True)
    if gone == "deleted":
        stage.rest("bob").delete("/api/tasks/t1")
        alice.board.expect_no_card("Write the docs")
    else:
        stage.rest("bob").patch("/api/tasks/t1/status", {"status": "done"})
        alice.events.wait("task:status_changed")
    stage.stub.release(held)
    alice.toasts.expect(FAILED)
    if gone == "deleted":
        alice.board.expect_no_card("Write the docs")
    else:
        alice.board.expect_card("Write the docs", column="Done")
    stage.converged()


@pytest.mark.catches("O06")
@WEBSOCKET
def test_card_the_server_does_not_know_yet_can_be_neither_opened_nor_moved(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    held = stage.faults.hold(event="task:create", by=alice)
    alice.board.open_new()
    alice.dialog.fill(title="Buy milk")
    alice.dialog.save()
    alice.dialog.cancel()
    alice.board.expect_card("Buy milk", column="To Do")
    alice.board.press_on("Buy milk", "Enter")
    alice.dialog.expect_closed()
    alice.board.press_on("Buy milk", "Space", "ArrowRight", "Space")
    alice.board.expect_card("Buy milk", column="To Do")
    held.lift()
    alice.board.expect_saved("Buy milk")
    sent = [each.event for each in alice.events.sent()]
    assert sent == ["join:project", "task:create"]
    stage.converged()


@pytest.mark.rule("state.revert-ack", "state.told-of-failure")
@pytest.mark.catches("O06")
@WEBSOCKET
def test_card_of_a_task_that_could_not_be_created_goes_with_a_word(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    held = stage.stub.ack_fault(
        event="task:create", user="alice", hold=True, error={"code": "INTERNAL", "message": "no"}
    )
    alice.board.open_new()
    alice.dialog.fill(title="Buy milk")
    alice.dialog.save()
    alice.dialog.cancel()
    alice.board.expect_card("Buy milk", column="To Do")
    stage.stub.release(held)
    alice.toasts.expect(CREATE_FAILED)
    alice.board.expect_no_card("Buy milk")
    stage.converged()


@pytest.mark.rule("state.revert-timeout", "dialog.errors-stay")
@pytest.mark.catches("O08")
@pytest.mark.scenario("connection/websocket")
def test_save_without_an_answer_ends_with_an_error_and_can_be_repeated(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice = stage.client("alice")
    stage.faults.drop(event="task:create", by=alice, nth=1)
    alice.board.open_new()
    alice.dialog.fill(title="Buy milk")
    alice.dialog.save()
    stage.clock.advance(ACK_TIMEOUT)
    alice.dialog.expect_error()
    alice.toasts.expect(CREATE_FAILED)
    alice.dialog.expect_value("Title", "Buy milk")
    alice.dialog.save()
    alice.dialog.expect_closed()
    alice.board.expect_card("Buy milk", column="To Do")
    stage.converged()


@pytest.mark.rule("state.nothing-blind")
@pytest.mark.catches("O08")
@WEBSOCKET
def test_connection_that_is_lost_before_the_answer_ends_the_wait(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    stage.stub.ack_fault(event="task:create", user="alice", hold=True)
    alice.board.open_new()
    alice.dialog.fill(title="Buy milk")
    alice.dialog.save()
    stage.stub.wait_for_entry(kind="fault", name="ack-fault", held=True)
    cut_and_rejoined(stage, alice)
    alice.dialog.expect_error()
    alice.badge.expect("Live")
    received = stage.stub.journal(kind="received", event="task:create")
    assert len(received) == 1, "what was under way when the connection was lost is not sent blindly again"
    stage.stub.release()


@pytest.mark.rule("state.one-submit")
@pytest.mark.catches("O05")
@WEBSOCKET
def test_enter_and_then_a_click_on_save_make_one_task(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    held = stage.faults.hold(event="task:create", by=alice)
    alice.board.open_new()
    alice.dialog.fill(title="Buy milk")
    alice.dialog.save_by_enter_and_click()
    held.wait()
    alice.dialog.expect_busy()
    held.lift()
    alice.dialog.expect_closed()
    alice.board.expect_card("Buy milk", column="To Do")
    created = alice.events.sent("task:create")
    assert len(created) == 1, f"one submit sent {len(created)} creations"
    stage.converged()


@pytest.mark.rule("state.nothing-blind")
@pytest.mark.catches("T10", "O06")
@pytest.mark.scenario("interleavings/websocket")
def test_change_made_offline_is_refused_and_not_sent_later(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    with stage.faults.offline(alice):
        alice.badge.expect("Polling")
        alice.board.move_by_keyboard("Write the docs", "ArrowRight")
        alice.toasts.expect(FAILED)
        alice.board.expect_card("Write the docs", column="To Do")
    alice.badge.expect("Live")
    alice.board.add("The fence")
    sent = alice.events.sent("task:update")
    written = alice.calls.made("PATCH")
    assert (sent, written) == ([], []), "what was refused while offline was sent later"
    stage.converged()


@pytest.mark.rule("state.nothing-blind")
@pytest.mark.catches("O06")
@WEBSOCKET
def test_task_made_offline_is_refused_and_leaves_no_card(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    with stage.faults.offline(alice):
        alice.badge.expect("Polling")
        alice.board.open_new()
        alice.dialog.fill(title="Buy milk")
        alice.dialog.save()
        alice.toasts.expect(CREATE_FAILED)
        alice.dialog.cancel()
        alice.board.expect_no_card("Buy milk")
    alice.badge.expect("Live")
    alice.board.expect_no_card("Buy milk")
    stage.converged()


@pytest.mark.rule("state.revert-timeout", "flow.polling-by-rest")
@pytest.mark.catches("O08")
@pytest.mark.scenario("connection/websocket")
def test_change_by_rest_that_is_never_answered_goes_back(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice = stage.client("alice")
    with stage.faults.cut(alice):
        alice.badge.expect("Polling")
        unanswered = stage.faults.http_hold(method="PATCH", path="/api/tasks/*", by=alice, at="request")
        alice.board.move_by_keyboard("Write the docs", "ArrowRight")
        unanswered.wait()
        stage.clock.advance(ACK_TIMEOUT)
        alice.toasts.expect(FAILED)
        alice.board.expect_card("Write the docs", column="To Do")


@pytest.mark.rule("state.nothing-blind", "flow.polling-by-rest")
@pytest.mark.catches("O08")
@WEBSOCKET
def test_change_made_without_a_socket_goes_by_rest_once(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    with stage.faults.cut(alice):
        alice.badge.expect("Polling")
        alice.board.move_by_keyboard("Write the docs", "ArrowRight")
        alice.calls.wait("PATCH", "/api/tasks/t1/status", status=200)
    alice.badge.expect("Live")
    alice.board.expect_card("Write the docs", column="In Progress")
    alice.board.add("The fence")
    sent = [each.event for each in alice.events.sent()]
    assert "task:update" not in sent, "the change went by REST and by socket"
    stage.converged()


@pytest.mark.catches("O10")
@pytest.mark.parametrize("order", [("alice", "bob"), ("bob", "alice")], ids=["alice-first", "bob-first"])
@WEBSOCKET
def test_two_people_who_sort_one_column_at_a_time_see_one_order(
    stage: Stage[DevMentor], order: tuple[str, str]
) -> None:
    stage.rest("alice").post(LIST, {"title": "Buy milk"})
    alice, bob = stage.clients("alice", "bob")
    held = {
        client.name: (client, stage.faults.hold(event="task:update", by=client)) for client in (alice, bob)
    }
    alice.board.move_by_keyboard("Write the docs", "ArrowDown")
    bob.board.move_by_keyboard("Buy milk", "ArrowUp")
    for _client, hold in held.values():
        hold.wait()
    for name in order:
        client, hold = held[name]
        hold.lift()
        client.events.wait_answer("task:update")
    for client in (alice, bob):
        client.board.expect_saved("Write the docs")
        client.board.expect_saved("Buy milk")
        client.board.expect_order("To Do", ["Buy milk", "Draw the logo", "Write the docs"])
    stage.converged()
