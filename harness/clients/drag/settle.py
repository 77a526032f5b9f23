"""Knows when nothing is in the air any more."""

from __future__ import annotations

from playwright.sync_api import Page, TimeoutError

from harness.clients.drag.page import PAGE, TWO_FRAMES
from harness.clients.drag.place import Place
from harness.errors import DragError

#: Drop animations take up to half a second.
_REST_MS = 5000


def wait_at_rest(page: Page, name: str = "a card", place: Place | None = None) -> None:
    """Until no card is in the air, its drop animation included, and nothing of the place moves.

    Raises DragError when one stays in the air.
    """
    try:
        page.wait_for_function(f"() => {PAGE}.resting()", timeout=_REST_MS)
    except TimeoutError as error:
        raise DragError(f"{name} is still in the air {_REST_MS} ms after it was let go.") from error
    page.evaluate(TWO_FRAMES)
    if place is not None and place.column.count():
        place.read()
