"""Half a minute, two minutes, ten minutes asleep: on a driven clock, in an instant."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import LIST

from harness import Stage


@pytest.mark.parametrize(
    "transport",
    [
        pytest.param("websocket", marks=pytest.mark.scenario("connection/websocket")),
        pytest.param("polling", marks=pytest.mark.scenario("connection/long_polling")),
        pytest.param("upgrade", marks=pytest.mark.scenario("connection/upgrade")),
    ],
)
def test_healthy_socket_outlives_five_minutes(stage: Stage[DevMentor], transport: str) -> None:
    stage.clock.install()
    alice, bob = stage.clients("alice", "bob")
    sids = [client.sid for client in (alice, bob)]
    stage.clock.advance("5m")
    assert [client.sid for client in (alice, bob)] == sids, "a healthy socket was given up"
    alice.board.add("Five minutes later")
    bob.board.expect_card("Five minutes later", column="To Do")
    alice.badge.expect("Live")


@pytest.mark.scenario("polling/realtime_off")
@pytest.mark.rule("polling.interval")
def test_polls_once_every_thirty_seconds_for_three_minutes(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice = stage.client("alice", ready=False)
    alice.board.expect_card("Write the docs", column="To Do")
    since = alice.calls.mark()
    stage.clock.advance("3m")
    assert len(alice.calls.made("GET", LIST, since=since)) == 6


@pytest.mark.catches("P08", "S01")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("recovery.refetches", "badge.half-open")
def test_after_a_night_with_the_lid_closed_the_board_catches_up(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice = stage.client("alice")
    stage.rest("bob").post(LIST, {"title": "Made in the night"})
    alice.board.expect_card("Made in the night", column="To Do")
    before = alice.sid
    stage.clock.sleep_wake("10m")
    stage.clock.advance("10s")
    stage.wait_joined(alice, newer_than=before)
    alice.badge.expect("Live")
    stage.converged(alice)
