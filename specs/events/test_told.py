"""What the server tells is painted, whole, under its own name, and once."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import LIST
from pages.transports import ON_BOTH_TRANSPORTS

from harness import Stage


@pytest.mark.rule("told.task-created", "told.task-updated", "told.task-status-changed", "told.task-deleted")
@ON_BOTH_TRANSPORTS
def test_each_word_about_a_task_is_painted(stage: Stage[DevMentor], transport: str) -> None:
    bob, alice = stage.client("bob"), stage.rest("alice")
    task = alice.post(LIST, {"title": "Buy milk"})
    bob.board.expect_card("Buy milk", column="To Do")
    alice.patch(f"/api/tasks/{task['id']}", {"title": "Buy oat milk", "priority": "P0"})
    bob.board.expect_card("Buy oat milk", column="To Do")
    bob.board.expect_priority("Buy oat milk", "P0")
    alice.patch(f"/api/tasks/{task['id']}/status", {"status": "in_progress"})
    bob.board.expect_card("Buy oat milk", column="In Progress")
    alice.delete(f"/api/tasks/{task['id']}")
    bob.board.expect_no_card("Buy oat milk")


@pytest.mark.rule("told.epic-created", "told.epic-updated", "told.epic-deleted")
@ON_BOTH_TRANSPORTS
def test_each_word_about_an_epic_is_painted(stage: Stage[DevMentor], transport: str) -> None:
    bob, alice = stage.client("bob"), stage.rest("alice")
    epic = alice.post("/api/projects/atlas/epics", {"title": "Winter"})
    bob.epics.expect_epic("Winter")
    alice.patch(f"/api/epics/{epic['id']}", {"title": "Spring"})
    bob.epics.expect_epic("Spring")
    alice.delete(f"/api/epics/{epic['id']}")
    bob.epics.expect_no_epic("Spring")


@pytest.mark.rule("told.project-updated", "told.sprint-started", "told.sprint-completed", "told.notification")
@ON_BOTH_TRANSPORTS
def test_each_word_about_project_and_sprint_is_painted_and_a_notification_pops_up_once(
    stage: Stage[DevMentor], transport: str
) -> None:
    bob, alice = stage.client("bob"), stage.rest("alice")
    alice.patch("/api/projects/atlas", {"name": "Globe"})
    bob.header.expect_name("Globe")
    alice.post("/api/sprints/s2/start")
    bob.sprints.expect_status("Sprint 2", "started")
    alice.post("/api/sprints/s2/complete")
    bob.sprints.expect_status("Sprint 2", "completed")
    stage.stub.emit("system:notification", {"id": "n1", "level": "info", "message": "Tea"}, user="bob")
    bob.toasts.expect("Tea", count=1)


@pytest.mark.rule("told.project-created")
@ON_BOTH_TRANSPORTS
def test_new_project_is_added_to_the_list(stage: Stage[DevMentor], transport: str) -> None:
    bob = stage.client("bob")
    bob.header.back_to_projects()
    bob.login.expect_project(stage.id("atlas"))
    cosmos = stage.rest("alice").post("/api/projects", {"name": "Cosmos", "members": ["bob"]})
    bob.login.expect_project(cosmos["id"], name="Cosmos")


@pytest.mark.rule("told.move", "told.edit")
@pytest.mark.scenario("board/two_members")
def test_move_and_edit_have_a_word_each_and_never_both(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    since = bob.events.mark()
    alice.board.drag("Pick a font", to="In Progress", by="keyboard")
    alice.board.drag("Draw the logo", to="To Do", at=0, by="keyboard")
    alice.board.edit("Write the docs", title_to="Write good docs")
    bob.board.expect_card("Write good docs", column="To Do")
    stage.settled()
    told = [heard.event for heard in bob.events.received(since=since)]
    assert told == ["task:status_changed", "task:status_changed", "task:updated"]


@pytest.mark.rule("told.whole")
@pytest.mark.scenario("board/two_members")
def test_what_is_told_is_the_whole_of_it_as_the_store_has_it(stage: Stage[DevMentor]) -> None:
    bob, alice = stage.client("bob"), stage.rest("alice")
    alice.patch("/api/tasks/t1", {"title": "Write good docs"})
    task = bob.events.wait("task:updated").payload
    alice.patch("/api/tasks/t1/status", {"status": "in_progress"})
    moved = bob.events.wait("task:status_changed").payload
    epic = alice.post("/api/projects/atlas/epics", {"title": "Winter"})
    told_epic = bob.events.wait("epic:created").payload
    alice.patch("/api/projects/atlas", {"name": "Globe"})
    project = bob.events.wait("project:updated").payload
    alice.post("/api/sprints/s2/start")
    sprint = bob.events.wait("sprint:started").payload
    now = alice.get("/api/tasks/t1")
    assert moved["task"] == now
    assert (moved["from"], moved["to"]) == ("todo", "in_progress")
    assert task.keys() >= now.keys()
    assert (task["title"], task["version"]) == ("Write good docs", 2)
    assert told_epic == epic
    assert project == alice.get("/api/projects/atlas")
    sprints = alice.get("/api/projects/atlas/sprints")
    assert sprint == next(each for each in sprints if each["id"] == stage.id("s2"))


@pytest.mark.rule("told.progress")
@pytest.mark.scenario("board/two_members")
def test_task_that_is_no_longer_done_lowers_the_progress_of_its_epic(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    before = stage.rest("alice").get("/api/projects/atlas/epics")[0]["progress"]
    alice.board.drag("Buy the domain", to="To Do", by="keyboard")
    lower = bob.events.wait("epic:updated", where={"id": stage.id("e1")}).payload["progress"]
    assert lower < before
    for client in (alice, bob):
        client.epics.expect_progress("Public launch", lower)
