"""Converged: boards at quiet moments, and the clients that cannot be held to the truth just then."""

from __future__ import annotations

from typing import Any

from history import History, blind, result_of, said

from harness.checkers.converged import check
from harness.journal.entries import EntryKind

QUIET = "(when all was quiet at"


def opened(*names: str, **header: Any) -> History:
    h = History(**header)
    h.open(*(names or ("alice", "bob")))
    return h


def stale(h: History, name: str = "bob") -> None:
    """A change that `name` never hears of."""
    others = tuple(each for each in h.everybody() if each != name)
    h.change("task:status_changed", h.moved("t1", "in_progress"), others)


def messages(h: History) -> list[str]:
    return [message.partition(f" {QUIET}")[0] for message in said(check, h)]


def test_boards_in_step_are_right() -> None:
    h = opened()
    h.move("alice", "t1", "done")
    h.settled()
    result = result_of(check, h)
    assert (result.verdict, result.judged) == ("passed", 2)


def test_stale_card_is_found_with_its_way() -> None:
    h = opened()
    stale(h)
    h.settled()
    (finding,) = [each for each in result_of(check, h).findings if each.entity == "t1"]
    assert finding.message.startswith(
        f"card t1 v1 is in To Do on bob's board and in In Progress v2 on the server {QUIET}"
    )
    assert finding.client == "bob"
    assert len(finding.seqs) >= 2


def test_missing_foreign_retitled_and_misplaced_cards_are_found() -> None:
    h = opened("alice")
    h.remove("alice", "t2")
    h.put("alice", "t9", "todo", text="What?")
    h.put("alice", "t3", "todo", text="Other words")
    cards = h.boards["alice"]["in_progress"]
    cards.reverse()
    h.show("alice")
    h.settled()
    assert messages(h) == [
        "card t3 reads 'Other words' on alice's board and 'Title of t3' on the server",
        "card t9 is on alice's board, and the server has no such task",
        "card t2 is not on alice's board; the server has it in To Do, v1",
        "In Progress is [t5, t4] on alice's board and [t4, t5] on the server",
    ]


def test_card_left_over_under_the_pages_own_id_is_found() -> None:
    h = opened("alice")
    h.put("alice", "tmp-1", "todo", text="Buy milk")
    h.show("alice")
    h.settled()
    assert messages(h) == ["card tmp-1 is on alice's board, and the server has no such task"]


def test_counts_and_progress_are_part_of_the_board() -> None:
    h = opened("alice")
    h.show("alice", counts={"todo": 3, "done": 2}, epics=[{"id": "e1", "progress": 20}])
    h.settled(truth=False)
    h.mark("truth", tasks=list(h.truth.values()), epics=[{"id": "e1", "progress": 50}])
    assert messages(h) == [
        "epic e1 is at 20% for alice and at 50% on the server",
        "Done says 2 on alice's board and holds 1",
    ]


def test_without_a_truth_mark_the_events_are_the_truth() -> None:
    h = opened()
    stale(h)
    h.settled(truth=False)
    assert messages(h)[0] == "card t1 v1 is in To Do on bob's board and in In Progress v2 on the server"


def test_without_the_server_boards_must_equal_each_other() -> None:
    h = opened(server=False)
    stale(h)
    h.settled(truth=False)
    assert "To Do is [t2, t3] on alice's board and [t1, t2, t3] on bob's board" in messages(h)


def test_quiet_end_is_a_fence_too() -> None:
    h = opened()
    stale(h)
    h.wait(2)
    assert len(said(check, h)) >= 1


def test_spec_that_ends_in_full_flight_is_not_judged_and_says_so() -> None:
    h = opened()
    stale(h)
    h.wait(0.1)
    result = result_of(check, h)
    assert (result.verdict, result.judged) == ("passed", 0)
    assert "before all was quiet" in result.notes[0]


def test_fence_that_comes_before_the_apps_throttle_is_over_looks_a_little_later() -> None:
    h = opened("bob")
    h.change("task:status_changed", h.moved("t1", "in_progress"), show=False)
    h.settled(after_ms=60)
    h.put("bob", "t1", "in_progress", version=2)
    h.show("bob", after_ms=50)
    h.wait(0.4)
    result = result_of(check, h)
    assert (result.verdict, result.judged) == ("passed", 1)
    h = opened("bob")
    h.change("task:status_changed", h.moved("t1", "in_progress"), show=False)
    h.settled(after_ms=60)
    h.close("bob")
    result = result_of(check, h)
    assert (result.verdict, result.judged) == ("passed", 0)
    assert "an event had only just arrived" in result.notes[0]


def test_board_that_is_stale_in_between_and_right_at_the_fence() -> None:
    h = opened()
    stale(h)
    h.wait(0.2)
    h.load("bob")
    h.settled()
    assert said(check, h) == []


def test_offline_closed_and_gone_clients_are_not_held_to_it() -> None:
    h = opened("alice", "bob", "carol")
    h.add("bob", EntryKind.FAULT, id="f1", name="offline", edge="page", params={}, phase="start")
    h.lose("bob")
    h.badge("bob", "Polling")
    h.close("carol")
    h.change("task:status_changed", h.moved("t1", "in_progress"), ("alice",))
    h.settled()
    result = result_of(check, h)
    assert (result.verdict, result.judged) == ("passed", 1)


def test_page_that_claims_to_be_live_is_held_to_it() -> None:
    h = opened()
    h.lose("bob")
    stale(h)
    h.settled()
    assert len(said(check, h)) >= 1


def test_polling_page_is_held_to_its_last_poll_only() -> None:
    h = opened()
    h.lose("bob")
    h.badge("bob", "Polling")
    h.load("bob")
    stale(h)
    h.settled()
    assert said(check, h) == []
    h.load("bob", show=False)
    h.settled()
    assert len(said(check, h)) >= 1


