"""What a correct app does, however odd it looks: no checker has anything to say."""

from __future__ import annotations

from typing import Any

import pytest
from history import History

from harness.checkers import CHECKERS, Verdict
from harness.checkers.judge import judge
from harness.journal.entries import EntryKind

QUICK = {"frontend": {"reconnection_delay_ms": 100, "polling_interval_ms": 1000, "ack_timeout_ms": 500}}
FAILED = {"text": "Failed to update task. Please try again.", "kind": "error"}


def assert_clean(history: History) -> None:
    judgement = judge(history.view())
    assert [finding.message for finding in judgement.findings] == []
    assert judgement.outcome is Verdict.PASSED


def opened(*names: str, **header: Any) -> History:
    h = History(**(header or QUICK))
    h.open(*(names or ("alice", "bob")))
    h.wait(2.5)
    return h


def finish(h: History) -> None:
    h.wait(2.5)
    h.settled()
    for name in list(h.people):
        h.close(name)
    assert_clean(h)


def cut_and_back(h: History, name: str, *, reason: str = "transport close") -> None:
    """Loses the connection, polls, tries twice, is back, catches up."""
    h.lose(name, reason=reason)
    h.badge(name, "Polling")
    h.load(name)
    h.failed_attempt(name, after_ms=84)
    h.failed_attempt(name, after_ms=190)
    h.wait(0.4)
    h.connect(name)
    h.join(name, "atlas")
    h.badge(name, "Live")
    h.load(name)


def test_ordinary_day() -> None:
    h = opened()
    h.move("alice", "t1", "in_progress")
    h.change("task:created", h.task("t7"))
    h.move("bob", "t4", "done")
    h.change("task:updated", {**h.truth["t2"], "title": "New words", "version": 2})
    h.change("task:deleted", {**h.truth["t3"], "version": 2})
    finish(h)


def test_nothing_at_all() -> None:
    assert_clean(History())


def test_spec_without_a_board() -> None:
    h = History()
    h.people["alice"] = "alice"
    h.add("alice", EntryKind.CLIENT, person="alice", engine="chromium")
    h.add("alice", EntryKind.NAVIGATION, url="http://127.0.0.1:3001/login")
    h.show("alice", board=False)
    h.wait(3)
    assert_clean(h)


@pytest.mark.parametrize("reason", ["transport close", "ping timeout", "io server disconnect"])
def test_connection_lost_and_found_again(reason: str) -> None:
    h = opened()
    cut_and_back(h, "bob", reason=reason)
    h.move("alice", "t1", "done")
    finish(h)


def test_recovered_socket_keeps_its_id_and_gets_what_it_missed() -> None:
    h = opened()
    h.lose("bob", server_ms=60)
    h.badge("bob", "Polling")
    h.wait(0.1)
    task = {**h.truth["t2"], "title": "New words", "version": 2}
    h.store("updated", task)
    # The server has not noticed yet; then it gives the socket back what was lost with its connection.
    h.emit("task:updated", task, ("alice", "bob"))
    h.received("alice", "task:updated", task)
    h.boards["alice"] = h.board("atlas")
    h.show("alice")
    h.connect("bob", recovered=True)
    h.server("join", sid=h.sids["bob"], user="bob", room="project:atlas", recovered=True)
    h.emit("task:updated", task, ("bob",), replayed=True)
    h.received("bob", "task:updated", task)
    h.join("bob", "atlas")
    h.badge("bob", "Live")
    h.load("bob")
    finish(h)


def test_changes_made_while_bob_was_away_reach_him_by_the_list() -> None:
    h = opened()
    h.add("bob", EntryKind.FAULT, id="f1", name="offline", edge="page", params={}, phase="start")
    h.lose("bob")
    sid = h.sids.pop("bob")
    h.badge("bob", "Polling")
    h.wait(1.2)
    h.move("alice", "t1", "done")
    h.change("task:deleted", {**h.truth["t2"], "version": 2})
    h.settled()
    h.add("bob", EntryKind.FAULT, id="f1", name="offline", edge="page", params={}, phase="end")
    h.sids["bob"] = sid
    h.connect("bob")
    h.join("bob", "atlas")
    h.badge("bob", "Live")
    h.load("bob")
    finish(h)


