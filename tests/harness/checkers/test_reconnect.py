"""Reconnect: attempts, back-off, jitter, and catching up."""

from __future__ import annotations

from typing import Any

import pytest
from history import History, blind, result_of, said

from harness.checkers.reconnect import check
from harness.journal.entries import EntryKind

QUICK = {"frontend": {"reconnection_delay_ms": 100, "polling_interval_ms": 1000}}


def opened(*names: str, **header: Any) -> History:
    h = History(**(header or QUICK))
    h.open(*(names or ("bob",)))
    h.wait(2.5)
    return h


def back(h: History, name: str = "bob", *, load: bool = True) -> None:
    h.connect(name)
    h.join(name, "atlas")
    h.badge(name, "Live")
    if load:
        h.load(name)
    h.wait(2.5)
    h.settled()


def test_back_off_with_jitter_and_catching_up_is_right() -> None:
    h = opened()
    h.lose("bob")
    for wait_ms in (73, 160, 420):
        h.failed_attempt("bob", after_ms=wait_ms)
    h.wait(0.5)
    back(h)
    result = result_of(check, h)
    assert result.verdict == "passed"
    assert result.judged >= 4


@pytest.mark.parametrize(("reason", "wait_s"), [("transport close", 2.0), ("io server disconnect", 3.0)])
def test_page_that_does_not_try_again_is_found(reason: str, wait_s: float) -> None:
    h = opened()
    h.lose("bob", reason=reason)
    h.wait(wait_s)
    h.settled()
    (message,) = said(check, h)
    assert message.startswith(f"bob's page lost its connection ({reason}) and did not try again for")


def test_page_that_tries_and_never_comes_back_is_found() -> None:
    h = opened()
    h.lose("bob")
    h.failed_attempt("bob", after_ms=100)
    h.wait(8)
    h.settled()
    assert any("did not come back for" in message for message in said(check, h))


def test_outage_stands_in_the_way() -> None:
    h = opened()
    h.server("fault", name="outage", on=True)
    h.lose("bob")
    h.failed_attempt("bob", after_ms=100)
    h.wait(8)
    h.server("fault", name="outage", on=False)
    h.wait(1)
    h.settled()
    assert said(check, h) == []


def test_equal_waits_are_no_back_off() -> None:
    h = opened()
    h.lose("bob")
    for _ in range(3):
        h.failed_attempt("bob", after_ms=100)
    back(h)
    (message,) = said(check, h)
    assert message.startswith("bob's page does not back off: it waited 1")


@pytest.mark.parametrize(("gap_ms", "slowdown"), [(2, 1.0), (36, 1.0), (120, 4.0)])
def test_both_transports_one_after_the_other_are_one_attempt(gap_ms: int, slowdown: float) -> None:
    h = opened(**QUICK, slowdown=slowdown)
    h.lose("bob")
    for wait_ms in (80, 170, 400):
        h.failed_attempt("bob", after_ms=wait_ms)
        h.failed_attempt("bob", after_ms=gap_ms, transport="polling")
    back(h)
    assert said(check, h) == []


def test_storm_of_attempts_is_found() -> None:
    h = opened()
    h.lose("bob")
    for _ in range(40):
        h.failed_attempt("bob", after_ms=5)
    back(h)
    assert any("tried to connect" in message for message in said(check, h))


def test_storm_of_attempts_by_one_transport_and_the_other_is_found() -> None:
    h = opened(frontend={"reconnection_delay_ms": 1000})
    h.lose("bob")
    for _ in range(40):
        for transport in ("websocket", "polling"):
            h.failed_attempt("bob", after_ms=100, transport=transport)
    back(h)
    assert any("tried to connect" in message for message in said(check, h))


def test_four_first_waits_to_the_point_have_no_jitter() -> None:
    h = opened("alice", "bob")
    for _ in range(2):
        for name in ("alice", "bob"):
            h.lose(name)
            h.failed_attempt(name, after_ms=100)
            h.wait(0.2)
            back(h, name)
    (message,) = said(check, h)
    assert message.startswith("reconnecting has no jitter: 4 times")


def test_rejoin_without_a_list_is_found() -> None:
    h = opened()
    h.lose("bob")
    h.wait(0.1)
    back(h, load=False)
    (finding,) = result_of(check, h).findings
    assert finding.message == (
        "bob's page joined project:atlas and asked for its list not at all: it may have missed changes"
    )


def test_list_asked_for_before_the_join_is_found() -> None:
    h = opened()
    h.lose("bob")
    h.wait(0.1)
    h.connect("bob")
    h.load("bob")
    h.wait(0.01)
    h.join("bob", "atlas")
    h.wait(3)
    h.settled()
    (message,) = said(check, h)
    assert "asked for its list only 1" in message
    assert message.endswith(" ms before it was in the room: it may have missed changes")


def test_recovered_session_needs_no_list() -> None:
    h = opened(contract={"resync": "replay"})
    h.lose("bob")
    h.wait(0.1)
    h.connect("bob", recovered=True)
    h.wait(3)
    assert said(check, h) == []


def test_driven_clock_offline_page_and_leaving_are_left_alone() -> None:
    h = opened()
    h.mark("clock", virtual=True)
    h.lose("bob")
    h.wait(5)
    assert "interfered with" in result_of(check, h).notes[0]
    h = opened()
    h.add("bob", EntryKind.FAULT, id="f1", name="offline", edge="page", params={}, phase="start")
    h.lose("bob")
    h.wait(5)
    assert said(check, h) == []
    h = opened()
    h.navigate("bob", None)
    h.wait(5)
    assert said(check, h) == []


def test_page_that_signs_out_need_not_come_back() -> None:
    h = opened()
    h.lose("bob")
    h.failed_attempt("bob", after_ms=100)
    h.add("bob", EntryKind.NAVIGATION, url="http://127.0.0.1:3001/login", same_document=True)
    h.wait(9)
    assert said(check, h) == []


def test_unknown_when_frames_were_lost() -> None:
    h = opened()
    h.lose("bob")
    h.wait(3)
    h.settled()
    blind(h, "bob", "frames")
    result = result_of(check, h)
    assert result.verdict == "unknown"
    assert "or it was not seen" in result.findings[0].message
