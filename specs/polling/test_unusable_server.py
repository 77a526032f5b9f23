"""A realtime server that turns every handshake away for good: the board lives by REST, and nobody hammers."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.refusals import Refusal

from harness import Stage

#: The first connect and five attempts, and one with each of the three polls.
_MOST = 9


@pytest.mark.catches("T07", "T06")
@pytest.mark.rule("polling.first-connect-fails", "badge.polling", "reconnection.with-polls")
@pytest.mark.parametrize("why", ["version", "origin"])
@pytest.mark.scenario("connection/long_polling")
def test_board_lives_by_rest_where_the_server_is_one_for_another(stage: Stage[DevMentor], why: str) -> None:
    target = stage.target
    if why == "origin" and not target.has_stub and target.gateway_url == target.app_url:
        pytest.skip(f"not on target {target.name}: its server is of the page's own origin")
    stage.clock.install()
    bob = stage.client("bob", visit=False)
    refusal = Refusal(bob, why)
    bob.open_project(stage.id("atlas"))
    bob.badge.expect("Polling")
    bob.board.expect_card("Write the docs", column="To Do")
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Told by a poll"})
    stage.clock.advance("31s")
    bob.board.expect_card("Told by a poll", column="To Do")
    stage.clock.advance("60s")
    bob.badge.expect("Polling")
    assert 2 <= refusal.count <= _MOST, f"{refusal.count} handshakes in a minute and a half"
    assert bob.events.received() == [], "nothing came by a socket"
