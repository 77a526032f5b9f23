"""Knows when nothing is in the air any more."""

from __future__ import annotations

from playwright.sync_api import Page, TimeoutError

from harness.clients.drag.page import PAGE, TWO_FRAMES
from harness.clients.drag.place import Place
from harness.errors import DragError

#: Drop animations take up to half a second.
_REST_MS = 5000
#: Why a drag that something else has ended is no drag, for its DragError.
ENDED = "the app ended the drag meanwhile, nothing is in the air any more"
_RESTING = f"() => {PAGE}.resting()"


def wait_at_rest(page: Page, name: str = "a card") -> None:
    """Until no card is in the air, its drop animation included. Raises DragError when one stays there."""
    try:
        page.wait_for_function(_RESTING, timeout=_REST_MS)
    except TimeoutError as error:
        raise DragError(f"{name} is still in the air {_REST_MS} ms after it was let go.") from error
    page.evaluate(TWO_FRAMES)


def wait_dropped(page: Page, name: str, place: Place | None) -> None:
    """Until the card that was let go is at rest, and nothing of the place moves.

    One that stays in the air is given up, so that it is in no later drag's way; DragError says so.
    """
    try:
        wait_at_rest(page, name)
    except DragError:
        page.keyboard.press("Escape")
        raise
    if place is not None and place.column.count():
        place.read()


def shows_nothing_in_the_air(page: Page) -> bool:
    """Whether no card is in the air, now and two frames later.

    One that is drawn anew is gone for a moment.
    """
    if not page.evaluate(_RESTING):
        return False
    page.evaluate(TWO_FRAMES)
    return bool(page.evaluate(_RESTING))
