"""The pages of the drag gallery, as tests open and read them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from harness.clients import drag
from harness.clients.browsers import Engine
from harness.clients.drag import KeyboardDrag, Means, PointerDrag
from harness.clients.drag.place import Place

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

REPEAT = int(os.environ.get("LOCKSTEP_DRAG_REPEAT", "1"))
#: Every drag is about a second of a real browser: what is much like another page goes half the way, and so
#: does Firefox, on the pages it gets; with LOCKSTEP_DRAG_REPEAT all go all of it.
MUCH_LIKE_ANOTHER = (
    "react-beautiful-dnd.html",
    "dnd-kit-core.html?no-overlay",
    "dnd-kit-dom.html",
    "sortable.html?fallback",
)
FIREFOX = ("hello-pangea.html", "dnd-kit-core.html", "dnd-kit-react.html", "sortable.html?fallback")


def in_firefox(page: str, by: Means) -> bool:
    """Whether it is tried there; what Firefox cannot do has tests of its own."""
    possible = by is not TOUCH and not (by is MOUSE and page in NATIVE)
    return possible and (REPEAT > 1 or page in FIREFOX)


WAYS = [
    (engine, page, by)
    for engine in (Engine.CHROMIUM, Engine.FIREFOX)
    for page, means in LIBRARIES.items()
    for by in means
    if engine is Engine.CHROMIUM or in_firefox(page, by)
]
CHROMIUM_ALONE = pytest.mark.parametrize("engine", [Engine.CHROMIUM], indirect=True)
FIREFOX_ALONE = pytest.mark.parametrize("engine", [Engine.FIREFOX], indirect=True)

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
        column, cards = self._column(to)
        drag.drag(self.card(card), to=column, cards=cards, at=at, by=by, meanwhile=meanwhile, engine=engine)

    def _column(self, name: str) -> tuple[Locator, Locator]:
        column = self.page.locator(f"[data-column={name}]")
        return column, column.locator("[data-card]")

    def place(self, card: str, to: str, at: int | None) -> Place:
        column, cards = self._column(to)
        return Place(card=self.card(card), column=column, cards=cards, at=at)

    @contextmanager
    def held_over(self, card: str, over: str, at: int, by: str) -> Iterator[PointerDrag | KeyboardDrag]:
        """The card hangs over a place of the column during the block; nothing drops it."""
        with drag.held(self.card(card), by=by) as hand:
            hand.carry_to(self.place(card, over, at))
            yield hand

    def order(self) -> dict[str, list[str]]:
        """Column -> its cards from top to bottom, as the page shows them."""
        shown: dict[str, list[str]] = self.page.evaluate(_ORDER)
        return shown

    def expect_put_back(self, card: str) -> None:
        """The library has told that nothing is in the air any more, and the card lies still."""
        self.page.wait_for_function("!document.documentElement.dataset.air")
        expect(self.card(card)).not_to_have_css("position", "fixed")

    def in_air(self) -> str | None:
        """The card that the library itself told to have taken up."""
        told: str | None = self.page.evaluate("document.documentElement.dataset.air ?? null")
        return told

    def drops(self) -> int:
        """How often the library told the page of a drop."""
        return int(self.page.evaluate("document.documentElement.dataset.drops ?? 0"))


OpenGallery = Callable[[str], Gallery]


def moved(board: dict[str, list[str]], card: str, to: str, at: int | None) -> dict[str, list[str]]:
    """A copy of `board` with `card` where it is to be."""
    rest = {column: [other for other in cards if other != card] for column, cards in board.items()}
    rest[to].insert(len(rest[to]) if at is None else at, card)
    return rest
