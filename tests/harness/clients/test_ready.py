"""A client is ready when its page is, and one that is not says what its page waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from harness.clients.client import Client
from harness.errors import NotSeen
from harness.target import load_target

TARGETS = Path(__file__).parents[3] / "fixtures" / "targets"
NEVER_THERE = "<img src='/never.png'>"

Opens = Callable[[str], Client]


@pytest.fixture
def opens(engine_browser: Browser) -> Iterator[Opens]:
    """A client that begins to open a page with this body."""
    contexts: list[BrowserContext] = []
    target = load_target("stub", TARGETS)
    short = target.timeouts.model_copy(update={"ready_ms": 500})
    target = target.model_copy(update={"timeouts": short})

    def open_page(body: str) -> Client:
        context = engine_browser.new_context()
        contexts.append(context)
        context.route("**/*", lambda route: None)
        context.route("**/projects/*", lambda route: route.fulfill(body=body, content_type="text/html"))
        client = Client(
            name="alice", person="alice", context=context, target=target, app_url="http://app.test"
        )
        client.open_project("atlas")
        return client

    yield open_page
    for context in contexts:
        context.close()


def test_page_that_has_loaded_is_ready(opens: Opens) -> None:
    client = opens("<h1>Atlas</h1>")
    client.wait_ready()
    client.expect_no_request()
    assert client.page.inner_text("h1") == "Atlas"


def test_page_that_never_loads_is_said_to_wait_for_its_picture(opens: Opens) -> None:
    client = opens(NEVER_THERE)
    with pytest.raises(NotSeen, match=r"/projects/atlas has not loaded within 500 ms.*never\.png"):
        client.wait_ready()
