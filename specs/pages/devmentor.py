"""DevMentor as its users meet it: one client with a badge, a board, dialogs, panels and toasts."""

from __future__ import annotations

from typing import Any

from pages.access import Access
from pages.badge import Badge
from pages.board import BoardPage
from pages.console import Console
from pages.dialog import TaskDialog
from pages.login import LoginPage
from pages.names import Names
from pages.panels import Epics, ProjectHeader, Sprints
from pages.toasts import Toasts

from harness import Board, Client, until

#: How long the app waits for an acknowledgement, or for the answer to a change by REST.
ACK_TIMEOUT = "5s"
#: What the page's time may have gone on by until it is stopped.
_A_MOMENT_S = 1


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
        self.names = Names(self.page, self.name)
        self.console = Console(self.page, self.name, timeout_ms=self.target.timeouts.expect_ms)
        self.access = Access(self.page)

    def wait_ready(self) -> None:
        self.board.expect_loaded()
        # Epics and sprints come behind the board: what a spec does next is not to meet them by chance.
        self.calls.wait_answered()

    def stop_time(self) -> None:
        """Let no time pass on this page but what is driven; for a page whose clock is installed."""
        self.page.clock.pause_at(self.page.evaluate("Date.now()") / 1000 + _A_MOMENT_S)

    def run_until_live(self, *, step_ms: int) -> None:
        """Let a fake clock run, step by step, until the badge says Live."""
        self.run_until("Live", step_ms=step_ms)

    def run_until(self, badge: str, *, step_ms: int) -> None:
        """Let a fake clock run, step by step, until the badge says `badge`."""
        until(
            lambda: self.page.clock.run_for(step_ms) is None and self.badge.text() == badge,
            page=self.page,
            timeout_ms=self.target.timeouts.ready_ms,
            failure=lambda: f"{self.name}'s badge did not become {badge}; it says {self.badge.text()!r}",
        )

    def expect_nothing_ran(self) -> None:
        """No text has become script, and no payload has changed what all objects are made of."""
        ran = self.page.evaluate(
            "'lockstepInjected' in globalThis || Object.keys(Object.prototype).length > 0"
        )
        assert not ran, f"a text ran as script on {self.name}'s page, or a payload polluted its objects"

    def expect_no_session(self) -> None:
        """The page has no connection to the realtime server."""
        until(
            lambda: not self.sids,
            page=self.page,
            timeout_ms=self.target.timeouts.expect_ms,
            failure=lambda: f"{self.name}'s page is connected still: {', '.join(self.sids)}",
        )

    def read_board(self) -> Board:
        return self.board.read()
