"""Badge truth: lies in both directions, and the time that a badge may take."""

from __future__ import annotations

from typing import Any

from history import History, blind, result_of, said

from harness.checkers.badge_truth import check
from harness.journal.entries import EntryKind


def opened(**header: Any) -> History:
    h = History(**header)
    h.open("bob")
    h.wait(1)
    return h


def test_badge_that_follows_the_wire_is_right() -> None:
    h = opened()
    h.lose("bob")
    h.badge("bob", "Polling", after_ms=900)
    h.wait(5)
    h.connect("bob")
    h.join("bob", "atlas")
    h.badge("bob", "Live", after_ms=900)
    h.wait(5)
    result = result_of(check, h)
    assert result.verdict == "passed"
    assert result.judged >= 4


def test_live_on_a_dead_socket_is_found() -> None:
    h = opened()
    h.lose("bob")
    seq = h.badge("bob", "Polling", after_ms=1500)
    (finding,) = result_of(check, h).findings
    assert finding.message == "bob's badge said Live for 1501 ms on a dead socket"
    assert finding.client == "bob"
    assert seq in finding.seqs
    assert len(finding.seqs) == 3


def test_live_to_the_end_on_a_dead_socket_is_found() -> None:
    h = opened()
    h.lose("bob")
    h.wait(3)
    assert len(said(check, h)) == 1


def test_live_before_the_join_is_acknowledged_is_found() -> None:
    h = History()
    h.begin("bob")
    h.connect("bob")
    h.badge("bob", "Live")
    h.wait(0.1)
    h.join("bob", "atlas")
    (message,) = said(check, h)
    assert message.startswith("bob's badge said Live for 10")
    assert message.endswith("before the join was acknowledged")


def test_live_without_a_room_after_a_reconnect_is_found() -> None:
    h = opened()
    h.lose("bob")
    h.badge("bob", "Polling")
    h.wait(2)
    h.connect("bob")
    h.badge("bob", "Live")
    h.wait(2)
    assert len(said(check, h)) == 1


def test_quick_reconnect_that_the_badge_does_not_show_is_right() -> None:
    h = opened()
    h.lose("bob")
    h.wait(0.5)
    h.connect("bob")
    h.join("bob", "atlas")
    h.wait(3)
    assert said(check, h) == []


def test_polling_on_a_live_socket_is_found() -> None:
    h = opened()
    h.badge("bob", "Polling")
    h.wait(1.4)
    h.badge("bob", "Live")
    (message,) = said(check, h)
    assert (
        message == "bob's badge said Polling for 1402 ms while the socket was connected and the room joined"
    )


def test_recovered_session_is_in_its_rooms_again() -> None:
    h = opened(contract={"resync": "replay"})
    h.lose("bob")
    h.badge("bob", "Polling")
    h.wait(0.4)
    h.connect("bob", recovered=True)
    h.badge("bob", "Live")
    h.wait(3)
    assert said(check, h) == []


def test_recovered_session_of_somebody_who_is_no_member_any_more_is_not_in_the_room() -> None:
    h = opened(contract={"resync": "replay"})
    h.lose("bob")
    h.badge("bob", "Polling")
    h.wait(0.4)
    h.connect("bob", recovered=True)
    h.join("bob", "atlas", answer={"ok": False, "error": {"code": "FORBIDDEN", "message": "no member"}})
    h.wait(3)
    assert said(check, h) == []


def test_half_open_connection_that_is_not_noticed_is_found() -> None:
    h = opened()
    h.frame("bob", "received", engine="ping")
    h.wait(60)
    (message,) = said(check, h)
    assert message.startswith("bob's badge said Live for 13.")
    assert "longer than its heartbeat allows" in message


def test_half_open_connection_that_is_noticed_in_time() -> None:
    h = opened()
    h.frame("bob", "received", engine="ping")
    h.wait(45.2)
    h.add("bob", EntryKind.SOCKET, state="closed", **h.wire("bob"))
    h.add("bob", EntryKind.SOCKET, state="disconnected", reason="ping timeout", **h.wire("bob"))
    h.badge("bob", "Polling", after_ms=300)
    h.wait(2)
    assert said(check, h) == []