def test_dropped_event_is_excused_until_the_next_list() -> None:
    h = opened()
    after = h.moved("t1", "in_progress")
    told = {"task": after, "from": "todo", "to": "in_progress"}
    h.store("updated", after)
    h.emit("task:status_changed", told, ("alice", "bob"))
    h.received("alice", "task:status_changed", told)
    h.put("alice", "t1", "in_progress", version=2)
    h.show("alice")
    h.received("bob", "task:status_changed", told, fate="dropped")
    h.settled()
    assert said(check, h) == []
    h.load("bob", show=False)
    h.settled()
    assert len(said(check, h)) >= 1


def test_held_event_that_was_released_is_no_excuse() -> None:
    h = opened("bob")
    after = {**h.truth["t1"], "title": "Newer", "version": 2}
    h.store("updated", after)
    h.emit("task:updated", after, ("bob",))
    h.received("bob", "task:updated", after, fate="held")
    h.received("bob", "task:updated", after, fate="released")
    h.settled()
    assert len(said(check, h)) == 1


def test_mock_data_is_not_the_servers() -> None:
    h = opened("alice")
    h.badge("alice", "Mock Data")
    h.boards["alice"] = {"todo": [{"id": "mock-1", "text": "Sample"}], "in_progress": [], "done": []}
    h.show("alice")
    h.settled()
    assert said(check, h) == []


def test_filter_shows_a_part() -> None:
    h = opened("alice")
    h.truth["t2"]["sprintId"] = "s1"
    for task in ("t1", "t3", "t4", "t5", "t6"):
        h.remove("alice", task)
    h.show("alice", filter="s1")
    h.settled()
    assert said(check, h) == []
    h.remove("alice", "t2")
    h.show("alice", filter="s1")
    h.settled()
    assert messages(h) == ["card t2 is not on alice's board; the server has it in To Do, v1"]


def test_sprint_room_means_a_filter_where_the_lens_does_not_tell() -> None:
    h = opened("alice")
    h.join("alice", "s1", kind="sprint")
    h.remove("alice", "t1")
    h.show("alice")
    h.settled()
    assert said(check, h) == []


def test_made_up_events_excuse_their_cards_only_if_they_may_act() -> None:
    h = opened("alice")
    h.emit("task:updated", h.task("t1", version=9, title="Made up"), ("alice",), raw=True)
    h.received("alice", "task:updated", h.task("t1", version=9, title="Made up"))
    h.put("alice", "t1", "todo", version=9, text="Made up")
    h.show("alice")
    h.settled()
    assert said(check, h) == []
    foreign = {**h.task("t2", version=9, title="Leaked"), "projectId": "borealis"}
    h.emit("task:updated", foreign, ("alice",), raw=True)
    h.received("alice", "task:updated", foreign)
    h.put("alice", "t2", "todo", version=9, text="Leaked")
    h.show("alice")
    h.settled()
    assert len(said(check, h)) == 1


def test_change_that_waits_for_its_answer_is_left_out() -> None:
    h = opened("alice")
    h.put("alice", "t1", "done")
    h.show("alice")
    h.sent("alice", "task:update", {"id": "t1", "status": "done"}, ack=7)
    h.settled()
    assert said(check, h) == []
    h.wait(6)
    h.settled()
    assert len(said(check, h)) >= 1


def test_drag_and_driven_clock_are_not_judged() -> None:
    h = opened("alice")
    h.add("alice", EntryKind.ACTION, id="a1", name="board.drag", args={}, phase="invoked")
    stale(h, "alice")
    h.settled()
    assert said(check, h) == []
    h = opened("alice")
    h.mark("clock", virtual=True)
    stale(h, "alice")
    h.settled()
    assert said(check, h) == []


def test_member_who_was_put_out_is_not_held_to_it() -> None:
    h = opened()
    h.server("leave", sid=h.sids["bob"], user="bob", room="project:atlas")
    stale(h)
    h.settled()
    assert said(check, h) == []


def test_page_on_its_way_is_no_empty_board() -> None:
    h = opened("alice")
    h.navigate("alice", "atlas")
    h.show("alice", board=False)
    h.settled()
    assert said(check, h) == []


def test_unknown_without_a_view_of_an_open_board() -> None:
    h = opened("alice")
    h.entries = [entry for entry in h.entries if entry.kind is not EntryKind.VIEW]
    h.settled()
    result = result_of(check, h)
    assert result.verdict == "unknown"
    assert result.findings[0].message == "alice opened a board, and no view of it was recorded"


def test_unknown_when_it_never_became_quiet() -> None:
    h = opened("alice")
    h.settled(ok=False, reason="a GET is in flight")
    result = result_of(check, h)
    assert result.verdict == "unknown"
    assert "never became quiet at the end: a GET is in flight" in result.findings[0].message


def test_fault_in_force_excuses_that_it_never_became_quiet() -> None:
    h = opened("alice")
    h.add("spec", EntryKind.FAULT, id="f1", name="rest_hold", edge="stub", params={}, phase="start")
    h.settled(ok=False, reason="a GET is in flight")
    assert result_of(check, h).verdict == "passed"


def test_unknown_when_views_were_lost() -> None:
    h = opened("alice")
    blind(h, "alice", "lens")
    h.settled()
    assert result_of(check, h).verdict == "unknown"


def test_unknown_and_nothing_worse_when_the_lens_did_not_fit_the_page() -> None:
    h = opened()
    stale(h)
    h.settled()
    blind(h, "bob", "screen")
    result = result_of(check, h)
    assert result.verdict == "unknown"
    assert [finding.verdict for finding in result.findings] == ["unknown"]
