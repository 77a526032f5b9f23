"""One poll at a time, none on a board that was left, and none needed on a tab that nobody sees."""

from __future__ import annotations

import pytest
from pages.attention import hide, look_at
from pages.devmentor import DevMentor
from pages.rejoining import LIST

from harness import Stage

pytestmark = pytest.mark.scenario("polling/realtime_off")


@pytest.mark.rule("polling.one-at-a-time")
def test_poll_that_is_asked_for_while_one_is_under_way_waits_for_its_turn(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice = stage.client("alice", ready=False)
    alice.board.expect_card("Write the docs", column="To Do")
    alice.expect_no_request()
    alice.stop_time()
    since = alice.calls.mark()
    hold = stage.faults.http_hold(at="request", path=LIST)
    alice.console.reported_as_online()
    hold.wait()
    for _ in range(3):
        alice.console.reported_as_online()
    assert len(hold.touched) == 1, "more than one poll at a time"
    hold.lift()
    alice.expect_no_request()
    assert len(alice.calls.made("GET", LIST, since=since)) == 1


@pytest.mark.catches("P02")
@pytest.mark.rule("polling.stops-on-leaving")
def test_board_that_was_left_is_polled_no_more(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice = stage.client("alice", ready=False)
    alice.board.expect_card("Write the docs", column="To Do")
    alice.expect_no_request()
    alice.header.back_to_projects()
    alice.login.expect_project(stage.id("atlas"))
    since = alice.calls.mark()
    stage.clock.advance("2m")
    assert alice.calls.made("GET", LIST, since=since) == []


@pytest.mark.catches("P08")
@pytest.mark.rule("polling.hidden-tab")
def test_tab_that_is_looked_at_again_catches_up_at_once(stage: Stage[DevMentor]) -> None:
    stage.clock.install()
    alice = stage.client("alice", ready=False)
    alice.board.expect_card("Write the docs", column="To Do")
    alice.expect_no_request()
    alice.stop_time()
    hide(alice)
    stage.rest("bob").post(LIST, {"title": "Made meanwhile"})
    look_at(alice)
    alice.board.expect_card("Made meanwhile", column="To Do")
