"""Nodes share what they know by Redis: without it nothing is promised, and afterwards all is as it was."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.nodes import client_at
from pages.toasts import FAILED

from harness import Deployment, Stage

pytestmark = pytest.mark.cluster


@pytest.mark.rule("badge.real-stays-real", "badge.old-data-is-said", "state.told-of-failure")
@pytest.mark.scenario("connection/quick_retry")
def test_boards_say_that_they_are_old_take_no_change_and_are_in_step_when_redis_is_back(
    stage: Stage[DevMentor], cluster: Deployment
) -> None:
    alice, bob = client_at(stage, "alice", node=1), client_at(stage, "bob", node=2)
    shown = alice.read_board()
    cluster.stop_redis()
    for client in (alice, bob):
        client.badge.expect("Polling", timeout_ms=stage.target.timeouts.ready_ms)
        client.board.expect_stale()
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    alice.toasts.expect(FAILED)
    for client in (alice, bob):
        assert client.read_board() == shown, "a change that nobody has stored, or data that is none"
    cluster.start_redis()
    for client in (alice, bob):
        client.badge.expect("Live", timeout_ms=stage.target.timeouts.ready_ms)
        client.board.expect_fresh()
    alice.board.add("After the outage")
    bob.board.expect_card("After the outage", column="To Do")
    stage.converged()
