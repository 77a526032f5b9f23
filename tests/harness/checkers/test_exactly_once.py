"""Exactly once: cards, effects and requests that are doubled, and what only looks like it."""

from __future__ import annotations

from history import History, blind, result_of, said

from harness.checkers.exactly_once import check

NOTE = {"id": "n1", "level": "info", "message": "Deployed"}


def opened(*names: str) -> History:
    h = History()
    h.open(*(names or ("alice", "bob")))
    return h


def note(h: History, *, times: int = 1) -> None:
    for _ in range(times):
        h.emit("system:notification", NOTE, ("bob",), raw=True)
        h.received("bob", "system:notification", NOTE)


def test_card_twice_for_fifty_milliseconds_is_found_with_its_proof() -> None:
    h = opened()
    after = h.moved("t1", "in_progress")
    h.store("updated", after)
    told = {"task": after, "from": "todo", "to": "in_progress"}
    sent = h.emit("task:status_changed", told, ("bob",))
    first = h.received("bob", "task:status_changed", told)
    h.put("bob", "t1", "in_progress", version=2)
    h.boards["bob"]["in_progress"].append(dict(h.boards["bob"]["in_progress"][-1]))
    doubled = h.show("bob")
    h.boards["bob"]["in_progress"].pop()
    h.show("bob", after_ms=50)
    (finding,) = result_of(check, h).findings
    assert finding.message == "card t1 was on bob's board twice for 50 ms (In Progress)"
    assert (finding.client, finding.entity) == ("bob", "t1")
    assert {sent, first, doubled} <= set(finding.seqs)


def test_card_in_two_columns_at_once() -> None:
    h = opened("bob")
    h.boards["bob"]["done"].append({"id": "t1", "text": "Title of t1", "version": 1})
    h.show("bob")
    h.load("bob")
    assert said(check, h) == ["card t1 was on bob's board twice for 7 ms (To Do and Done)"]


def test_card_on_its_way_out_does_not_count() -> None:
    h = opened("bob")
    h.boards["bob"]["done"].append({"id": "t1", "text": "Title of t1", "leaving": True})
    h.show("bob")
    assert said(check, h) == []


def create(h: History, *, swap_ms: float | None) -> None:
    """Alice creates a card under an id of her page; the server's comes beside it for `swap_ms`."""
    h.put("alice", "tmp-m1", "todo", text="Buy milk", version=0)
    h.show("alice")
    h.sent(
        "alice", "task:create", {"title": "Buy milk", "projectId": "atlas", "clientMutationId": "m1"}, ack=7
    )
    made = h.task("t7", title="Buy milk")
    h.store("created", made)
    told = {**made, "clientMutationId": "m1"}
    h.emit("task:created", told, ("alice",))
    h.received("alice", "task:created", told)
    if swap_ms is not None:
        h.put("alice", "t7", "todo", text="Buy milk")
        h.show("alice")
    h.acked("alice", 7, {"ok": True, "data": made})
    h.remove("alice", "tmp-m1")
    h.put("alice", "t7", "todo", text="Buy milk")
    h.show("alice", after_ms=swap_ms or 4)


def test_own_card_beside_the_servers_is_found() -> None:
    h = opened("alice")
    create(h, swap_ms=300)
    (message,) = said(check, h)
    assert message.startswith("the card 'Buy milk' that alice made was on the board twice for 30")
    assert message.endswith(": as tmp-m1 and as t7")


def test_own_card_that_the_servers_replaces_is_right() -> None:
    h = opened("alice")
    create(h, swap_ms=None)
    assert said(check, h) == []


def test_own_card_swapped_within_two_frames_is_right() -> None:
    h = opened("alice")
    create(h, swap_ms=30)
    assert said(check, h) == []


def test_notification_shown_twice_is_a_listener_too_many() -> None:
    h = opened()
    note(h)
    h.show("bob", toasts=[{"text": "Deployed", "kind": "notification"}] * 2)
    assert said(check, h) == ["the notification 'Deployed' came once and was shown twice on bob's page"]


def test_notification_that_came_twice_may_be_shown_twice() -> None:
    h = opened()
    note(h, times=2)
    h.show("bob", toasts=[{"text": "Deployed"}, {"text": "Deployed"}])
    assert said(check, h) == []


def test_toasts_that_no_event_asked_for_are_not_judged() -> None:
    h = opened()
    note(h)
    failed = {"text": "Failed to update task. Please try again."}
    h.show("bob", toasts=[failed, failed, {"text": "Deployed"}])
    assert said(check, h) == []


def test_longer_notification_is_not_taken_for_a_shorter_one() -> None:
    h = opened()
    note(h)
    longer = {**NOTE, "message": "Deployed again"}
    h.received("bob", "system:notification", longer)
    h.show("bob", toasts=[{"text": "Deployed"}, {"text": "Deployed again"}])
    assert said(check, h) == []


def test_two_creations_of_one_submit() -> None:
    h = opened("alice")
    asked = {"title": "Buy milk", "projectId": "atlas"}
    first = h.sent("alice", "task:create", {**asked, "clientMutationId": "m1"}, ack=7)
    second = h.sent("alice", "task:create", {**asked, "clientMutationId": "m2"}, ack=8, after_ms=120)
    (finding,) = result_of(check, h).findings
    assert finding.seqs == (first, second)
    assert "two creations of 'Buy milk' 12" in finding.message


def test_creation_tried_again_after_a_refusal_is_right() -> None:
    h = opened("alice")
    asked = {"title": "Buy milk", "projectId": "atlas"}
    h.sent("alice", "task:create", {**asked, "clientMutationId": "m1"}, ack=7)
    h.acked("alice", 7, {"ok": False, "error": {"code": "INTERNAL", "message": "no"}})
    h.sent("alice", "task:create", {**asked, "clientMutationId": "m2"}, ack=8, after_ms=50)
    assert said(check, h) == []


def test_same_change_sent_over_and_over() -> None:
    h = opened("alice")
    change = {"id": "t1", "description": "x" * 20, "clientMutationId": "m1"}
    for _ in range(4):
        h.sent("alice", "task:update", change, ack=h.number("ack alice"), after_ms=500)
    (message,) = said(check, h)
    assert message.startswith("alice's page sent the same task:update 4 times within 150")


def test_unknown_when_records_were_lost() -> None:
    h = opened()
    blind(h, "bob")
    result = result_of(check, h)
    assert result.verdict == "unknown"
    assert [(each.client, each.message) for each in result.findings] == [
        ("bob", "records lost: records 3 to 5 never came")
    ]


def test_loss_of_what_is_not_needed_here_is_nothing() -> None:
    h = opened()
    blind(h, "bob", "http")
    assert result_of(check, h).verdict == "passed"
