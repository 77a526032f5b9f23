"""The badge says Live exactly while a socket is connected and its room is joined."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage


@pytest.mark.smoke
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("badge.live-when-joined", "badge.one", "badge.any-transport", "sent.join-project")
def test_badge_says_live_once_the_room_is_joined(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    for client in (alice, bob):
        client.badge.expect("Live")
        client.badge.expect_transport("websocket")
        client.badge.expect_one()


@pytest.mark.catches("R03", "P06")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("badge.never-live-before-join", "badge.polling")
def test_badge_is_not_live_before_the_join_is_acknowledged(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", visit=False)
    held = stage.faults.hold(event="join:project", by=alice)
    alice.badge.record()
    alice.open_project(stage.id("atlas"))
    held.wait()
    alice.badge.expect("Polling")
    assert "Live" not in alice.badge.shown(), "Live was shown while the join was not acknowledged"
    held.lift()
    alice.badge.expect("Live")


@pytest.mark.scenario("connection/long_polling")
@pytest.mark.rule("badge.any-transport")
def test_badge_is_live_over_long_polling_and_names_it(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    alice.badge.expect("Live")
    alice.badge.expect_transport("polling")
    assert {each.transport for each in alice.events.sent()} == {"polling"}


@pytest.mark.smoke
@pytest.mark.scenario("connection/mock_mode")
@pytest.mark.rule("badge.mock-mode")
def test_badge_says_mock_data_in_mock_mode_and_asks_no_server(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", ready=False)
    alice.badge.expect("Mock Data")
    alice.board.expect_loaded()
    assert alice.board.read() != {}, "mock mode shows a board"
    asked = alice.calls.made(path="/api/*")
    assert (asked, alice.connections_tried) == ([], 0), "mock mode asked the server"


@pytest.mark.scenario("connection/quick_retry")
@pytest.mark.rule("badge.mock-without-server")
def test_badge_says_mock_data_when_the_first_load_finds_no_server_and_live_when_it_comes(
    stage: Stage[DevMentor],
) -> None:
    with stage.stub.outage():
        alice = stage.client("alice", ready=False)
        alice.badge.expect("Mock Data")
        alice.board.expect_no_card("Write the docs")
    alice.badge.expect("Live")
    alice.board.expect_card("Write the docs", column="To Do")
    stage.converged(alice)


@pytest.mark.scenario("connection/quick_retry")
@pytest.mark.rule("badge.real-stays-real", "badge.old-data-is-said")
def test_real_data_is_never_replaced_by_mock_data(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", visit=False)
    alice.badge.record()
    alice.open_project(stage.id("atlas"))
    stage.wait_ready(alice)
    alice.badge.expect("Live")
    shown = alice.read_board()
    with stage.stub.outage():
        alice.badge.expect("Polling")
        alice.board.expect_stale()
        assert alice.read_board() == shown, "the board changed although nobody could have told it anything"
    alice.badge.expect("Live")
    alice.board.expect_fresh()
    assert "Mock Data" not in alice.badge.shown()


@pytest.mark.catches("P06")
@pytest.mark.scenario("board/two_members")
@pytest.mark.rule("badge.polling", "badge.in-time", "reconnection.network-lost")
def test_badge_turns_to_polling_when_the_clients_network_goes_and_back(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    bob.badge.expect("Live")
    with stage.faults.offline(bob):
        bob.badge.expect("Polling")
        alice.badge.expect("Live")
    bob.badge.expect("Live")
