"""The tap and the codec see exactly what the official Node server logged, on every transport and parser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from comparing import assert_journal_tells_what_was_logged, assert_tap_saw_what_was_logged
from official_server import Logged, OfficialServer

from harness.journal.entries import EntryKind
from harness.tap import Sight

WAYS = {"websocket": ["websocket"], "polling": ["polling"], "upgrade": ["polling", "websocket"]}


def closed(connections: int) -> Callable[[list[Logged]], bool]:
    """Of a log: so many connections were opened, and each has ended."""

    def met(log: list[Logged]) -> bool:
        told = [sorted(line.conn for line in log if line.what == what) for what in ("open", "close")]
        return told[0] == told[1] and len(told[0]) == connections

    return met


def held(official: OfficialServer, watched: Any, options: dict[str, Any], script: str = "converse") -> Any:
    """Runs the page's script against the server; what the page says, and what the server logged."""
    since = official.mark()
    said = watched.page.evaluate(script, options)
    connections = 2 if script == "recover" else 1
    log = official.wait_for(closed(connections), since=since, giving_turns=lambda: watched.page.evaluate("0"))
    return said, log


def assert_conversation_was_whole(said: Any, *, msgpack: bool = False) -> None:
    """What the page's own handlers heard: so that the log which is compared tells of something."""
    assert len(said["told"]) == 3
    # The msgpack parser of the browser knows ArrayBuffers only; a view of one is a map to it.
    view = {"0": 2, "1": 3} if msgpack else "2,3"
    for told in said["told"]:
        assert len(told["answers"]) == 24
        assert told["answers"][2] == ["0,1,255"]
        assert told["answers"][3] == [{"name": "file", "parts": ["", {"deep": "7,8"}], "view": view}, "after"]
        heard = told["heard"]
        assert [event[0] for event in heard].count("echoed") == 24
        assert ["question", {"n": 1}] in heard
        assert ["answered", {"n": 1}, {"n": 2, "bytes": "1,255"}] in heard


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("parser", ["json", "msgpack"])
def test_every_packet_of_two_namespaces_is_seen_as_the_server_logged_it(
    official: OfficialServer, watch: Callable[..., Any], parser: str, way: str
) -> None:
    msgpack = parser == "msgpack"
    watched = watch("socket.io.msgpack.min.js" if msgpack else "socket.io.min.js")
    options = {"path": "/msgpack/" if msgpack else "/socket.io/", "transports": WAYS[way]}
    said, log = held(official, watched, options)
    assert_conversation_was_whole(said, msgpack=msgpack)
    wire, frames = watched.wire()
    assert_tap_saw_what_was_logged(wire, frames, log, binary_kinds=not msgpack)
    assert_journal_tells_what_was_logged(watched.entries(), wire, log)
    assert {line["transport"] for line in log if line.what == "close"} == {said["transport"]}
    coverage = watched.coverage([line.conn for line in log if line.what == "open"])
    assert (coverage.sight, coverage.doubts) == (Sight.OBSERVED, ())


@pytest.mark.parametrize("way", WAYS)
def test_recovered_session_is_seen_as_the_server_logged_it(
    official: OfficialServer, watch: Callable[..., Any], way: str
) -> None:
    watched = watch()
    said, log = held(official, watched, {"path": "/recovering/", "transports": WAYS[way]}, "recover")
    assert (said["before"]["recovered"], said["after"]["recovered"]) == (False, True)
    assert said["before"]["id"] == said["after"]["id"]
    assert said["got"] == {"by": "those who were away"}
    wire, frames = watched.wire()
    assert_tap_saw_what_was_logged(wire, frames, log)
    entries = watched.entries()
    assert_journal_tells_what_was_logged(entries, wire, log)
    sessions = [
        (fields["conn"], fields["sid"], bool(fields.get("recovered")))
        for kind, fields in entries
        if kind is EntryKind.SOCKET and fields["state"] == "connected"
    ]
    logged = [(line["sid"], line["recovered"]) for line in log if line.what == "session"]
    assert sessions == [(number + 1, *each) for number, each in enumerate(logged)]


@pytest.mark.parametrize("way", ["polling", "upgrade"])
def test_polling_by_fetch_is_seen_as_the_server_logged_it(
    official: OfficialServer, watch: Callable[..., Any], way: str
) -> None:
    watched = watch("")
    said, log = held(official, watched, {"path": "/socket.io/", "transports": WAYS[way], "fetch": True})
    assert_conversation_was_whole(said)
    wire, frames = watched.wire()
    assert_tap_saw_what_was_logged(wire, frames, log)
    assert_journal_tells_what_was_logged(watched.entries(), wire, log)
    assert {record.data["via"] for record in watched.records() if record.kind == "http.start"} == {"fetch"}
