"""Events apply by id and version: late ones, repeated ones, parts of a task, and tasks never heard of."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import LIST
from pages.transports import PATIENT_ON_BOTH_TRANSPORTS

from harness import Stage

WEBSOCKET = pytest.mark.scenario("interleavings/websocket")


@pytest.mark.rule("state.tombstones")
@pytest.mark.catches("S05")
@PATIENT_ON_BOTH_TRANSPORTS
def test_deletion_that_overtakes_an_update_is_final(stage: Stage[DevMentor], transport: str) -> None:
    bob = stage.client("bob")
    hold = stage.faults.hold(event="task:*", to=bob)
    alice = stage.rest("alice")
    alice.patch("/api/tasks/t1", {"title": "Its last title"})
    alice.delete("/api/tasks/t1")
    hold.wait(2)
    hold.release([1])
    bob.board.expect_no_card("Write the docs")
    hold.release([0])
    stage.settled()
    bob.board.expect_no_card("Its last title")
    bob.board.expect_order("To Do", ["Draw the logo"])
    stage.converged()


@pytest.mark.rule("state.by-version")
@pytest.mark.catches("S05")
@pytest.mark.parametrize("order", [[0, 1], [1, 0]], ids=["in-order", "reversed"])
@PATIENT_ON_BOTH_TRANSPORTS
def test_move_and_edit_of_one_task_both_show_in_either_order(
    stage: Stage[DevMentor], transport: str, order: list[int]
) -> None:
    bob = stage.client("bob")
    hold = stage.faults.hold(event="task:*", to=bob)
    alice = stage.rest("alice")
    alice.patch("/api/tasks/t1/status", {"status": "done"})
    alice.patch("/api/tasks/t1", {"title": "Write good docs"})
    hold.wait(2)
    hold.release(order)
    bob.board.expect_card("Write good docs", column="Done")
    stage.settled()
    bob.board.expect_no_card("Write the docs")
    stage.converged()


@pytest.mark.rule("state.by-version", "state.tombstones")
@pytest.mark.catches("S10")
@pytest.mark.parametrize("event", ["task:created", "task:updated", "task:status_changed", "task:deleted"])
@WEBSOCKET
def test_event_that_comes_twice_is_applied_once(stage: Stage[DevMentor], event: str) -> None:
    bob = stage.client("bob")
    stage.faults.duplicate(event=event, to=bob)
    alice = stage.rest("alice")
    task = alice.post(LIST, {"title": "Buy milk"})
    alice.patch("/api/tasks/t1", {"title": "Write good docs"})
    alice.patch("/api/tasks/t3/status", {"status": "done"})
    alice.delete("/api/tasks/t2")
    bob.board.expect_no_card("Draw the logo")
    stage.settled()
    bob.board.expect_order("To Do", ["Write good docs", "Buy milk"])
    bob.board.expect_order("In Progress", [])
    bob.board.expect_order("Done", ["Buy the domain", "Fix the login"])
    assert len(bob.events.received(event)) == 2, f"{task['id']}: the fault delivered no event twice"
    stage.converged()


@pytest.mark.rule("state.partial")
@pytest.mark.catches("S08")
@WEBSOCKET
def test_part_of_a_task_changes_that_part_only(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    stage.faults.alter(event="task:updated", to=bob, unset=["title", "status", "assignee", "position"])
    stage.rest("alice").patch("/api/tasks/t1", {"priority": "P0"})
    bob.board.expect_priority("Write the docs", "P0")
    bob.board.expect_assignee("Write the docs", "alice")
    bob.board.expect_order("To Do", ["Write the docs", "Draw the logo"])
    stage.converged()


@pytest.mark.rule("state.by-version", "state.partial")
@pytest.mark.catches("S05", "S08")
@PATIENT_ON_BOTH_TRANSPORTS
def test_older_part_of_a_task_that_comes_late_changes_nothing(
    stage: Stage[DevMentor], transport: str
) -> None:
    bob = stage.client("bob")
    alice = stage.rest("alice")
    hold = stage.faults.hold(event="task:updated", to=bob)
    stage.faults.alter(event="task:updated", to=bob, unset=["status", "assignee", "position", "priority"])
    alice.patch("/api/tasks/t1", {"title": "Write better docs"})
    alice.patch("/api/tasks/t1", {"title": "Write the best docs"})
    hold.wait(2)
    hold.release([1])
    bob.board.expect_card("Write the best docs", column="To Do")
    hold.release([0])
    stage.settled()
    bob.board.expect_card("Write the best docs", column="To Do")
    stage.converged()


@pytest.mark.rule("state.unknown-is-fetched", "state.partial")
@pytest.mark.catches("S07")
@PATIENT_ON_BOTH_TRANSPORTS
def test_part_of_a_task_that_is_ahead_of_what_is_known_brings_what_was_missed(
    stage: Stage[DevMentor], transport: str
) -> None:
    bob = stage.client("bob")
    alice = stage.rest("alice")
    with stage.faults.drop(event="task:updated", to=bob) as lost:
        alice.patch("/api/tasks/t1", {"title": "Write good docs"})
        stage.settled()
    assert len(lost.touched) == 1
    stage.faults.alter(event="task:updated", to=bob, unset=["title", "status", "assignee", "position"])
    alice.patch("/api/tasks/t1", {"priority": "P0"})
    bob.board.expect_card("Write good docs", column="To Do")
    bob.board.expect_priority("Write good docs", "P0")
    stage.converged()


@pytest.mark.rule("state.partial")
@pytest.mark.catches("S08")
@WEBSOCKET
def test_field_that_is_null_is_cleared(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    bob.board.expect_assignee("Write the docs", "alice")
    stage.faults.alter(event="task:updated", to=bob, unset=["title", "status", "priority", "position"])
    stage.rest("alice").patch("/api/tasks/t1", {"assignee": None})
    bob.board.expect_assignee("Write the docs", "Unassigned")
    bob.board.expect_priority("Write the docs", "P1")
    stage.converged()


@pytest.mark.rule("state.unknown-is-fetched")
@pytest.mark.catches("S07")
@PATIENT_ON_BOTH_TRANSPORTS
def test_task_of_which_only_a_part_is_heard_is_fetched(stage: Stage[DevMentor], transport: str) -> None:
    bob = stage.client("bob")
    stage.faults.drop(event="task:created", to=bob)
    stage.faults.alter(event="task:updated", to=bob, unset=["title", "status"])
    alice = stage.rest("alice")
    task = alice.post(LIST, {"title": "Buy milk"})
    alice.patch(f"/api/tasks/{task['id']}", {"priority": "P0"})
    bob.board.expect_card("Buy milk", column="To Do")
    bob.board.expect_priority("Buy milk", "P0")
    stage.converged()


@pytest.mark.catches("S07", "S11")
@WEBSOCKET
def test_task_appears_in_the_sprint_it_is_moved_into_and_leaves_the_one_it_is_taken_out_of(
    stage: Stage[DevMentor],
) -> None:
    bob = stage.client("bob")
    bob.sprints.show_only("Sprint 1")
    bob.board.expect_order("To Do", ["Write the docs", "Draw the logo"])
    bob.board.expect_no_card("Fix the login")
    alice = stage.rest("alice")
    alice.patch("/api/tasks/t3", {"sprintId": "s1"})
    bob.board.expect_card("Fix the login", column="In Progress")
    alice.patch("/api/tasks/t1", {"sprintId": None})
    bob.board.expect_no_card("Write the docs")
    bob.board.expect_count("To Do", 1)
    bob.board.expect_count("In Progress", 1)


@pytest.mark.rule("state.handlers-current")
@pytest.mark.catches("S11", "L03")
@WEBSOCKET
def test_filter_that_was_chosen_after_the_load_holds_for_later_events(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    alice = stage.rest("alice")
    alice.post(LIST, {"title": "Before the filter"})
    bob.board.expect_card("Before the filter", column="To Do")
    bob.sprints.show_only("Sprint 1")
    alice.post(LIST, {"title": "Of no sprint"})
    alice.post(LIST, {"title": "Of the sprint", "sprintId": "s1"})
    bob.board.expect_card("Of the sprint", column="To Do")
    bob.board.expect_order("To Do", ["Write the docs", "Draw the logo", "Of the sprint"])
    bob.board.expect_count("To Do", 3)
    bob.sprints.show_only("Sprint 1")
    bob.board.expect_count("To Do", 5)
    stage.converged()


@pytest.mark.rule("state.handlers-current")
@pytest.mark.catches("L03")
@pytest.mark.scenario("rooms/two_projects")
def test_events_are_those_of_the_project_that_is_shown_now(stage: Stage[DevMentor]) -> None:
    carol = stage.client("carol", project="atlas")
    carol.header.back_to_projects()
    carol.login.open_project(stage.id("borealis"))
    stage.wait_joined(carol, project="borealis")
    carol.board.expect_card("Watch the sky", column="To Do")
    dave = stage.rest("dave")
    for title in ("First", "Second", "Third"):
        dave.post("/api/projects/borealis/tasks", {"title": title})
    carol.board.expect_order("To Do", ["Watch the sky", "First", "Second", "Third"])
    stage.converged(carol, project="borealis")


@pytest.mark.rule("rooms.apart", "state.handlers-current")
@pytest.mark.catches("L03", "R02")
@pytest.mark.scenario("rooms/two_projects")
def test_jump_in_the_history_from_board_to_board_shows_the_one_that_is_jumped_to(
    stage: Stage[DevMentor],
) -> None:
    carol = stage.client("carol", project="atlas")
    carol.header.back_to_projects()
    carol.login.open_project(stage.id("borealis"))
    stage.wait_joined(carol, project="borealis")
    carol.board.expect_card("Watch the sky", column="To Do")
    carol.header.jump_back(2)
    stage.wait_joined(carol, project="atlas")
    carol.board.expect_no_card("Watch the sky")
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Of this board"})
    carol.board.expect_card("Of this board", column="To Do")
    stage.converged(carol, project="atlas")
