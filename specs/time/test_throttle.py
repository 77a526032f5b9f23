"""Updates are throttled, not delayed: the first at once, those that follow soon after together."""

from __future__ import annotations

import pytest
from pages.attention import expect_load
from pages.devmentor import DevMentor
from pages.transports import ON_BOTH_TRANSPORTS

from harness import Stage

_THROTTLE_MS = 100


@pytest.mark.rule("throttle.first-at-once", "throttle.together")
@ON_BOTH_TRANSPORTS
def test_first_event_shows_at_once_and_the_next_two_together_at_the_end_of_the_window(
    stage: Stage[DevMentor], transport: str
) -> None:
    stage.clock.install()
    bob, alice = stage.client("bob"), stage.rest("alice")
    expect_load(bob)
    stage.settled()
    hold = stage.faults.hold(event="task:*", to=bob)
    alice.patch("/api/tasks/t1", {"title": "At once"})
    alice.patch("/api/tasks/t2", {"title": "Next"})
    alice.patch("/api/tasks/t2", {"title": "Last"})
    hold.wait(3)
    bob.stop_time()
    hold.release()
    bob.board.expect_card("At once", column="To Do")
    bob.events.wait("task:updated", count=3)
    bob.page.clock.run_for(_THROTTLE_MS - 1)
    bob.board.expect_card("Fix the login", column="In Progress")
    bob.page.clock.run_for(1)
    bob.board.expect_card("Last", column="In Progress")
    bob.page.clock.resume()
