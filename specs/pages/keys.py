"""A page without a mouse: Tab to what one wants, and press."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

from harness import Client, acting

_STOPS_MAX = 80


def tab_to(page: Page, element: Locator) -> None:
    """Press Tab until `element` has the focus. AssertionError when it never gets it."""
    passed: list[str] = []
    for _ in range(_STOPS_MAX):
        page.keyboard.press("Tab")
        if element.count() and element.evaluate("(element) => element === document.activeElement"):
            return
        passed.append(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText"
            )
        )
    raise AssertionError(f"Tab does not come to {element}; it came to {passed}")


def press_on(client: Client, element: Locator, key: str = "Enter") -> None:
    """Tab to `element` and press `key` there."""
    page = client.page
    if client.engine == "firefox" and not page.evaluate("document.hasFocus()"):
        pytest.skip("stock Firefox gives the focus to none of two windows: no key presses a button then")
    with acting(page, "keyboard.press", key=key):
        tab_to(page, element)
        page.keyboard.press(key)
