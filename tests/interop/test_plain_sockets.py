"""A WebSocket that carries no Socket.IO is shown as it is, and is nothing to checkers and page faults."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from plain_server import PlainServer
from playwright.sync_api import Browser, expect

from harness.clients.plain_sockets import TEXT_MAX
from harness.journal.entries import EntryKind
from harness.tap import Sight

SECRET = "a-secret-of-the-page-0123456789"
#: What an app may say that looks like Socket.IO, and is none.
LOOKALIKES = [
    *('0{"sid":"mine","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":9}', '40{"sid":"s"}'),
    *("2", "3", "5", '420["join:project","atlas"]', '42["task:updated",{"id":"t1","version":99}]', "41", "1"),
]
TEXTS = [
    json.dumps({"type": "connection_init", "payload": {"authToken": SECRET}}),
    json.dumps({"type": "next", "note": f"{SECRET} again"}),
    "no JSON at all \N{SNOWMAN}",
    *LOOKALIKES,
    "x" * (TEXT_MAX + 500),
]
SHOWN = [text.replace(SECRET, "[redacted]")[:TEXT_MAX] for text in TEXTS]

EXCHANGE = """([url, texts]) => new Promise((resolve) => {
  const socket = new WebSocket(url, ["graphql-transport-ws"]);
  socket.binaryType = "arraybuffer";
  const heard = [];
  socket.onopen = () => {
    for (const text of texts) socket.send(text);
    socket.send(new Uint8Array([0, 255, 7]));
    socket.send(new Blob(["blob"]));
  };
  socket.onmessage = ({ data }) => {
    heard.push(typeof data === "string" ? data : data.byteLength);
    if (heard.length === texts.length + 2) socket.close(3001, "enough");
  };
  socket.onclose = () => resolve(heard);
})"""


@pytest.fixture(scope="module")
def plain() -> Iterator[PlainServer]:
    server = PlainServer()
    yield server
    server.stop()


def frames(entries: list[dict[str, Any]], direction: str) -> list[Any]:
    """What is shown of each frame: its text, or else its size."""
    return [each.get("text", each["size"]) for each in entries if each["direction"] == direction]


def test_plain_socket_is_told_as_the_server_heard_it(plain: PlainServer, visit: Callable[..., Any]) -> None:
    del plain.heard[:], plain.protocols[:]
    watched = visit(plain.url)
    heard = watched.page.evaluate(EXCHANGE, [f"{plain.ws_url}?room=7&token={SECRET}", TEXTS])
    assert heard == [*TEXTS, 3, 4]
    assert (plain.heard, plain.protocols) == ([*TEXTS, b"\x00\xff\x07", b"blob"], ["graphql-transport-ws"])
    entries = watched.entries()
    told = [fields for kind, fields in entries if kind is EntryKind.PLAIN_FRAME]
    assert frames(told, "sent") == frames(told, "received") == [*SHOWN, 3, 4]
    assert [each["cut"] for each in told if "cut" in each] == [True, True]
    common = {"conn": "plain-1", "url": f"{plain.ws_url}?room=7&token=[redacted]"}
    assert [fields for kind, fields in entries if kind is EntryKind.PLAIN_SOCKET] == [
        {"state": "connecting", **common},
        {"state": "open", "protocol": "graphql-transport-ws", **common},
        {"state": "closed", "code": 1000, **common},
    ]
    assert [kind for kind, _ in entries if kind in (EntryKind.FRAME, EntryKind.SOCKET)] == []
    assert SECRET not in json.dumps(entries)
    assert (watched.coverage([]).sight, watched.coverage([]).doubts) == (Sight.NONE, ())


SPEC = f"""
import json
import os
from pathlib import Path
import pytest
from harness import Client, Stage

class Plain(Client):
    pass

@pytest.fixture(scope="session")
def client_type():
    return Plain

TEXTS = json.loads(os.environ["PLAIN_TEXTS"])

@pytest.mark.scenario("board/two_members")
def test_it(stage: Stage[Plain]) -> None:
    alice = stage.client("alice")
    faults = stage.faults
    for fault in (
        None,
        lambda: faults.freeze(alice, may_miss=True),
        lambda: faults.block_websocket(alice, may_miss=True),
        lambda: faults.unreachable(alice, may_miss=True),
        lambda: faults.drop(to=alice, may_miss=True),
        lambda: faults.drop(by=alice, may_miss=True),
        lambda: faults.duplicate(to=alice, may_miss=True),
    ):
        armed = fault() if fault else None
        heard = alice.page.evaluate({EXCHANGE!r}, [os.environ["PLAIN_URL"], TEXTS])
        assert heard == [*TEXTS, 3, 4], fault
        if armed:
            assert armed.touched == (), armed
            armed.lift()
    stage.settled()
"""
TIMES = 7


def test_plain_sockets_of_a_spec_are_in_its_report_and_in_no_verdict(
    plain: PlainServer, run_specs: Callable[..., Any], chromium: Browser
) -> None:
    ran = run_specs(SPEC, PLAIN_URL=f"{plain.ws_url}?token={SECRET}", PLAIN_TEXTS=json.dumps(TEXTS))
    assert ran.code == 0, ran.output
    _header, *journal = ran.journal()
    told = [entry for entry in journal if entry["kind"] == "plain_frame"]
    assert frames(told, "sent") == frames(told, "received") == [*SHOWN, 3, 4] * TIMES
    # The app's own connection is the only one, and nothing that was said on the others is an event of it.
    sessions = [entry for entry in journal if entry["kind"] == "socket" and entry["state"] == "connected"]
    assert len(sessions) == 1
    assert "task:updated" not in {entry.get("event") for entry in journal if entry["kind"] == "frame"}
    assert ran.verdicts()["judged"]["one_socket"] == 1
    assert SECRET not in (ran.run / "report.html").read_text()

    report = chromium.new_page()
    report.goto((ran.run / "report.html").as_uri() + f"#{ran.folder.name}")
    shown = report.locator(".diagram button.ev.plain-socket")
    expect(shown).to_have_count(len(told) + 3 * TIMES)
    expect(shown.nth(2)).to_contain_text('sends plain frame{"type": "connection_init"')
    report.get_by_role("checkbox", name="Plain sockets").uncheck()
    expect(shown).to_have_count(0)
    report.close()
