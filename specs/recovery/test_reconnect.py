"""After a lost connection the client joins its rooms again and catches up, whatever took it away."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import LIST, cut_and_rejoined, expect_resync

from harness import Stage


@pytest.mark.catches("T01")
@pytest.mark.smoke
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("recovery.joins-again", "recovery.refetches")
def test_after_a_cut_bob_is_in_his_room_again_and_hears_what_happens_next(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    cut_and_rejoined(stage, bob)
    expect_resync(stage, bob)
    bob.expect_no_request()
    since = bob.calls.mark()
    alice.board.add("After the cut")
    bob.board.expect_card("After the cut", column="To Do")
    assert bob.calls.made("GET", LIST, since=since) == [], (
        "the card came by a refetch: the socket brought nothing"
    )


@pytest.mark.catches("S01")
@pytest.mark.smoke
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("recovery.refetches")
def test_changes_made_while_bob_is_offline_reach_him_without_another_event(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    with stage.faults.offline(bob):
        bob.badge.expect("Polling")
        alice.board.add("Made meanwhile")
        alice.board.delete("Write the docs")
        alice.board.move_by_keyboard(alice.board.titles("In Progress")[0], "ArrowRight")
        stage.converged(alice)
    stage.wait_ready(bob)
    expect_resync(stage, bob)
    bob.board.expect_card("Made meanwhile", column="To Do")
    bob.board.expect_no_card("Write the docs")
    stage.converged(alice, bob)


@pytest.mark.catches("L01", "P07", "T01")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("recovery.twice", "told.notification", "service.one-socket")
def test_second_recovery_works_like_the_first(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    for round_number in (1, 2):
        cut_and_rejoined(stage, bob)
        bob.badge.expect("Live")
        alice.board.add(f"After cut {round_number}")
        bob.board.expect_card(f"After cut {round_number}", column="To Do")
    stage.stub.emit("system:notification", {"id": "n1", "level": "info", "message": "Once only"}, user="bob")
    bob.toasts.expect("Once only", count=1)
    assert len(stage.stub.connections("bob")) == 1, "one page, one socket"


@pytest.mark.catches("T01")
@pytest.mark.scenario("connection/quick_retry")
@pytest.mark.rule("recovery.restart")
def test_gateway_restart_loses_every_room_and_both_boards_come_back(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    sids = {each["user"]: each["sid"] for each in stage.stub.connections()}
    stage.stub.restart()
    for client in (alice, bob):
        stage.stub.wait_for_join(client.person, "project:atlas", newer_than=sids[client.person])
        client.badge.expect("Live")
    alice.board.add("After the restart")
    bob.board.expect_card("After the restart", column="To Do")
    stage.converged()


@pytest.mark.catches("T03")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("reconnection.kicked")
def test_client_that_the_server_disconnects_connects_again(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    old = stage.stub.kick("bob")
    stage.stub.wait_for_join("bob", "project:atlas", newer_than=old[0])
    bob.badge.expect("Live")
    alice.board.add("After the kick")
    bob.board.expect_card("After the kick", column="To Do")


@pytest.mark.catches("T02")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("reconnection.with-polls")
def test_gives_up_after_five_attempts_but_recovers_when_the_server_is_back(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice = stage.client("alice")
    with stage.faults.unreachable(alice) as refused:
        stage.faults.cut(alice).lift()
        stage.clock.advance("1m")  # the five attempts are over by then, whatever the jitter
        tried = len(refused.touched)
        stage.clock.advance("1m")
        assert len(refused.touched) > tried, "nobody tries to connect any more"
        alice.badge.expect("Polling")
    stage.clock.advance("30s")
    stage.wait_ready(alice)
    alice.badge.expect("Live")
