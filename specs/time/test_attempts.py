"""A lost connection is tried again five times, with growing pauses, then with every poll or good reason."""

from __future__ import annotations

import pytest
from pages.attention import hide, look_at
from pages.devmentor import DevMentor
from pages.rejoining import LIST
from pages.transports import ON_BOTH_TRANSPORTS

from harness import Stage, until

#: Pauses without jitter, in seconds: doubled each time, up to five.
_PAUSES_S = (1, 2, 4, 5, 5)
#: The library hears of a failed request by a timer of the page; the pause begins then.
_A_MOMENT_MS = 20
_STEP_MS = 100
_LONGEST_PAUSE_MS = 30_000


def lose_the_connection(stage: Stage[DevMentor], client: DevMentor) -> int:
    """The client's time stands still, its connection is gone, and no new one comes about.

    Returns how many it had tried before.
    """
    client.stop_time()
    tried = client.connections_tried
    stage.faults.cut(client)
    client.run_until("Polling", step_ms=1)
    client.expect_no_request()
    return tried


def expect_attempts(client: DevMentor, before: int, count: int) -> None:
    """So many connections were tried since `before`, and no more: the page's time stands still."""
    until(
        lambda: client.connections_tried - before >= count,
        page=client.page,
        timeout_ms=client.target.timeouts.expect_ms,
        failure=lambda: f"only {client.connections_tried - before} attempts, not {count}",
    )
    found = client.connections_tried - before
    assert found == count, f"{found} attempts, not {count}"


def pause_after_a_kick(stage: Stage[DevMentor], client: DevMentor) -> int:
    """Send the client away and let its time go on; returns the milliseconds until it tried to come back.

    It is back then, and its time stands still.
    """
    tried = client.connections_tried
    stage.faults.kick(client)
    client.run_until("Polling", step_ms=1)
    pause_ms = 0
    while client.connections_tried == tried:
        assert pause_ms < _LONGEST_PAUSE_MS, f"{client.name} was sent away and does not come back"
        stage.clock.advance(_STEP_MS)
        pause_ms += _STEP_MS
    client.run_until_live(step_ms=_A_MOMENT_MS)
    return pause_ms


@pytest.mark.catches("T02", "T09")
@pytest.mark.rule("reconnection.five-attempts", "reconnection.back-off", "reconnection.with-polls")
@ON_BOTH_TRANSPORTS
def test_five_attempts_with_growing_pauses_then_one_with_every_poll(
    stage: Stage[DevMentor], transport: str
) -> None:
    stage.clock.install()
    stage.clock.pin_random(0)
    alice = stage.client("alice")
    tried = lose_the_connection(stage, alice)
    for attempts, pause_s in enumerate(_PAUSES_S):
        stage.clock.advance(pause_s * 1000 - 100)
        expect_attempts(alice, tried, attempts)
        stage.clock.advance(100 + _A_MOMENT_MS)
        expect_attempts(alice, tried, attempts + 1)
        alice.expect_no_request()
    stage.clock.advance("10s")
    expect_attempts(alice, tried, 5)
    alice.badge.expect("Polling")
    stage.clock.advance("4s")
    expect_attempts(alice, tried, 6)
    stage.faults.lift_all()
    stage.clock.advance("30s")
    stage.wait_joined(alice)
    alice.badge.expect("Live")


@pytest.mark.catches("T09")
@pytest.mark.rule("reconnection.back-off")
@pytest.mark.parametrize(("random", "first_ms"), [(0.85, 575), (0.0, 1000), (0.95, 1475)])
@pytest.mark.scenario("connection/websocket")
def test_jitter_moves_the_first_attempt_by_up_to_a_half(
    stage: Stage[DevMentor], random: float, first_ms: int
) -> None:
    stage.clock.install()
    stage.clock.pin_random(random)
    alice = stage.client("alice")
    tried = lose_the_connection(stage, alice)
    stage.clock.advance(first_ms - 20)
    expect_attempts(alice, tried, 0)
    stage.clock.advance(40)
    expect_attempts(alice, tried, 1)


@pytest.mark.catches("T09")
@pytest.mark.rule("reconnection.kicked")
@pytest.mark.scenario("connection/websocket")
def test_who_is_sent_away_again_waits_longer_and_not_all_wait_equally_long(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice, bob = stage.clients("alice", "bob")
    for client in (alice, bob):
        client.stop_time()
    stage.clock.pin_random(0)
    first, second = pause_after_a_kick(stage, alice), pause_after_a_kick(stage, alice)
    assert second - first > _STEP_MS, "a client that is sent away again comes back each time as soon"
    stage.clock.pin_random(0.95)
    assert abs(pause_after_a_kick(stage, bob) - first) > _STEP_MS, "who is sent away together comes together"


@pytest.mark.catches("T02")
@pytest.mark.rule("reconnection.online", "reconnection.visible")
@pytest.mark.parametrize("reason", ["online", "visible"])
@pytest.mark.scenario("connection/websocket")
def test_app_that_has_given_up_tries_again_for_a_good_reason(stage: Stage[DevMentor], reason: str) -> None:
    stage.clock.install()
    stage.clock.pin_random(0)
    alice = stage.client("alice")
    tried = lose_the_connection(stage, alice)
    stage.clock.advance("18s")
    expect_attempts(alice, tried, 5)
    if reason == "visible":
        hide(alice)
    stage.faults.lift_all()
    alice.badge.expect("Polling")
    if reason == "online":
        alice.console.reported_as_online()
    else:
        look_at(alice)
    stage.wait_joined(alice)
    alice.badge.expect("Live")


@pytest.mark.rule("reconnection.in-time", "recovery.refetches")
@ON_BOTH_TRANSPORTS
def test_client_that_is_trying_is_back_two_seconds_after_the_server(
    stage: Stage[DevMentor], transport: str
) -> None:
    stage.clock.install()
    stage.clock.pin_random(0)
    alice = stage.client("alice")
    tried = lose_the_connection(stage, alice)
    stage.clock.advance("1s")
    expect_attempts(alice, tried, 1)
    alice.expect_no_request()
    stage.clock.advance(_A_MOMENT_MS)
    stage.rest("bob").post(LIST, {"title": "Made meanwhile"})
    stage.faults.lift_all()
    stage.clock.advance(stage.target.budgets.reconnect_resync_ms)
    stage.wait_joined(alice)
    alice.badge.expect("Live")
    alice.board.expect_card("Made meanwhile", column="To Do")
