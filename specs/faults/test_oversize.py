"""A change that is larger than the server takes ends the connection, and is not sent again."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage


@pytest.mark.parametrize(
    "transport",
    [
        pytest.param("websocket", marks=pytest.mark.scenario("connection/websocket")),
        pytest.param("polling", marks=pytest.mark.scenario("connection/long_polling")),
    ],
)
def test_change_that_is_too_large_is_taken_back_and_not_sent_again(
    stage: Stage[DevMentor], transport: str
) -> None:
    alice = stage.client("alice")
    old = alice.sid
    stage.faults.oversize(event="task:update", by=alice, nth=1)
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    stage.wait_joined(alice, newer_than=old)
    alice.badge.expect("Live")
    alice.board.expect_card("Write the docs", column="To Do")
    assert len(alice.events.sent("task:update")) == 1, "what was too large was sent again"
    stage.converged(alice)
