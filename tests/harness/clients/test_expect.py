"""Playwright's `expect` in a spec waits as long as the target says, as every other wait does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from harness.clients.client import Client
from harness.target import load_target

TARGETS = Path(__file__).parents[3] / "fixtures" / "targets"
DEFAULT_MS = 5_000


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    yield
    expect.set_options(timeout=DEFAULT_MS)


@pytest.mark.parametrize("times", [1, 4])
def test_expect_waits_as_long_as_the_target_says(engine_browser: Browser, times: float) -> None:
    target = load_target("stub", TARGETS)
    timeouts = target.timeouts.model_copy(update={"expect_ms": 60})
    target = target.model_copy(update={"timeouts": timeouts}).slowed(times)
    context = engine_browser.new_context()
    alice = Client(name="alice", person="alice", context=context, target=target, app_url="http://app.test")
    with pytest.raises(AssertionError, match=f"with timeout {60 * times}ms"):
        expect(alice.page.get_by_role("dialog")).to_be_visible()
    context.close()
