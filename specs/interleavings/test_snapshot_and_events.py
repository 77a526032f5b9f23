"""A snapshot is as old as the moment it was read: it never undoes what was told since, nor hides the rest."""

from __future__ import annotations

import pytest
from pages.attention import expect_load, look_at
from pages.devmentor import DevMentor
from pages.rejoining import LIST
from pages.transports import PATIENT_ON_EVERY_TRANSPORT

from harness import Stage


@pytest.mark.rule("recovery.refetches", "state.old-snapshot")
@pytest.mark.catches("S02")
@pytest.mark.parametrize("first", ["snapshot", "join"])
@PATIENT_ON_EVERY_TRANSPORT
def test_change_between_the_snapshot_and_the_join_is_shown_without_another_event(
    stage: Stage[DevMentor], transport: str, first: str
) -> None:
    bob = stage.client("bob", visit=False)
    joining = stage.faults.hold(event="join:project", by=bob)
    snapshot = stage.faults.http_hold(path=LIST, by=bob, nth=1)
    bob.open_project(stage.id("atlas"))
    joining.wait()
    snapshot.wait()
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Told to nobody here"})
    if first == "snapshot":
        snapshot.lift()
        bob.board.expect_card("Write the docs", column="To Do")
    joining.lift()
    stage.wait_joined(bob)
    bob.badge.expect("Live")
    snapshot.lift()
    bob.board.expect_card("Told to nobody here", column="To Do")
    assert bob.events.received("task:updated") == [], "the board is to know it by its own asking"
    stage.converged()


@pytest.mark.rule("state.old-snapshot", "state.tombstones")
@pytest.mark.catches("S03", "S05")
@PATIENT_ON_EVERY_TRANSPORT
def test_late_snapshot_undoes_neither_creation_nor_move_nor_deletion(
    stage: Stage[DevMentor], transport: str
) -> None:
    bob = stage.client("bob")
    expect_load(bob)
    snapshot = stage.faults.http_hold(path=LIST, by=bob)
    look_at(bob)
    snapshot.wait()
    alice = stage.rest("alice")
    alice.post(LIST, {"title": "Buy milk"})
    alice.patch("/api/tasks/t1/status", {"status": "done"})
    alice.delete("/api/tasks/t2")
    bob.board.expect_card("Buy milk", column="To Do")
    bob.board.expect_no_card("Draw the logo")
    since = bob.calls.mark()
    snapshot.lift()
    expect_load(bob, since=since)
    bob.board.expect_order("To Do", ["Buy milk"])
    bob.board.expect_order("Done", ["Buy the domain", "Write the docs"])
    stage.converged()


@pytest.mark.rule("state.old-snapshot")
@pytest.mark.catches("G01")
@pytest.mark.scenario("interleavings/websocket")
def test_event_that_is_ahead_of_the_store_is_not_undone_by_a_snapshot_from_before(
    stage: Stage[DevMentor],
) -> None:
    bob = stage.client("bob")
    expect_load(bob)
    (task,) = (each for each in stage.stub.tasks("atlas") if each["id"] == "t1")
    early = {**task, "title": "Told before it was stored", "version": task["version"] + 1}
    stage.stub.emit("task:updated", early, user="bob")
    bob.board.expect_card("Told before it was stored", column="To Do")
    since = bob.calls.mark()
    look_at(bob)
    expect_load(bob, since=since)
    bob.board.expect_card("Told before it was stored", column="To Do")
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Told before it was stored"})
    stage.converged()


@pytest.mark.rule("state.poll-and-flight")
@pytest.mark.catches("P05")
@pytest.mark.scenario("interleavings/websocket")
def test_snapshot_from_before_a_move_in_flight_leaves_the_card_where_it_was_dropped(
    stage: Stage[DevMentor],
) -> None:
    alice = stage.client("alice")
    expect_load(alice)
    moving = stage.faults.hold(event="task:update", by=alice)
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    moving.wait()
    since = alice.calls.mark()
    look_at(alice)
    expect_load(alice, since=since)
    alice.board.expect_card("Write the docs", column="In Progress")
    moving.lift()
    stage.settled()
    alice.board.expect_card("Write the docs", column="In Progress")
    stage.converged()


@pytest.mark.rule("state.poll-and-flight")
@pytest.mark.catches("P05")
@pytest.mark.scenario("interleavings/realtime_off")
def test_poll_during_a_change_by_rest_does_not_undo_it(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", ready=False)
    expect_load(alice)
    moving = stage.faults.http_hold(method="PATCH", path="/api/tasks/*", by=alice, at="request")
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    moving.wait()
    since = alice.calls.mark()
    look_at(alice)
    expect_load(alice, since=since)
    alice.board.expect_card("Write the docs", column="In Progress")
    moving.lift()
    alice.board.expect_saved("Write the docs")
    alice.board.expect_card("Write the docs", column="In Progress")
    stage.converged()
