"""A page that was away, hidden, left or turned away comes back as one: one socket, one room, one effect."""

from __future__ import annotations

import pytest
from pages.attention import expect_load, hide, look_at
from pages.devmentor import DevMentor
from pages.rejoining import LIST, cut_and_rejoined, expect_resync
from pages.transports import PATIENT_ON_BOTH_TRANSPORTS

from harness import Stage

WEBSOCKET = pytest.mark.scenario("interleavings/websocket")


@pytest.mark.rule("recovery.twice", "recovery.refetches", "polling.stops-when-live")
@pytest.mark.catches("T01", "L01", "P07", "S01")
@PATIENT_ON_BOTH_TRANSPORTS
def test_after_two_reconnects_one_event_has_one_effect(stage: Stage[DevMentor], transport: str) -> None:
    bob = stage.client("bob")
    alice = stage.rest("alice")
    for number in (1, 2):
        with stage.faults.cut(bob):
            bob.badge.expect("Polling")
            task = alice.post(LIST, {"title": f"Made in cut {number}"})
            alice.delete(f"/api/tasks/{task['id']}")
            alice.post(LIST, {"title": f"Kept from cut {number}"})
        stage.wait_ready(bob)
        expect_resync(stage, bob)
        bob.board.expect_card(f"Kept from cut {number}", column="To Do")
        bob.badge.expect("Live")
    stage.settled()
    since = bob.calls.mark()
    stage.stub.emit("system:notification", _note("Once"), user="bob")
    alice.patch("/api/tasks/t1", {"title": "Told once"})
    bob.board.expect_card("Told once", column="To Do")
    bob.toasts.expect("Once", count=1)
    assert len(stage.stub.connections("bob")) == 1
    assert bob.calls.made("GET", LIST, since=since) == [], "a polling that never stopped brought it"
    stage.converged()


@pytest.mark.rule("rooms.of-the-page")
@pytest.mark.catches("L02", "R01", "L01")
@pytest.mark.scenario("rooms/two_projects")
def test_going_from_board_to_board_leaves_one_socket_one_room_and_one_listener(
    stage: Stage[DevMentor],
) -> None:
    carol = stage.client("carol", project="atlas")
    (sid,) = {each["sid"] for each in stage.stub.connections("carol")}
    for project in ["borealis", "atlas"] * 2:
        since, calls = stage.stub.mark(), carol.calls.mark()
        carol.header.back_to_projects()
        carol.login.open_project(stage.id(project))
        stage.stub.wait_for_entry(since=since, kind="join", user="carol", room=f"project:{project}")
        carol.board.expect_loaded()
    assert [(each["sid"], each["rooms"]) for each in stage.stub.connections("carol")] == [
        (sid, ["project:atlas"])
    ]
    expect_load(carol, since=calls)
    stage.settled()
    since = carol.calls.mark()
    stage.stub.emit("system:notification", _note("Once"), user="carol")
    # Of a part the board has to fetch the rest: each that still listens asks for it.
    stage.faults.alter(event="task:created", to=carol, unset=["title", "status"])
    stage.rest("alice").post(LIST, {"title": "Told in part"})
    carol.board.expect_card("Told in part", column="To Do")
    carol.toasts.expect("Once", count=1)
    stage.settled()
    asked = [call.path for call in carol.calls.made("GET", since=since)]
    assert len(asked) == 1, f"boards that were left still listen: {asked}"


