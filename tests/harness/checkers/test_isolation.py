"""Isolation: what another project's events may do, and what only looks foreign."""

from __future__ import annotations

from typing import Any

from history import COLUMNS, History, blind, result_of, said

from harness.checkers.isolation import check


def two_projects(**header: Any) -> History:
    """Alice on atlas, dave on borealis, each with cards of their own."""
    h = History(**header)
    h.truth["b1"] = {**h.task("b1", "todo"), "projectId": "borealis"}
    h.open("alice")
    h.people["dave"] = "dave"
    h.open("dave", project="borealis")
    h.wait(2)
    return h


def foreign(task: str = "b1", **fields: Any) -> dict[str, Any]:
    known = {"id": task, "projectId": "borealis", "title": "Secret plan", "status": "todo", "version": 2}
    return {**known, **fields}


def test_each_project_for_itself_is_right() -> None:
    h = two_projects()
    h.change("task:updated", {**h.truth["t1"], "version": 2}, ("alice",))
    h.emit("task:updated", foreign(), ("dave",))
    h.received("dave", "task:updated", foreign())
    result = result_of(check, h)
    assert result.verdict == "passed"
    assert result.judged > 3


def test_event_sent_to_somebody_outside_the_room_is_found() -> None:
    h = two_projects()
    seq = h.emit("task:updated", foreign(), ("dave", "alice"))
    h.received("alice", "task:updated", foreign())
    findings = result_of(check, h).findings
    assert [each.message for each in findings] == [
        "the server sent task:updated b1 v2 of project:borealis to alice, who is not in that room",
        "task:updated b1 v2 of project borealis reached alice, whose page is in atlas",
    ]
    assert seq in findings[0].seqs


def test_event_that_a_fault_sent_astray_is_judged_on_the_screen_only() -> None:
    h = two_projects()
    h.emit("task:updated", foreign(), ("dave", "alice"), astray=["alice"])
    h.received("alice", "task:updated", foreign())
    assert said(check, h) == []
    h.put("alice", "b1", "todo", text="Secret plan")
    h.show("alice")
    h.remove("alice", "b1")
    h.show("alice", after_ms=40)
    assert said(check, h) == ["card b1 of project borealis was on alice's board of atlas for 40 ms"]


def test_event_made_up_by_the_spec_is_judged_on_the_screen_only() -> None:
    h = two_projects()
    h.emit("task:created", foreign("b9"), ("alice",), raw=True)
    h.received("alice", "task:created", foreign("b9"))
    assert said(check, h) == []
    h.put("alice", "b9", "todo", text="Secret plan")
    h.show("alice")
    h.remove("alice", "b9")
    h.show("alice", after_ms=40)
    assert said(check, h) == ["card b9 of project borealis was on alice's board of atlas for 40 ms"]


def test_card_painted_over_by_another_projects_event() -> None:
    h = two_projects()
    h.emit("task:updated", foreign("t1", title="Leaked"), ("alice",), raw=True)
    h.received("alice", "task:updated", foreign("t1", title="Leaked"))
    h.put("alice", "t1", "todo", text="Leaked")
    h.show("alice")
    (message,) = said(check, h)
    assert message.startswith(
        "card t1 on alice's board of atlas was painted over by task:updated of project borealis"
    )


def test_card_deleted_by_another_projects_event() -> None:
    h = two_projects()
    gone = {"id": "t1", "projectId": "borealis", "version": 100}
    h.emit("task:deleted", gone, ("alice",), raw=True)
    h.received("alice", "task:deleted", gone)
    h.remove("alice", "t1")
    h.show("alice")
    assert said(check, h) == [
        "card t1 left alice's board of atlas when project borealis deleted one of that id"
    ]


def test_ignoring_another_projects_events_is_right() -> None:
    h = two_projects()
    for event in ("task:created", "task:updated", "task:deleted"):
        h.emit(event, foreign("t1"), ("alice",), raw=True)
        h.received("alice", event, foreign("t1"))
    h.show("alice")
    h.wait(2)
    assert said(check, h) == []


def test_removed_member_who_still_hears_is_found() -> None:
    h = two_projects()
    h.open("bob")
    h.wait(1)
    h.emit(
        "project:updated", {"id": "atlas", "name": "Atlas", "members": ["alice"], "version": 2}, ("alice",)
    )
    h.emit("task:updated", {**h.truth["t1"], "version": 2}, ("alice", "bob"))
    assert said(check, h) == [
        "the server sent task:updated t1 v2 of project:atlas to bob, who is no member any more"
    ]


def test_page_that_changes_projects_may_draw_the_old_board_once_more() -> None:
    h = two_projects()
    h.navigate("alice", "borealis", same_document=True)
    h.show("alice")
    h.boards["alice"] = {column: [] for column in COLUMNS}
    h.show("alice", after_ms=30)
    h.received("alice", "task:updated", h.task("t1", version=2))
    assert said(check, h) == []


def test_card_of_a_project_where_the_page_never_was_is_no_old_board() -> None:
    """However soon after the page has come to its project."""
    h = History()
    h.truth["b1"] = {**h.task("b1", "todo"), "projectId": "borealis"}
    h.open("alice")
    h.put("alice", "b1", "todo")
    h.show("alice")
    h.remove("alice", "b1")
    h.show("alice", after_ms=40)
    h.settled()
    assert said(check, h) == ["card b1 of project borealis was on alice's board of atlas for 40 ms"]


def test_page_that_keeps_the_old_board_is_found() -> None:
    h = two_projects()
    h.load("alice")
    h.navigate("alice", "borealis", same_document=True)
    h.show("alice")
    h.show("alice", after_ms=800)
    assert any("card t1 of project atlas was on alice's board of borealis" in each for each in said(check, h))


def test_unknown_when_frames_were_lost() -> None:
    h = two_projects()
    blind(h, "alice", "socket")
    assert result_of(check, h).verdict == "unknown"
