"""A connection out of the tap's sight is reported as not observed; a page without one as none."""

from __future__ import annotations

from typing import Any

import pytest

from harness.tap import RecordKind, Sight, Tap, judge_coverage


def test_a_page_without_a_socket_has_none(tapped: Any, world: Any) -> None:
    tapped.page.goto(f"{world.url}/page/blank.html")
    coverage = judge_coverage(tapped.records(), [])
    assert (coverage.sight, coverage.doubts) == (Sight.NONE, ())


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("new Worker('/worker.js')", "worker"),
        ("new SharedWorker('/worker.js')", "shared_worker"),
        ("new EventSource('/api/x')", "event_source"),
        ("navigator.serviceWorker.register('/worker.js').catch(() => 1)", "service_worker"),
    ],
)
def test_what_may_hold_a_connection_of_its_own_is_named(
    tapped: Any, world: Any, script: str, what: str
) -> None:
    tapped.page.goto(f"{world.url}/page/blank.html")
    tapped.page.evaluate(f"void {script}")
    (record,) = tapped.records(RecordKind.UNOBSERVED)
    assert record.data["what"] == what
    coverage = judge_coverage(tapped.records())
    assert coverage.sight is Sight.NOT_OBSERVED
    assert any(what in doubt for doubt in coverage.doubts)


def test_an_app_that_kept_the_native_websocket_is_found_out_by_the_server(
    engine_browser: Any, world: Any
) -> None:
    context = engine_browser.new_context()
    context.add_init_script("window.kept = window.WebSocket")
    tap = Tap()
    tap.install(context)
    context.add_init_script("window.WebSocket = window.kept")
    page = context.new_page()
    page.goto(f"{world.url}/page/exchange.html")
    page.evaluate(
        """() => new Promise((resolve) => io({ transports: ["websocket"] }).on("connect", () => resolve()))"""
    )
    assert tap.drain(page)
    coverage = judge_coverage(tap.records, world.eio_sids[-1:])
    assert coverage.sight is Sight.NOT_OBSERVED
    assert coverage.unseen == tuple(world.eio_sids[-1:])
    context.close()


def test_another_script_that_replaced_the_websocket_is_named(engine_browser: Any, world: Any) -> None:
    context = engine_browser.new_context()
    context.add_init_script("window.WebSocket = class extends WebSocket {}")
    tap = Tap()
    tap.install(context)
    page = context.new_page()
    page.goto(f"{world.url}/page/blank.html")
    assert tap.drain(page)
    coverage = judge_coverage(tap.records)
    assert coverage.sight is Sight.NOT_OBSERVED
    assert any("replaced WebSocket" in doubt for doubt in coverage.doubts)
    context.close()


def test_a_websocket_fetched_from_a_fresh_frame_is_tapped_too(tapped: Any, world: Any) -> None:
    tapped.page.goto(f"{world.url}/page/exchange.html")
    tapped.page.evaluate(
        """() => new Promise((resolve) => {
            const frame = document.createElement("iframe");
            document.body.append(frame);
            const socket = new frame.contentWindow.WebSocket(location.origin.replace("http", "ws") + "/raw");
            socket.onopen = resolve;
        })"""
    )
    assert len(tapped.records(RecordKind.WS_CREATE)) == 1


def test_another_protocol_version_is_not_taken_for_silence(tapped: Any, world: Any) -> None:
    tapped.page.goto(f"{world.url}/page/blank.html")
    tapped.page.evaluate("void new WebSocket(location.origin.replace('http', 'ws') + '/raw?EIO=3')")
    coverage = judge_coverage(tapped.records())
    assert coverage.sight is Sight.NOT_OBSERVED
    assert any("not Engine.IO 4" in doubt for doubt in coverage.doubts)
