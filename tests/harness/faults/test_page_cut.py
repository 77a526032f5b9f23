"""A cut that the page itself carries out, for a server that is no stub: seen by the app as the stub's is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pages.devmentor import DevMentor

from harness.faults.fault import Fault
from harness.faults.page_cut import PageCut
from harness.faults.page_edge import PageArming
from harness.fence import Fence
from harness.stage import Stage

OpenStage = Callable[[str], Stage[DevMentor]]


def cut(client: DevMentor, *, code: int | None = None, may_miss: bool = False) -> Fault:
    kind = PageCut(code=code)
    return Fault(kind, [PageArming(client, kind, group="cut", match={}, may_miss=may_miss)]).begin()


def test_connection_ends_the_server_lets_it_go_and_the_app_comes_back(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    old = bob.sid
    assert old is not None
    fault = cut(bob)
    assert [touch.did for touch in fault.touched] == ["cut"]
    stage.wait_joined(bob, newer_than=old)
    assert bob.sid not in (None, old)
    bob.badge.expect("Live")
    alice.board.add("After the cut")
    bob.board.expect_card("After the cut", column="To Do")
    fault.lift()
    stage.converged()


def test_nothing_that_was_on_its_way_arrives_behind_a_cut(stage: Stage[DevMentor]) -> None:
    alice, bob = stage.clients("alice", "bob")
    # The app waits a second before it tries again: it may not come to that.
    with stage.faults.unreachable(bob, may_miss=True):
        heard = bob.events.mark()
        fault = cut(bob)
        alice.board.add("Made meanwhile")
        bob.badge.expect("Polling")
        assert bob.events.received(since=heard) == []
        assert bob.sid is None, "the page takes a connection for open that was cut"
    fault.lift()
    stage.wait_ready(bob)
    bob.board.expect_card("Made meanwhile", column="To Do")
    stage.converged()


@pytest.mark.parametrize("code", [None, 1001, 1012])
def test_websocket_closes_by_the_code_that_a_server_would_have_sent(
    open_stage: OpenStage, code: int | None
) -> None:
    stage = open_stage("connection/websocket")
    bob = stage.client("bob")
    old = bob.sid
    fault = cut(bob, code=code)
    stage.wait_joined(bob, newer_than=old)
    fault.lift()
    stage.settled()
    closed = [
        entry
        for entry in stage.timeline.writer.path.read_text(encoding="utf-8").splitlines()
        if '"closed"' in entry and '"code"' in entry
    ]
    assert len(closed) == 1
    assert f'"code":{code or 1006}' in closed[0].replace(" ", "")


def test_connections_that_come_later_are_left_alone(stage: Stage[DevMentor]) -> None:
    bob = stage.client("bob")
    old = bob.sid
    fault = cut(bob)
    stage.wait_joined(bob, newer_than=old)
    new = bob.sid
    stage.rest("alice").patch("/api/tasks/t1", {"title": "Write more docs"})
    bob.board.expect_card("Write more docs", column="To Do")
    assert bob.sid == new
    fault.lift()


def test_answer_that_can_no_longer_come_is_not_waited_for_where_only_pages_tell(
    stage: Stage[DevMentor],
) -> None:
    alice = stage.client("alice")
    stage.stub.ack_fault(event="task:update", user="alice", swallow=True)
    alice.board.move_by_keyboard("Write the docs", "ArrowRight")
    fence = Fence([alice], lane=None, stub=None, throttle_ms=100, quiet_ms=100)
    waits = fence.reach(300, patient=True)
    assert (waits.ok, waits.reason) == (False, "alice waits for the acknowledgement of task:update")
    old = alice.sid
    cut(alice).lift()
    stage.wait_joined(alice, newer_than=old)
    assert fence.reach(stage.target.timeouts.expect_ms, patient=True).reason is None
