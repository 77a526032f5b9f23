"""No regression: cards that go back for no reason, and the many good reasons there are."""

from __future__ import annotations

from typing import Any

import pytest
from history import History, result_of, said

from harness.checkers.no_regression import check
from harness.journal.entries import EntryKind

LIST = "/api/projects/atlas/tasks"


def opened(*names: str, **header: Any) -> History:
    h = History(**header)
    h.open(*(names or ("alice", "bob")))
    return h


def drop(h: History, status: str = "in_progress", *, ack: int = 7) -> None:
    """Alice drops t1: shown at once and sent, not answered yet."""
    h.put("alice", "t1", status)
    h.show("alice")
    h.sent("alice", "task:update", {"id": "t1", "status": status, "clientMutationId": f"m{ack}"}, ack=ack)


def put_back(h: History, *, after_ms: float = 80) -> int:
    h.put("alice", "t1", "todo")
    return h.show("alice", after_ms=after_ms)


def confirm(h: History, status: str = "in_progress", *, ack: int = 7) -> None:
    after = h.moved("t1", status)
    h.store("updated", after)
    h.acked("alice", ack, {"ok": True, "data": after})
    h.put("alice", "t1", status, version=after["version"])
    h.show("alice")


def test_moves_forth_and_back_by_people_are_right() -> None:
    h = opened()
    h.move("alice", "t1", "in_progress")
    h.move("bob", "t1", "todo")
    h.move("alice", "t1", "in_progress")
    result = result_of(check, h)
    assert result.verdict == "passed"
    assert result.judged > 0


def test_late_list_that_takes_a_card_back_is_found() -> None:
    h = opened("bob")
    call = h.begin_get("bob", LIST)
    old = [dict(task) for task in h.truth.values()]
    h.change("task:status_changed", h.moved("t1", "in_progress"))
    h.end_get("bob", call, LIST, old)
    h.put("bob", "t1", "todo", version=1)
    seq = h.show("bob")
    h.put("bob", "t1", "in_progress", version=2)
    h.show("bob", after_ms=50)
    findings = result_of(check, h).findings
    assert [each.message for each in findings] == [
        "card t1 went back from v2 to v1 on bob's board for 50 ms",
        "card t1 went back from In Progress to To Do on bob's board for 50 ms, though nothing newer said so",
    ]
    assert all(seq in each.seqs for each in findings)


def test_older_event_that_is_applied_is_found() -> None:
    h = opened("bob")
    h.change("task:updated", {**h.truth["t1"], "title": "Newer", "version": 3})
    h.received("bob", "task:updated", h.task("t1", version=2))
    h.put("bob", "t1", "todo", version=2)
    h.show("bob")
    assert len(said(check, h)) == 1


def test_own_move_that_is_refused_goes_back() -> None:
    h = opened("alice")
    drop(h)
    h.acked("alice", 7, {"ok": False, "error": {"code": "CONFLICT", "message": "no"}})
    put_back(h, after_ms=5)
    assert said(check, h) == []


def test_own_move_that_is_never_answered_goes_back() -> None:
    h = opened("alice")
    drop(h)
    h.wait(5)
    put_back(h)
    assert said(check, h) == []


def test_own_move_on_a_connection_that_is_lost_goes_back() -> None:
    h = opened("alice")
    drop(h)
    h.lose("alice")
    put_back(h)
    assert said(check, h) == []


@pytest.mark.parametrize("status", [500, 409])
def test_own_move_by_rest_that_fails_goes_back(status: int) -> None:
    h = opened("alice")
    h.put("alice", "t1", "in_progress")
    h.show("alice")
    common = {"id": "p1", "method": "PATCH", "path": "/api/tasks/t1/status"}
    h.add("alice", EntryKind.HTTP, phase="start", request={"status": "in_progress", "version": 1}, **common)
    h.add(
        "alice", EntryKind.HTTP, phase="end", status=status, ok=False, response={"success": False}, **common
    )
    put_back(h, after_ms=5)
    assert said(check, h) == []


def test_move_in_flight_that_a_poll_undoes_is_found() -> None:
    h = opened("alice")
    drop(h)
    h.load("alice", show=False, after_ms=30)
    put_back(h, after_ms=5)
    h.wait(0.08)
    confirm(h)
    (message,) = said(check, h)
    assert message.startswith("card t1 went back from In Progress to To Do on alice's board for 8")


