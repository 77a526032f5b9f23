"""What a drag engine is to the hand: how its cards are known, and what it shows while one is in the air."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Means(StrEnum):
    """What a card is dragged with."""

    MOUSE = "mouse"
    KEYBOARD = "keyboard"
    TOUCH = "touch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One library, or the browser itself, that moves cards.

    `script` is a JavaScript object with three functions; `state` is theirs to write in, `drag` tells what the
    page has heard since the press (`started`, `refused`, `over`):

    - `find(card, state, near)`: null when the card is not its own, else `{grip, barred, native, item}`: the
      element to press on, why the card cannot be dragged ("" when it can), whether the mouse starts a drag of
      the browser's, and, where every end of a drag is a drop, the element that moves among its siblings: when
      the drag is given up, it is carried back among them;
    - `lifted(state, drag)`: whether a card is in the air;
    - `resting(state, drag)`: whether none is any more, its drop animation included.
    """

    #: As its makers write it.
    name: str
    means: frozenset[Means]
    script: str
    #: Whether the column makes room for a card above it: its place is known before it is dropped.
    makes_room: bool
