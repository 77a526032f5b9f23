"""Places the windows of headed clients side by side, so that a person sees all of them at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

from playwright.sync_api import Error, Page

_SCREEN_PROBE = "() => [screen.availLeft || 0, screen.availTop || 0, screen.availWidth, screen.availHeight]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A window's place on the screen, in pixels."""

    left: int
    top: int
    width: int
    height: int


def tile(index: int, count: int, screen: Bounds) -> Bounds:
    """The place of window `index` of `count`: one row up to three windows, a grid beyond."""
    columns = count if count <= 3 else math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    width, height = screen.width // columns, screen.height // rows
    return Bounds(
        left=screen.left + (index % columns) * width,
        top=screen.top + (index // columns) * height,
        width=width,
        height=height,
    )


def arrange(pages: list[Page]) -> None:
    """Tile the windows of `pages`; an engine without the DevTools protocol keeps its own places."""
    for index, page in enumerate(pages):
        left, top, width, height = page.evaluate(_SCREEN_PROBE)
        screen = Bounds(left=left, top=top, width=width, height=height)
        place = tile(index, len(pages), screen)
        try:
            session = page.context.new_cdp_session(page)
        except Error:
            return
        window = session.send("Browser.getWindowForTarget")["windowId"]
        bounds = {"left": place.left, "top": place.top, "width": place.width, "height": place.height}
        session.send("Browser.setWindowBounds", {"windowId": window, "bounds": {"windowState": "normal"}})
        session.send("Browser.setWindowBounds", {"windowId": window, "bounds": bounds})
        session.detach()
