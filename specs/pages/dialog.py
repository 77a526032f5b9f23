"""The dialog in which a task is made or changed."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from harness import action


class TaskDialog:
    """`New task` or `Edit task`."""

    part = "dialog"

    def __init__(self, page: Page) -> None:
        self._page = page
        self.root = page.get_by_role("dialog")

    def field(self, label: str) -> Locator:
        return self.root.get_by_label(label, exact=True)

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def expect_open(self, name: str) -> None:
        expect(self._page.get_by_role("dialog", name=name, exact=True)).to_be_visible()

    def expect_closed(self) -> None:
        expect(self.root).to_have_count(0)

    def expect_note(self, text: str) -> None:
        expect(self.root).to_contain_text(text)

    def expect_error(self) -> None:
        expect(self.root.get_by_role("alert")).to_be_visible()

    @action
    def fill(
        self,
        *,
        title: str | None = None,
        description: str | None = None,
        priority: str | None = None,
        assignee: str | None = None,
    ) -> None:
        if title is not None:
            self.field("Title").fill(title)
        if description is not None:
            self.field("Description").fill(description)
        if priority is not None:
            self.field("Priority").select_option(priority)
        if assignee is not None:
            self.field("Assignee").select_option(assignee)

    @action
    def place_caret(self, label: str, *, before: str) -> None:
        """Put the caret of a text field before its ending `before`."""
        self.field(label).press("End")
        for _ in before:
            self.field(label).press("ArrowLeft")

    @action
    def type(self, text: str) -> None:
        """Type where the caret is, as a hand would: into whatever has the focus."""
        self._page.keyboard.type(text)

    @action
    def save(self) -> None:
        self.button("Save").click()

    @action
    def save_twice(self) -> None:
        """Click Save twice, as fast as a hand can, where the button was at the first click."""
        box = self.button("Save").bounding_box()
        assert box is not None, "the dialog has no Save button on the screen"
        self._page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    @action
    def save_by_enter_and_click(self) -> None:
        """Press Enter in the title, and click where Save was before that, at once."""
        box = self.button("Save").bounding_box()
        assert box is not None, "the dialog has no Save button on the screen"
        self.field("Title").press("Enter")
        self._page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def expect_busy(self) -> None:
        """A save is under way, and no second one can be begun."""
        expect(self.button("Save")).to_be_disabled()

    def expect_value(self, label: str, text: str) -> None:
        expect(self.field(label)).to_have_value(text)

    @action
    def cancel(self) -> None:
        self.button("Cancel").click()

    @action
    def delete(self) -> None:
        self.button("Delete").click()
