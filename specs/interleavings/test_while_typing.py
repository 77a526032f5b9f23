"""A dialog belongs to the person who types in it: nothing that happens elsewhere takes a letter away."""

from __future__ import annotations

import pytest
from pages.attention import expect_load, look_at
from pages.devmentor import DevMentor
from pages.rejoining import LIST
from pages.toasts import FAILED

from harness import Stage

pytestmark = pytest.mark.scenario("interleavings/websocket")


@pytest.mark.rule("state.typing-kept")
@pytest.mark.catches("U01")
def test_caret_and_text_stay_whatever_happens_to_the_board(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    expect_load(alice)
    alice.board.open("Write the docs")
    alice.dialog.fill(title="Half a thoght")
    alice.dialog.place_caret("Title", before="ght")
    bob = stage.rest("bob")
    bob.patch("/api/tasks/t2", {"title": "Draw two logos"})
    bob.patch("/api/tasks/t1", {"priority": "P0"})
    bob.post(LIST, {"title": "Buy milk"})
    alice.dialog.expect_note("Changed by someone else")
    since = alice.calls.mark()
    look_at(alice)
    expect_load(alice, since=since)
    alice.dialog.type("u")
    alice.dialog.expect_value("Title", "Half a thought")
    alice.dialog.save()
    alice.dialog.expect_closed()
    alice.board.expect_priority("Half a thought", "P0")
    stage.converged()


@pytest.mark.rule("state.typing-kept")
@pytest.mark.catches("O10")
def test_saving_one_field_keeps_what_somebody_else_changed_in_another(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    alice.board.open("Write the docs")
    alice.dialog.fill(title="Write good docs")
    stage.rest("bob").patch("/api/tasks/t1", {"assignee": "bob", "priority": "P0"})
    alice.dialog.expect_note("Changed by someone else")
    alice.dialog.save()
    alice.dialog.expect_closed()
    (task,) = (each for each in stage.tasks() if each["id"] == stage.id("t1"))
    assert (task["title"], task["assignee"], task["priority"]) == ("Write good docs", "bob", "P0")
    (sent,) = alice.events.sent("task:update")
    changed = set(sent.payload) - {"id", "projectId", "version", "clientMutationId"}
    assert changed == {"title"}, "only what was changed is to be sent"
    stage.converged()


@pytest.mark.rule("state.deleted-is-said", "state.told-of-failure")
@pytest.mark.catches("U02")
def test_saving_a_task_whose_deletion_is_on_its_way_brings_no_ghost(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    deletion = stage.faults.hold(event="task:deleted", to=alice)
    alice.board.open("Write the docs")
    alice.dialog.fill(title="Too late")
    stage.rest("bob").delete("/api/tasks/t1")
    deletion.wait()
    alice.dialog.save()
    alice.toasts.expect(FAILED)
    alice.dialog.expect_note("This task was deleted")
    deletion.lift()
    alice.dialog.cancel()
    alice.board.expect_no_card("Too late")
    alice.board.expect_no_card("Write the docs")
    stage.converged()


@pytest.mark.catches("U02")
def test_task_that_two_people_delete_is_gone_without_a_word(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    deletion = stage.faults.hold(event="task:deleted", to=alice)
    stage.rest("bob").delete("/api/tasks/t1")
    deletion.wait()
    alice.board.delete("Write the docs")
    alice.events.wait_answer("task:delete")
    deletion.lift()
    alice.board.expect_no_card("Write the docs")
    alice.toasts.expect_none()
    stage.converged()


@pytest.mark.rule("state.typing-kept", "throttle.burst-whole")
@pytest.mark.catches("S11", "U01")
def test_new_task_that_is_being_typed_is_not_touched_by_a_burst(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    alice.board.open_new()
    alice.dialog.fill(title="Buy")
    alice.dialog.place_caret("Title", before="")
    for number in range(10):
        stage.rest("bob").post(LIST, {"title": f"Card {number}", "status": "done"})
    alice.board.expect_count("Done", 11)
    alice.dialog.type(" milk")
    alice.dialog.save()
    alice.dialog.expect_closed()
    alice.board.expect_card("Buy milk", column="To Do")
    alice.board.expect_count("To Do", 3)
    stage.converged()
