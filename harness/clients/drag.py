"""Drags by mouse and keyboard the way the drag libraries of real apps need it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import FloatRect, Locator, Page, expect

from harness.errors import DragError

#: Past the 5 to 10 px that every mouse sensor waits for before it takes a press for a drag.
_NUDGES_PX = (6, 12)
_STEPS = 12
_STARTED_TIMEOUT_MS = 2000
_TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

#: Signs that a library has taken the item up; @hello-pangea/dnd fixes its position for the time of the drag.
_LIFTED = "(item) => getComputedStyle(item).position === 'fixed'"
_NOTHING_LIFTED = """() => ![...document.querySelectorAll('[data-rfd-draggable-id]')].some(
  (item) => getComputedStyle(item).position === 'fixed')"""
_LIVE_REGION = (
    "() => document.querySelector('[id^=rfd-announcement], [id^=DndLiveRegion]')?.textContent ?? ''"
)

Edge = Literal["top", "end"]


class Hand:
    """A mouse that holds an item."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.dropped = False

    def drop_on(self, target: Locator | None, *, edge: Edge = "end") -> None:
        """Carry the item to `target`, measured again on arrival, and let go; None lets go where it is."""
        if target is not None:
            for steps in (_STEPS, 2):
                x, y = _place(_box(target), edge)
                self._page.mouse.move(x, y, steps=steps)
        self._release()

    def drop_at(self, x: float, y: float) -> None:
        """Carry the item to a point of the window and let go."""
        self._page.mouse.move(x, y, steps=_STEPS)
        self._release()

    def _release(self) -> None:
        # The library applies the last move in an animation frame, and forgets it if the button goes up first.
        self._page.evaluate(_TWO_FRAMES)
        self._page.mouse.up()
        self.dropped = True


@contextmanager
def held(item: Locator) -> Iterator[Hand]:
    """Press on `item` and move until its library takes it up; let go at the end if nobody dropped it.

    Raises DragError when no drag starts: a fault of the test's hand, not a finding about the app.
    """
    page = item.page
    item.scroll_into_view_if_needed()
    box = _box(item)
    x, y = box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 40)
    page.mouse.move(x, y)
    page.mouse.down()
    hand = Hand(page)
    try:
        for nudge in _NUDGES_PX:
            page.mouse.move(x + nudge, y + nudge, steps=3)
        _wait_lifted(item)
        yield hand
    finally:
        if not hand.dropped:
            page.mouse.up()


def expect_at_rest(page: Page) -> None:
    """Until no item is in the air any more, its drop animation included."""
    page.wait_for_function(_NOTHING_LIFTED)


def by_keyboard(item: Locator, keys: Sequence[str]) -> None:
    """Lift `item` with Space, press `keys`, each after the last was announced, drop with Space."""
    page = item.page
    item.focus()
    for key in ("Space", *keys):
        said = page.evaluate(_LIVE_REGION)
        page.keyboard.press(key)
        page.wait_for_function(f"(said) => ({_LIVE_REGION})() !== said", arg=said)
    page.keyboard.press("Space")


def _wait_lifted(item: Locator) -> None:
    handle = item.element_handle()
    try:
        item.page.wait_for_function(_LIFTED, arg=handle, timeout=_STARTED_TIMEOUT_MS)
    except Exception as error:
        raise DragError(f"could not start to drag {item}: the app did not take it up") from error


def _box(locator: Locator) -> FloatRect:
    expect(locator).to_be_visible()
    box = locator.bounding_box()
    if box is None:
        raise DragError(f"{locator} has no place on the page: it cannot be dragged to or from")
    return box


def _place(target: FloatRect, edge: Edge) -> tuple[float, float]:
    x = target["x"] + target["width"] / 2
    if edge == "top":
        return x, target["y"] + 4
    return x, target["y"] + target["height"] - min(12, target["height"] / 2)
