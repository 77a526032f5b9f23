"""What one person changes, the others see: created, edited, moved and deleted, once each."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage

both_broadcast_styles = pytest.mark.parametrize(
    "echo",
    [
        pytest.param("room", marks=pytest.mark.scenario("board/two_members")),
        pytest.param("others", marks=pytest.mark.scenario("board/echo_others")),
    ],
)


@pytest.mark.catches("O03", "S11")
@pytest.mark.smoke
@both_broadcast_styles
@pytest.mark.rule("told.task-created", "told.once", "sent.task-create", "state.own-echo")
def test_task_alice_creates_appears_once_on_both_boards(stage: Stage[DevMentor], echo: str) -> None:
    alice, bob = stage.clients("alice", "bob")
    count = len(alice.board.titles("To Do"))
    alice.board.add("Buy milk")
    for client in (alice, bob):
        client.board.expect_card("Buy milk", column="To Do")
        client.board.expect_count("To Do", count + 1)
    _expect_broadcast_to(stage, "task:created", {"alice", "bob"} if echo == "room" else {"bob"})
    stage.converged()


@both_broadcast_styles
@pytest.mark.rule("told.task-status-changed", "told.once", "state.own-echo")
def test_card_alice_moves_stands_once_on_both_boards(stage: Stage[DevMentor], echo: str) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    for client in (alice, bob):
        client.board.expect_card("Write the docs", column="In Progress")
    _expect_broadcast_to(stage, "task:status_changed", {"alice", "bob"} if echo == "room" else {"bob"})
    stage.converged()


@pytest.mark.smoke
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("told.task-updated", "sent.task-update", "told.in-time")
def test_edit_shows_on_the_other_board(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.edit("Write the docs", title_to="Write good docs", priority="P0")
    for client in (alice, bob):
        client.board.expect_card("Write good docs", column="To Do")
        client.board.expect_priority("Write good docs", "P0")
        client.board.expect_no_card("Write the docs")
    stage.converged()


@pytest.mark.smoke
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("told.task-deleted", "sent.task-delete")
def test_deleted_task_leaves_the_other_board(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.delete("Write the docs")
    for client in (alice, bob):
        client.board.expect_no_card("Write the docs")
    stage.converged()


@pytest.mark.scenario("board/three_members")
@pytest.mark.rule("told.in-step")
def test_three_boards_stay_in_step(stage: Stage[DevMentor]) -> None:
    alice, bob, carol = stage.clients("alice", "bob", "carol")
    alice.board.add("From Alice")
    bob.board.add("From Bob")
    carol.board.drag("Write the docs", to="Done")
    for client in (alice, bob, carol):
        client.board.expect_card("From Alice", column="To Do")
        client.board.expect_card("From Bob", column="To Do")
        client.board.expect_card("Write the docs", column="Done")
    stage.converged()


@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("flow.alike")
def test_change_made_by_rest_shows_like_one_made_by_socket(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    stage.rest("bob").post("/api/projects/atlas/tasks", {"title": "By REST"})
    alice.board.expect_card("By REST", column="To Do")
    stage.converged()


@pytest.mark.catches("O04")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("told.in-step")
def test_second_tab_of_the_same_person_follows(stage: Stage[DevMentor]) -> None:
    desk = stage.client("alice")
    phone = stage.client("alice-phone", person="alice")
    desk.board.add("Buy milk")
    phone.board.expect_card("Buy milk", column="To Do")
    stage.converged()


@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("throttle.burst-whole")
def test_burst_of_fifty_events_is_applied_whole(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    peer = stage.rest("bob")
    for number in range(50):
        peer.post("/api/projects/atlas/tasks", {"title": f"Task number {number}", "status": "done"})
    for client in (alice, bob):
        client.board.expect_card("Task number 49", column="Done")
    stage.converged()


@pytest.mark.catches("U03")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("state.text-is-text")
def test_markup_in_a_title_is_shown_as_text_and_runs_nothing(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    title = "<img src=x onerror=window.__injected=1>"
    alice.board.add(title)
    for client in (alice, bob):
        client.board.expect_card(title, column="To Do")
        assert client.page.evaluate("window.__injected") is None, (
            f"a title ran as script on {client.name}'s page"
        )


@pytest.mark.catches("O05")
@pytest.mark.scenario("interleavings/websocket")
@pytest.mark.rule("state.one-submit")
def test_double_click_on_save_makes_one_task(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    held = stage.stub.ack_fault(event="task:create", user="alice", hold=True, after=True)
    alice.board.open_new()
    alice.dialog.fill(title="Buy milk")
    alice.dialog.save_twice()
    bob.board.expect_card("Buy milk", column="To Do")
    stage.stub.release(held)
    alice.dialog.expect_closed()
    alice.board.expect_card("Buy milk", column="To Do")
    created = stage.stub.journal(kind="received", event="task:create")
    assert len(created) == 1, f"one submit sent {len(created)} creations"


@pytest.mark.catches("U01")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("state.typing-kept")
def test_typing_survives_a_change_made_by_someone_else(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.open("Write the docs")
    alice.dialog.fill(title="Half a thou")
    bob.board.edit("Write the docs", priority="P0")
    alice.dialog.expect_note("Changed by someone else")
    alice.dialog.expect_value("Title", "Half a thou")
    alice.dialog.save()
    alice.dialog.expect_closed()
    for client in (alice, bob):
        client.board.expect_card("Half a thou", column="To Do")
        client.board.expect_priority("Half a thou", "P0")
    stage.converged()


@pytest.mark.catches("U02")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("state.deleted-is-said")
def test_task_deleted_under_an_open_dialog_is_said_so(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.open("Write the docs")
    bob.board.delete("Write the docs")
    alice.dialog.expect_note("This task was deleted")
    alice.dialog.cancel()
    alice.board.expect_no_card("Write the docs")


def _expect_broadcast_to(stage: Stage[DevMentor], event: str, names: set[str]) -> None:
    stage.settled()
    reached = {client.name for client in stage.everybody if client.events.received(event)}
    assert reached == names, f"{event} went to {sorted(reached)} instead of {sorted(names)}"
