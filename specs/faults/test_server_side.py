"""What a server and the line to it can do to a client, which carries on and ends up as the others are."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import expect_resync
from pages.transports import ON_BOTH_TRANSPORTS

from harness import Stage


def expect_back_in_step(stage: Stage[DevMentor], title: str) -> None:
    """Bob is Live again, and hears what alice does next."""
    alice, bob = stage.everybody
    bob.badge.expect("Live")
    alice.board.add(title)
    bob.board.expect_card(title, column="To Do")
    stage.converged(alice, bob)


@ON_BOTH_TRANSPORTS
@pytest.mark.rule("polling.without-socket", "recovery.refetches")
def test_bob_polls_while_his_connection_is_cut_and_is_live_when_it_is_back(
    stage: Stage[DevMentor], transport: str
) -> None:
    alice, bob = stage.clients("alice", "bob")
    with stage.faults.cut(bob):
        bob.badge.expect("Polling")
        alice.badge.expect("Live")
        alice.board.add("Made meanwhile")
    stage.wait_ready(bob)
    expect_resync(stage, bob)
    bob.board.expect_card("Made meanwhile", column="To Do")
    expect_back_in_step(stage, "After the cut")


@pytest.mark.parametrize("code", [1001, 1012])
@pytest.mark.scenario("connection/websocket")
@pytest.mark.rule("recovery.joins-again")
def test_bob_comes_back_after_a_close_code_of_a_server_that_goes_away(
    stage: Stage[DevMentor], code: int
) -> None:
    _alice, bob = stage.clients("alice", "bob")
    old = bob.sid
    stage.faults.cut(bob, code=code).lift()
    stage.wait_joined(bob, newer_than=old)
    expect_back_in_step(stage, f"After {code}")


@ON_BOTH_TRANSPORTS
@pytest.mark.rule("badge.half-open")
def test_half_open_connection_of_the_server_is_given_up_and_made_anew(
    stage: Stage[DevMentor], transport: str
) -> None:
    _alice, bob = stage.clients("alice", "bob")
    with stage.faults.freeze(bob, edge="stub"):
        stage.rest("alice").patch("/api/tasks/t1", {"title": "Into the silence"})
        assert bob.events.received("task:updated") == [], "nothing passes on a frozen line"
    bob.board.expect_card("Into the silence", column="To Do")
    expect_back_in_step(stage, "After the thaw")


@ON_BOTH_TRANSPORTS
def test_everything_of_a_slow_line_arrives_in_order(stage: Stage[DevMentor], transport: str) -> None:
    _alice, bob = stage.clients("alice", "bob")
    with stage.faults.slow(250, bob):
        for title in ("First", "Second", "Third"):
            stage.rest("alice").patch("/api/tasks/t1", {"title": title})
        bob.board.expect_card("Third", column="To Do")
    titles = [each.payload["title"] for each in bob.events.received("task:updated")]
    assert titles == ["First", "Second", "Third"]
    expect_back_in_step(stage, "After the slow line")


@pytest.mark.scenario("connection/short_heartbeat")
@pytest.mark.rule("badge.half-open")
def test_missing_heartbeat_is_noticed_by_the_client(stage: Stage[DevMentor]) -> None:
    _alice, bob = stage.clients("alice", "bob")
    old = bob.sid
    stage.faults.starve_ping(bob)
    stage.wait_joined(bob, newer_than=old)
    expect_back_in_step(stage, "After the starving")


@pytest.mark.scenario("connection/long_polling")
@pytest.mark.rule("recovery.joins-again")
def test_missing_sticky_session_costs_a_reconnect_and_nothing_else(stage: Stage[DevMentor]) -> None:
    _alice, bob = stage.clients("alice", "bob")
    old = bob.sid
    stage.faults.unknown_sid(bob)
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Ends the poll"})
    stage.wait_joined(bob, newer_than=old)
    bob.board.expect_card("Ends the poll", column="To Do")
    expect_back_in_step(stage, "After the miss")


@pytest.mark.catches("T07")
@pytest.mark.parametrize("hang", [False, True])
@pytest.mark.scenario("connection/upgrade")
@pytest.mark.rule("reconnection.fall-back-transport")
def test_polling_carries_on_when_the_upgrade_does_not_come_about(stage: Stage[DevMentor], hang: bool) -> None:
    stage.faults.refuse_upgrade(hang=hang)
    _alice, bob = stage.clients("alice", "bob")
    bob.badge.expect_transport("polling")
    expect_back_in_step(stage, "By polling")


@pytest.mark.scenario("connection/quick_retry")
def test_third_attempt_gets_in_when_two_are_refused(stage: Stage[DevMentor]) -> None:
    _alice, bob = stage.clients("alice", "bob")
    old = bob.sid
    refused = stage.faults.refuse(2)
    stage.faults.cut(bob).lift()
    stage.wait_joined(bob, newer_than=old)
    assert len(refused.touched) == 2
    expect_back_in_step(stage, "In at last")


@pytest.mark.scenario("connection/quick_retry")
@pytest.mark.rule("recovery.joins-again")
def test_both_are_polling_in_an_outage_and_live_after_it(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    with stage.faults.outage(rest=False):
        for client in (alice, bob):
            client.badge.expect("Polling")
    for client in (alice, bob):
        stage.wait_ready(client)
    expect_back_in_step(stage, "After the outage")


@pytest.mark.catches("R02")
@pytest.mark.scenario("rooms/two_projects")
@pytest.mark.rule("state.other-projects", "rooms.apart")
def test_event_of_another_project_that_goes_astray_is_not_shown(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", project="atlas")
    astray = stage.faults.misroute(alice, event="task:updated")
    stage.rest("carol").patch("/api/tasks/t101", {"title": "Not for alice"})
    alice.events.wait("task:updated", where={"id": "t101"})
    stage.settled()
    alice.board.expect_no_card("Not for alice")
    assert [each.event for each in astray.touched] == ["task:updated"]


@pytest.mark.catches("O08")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("state.revert-timeout", "state.told-of-failure")
def test_change_that_is_never_acknowledged_is_taken_back_after_five_seconds(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice = stage.client("alice")
    stage.faults.drop(event="task:*", by=alice)
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    stage.clock.advance("6s")
    alice.toasts.expect("Failed to update task. Please try again.")
    alice.board.expect_card("Write the docs", column="To Do")
