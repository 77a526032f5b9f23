"""A client starts signed in, by what its storage holds, and is so once: who signs out stays out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from harness.clients.starting_storage import StartingStorage


def state_of(url: str, **more: Any) -> dict[str, Any]:
    return {"origins": [{"origin": url, "localStorage": [{"name": "token", "value": "alice"}]}], **more}


@pytest.fixture
def start(engine_browser: Browser) -> Iterator[Callable[[Any], Page]]:
    contexts: list[BrowserContext] = []

    def start_with(state: Any) -> Page:
        storage = StartingStorage(state)
        contexts.append(engine_browser.new_context(storage_state=storage.for_context))
        storage.install(contexts[-1])
        return contexts[-1].new_page()

    yield start_with
    for context in contexts:
        context.close()


def test_the_app_finds_its_token_as_it_starts(start: Callable[[Any], Page], pages_url: str) -> None:
    page = start(state_of(pages_url, cookies=[]))
    page.goto(f"{pages_url}/signed_in.html")
    assert page.title() == "alice"
    page.reload()
    assert page.title() == "alice"


def test_who_signs_out_stays_out_after_a_reload_and_in_another_tab(
    start: Callable[[Any], Page], pages_url: str
) -> None:
    page = start(state_of(pages_url))
    page.goto(f"{pages_url}/signed_in.html")
    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.title() == "nobody"
    tab = page.context.new_page()
    tab.goto(f"{pages_url}/signed_in.html")
    assert tab.title() == "nobody"


def test_who_is_signed_out_while_the_page_loads_stays_out(
    start: Callable[[Any], Page], pages_url: str
) -> None:
    page = start(state_of(pages_url))
    page.goto(f"{pages_url}/turned_away.html")
    page.wait_for_url("**/signed_in.html")
    assert page.title() == "nobody"


def test_an_app_below_a_path_signs_in_at_its_origin(start: Callable[[Any], Page], pages_url: str) -> None:
    page = start(state_of(f"{pages_url}/below/a/path"))
    page.goto(f"{pages_url}/signed_in.html")
    assert page.title() == "alice"
    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.title() == "nobody"


def test_another_origin_gets_nothing(start: Callable[[Any], Page], pages_url: str) -> None:
    page = start(state_of("http://127.0.0.1:1"))
    page.goto(f"{pages_url}/signed_in.html")
    assert page.title() == "nobody"


def test_cookies_come_with_it(start: Callable[[Any], Page], pages_url: str) -> None:
    page = start(state_of(pages_url, cookies=[{"name": "seen", "value": "yes", "url": pages_url}]))
    page.goto(f"{pages_url}/signed_in.html")
    assert page.title() == "alice"
    assert page.evaluate("document.cookie") == "seen=yes"


@pytest.mark.parametrize(
    "state",
    [
        None,
        "saved/alice.json",
        {"origins": []},
        {"origins": [{"origin": "http://a", "localStorage": []}, {"origin": "http://b", "localStorage": []}]},
        {"origins": [{"origin": "http://a", "localStorage": [], "indexedDB": [{"name": "app"}]}]},
    ],
)
def test_what_it_cannot_fill_is_left_to_playwright(state: Any) -> None:
    assert StartingStorage(state).for_context == state
