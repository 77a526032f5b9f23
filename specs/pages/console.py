"""The app's connection as people at the browser's console have it: `websocketService`."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from harness import action, until

_SEND = """async ([event, data]) => {
  try {
    return { ok: true, data: await websocketService.request(event, data) };
  } catch (error) {
    return { ok: false, code: error.code, details: error.details ?? null };
  }
}"""
_LISTEN = """(event) => {
  globalThis.__heard = [];
  globalThis.__stop = websocketService.on(event, (data) => globalThis.__heard.push(data));
}"""

#: A blank page has no storage, and in Firefox throws.
_DEBUG_ON = "if (origin !== 'null') localStorage.setItem('DEBUG', '*')"


class Console:
    """Acts and listens past the app's own screens."""

    part = "console"

    def __init__(self, page: Page, owner: str, *, timeout_ms: int) -> None:
        self._page = page
        self._owner = owner
        self._timeout_ms = timeout_ms
        self._logged: list[str] = []

    @action
    def send(self, event: str, data: Any) -> Any:
        """Send an event as the app would; returns the data of its acknowledgement. Must not be refused."""
        answer = self._page.evaluate(_SEND, [event, data])
        assert answer["ok"], f"{event} of {self._owner} was refused: {answer['code']} {answer['details']}"
        return answer["data"]

    @action
    def send_refused(self, event: str, data: Any) -> str:
        """Send an event that must be refused; returns the code."""
        answer = self._page.evaluate(_SEND, [event, data])
        assert not answer["ok"], f"{event} of {self._owner} was accepted: {answer['data']}"
        return str(answer["code"])

    @action
    def send_without_waiting(self, event: str, *, project: str, title: str, description_length: int) -> None:
        """Send a new task with a description of that many letters, and wait for nothing."""
        self._page.evaluate(
            "([event, projectId, title, length]) => websocketService.send(event, "
            "{ projectId, title, description: 'x'.repeat(length) })",
            [event, project, title, description_length],
        )

    def is_connected(self) -> bool:
        connected: bool = self._page.evaluate("websocketService.getConnectionStatus()")
        return connected

    def listen(self, event: str) -> None:
        """Hear `event` from now on, until `stop_listening`."""
        self._page.evaluate(_LISTEN, event)

    def stop_listening(self) -> None:
        self._page.evaluate("globalThis.__stop()")

    def heard(self) -> list[Any]:
        """What was heard since `listen`."""
        found: list[Any] = self._page.evaluate("globalThis.__heard")
        return found

    def expect_heard(self, count: int) -> None:
        until(
            lambda: len(self.heard()) >= count,
            page=self._page,
            timeout_ms=self._timeout_ms,
            failure=lambda: f"{self._owner} heard {self.heard()}, not {count} of them",
        )

    def log_events(self) -> None:
        """Have the next page of this client log every event, and keep what it logs."""
        self._page.add_init_script(_DEBUG_ON)
        self._page.on("console", lambda message: self._logged.append(message.text))

    def expect_logged(self, text: str) -> None:
        until(
            lambda: any(text in line for line in self._logged),
            page=self._page,
            timeout_ms=self._timeout_ms,
            failure=lambda: f"{self._owner}'s console does not say {text!r}: {self._logged}",
        )

    def reported_as_online(self) -> None:
        """The browser tells the page that the network is there."""
        self._page.evaluate("window.dispatchEvent(new Event('online'))")
