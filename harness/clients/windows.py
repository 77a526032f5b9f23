"""Places the windows of headed clients side by side, so that a person sees all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Error, Page

#: From here on a board shows its columns side by side.
_LAYOUT_WIDTH = 950
_SCREEN_PROBE = "() => [screen.availLeft || 0, screen.availTop || 0, screen.availWidth, screen.availHeight]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A window's place on the screen, in pixels."""

    left: int
    top: int
    width: int
    height: int


def tile(index: int, count: int, screen: Bounds) -> Bounds:
    """The place of window `index` of `count`: side by side, overlapping where the screen is too narrow.

    No window gets narrower than an app's wide layout needs: a spec must not depend on how many there are.
    """
    width = min(screen.width, max(screen.width // count, _LAYOUT_WIDTH))
    step = (screen.width - width) // (count - 1) if count > 1 else 0
    return Bounds(left=screen.left + index * step, top=screen.top, width=width, height=screen.height)


def arrange(pages: list[Page]) -> None:
    """Tile the windows of `pages`; an engine without the DevTools protocol keeps its own places."""
    for index, page in enumerate(pages):
        left, top, width, height = page.evaluate(_SCREEN_PROBE)
        place = tile(index, len(pages), Bounds(left=left, top=top, width=width, height=height))
        try:
            session = page.context.new_cdp_session(page)
        except Error:
            continue
        window = session.send("Browser.getWindowForTarget")["windowId"]
        bounds = {"left": place.left, "top": place.top, "width": place.width, "height": place.height}
        session.send("Browser.setWindowBounds", {"windowId": window, "bounds": {"windowState": "normal"}})
        session.send("Browser.setWindowBounds", {"windowId": window, "bounds": bounds})
        session.detach()
