"""Waits for a condition that no single locator can express; at the deadline it says what was seen."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page

_STEP_MS = 25

#: For `evaluate`: a few turns of the page's event loop, which a fake clock does not hold back.
SOME_TASKS = """async () => {
  const { port1, port2 } = new MessageChannel();
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((done) => { port1.onmessage = done; port2.postMessage(null); });
  }
}"""


def until(condition: Callable[[], bool], *, page: Page, timeout_ms: int, failure: Callable[[], str]) -> None:
    """Return as soon as `condition` holds; the browser stays served between looks.

    Raises AssertionError with `failure()` when `timeout_ms` have passed.
    """
    __tracebackhide__ = True
    deadline = time.monotonic() + timeout_ms / 1000
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{failure()}\n(waited {timeout_ms} ms)")
        # Playwright's own timer, outside the page: it also runs when the page's clock is fake.
        page.wait_for_timeout(_STEP_MS)
