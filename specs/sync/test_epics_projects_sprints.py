"""Epics, the project itself and its sprints change on every board of the project."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage

pytestmark = pytest.mark.scenario("board/two_members")


@pytest.mark.rule("told.epic-created", "sent.epic-create")
def test_epic_alice_adds_appears_for_bob(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.epics.add("Get ready for winter")
    for client in (alice, bob):
        client.epics.expect_epic("Get ready for winter")


@pytest.mark.catches("S11")
@pytest.mark.rule("told.progress", "told.epic-updated")
def test_progress_of_an_epic_follows_its_tasks_on_both_boards(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    epic = stage.rest("alice").get("/api/projects/atlas/epics")[0]
    task = next(
        each for each in stage.tasks() if each.get("epicId") == epic["id"] and each["status"] != "done"
    )
    alice.board.drag(task["title"], to="Done")
    progress = bob.events.wait("epic:updated", where={"id": epic["id"]}).payload["progress"]
    assert progress > epic["progress"]
    for client in (alice, bob):
        client.epics.expect_progress(epic["title"], progress)


@pytest.mark.rule("told.project-updated", "sent.project-update")
def test_new_name_of_the_project_shows_for_bob(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.header.rename("Atlas, second edition")
    for client in (alice, bob):
        client.header.expect_name("Atlas, second edition")


@pytest.mark.rule("told.sprint-started", "told.sprint-completed", "sent.sprint-start", "sent.sprint-complete")
def test_sprint_alice_starts_and_completes_changes_for_bob(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    sprints = stage.rest("alice").get("/api/projects/atlas/sprints")
    planned = next(each for each in sprints if each["status"] == "planned")
    alice.sprints.start(planned["name"])
    bob.sprints.expect_status(planned["name"], "started")
    bob.sprints.complete(planned["name"])
    for client in (alice, bob):
        client.sprints.expect_status(planned["name"], "completed")
