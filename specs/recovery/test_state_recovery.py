"""Connection state recovery: a socket that was cut off comes back as itself, with all that it missed."""

from __future__ import annotations

import pytest
from pages.attention import look_at
from pages.devmentor import DevMentor
from pages.rejoining import LIST

from harness import Stage

on_both_transports = pytest.mark.parametrize(
    "transport",
    [
        pytest.param("websocket", marks=pytest.mark.scenario("recovery/state_recovery")),
        pytest.param("polling", marks=pytest.mark.scenario("recovery/state_recovery_polling")),
    ],
)


@on_both_transports
@pytest.mark.rule("recovery.replay", "recovery.twice")
def test_socket_that_was_cut_off_twice_is_recovered_twice_and_misses_nothing(
    stage: Stage[DevMentor], transport: str
) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.add("Before the cut")  # a client without an event has nothing to recover from
    bob.board.expect_card("Before the cut", column="To Do")
    (before,) = stage.stub.connections("bob")
    for round_number in (1, 2):
        since, heard = stage.stub.mark(), bob.events.mark()
        stage.stub.cut("bob")
        stage.rest("alice").post("/api/projects/atlas/tasks", {"title": f"During cut {round_number}"})
        stage.stub.wait_for_entry(since=since, kind="connect", user="bob", recovered=True)
        bob.events.wait("task:created", where={"title": f"During cut {round_number}"}, since=heard)
        bob.board.expect_card(f"During cut {round_number}", column="To Do")
        bob.badge.expect("Live")
    (after,) = stage.stub.connections("bob")
    assert (after["sid"], after["transport"]) == (before["sid"], transport), (
        "another socket, not the same one"
    )
    stage.converged()
    stage.settled()


@pytest.mark.rule("recovery.replay-two-minutes", "recovery.refetches")
@pytest.mark.scenario("recovery/state_recovery_expired")
def test_socket_that_was_away_too_long_is_a_new_one_that_fetches_what_it_missed(
    stage: Stage[DevMentor],
) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.add("Before the cut")
    bob.board.expect_card("Before the cut", column="To Do")
    (before,) = stage.stub.connections("bob")
    with stage.faults.cut(bob):
        bob.badge.expect("Polling")
        stage.rest("alice").post("/api/projects/atlas/tasks", {"title": "Made meanwhile"})
    stage.stub.wait_for_join("bob", "project:atlas", newer_than=before["sid"])
    again = stage.stub.journal(kind="connect", user="bob")[-1]
    assert again["recovered"] is False
    bob.board.expect_card("Made meanwhile", column="To Do")
    bob.badge.expect("Live")
    stage.converged()


@on_both_transports
@pytest.mark.rule("rooms.removed-at-once")
@pytest.mark.catches("R06")
def test_member_who_is_removed_while_away_recovers_neither_the_room_nor_what_was_told_in_it(
    stage: Stage[DevMentor], transport: str
) -> None:
    bob = stage.client("bob")
    alice = stage.rest("alice")
    alice.post(LIST, {"title": "Before the cut"})
    bob.board.expect_card("Before the cut", column="To Do")
    since, heard = stage.stub.mark(), bob.events.mark()
    with stage.faults.cut(bob):
        bob.badge.expect("Polling")
        bob.calls.wait_answered()
        stage.stub.set_member("atlas", "bob", member=False)
        alice.post(LIST, {"title": "Not for Bob"})
    stage.stub.wait_for_entry(since=since, kind="connect", user="bob", recovered=True)
    stage.settled()
    assert [each["rooms"] for each in stage.stub.connections("bob")] == [[]]
    assert bob.events.received(since=heard) == []
    look_at(bob)
    bob.access.expect_denied()
