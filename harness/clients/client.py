"""One named person in a browser of their own: context, page, and what to keep of them when a spec fails."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Request, TimeoutError, expect

from harness.clients import stock_firefox
from harness.clients.calls import Calls
from harness.clients.engine import engine_of
from harness.clients.events import Events
from harness.clients.lens_page import Board as Board
from harness.clients.lens_page import LensPage
from harness.clients.recorder import Recorder
from harness.clients.wait import SOME_TASKS, until
from harness.errors import NotSeen, UsageError
from harness.target import Target


class Client(LensPage):
    """A person at work in the app under test.

    A test suite subclasses this with its own page objects (`board`, `badge`, ...) and may override
    `wait_ready` and `read_board`; the fixture `client_type` names the subclass.
    """

    def __init__(
        self,
        *,
        name: str,
        person: str,
        context: BrowserContext,
        target: Target,
        app_url: str,
        recorder: Recorder | None = None,
    ) -> None:
        """Opens the page. A `recorder`, already in the context, gives the client its lane in the timeline."""
        self.name = name
        self.person = person
        self.context = context
        stock_firefox.prepare(context)
        self.page: Page = context.new_page()
        self.target = target
        self.app_url = app_url
        self.recorder = recorder
        #: Gives a path of the REST API with the server's own ids in it; the stage knows them.
        self.own_path: Callable[[str], str] = lambda path: path
        if recorder is not None:
            recorder.watch(self.page)
        self.page_errors: list[str] = []
        self.page.on("pageerror", lambda error: self.page_errors.append(str(error)))
        self.page.set_default_timeout(target.timeouts.expect_ms)
        # Playwright knows one limit for every `expect`, and none of a page's.
        expect.set_options(timeout=target.timeouts.expect_ms)
        self._in_flight: set[Request] = set()
        self.page.on("request", lambda request: self._in_flight.add(request))
        self.page.on("requestfinished", lambda request: self._in_flight.discard(request))
        self.page.on("requestfailed", lambda request: self._in_flight.discard(request))

    @property
    def events(self) -> Events:
        """The Socket.IO events that crossed the client's wires; raises UsageError when it is not recorded."""
        timeout_ms = self.target.timeouts.expect_ms
        return Events(owner=self.name, page=self.page, recorder=self._recorded, timeout_ms=timeout_ms)

    @property
    def calls(self) -> Calls:
        """The REST calls of the client's page; raises UsageError when it is not recorded."""
        return Calls(
            owner=self.name,
            page=self.page,
            recorder=self._recorded,
            timeout_ms=self.target.timeouts.expect_ms,
            own_path=self.own_path,
        )

    @property
    def sids(self) -> list[str]:
        """The Socket.IO sessions that the page has now, the newest last."""
        self._recorded.drain(self.page)
        return list(self._recorded.traffic.open_sids)

    @property
    def sid(self) -> str | None:
        """The Socket.IO session that the page has now, the newest if many; None when it has none."""
        return next(reversed(self.sids), None)

    @property
    def connections_tried(self) -> int:
        """How many connections to the realtime server the page has begun so far, by either transport."""
        self._recorded.drain(self.page)
        return self._recorded.traffic.tried

    @property
    def _recorded(self) -> Recorder:
        if self.recorder is None:
            raise UsageError(f"{self.name} is not recorded: make clients with stage.client")
        return self.recorder

    @property
    def engine(self) -> str:
        """The engine of the client's browser: "chromium", "firefox" or "webkit"."""
        return engine_of(self.context)

    def goto(self, path: str) -> None:
        """Open a page of the app, by its path."""
        self.page.goto(self.app_url + path)

    def open_project(self, project: str) -> None:
        """Begin to open the project's page, and do not wait: several clients load side by side."""
        self.page.goto(self.app_url + self.target.paths.project.format(project=project), wait_until="commit")

    def wait_ready(self) -> None:
        """Until the page shows real data: here until it has loaded; a subclass knows a better sign.

        Raises NotSeen at the deadline.
        """
        limit_ms = self.target.timeouts.ready_ms
        try:
            self.page.wait_for_load_state(timeout=limit_ms)
        except TimeoutError:
            waiting = self._under_way() or "nothing: it may be busy"
            page = f"{self.name}'s page {self.page.url}"
            raise NotSeen(f"{page} has not loaded within {limit_ms} ms; it waits for {waiting}") from None

    def expect_no_request(self) -> None:
        """Until no HTTP request of the page is under way and its handlers have had their turn."""
        until(
            self._is_idle,
            page=self.page,
            timeout_ms=self.target.timeouts.expect_ms,
            failure=lambda: f"{self.name} still waits for {self._under_way()}",
        )

    def _under_way(self) -> list[str]:
        return [each.url for each in self._in_flight]

    def _is_idle(self) -> bool:
        if self._in_flight:
            return False
        # An answer that has just come may lead to the next request.
        self.page.evaluate(SOME_TASKS)
        return not self._in_flight

    def close(self) -> None:
        """Close the page, as a person closes the tab; it is judged until then. Harmless when repeated."""
        if self.page.is_closed():
            return
        with self.recorder.action("close") if self.recorder else nullcontext():
            if self.recorder is not None:
                self.recorder.leave(self.page)
            self.page.close()

    def abandon(self, reason: str) -> None:
        """Close pages that answer no more, without asking them for their last records."""
        if self.recorder is not None:
            self.recorder.lose(reason)
        for page in self.context.pages:
            page.close()

    def screenshot(self, directory: Path) -> Path:
        """Write a picture of the page into `directory`, but of a closed one; returns its path."""
        path = directory / f"{self.name}.png"
        if self.page.is_closed():
            return path
        self.page.screenshot(path=path, animations="disabled")
        if self.recorder is not None:
            self.recorder.screenshot(path.name)
        return path

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} at {self.page.url}>"


def describe_board(owner: str, board: Board) -> str:
    """One line with every column and the cards in it, for a message."""
    columns = (
        f"{column}: {', '.join(f'{title!r} ({card})' for card, title in cards) or '-'}"
        for column, cards in board.items()
    )
    return f"  {owner}: {'; '.join(columns) or 'no board'}"
