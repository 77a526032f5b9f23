"""Acks, latency and health."""

from __future__ import annotations

from typing import Any

import pytest
from history import History, blind, result_of, said

from harness.checkers import acks, health, latency
from harness.journal.entries import EntryKind


def opened(*names: str, **header: Any) -> History:
    h = History(**header)
    h.open(*(names or ("alice", "bob")))
    h.wait(0.2)
    return h


def drop(h: History, *, ack: int = 7) -> None:
    h.put("alice", "t1", "in_progress")
    h.show("alice")
    h.sent("alice", "task:update", {"id": "t1", "status": "in_progress", "clientMutationId": "m1"}, ack=ack)


def refused(h: History, ack: int = 7) -> None:
    h.acked("alice", ack, {"ok": False, "error": {"code": "CONFLICT", "message": "no"}})


# -- acks ------------------------------------------------------------------------------------------------


def test_change_that_is_confirmed_is_right() -> None:
    h = opened()
    h.move("alice", "t1", "in_progress")
    h.wait(2)
    h.settled()
    result = result_of(acks.check, h)
    assert (result.verdict, result.judged) == ("passed", 1)


def test_refused_move_that_stays_is_found() -> None:
    h = opened()
    drop(h)
    refused(h)
    h.wait(2)
    h.settled()
    (finding,) = result_of(acks.check, h).findings
    assert finding.message == (
        "alice's move of card t1 to In Progress came to nothing (refused: CONFLICT), "
        "and 1000 ms later the card is still there"
    )
    assert finding.entity == "t1"


def test_refused_move_that_goes_back_is_right() -> None:
    h = opened()
    drop(h)
    refused(h)
    h.put("alice", "t1", "todo")
    h.show("alice", toasts=[{"text": "Failed to update task. Please try again."}])
    h.wait(2)
    h.settled()
    assert said(acks.check, h) == []


def test_move_that_is_never_answered_has_to_go_back() -> None:
    h = opened()
    drop(h)
    h.wait(7)
    h.settled()
    assert "(never answered)" in said(acks.check, h)[0]


def test_move_whose_answer_only_was_lost_is_there_rightly() -> None:
    h = opened()
    drop(h)
    after = h.moved("t1", "in_progress")
    h.store("updated", after)
    told = {"task": after, "from": "todo", "to": "in_progress", "clientMutationId": "m1"}
    h.emit("task:status_changed", told, ("alice", "bob"))
    h.received("alice", "task:status_changed", told)
    h.wait(7)
    assert said(acks.check, h) == []


@pytest.mark.parametrize(
    "wrapped", [lambda task: task, lambda task: {"current": task}], ids=["bare", "in-current"]
)
def test_move_whose_refusal_says_that_the_card_is_there_already_is_there_rightly(wrapped: Any) -> None:
    h = opened()
    drop(h)
    error = {"code": "CONFLICT", "message": "no", "details": wrapped(h.moved("t1", "in_progress"))}
    h.acked("alice", 7, {"ok": False, "error": error})
    h.wait(2)
    assert said(acks.check, h) == []


def test_refusal_that_says_the_card_is_elsewhere_excuses_nothing() -> None:
    h = opened()
    drop(h)
    error = {"code": "CONFLICT", "message": "no", "details": h.moved("t1", "done")}
    h.acked("alice", 7, {"ok": False, "error": error})
    h.wait(2)
    h.settled()
    assert "came to nothing (refused: CONFLICT)" in said(acks.check, h)[0]


@pytest.mark.parametrize(
    ("shown", "what"),
    [({"dialog": {"name": "New task", "busy": True}}, "the dialog 'New task'"), ({}, "card t1")],
)
def test_what_waits_longer_than_its_answer_is_found(shown: dict[str, Any], what: str) -> None:
    h = opened()
    h.put("alice", "t1", "todo", saving=True)
    h.show("alice", **shown)
    h.sent("alice", "task:update", {"id": "t1", "title": "New", "clientMutationId": "m1"}, ack=7)
    h.wait(7)
    h.settled()
    (message,) = said(acks.check, h)
    assert message.startswith(f"{what} was still waiting on alice's page 6.0 s after task:update was sent")


def test_dialog_that_stopped_waiting_is_right() -> None:
    h = opened()
    h.show("alice", dialog={"name": "New task", "busy": True})
    h.sent("alice", "task:create", {"title": "New", "clientMutationId": "m1"}, ack=7)
    h.wait(5.2)
    h.show("alice", dialog={"name": "New task", "busy": False})
    h.wait(2)
    assert said(acks.check, h) == []


def test_driven_clock_has_its_own_patience() -> None:
    h = opened()
    h.mark("clock", virtual=True)
    drop(h)
    h.wait(9)
    assert said(acks.check, h) == []


def test_acks_unknown_when_frames_were_lost() -> None:
    h = opened()
    blind(h, "alice", "frames")
    assert result_of(acks.check, h).verdict == "unknown"


# -- latency ---------------------------------------------------------------------------------------------


def slow(h: History, version: int, *, ms: float, pause_s: float = 1.5) -> int:
    """A change of alice's by socket that is painted at bob's after `ms`."""
    h.wait(pause_s)
    change = {"id": "t1", "title": f"Words {version}", "clientMutationId": f"m{version}"}
    seq = h.sent("alice", "task:update", change, ack=version)
    after = {**h.truth["t1"], "title": f"Words {version}", "version": version}
    h.store("updated", after)
    told = {**after, "clientMutationId": f"m{version}"}
    h.emit("task:updated", told, ("alice", "bob"))
    for name in ("alice", "bob"):
        h.received(name, "task:updated", told)
        h.apply(name, "task:updated", after)
    h.show("alice")
    h.show("bob", after_ms=ms)
    return seq


