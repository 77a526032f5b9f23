"""A person who closes the tab is seen until then, and the others go on."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.transports import ON_BOTH_TRANSPORTS

from harness import Stage


@ON_BOTH_TRANSPORTS
def test_bob_goes_on_when_alice_has_closed_her_tab(stage: Stage[DevMentor], transport: str) -> None:
    alice, bob = stage.clients("alice", "bob")
    [hers] = stage.stub.connections("alice")
    alice.board.add("Made before leaving")
    bob.board.expect_card("Made before leaving", column="To Do")
    alice.close()
    stage.stub.wait_until_gone(hers["sid"])
    bob.board.add("Made after it")
    bob.board.expect_card("Made after it", column="To Do")
    stage.settled()
    stage.converged(bob)


@pytest.mark.scenario("board/two_members")
def test_change_of_somebody_who_leaves_at_once_is_made(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    alice.close()
    bob.board.expect_card("Write the docs", column="In Progress")
    stage.converged(bob)


@pytest.mark.scenario("board/two_members")
def test_alice_who_comes_back_in_another_tab_finds_what_happened_meanwhile(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    [hers] = stage.stub.connections("alice")
    alice.close()
    stage.stub.wait_until_gone(hers["sid"])
    bob.board.add("Made meanwhile")
    again = stage.client("again", person="alice")
    again.badge.expect("Live")
    again.board.expect_card("Made meanwhile", column="To Do")
    stage.converged(bob, again)
