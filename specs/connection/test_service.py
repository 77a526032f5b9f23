"""The page's one connection, as its parts and people at the console have it."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage


@pytest.mark.rule("service.console", "service.status")
@pytest.mark.scenario("connection/quick_retry")
def test_service_says_when_the_connection_comes_and_goes(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    assert alice.console.is_connected()
    alice.console.listen("connection:status")
    with stage.faults.cut(alice):
        alice.badge.expect("Polling")
        alice.console.expect_heard(1)
        assert alice.console.heard()[0]["connected"] is False
        assert not alice.console.is_connected()
    alice.badge.expect("Live")
    assert alice.console.heard()[-1]["connected"] is True
    assert alice.console.is_connected()


@pytest.mark.rule("service.subscribe")
@pytest.mark.scenario("board/two_members")
def test_listener_hears_every_event_until_it_is_taken_off(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.client("alice"), stage.rest("bob")
    alice.console.listen("task:updated")
    for title in ("First", "Second"):
        bob.patch("/api/tasks/t1", {"title": title})
    alice.console.expect_heard(2)
    alice.console.stop_listening()
    bob.patch("/api/tasks/t1", {"title": "Third"})
    alice.board.expect_card("Third", column="To Do")
    assert [each["title"] for each in alice.console.heard()] == ["First", "Second"]


@pytest.mark.rule("service.debug")
@pytest.mark.scenario("board/two_members")
def test_with_debug_on_every_event_is_logged_in_both_directions(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice", visit=False)
    alice.console.log_events()
    alice.open_project(stage.id("atlas"))
    stage.wait_ready(alice)
    alice.console.expect_logged("-> join:project")
    stage.rest("bob").patch("/api/tasks/t1", {"title": "Write good docs"})
    alice.console.expect_logged("<- task:updated")


@pytest.mark.rule("service.one-socket")
@pytest.mark.scenario("rooms/two_projects")
def test_page_has_one_connection_whatever_is_opened_on_it(stage: Stage[DevMentor]) -> None:
    carol = stage.client("carol", project="atlas")
    first = carol.sids
    assert len(first) == 1
    carol.header.back_to_projects()
    carol.login.open_project(stage.id("borealis"))
    stage.wait_joined(carol, project="borealis")
    assert carol.sids == first
