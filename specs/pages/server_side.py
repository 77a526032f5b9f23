"""What the stub can tell about a client that no page shows: its joins and its requests for the list."""

from __future__ import annotations

from pages.devmentor import DevMentor

from harness import Stage

LIST = "/api/projects/atlas/tasks"
ROOM = "project:atlas"


def cut_and_rejoined(stage: Stage[DevMentor], person: str) -> None:
    """Cut the person's connection; a new one must join the room, which the server tells, not the badge."""
    old = stage.stub.cut(person)
    stage.stub.wait_for_join(person, ROOM, newer_than=old[0])


def expect_resync(stage: Stage[DevMentor], person: str) -> None:
    """After its last join, the client has asked for the list again."""
    joined = stage.stub.journal(kind="join", user=person, room=ROOM)[-1]
    stage.stub.wait_for_entry(
        since=joined["seq"],
        missing=f"no resync: {person} joined again but did not fetch the list again",
        kind="rest",
        method="GET",
        path=LIST,
        user=person,
        status=200,
    )


def list_requests(stage: Stage[DevMentor], since: int = 0, **fields: str) -> list[dict[str, object]]:
    """The requests for the list of tasks, answered or not, that the stub has seen since `since`."""
    return stage.stub.journal(since, kind="rest", method="GET", path=LIST, **fields)
