"""DevMentor as its users meet it: one client with a badge, a board, dialogs, panels and toasts."""

from __future__ import annotations

from typing import Any

from pages.access import Access
from pages.badge import Badge
from pages.board import BoardPage
from pages.dialog import TaskDialog
from pages.login import LoginPage
from pages.panels import Epics, ProjectHeader, Sprints
from pages.toasts import Toasts

from harness import Board, Client, until


class DevMentor(Client):
    """A person at work in DevMentor."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        budgets = self.target.budgets
        self.badge = Badge(self.page, self.name, budgets)
        self.dialog = TaskDialog(self.page)
        self.board = BoardPage(self.page, self.name, self.dialog, timeout_ms=self.target.timeouts.expect_ms)
        self.epics = Epics(self.page)
        self.sprints = Sprints(self.page)
        self.header = ProjectHeader(self.page)
        self.toasts = Toasts(self.page, self.name)
        self.login = LoginPage(self.page)
        self.access = Access(self.page)

    def wait_ready(self) -> None:
        self.board.expect_loaded()

    def run_until_live(self, *, step_ms: int) -> None:
        """Let a fake clock run, step by step, until the badge says Live."""
        until(
            lambda: self.page.clock.run_for(step_ms) is None and self.badge.text() == "Live",
            page=self.page,
            timeout_ms=self.target.timeouts.ready_ms,
            failure=lambda: f"{self.name}'s badge did not become Live; it says {self.badge.text()!r}",
        )

    def expect_nothing_ran(self) -> None:
        """No text has become script, and no payload has changed what all objects are made of."""
        ran = self.page.evaluate(
            "'lockstepInjected' in globalThis || Object.keys(Object.prototype).length > 0"
        )
        assert not ran, f"a text ran as script on {self.name}'s page, or a payload polluted its objects"

    def read_board(self) -> Board:
        return self.board.read()
