"""What presses, moves and lets go: the mouse, or a finger."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import CDPSession, Page

from harness.clients.drag.engine import Means
from harness.clients.engine import engine_of
from harness.errors import DragError


class Hand(Protocol):
    """One pointer; coordinates are those of the window, in pixels."""

    by: Means

    def press(self, x: float, y: float) -> None: ...

    def move(self, x: float, y: float, *, steps: int = 1) -> None: ...

    def release(self) -> None: ...

    def cancel(self) -> None:
        """Let go without a drop, where the app knows such a thing."""


class MouseHand:
    """The page's mouse."""

    by = Means.MOUSE

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, x: float, y: float) -> None:
        self._page.mouse.move(x, y)
        self._page.mouse.down()

    def move(self, x: float, y: float, *, steps: int = 1) -> None:
        self._page.mouse.move(x, y, steps=steps)

    def release(self) -> None:
        self._page.mouse.up()

    def cancel(self) -> None:
        self._page.keyboard.press("Escape")
        self._page.mouse.up()


class TouchHand:
    """One finger, through the DevTools protocol: Playwright itself only taps."""

    by = Means.TOUCH

    def __init__(self, page: Page, name: str) -> None:
        engine = engine_of(page.context)
        if engine != "chromium":
            raise DragError(f"could not drag {name} by touch: {engine} cannot be touched, only Chromium can.")
        if not page.evaluate("navigator.maxTouchPoints"):
            raise DragError(
                f"could not drag {name} by touch: its page has none. Open the context with has_touch=True."
            )
        self._page = page
        #: Open while the finger is on the page.
        self._session: CDPSession | None = None
        self._at = (0.0, 0.0)

    def press(self, x: float, y: float) -> None:
        self._session = self._page.context.new_cdp_session(self._page)
        self._at = (x, y)
        self._send("touchStart", x, y)

    def move(self, x: float, y: float, *, steps: int = 1) -> None:
        from_x, from_y = self._at
        for step in range(1, steps + 1):
            part = step / steps
            self._send("touchMove", from_x + (x - from_x) * part, from_y + (y - from_y) * part)
        self._at = (x, y)

    def release(self) -> None:
        self._lift_off("touchEnd")

    def cancel(self) -> None:
        self._page.keyboard.press("Escape")
        self._lift_off("touchCancel")

    def _lift_off(self, kind: str) -> None:
        assert self._session is not None, "press comes first"
        try:
            self._send(kind)
        finally:
            self._session.detach()
            self._session = None

    def _send(self, kind: str, *point: float) -> None:
        assert self._session is not None, "press comes first"
        points = [{"x": point[0], "y": point[1]}] if point else []
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
