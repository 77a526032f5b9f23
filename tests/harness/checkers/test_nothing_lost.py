"""Nothing lost: from the store to the board, and where a change may be late, overtaken or not wanted."""

from __future__ import annotations

from typing import Any

from history import History, blind, result_of, said

from harness.checkers.nothing_lost import check
from harness.journal.entries import EntryKind


def opened(*names: str, **header: Any) -> History:
    h = History(**header)
    h.open(*(names or ("bob",)))
    h.wait(0.2)
    return h


def unshown(h: History, event: str = "task:updated", *, version: int = 2) -> int:
    """A change that reaches bob and does not change his board."""
    task = {**h.truth["t1"], "title": "Newer", "version": version}
    return h.change(event, task, ("bob",), show=False)


def test_all_that_arrives_and_shows_is_judged_and_right() -> None:
    h = opened("alice", "bob")
    h.move("alice", "t1", "in_progress")
    h.change("task:created", h.task("t7"))
    h.change("task:deleted", {**h.truth["t2"], "version": 2})
    h.wait(3)
    h.settled()
    result = result_of(check, h)
    assert result.verdict == "passed"
    assert result.judged >= 12


# -- the board -------------------------------------------------------------------------------------------


def test_event_that_does_not_change_the_board_is_found() -> None:
    h = opened()
    arrived = unshown(h)
    h.wait(2.5)
    h.settled()
    (finding,) = result_of(check, h).findings
    expected = "task:updated t1 v2 reached bob and did not change bob's board: t1 v1 is still in todo"
    assert finding.message == expected
    assert arrived in finding.seqs
    assert (finding.client, finding.entity) == ("bob", "t1")


def test_fence_judges_sooner_than_two_seconds() -> None:
    h = opened()
    unshown(h)
    h.settled(after_ms=300)
    assert len(said(check, h)) == 1


def test_fence_that_comes_before_the_apps_throttle_is_over_does_not() -> None:
    h = opened()
    unshown(h)
    h.settled(after_ms=60)
    h.put("bob", "t1", "todo", version=2, text="Newer")
    h.show("bob", after_ms=50)
    h.wait(3)
    assert said(check, h) == []


def test_inexact_fence_does_not() -> None:
    h = opened()
    unshown(h)
    h.settled(after_ms=300, exact=False)
    assert said(check, h) == []


def test_spec_that_ends_in_full_flight_is_not_judged() -> None:
    h = opened()
    unshown(h)
    h.wait(0.1)
    assert said(check, h) == []


def test_throttled_event_is_in_time() -> None:
    h = opened()
    unshown(h)
    h.put("bob", "t1", "todo", version=2, text="Newer")
    h.show("bob", after_ms=150)
    h.wait(3)
    assert said(check, h) == []


def test_deletion_and_creation_that_do_not_show() -> None:
    h = opened()
    h.change("task:deleted", {**h.truth["t2"], "version": 2}, ("bob",), show=False)
    h.change("task:created", h.task("t7"), ("bob",), show=False)
    h.wait(3)
    h.settled()
    assert said(check, h) == [
        "task:deleted t2 v2 reached bob and did not change bob's board: t2 v1 is still in todo",
        "task:created t7 v1 reached bob and did not change bob's board: no such card on it",
    ]


def test_event_overtaken_by_a_newer_one() -> None:
    h = opened()
    unshown(h)
    h.change("task:updated", {**h.truth["t1"], "version": 3}, ("bob",))
    h.wait(3)
    assert said(check, h) == []


def test_late_update_of_a_deleted_card_must_not_show() -> None:
    h = opened()
    h.change("task:deleted", {**h.truth["t1"], "version": 2}, ("bob",))
    h.received("bob", "task:updated", h.task("t1", version=1))
    h.wait(3)
    assert said(check, h) == []


def test_event_of_another_project_and_malformed_ones_are_not_for_the_board() -> None:
    h = opened()
    for payload in (None, "text", {}, {"id": "t1", "projectId": "atlas", "status": "nowhere", "version": 9}):
        h.emit("task:updated", payload, ("bob",), raw=True)
        h.received("bob", "task:updated", payload)
    h.received("bob", "task:updated", {**h.task("t1", version=9), "projectId": "borealis"})
    h.wait(3)
    h.settled()
    assert said(check, h) == []


def test_made_up_event_need_not_be_followed() -> None:
    h = opened()
    made_up = h.task("t1", version=7)
    h.emit("task:updated", made_up, ("bob",), raw=True)
    h.received("bob", "task:updated", made_up)
    h.wait(3)
    assert said(check, h) == []


