"""No record is lost: not by navigations and reloads, not while Python is busy; and what is lost is said."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from harness.clients.engine import engine_of
from harness.tap import RecordKind, TapConfig, TapRecord

ROUNDS = 8


def busy_for(seconds: float) -> None:
    """The test thread is elsewhere: in code that gives Playwright no turn."""
    threading.Event().wait(seconds)


def gaps(records: list[TapRecord]) -> dict[str, list[int]]:
    """For each document that has any, the numbers missing between 0 and its last record."""
    numbers: dict[str, set[int]] = {}
    for record in records:
        numbers.setdefault(record.doc, set()).add(record.n)
    missing = {doc: sorted(set(range(max(seen) + 1)) - seen) for doc, seen in numbers.items()}
    return {doc: left for doc, left in missing.items() if left}


@pytest.mark.parametrize("thread", ["responsive", "busy"])
def test_nothing_is_lost_across_navigations(tapped: Any, world: Any, thread: str) -> None:
    page = tapped.page
    page.goto(f"{world.url}/page/chatty.html?round=0&rounds={ROUNDS}")
    if thread == "busy":
        busy_for(3)
    tapped.wait_for(lambda: page.title() == "done", within_s=20)
    frames = [record.data["text"] for record in tapped.records(RecordKind.WS_SEND)]
    tapped.tap.finish()
    sent = page.evaluate("Object.entries(localStorage).map(([key, count]) => [key.slice(5), Number(count)])")
    assert Counter(text.split(":")[0] for text in frames) == dict(sent)
    assert len(sent) == ROUNDS + 1
    assert len(set(frames)) == len(frames)
    assert gaps(tapped.tap.records) == {}
    assert [record for record in tapped.tap.records if record.kind is RecordKind.LOST] == []


def test_nothing_is_lost_by_reloads_and_by_going_back(tapped: Any, world: Any) -> None:
    page = tapped.page
    for step in (
        lambda: page.goto(f"{world.url}/page/chatty.html?round=0&rounds=0"),
        page.reload,
        lambda: page.goto(f"{world.url}/page/chatty.html?round=1&rounds=1"),
        page.go_back,
    ):
        step()
        tapped.wait_for(lambda: page.title() == "done")
    # The first page came three times: opened, reloaded, gone back to (unless the browser had kept it).
    sent = Counter(record.data["text"] for record in tapped.records(RecordKind.WS_SEND))
    assert sent["0:0"] in (2, 3)
    assert gaps(tapped.records()) == {}
    tapped.tap.finish()
    assert [record.data for record in tapped.tap.records if record.kind is RecordKind.LOST] == []


def test_a_busy_thread_is_not_flooded_with_batches(tapped: Any, world: Any) -> None:
    calls: list[int] = []
    take = tapped.tap._intake.accept
    tapped.tap._intake.accept = lambda text, **where: (calls.append(1), take(text, **where))[1]
    tapped.page.goto(f"{world.url}/page/blank.html")
    calls.clear()
    tapped.page.evaluate("setInterval(() => fetch('/api/x'), 2)")
    busy_for(1)
    # One at once, then one for each tenth of a second, however much there is to say.
    assert len(tapped.records()) > 5 * len(calls)


def test_the_app_never_sees_the_stash(tapped: Any, world: Any) -> None:
    tapped.context.add_init_script("window.storedAtStart = Object.keys(sessionStorage)")
    tapped.page.goto(f"{world.url}/page/chatty.html?round=0&rounds=0")
    tapped.page.goto(f"{world.url}/page/chatty.html?round=1&rounds=1")
    assert tapped.page.evaluate("[storedAtStart, Object.keys(sessionStorage)]") == [[], []]


def test_page_without_storage_says_again_what_was_not_taken(tapped: Any, world: Any) -> None:
    page, intake = tapped.page, tapped.tap._intake
    take = intake.accept
    refused: list[str] = []

    def refuse(text: str, **where: object) -> list[TapRecord]:
        refused.append(text)
        raise OSError("as if the driver had dropped it")

    page.goto("data:text/html,<p>an origin of its own</p>")
    tapped.records()
    intake.accept = refuse
    page.evaluate("void dispatchEvent(new Event('offline'))")
    tapped.wait_for(lambda: any('"network"' in text for text in refused))
    intake.accept = take
    page.goto(f"{world.url}/page/blank.html")
    records = tapped.records()
    assert gaps(records) == {}
    tapped.tap.finish()
    # Chromium drops what a page says that is being replaced, and after a drain nothing tells that it did.
    if engine_of(page.context) == "firefox":
        assert [record.data["online"] for record in records if record.kind is RecordKind.NETWORK] == [False]
        assert [record.data for record in tapped.tap.records if record.kind is RecordKind.LOST] == []


def test_frames_and_popups_are_tapped_too(tapped: Any, world: Any) -> None:
    page = tapped.page
    page.goto(f"{world.url}/page/blank.html")
    page.evaluate(
        """() => new Promise((resolve) => {
            const frame = document.createElement("iframe");
            frame.name = "inner";
            frame.src = "/page/blank.html?inner";
            frame.onload = resolve;
            document.body.append(frame);
        })"""
    )
    page.frames[1].evaluate("fetch('/api/inner').then(() => 1)")
    with page.expect_popup() as opened:
        page.evaluate("void window.open('/page/blank.html?popup')")
    opened.value.wait_for_load_state()
    opened.value.evaluate("fetch('/api/popup').then(() => 1)")
    tapped.tap.drain(opened.value)
    starts = {
        record.data["url"].rpartition("/")[2]: (record.page, record.frame)
        for record in tapped.records(RecordKind.HTTP_START)
    }
    # Firefox does not always tell Playwright a frame's name: then the frame goes by its address.
    assert starts["inner"] in ((0, "inner"), (0, f"{world.url}/page/blank.html?inner"))
    assert starts == {"inner": starts["inner"], "popup": (1, "")}


def test_a_frame_that_is_taken_out_says_goodbye(tapped: Any, world: Any) -> None:
    page = tapped.page
    page.goto(f"{world.url}/page/blank.html")
    page.evaluate(
        """() => new Promise((resolve) => {
            const frame = document.createElement("iframe");
            frame.src = "/page/blank.html?inner";
            frame.onload = () => {
                frame.contentWindow.fetch("/api/last");
                frame.remove();
                resolve();
            };
            document.body.append(frame);
        })"""
    )
    urls = [record.data["url"].rpartition("/")[2] for record in tapped.records(RecordKind.HTTP_START)]
    assert urls == ["last"]
    tapped.tap.finish()
    assert [record.data for record in tapped.tap.records if record.kind is RecordKind.LOST] == []


def test_a_page_closed_without_a_drain_is_reported(tapped: Any, world: Any) -> None:
    # Not one that is on its way to another document: Chromium may then forget that it is to close.
    tapped.page.goto(f"{world.url}/page/chatty.html?round=0&rounds=0&stays")
    tapped.wait_for(lambda: tapped.tap.records and tapped.tap.records[-1].kind is RecordKind.WS_SEND)
    tapped.page.close()
    tapped.tap.finish()
    last = tapped.tap.records[-1]
    # Firefox lets a closing page say goodbye, behind which nothing can be missing; Chromium does not.
    assert last.kind in (RecordKind.LOST, RecordKind.PAGE_HIDE)
    if last.kind is RecordKind.LOST:
        assert (last.data["last"], last.n > 0) == (None, True)
        assert "without saying so" in last.data["reason"]


def test_records_that_the_page_made_but_never_handed_over_are_reported(tapped: Any, world: Any) -> None:
    take = tapped.tap._intake.accept
    tapped.page.goto(f"{world.url}/page/blank.html")
    tapped.records()
    tapped.tap._intake.accept = lambda text, **where: []  # as if the driver had dropped it
    tapped.page.evaluate("fetch('/api/x').then(() => 1)")
    assert not tapped.tap.drain(tapped.page, timeout_ms=300)
    tapped.tap._intake.accept = take
    tapped.tap.finish()
    lost = next(record for record in tapped.tap.records if record.kind is RecordKind.LOST)
    # The start of the call at least; its end may have come a moment later.
    assert 0 < lost.data["first"] <= lost.data["last"]


def test_what_a_sink_raises_reaches_the_test(open_tapped: Callable[..., Any], world: Any) -> None:
    def sink(record: TapRecord) -> None:
        raise OSError("disk full")

    tapped = open_tapped(TapConfig(), sink=sink)
    tapped.page.goto(f"{world.url}/page/blank.html")
    with pytest.raises(OSError, match="disk full"):
        tapped.tap.drain(tapped.page)
