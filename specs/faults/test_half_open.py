"""A connection that is open and says nothing: noticed by its silence, and made good afterwards."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage


@pytest.mark.catches("T04")
@pytest.mark.scenario("connection/short_heartbeat")
@pytest.mark.rule("badge.half-open")
def test_half_open_socket_turns_the_badge_and_bob_catches_up_when_it_thaws(
    stage: Stage[DevMentor],
) -> None:
    alice, bob = stage.clients("alice", "bob")
    with stage.faults.freeze(bob):
        bob.badge.expect("Polling")
        alice.board.add("Made meanwhile")
        bob.board.expect_card("Made meanwhile", column="To Do")
        bob.badge.expect("Polling")
    bob.badge.expect("Live")
    alice.board.add("And live again")
    bob.board.expect_card("And live again", column="To Do")


@pytest.mark.catches("T07")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("reconnection.fall-back-transport")
def test_polling_carries_bob_where_no_websocket_gets_through(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.client("alice"), stage.client("bob", visit=False)
    stage.faults.block_websocket(bob)
    bob.open_project(stage.id("atlas"))
    stage.wait_ready(bob)
    bob.badge.expect("Live")
    bob.badge.expect_transport("polling")
    alice.board.add("By polling")
    bob.board.expect_card("By polling", column="To Do")
