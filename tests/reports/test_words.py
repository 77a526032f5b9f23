"""Payloads, boards and entries in a few words."""

from __future__ import annotations

from typing import Any

import pytest

from reports.boards import change
from reports.journal_file import Entry
from reports.payload import brief, compact, entities
from reports.wording import line_of, words


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"id": "t7", "version": 4, "title": "Buy milk", "status": "done"}, "t7 v4"),
        ({"id": "t7", "version": 3, "status": "done", "clientMutationId": "m1"}, "t7 v3 {status: done}"),
        ({"taskId": "t7"}, "t7"),
        ({"task": {"id": "t7", "version": 4}, "from": "todo", "to": "done"}, "t7 v4 {from: todo, to: done}"),
        (["atlas"], '"atlas"'),
        ([], ""),
        ([1, 2, 3], "3 items"),
        ({"ok": True, "data": {"id": "t7", "version": 4}}, "ok t7 v4"),
        ({"ok": False, "error": {"code": "CONFLICT"}}, "refused CONFLICT"),
        ({"ok": False, "error": "no"}, 'refused "no"'),
        (None, "null"),
    ],
)
def test_brief(payload: object, said: str) -> None:
    assert brief(payload) == said


def test_brief_is_short_whatever_the_payload() -> None:
    assert len(brief({"id": "x" * 1000, "text": "y" * 10_000})) <= 90
    assert len(compact({str(number): number for number in range(1000)})) <= 90


def test_entities_are_found_outermost_first_and_not_without_end() -> None:
    payload = {"task": {"id": "t7", "version": 4, "epic": {"id": 3}}, "list": [{"id": "t8"}, {"id": "t7"}]}
    assert entities(payload) == {"t7": 4, "3": None, "t8": None}
    assert len(entities([{"id": str(number)} for number in range(500)])) == 50
    deep: Any = {"id": "deep"}
    for _ in range(200):
        deep = {"inside": deep}
    assert entities(deep) == {}


def board(**columns: list[str]) -> dict[str, Any]:
    """`board(todo=["t1", "t2:4"])`: cards by id and version."""
    return {
        "columns": {
            name: [
                {"id": card.partition(":")[0], "text": f"Card {card[:2]}", "version": card.partition(":")[2]}
                for card in cards
            ]
            for name, cards in columns.items()
        }
    }


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (None, board(todo=["t1", "t2"]), ["2 cards shown"]),
        (board(todo=["t1"]), board(todo=["t1"]), ["no card changed"]),
        (
            board(),
            board() | {"toasts": ["Saved"], "dialog": "Edit task"},
            ["toast “Saved”", "dialog “Edit task” open"],
        ),
        (board(), board() | {"extras": {"dragging": ["t1"], "busy": []}}, ["dragging t1"]),
        (
            board() | {"extras": {"dragging": ["t1"]}},
            board() | {"extras": {"dragging": []}},
            ["no longer dragging"],
        ),
        (
            board() | {"epics": [{"id": "e1", "progress": 50}]},
            board() | {"epics": [{"id": "e1", "progress": 40}]},
            ["epic e1 at 40%"],
        ),
        (board(todo=["t1"], done=[]), board(todo=[], done=["t1"]), ["t1 todo → done"]),
        (board(todo=["t1"]), board(todo=["t1", "t2"]), ["t2 appears in todo"]),
        (board(todo=["t1", "t2"]), board(todo=["t1"]), ["t2 gone from todo"]),
        (board(todo=["t1:1"]), board(todo=["t1:2"]), ["t1 v1 → v2"]),
        (board(todo=["t1", "t2"]), board(todo=["t2", "t1"]), ["new order in todo"]),
        (board(todo=["t1"]), board(todo=["t1"], done=["t1"]), ["t1 twice on the board", "t1 todo → done"]),
        (board(todo=["t1", "t1", "t1"]), board(todo=["t1"]), ["t1 no longer twice", "new order in todo"]),
        (board(todo=["t1"]), {"columns": None}, ["no board in sight"]),
        (
            {**board(todo=[]), "toasts": [{"text": "Saved"}]},
            {**board(todo=[]), "toasts": [{"text": "Failed"}], "dialog": {"name": "Edit task"}},
            ["toast “Failed”", "toast gone “Saved”", "dialog “Edit task” open"],
        ),
    ],
)
def test_what_a_view_shows_that_the_one_before_did_not(
    before: dict[str, Any] | None, now: dict[str, Any], said: list[str]
) -> None:
    assert list(change(before, now).words) == said


