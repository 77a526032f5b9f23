"""What the tap records becomes entries of the journal, and what can be counted on for a fence."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgpack
import pytest

from harness.clients.plain_sockets import TEXT_MAX
from harness.clients.transcript import Transcript
from harness.journal.entries import EntryKind
from harness.tap import Coverage, RecordKind, Sight, TapRecord

URL = "ws://x/socket.io/?EIO=4&transport=websocket"
POLL = "http://x/socket.io/?EIO=4&transport=polling"


class Page:
    """Makes records of one document, one millisecond after the other."""

    def __init__(self) -> None:
        self.entries: list[tuple[EntryKind, float, dict[str, Any]]] = []
        self.offsets_s: list[float] = []
        self.transcript = Transcript(self._write, on_offset=self.offsets_s.append)
        self._n = 0

    def _write(self, kind: EntryKind, epoch_ms: float, **fields: Any) -> int:
        self.entries.append((kind, epoch_ms, fields))
        return len(self.entries)

    def says(self, kind: RecordKind, *, doc: str = "d", page: int = 0, frame: str = "", **data: Any) -> None:
        record = TapRecord(
            doc=doc, n=self._n, t=1000.0 + self._n, kind=kind, page=page, frame=frame, data=data
        )
        self._n += 1
        self.transcript.feed(record)

    def connects(self) -> None:
        self.says(RecordKind.WS_CREATE, ws=1, url=URL)
        self.says(RecordKind.WS_OPEN, ws=1)
        hand = {"sid": "e1", "upgrades": [], "pingInterval": 25000, "pingTimeout": 20000, "maxPayload": 9}
        self.hears("0" + json.dumps(hand))
        self.hears('40{"sid":"s1"}')

    def hears(self, text: str) -> None:
        self.says(RecordKind.WS_MESSAGE, ws=1, text=text, size=len(text))

    def sends(self, text: str) -> None:
        self.says(RecordKind.WS_SEND, ws=1, text=text, size=len(text))

    def of(self, kind: EntryKind) -> list[dict[str, Any]]:
        return [fields for each, _t, fields in self.entries if each is kind]


# Not named `page`: pytest-playwright would take the tests for its own, and run them among its browser's.
@pytest.fixture
def tab() -> Page:
    return Page()


def test_events_are_frames_and_are_counted_by_session(tab: Page) -> None:
    tab.connects()
    tab.sends('420["join:project",{"projectId":"atlas"}]')
    tab.hears('42["task:updated",{"id":"t1","version":2}]')
    tab.hears('430[{"ok":true}]')
    events = [each for each in tab.of(EntryKind.FRAME) if each.get("event")]
    assert [(each["direction"], each["event"]) for each in events] == [
        ("sent", "join:project"),
        ("received", "task:updated"),
    ]
    traffic = tab.transcript.traffic
    assert (traffic.sent, traffic.received, traffic.answered) == ({"s1": 1}, {"s1": 1}, {"s1": 1})
    assert [(heard.event, heard.sid, heard.payload) for heard in traffic.events if not heard.sent] == [
        ("task:updated", "s1", {"id": "t1", "version": 2})
    ]


def test_namespaces_of_one_connection_are_counted_apart(tab: Page) -> None:
    tab.connects()
    tab.hears('40/other,{"sid":"s2"}')
    tab.sends('42/other,0["ask"]')
    tab.hears('43/other,0["yes"]')
    tab.hears('42["news"]')
    tab.hears("41/other,")
    traffic = tab.transcript.traffic
    assert (traffic.sent, traffic.answered) == ({"s2": 1}, {"s2": 1})
    assert traffic.received == {"s1": 1, "s2": 0}
    assert [(heard.event, heard.namespace, heard.sid) for heard in traffic.events] == [
        ("ask", "/other", "s2"),
        ("news", "/", "s1"),
    ]
    told = [(each["state"], each.get("namespace"), each.get("sid")) for each in tab.of(EntryKind.SOCKET)[2:]]
    assert told == [
        ("connected", None, "s1"),
        ("connected", "/other", "s2"),
        ("disconnected", "/other", None),
    ]


def test_socket_with_the_id_of_one_before_it_is_recovered(tab: Page) -> None:
    tab.connects()
    tab.says(RecordKind.WS_CLOSE, ws=1, code=1006, reason="", clean=False)
    tab.says(RecordKind.WS_CREATE, ws=2, url=URL)
    tab.says(RecordKind.WS_MESSAGE, ws=2, text='42["missed"]', size=12)
    tab.says(RecordKind.WS_MESSAGE, ws=2, text='40{"sid":"s1","pid":"p"}', size=24)
    told = [each.get("recovered") for each in tab.of(EntryKind.SOCKET) if each["state"] == "connected"]
    assert told == [None, True]
    assert tab.transcript.traffic.received == {"s1": 1}


def test_secrets_in_msgpack_are_masked_before_anybody_gets_them(tab: Page) -> None:
    tab.connects()
    secret = "a-secret-of-the-page-0123456789"
    for data in ({"token": secret}, {"text": f"it is {secret}", "bytes": b"\x00"}):
        packed = msgpack.packb({"type": 2, "nsp": "/", "data": ["news", data]})
        tab.says(RecordKind.WS_MESSAGE, ws=1, b64=base64.b64encode(packed).decode(), size=len(packed))
    heard = [event.payload for event in tab.transcript.traffic.events]
    assert heard == [{"token": "[redacted]"}, {"text": "it is [redacted]", "bytes": b"\x00"}]
    frames = [each for each in tab.of(EntryKind.FRAME) if each.get("event") == "news"]
    assert [each["parser"] for each in frames] == ["msgpack", "msgpack"]
    assert secret not in repr(tab.entries)


def test_states_of_a_connection(tab: Page) -> None:
    tab.connects()
    tab.hears("41")
    tab.says(RecordKind.WS_CLOSE, ws=1, code=1006, reason="", clean=False)
    assert [each["state"] for each in tab.of(EntryKind.SOCKET)] == [
        "connecting",
        "open",
        "connected",
        "disconnected",
        "closed",
    ]
    assert {each["conn"] for each in tab.of(EntryKind.SOCKET)} == {1}
    assert tab.of(EntryKind.SOCKET)[-1]["code"] == 1006


def test_plain_socket_is_told_undecoded_and_is_no_connection_of_the_app(tab: Page) -> None:
    long = "x" * (TEXT_MAX + 1)
    tab.says(RecordKind.WS_CREATE, ws=1, url="ws://x/chat", protocols=["chat"])
    tab.says(RecordKind.WS_OPEN, ws=1, protocol="chat")
    tab.sends('42["task:updated",{"id":"t1"}]')
    tab.hears(long)
    tab.says(RecordKind.WS_MESSAGE, ws=1, b64="AAE=", size=2)
    tab.says(RecordKind.WS_SEND, ws=1, text="too late", size=8, discarded=True)
    tab.says(RecordKind.WS_CLOSE, ws=1, code=1000, reason="", clean=True)
    common = {"conn": "plain-1", "url": "ws://x/chat"}
    assert tab.of(EntryKind.PLAIN_SOCKET) == [
        {"state": "connecting", **common},
        {"state": "open", "protocol": "chat", **common},
        {"state": "closed", "code": 1000, **common},
    ]
    assert tab.of(EntryKind.PLAIN_FRAME) == [
        {"conn": "plain-1", "direction": "sent", "size": 30, "text": '42["task:updated",{"id":"t1"}]'},
        {
            "conn": "plain-1",
            "direction": "received",
            "size": TEXT_MAX + 1,
            "text": long[:TEXT_MAX],
            "cut": True,
        },
        {"conn": "plain-1", "direction": "received", "size": 2},
    ]
    assert [kind for kind, _t, _fields in tab.entries if "plain" not in kind] == []
    assert (tab.transcript.traffic.events, tab.transcript.traffic.last_packet_t) == ([], 0.0)


def test_plain_sockets_of_two_documents_are_two(tab: Page) -> None:
    for doc in ("d", "e"):
        tab.says(RecordKind.WS_CREATE, doc=doc, ws=1, url="ws://x/chat")
    assert [each["conn"] for each in tab.of(EntryKind.PLAIN_SOCKET)] == ["plain-1", "plain-2"]


def test_heartbeats_are_on_record(tab: Page) -> None:
    tab.connects()
    tab.hears("2")
    tab.sends("3")
    assert [each["engine"] for each in tab.of(EntryKind.FRAME)][-2:] == ["ping", "pong"]


def test_aborted_poll_is_no_error_and_a_failed_one_is(tab: Page) -> None:
    for http, outcome in enumerate(("aborted", "failed")):
        tab.says(RecordKind.HTTP_START, http=http, method="GET", url=f"{POLL}&t={http}", engine_io=True)
        tab.says(RecordKind.HTTP_END, http=http, outcome=outcome, status=0, ms=1, engine_io=True)
    assert [each["state"] for each in tab.of(EntryKind.SOCKET)] == ["connecting", "connecting", "error"]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ('{"code":1,"message":"Session ID unknown"}', 1),
        ('"Invalid session e1"', 1),  # as python-engineio says it
        ('{"code":3,"message":"Bad request"}', 0),
        ("<h1>400 Bad Request</h1>", 0),
    ],
)
def test_poll_of_a_session_that_nobody_knows_is_counted(tab: Page, text: str, counted: int) -> None:
    tab.says(RecordKind.HTTP_START, http=1, method="GET", url=f"{POLL}&sid=e1", engine_io=True)
    tab.says(RecordKind.HTTP_END, http=1, outcome="ok", status=400, ms=1, engine_io=True, text=text)
    assert tab.transcript.traffic.unknown_sessions == counted


@pytest.mark.parametrize(
    ("method", "asked", "answered"),
    [("POST", {"text": "1"}, {}), ("GET", {}, {"text": "1"})],
    ids=["by the page", "by the server"],
)
def test_connection_over_polling_ends_with_the_packet_that_closes_it(
    tab: Page, method: str, asked: dict[str, str], answered: dict[str, str]
) -> None:
    tab.says(RecordKind.HTTP_START, http=1, method="GET", url=POLL, engine_io=True)
    hand = {"sid": "e1", "upgrades": [], "pingInterval": 25000, "pingTimeout": 20000, "maxPayload": 9}
    opened = "0" + json.dumps(hand)
    tab.says(RecordKind.HTTP_END, http=1, outcome="ok", status=200, ms=1, engine_io=True, text=opened)
    common = {"http": 2, "engine_io": True}
    tab.says(RecordKind.HTTP_START, method=method, url=f"{POLL}&sid=e1", **common, **asked)
    tab.says(RecordKind.HTTP_END, outcome="ok", status=200, ms=1, **common, **answered)
    assert [each["state"] for each in tab.of(EntryKind.SOCKET)] == ["connecting", "closed"]


def test_call_is_under_way_until_its_answer(tab: Page) -> None:
    tab.says(RecordKind.HTTP_START, http=7, method="PATCH", url="http://x/api/tasks/t1?a=b", text='{"a":1}')
    assert list(tab.transcript.traffic.calls.values()) == ["PATCH http://x/api/tasks/t1"]
    tab.says(RecordKind.HTTP_END, http=7, outcome="ok", status=200, ms=3.5, text='{"data":{"id":"t1"}}')
    assert tab.transcript.traffic.calls == {}
    start, end = tab.of(EntryKind.HTTP)
    assert start["id"] == end["id"]
    assert start["request"] == {"a": 1}
    assert (end["ok"], end["status"], end["response"]) == (True, 200, {"data": {"id": "t1"}})
    (made,) = tab.transcript.traffic.made
    assert (made.method, made.path, made.status) == ("PATCH", "/api/tasks/t1", 200)


def test_call_of_a_document_that_was_left_is_not_under_way(tab: Page) -> None:
    tab.says(RecordKind.HTTP_START, http=7, method="GET", url="http://x/api/tasks")
    tab.says(RecordKind.DOCUMENT, doc="d2", url="http://x/login", wall_ms=1001.0)
    assert tab.transcript.traffic.calls == {}


def test_clock_of_a_page_that_differs_is_told(tab: Page) -> None:
    tab.says(RecordKind.DOCUMENT, url="http://x/", wall_ms=999.0)
    tab.says(RecordKind.DOCUMENT, doc="d2", url="http://x/", wall_ms=301.0)
    assert tab.offsets_s == [0.0, 0.7]


def test_view_and_badge_are_told_once_per_change(tab: Page) -> None:
    column = {"name": "todo", "count": "1", "keep": [0, 0], "cards": [{"k": 1, "id": "t1", "version": "3"}]}
    chrome = {"board": True, "toasts": [], "dialog": None, "extras": {}, "lists": {"epics": [_epic("40")]}}
    tab.says(RecordKind.VIEW, base=None, columns=[column], badge="Live", **chrome)
    tab.says(RecordKind.VIEW, base=0, badge="Polling", **chrome)
    assert [each["text"] for each in tab.of(EntryKind.BADGE)] == ["Live", "Polling"]
    (view,) = tab.of(EntryKind.VIEW)
    assert view["columns"] == {"todo": [{"id": "t1", "version": 3}]}
    assert view["epics"] == [{"id": "e1", "progress": 40}]


def test_view_that_builds_on_a_lost_one_is_said_to_be_missing(tab: Page) -> None:
    tab.says(RecordKind.VIEW, base=17, badge="Live")
    (gap,) = tab.of(EntryKind.OBSERVER)
    assert (gap["state"], gap["what"]) == ("lost", "screen")


def test_second_page_is_not_the_clients(tab: Page) -> None:
    tab.says(RecordKind.DOCUMENT, page=1, url="http://x/", wall_ms=1000.0)
    assert tab.entries == []


def test_lost_records_are_said(tab: Page) -> None:
    tab.says(RecordKind.LOST, first=3, last=5, reason="handed over, but never came")
    (gap,) = tab.of(EntryKind.OBSERVER)
    assert (gap["state"], gap["reason"]) == ("lost", "handed over, but never came")


def test_what_the_tap_could_not_see_is_said(tab: Page) -> None:
    tab.transcript.cover(Coverage(sight=Sight.OBSERVED, seen=("e1",), unseen=(), doubts=("a worker",)))
    assert tab.of(EntryKind.OBSERVER) == []
    tab.transcript.cover(Coverage(sight=Sight.NOT_OBSERVED, seen=(), unseen=("e2",), doubts=("a worker",)))
    (gap,) = tab.of(EntryKind.OBSERVER)
    assert gap["what"] == "wire"
    assert "e2" in gap["reason"]
    assert "a worker" in gap["reason"]


def _epic(progress: str) -> dict[str, str]:
    return {"id": "e1", "progress": progress}
