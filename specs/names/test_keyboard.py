"""Everything can be done without a mouse, by Tab and the keys that the elements have."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.keys import press_on, tab_to

from harness import Stage

pytestmark = pytest.mark.scenario("board/two_members")


@pytest.mark.rule("keyboard.everything", "drag.keyboard")
def test_task_is_made_changed_moved_and_deleted_by_keyboard(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    keys = alice.page.keyboard
    press_on(alice, alice.names.new_task)
    alice.dialog.expect_open("New task")
    keys.type("Buy milk")
    press_on(alice, alice.dialog.field("Priority"), "ArrowUp")
    press_on(alice, alice.dialog.button("Save"))
    alice.dialog.expect_closed()
    bob.board.expect_card("Buy milk", column="To Do")
    bob.board.expect_priority("Buy milk", "P1")

    press_on(alice, alice.board.card("Buy milk"))
    alice.dialog.expect_open("Edit task")
    keys.press("End")
    keys.type(" and bread")
    keys.press("Enter")
    bob.board.expect_card("Buy milk and bread", column="To Do")

    alice.board.move_by_keyboard("Buy milk and bread", "ArrowRight")
    bob.board.expect_card("Buy milk and bread", column="In Progress")

    press_on(alice, alice.board.card("Buy milk and bread"))
    alice.dialog.expect_open("Edit task")
    press_on(alice, alice.dialog.button("Delete"))
    bob.board.expect_no_card("Buy milk and bread")
    stage.converged()


@pytest.mark.rule("keyboard.everything")
def test_project_epics_and_sprints_are_changed_by_keyboard(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    keys = alice.page.keyboard
    press_on(alice, alice.header.rename_button)
    keys.press("ControlOrMeta+a")
    keys.type("Globe")
    keys.press("Enter")
    bob.header.expect_name("Globe")

    press_on(alice, alice.epics.new_button)
    keys.type("Winter")
    keys.press("Enter")
    bob.epics.expect_epic("Winter")

    press_on(alice, alice.sprints.button("Sprint 2", "Start"), "Space")
    bob.sprints.expect_status("Sprint 2", "started")
    press_on(alice, alice.sprints.button("Sprint 2", "Complete"), "Space")
    bob.sprints.expect_status("Sprint 2", "completed")
    press_on(alice, alice.sprints.button("Sprint 1", "Show only"), "Space")
    joined = alice.events.wait_answer("join:sprint")
    assert (joined.asked.payload, joined.args[0]["ok"]) == (stage.id("s1"), True)


@pytest.mark.rule("keyboard.focus")
def test_dialog_takes_the_focus_keeps_it_and_gives_it_back(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    card = alice.board.card("Write the docs")
    press_on(alice, card)
    alice.names.expect_focus_on_field("Title")
    for _ in range(12):
        alice.page.keyboard.press("Tab")
        alice.names.expect_focus_in_dialog()
    tab_to(alice.page, alice.dialog.field("Title"))
    alice.page.keyboard.press("Shift+Tab")
    alice.names.expect_focus_in_dialog()
    alice.page.keyboard.press("Escape")
    alice.dialog.expect_closed()
    alice.names.expect_focus("Write the docs")
