"""What is over a limit is refused in a way that the client survives and the person is told of."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor
from pages.rejoining import LIST
from pages.toasts import FAILED
from pages.transports import ON_BOTH_TRANSPORTS, SMALL_PAYLOAD_ON_BOTH_TRANSPORTS

from harness import Stage

_OVER_A_MEGABYTE = 1_100_000


@pytest.mark.catches("T10")
@pytest.mark.rule("limits.payload", "limits.payload-once")
@ON_BOTH_TRANSPORTS
def test_payload_over_a_megabyte_closes_the_connection_and_is_not_sent_again(
    stage: Stage[DevMentor], transport: str
) -> None:
    alice = stage.client("alice")
    old, tried, since = alice.sid, alice.connections_tried, alice.events.mark()
    alice.console.send_without_waiting(
        "task:create", project=stage.id("atlas"), title="Heavy", description_length=_OVER_A_MEGABYTE
    )
    stage.wait_joined(alice, newer_than=old)
    alice.badge.expect("Live")
    stage.settled()
    assert alice.connections_tried == tried + 1, "what was too big was sent again, and closed this one too"
    assert [each.event for each in alice.events.sent(since=since)] == ["join:project"]
    alice.board.expect_no_card("Heavy")


@pytest.mark.catches("T10", "O01")
@pytest.mark.rule("limits.payload", "limits.payload-once", "state.told-of-failure")
@ON_BOTH_TRANSPORTS
def test_change_that_is_too_large_is_taken_back_and_not_sent_again(
    stage: Stage[DevMentor], transport: str
) -> None:
    alice = stage.client("alice")
    old = alice.sid
    stage.faults.oversize(event="task:update", by=alice, nth=1)
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    stage.wait_joined(alice, newer_than=old)
    alice.badge.expect("Live")
    alice.toasts.expect(FAILED)
    alice.board.expect_card("Write the docs", column="To Do")
    assert len(alice.events.sent("task:update")) == 1, "what was too large was sent again"
    stage.converged(alice)


@pytest.mark.catches("T10")
@pytest.mark.rule("limits.payload", "limits.payload-once", "dialog.errors-stay")
@SMALL_PAYLOAD_ON_BOTH_TRANSPORTS
def test_person_whose_task_is_too_big_is_told_and_keeps_what_was_typed(
    stage: Stage[DevMentor], transport: str
) -> None:
    alice, bob = stage.clients("alice", "bob")
    old = stage.stub.connections("alice")[0]["sid"]
    since = stage.stub.mark()
    alice.board.open_new()
    alice.dialog.fill(title="Heavy", description="x" * 6000)
    alice.dialog.save()
    alice.dialog.expect_error()
    alice.dialog.expect_value("Title", "Heavy")
    stage.wait_joined(alice, newer_than=old)
    alice.badge.expect("Live")
    stage.settled()
    assert stage.stub.journal(since, kind="received", event="task:create") == []
    alice.dialog.fill(description="Lighter")
    alice.dialog.save()
    alice.dialog.expect_closed()
    bob.board.expect_card("Heavy", column="To Do")


@pytest.mark.catches("O01")
@pytest.mark.rule("limits.rate", "state.told-of-failure", "names.alert")
@pytest.mark.scenario("limits/rate")
def test_person_over_the_rate_limit_is_told_and_the_change_taken_back(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    for _ in range(9):  # the room was the first
        alice.console.send("join:project", "atlas")
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    refused = stage.stub.wait_for_entry(kind="ack", event="task:update", user="alice")[0]["data"]
    assert refused["error"]["code"] == "RATE_LIMITED"
    assert 0 < refused["error"]["details"]["retryAfter"] <= 60
    alice.toasts.expect(FAILED)
    alice.toasts.expect_alert(FAILED)
    alice.board.expect_card("Write the docs", column="To Do")
    alice.badge.expect("Live")


@pytest.mark.catches("T07", "T02")
@pytest.mark.rule("limits.connections", "reconnection.with-polls", "flow.polling-by-rest")
@pytest.mark.scenario("limits/one_connection")
def test_bob_lives_by_polling_while_there_is_no_room_and_gets_in_when_there_is(
    stage: Stage[DevMentor],
) -> None:
    stage.clock.install()
    alice = stage.client("alice")
    bob = stage.client("bob", ready=False)
    stage.stub.wait_for_entry(kind="refused", user="bob", code="UNAVAILABLE")
    bob.badge.expect("Polling")
    bob.board.add("By REST")
    alice.board.expect_card("By REST", column="To Do")
    assert stage.stub.journal(kind="rest", method="POST", user="bob", status=201)
    assert bob.calls.made("GET", LIST), "bob has polled"
    alice.login.sign_out()
    alice.login.expect_shown()
    stage.clock.advance("31s")
    stage.wait_joined(bob)
    bob.badge.expect("Live")