def test_board_out_of_sight_or_filtered_or_in_hand_is_not_judged() -> None:
    h = opened()
    h.show("bob", filter="s1")
    unshown(h)
    h.wait(3)
    h.settled()
    assert said(check, h) == []
    h = opened()
    h.add("bob", EntryKind.ACTION, id="a1", name="board.drag", args={}, phase="invoked")
    unshown(h)
    h.wait(3)
    h.settled()
    assert said(check, h) == []
    h = opened()
    h.navigate("bob", None, same_document=True)
    h.show("bob", board=False)
    unshown(h)
    h.wait(3)
    h.settled()
    assert said(check, h) == []


def test_filtered_board_shows_what_is_moved_into_the_sprint() -> None:
    h = opened()
    h.show("bob", filter="s1")
    h.change("task:updated", {**h.truth["t1"], "sprintId": "s1", "version": 2}, ("bob",), show=False)
    h.remove("bob", "t1")
    h.show("bob", filter="s1")
    h.wait(3)
    assert len(said(check, h)) == 1


def test_driven_clock_stops_the_throttle_too() -> None:
    h = opened()
    h.mark("clock", virtual=True)
    unshown(h)
    h.wait(3)
    h.settled()
    assert said(check, h) == []


# -- the wire --------------------------------------------------------------------------------------------


def never_arrived(h: History) -> int:
    after = {**h.truth["t1"], "version": 2}
    h.store("updated", after)
    seq = h.emit("task:updated", after, ("bob",))
    h.wait(3)
    h.settled()
    return seq


def test_event_that_never_arrives_is_found() -> None:
    h = opened("bob")
    seq = never_arrived(h)
    (finding,) = result_of(check, h).findings
    assert finding.message == "task:updated t1 v2 was sent to bob and never arrived"
    assert finding.seqs == (seq,)


def test_dropped_event_is_a_fault_of_ours() -> None:
    h = opened("bob")
    h.add("bob", EntryKind.FAULT, id="f1", name="drop", edge="page", params={}, phase="start")
    after = {**h.truth["t1"], "version": 2}
    h.store("updated", after)
    h.emit("task:updated", after, ("bob",))
    h.received("bob", "task:updated", after, fate="dropped")
    h.add("bob", EntryKind.FAULT, id="f1", name="drop", edge="page", params={}, phase="end")
    h.wait(3)
    h.settled()
    assert said(check, h) == []


def test_event_sent_just_before_the_connection_was_lost() -> None:
    h = opened("bob")
    after = {**h.truth["t1"], "version": 2}
    h.store("updated", after)
    h.emit("task:updated", after, ("bob",))
    h.lose("bob")
    h.wait(3)
    h.settled()
    assert said(check, h) == []


def test_unknown_when_frames_were_lost() -> None:
    h = opened("bob")
    never_arrived(h)
    blind(h, "bob", "frames")
    result = result_of(check, h)
    assert result.verdict == "unknown"
    assert "never arrived; or it was not seen" in result.findings[0].message


# -- the server ------------------------------------------------------------------------------------------


def test_change_that_is_stored_and_not_told_is_found() -> None:
    h = opened("bob")
    h.store("updated", {**h.truth["t1"], "version": 2})
    h.wait(3)
    h.settled()
    assert said(check, h) == ["the server stored task t1 v2 (updated) and told nobody"]


def test_member_of_the_room_that_is_left_out_is_found() -> None:
    h = opened("alice", "bob")
    h.change("task:updated", {**h.truth["t1"], "version": 2}, ("alice",))
    h.wait(3)
    h.settled()
    expected = "the server did not send task:updated t1 v2 to bob, who is in project:atlas"
    assert said(check, h) == [expected]


def test_sender_is_left_out_where_the_contract_says_so() -> None:
    for echo, others in (("others", ("bob",)), ("none", ("bob",))):
        h = opened("alice", "bob", contract={"echo": echo})
        h.move("alice", "t1", "in_progress", to=others)
        h.wait(3)
        h.settled()
        assert said(check, h) == []


def test_second_tab_is_not_left_out_with_the_first() -> None:
    h = opened("alice", contract={"echo": "others"})
    h.open("alice-phone", person="alice")
    h.wait(0.2)
    h.move("alice", "t1", "in_progress", to=())
    h.wait(3)
    h.settled()
    assert len(said(check, h)) == 1


def test_socket_that_the_server_has_not_missed_yet() -> None:
    h = opened("alice", "bob")
    h.add("bob", EntryKind.SOCKET, state="closed", **h.wire("bob"))
    h.change("task:updated", {**h.truth["t1"], "version": 2}, ("alice",))
    h.wait(0.3)
    h.server("disconnect", sid=h.sids["bob"], user="bob", reason="transport close")
    h.wait(3)
    assert said(check, h) == []


def test_without_the_servers_lane_the_pages_are_judged() -> None:
    h = opened(server=False)
    unshown(h)
    h.wait(3)
    h.settled(truth=False)
    assert len(said(check, h)) == 1
