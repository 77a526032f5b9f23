"""The messages that pop up."""

from __future__ import annotations

from playwright.sync_api import Page, expect

FAILED = "Failed to update task. Please try again."


class Toasts:
    def __init__(self, page: Page, owner: str) -> None:
        self._owner = owner
        self._page = page
        self.all = page.get_by_test_id("toast")

    def expect(self, text: str, *, count: int = 1) -> None:
        expect(self.all.filter(has_text=text), f"{self._owner}'s toasts {text!r}").to_have_count(count)

    def expect_alert(self, text: str) -> None:
        """It is read out: its role is alert."""
        expect(self._page.get_by_role("alert").filter(has_text=text)).to_have_count(1)

    def expect_none(self) -> None:
        expect(self.all, f"{self._owner}'s toasts").to_have_count(0)
