"""An app cannot tell the wrapped WebSocket, XMLHttpRequest and fetch from the native ones."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser


@pytest.fixture
def bare_page(engine_browser: Browser) -> Any:
    context = engine_browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("probes", ["staticProbes", "liveProbes"])
def test_every_probe_answers_as_without_the_tap(tapped: Any, bare_page: Any, world: Any, probes: str) -> None:
    answers = []
    for page in (bare_page, tapped.page):
        page.goto(f"{world.url}/page/invisible.html")
        answers.append(page.evaluate(f"{probes}()"))
    native, wrapped = answers
    assert len(native) > 5
    assert {key: wrapped[key] for key in native if wrapped[key] != native[key]} == {}
    assert tapped.records("ws.create")
    assert tapped.records("tap.error") == []


def test_the_console_stays_as_clean_as_without_the_tap(tapped: Any, world: Any) -> None:
    said: list[str] = []
    tapped.page.on("console", lambda message: said.append(message.text))
    tapped.page.on("pageerror", lambda error: said.append(str(error)))
    tapped.page.goto(f"{world.url}/page/exchange.html")
    tapped.page.evaluate("exchange(['polling', 'websocket'])")
    tapped.page.evaluate("fetch('/api/x').then(() => 1)")
    # Chromium's own complaint about the missing favicon is not ours.
    assert [text for text in said if "favicon" not in text and "404" not in text] == []
