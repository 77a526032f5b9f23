"""Faults that stand in the scenario are in force from the first packet on, unnamed in the spec."""

from __future__ import annotations

import pytest
from pages.devmentor import DevMentor

from harness import Stage


@pytest.mark.scenario("faults/bad_line")
@pytest.mark.rule("state.by-version")
def test_newest_title_is_shown_though_one_update_is_lost_and_all_are_late(stage: Stage[DevMentor]) -> None:
    _alice, bob = stage.clients("alice", "bob")
    peer = stage.rest("alice")
    for title in ("First", "Lost on the way", "Third"):
        peer.patch("/api/tasks/t1", {"title": title})
    bob.board.expect_card("Third", column="To Do")
    heard = [each.payload["title"] for each in bob.events.received("task:updated")]
    assert heard == ["First", "Third"]
    [slowed] = stage.stub.journal(kind="fault", name="slow", user="bob", coming=True)
    assert slowed["sids"] == [stage.stub.connections("bob")[0]["sid"]]
    asked = stage.stub.journal(kind="rest", method="GET", path="/api/projects/atlas/epics")
    assert {each["user"] for each in asked} == {"bob"}, "alice's calls never reach the server"
    stage.converged()


@pytest.mark.scenario("faults/refused_at_first")
def test_third_connection_gets_in_and_second_change_is_acknowledged(stage: Stage[DevMentor]) -> None:
    alice = stage.client("alice")
    assert len(stage.stub.journal(kind="refused", code="UNAVAILABLE")) == 2
    alice.badge.expect("Live")
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    alice.toasts.expect("Failed to update task. Please try again.")
    alice.board.expect_card("Write the docs", column="To Do")
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    alice.board.expect_card("Write the docs", column="In Progress")
    stage.converged()
