"""No resurrection: deleted cards that come back, and cards that are only hidden."""

from __future__ import annotations

from history import History, blind, result_of, said

from harness.checkers.no_resurrection import check

LIST = "/api/projects/atlas/tasks"


def deleted(*, by: str = "task:deleted") -> History:
    h = History()
    h.open("alice", "bob")
    h.change(by, {**h.truth["t3"], "version": 2})
    return h


def back(h: History, *, for_ms: float = 16) -> int:
    h.put("bob", "t3", "todo", text="Title of t3")
    seq = h.show("bob", after_ms=100)
    h.remove("bob", "t3")
    h.show("bob", after_ms=for_ms)
    return seq


def test_card_that_stays_away_is_right() -> None:
    result = result_of(check, deleted())
    assert (result.verdict, result.judged) == ("passed", 2)


def test_card_back_for_a_frame_is_found() -> None:
    h = deleted()
    seq = back(h)
    (finding,) = result_of(check, h).findings
    assert finding.message == "deleted card t3 came back to bob's board after 100 ms, for 16 ms"
    assert seq in finding.seqs


def test_card_back_by_a_late_list_is_found() -> None:
    h = History()
    h.open("alice", "bob")
    call = h.begin_get("bob", LIST)
    old = list(h.truth.values())
    h.change("task:deleted", {**h.truth["t3"], "version": 2})
    h.end_get("bob", call, LIST, old)
    back(h)
    assert len(said(check, h)) == 1


def test_card_back_by_an_older_event_is_found() -> None:
    h = deleted()
    h.received("bob", "task:updated", h.task("t3", version=1))
    back(h)
    assert len(said(check, h)) == 1


def test_card_that_the_server_lists_again_is_right() -> None:
    """The deletion was made up by the spec: the store still has the card."""
    h = History()
    h.open("bob")
    gone = {"id": "t3", "projectId": "atlas", "version": 2}
    h.emit("task:deleted", gone, ("bob",), raw=True)
    h.received("bob", "task:deleted", gone)
    h.remove("bob", "t3")
    h.show("bob")
    h.load("bob")
    assert said(check, h) == []


def test_own_deletion_that_failed_brings_the_card_back() -> None:
    h = History()
    h.open("alice")
    h.remove("alice", "t3")
    h.show("alice")
    h.sent("alice", "task:delete", {"id": "t3", "projectId": "atlas", "version": 1}, ack=7)
    h.acked("alice", 7, {"ok": False, "error": {"code": "INTERNAL", "message": "no"}})
    h.load("alice")
    assert said(check, h) == []


def test_own_deletion_that_was_accepted_is_final() -> None:
    h = History()
    h.open("bob")
    h.remove("bob", "t3")
    h.show("bob")
    h.sent("bob", "task:delete", {"id": "t3", "projectId": "atlas", "version": 1}, ack=7)
    h.acked("bob", 7, {"ok": True, "data": {"id": "t3", "projectId": "atlas", "version": 2}})
    back(h)
    assert len(said(check, h)) == 1


def test_card_hidden_by_a_filter_may_come_back() -> None:
    h = History()
    h.open("bob")
    h.remove("bob", "t3")
    h.show("bob", filter="s1")
    h.load("bob", show=False)
    h.put("bob", "t3", "todo", text="Title of t3")
    h.show("bob", filter=None)
    assert said(check, h) == []


def test_mock_cards_go_when_the_real_ones_come() -> None:
    h = History()
    h.add("bob", "client", person="bob", engine="chromium")
    h.people["bob"] = "bob"
    h.navigate("bob", "atlas")
    h.badge("bob", "Mock Data")
    h.boards["bob"] = {
        "todo": [{"id": "mock-1", "text": "Sample", "version": 1}],
        "in_progress": [],
        "done": [],
    }
    h.show("bob")
    h.connect("bob")
    h.join("bob", "atlas")
    h.load("bob")
    h.badge("bob", "Live")
    assert said(check, h) == []


def test_deletion_read_off_a_list_counts() -> None:
    h = History()
    h.open("bob")
    h.lose("bob")
    h.store("deleted", {**h.truth["t3"], "version": 2})
    h.connect("bob")
    h.join("bob", "atlas")
    h.load("bob")
    back(h)
    assert len(said(check, h)) == 1


def test_deletion_of_another_project_is_none() -> None:
    h = History()
    h.open("bob")
    h.received("bob", "task:deleted", {"id": "t3", "projectId": "borealis", "version": 9})
    h.remove("bob", "t3")
    h.show("bob")
    back(h)
    assert said(check, h) == []


def test_unknown_when_views_were_lost() -> None:
    h = deleted()
    blind(h, "bob", "view")
    assert result_of(check, h).verdict == "unknown"
