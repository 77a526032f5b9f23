"""Events that come late, twice, in another order or not at all leave every board as the server has it."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage

ON_BOTH_TRANSPORTS = [
    pytest.param("websocket", marks=pytest.mark.scenario("connection/websocket")),
    pytest.param("polling", marks=pytest.mark.scenario("connection/long_polling")),
]


@pytest.mark.parametrize("transport", ON_BOTH_TRANSPORTS)
def test_events_released_in_reverse_order_leave_both_boards_equal(
    stage: Stage[DevMentor], transport: str
) -> None:
    _alice, bob = stage.clients("alice", "bob")
    hold = stage.faults.hold(event="task:*", to=bob)
    alice = stage.rest("alice")
    for title in ("First", "Second", "Third"):
        alice.patch("/api/tasks/t1", {"title": title})
    hold.wait(3)
    bob.board.expect_card("Write the docs", column="To Do")
    hold.release([2, 1, 0])
    bob.board.expect_card("Third", column="To Do")
    stage.settled()
    bob.board.expect_no_card("First")
    stage.converged()
