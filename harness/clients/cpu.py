"""Slows the processor of a page down, as a phone or a busy laptop is: Chromium's own throttling."""

from __future__ import annotations

from playwright.sync_api import Page

from harness.clients.engine import engine_of
from harness.errors import UsageError


def slow_down(page: Page, times: float) -> None:
    """The page's scripts take `times` as long from now on. Raises UsageError outside Chromium."""
    engine = engine_of(page.context)
    if engine != "chromium":
        raise UsageError(f"--cpu-slowdown: only Chromium can slow a page's processor down, not {engine}")
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": times})