@pytest.mark.rule("polling.hidden-tab", "reconnection.visible")
@pytest.mark.catches("P08", "S01")
@pytest.mark.parametrize("connection", ["kept", "lost"])
@pytest.mark.scenario("connection/websocket")
def test_tab_that_was_hidden_is_current_as_soon_as_it_is_looked_at(
    stage: Stage[DevMentor], connection: str
) -> None:
    stage.clock.install()
    bob = stage.client("bob")
    expect_load(bob)
    hide(bob)
    gone = stage.faults.cut(bob) if connection == "lost" else stage.faults.drop(event="task:*", to=bob)
    alice = stage.rest("alice")
    alice.post(LIST, {"title": "Made while hidden"})
    alice.delete("/api/tasks/t2")
    if connection == "kept":
        stage.settled()
    stage.clock.advance("2m")
    bob.board.expect_card_anywhere("Fix the login")
    gone.lift()
    since = bob.calls.mark()
    look_at(bob)
    bob.board.expect_card("Made while hidden", column="To Do")
    bob.board.expect_no_card("Fix the login")
    stage.wait_ready(bob)
    bob.badge.expect("Live")
    stage.settled()
    # A poll at once, and a load after the join: each for a reason of its own.
    assert len(bob.calls.made("GET", LIST, since=since)) <= 2
    stage.converged()


@pytest.mark.rule("badge.never-live-before-join")
@pytest.mark.catches("R03")
@pytest.mark.scenario("recovery/short_ack_timeout")
def test_join_that_is_lost_is_sent_again_and_the_badge_waits_for_it(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", visit=False)
    lost = stage.faults.drop(event="join:project", by=alice, nth=1)
    alice.badge.record()
    alice.open_project(stage.id("atlas"))
    alice.badge.expect("Polling")
    stage.wait_joined(alice)
    assert len(lost.touched) == 1, "the join that was to be lost was not"
    alice.badge.expect("Live")
    assert alice.badge.shown() == ["Polling", "Live"]
    stage.rest("bob").patch("/api/tasks/t1", {"title": "Heard"})
    alice.board.expect_card("Heard", column="To Do")


@pytest.mark.rule("badge.half-open")
@pytest.mark.catches("T04", "P06")
@pytest.mark.scenario("connection/short_heartbeat")
def test_socket_that_says_nothing_turns_the_badge_although_rest_works(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    with stage.faults.freeze(bob):
        bob.badge.expect("Polling")
        stage.rest("alice").patch("/api/tasks/t1", {"title": "By REST"})
        bob.board.expect_card("By REST", column="To Do")
        bob.badge.expect("Polling")
    bob.badge.expect("Live")


@pytest.mark.rule("reconnection.kicked")
@pytest.mark.catches("T03")
@pytest.mark.parametrize("times", [1, 2])
@WEBSOCKET
def test_client_that_is_sent_away_comes_back_each_time(stage: Stage[DevMentor], times: int) -> None:
    bob = stage.client("bob")
    for number in range(times):
        (old,) = stage.stub.connections("bob")
        stage.faults.kick(bob)
        stage.wait_joined(bob, newer_than=old["sid"])
        bob.badge.expect("Live")
        stage.rest("alice").patch("/api/tasks/t1", {"title": f"Heard after {number + 1}"})
        bob.board.expect_card(f"Heard after {number + 1}", column="To Do")


@pytest.mark.rule("polling.stops-when-live", "polling.stops-on-leaving")
@pytest.mark.catches("P02")
@pytest.mark.scenario("connection/websocket")
def test_page_that_is_live_again_or_left_asks_for_nothing(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    bob = stage.client("bob")
    with stage.faults.cut(bob):
        bob.badge.expect("Polling")
        stage.clock.advance("1m")
    stage.clock.advance("30s")
    stage.wait_ready(bob)
    bob.badge.expect("Live")
    stage.settled()
    since = bob.calls.mark()
    stage.clock.advance("2m")
    assert bob.calls.made("GET", LIST, since=since) == [], "still polling while Live"
    cut_and_rejoined(stage, bob)
    bob.header.back_to_projects()
    bob.login.expect_signed_in()
    stage.settled()
    since = bob.calls.mark()
    stage.clock.advance("2m")
    assert bob.calls.made("GET", LIST, since=since) == [], "still polling a board that was left"


def _note(message: str) -> dict[str, str]:
    return {"id": message, "level": "info", "message": message}
