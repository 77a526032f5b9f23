"""The questions that a journal answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from history import History

from harness.journal.entries import EntryKind
from harness.journal.lines import line
from harness.journal.steps import Steps
from harness.journal.terms import Terms
from harness.journal.why import why_action, why_change, why_entity


def moved() -> History:
    h = History()
    h.open("alice", "bob")
    h.wait(0.2)
    h.move("alice", "t1", "in_progress")
    return h


def test_change_is_followed_through_every_lane() -> None:
    view = moved().view()
    (change,) = view.changes
    assert (change.name, change.subject.id, change.subject.version) == ("task:status_changed", "t1", 2)
    assert change.asker == "alice"
    assert change.request is not None
    assert change.request.name == "task:update"
    assert change.request.ok is True
    assert change.action is not None
    assert change.action.name == "board.drag"
    assert change.write is not None
    assert change.write.version == 2
    assert [(each.client, each.event is not None) for each in change.deliveries] == [
        ("alice", True),
        ("bob", True),
    ]


def test_why_chain_reads_from_the_hand_to_the_board() -> None:
    h = moved()
    view = h.view()
    texts = [(step.lane, step.text) for step in why_change(view, view.changes[0], client="bob")]
    assert texts == [
        ("alice", "board.drag(t1, in_progress)"),
        (
            "alice",
            "sends task:update {id: t1, status: in_progress, version: 1, projectId: atlas}",
        ),
        ("server", "stores task t1 v2 (updated)"),
        ("server", "emits task:status_changed t1 v2 to 2 (alice, bob)"),
        ("bob", "received task:status_changed t1 v2"),
        ("bob", "it is in In Progress on bob's board, 4 ms later"),
    ]


def test_acks_of_two_namespaces_with_one_number_are_kept_apart() -> None:
    h = History()
    h.open("alice")
    mine = h.sent("alice", "task:update", {"id": "t1"}, ack=9)
    other = h.frame("alice", "sent", packet="EVENT", event="ask", data=[{}], ack_id=9, namespace="/other")
    h.frame("alice", "received", packet="ACK", ack_id=9, data=["theirs"], namespace="/other")
    h.frame("alice", "received", packet="ACK", ack_id=9, data=[{"ok": True, "data": "mine"}])
    answers = {each.seq: each.answer for each in h.view().clients["alice"].requests}
    assert (answers[mine], answers[other]) == ("mine", "theirs")


def test_why_chain_says_where_it_ends() -> None:
    h = History()
    h.open("alice", "bob")
    h.wait(0.2)
    h.change("task:updated", {**h.truth["t1"], "version": 2}, ("bob",), show=False)
    h.wait(3)
    chain = [step.text for step in why_entity(h.view(), "t1", client="bob")]
    assert chain[-1] == "no change on bob's board: t1 stays in To Do at v1"
    others = [step.text for step in why_entity(h.view(), "t1")]
    assert "was not sent it: alice was in the room, and was left out" in others


def test_why_chain_of_an_action_that_sent_nothing() -> None:
    h = moved()
    h.add("bob", EntryKind.ACTION, id="b1", name="board.drag", args={"card": "t2"}, phase="invoked")
    h.add("bob", EntryKind.ACTION, id="b1", name="board.drag", args={}, phase="failed", error="no such card")
    view = h.view()
    assert [step.text for step in why_action(view, view.actions[-1])] == [
        "board.drag(t2) failed: no such card",
        "sent nothing to the server",
    ]
    assert len(why_action(view, view.actions[0])) > 5


def test_who_had_seen_what_when() -> None:
    h = moved()
    view = h.view()
    seen = view.seen_by("t1", 2)
    assert set(seen) == {"alice", "bob"}
    assert seen["bob"] > seen["alice"]
    assert view.seen_by("t1", 3) == {}


def test_state_at_a_moment() -> None:
    h = History()
    h.open("bob")
    connected = h.t
    h.wait(1)
    h.lose("bob")
    h.badge("bob", "Polling")
    view = h.view()
    bob = view.clients["bob"]
    assert view.badge("bob", connected) == "Live"
    assert view.badge("bob", view.end) == "Polling"
    assert view.transport("bob", connected) == "websocket"
    assert view.transport("bob", view.end) is None
    assert bob.live.at(connected) is True
    assert bob.live.at(view.end) is False
    assert bob.joined.at(connected) == {"project:atlas"}
    assert bob.wire.sessions[0].reason == "transport close"
    shown = view.shown("bob", connected)
    assert shown is not None
    assert [card.id for card in shown.cards] == ["t1", "t2", "t3", "t4", "t5", "t6"]


def test_calls_in_flight() -> None:
    h = History()
    h.open("bob")
    call = h.begin_get("bob", "/api/projects/atlas/tasks")
    begun = h.t
    h.wait(1)
    h.end_get("bob", call, "/api/projects/atlas/tasks", [])
    view = h.view()
    assert [each.id for each in view.calls_in_flight("bob", begun + 0.5)] == [call]
    assert view.calls_in_flight("bob", view.end) == ()


def test_same_event_twice_is_matched_in_order() -> None:
    h = History()
    h.open("bob")
    note = {"id": "n1", "message": "Deployed"}
    arrived = []
    for _ in range(2):
        h.emit("system:notification", note, ("bob",), raw=True)
        arrived.append(h.received("bob", "system:notification", note))
    view = h.view()
    matched = [view.deliveries(each)[0].event for each in view.made_up]
    assert [event.seq if event else None for event in matched] == arrived


def test_entries_out_of_order_are_put_in_order_of_time() -> None:
    """A page hands its records over late: the file is in order of arrival."""
    h = moved()
    before = h.view()
    h.entries.sort(key=lambda entry: (entry.lane != "bob", entry.seq))
    after = h.view()
    assert [entry.seq for entry in before.clients["bob"].entries] == [
        entry.seq for entry in after.clients["bob"].entries
    ]
    assert len(after.changes[0].deliveries) == 2


def test_lines_read_like_the_design_says() -> None:
    h = moved()
    h.boards["bob"]["in_progress"].append(dict(h.boards["bob"]["in_progress"][-1]))
    doubled = h.show("bob")
    view = h.view()
    change = view.changes[0]
    assert change.request is not None
    sent, shown = view.entry(change.request.seq), view.entry(doubled)
    arrival = change.deliveries[1].event
    assert arrival is not None
    received = view.entry(arrival.seq)
    assert sent is not None
    assert received is not None
    assert shown is not None
    told = "{id: t1, status: in_progress, version: 1, projectId: atlas}"
    assert line(sent).endswith(f"s  alice -> server   task:update {told}")
    assert line(received).endswith("s  server -> bob     task:status_changed t1 v2")
    assert line(shown, entity="t1").endswith("s  bob's board       In Progress: [t4, t5, t1, t1]")


@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_of_entry_has_a_line(kind: EntryKind) -> None:
    h = History()
    h.add("alice", kind)
    entry = h.view().entries[0]
    assert line(entry).startswith("+0.001s  ")


def test_header_decides_over_defaults_and_the_apps_own_settings_over_the_budgets() -> None:
    h = History(
        contract={"echo": "others", "polls_at_once": False, "task_list_path": "/v2/{project}/cards"},
        budgets={"polling_interval_ms": 30000, "badge_change_ms": 700},
        frontend={"polling_interval_ms": 900},
    )
    terms = Terms.of(h.header)
    assert (terms.echo, terms.polls_at_once, terms.badge_change_s) == ("others", False, 0.7)
    assert (terms.polling_interval_s, terms.ack_timeout_s) == (0.9, 5.0)
    assert terms.is_task_list("/v2/atlas/cards", "atlas")
    assert not terms.is_task_list("/v2/atlas/cards", "borealis")
    assert not terms.is_task_list("/v2/atlas/x/cards")
    assert not terms.is_task_list("/v2/cards")


@pytest.mark.parametrize(("said", "taken"), [(4, 4), (0, 1), (-2, 1), ("four", 1), (True, 1), (None, 1)])
def test_a_slowdown_that_is_none_slows_nothing(said: Any, taken: float) -> None:
    assert Terms.of(replace(History().header, slowdown=said)).allowed(2.0) == 2.0 * taken


def test_steps_are_what_they_were_at_each_moment() -> None:
    steps = Steps("a", [(2.0, "b", 7), (1.0, "a", 6), (3.0, "c", 8)])
    assert [steps.at(t) for t in (0.0, 1.5, 2.0, 9.0)] == ["a", "a", "b", "c"]
    assert steps.seq_at(2.5) == 7
    assert [(span.start, span.end, span.value) for span in steps.spans(4.0, since=0.5)] == [
        (0.5, 2.0, "a"),
        (2.0, 3.0, "b"),
        (3.0, 4.0, "c"),
    ]


def test_upgrade_keeps_the_session_and_names_the_transport() -> None:
    h = History()
    h.people["bob"] = "bob"
    h.navigate("bob", "atlas")
    h.connect("bob")
    conn = h.wire("bob")["conn"]
    for entry in h.entries:
        if "transport" in entry.fields:
            dict.__setitem__(entry.fields, "transport", "polling")  # type: ignore[index]
    h.frame("bob", "received", packet="EVENT", event="x", data=[1], transport="polling")
    before = h.t
    h.add("bob", EntryKind.SOCKET, state="upgraded", conn=conn, transport="websocket")
    h.frame("bob", "received", packet="EVENT", event="x", data=[2])
    after = h.t
    h.add("bob", EntryKind.SOCKET, state="closed", conn=conn, transport="websocket")
    view = h.view()
    assert (view.transport("bob", before), view.transport("bob", after)) == ("polling", "websocket")
    assert len(view.clients["bob"].wire.sessions) == 1
    assert view.clients["bob"].wire.session_at(view.end) is None


def test_views_are_understood_in_the_forms_that_lenses_give_them() -> None:
    h = History()
    h.people["bob"] = "bob"
    h.navigate("bob", "atlas")
    cards = [
        {"id": "t1", "version": 4, "title": "Write"},
        {"id": "t2", "version": "5", "text": "Draw", "saving": "true"},
        {"id": "t3", "text": None, "saving": None},
        {"id": "t4", "text": "Gone", "leaving": ""},
        {"id": None, "text": "Nobody"},
    ]
    h.add(
        "bob",
        EntryKind.VIEW,
        columns={"todo": cards, "done": []},
        counts={"todo": "3", "done": "many"},
        toasts=["Saved", {"text": "Failed", "kind": "error"}],
        dialog="Edit task",
        extras={"filter": [], "busy": ["Saving"], "dragging": ["t1"], "stale": ["since 10:32"]},
    )
    h.add("bob", EntryKind.VIEW, columns={}, toasts=[], dialog=None)
    shown, none = h.view().clients["bob"].screen.readings
    assert [(card.id, card.version, card.text, card.saving) for card in shown.cards] == [
        ("t1", 4, "Write", None),
        ("t2", 5, "Draw", True),
        ("t3", None, "", False),
    ]
    assert shown.counts == {"todo": 3}
    assert [(toast.text, toast.kind) for toast in shown.toasts] == [("Saved", None), ("Failed", "error")]
    assert shown.dialog == {"name": "Edit task", "busy": True}
    assert (shown.tells_filter, shown.filter, shown.dragging) == (True, None, "t1")
    assert (none.has_board, none.tells_filter, none.dialog) == (False, False, None)