def test_gateway_restarted_under_both() -> None:
    h = opened()
    h.server("fault", name="restart")
    for name in ("alice", "bob"):
        cut_and_back(h, name)
    h.move("bob", "t2", "done")
    finish(h)


def test_refused_moves_go_back_with_a_toast() -> None:
    h = opened()
    h.put("alice", "t1", "in_progress")
    h.show("alice")
    change = {
        "id": "t1",
        "projectId": "atlas",
        "status": "in_progress",
        "version": 1,
        "clientMutationId": "m7",
    }
    h.sent("alice", "task:update", change, ack=70)
    h.server("fault", name="ack-fault", id="f1", user="alice", event="task:update", held=False)
    h.acked("alice", 70, {"ok": False, "error": {"code": "CONFLICT", "message": "no"}})
    h.load("alice", show=False)
    h.boards["alice"] = h.board("atlas")
    h.show("alice", toasts=[FAILED])
    h.show("alice")
    finish(h)


def test_revert_keeps_what_others_changed_meanwhile() -> None:
    h = opened()
    h.put("alice", "t1", "in_progress")
    h.show("alice")
    h.sent("alice", "task:update", {"id": "t1", "status": "in_progress", "clientMutationId": "m7"}, ack=70)
    h.server("fault", name="ack-fault", id="f1", user="alice", event="task:update", held=True)
    after = {**h.truth["t1"], "title": "Their words", "version": 2}
    h.store("updated", after)
    h.emit("task:updated", after, ("alice", "bob"))
    for name, status in (("alice", "in_progress"), ("bob", "todo")):
        h.received(name, "task:updated", after)
        h.put(name, "t1", status, version=2, text="Their words")
        h.show(name)
    h.wait(0.2)
    h.server("fault", name="release", id="f1", released=1)
    h.acked("alice", 70, {"ok": False, "error": {"code": "INTERNAL", "message": "no"}})
    h.boards["alice"] = h.board("atlas")
    h.show("alice", toasts=[FAILED])
    finish(h)


def test_card_of_the_pages_own_becomes_the_servers() -> None:
    h = opened()
    asked = {"title": "Buy milk", "projectId": "atlas", "clientMutationId": "m7"}
    h.put("alice", "tmp-m7", "todo", text="Buy milk", version=0, saving=True)
    h.show("alice", dialog={"name": "New task", "busy": True})
    h.sent("alice", "task:create", asked, ack=70)
    made = h.task("t7", title="Buy milk")
    h.store("created", made)
    told = {**made, "clientMutationId": "m7"}
    h.emit("task:created", told, ("alice", "bob"))
    for name in ("alice", "bob"):
        h.received(name, "task:created", told)
        h.remove(name, "tmp-m7")
        h.put(name, "t7", "todo", text="Buy milk")
        h.show(name)
    h.acked("alice", 70, {"ok": True, "data": made})
    finish(h)


def test_first_load_in_an_outage_shows_mock_data_and_then_the_real() -> None:
    h = History(**QUICK)
    h.people["alice"] = "alice"
    h.server("fault", name="outage", on=True)
    h.add("alice", EntryKind.CLIENT, person="alice", engine="chromium", project="atlas")
    h.navigate("alice", "atlas")
    h.badge("alice", "Polling", after_ms=90)
    h.boards["alice"] = {
        "todo": [{"id": "mock-1", "text": "Sample", "version": 1}],
        "in_progress": [],
        "done": [],
    }
    for _ in range(3):
        h.failed_attempt("alice", after_ms=30)
        call = h.begin_get("alice", "/api/projects/atlas/tasks")
        h.end_get("alice", call, "/api/projects/atlas/tasks", None, status=0, error="network")
        h.badge("alice", "Mock Data")
        h.show("alice")
        h.wait(0.95)
    h.server("fault", name="outage", on=False)
    h.connect("alice")
    h.join("alice", "atlas")
    h.badge("alice", "Live")
    h.load("alice")
    finish(h)


def test_mock_mode() -> None:
    h = History()
    h.people["alice"] = "alice"
    h.add("alice", EntryKind.CLIENT, person="alice", engine="chromium", project="atlas")
    h.navigate("alice", "atlas")
    h.badge("alice", "Mock Data")
    h.boards["alice"] = {
        "todo": [{"id": "mock-1", "text": "Sample", "version": 1}],
        "in_progress": [],
        "done": [],
    }
    h.show("alice")
    h.put("alice", "mock-1", "done")
    h.show("alice")
    finish(h)


