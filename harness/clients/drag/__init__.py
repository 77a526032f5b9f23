"""Drags cards as the drag libraries of real apps need it, by mouse, keyboard or touch, with one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Literal, overload
from weakref import WeakKeyDictionary

from playwright.sync_api import Error, Locator, Page

from harness.clients.drag.engine import Means
from harness.clients.drag.hands import MouseHand, TouchHand
from harness.clients.drag.keyboard import KeyboardDrag
from harness.clients.drag.place import Place
from harness.clients.drag.pointer import PointerDrag
from harness.clients.drag.recognise import name_of
from harness.clients.drag.settle import wait_at_rest
from harness.errors import DragError, UnknownName, UsageError

__all__ = [
    "DragError",
    "KeyboardDrag",
    "Means",
    "PointerDrag",
    "drag",
    "expect_at_rest",
    "held",
    "is_in_the_air",
]

_hands: WeakKeyDictionary[Page, PointerDrag | KeyboardDrag] = WeakKeyDictionary()


def drag(
    card: Locator,
    *,
    to: Locator,
    cards: Locator,
    at: int | None = None,
    by: str = Means.MOUSE,
    meanwhile: Callable[[], object] | None = None,
    engine: str | None = None,
) -> None:
    """Drag `card` into the column `to`, so that `at` of the other `cards` in there stand above it.

    `card` is found again while it moves: it must mean the card wherever that stands, which `nth` does not.
    `at=None` is the column's end. `meanwhile` is called with the card in the air. Returns when the drop has
    settled. `engine` names the library where the page does not show it.

    Raises DragError when the card is not there, could not be lifted, carried or dropped by these means,
    or the app ended the drag meanwhile: the hand failed, which is no finding about the app. Lifting is tried
    again, dropping never. UsageError for a place that the column does not have, and for a drag inside a drag.
    """
    place = Place(card=card, column=to, cards=cards, at=at)
    hand = _hand(card, by, engine)
    place.index_in(place.read())
    with _holding(card.page, hand):
        if meanwhile is not None:
            meanwhile()
        if card.page.is_closed():
            raise DragError(f"could not drag {hand.name} by {by}: its page was closed meanwhile.")
        hand.carry_to(place)
        hand.drop(place)


@overload
def held(
    card: Locator, *, by: Literal["mouse", "touch"] = ..., engine: str | None = ...
) -> AbstractContextManager[PointerDrag]: ...
@overload
def held(
    card: Locator, *, by: Literal["keyboard"], engine: str | None = ...
) -> AbstractContextManager[KeyboardDrag]: ...
@overload
def held(
    card: Locator, *, by: str, engine: str | None = ...
) -> AbstractContextManager[PointerDrag | KeyboardDrag]: ...
def held(card: Locator, *, by: str = Means.MOUSE, engine: str | None = None) -> AbstractContextManager[Any]:
    """Lift `card` and hold it while the block runs; what the block has not dropped goes back at its end.

    Raises DragError when no drag starts, UsageError inside of another drag on the page. An error of the block
    gets a note when the card could not be put back.
    """
    return _holding(card.page, _hand(card, by, engine))


@contextmanager
def _holding(page: Page, hand: PointerDrag | KeyboardDrag) -> Iterator[PointerDrag | KeyboardDrag]:
    _must_be_free(page)
    hand.lift()
    _hands[page] = hand
    try:
        yield hand
    except BaseException as error:
        try:
            _give_up(page, hand)
        except (DragError, Error) as trouble:
            error.add_note(str(trouble))
        raise
    _give_up(page, hand)


def _give_up(page: Page, hand: PointerDrag | KeyboardDrag) -> None:
    if page.is_closed():
        hand.in_air = False
    if hand.in_air:
        hand.cancel()


def _must_be_free(page: Page) -> None:
    hand = _hands.get(page)
    if hand is not None and hand.in_air:
        raise UsageError(
            f"a drag inside a drag: {hand.name} is still held on this page. "
            "Drag the other card before or after, or on another client's page."
        )


def is_in_the_air(page: Page) -> bool:
    """Whether a card of `page` is being dragged at this moment."""
    hand = _hands.get(page)
    return hand is not None and hand.in_air


def expect_at_rest(page: Page) -> None:
    """Until no card is in the air, its drop animation included. Raises DragError when one stays there."""
    wait_at_rest(page)


def _hand(card: Locator, by: str, engine: str | None) -> PointerDrag | KeyboardDrag:
    known = [each.value for each in Means]
    if by not in known:
        raise UnknownName("means of a drag", str(by), known)
    _must_be_free(card.page)
    if by == Means.KEYBOARD:
        return KeyboardDrag(card, engine=engine)
    page = card.page
    hand = MouseHand(page) if by == Means.MOUSE else TouchHand(page, name_of(card))
    return PointerDrag(card, hand, engine=engine)