def test_move_given_up_before_it_was_sent_goes_back() -> None:
    """A drag whose preview moves the card, and that is cancelled; or a drop while offline."""
    h = opened("alice")
    h.put("alice", "t1", "in_progress")
    h.show("alice")
    put_back(h)
    assert said(check, h) == []


def test_preview_that_wanders_during_a_drag_is_right() -> None:
    h = opened("alice")
    for status in ("in_progress", "todo", "in_progress"):
        h.put("alice", "t1", status)
        h.show("alice", after_ms=60)
    h.sent("alice", "task:update", {"id": "t1", "status": "in_progress"}, ack=7)
    confirm(h)
    assert said(check, h) == []


def test_preview_back_in_a_column_where_it_once_was_by_the_servers_word() -> None:
    h = opened("alice")
    h.change("task:status_changed", h.moved("t1", "in_progress"))
    h.change("task:status_changed", h.moved("t1", "todo"))
    h.wait(1)
    h.put("alice", "t1", "in_progress")
    h.show("alice")
    put_back(h)
    assert said(check, h) == []


def test_second_move_by_the_same_hand_before_the_first_is_answered() -> None:
    h = opened("alice")
    drop(h)
    h.add("alice", EntryKind.ACTION, id="a9", name="board.drag", args={}, phase="invoked", after_ms=300)
    put_back(h)
    h.wait(2)
    confirm(h)
    h.sent("alice", "task:update", {"id": "t1", "status": "todo"}, ack=8)
    assert said(check, h) == []


def test_news_that_it_is_elsewhere_is_right_without_versions_on_cards() -> None:
    h = opened("bob")
    for cards in h.boards["bob"].values():
        for each in cards:
            each.pop("version")
    h.show("bob")
    for status in ("in_progress", "todo"):
        h.change("task:status_changed", h.moved("t1", status), show=False)
        h.put("bob", "t1", status)
        h.boards["bob"][status][-1].pop("version", None)
        h.show("bob")
    assert said(check, h) == []


def test_return_without_news_is_found_without_versions_on_cards() -> None:
    h = opened("bob")
    for status in ("in_progress", "todo"):
        if status == "in_progress":
            h.change("task:status_changed", h.moved("t1", status), show=False)
        else:
            h.received("bob", "task:status_changed", {"task": h.task("t1", version=1), "to": "todo"})
        h.put("bob", "t1", status, version=None)
        h.show("bob", after_ms=50)
    assert len(said(check, h)) == 1


def test_board_that_is_loaded_anew_begins_anew() -> None:
    h = opened("bob")
    h.change("task:updated", {**h.truth["t1"], "title": "Newer", "version": 3})
    h.navigate("bob", "atlas")
    h.put("bob", "t1", "todo", version=2)
    h.show("bob")
    assert said(check, h) == []


def test_older_version_by_the_servers_word_is_right() -> None:
    """A made-up event had shown a version that the store never had; the next list says so."""
    h = opened("bob")
    made_up = h.task("t1", version=99, title="Made up")
    h.emit("task:updated", made_up, ("bob",), raw=True)
    h.received("bob", "task:updated", made_up)
    h.apply("bob", "task:updated", made_up)
    h.show("bob")
    h.load("bob", after_ms=40)
    assert said(check, h) == []


def test_cards_of_the_pages_own_are_not_judged() -> None:
    h = opened("alice")
    for version in (2, 1):
        h.put("alice", "tmp-1", "todo", version=version)
        h.show("alice")
    assert said(check, h) == []


def test_driven_clock_excuses_a_revert_whose_timeout_nobody_saw() -> None:
    h = opened("alice")
    h.mark("clock", virtual=True, client="alice")
    drop(h)
    put_back(h, after_ms=20)
    assert said(check, h) == []


def test_unknown_when_the_journal_breaks_off() -> None:
    h = opened()
    h.move("alice", "t1", "in_progress")
    result = result_of(check, h, cut_off="line 40 is incomplete")
    assert result.verdict == "unknown"
    assert result.findings[0].message == "the journal breaks off: line 40 is incomplete"
