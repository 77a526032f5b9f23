"""What a browser's storage holds when a client's first page opens: the sign-in that an app keeps there.

Playwright fills `localStorage` by opening the app's origin in a page of its own, for every context: a third
of what it takes to open a client. Here the app's first document fills it, before any script of the app.
"""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import BrowserContext, Frame

from harness.target import origin_of

#: Once in a tab, by the mark: an app may sign out and leave its first document before Python has heard of it.
_FILL = """(([origin, items]) => {
  if (location.origin !== new URL(origin).origin || sessionStorage.getItem("lockstep:signed-in")) return;
  sessionStorage.setItem("lockstep:signed-in", "yes");
  for (const { name, value } of items) localStorage.setItem(name, value);
})"""


class StartingStorage:
    """The storage state `state`, as Playwright takes it: a mapping, the path of a file, or None.

    Give `for_context` to `new_context`, and `install` what is left before the context's first page.
    """

    def __init__(self, state: Any) -> None:
        #: What Playwright is to see to: cookies, databases, and more than one origin.
        self.for_context = state
        self._origin = ""
        self._items: list[dict[str, str]] = []
        if not isinstance(state, dict):
            return
        match state.get("origins"):
            case [{"origin": str(origin), "localStorage": list(items), **more}] if not any(more.values()):
                self.for_context = {"cookies": state["cookies"]} if state.get("cookies") else None
                self._origin, self._items = origin, items

    def install(self, context: BrowserContext) -> None:
        """Before the first page of `context`."""
        if not self._items:
            return
        filling = context.add_init_script(f"{_FILL}({json.dumps([self._origin, self._items])})")

        def came_to(frame: Frame) -> None:
            if self._items and frame.parent_frame is None and origin_of(frame.url) == origin_of(self._origin):
                self._items = []
                filling.close()  # who signs out stays signed out, in other tabs too

        context.on("page", lambda page: page.on("framenavigated", came_to))
