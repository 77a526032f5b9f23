"""Rooms keep projects and sprints apart: nothing of another room arrives, and nothing of it is shown."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Board, Stage


@pytest.mark.catches("R02")
@pytest.mark.smoke
@pytest.mark.scenario("rooms/two_projects")
@pytest.mark.rule("rooms.apart")
def test_change_in_one_project_does_not_reach_the_other(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", project="atlas")
    dave = stage.client("dave", project="borealis")
    before = dave.read_board()
    alice.board.add("Only for Atlas")
    alice.events.wait("task:created")
    assert _board_after_fence(stage, dave, "borealis") == before
    heard = [each.payload["title"] for each in dave.events.received("task:created")]
    assert heard == ["The fence"]


@pytest.mark.catches("R02")
@pytest.mark.scenario("rooms/two_projects")
@pytest.mark.rule("state.other-projects")
def test_event_of_another_project_that_does_arrive_is_not_shown(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", project="atlas")
    before = alice.read_board()
    foreign = stage.stub.tasks("borealis")[0]
    mine = stage.stub.tasks("atlas")[0]
    stage.stub.emit("task:created", foreign, user="alice")
    stage.stub.emit(
        "task:updated", {**foreign, "id": mine["id"], "version": 99, "title": "Leaked"}, user="alice"
    )
    part = {"id": mine["id"], "projectId": "borealis", "version": 99, "title": "Leaked in part"}
    stage.stub.emit("task:updated", part, user="alice")
    stage.stub.emit("task:deleted", {"id": mine["id"], "projectId": "borealis", "version": 100}, user="alice")
    assert _board_after_fence(stage, alice, "atlas") == before


@pytest.mark.catches("R02")
@pytest.mark.scenario("rooms/two_projects")
@pytest.mark.rule("state.other-projects")
def test_epic_sprint_and_name_of_another_project_that_do_arrive_are_not_shown(
    stage: Stage[DevMentor],
) -> None:
    alice = stage.client("alice", project="atlas")
    theirs = {"projectId": stage.id("borealis"), "version": 99}
    own = {"projectId": stage.id("atlas"), "version": 1, "status": "started"}
    epic = {**theirs, "id": "e9", "title": "Leaked", "status": "open", "progress": 10}
    stage.stub.emit("epic:created", epic, user="alice")
    stage.stub.emit(
        "sprint:started", {**theirs, "id": "s9", "name": "Leaked", "status": "started"}, user="alice"
    )
    stage.stub.emit(
        "project:updated", {"id": theirs["projectId"], "version": 99, "name": "Leaked"}, user="alice"
    )
    # A fence for each: events of one entity are applied in their order.
    stage.stub.emit("sprint:started", {**own, "id": "s1", "name": "Sprint of Atlas"}, user="alice")
    stage.rest("alice").post("/api/projects/atlas/epics", {"title": "Epic of Atlas"})
    stage.rest("alice").patch("/api/projects/atlas", {"name": "Atlas, second edition"})
    alice.sprints.expect_status("Sprint of Atlas", "started")
    alice.epics.expect_epic("Epic of Atlas")
    alice.header.expect_name("Atlas, second edition")
    alice.epics.expect_no_epic("Leaked")
    alice.sprints.expect_no_sprint("Leaked")


@pytest.mark.catches("R01")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("rooms.sprint", "sent.join-sprint", "sent.leave-sprint", "told.notification")
def test_sprint_view_joins_its_room_and_leaves_it_again(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    sprints = {each["status"]: each for each in stage.stub.store()["sprints"]}
    room = f"sprint:{sprints['started']['id']}"
    other = f"sprint:{sprints['planned']['id']}"
    alice.sprints.show_only(sprints["started"]["name"])
    stage.stub.wait_for_join("alice", room)
    stage.stub.emit("system:notification", _note("n1", "For another sprint"), room=other)
    stage.stub.emit("system:notification", _note("n2", "For this sprint"), room=room)
    alice.toasts.expect("For this sprint")
    alice.toasts.expect("For another sprint", count=0)
    bob.toasts.expect_none()
    alice.sprints.show_only(sprints["started"]["name"])
    stage.stub.wait_for_entry(kind="leave", user="alice", room=room)


@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("rooms.sprint")
def test_sprint_view_shows_only_the_tasks_of_the_sprint(stage: Stage[DevMentor]) -> None:
    alice, _bob = stage.clients("alice", "bob")
    sprints = stage.rest("bob").get("/api/projects/atlas/sprints")
    sprint = next(each for each in sprints if each["status"] == "started")
    inside = [each for each in stage.tasks() if each.get("sprintId") == sprint["id"]]
    outside = [each for each in stage.tasks() if each.get("sprintId") != sprint["id"]]
    alice.sprints.show_only(sprint["name"])
    alice.board.expect_no_card(outside[0]["title"])
    shown = {card for cards in alice.read_board().values() for card, _ in cards}
    assert shown == {each["id"] for each in inside}
    stage.rest("bob").patch(
        f"/api/tasks/{outside[0]['id']}", {"sprintId": sprint["id"], "version": outside[0]["version"]}
    )
    alice.board.expect_card_anywhere(outside[0]["title"])


@pytest.mark.catches("R01")
@pytest.mark.scenario("rooms/two_projects")
@pytest.mark.rule("rooms.of-the-page", "sent.leave-project")
def test_leaving_a_board_leaves_its_room(stage: Stage[DevMentor]) -> None:
    carol = stage.client("carol", project="atlas")
    carol.header.back_to_projects()
    carol.login.open_project(stage.id("borealis"))
    stage.wait_joined(carol, project="borealis")
    carol.board.expect_loaded()
    stage.rest("alice").post("/api/projects/atlas/tasks", {"title": "Of the board that was left"})
    stage.rest("dave").post("/api/projects/borealis/tasks", {"title": "Of the board that is shown"})
    carol.board.expect_card("Of the board that is shown", column="To Do")
    stage.settled()
    heard = [each.payload["title"] for each in carol.events.received("task:created")]
    assert heard == ["Of the board that is shown"], "in the room of a board that is not shown"
    assert len(carol.sids) == 1, "one page, one socket"


@pytest.mark.catches("R06")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("rooms.removed-at-once")
def test_member_who_is_removed_gets_nothing_more(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    bob.badge.expect("Live")
    stage.stub.set_member("atlas", "bob", member=False)
    alice.board.add("Not for Bob")
    emitted = stage.stub.wait_for_entry(kind="emitted", event="task:created")
    assert [each["user"] for each in emitted[0]["to"]] == ["alice"]


def _board_after_fence(stage: Stage[DevMentor], client: DevMentor, project: str) -> Board:
    """Events of one socket are applied in order: when the fence's card shows, all before it were handled."""
    member = next(each for each in stage.scenario.projects if each.id == project).members[-1]
    stage.rest(member).post(f"/api/projects/{project}/tasks", {"title": "The fence"})
    client.board.expect_card("The fence", column="To Do")
    return {
        column: [card for card in cards if card[1] != "The fence"]
        for column, cards in client.read_board().items()
    }


def _note(note_id: str, message: str) -> dict[str, str]:
    return {"id": note_id, "level": "info", "message": message}
