"""Whether the project may be seen, and what a person at the console can ask for."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from harness import action


class Access:
    """The word that there is no access, in place of the board."""

    part = "access"

    def __init__(self, page: Page) -> None:
        self._page = page

    def expect_denied(self) -> None:
        """No access, said so, and nothing of the board left."""
        expect(self._page.get_by_role("heading", name="No access")).to_be_visible()
        expect(self._page.get_by_role("alert")).to_have_text("You do not have access to this project.")
        expect(self._page.get_by_test_id("task-card")).to_have_count(0)

    @action
    def ask_for_room_of(self, project: str) -> None:
        """What a person at the console can do who has heard of a project's id."""
        self._page.evaluate("(id) => window.websocketService.joinProject(id)", project)

    @action
    def ask_for_room_of_sprint(self, sprint: str) -> None:
        """The same of a sprint's id."""
        self._page.evaluate("(id) => void window.websocketService.send('join:sprint', id)", sprint)
