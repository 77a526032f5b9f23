"""Records carry native time and get through, whatever is done to the page's clock."""

from __future__ import annotations

import time
from typing import Any

import pytest

from harness.tap import RecordKind, Tap


def install_first(tapped: Any) -> None:
    tapped.page.clock.install()


def pause_in_another_year(tapped: Any) -> None:
    tapped.page.clock.install(time="2001-01-01")
    tapped.page.clock.pause_at("2001-01-02")


@pytest.mark.parametrize("set_clock", [install_first, pause_in_another_year])
def test_a_fake_clock_changes_neither_stamps_nor_handover(tapped: Any, world: Any, set_clock: Any) -> None:
    set_clock(tapped)
    before = time.time() * 1000
    tapped.page.goto(f"{world.url}/page/blank.html")
    if set_clock is pause_in_another_year:
        assert tapped.page.evaluate("new Date().getFullYear()") == 2001
    # Fire and forget: the records must come by themselves, through a clock that stands still.
    tapped.page.evaluate("void fetch('/api/x')")
    tapped.wait_for(lambda: [record for record in tapped.tap.records if record.kind is RecordKind.HTTP_END])
    after = time.time() * 1000
    stamps = [record.t for record in tapped.tap.records if "http" in record.data]
    assert len(stamps) >= 2
    assert all(before - 50 < stamp < after + 50 for stamp in stamps)


def test_a_clock_that_was_there_before_the_tap_changes_nothing(engine_browser: Any, world: Any) -> None:
    context = engine_browser.new_context()
    page = context.new_page()
    page.clock.install(time="2001-01-01")
    page.clock.pause_at("2001-01-02")
    tap = Tap()
    tap.install(context)
    page.goto(f"{world.url}/page/blank.html")
    assert page.evaluate("new Date().getFullYear()") == 2001
    page.evaluate("fetch('/api/x').then(() => 1)")
    assert tap.drain(page)
    assert {record.kind for record in tap.records} >= {RecordKind.HTTP_START, RecordKind.HTTP_END}
    now = time.time() * 1000
    assert all(now - 10_000 < record.t < now + 50 for record in tap.records)
    context.close()


def test_quiet_counts_real_frames_while_the_clock_stands_still(tapped: Any, world: Any) -> None:
    pause_in_another_year(tapped)
    page = tapped.page
    page.goto(f"{world.url}/page/blank.html")
    control = "globalThis[Symbol.for('lockstep.tap')]"
    assert page.evaluate(f"{control}.quiet(2000)") is True
    restless = """() => new Promise((begun) => {
        const beat = new MessageChannel();
        beat.port1.onmessage = () => (begun(), document.title += ".", beat.port2.postMessage(0));
        beat.port2.postMessage(0);
    })"""
    page.evaluate(restless)
    assert page.evaluate(f"{control}.quiet(300)") is False


def test_the_clocks_of_page_and_python_agree(tapped: Any, world: Any) -> None:
    tapped.page.goto(f"{world.url}/page/blank.html")
    before = time.time() * 1000
    (t,) = tapped.page.evaluate("fetch('/api/x').then(() => [Date.now()])")
    (start,) = tapped.records(RecordKind.HTTP_START)
    # The tap reads the body too, and may be done with it only after the app has its answer.
    (end,) = tapped.wait_for(lambda: tapped.records(RecordKind.HTTP_END))
    after = time.time() * 1000
    # 2 ms: Firefox rounds its clocks to whole milliseconds.
    assert before - 2 <= start.t <= end.t <= after + 2
    assert start.t - 2 <= t


def test_a_frame_that_takes_over_its_blank_window_keeps_the_time(tapped: Any, world: Any) -> None:
    tapped.page.goto(f"{world.url}/page/blank.html")
    tapped.page.evaluate(
        """() => new Promise((resolve) => {
            const frame = document.createElement("iframe");
            frame.src = "/page/blank.html?inner";
            frame.onload = resolve;
            document.body.append(frame);
        })"""
    )
    documents = tapped.records(RecordKind.DOCUMENT)
    assert any("inner" in record.data["url"] for record in documents)
    assert all(abs(record.t - record.data["wall_ms"]) < 15 for record in documents)
