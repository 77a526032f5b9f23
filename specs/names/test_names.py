"""The names by which a person who cannot see the page finds everything on it."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.looks import colour_name, contrasts

from harness import Stage


@pytest.mark.rule("names.columns", "names.card")
@pytest.mark.scenario("board/two_members")
def test_columns_stand_in_order_with_their_counts_and_cards_tell_id_and_version(
    stage: Stage[DevMentor],
) -> None:
    alice = stage.client("alice")
    alice.names.expect_columns(["To Do", "In Progress", "Done"])
    for column, count in {"To Do": 3, "In Progress": 2, "Done": 1}.items():
        alice.board.expect_count(column, count)
    task = stage.rest("bob").patch("/api/tasks/t1", {"title": "Write good docs"})
    alice.board.expect_card("Write good docs", column="To Do")
    alice.names.expect_card("Write good docs", task_id=stage.id("t1"), version=task["version"])


@pytest.mark.rule("names.new-task", "names.fields", "names.buttons", "dialog.create")
@pytest.mark.scenario("board/two_members")
def test_dialog_has_its_names_and_makes_a_task_of_all_that_is_filled_in(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.open_new()
    alice.names.expect_fields("Title", "Description", "Priority", "Assignee")
    alice.names.expect_buttons("Cancel", "Save")
    alice.dialog.fill(title="Buy milk", description="Two of them", priority="P0", assignee="bob")
    alice.dialog.save()
    bob.board.expect_card("Buy milk", column="To Do")
    task = next(each for each in stage.tasks() if each["title"] == "Buy milk")
    assert (task["description"], task["priority"], task["assignee"]) == ("Two of them", "P0", "bob")
    bob.board.open("Buy milk")
    bob.names.expect_buttons("Delete", "Cancel", "Save")
    bob.dialog.expect_value("Description", "Two of them")
    bob.dialog.cancel()


@pytest.mark.rule("dialog.validation", "dialog.errors-stay")
@pytest.mark.parametrize("title", ["", "   ", "x" * 201], ids=["empty", "blank", "too-long"])
@pytest.mark.scenario("board/two_members")
def test_title_that_cannot_be_is_refused_in_the_dialog_and_nothing_is_sent(
    stage: Stage[DevMentor], title: str
) -> None:
    alice = stage.client("alice")
    alice.board.open_new()
    alice.dialog.fill(title=title, description="Kept")
    alice.dialog.save()
    alice.dialog.expect_error()
    alice.dialog.expect_value("Description", "Kept")
    alice.dialog.fill(title="x" * 200)
    alice.dialog.save()
    alice.dialog.expect_closed()
    created = [each.payload["title"] for each in alice.events.sent("task:create")]
    assert created == ["x" * 200]


@pytest.mark.rule("dialog.loading", "state.one-submit")
@pytest.mark.scenario("board/two_members")
def test_dialog_shows_that_it_is_saving_until_the_answer_is_there(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    held = stage.faults.hold(event="task:create", by=alice)
    alice.board.open_new()
    alice.dialog.fill(title="Buy milk")
    alice.dialog.save()
    alice.names.expect_saving()
    held.lift()
    alice.dialog.expect_closed()
    alice.board.expect_card("Buy milk", column="To Do")


@pytest.mark.rule("names.contrast")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.scenario("board/two_members")
def test_every_text_stands_out_from_its_ground(stage: Stage[DevMentor], scheme: str) -> None:
    alice = stage.client("alice", color_scheme=scheme)
    stage.stub.ack_fault(event="task:update", user="alice", error={"code": "INTERNAL", "message": "no"})
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    alice.toasts.expect("Failed to update task. Please try again.")
    alice.board.open("Write the docs")
    alice.dialog.fill(title="")
    alice.dialog.save()
    alice.dialog.expect_error()
    seen = contrasts(alice.page)
    words = {each["words"] for each in seen}
    assert {"Live", "Draw the logo", "Sprint 1", "New task", "Title", "Title is required."} <= words
    assert [each for each in seen if each["ratio"] < each["wanted"]] == []


@pytest.mark.rule("badge.colours")
@pytest.mark.scenario("connection/quick_retry")
def test_live_is_green_and_polling_is_grey(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    alice.badge.expect("Live")
    assert colour_name(alice.badge.element) == "green"
    with stage.faults.cut(alice):
        alice.badge.expect("Polling")
        assert colour_name(alice.badge.element) == "grey"


@pytest.mark.rule("badge.colours")
@pytest.mark.scenario("connection/mock_mode")
def test_mock_data_is_yellow(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", ready=False)
    alice.badge.expect("Mock Data")
    assert colour_name(alice.badge.element) == "yellow"
