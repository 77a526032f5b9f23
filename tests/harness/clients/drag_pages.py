"""The pages of the drag gallery, as tests open and read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

from harness.clients import drag
from harness.clients.drag import Means

BUILT = Path(__file__).parent / "drag_gallery" / "dist"
MOUSE, KEYBOARD, TOUCH = Means

#: Page -> the means that its library has.
LIBRARIES = {
    "hello-pangea.html": (MOUSE, KEYBOARD, TOUCH),
    "react-beautiful-dnd.html": (MOUSE, KEYBOARD, TOUCH),
    "dnd-kit-core.html": (MOUSE, KEYBOARD, TOUCH),
    "dnd-kit-core.html?no-overlay": (MOUSE, KEYBOARD, TOUCH),
    "dnd-kit-react.html": (MOUSE, KEYBOARD, TOUCH),
    "dnd-kit-dom.html": (MOUSE, KEYBOARD, TOUCH),
    "pragmatic.html": (MOUSE,),
    "html5.html": (MOUSE,),
    "sortable.html": (MOUSE, TOUCH),
    "sortable.html?fallback": (MOUSE, TOUCH),
}
#: Dragged by the browser itself when a mouse does it.
NATIVE = frozenset(("pragmatic.html", "html5.html", "sortable.html"))
START = {"todo": ["Milk", "Bread", "Eggs"], "doing": ["Rice", "Salt"], "done": []}

_ORDER = """() => Object.fromEntries([...document.querySelectorAll('[data-column]')].map((column) => [
  column.dataset.column,
  [...column.querySelectorAll('[data-card]')]
    .sort((one, other) => one.dataset.position - other.dataset.position)
    .map((card) => card.dataset.card),
]))"""


@dataclass(frozen=True)
class Gallery:
    """One page of the gallery."""

    page: Page

    def card(self, name: str) -> Locator:
        return self.page.locator(f"[data-card={name}]")

    def drag(
        self,
        card: str,
        to: str,
        at: int | None,
        by: str,
        *,
        meanwhile: Callable[[], object] | None = None,
        engine: str | None = None,
    ) -> None:
        column = self.page.locator(f"[data-column={to}]")
        cards = column.locator("[data-card]")
        drag.drag(self.card(card), to=column, cards=cards, at=at, by=by, meanwhile=meanwhile, engine=engine)

    def order(self) -> dict[str, list[str]]:
        """Column -> its cards from top to bottom, as the page shows them."""
        shown: dict[str, list[str]] = self.page.evaluate(_ORDER)
        return shown

    def in_air(self) -> str | None:
        """The card that the library itself told to have taken up."""
        told: str | None = self.page.evaluate("document.documentElement.dataset.air ?? null")
        return told

    def drops(self) -> int:
        """How often the library told the page of a drop."""
        return int(self.page.evaluate("document.documentElement.dataset.drops ?? 0"))


def moved(board: dict[str, list[str]], card: str, to: str, at: int | None) -> dict[str, list[str]]:
    """A copy of `board` with `card` where it is to be."""
    rest = {column: [other for other in cards if other != card] for column, cards in board.items()}
    rest[to].insert(len(rest[to]) if at is None else at, card)
    return rest
