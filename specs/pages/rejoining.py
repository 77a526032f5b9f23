"""A connection that is lost and made anew, as the page's own wire tells it: on any target."""

from __future__ import annotations

from pages.devmentor import DevMentor

from harness import Stage, until

LIST = "/api/projects/atlas/tasks"


def cut_and_rejoined(stage: Stage[DevMentor], client: DevMentor) -> None:
    """Cut the client's connection; a new one must join the room, which the server tells, not the badge."""
    old = client.sid
    stage.faults.cut(client).lift()
    stage.wait_joined(client, newer_than=old)


def expect_resync(stage: Stage[DevMentor], client: DevMentor) -> None:
    """After its last join, the client has asked for the list again."""
    until(
        lambda: has_asked_since_its_join(client),
        page=client.page,
        timeout_ms=stage.target.timeouts.ready_ms,
        failure=lambda: f"no resync: {client.name} joined again but did not fetch the list again",
    )


def has_asked_since_its_join(client: DevMentor) -> bool:
    """Whether it was given the list by a call that it began after its last join on the session it has."""
    joins = [each.asked for each in client.events.answered("join:project") if each.asked.sid == client.sid]
    lists = client.calls.made("GET", LIST, status=200)
    return bool(joins) and any(call.t >= joins[-1].t for call in lists)
