"""A drag by keyboard: Space lifts the focused card, arrows move it, one look after each, Space drops it."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import Locator, TimeoutError

from harness.clients.drag.engine import Means
from harness.clients.drag.page import PAGE, TWO_FRAMES
from harness.clients.drag.place import Box, Place, Reading
from harness.clients.drag.recognise import Recognised, must_have, name_of, recognise
from harness.clients.drag.settle import ENDED, shows_nothing_in_the_air, wait_at_rest, wait_dropped
from harness.errors import DragError

_LIFTS = 3
_SIGN_MS = 2000
#: Looks at the column before a key counts as one that moved nothing; each takes some frames.
_LOOKS = 12
_MOVED_PX = 3


class KeyboardDrag:
    """One drag of one card; `lift` it first, `drop` or `cancel` it last."""

    def __init__(self, card: Locator, *, engine: str | None = None) -> None:
        self._page = card.page
        self._card = card
        self._engine_name = engine
        self.name = name_of(card)
        self._recognised: Recognised | None = None
        #: Whether the page shows that a card is in the air: then it also shows that none is any more.
        self._shown = False
        self.in_air = False

    def lift(self) -> None:
        """Focus the card and press Space, again if need be: nothing is dropped before it has worked."""
        for _ in range(_LIFTS):
            wait_at_rest(self._page, self.name)
            self._recognised = recognise(self._card, self._engine_name)
            must_have(self._recognised.engine, Means.KEYBOARD, self.name)
            if self._recognised.barred:
                raise self._error(self._recognised.barred)
            self._recognised.grip.focus()
            self._page.keyboard.press("Space")
            if self._is_lifted(self._recognised):
                # The arrows' listener comes a task after the lift.
                self._page.evaluate(TWO_FRAMES)
                self._shown = not shows_nothing_in_the_air(self._page)
                self.in_air = True
                return
            self._page.keyboard.press("Escape")
        assert self._recognised is not None
        heard = ", ".join(self._page.evaluate(f"{PAGE}.heard()")) or "nothing"
        raise self._error(
            f"{self._recognised.engine.name} never showed it lifted. "
            f"Tried {_LIFTS} times; the page heard {heard}"
        )

    def carry_to(self, place: Place) -> None:
        """Press arrows until the card stands at its place; each must move it."""
        reading = place.read()
        presses = 2 * len(reading.others) + 8
        for _ in range(presses):
            if reading.card is None:
                return
            if self._has_ended():
                raise self._error(ENDED)
            key = _next_key(reading, place.index_in(reading))
            if key is None:
                return
            reading = self._press(key, place, reading)
        raise self._error(f"it was not at its place after {presses} arrows")

    def press(self, keys: Sequence[str]) -> None:
        """Press `keys`, each in a frame of its own."""
        for key in keys:
            self._page.keyboard.press(key)
            self._page.evaluate(TWO_FRAMES)

    def drop(self, place: Place | None = None) -> None:
        """Let go, once, and wait until the card is at rest."""
        if not self._has_ended():
            self._page.keyboard.press("Space")
        elif self._card.count():
            # Space would lift it again. A card that is gone is dropped nowhere, and that is no trouble.
            raise self._error(ENDED)
        self.in_air = False
        wait_dropped(self._page, self.name, place)

    def cancel(self) -> None:
        """Give the drag up and wait until the card is back where it was lifted."""
        self.in_air = False
        self._page.keyboard.press("Escape")
        wait_at_rest(self._page, self.name)

    def _press(self, key: str, place: Place, before: Reading) -> Reading:
        self._page.keyboard.press(key)
        for _ in range(_LOOKS):
            reading = place.read()
            if _has_moved(before, reading):
                return reading
        raise self._error(ENDED if self._has_ended() else f"{key} did not move it any further")

    def _has_ended(self) -> bool:
        return self._shown and shows_nothing_in_the_air(self._page)

    def _is_lifted(self, recognised: Recognised) -> bool:
        lifted = f"(name) => {PAGE}.lifted(name)"
        try:
            self._page.wait_for_function(lifted, arg=recognised.engine.name, timeout=_SIGN_MS)
        except TimeoutError:
            return False
        return True

    def _error(self, why: str) -> DragError:
        engine = self._recognised.engine.name if self._recognised else "nothing"
        return DragError(f"could not drag {self.name} by {Means.KEYBOARD} ({engine}): {why}.")


def _next_key(reading: Reading, wanted: int) -> str | None:
    """The arrow that brings the card nearer, across columns first; None when it has arrived."""
    shown, card, column = reading.index, reading.card, reading.column
    if card is None or shown == wanted:
        return None
    if shown is not None:
        return "ArrowDown" if shown < wanted else "ArrowUp"
    x, y = card.middle
    if not column.x <= x <= column.x + column.width:
        return "ArrowRight" if x < column.x else "ArrowLeft"
    return "ArrowDown" if y < column.y else "ArrowUp"


def _has_moved(before: Reading, after: Reading) -> bool:
    if before.card is None or after.card is None:
        return before.card is not after.card
    return before.index != after.index or any(
        _is_elsewhere(one, other)
        for one, other in ((before.card, after.card), (before.floating, after.floating))
    )


def _is_elsewhere(before: Box | None, after: Box | None) -> bool:
    if before is None or after is None:
        return before is not after
    (x, y), (to_x, to_y) = before.middle, after.middle
    return abs(x - to_x) > _MOVED_PX or abs(y - to_y) > _MOVED_PX
