"""The REST calls that a client's page has made, to ask and to wait for."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from harness.clients.recorder import Recorder
from harness.clients.traffic import Call
from harness.clients.wait import SOME_TASKS, until
from harness.scenario import matches

_LAST = 10


class Calls:
    """The REST calls of one client's page, in the order in which it began them.

    In paths, projects and tasks may be called as the scenario calls them; `*` is one or more characters.
    """

    def __init__(
        self,
        *,
        owner: str,
        page: Page,
        recorder: Recorder,
        timeout_ms: int,
        own_path: Callable[[str], str] = lambda path: path,
    ) -> None:
        """`own_path` gives a path with the server's own ids in it."""
        self._owner = owner
        self._page = page
        self._recorder = recorder
        self._timeout_ms = timeout_ms
        self._own_path = own_path

    def mark(self) -> int:
        """How many calls there are by now: pass it as `since` to see only later ones."""
        self._recorder.drain(self._page)
        return len(self._recorder.traffic.made)

    def made(
        self,
        method: str | None = None,
        path: str | None = None,
        *,
        status: int | None = None,
        since: int = 0,
    ) -> list[Call]:
        """The calls begun since `since`, answered or not; with a `status` only those answered so."""
        self._recorder.drain(self._page)
        wanted = None if path is None else self._own_path(path)
        return [
            call
            for call in self._recorder.traffic.made[since:]
            if method in (None, call.method)
            and (wanted is None or matches(wanted, call.path))
            and status in (None, call.status)
        ]

    def wait(
        self,
        method: str,
        path: str,
        *,
        status: int | None = None,
        since: int = 0,
        count: int = 1,
        timeout_ms: int | None = None,
    ) -> Call:
        """Until the page has made `count` such calls since `since`; returns the last of these.

        Raises AssertionError at the deadline, with the calls that it did make.
        """
        __tracebackhide__ = True
        until(
            lambda: len(self.made(method, path, status=status, since=since)) >= count,
            page=self._page,
            timeout_ms=timeout_ms or self._timeout_ms,
            failure=lambda: self._missing(method, path, status, since, count),
        )
        return self.made(method, path, status=status, since=since)[count - 1]

    def wait_answered(self, *, timeout_ms: int | None = None) -> None:
        """Until no call is under way, and none follows from the last answer at once.

        Raises AssertionError at the deadline, with the calls that have no answer.
        """
        __tracebackhide__ = True
        until(
            self._all_answered,
            page=self._page,
            timeout_ms=timeout_ms or self._timeout_ms,
            failure=lambda: f"{self._owner}'s page still waits for {', '.join(self._under_way())}",
        )

    def _under_way(self) -> list[str]:
        self._recorder.drain(self._page)
        return list(self._recorder.traffic.calls.values())

    def _all_answered(self) -> bool:
        if self._under_way():
            return False
        # An answer that has just come may lead to the next call.
        self._page.evaluate(SOME_TASKS)
        return not self._under_way()

    def _missing(self, method: str, path: str, status: int | None, since: int, count: int) -> str:
        found = len(self.made(method, path, status=status, since=since))
        answered = "" if status is None else f" answered {status}"
        times = "" if count == 1 else f" {count} times, but {found} times"
        seen = self._recorder.traffic.made[since:]
        lines = [
            f"  {call.method} {call.path}: {'no answer' if call.status is None else call.status or 'failed'}"
            for call in seen[-_LAST:]
        ]
        listed = "\n".join(lines) or "  nothing at all"
        return (
            f"{self._owner}'s page made no call {method} {self._own_path(path)}{answered}{times}\n"
            f"It called:\n{listed}"
        )
