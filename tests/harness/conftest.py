"""Both engines, for the tests that must hold in each of them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from harness.clients.browsers import Engine, FoundBrowser, find_browser, launch
from harness.errors import BrowserError

#: A machine that says so must have every engine: CI, and where scripts/test may install what is missing.
MUST_HAVE_ALL = ("CI", "LOCKSTEP_ALL_ENGINES")


# Module scope: sync Playwright's loop would be in the way of asyncio tests later in the same process.
@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module", params=[Engine.CHROMIUM, Engine.FIREFOX])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.param


@pytest.fixture(scope="module")
def engine_browser(driver: Playwright, engine: Engine) -> Iterator[Browser]:
    browser = launch(getattr(driver, engine), found_or_skip(engine))
    yield browser
    browser.close()


def found_or_skip(engine: Engine) -> FoundBrowser:
    """The engine's browser; without it the test skips and says why, but fails where it must be there."""
    try:
        return find_browser(engine, beside=True)
    except BrowserError as error:
        if any(os.environ.get(name) for name in MUST_HAVE_ALL):
            raise
        pytest.skip(f"not tested in {engine}: {error}")


@pytest.fixture
def both_engines() -> None:
    """For tests that start a run with both."""
    for engine in (Engine.CHROMIUM, Engine.FIREFOX):
        found_or_skip(engine)
