"""Polling: when it must run, how, and when it must not."""

from __future__ import annotations

from typing import Any

from history import History, blind, result_of, said

from harness.checkers.polling import check
from harness.journal.entries import EntryKind

LIST = "/api/projects/atlas/tasks"
FAST = {"frontend": {"polling_interval_ms": 1000}}


def opened(**header: Any) -> History:
    h = History(**(header or FAST))
    h.open("bob")
    h.wait(3)
    return h


def lost(**header: Any) -> History:
    h = opened(**header)
    h.lose("bob")
    h.badge("bob", "Polling")
    return h


def poll(h: History, times: int, *, every: float = 1.0) -> None:
    for index in range(times):
        h.load("bob", show=False)
        if index < times - 1:
            h.wait(every - 0.003)


def test_polling_at_once_and_at_its_interval_is_right() -> None:
    h = lost()
    poll(h, 4)
    h.connect("bob")
    h.join("bob", "atlas")
    h.load("bob")
    h.wait(5)
    result = result_of(check, h)
    assert result.verdict == "passed"
    assert result.judged >= 5


def test_polling_that_never_starts_is_found() -> None:
    h = lost()
    h.wait(4)
    (message,) = said(check, h)
    assert message.startswith("bob's page had no live socket for 4.0 s, and did not poll within 2.0 s")


def test_page_that_takes_long_to_load_is_given_the_time() -> None:
    h = History(**FAST)
    h.people["bob"] = "bob"
    h.navigate("bob", "atlas")
    h.show("bob", board=False)
    h.badge("bob", None)
    h.wait(4)
    h.badge("bob", "Polling")
    h.load("bob", after_ms=600)
    assert said(check, h) == []


def test_app_that_polls_an_interval_later_where_the_contract_says_so() -> None:
    h = lost(contract={"polls_at_once": False}, frontend={"polling_interval_ms": 3000})
    h.wait(3)
    poll(h, 1)
    assert said(check, h) == []


def test_a_page_on_a_slowed_processor_may_take_so_many_times_longer_and_no_more() -> None:
    h = lost(slowdown=4.0)
    h.wait(4)
    poll(h, 1)
    assert said(check, h) == []
    h = lost(slowdown=4.0)
    h.wait(9)
    (message,) = said(check, h)
    assert message.startswith("bob's page had no live socket for 9.0 s, and did not poll within 8.0 s")


def test_polling_that_stops_half_way_is_found() -> None:
    h = lost()
    poll(h, 2)
    h.wait(5)
    h.badge("bob", "Live")
    (message,) = said(check, h)
    assert message.startswith("bob's page did not poll for 5.0 s (interval 1000 ms)")


def test_hung_poll_may_cost_the_next_its_turn() -> None:
    h = lost()
    poll(h, 2)
    h.wait(1)
    call = h.begin_get("bob", LIST)
    h.wait(1.5)
    h.end_get("bob", call, LIST, None, status=500)
    h.wait(0.4)
    poll(h, 2)
    assert said(check, h) == []


def test_two_polls_at_once_are_found() -> None:
    h = lost()
    first = h.begin_get("bob", LIST)
    second = h.begin_get("bob", LIST, after_ms=1000)
    h.wait(0.5)
    h.end_get("bob", first, LIST, [])
    h.end_get("bob", second, LIST, [])
    assert said(check, h) == ["bob's page had two polls in flight at once for 501 ms"]


def test_poll_that_was_given_up_is_over_then_however_late_the_page_said_so() -> None:
    h = lost()
    first = h.begin_get("bob", LIST)
    second = h.begin_get("bob", LIST, after_ms=1000)
    h.wait(0.5)
    h.end_get("bob", first, LIST, None, status=0, error="aborted", duration_ms=1000)
    h.end_get("bob", second, LIST, [])
    assert said(check, h) == []


def test_poll_that_is_given_up_for_the_next_is_right() -> None:
    h = lost()
    first = h.begin_get("bob", LIST)
    h.wait(1)
    h.add("bob", EntryKind.HTTP, phase="end", id=first, method="GET", path=LIST, error="aborted", status=None)
    h.end_get("bob", h.begin_get("bob", LIST), LIST, [])
    assert said(check, h) == []


def test_storm_of_polls_is_found() -> None:
    h = lost()
    poll(h, 30, every=0.05)
    (message,) = said(check, h)
    assert message.startswith("bob's page polled 30 times in 14")


def test_storm_is_not_judged_without_the_apps_own_interval() -> None:
    h = lost(budgets={"polling_interval_ms": 30000})
    poll(h, 20, every=0.5)
    assert said(check, h) == []


def test_polling_while_live_is_found() -> None:
    h = opened()
    poll(h, 4)
    (message,) = said(check, h)
    assert message.startswith("bob's page went on polling while Live: 4 times, last 6.")


def test_lists_that_something_asked_for_are_no_polls() -> None:
    h = opened()
    for version in (2, 3, 4):
        h.change("task:updated", {**h.truth["t1"], "version": version})
        h.load("bob", after_ms=80)
        h.wait(3)
    assert said(check, h) == []


def test_loading_again_after_a_failure_is_no_poll() -> None:
    h = opened()
    h.get("bob", "/api/projects/atlas/epics", None, status=500)
    for pause in (1, 2, 4):
        h.wait(pause)
        h.load("bob")
        h.get("bob", "/api/projects/atlas/epics", None, status=500)
    assert said(check, h) == []


def test_board_that_is_left_is_polled_no_more() -> None:
    h = opened()
    h.navigate("bob", "borealis", same_document=True)
    h.leave("bob", "atlas")
    h.join("bob", "borealis")
    h.load("bob", project="borealis")
    h.wait(2)
    poll(h, 3)
    assert any("after leaving that board" in message for message in said(check, h))


def test_person_who_may_not_see_the_board_need_not_poll() -> None:
    h = lost()
    h.get("bob", LIST, None, status=403)
    h.wait(5)
    h.badge("bob", "Live")
    assert said(check, h) == []


def test_driven_clock_hidden_tab_and_offline_page_keep_their_own_time() -> None:
    for name, fields in (("clock", {"virtual": True}), ("visibility", {"hidden": True, "client": "bob"})):
        h = opened()
        h.mark(name, **fields)
        h.lose("bob")
        h.wait(5)
        assert result_of(check, h).verdict == "passed"
    h = opened()
    h.add("bob", EntryKind.FAULT, id="f1", name="offline", edge="page", params={}, phase="start")
    h.lose("bob")
    h.wait(5)
    assert said(check, h) == []


def test_mock_mode_asks_nobody() -> None:
    h = History()
    h.people["bob"] = "bob"
    h.navigate("bob", "atlas")
    h.badge("bob", "Mock Data")
    h.wait(5)
    assert said(check, h) == []


def test_page_without_a_board_does_not_poll() -> None:
    h = History()
    h.people["bob"] = "bob"
    h.navigate("bob", None)
    h.badge("bob", None)
    h.wait(5)
    result = result_of(check, h)
    assert (result.verdict, result.judged) == ("passed", 0)


def test_unknown_when_calls_were_not_seen() -> None:
    h = lost()
    h.wait(4)
    blind(h, "bob", "http")
    result = result_of(check, h)
    assert result.verdict == "unknown"