def test_realtime_off_polls_and_writes_by_rest() -> None:
    h = History(**QUICK)
    h.people["alice"] = "alice"
    h.add("alice", EntryKind.CLIENT, person="alice", engine="chromium", project="atlas")
    h.navigate("alice", "atlas")
    h.badge("alice", "Polling", after_ms=90)
    h.load("alice")
    h.put("alice", "t1", "done")
    h.show("alice", after_ms=300)
    common = {"id": "p1", "method": "PATCH", "path": "/api/tasks/t1/status"}
    h.add("alice", EntryKind.HTTP, phase="start", request={"status": "done", "version": 1}, **common)
    after = h.moved("t1", "done")
    h.store("updated", after)
    h.emit("task:status_changed", {"task": after, "from": "todo", "to": "done"}, ())
    answer = {"status": 200, "ok": True, "response": {"success": True, "data": after}}
    h.add("alice", EntryKind.HTTP, phase="end", **common, **answer)
    h.put("alice", "t1", "done", version=2)
    h.show("alice")
    for _ in range(3):
        h.wait(0.7)
        h.load("alice")
    h.settled()
    assert_clean(h)


def test_second_tab_of_the_same_person_follows() -> None:
    h = opened("alice")
    h.open("alice-phone", person="alice")
    h.wait(2.5)
    h.move("alice", "t1", "done")
    finish(h)


@pytest.mark.parametrize("echo", ["others", "none"])
def test_sender_without_an_echo(echo: str) -> None:
    h = opened("alice", "bob", contract={"echo": echo})
    h.move("alice", "t1", "done", to=("bob",))
    finish(h)


def test_board_that_is_left_loaded_again_and_followed_by_another() -> None:
    h = opened("alice", "bob")
    h.navigate("bob", "atlas")
    h.show("bob", board=False)
    h.badge("bob", "Polling", after_ms=60)
    h.connect("bob")
    h.join("bob", "atlas")
    h.badge("bob", "Live")
    h.load("bob")
    h.wait(3)
    h.navigate("bob", None, same_document=True)
    h.leave("bob", "atlas")
    h.badge("bob", None)
    h.show("bob", board=False)
    h.wait(3)
    h.truth["b1"] = {**h.task("b1"), "projectId": "borealis"}
    h.navigate("bob", "borealis", same_document=True)
    h.badge("bob", "Polling")
    h.join("bob", "borealis")
    h.badge("bob", "Live")
    h.load("bob", project="borealis")
    h.move("alice", "t1", "done", to=("alice",))
    h.wait(2.5)
    h.settled()
    assert_clean(h)


def test_sprint_view_shows_a_part_and_all_again() -> None:
    h = opened("alice", "bob")
    h.truth["t2"]["sprintId"] = "s1"
    full = h.board("atlas")
    h.boards["alice"] = {column: [c for c in cards if c["id"] == "t2"] for column, cards in full.items()}
    h.show("alice", filter="s1")
    h.join("alice", "s1", kind="sprint")
    h.change("task:updated", {**h.truth["t1"], "title": "Elsewhere", "version": 2}, show=False)
    h.put("bob", "t1", "todo", version=2, text="Elsewhere")
    h.show("bob")
    h.wait(2.5)
    h.settled()
    h.boards["alice"] = h.board("atlas")
    h.show("alice", filter=None)
    h.leave("alice", "s1", kind="sprint")
    finish(h)


def test_made_up_events_foreign_malformed_repeated_and_old() -> None:
    h = opened("alice", "bob")
    foreign = {**h.task("t1", title="Leaked", version=9), "projectId": "borealis"}
    told: list[tuple[str, Any]] = [
        *((event, foreign) for event in ("task:created", "task:updated", "task:deleted")),
        *(("task:updated", bad) for bad in (None, "text", {}, {"id": "__proto__", "projectId": "atlas"})),
        *(("task:updated", h.task("t2", version=1)) for _ in range(2)),
        ("task:created", h.task("t9", version=1)),
        ("task:created", h.task("t9", version=1)),
    ]
    for event, payload in told:
        h.emit(event, payload, ("alice",), raw=True)
        h.received("alice", event, payload)
    h.put("alice", "t9", "todo")
    h.show("alice")
    finish(h)


