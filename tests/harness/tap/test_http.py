"""Every HTTP call is on record: how it was made, what came back, and how it ended when nothing did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.protocol import Malformed
from harness.tap import RecordKind, TapConfig, TapRecord, Wire

XHR = """([method, url, body]) => new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url);
    xhr.setRequestHeader("Authorization", "Bearer planted-in-a-header");
    xhr.setRequestHeader("X-Request-Id", "q-1");
    if (body) xhr.setRequestHeader("Content-Type", "application/json");
    xhr.onloadend = () => resolve(xhr.status);
    xhr.send(body);
})"""
FETCH = """([method, url, body]) => fetch(url, {
    method, body, headers: {
        "Authorization": "Bearer planted-in-a-header",
        "X-Request-Id": "q-1", "Content-Type": "application/json",
    },
}).then((response) => response.text()).then(() => 1, () => 0)"""
REQUEST = """([method, url, body]) => fetch(new Request(url, {
    method, body, headers: { "X-Request-Id": "q-1", "Content-Type": "application/json" },
})).then((response) => response.text()).then(() => 1)"""
BODY = '{"title":"Buy milk","password":"planted-in-a-body"}'


def pair(tapped: Any) -> tuple[TapRecord, TapRecord]:
    """The one call that was made: its start and its end."""
    ends = tapped.wait_for(lambda: tapped.records(RecordKind.HTTP_END))
    (start,), (end,) = tapped.records(RecordKind.HTTP_START), ends
    assert start.data["http"] == end.data["http"]
    return start, end


@pytest.fixture
def opened(tapped: Any, world: Any) -> Any:
    tapped.page.goto(f"{world.url}/page/blank.html")
    return tapped.page


@pytest.mark.parametrize(("via", "script"), [("xhr", XHR), ("fetch", FETCH)])
def test_a_call_is_recorded_with_its_answer(tapped: Any, opened: Any, via: str, script: str) -> None:
    opened.evaluate(script, ["PATCH", "/api/tasks/t1?token=planted-in-a-url", BODY])
    start, end = pair(tapped)
    assert (start.data["via"], start.data["method"], start.data["engine_io"]) == (via, "PATCH", False)
    assert start.data["url"].endswith("/api/tasks/t1?token=[redacted]")
    assert start.data["text"] == '{"title":"Buy milk","password":"[redacted]"}'
    assert (start.data["request_id"], end.data["request_id"]) == ("q-1", "r-17")
    assert (end.data["outcome"], end.data["status"]) == ("ok", 200)
    assert '"token": "[redacted]"' in end.data["text"]
    assert 0 <= end.data["ms"] <= end.t - start.t + 1
    assert "planted" not in str(tapped.tap.records)


def test_the_body_of_a_request_object_is_recorded(tapped: Any, opened: Any) -> None:
    opened.evaluate(REQUEST, ["POST", "/api/tasks", BODY])
    start, _ = pair(tapped)
    (body,) = tapped.wait_for(lambda: tapped.records(RecordKind.HTTP_BODY))
    assert (start.data["method"], start.data["request_id"]) == ("POST", "q-1")
    assert body.data["http"] == start.data["http"]
    assert body.data["text"] == '{"title":"Buy milk","password":"[redacted]"}'


@pytest.mark.parametrize("script", [XHR, FETCH])
def test_an_error_status_is_an_answer(tapped: Any, opened: Any, script: str) -> None:
    opened.evaluate(script, ["GET", "/api/x?status=503", None])
    _, end = pair(tapped)
    assert (end.data["outcome"], end.data["status"]) == ("ok", 503)


@pytest.mark.parametrize("script", [XHR, FETCH])
def test_no_server_is_a_failure(tapped: Any, opened: Any, script: str) -> None:
    opened.evaluate(script, ["GET", "http://127.0.0.1:9/", None])
    _, end = pair(tapped)
    assert (end.data["outcome"], end.data["status"]) == ("failed", 0)


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ("const x = new XMLHttpRequest(); x.open('GET', '/slow'); x.send(); x.abort();", "aborted"),
        ("const x = new XMLHttpRequest(); x.open('GET', '/slow'); x.timeout = 30; x.send();", "timeout"),
        (
            "const c = new AbortController(); fetch('/slow', {signal: c.signal}).catch(() => 1); c.abort();",
            "aborted",
        ),
        ("fetch('/slow', {signal: AbortSignal.timeout(30)}).catch(() => 1);", "timeout"),
    ],
)
def test_a_call_that_is_given_up_says_why(tapped: Any, opened: Any, script: str, outcome: str) -> None:
    opened.evaluate(f"() => {{ {script} }}")
    assert pair(tapped)[1].data["outcome"] == outcome


def test_a_call_is_over_when_it_is_given_up_however_busy_the_page_is_then(tapped: Any, opened: Any) -> None:
    opened.evaluate(
        """() => {
            const c = new AbortController();
            fetch('/slow', {signal: c.signal}).catch(() => 1);
            c.abort();
            const begun = performance.now();
            while (performance.now() - begun < 200) {}
        }"""
    )
    start, end = pair(tapped)
    assert end.data["outcome"] == "aborted"
    assert end.data["ms"] < 150
    assert end.t - start.t >= 150


def test_a_call_that_hangs_has_a_start_and_no_end(tapped: Any, opened: Any) -> None:
    opened.evaluate("void fetch('/slow').catch(() => 1)")
    assert len(tapped.records(RecordKind.HTTP_START)) == 1
    assert tapped.records(RecordKind.HTTP_END) == []


def test_large_bodies_are_noted_by_their_size(open_tapped: Callable[..., Any], world: Any) -> None:
    tapped = open_tapped(TapConfig(max_body_chars=100))
    tapped.page.goto(f"{world.url}/page/blank.html")
    tapped.page.evaluate(FETCH, ["POST", "/api/x?size=500", "x" * 101])
    start, end = pair(tapped)
    assert (start.data["size"], start.data["truncated"]) == (101, True)
    assert end.data["size"] > 500
    assert "text" not in start.data
    assert "text" not in end.data


@pytest.mark.parametrize("via", ["fetch", "xhr"])
def test_a_poll_that_is_too_large_is_said_to_be_unread(
    open_tapped: Callable[..., Any], world: Any, via: str
) -> None:
    tapped = open_tapped(TapConfig(max_payload_chars=50))
    tapped.page.goto(f"{world.url}/page/blank.html")
    tapped.page.evaluate(
        """(via) => new Promise((resolve) => {
            const url = "/api/x?EIO=4&transport=polling&size=100";
            if (via === "fetch") return resolve(fetch(url).then(() => null));
            const xhr = new XMLHttpRequest();
            xhr.onload = () => resolve(null);
            xhr.open("GET", url);
            xhr.send();
        })""",
        via,
    )
    (frame,) = Wire().feed_all(tapped.records())
    assert isinstance(frame.packet, Malformed)
    assert "the tap kept only a part of a payload of" in frame.packet.reason


def test_a_body_that_is_no_json_is_left_alone(tapped: Any, opened: Any) -> None:
    opened.evaluate(FETCH, ["GET", "/page/blank.html", None])
    _, end = pair(tapped)
    assert end.data["at"] == "headers"
    assert "text" not in end.data


def test_a_beacon_is_a_call(tapped: Any, opened: Any) -> None:
    opened.evaluate("navigator.sendBeacon('/api/beacon', '{\"password\":\"planted-in-a-beacon\"}')")
    start, end = pair(tapped)
    assert (start.data["via"], start.data["method"], end.data["outcome"]) == ("beacon", "POST", "sent")
    assert "planted" not in start.data["text"]


def test_the_page_is_followed_through_its_own_navigations(tapped: Any, opened: Any) -> None:
    opened.evaluate("history.pushState(null, '', '/page/other?token=planted-in-a-url')")
    opened.evaluate("location.hash = 'there'")
    opened.evaluate("history.back()")
    urls = [record.data["url"].rpartition("/")[2] for record in tapped.records(RecordKind.NAVIGATE)]
    assert urls[-3:-1] == ["other?token=[redacted]", "other?token=[redacted]#there"] or urls[-2:] == [
        "other?token=[redacted]",
        "other?token=[redacted]#there",
    ]


def test_going_offline_and_back_is_recorded(tapped: Any, opened: Any) -> None:
    tapped.context.set_offline(True)
    tapped.context.set_offline(False)
    states = tapped.wait_for(lambda: len(found := tapped.records(RecordKind.NETWORK)) >= 2 and found)
    assert [record.data["online"] for record in states] == [False, True]