def test_journal_without_heartbeats_tells_nothing_about_silence() -> None:
    h = opened()
    h.wait(60)
    assert said(check, h) == []


def test_mock_data_after_real_data_is_found() -> None:
    h = opened()
    h.lose("bob")
    h.badge("bob", "Mock Data")
    h.wait(0.5)
    assert said(check, h) == ["bob's badge turned to Mock Data although real data had been there"]


def test_mock_data_at_the_first_load_without_a_server_is_right() -> None:
    h = History()
    h.begin("bob")
    h.badge("bob", "Mock Data")
    h.wait(5)
    h.connect("bob")
    h.join("bob", "atlas")
    h.badge("bob", "Live")
    h.wait(1)
    assert said(check, h) == []


def test_first_load_that_is_given_up_before_its_answer_is_read_has_brought_no_real_data() -> None:
    """The answer's head said 200; its body never came to the app."""
    h = History()
    h.begin("bob")
    h.connect("bob")
    h.join("bob", "atlas")
    h.badge("bob", "Live")
    call = h.begin_get("bob", "/api/projects/atlas/tasks")
    h.wait(1)
    h.end_get("bob", call, "/api/projects/atlas/tasks", None, ok=False, response=None, error="aborted")
    h.lose("bob")
    h.wait(0.1)
    h.badge("bob", "Mock Data")
    h.wait(0.5)
    assert said(check, h) == []


def test_page_without_a_board_or_a_new_document_has_no_badge() -> None:
    h = opened()
    h.navigate("bob", None, same_document=True)
    h.leave("bob", "atlas")
    h.wait(3)
    h.navigate("bob", "atlas")
    h.wait(3)
    assert said(check, h) == []


def test_other_project_is_joined_in_time() -> None:
    h = opened()
    h.navigate("bob", "borealis", same_document=True)
    h.leave("bob", "atlas")
    h.wait(0.4)
    h.join("bob", "borealis")
    h.wait(3)
    assert said(check, h) == []


def test_driven_clock_and_hidden_tab_take_their_own_time() -> None:
    for name, fields in (("clock", {"virtual": True}), ("visibility", {"hidden": True, "client": "bob"})):
        h = opened()
        h.mark(name, **fields)
        h.lose("bob")
        h.wait(3)
        h.badge("bob", "Polling")
        result = result_of(check, h)
        assert result.verdict == "passed"
        assert "how long its badge took is not judged" in result.notes[0]


def test_driven_clock_is_no_excuse_for_live_before_the_join() -> None:
    h = History()
    h.people["bob"] = "bob"
    h.mark("clock", virtual=True)
    h.navigate("bob", "atlas")
    h.badge("bob", "Live")
    h.wait(0.5)
    assert len(said(check, h)) == 1


def test_page_that_notices_a_fault_before_its_socket_does() -> None:
    h = opened()
    h.add("bob", EntryKind.FAULT, id="f1", name="offline", edge="page", params={}, phase="start")
    h.badge("bob", "Polling")
    h.wait(3)
    h.add("bob", EntryKind.FAULT, id="f1", name="offline", edge="page", params={}, phase="end")
    h.badge("bob", "Live")
    assert said(check, h) == []


def test_unknown_when_the_socket_was_not_observed() -> None:
    h = opened()
    h.add("bob", EntryKind.OBSERVER, state="not_observed", what="socket", reason="it lives in a Worker")
    result = result_of(check, h)
    assert result.verdict == "unknown"
    assert result.findings[0].message == "socket not observed: it lives in a Worker"


def test_blindness_at_a_client_without_a_board_is_nothing() -> None:
    h = opened()
    blind(h, "visitor")
    assert result_of(check, h).verdict == "passed"
