"""Answers that are late are old: what came by the socket meanwhile is not undone by them."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage


@pytest.mark.catches("S03")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("state.old-snapshot")
def test_snapshot_that_is_held_while_an_event_passes_does_not_undo_it(stage: Stage[DevMentor]) -> None:
    _alice = stage.client("alice")
    bob = stage.client("bob", visit=False)
    hold = stage.faults.http_hold(path="/api/projects/atlas/tasks", by=bob)
    bob.open_project(stage.id("atlas"))
    hold.wait()
    stage.wait_joined(bob)
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Newer than the snapshot"})
    bob.events.wait("task:updated")
    hold.lift()
    bob.board.expect_card("Newer than the snapshot", column="To Do")
    stage.settled()
    stage.converged()


@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("recovery.refetches")
def test_refused_load_is_made_good_by_the_next(stage: Stage[DevMentor]) -> None:
    stage.client("alice")
    bob = stage.client("bob", visit=False)
    stage.faults.http_error(503, path="/api/projects/atlas/tasks", by=bob, nth=1)
    bob.open_project(stage.id("atlas"))
    stage.wait_joined(bob)
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Shown at last"})
    bob.board.expect_card("Shown at last", column="To Do")
