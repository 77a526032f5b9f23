"""Without a socket the board polls: at once, at its interval, one at a time, and not a moment longer."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import LIST, expect_resync

from harness import Stage


@pytest.mark.smoke
@pytest.mark.scenario("polling/realtime_off")
@pytest.mark.rule("polling.realtime-off", "badge.polling")
def test_with_realtime_off_the_badge_says_polling_and_no_socket_is_tried(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", ready=False)
    alice.badge.expect("Polling")
    alice.board.expect_card("Write the docs", column="To Do")
    assert alice.connections_tried == 0, "a socket was tried although realtime is off"


@pytest.mark.scenario("polling/realtime_off")
@pytest.mark.rule("polling.at-once", "polling.interval")
def test_polls_at_once_and_then_every_thirty_seconds(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", visit=False)
    alice.page.clock.install()
    alice.open_project(stage.id("atlas"))
    alice.board.expect_card("Write the docs", column="To Do")
    for polls in (1, 2, 3):
        alice.expect_no_request()
        assert len(alice.calls.made("GET", LIST)) == polls, "one poll at once, then one an interval"
        alice.page.clock.run_for(stage.target.budgets.polling_interval_ms // 2)
        alice.expect_no_request()
        assert len(alice.calls.made("GET", LIST)) == polls, "a poll between two intervals"
        alice.page.clock.run_for(stage.target.budgets.polling_interval_ms // 2)
        alice.calls.wait("GET", LIST, count=polls + 1)


@pytest.mark.catches("P01")
@pytest.mark.scenario("polling/realtime_off")
def test_change_of_somebody_else_arrives_with_the_next_poll(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", visit=False)
    alice.page.clock.install()
    alice.open_project(stage.id("atlas"))
    alice.board.expect_card("Write the docs", column="To Do")
    stage.rest("bob").post(LIST, {"title": "Buy milk"})
    alice.expect_no_request()
    alice.board.expect_no_card("Buy milk")
    alice.page.clock.run_for(stage.target.budgets.polling_interval_ms)
    alice.board.expect_card("Buy milk", column="To Do")


@pytest.mark.scenario("polling/realtime_off")
@pytest.mark.rule("polling.survives-failure", "polling.survives-hanging")
def test_polling_survives_a_failed_and_a_hung_request(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", visit=False)
    alice.page.clock.install()
    alice.open_project(stage.id("atlas"))
    alice.board.expect_card("Write the docs", column="To Do")
    interval = stage.target.budgets.polling_interval_ms
    alice.expect_no_request()
    stage.faults.http_error(500, method="GET", path=LIST, by=alice, nth=1)
    alice.page.clock.run_for(interval)
    alice.calls.wait("GET", LIST, status=500)
    alice.expect_no_request()
    hung = stage.faults.http_hold(at="request", method="GET", path=LIST, by=alice, nth=1)
    alice.page.clock.run_for(interval)
    hung.wait()
    stage.rest("bob").post(LIST, {"title": "Buy milk"})
    alice.page.clock.run_for(2 * interval)
    alice.board.expect_card("Buy milk", column="To Do")
    hung.lift()


@pytest.mark.scenario("polling/realtime_off")
@pytest.mark.rule("flow.polling-by-rest")
def test_moves_go_by_rest_while_polling(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", ready=False)
    alice.board.expect_loaded()
    alice.board.drag("Write the docs", to="Done")
    alice.calls.wait("PATCH", "/api/tasks/t1/status", status=200)
    alice.board.expect_card("Write the docs", column="Done")
    stage.converged(alice)


@pytest.mark.catches("P01", "T07", "P06")
@pytest.mark.scenario("connection/quick_retry")
@pytest.mark.rule("polling.first-connect-fails", "reconnection.with-polls")
def test_first_connect_refused_falls_back_and_goes_live_when_it_can(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", visit=False)
    with stage.faults.unreachable(alice):
        alice.open_project(stage.id("atlas"))
        alice.badge.expect("Polling")
        alice.board.expect_card("Write the docs", column="To Do")
        stage.rest("bob").post(LIST, {"title": "While polling"})
        alice.board.expect_card("While polling", column="To Do")
    stage.wait_ready(alice)
    alice.badge.expect("Live")
    stage.rest("bob").post(LIST, {"title": "While live"})
    alice.board.expect_card("While live", column="To Do")
    stage.converged(alice)


@pytest.mark.smoke
@pytest.mark.scenario("connection/quick_retry")
@pytest.mark.rule("polling.without-socket", "recovery.joins-again")
def test_server_gone_and_back(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    with stage.stub.outage():
        alice.badge.expect("Polling")
        bob.badge.expect("Polling")
    for client in (alice, bob):
        stage.wait_ready(client)
        client.badge.expect("Live")
    alice.board.add("After the outage")
    bob.board.expect_card("After the outage", column="To Do")
    stage.converged()


@pytest.mark.catches("P02")
@pytest.mark.scenario("polling/slow_poll")
@pytest.mark.rule("polling.stops-when-live")
def test_polling_stops_when_the_socket_is_back(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", visit=False)
    alice.page.clock.install()
    alice.open_project(stage.id("atlas"))
    stage.wait_ready(alice)
    with stage.faults.cut(alice):
        alice.badge.expect("Polling")
        alice.calls.wait("GET", LIST, count=2)
    alice.run_until_live(step_ms=1000)
    expect_resync(stage, alice)
    alice.expect_no_request()
    since = alice.calls.mark()
    # Four poll intervals, and still less than the heartbeat allows the page to jump ahead of the server.
    alice.page.clock.run_for(4 * stage.scenario.frontend.polling_interval_ms)
    alice.badge.expect("Live")
    late = alice.calls.made("GET", LIST, since=since)
    assert late == [], f"still polling while Live: {len(late)} list requests in four intervals"


@pytest.mark.smoke
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("badge.any-transport", "reconnection.fall-back-transport", "flow.live-by-socket")
def test_upgrade_refused_leaves_the_board_live_over_long_polling(stage: Stage[DevMentor]) -> None:
    with stage.stub.refusing(upgrade=True):
        alice, bob = stage.clients("alice", "bob")
        for client in (alice, bob):
            client.badge.expect("Live")
            client.badge.expect_transport("polling")
        alice.board.add("By long-polling")
        bob.board.expect_card("By long-polling", column="To Do")
        assert stage.stub.journal(kind="rest", method="POST") == [], (
            "a Live board writes by socket, not by REST"
        )
        stage.converged()
