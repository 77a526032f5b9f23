"""What a page calls its parts, and which of them has the focus."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

_IN_FOCUS = "(element) => element.contains(document.activeElement)"


class Names:
    """The accessible names of the board and its dialog on one page."""

    def __init__(self, page: Page, owner: str) -> None:
        self._page = page
        self._owner = owner
        self._dialog = page.get_by_role("dialog")

    @property
    def new_task(self) -> Locator:
        return self._page.get_by_role("button", name="New task", exact=True)

    def expect_columns(self, names: list[str]) -> None:
        """The columns are regions of these names, in this order, each with a count that can be seen."""
        columns = self._page.get_by_test_id("board").get_by_role("region")
        expect(columns).to_have_count(len(names))
        for index, name in enumerate(names):
            expect(columns.nth(index)).to_have_accessible_name(name)
            expect(columns.nth(index).get_by_test_id("column-count")).to_be_visible()

    def expect_card(self, title: str, *, task_id: str, version: int) -> None:
        """The card is an article of that name that tells id and version."""
        card: Any = expect(self._page.get_by_role("article", name=title, exact=True))
        card.to_have_attribute("data-testid", "task-card")
        card.to_have_attribute("data-task-id", task_id)
        card.to_have_attribute("data-version", str(version))

    def expect_fields(self, *labels: str) -> None:
        """The dialog's fields, in this order, by their labels."""
        fields = self._dialog.locator("input, textarea, select")
        expect(fields).to_have_count(len(labels))
        for index, label in enumerate(labels):
            expect(fields.nth(index)).to_have_accessible_name(label)

    def expect_buttons(self, *names: str) -> None:
        """The dialog's buttons, in this order."""
        buttons = self._dialog.get_by_role("button")
        expect(buttons).to_have_count(len(names))
        for index, name in enumerate(names):
            expect(buttons.nth(index)).to_have_accessible_name(name)

    def expect_saving(self) -> None:
        """The dialog says that it is busy, and cannot be saved again."""
        expect(self._dialog.locator("form")).to_have_attribute("aria-busy", "true")
        expect(self._dialog.get_by_role("button", name="Save")).to_be_disabled()

    def expect_focus(self, title: str) -> None:
        """The card of that title has the focus."""
        expect(self._page.get_by_role("article", name=title, exact=True)).to_be_focused()

    def expect_focus_on_field(self, label: str) -> None:
        expect(self._dialog.get_by_label(label, exact=True)).to_be_focused()

    def expect_focus_in_dialog(self) -> None:
        assert self._dialog.evaluate(_IN_FOCUS), f"the focus has left {self._owner}'s dialog"