def test_cards_that_stand_twice_are_named() -> None:
    seen = change(board(todo=["t1"]), board(todo=["t1", "t1"]))
    assert seen.doubled == ("t1",)
    assert "t1" in seen.changed


def entry(kind: str, **raw: Any) -> Entry:
    return Entry(seq=1, t=1.2134, lane="bob", kind=kind, line=2, size=1, raw=raw)


@pytest.mark.parametrize(
    ("kind", "raw", "said"),
    [
        ("client", {"person": "bob", "engine": "firefox", "project": "atlas"}, "opens atlas firefox"),
        ("client", {"closed": True}, "closed"),
        ("mark", {"name": "settled"}, "settled"),
        (
            "mark",
            {"name": "expectation", "what": "a card", "ok": False, "seen": []},
            "not met: a card, seen: []",
        ),
        ("action", {"name": "board.drag", "phase": "invoked", "args": {"to": "done"}}, "board.drag to: done"),
        ("action", {"name": "board.drag", "phase": "failed", "error": "gone"}, "board.drag failed gone"),
        ("socket", {"state": "closed", "code": 1006, "reason": "lost"}, "socket closed lost code 1006"),
        (
            "frame",
            {"direction": "sent", "packet": "EVENT", "event": "x", "data": [{"id": "t1"}]},
            "sends x t1",
        ),
        ("frame", {"direction": "received", "engine": "ping"}, "receives ping"),
        (
            "plain_socket",
            {"conn": "plain-1", "state": "open", "url": "ws://x/chat", "protocol": "chat"},
            "plain socket open ws://x/chat chat",
        ),
        (
            "plain_socket",
            {"state": "closed", "url": "ws://x/chat", "code": 1006},
            "plain socket closed ws://x/chat code 1006",
        ),
        ("plain_frame", {"direction": "sent", "size": 8, "text": '{"a": 1}'}, 'sends plain frame {"a": 1}'),
        (
            "plain_frame",
            {"direction": "received", "size": 200, "text": "x" * 200},
            f"receives plain frame {'x' * 89}…",
        ),
        ("plain_frame", {"direction": "received", "size": 7}, "receives plain frame 7 bytes"),
        ("http", {"phase": "start", "method": "GET", "path": "/x"}, "GET /x"),
        ("http", {"phase": "end", "method": "GET", "path": "/x", "error": "aborted"}, "GET /x aborted"),
        ("badge", {"text": "Live"}, "badge Live"),
        ("badge", {"text": None}, "badge none"),
        ("fault", {"name": "cut", "phase": "start", "params": {"count": 1}}, "cut starts {count: 1}"),
        (
            "fault",
            {"name": "hold", "phase": "touch", "did": "held", "event": "task:updated", "entity": "t1"},
            "hold held task:updated t1",
        ),
        (
            "observer",
            {"state": "not_observed", "what": "wire", "reason": "Worker"},
            "not observed wire: Worker",
        ),
        (
            "mark",
            {"name": "starved", "within": 0.5, "seconds": 0.41},
            "busy machine 0.41 of 0.5 s waited for a processor",
        ),
        ("server", {"what": "join", "user": "bob", "room": "project:atlas"}, "bob joins project:atlas"),
        ("server", {"what": "unscripted", "event": "x", "n": 4}, "unscripted x"),
        ("something_new", {"size": 3}, "something_new {size: 3}"),
    ],
)
def test_every_kind_of_entry_has_words(kind: str, raw: dict[str, Any], said: str) -> None:
    assert str(words(entry(kind, **raw))) == said


KINDS = (
    *("client", "mark", "action", "socket", "frame", "http", "badge", "view", "console", "page_error"),
    *("navigation", "fault", "server", "observer", "plain_socket", "plain_frame"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_without_its_fields_has_words_too(kind: str) -> None:
    assert str(words(entry(kind)))
    assert str(words(entry(kind, what=3, name=[], data={}, to=7, columns=1, args="x", params=[])))


def test_an_entry_is_one_line_of_a_history() -> None:
    assert line_of(entry("badge", text="Polling")) == "+1.213s  bob  badge Polling"