def test_burst_that_is_applied_a_tenth_of_a_second_later() -> None:
    h = opened("alice", "bob")
    for number in range(50):
        made = h.task(f"n{number}", title=f"Number {number}", position=200.0 + number)
        h.change("task:created", made, show=False)
        for name in ("alice", "bob"):
            h.put(name, made["id"], "todo", text=made["title"])
        if number % 20 == 19:
            h.show("alice", after_ms=30)
            h.show("bob", after_ms=2)
    h.show("alice", after_ms=90)
    h.show("bob")
    finish(h)


def test_remote_change_during_a_drag_shows_when_it_is_over() -> None:
    h = opened("alice", "bob")
    drag = {"id": "a9", "name": "board.drag", "args": {"card": "t1"}}
    h.add("alice", EntryKind.ACTION, phase="invoked", **drag)
    h.change("task:deleted", {**h.truth["t5"], "version": 2}, show=False)
    h.apply("bob", "task:deleted", {"id": "t5"})
    h.show("bob")
    h.wait(3)
    h.settled()
    h.add("alice", EntryKind.ACTION, phase="ok", **drag)
    h.apply("alice", "task:deleted", {"id": "t5"})
    h.show("alice")
    finish(h)


def test_dropped_packet_is_made_good_for_by_the_next_list() -> None:
    h = opened("alice", "bob")
    h.add(
        "bob", EntryKind.FAULT, id="f1", name="drop", edge="page", params={"event": "task:*"}, phase="start"
    )
    after = h.moved("t1", "done")
    h.store("updated", after)
    told = {"task": after, "from": "todo", "to": "done"}
    h.emit("task:status_changed", told, ("alice", "bob"))
    h.received("alice", "task:status_changed", told)
    h.apply("alice", "task:status_changed", after)
    h.show("alice")
    h.received("bob", "task:status_changed", told, fate="dropped")
    h.add("bob", EntryKind.FAULT, id="f1", name="drop", edge="page", params={}, phase="end")
    h.wait(3)
    h.settled()
    cut_and_back(h, "bob")
    finish(h)


def test_driven_clock() -> None:
    h = opened("alice", "bob")
    h.mark("clock", virtual=True, client="bob")
    h.lose("bob")
    h.badge("bob", "Polling")
    for _ in range(5):
        h.load("bob")
        h.failed_attempt("bob", after_ms=2)
    h.change("task:updated", {**h.truth["t1"], "title": "New", "version": 2}, ("alice",))
    h.wait(4)
    h.settled()
    assert_clean(h)


def test_removed_member_hears_nothing_more() -> None:
    h = opened("alice", "bob")
    h.server("store", op="updated", entity="project", id="atlas", version=2)
    h.server("leave", sid=h.sids["bob"], user="bob", room="project:atlas")
    news = {"id": "atlas", "name": "Atlas", "members": ["alice"], "version": 2}
    h.emit("project:updated", news, ("alice",))
    h.received("alice", "project:updated", news)
    h.get("bob", "/api/projects/atlas/tasks", None, status=403)
    h.change("task:created", h.task("t7"), ("alice",))
    h.wait(3)
    h.settled()
    assert_clean(h)


def test_spec_that_ends_in_full_flight() -> None:
    h = opened("alice", "bob")
    h.put("alice", "t1", "done")
    h.show("alice")
    h.sent("alice", "task:update", {"id": "t1", "status": "done", "clientMutationId": "m7"}, ack=70)
    assert_clean(h)


# Nothing is broken on purpose on an ordinary day.
@pytest.mark.parametrize("name", [name for name in CHECKERS if name != "faults_hit"])
def test_every_checker_has_judged_something_on_an_ordinary_day(name: str) -> None:
    h = opened()
    h.move("alice", "t1", "in_progress")
    h.change("task:deleted", {**h.truth["t3"], "version": 2})
    h.wait(3)
    cut_and_back(h, "bob")
    h.wait(3)
    h.settled()
    assert CHECKERS[name](h.view()).judged > 0