def test_quick_changes_are_right() -> None:
    h = opened()
    for version in range(2, 8):
        slow(h, version, ms=20)
    result = result_of(latency.check, h)
    assert (result.verdict, result.judged) == ("passed", 6)


def test_slow_changes_are_found_with_their_parts() -> None:
    h = opened()
    first = slow(h, 2, ms=700)
    slow(h, 3, ms=800)
    (finding,) = result_of(latency.check, h).findings
    assert finding.message.startswith("changes took 70")
    assert "(second slowest of 2; budget 500 ms)" in finding.message
    assert "sent -> server 1 ms" in finding.message or "sent -> server 2 ms" in finding.message
    assert first in finding.seqs


def test_one_slow_moment_of_the_machine_is_forgiven() -> None:
    h = opened()
    for version in range(2, 8):
        slow(h, version, ms=900 if version == 4 else 20)
    assert said(latency.check, h) == []
    h = opened()
    slow(h, 2, ms=900)
    assert said(latency.check, h) == []
    h = opened()
    slow(h, 2, ms=1100)
    assert len(said(latency.check, h)) == 1


def test_burst_is_one_moment() -> None:
    h = opened()
    for version in range(2, 40):
        slow(h, version, ms=1 if version < 39 else 700, pause_s=0.01)
    result = result_of(latency.check, h)
    assert (result.verdict, result.judged) == ("passed", 38)


def test_of_twenty_the_95th_percentile_counts() -> None:
    h = opened()
    for version in range(2, 26):
        slow(h, version, ms=900 if version in (4, 5) else 20)
    assert "p95 of 24" in said(latency.check, h)[0]


def test_change_made_slow_by_a_fault_or_a_drag_is_no_measure() -> None:
    h = opened()
    h.add("bob", EntryKind.FAULT, id="f1", name="delay", edge="page", params={"delay_ms": 900}, phase="start")
    slow(h, 2, ms=2000)
    assert result_of(latency.check, h).judged == 0
    h = opened()
    h.add("bob", EntryKind.ACTION, id="a1", name="board.drag", args={}, phase="invoked")
    slow(h, 2, ms=2000)
    assert result_of(latency.check, h).judged == 0


def test_change_of_a_card_that_a_filter_hides_is_no_measure() -> None:
    h = opened()
    h.show("bob", filter="s1")
    slow(h, 2, ms=1500)
    assert result_of(latency.check, h).judged == 0
    h = opened()
    h.show("bob", board=False)
    slow(h, 2, ms=1500)
    assert result_of(latency.check, h).judged == 0


def test_held_answer_of_the_stub_is_no_measure() -> None:
    h = opened()
    h.server("fault", name="ack-fault", id="f1", user="alice", event="task:update", held=True)
    slow(h, 2, ms=2000)
    assert result_of(latency.check, h).judged == 0


def test_latency_unknown_when_the_journal_breaks_off() -> None:
    h = opened()
    slow(h, 2, ms=20)
    assert result_of(latency.check, h, cut_off="line 9 is incomplete").verdict == "unknown"


# -- health ----------------------------------------------------------------------------------------------


def test_healthy_pages_are_right() -> None:
    h = opened()
    h.add("alice", EntryKind.CONSOLE, level="error", text="Failed to load resource: 503")
    h.mark("health", client="alice", injected=False, polluted=False, listeners={"window:online": 2})
    h.mark("health", client="alice", listeners={"window:online": 3})
    result = result_of(health.check, h)
    assert (result.verdict, result.judged) == ("passed", 4)


def test_page_errors_are_found_once_each() -> None:
    h = opened()
    for _ in range(3):
        h.add("alice", EntryKind.PAGE_ERROR, message="Cannot read\nproperties of undefined", stack="at x")
    assert said(health.check, h) == ["alice's page threw: Cannot read properties of undefined"]


@pytest.mark.parametrize(
    "message",
    [
        "Firefox can\u2019t establish a connection to the server at ws://x.test/socket.io/?EIO=4.",
        "The connection to ws://x.test/ was interrupted while the page was loading.",
        "The Same Origin Policy disallows reading the remote resource at http://x.test/. (Reason: CORS)",
    ],
)
def test_firefoxs_words_on_a_failed_request_are_no_page_error(message: str) -> None:
    h = opened()
    h.add("alice", EntryKind.PAGE_ERROR, message=message)
    assert said(health.check, h) == []


def test_injection_pollution_and_leaks_are_found() -> None:
    h = opened()
    h.mark("health", client="bob", listeners={"window:online": 1})
    h.mark("health", client="bob", injected=True, polluted=True, listeners={"window:online": 9})
    assert said(health.check, h) == [
        "a text ran as script on bob's page",
        "a payload polluted Object.prototype on bob's page",
        "bob's page leaks listeners: window:online had 1 and has 9",
    ]


def test_reload_by_the_page_itself_is_found_unless_the_contract_has_it() -> None:
    for contract, count in (({}, 1), ({"resync": "reload"}, 0)):
        h = opened(contract=contract)
        h.navigate("bob", "atlas", by="page")
        h.navigate("bob", "atlas")
        assert len(said(health.check, h)) == count


def test_health_unknown_when_the_console_was_not_seen() -> None:
    h = opened()
    blind(h, "bob", "console")
    assert result_of(health.check, h).verdict == "unknown"
