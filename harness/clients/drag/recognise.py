"""Tells which engine drags a card, where to press on it, and whether it can be dragged at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import ElementHandle, Locator, TimeoutError

from harness.clients.drag.engine import Engine, Means
from harness.clients.drag.engines import ENGINES
from harness.clients.drag.page import PAGE
from harness.clients.drag.present import absent
from harness.errors import DragError, UnknownName

_BY_NAME = {engine.name: engine for engine in ENGINES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A card and the engine that drags it."""

    engine: Engine
    #: The element to press on, or to give the focus: the card, or its handle.
    grip: ElementHandle
    #: Why the card cannot be dragged, "" when nothing is known against it.
    barred: str
    #: Whether a mouse makes it a drag of the browser's own, with `dragstart` and `drop`.
    native: bool
    #: What moves among its siblings, when its engine has no drag that is given up.
    item: ElementHandle | None


def recognise(card: Locator, engine: str | None = None) -> Recognised:
    """Look at the card's own marks; `engine`, the name of one, spares it the look at the others.

    Raises DragError when no engine is known by what the page shows, UnknownName for an engine that is none.
    """
    if engine is not None and engine not in _BY_NAME:
        raise UnknownName("drag engine", engine, _BY_NAME)
    found = card.evaluate_handle(f"(card, only) => {PAGE}.recognise(card, only)", engine)
    told = found.evaluate(
        "(found) => found && { engine: found.engine, barred: found.barred, native: !!found.native }"
    )
    if told is None:
        known = ", ".join(_BY_NAME)
        raise DragError(
            f"could not drag {name_of(card)}: nothing on it or around it tells what drags it. "
            f"Known: {known}. "
            "If it is one of these, name it: engine=..."
        )
    grip = found.get_property("grip").as_element()
    assert grip is not None, "every engine's find gives the element to press on"
    return Recognised(
        engine=_BY_NAME[told["engine"]],
        grip=grip,
        barred=told["barred"],
        native=told["native"],
        item=found.get_property("item").as_element(),
    )


def name_of(card: Locator) -> str:
    """The card as a person would call it: its label, else the start of its text.

    Raises DragError when the page has no such card.
    """
    try:
        label: str = card.first.evaluate(
            "(card) => card.getAttribute('aria-label')"
            " || card.textContent.trim().replace(/\\s+/g, ' ').slice(0, 60)"
        )
    except TimeoutError as error:
        raise absent(card, error) from None
    return repr(label)


def must_have(engine: Engine, by: Means, name: str) -> None:
    """Raises DragError when cards of this engine are not dragged by these means."""
    if by not in engine.means:
        raise DragError(
            f"could not drag {name} by {by}: {engine.name} has no drag by {by}. "
            f"It has: {listed(engine.means)}."
        )


def listed(means: Iterable[Means]) -> str:
    """The means in their usual order, with commas."""
    given = frozenset(means)
    return ", ".join(each for each in Means if each in given)
