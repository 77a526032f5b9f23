"""Drags by mouse and keyboard the way the drag libraries of real apps need it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from playwright.sync_api import FloatRect, Locator, Page, TimeoutError, expect

from harness.errors import DragError

#: Past the 5 to 10 px that every mouse sensor waits for before it takes a press for a drag.
_NUDGES_PX = (6, 12)
_STEPS = 12
_SIGN_TIMEOUT_MS = 2000
_LIFTS = 3
#: Half a card: enough to tell arrival from a frame behind, whatever the library's rounding.
_FOLLOWS_WITHIN_PX = 16
_TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

#: Signs that a library has taken the item up; @hello-pangea/dnd fixes its position for the time of the drag.
_LIFTED = "(item) => getComputedStyle(item).position === 'fixed'"
_FOLLOWED = """({ item, x, y, within }) => {
  const box = item.getBoundingClientRect();
  return Math.abs(box.x + box.width / 2 - x) < within && Math.abs(box.y + box.height / 2 - y) < within;
}"""
_NOTHING_LIFTED = """() => ![...document.querySelectorAll('[data-rfd-draggable-id]')].some(
  (item) => getComputedStyle(item).position === 'fixed')"""
_LIVE_REGION = (
    "() => document.querySelector('[id^=rfd-announcement], [id^=DndLiveRegion]')?.textContent ?? ''"
)

Edge = Literal["top", "end"]


class Hand:
    """A mouse that holds an item."""

    def __init__(self, item: Locator, grip: tuple[float, float]) -> None:
        self._page = item.page
        self._item = item.element_handle()
        #: From the pointer to the middle of the item, in pixels.
        self._grip = grip
        self.dropped = False

    def wait_lifted(self) -> None:
        """Until the library has taken the item up."""
        self._wait(_LIFTED, self._item, "the app did not take the item up")

    def drop_on(self, target: Locator | None, *, edge: Edge = "end") -> None:
        """Carry the item to `target`, measured again on arrival, and let go; None lets go where it is."""
        if target is not None:
            for steps in (_STEPS, 2):
                x, y = _place(_box(target), edge)
                self._carry(x, y, steps)
        self._release()

    def drop_at(self, x: float, y: float) -> None:
        """Carry the item to a point of the window and let go."""
        self._carry(x, y, _STEPS)
        self._release()

    def _carry(self, x: float, y: float, steps: int) -> None:
        self._page.mouse.move(x, y, steps=steps)
        self.wait_followed(x, y)

    def wait_followed(self, x: float, y: float) -> None:
        """Until the item is where the mouse is.

        The library applies moves in animation frames of its own: a button that goes up before the last of
        them drops the item short of its target.
        """
        middle = {"x": x + self._grip[0], "y": y + self._grip[1], "within": _FOLLOWS_WITHIN_PX}
        self._wait(_FOLLOWED, {**middle, "item": self._item}, "the item did not follow the mouse")

    def _release(self) -> None:
        self._page.evaluate(_TWO_FRAMES)
        self._page.mouse.up()
        self.dropped = True

    def _wait(self, condition: str, arg: Any, failure: str) -> None:
        try:
            self._page.wait_for_function(condition, arg=arg, timeout=_SIGN_TIMEOUT_MS)
        except TimeoutError as error:
            raise DragError(f"could not drag {self._item}: {failure}") from error


@contextmanager
def held(item: Locator) -> Iterator[Hand]:
    """Press on `item` and move until its library takes it up; let go at the end if nobody dropped it.

    Raises DragError when no drag starts: a fault of the test's hand, not a finding about the app.
    """
    hand = _lift(item)
    try:
        yield hand
    finally:
        if not hand.dropped:
            item.page.mouse.up()


def _lift(item: Locator) -> Hand:
    """Take `item` up where the mouse is. Trying again is safe: nothing is dropped before it has worked.

    A headed window also hears of the machine's own pointer, above all when it has just been moved; one
    such event between two of ours makes the library take the item up from somewhere else.
    """
    page = item.page
    attempt = 1
    while True:
        item.scroll_into_view_if_needed()
        box = _box(item)
        x, y = box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 40)
        hand = Hand(item, grip=(0, box["y"] + box["height"] / 2 - y))
        page.mouse.move(x, y)
        page.mouse.down()
        try:
            for nudge in _NUDGES_PX:
                page.mouse.move(x + nudge, y + nudge, steps=3)
            hand.wait_lifted()
            hand.wait_followed(x + _NUDGES_PX[-1], y + _NUDGES_PX[-1])
            return hand
        except DragError:
            page.keyboard.press("Escape")
            page.mouse.up()
            if attempt == _LIFTS:
                raise
        expect_at_rest(page)
        attempt += 1


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
