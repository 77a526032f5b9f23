"""A drag by mouse or by finger: lift the card, carry it until the column makes room, let go."""

from __future__ import annotations

from playwright.sync_api import Locator, TimeoutError

from harness.clients.drag.engine import Means
from harness.clients.drag.hands import Hand
from harness.clients.drag.page import PAGE, TWO_FRAMES
from harness.clients.drag.place import Home, Place, Reading
from harness.clients.drag.recognise import Recognised, must_have, name_of, recognise
from harness.clients.drag.settle import ENDED, shows_nothing_in_the_air, wait_at_rest, wait_dropped
from harness.clients.engine import engine_of
from harness.errors import DragError

#: Past the 5 to 10 px that every mouse sensor waits for before it takes a press for a drag.
_NUDGES_PX = (6, 12)
_STEPS = 12
_LIFTS = 3
_SIGN_MS = 2000
#: Longer than the long presses that libraries wait for (120 to 250 ms), on a slow machine too.
_HOLD_MS = 1000
#: Half a card: enough to tell arrival from a frame behind, whatever the library's rounding.
_FOLLOWS_WITHIN_PX = 16
_GAP_PX = 8
_AIMS = 8

# A press on a button inside a card is the button's; one on what lies above the card never reaches it.
_PRESS_POINT = """(grip) => {
  const { x, y, width, height } = grip.getBoundingClientRect();
  const middle = [x + width / 2, y + Math.min(height / 2, 40)];
  const points = [middle, [x + 5, y + 5], [x + width - 5, y + height - 5]];
  const own = 'a, button, input, select, textarea, [contenteditable]';
  let above = null;
  for (const [left, top] of points) {
    const hit = document.elementFromPoint(left, top);
    const isOwn = hit && hit !== grip && hit.closest(own) !== grip && grip.contains(hit.closest(own));
    if (grip.contains(hit) && !isOwn) return { x: left, y: top, above: '' };
    above ??= hit;
  }
  const tag = above && `<${above.localName}${above.id ? ` id="${above.id}"` : ''}>`;
  return { x: 0, y: 0, above: tag ?? 'the edge of the window' };
}"""
_FOLLOWED = """({ mine, x, y, within }) => {
  const hanging = mine.filter((each) => getComputedStyle(each).position === 'fixed');
  return hanging.length === 0 || hanging.some((each) => {
    const box = each.getBoundingClientRect();
    return Math.abs(box.x - x) < within && Math.abs(box.y - y) < within;
  });
}"""


class PointerDrag:
    """One drag of one card; `lift` it first, `drop` or `cancel` it last."""

    def __init__(self, card: Locator, hand: Hand, *, engine: str | None = None) -> None:
        self._page = card.page
        self._card = card
        self._hand = hand
        self._engine_name = engine
        self.name = name_of(card)
        self._recognised: Recognised | None = None
        #: Where a card given up is carried back to; None where the engine puts it back itself.
        self._home: Home | None = None
        #: From the card's corner to the pointer.
        self._grip = (0.0, 0.0)
        self._at = (0.0, 0.0)
        #: Whether the page shows that a card is in the air: then it also shows that none is any more.
        self._shown = False
        self.in_air = False

    @property
    def _engine_title(self) -> str:
        return self._recognised.engine.name if self._recognised else "nothing"

    def lift(self) -> None:
        """Take the card up. Trying again is safe: nothing is dropped before it has worked.

        A headed window also hears of the machine's own pointer, above all when it has just been moved; one
        such event between two of ours makes the library take the card up from somewhere else.
        """
        why = ""
        for attempt in range(1, _LIFTS + 1):
            wait_at_rest(self._page, self.name)
            self._card.scroll_into_view_if_needed()
            self._recognised = recognise(self._card, self._engine_name)
            must_have(self._recognised.engine, self._hand.by, self.name)
            if self._recognised.barred:
                raise self._error(self._recognised.barred)
            self._must_end(self._recognised)
            self._home = Home.of(self._recognised.item) if self._recognised.item else None
            why = self._try_to_lift(self._recognised, hold=attempt > 1 or self._hand.by is Means.TOUCH)
            if not why:
                self._shown = not shows_nothing_in_the_air(self._page)
                self.in_air = True
                return
            if self._page.evaluate(f"{PAGE}.refused()"):
                raise self._error("the app refused the browser's dragstart")
        heard = ", ".join(self._page.evaluate(f"{PAGE}.heard()")) or "nothing"
        raise self._error(f"{why}. Tried {_LIFTS} times; the page heard {heard}")

    def _must_end(self, recognised: Recognised) -> None:
        # Playwright 1.64 over WebDriver BiDi: `dragstart` and `dragover` come, `drop` and `dragend` never do.
        if recognised.native and engine_of(self._page.context) == "firefox":
            raise self._error("Firefox begins a browser's own drag here and never ends it: drag in Chromium")

    def _try_to_lift(self, recognised: Recognised, *, hold: bool) -> str:
        """What went wrong, "" when the card is in the air."""
        point = recognised.grip.evaluate(_PRESS_POINT)
        if point["above"]:
            return f"{point['above']} lies above it"
        box = self._card.first.bounding_box()
        if box is None:
            return "it has no place on the page"
        x, y = point["x"], point["y"]
        self._grip = (x - box["x"], y - box["y"])
        self._hand.press(x, y)
        try:
            why = self._take_up(recognised, x, y, hold=hold)
        except DragError:
            self._let_go_of_nothing()
            raise
        if why:
            self._let_go_of_nothing()
        return why

    def _take_up(self, recognised: Recognised, x: float, y: float, *, hold: bool) -> str:
        if not (hold and self._is_lifted(_HOLD_MS)):
            for nudge in _NUDGES_PX:
                self._hand.move(x + nudge, y + nudge, steps=3)
            if not self._is_lifted(_SIGN_MS):
                return f"{recognised.engine.name} never showed it lifted"
        # Libraries take a card up in one frame and begin to listen for its moves in the next.
        self._page.evaluate(TWO_FRAMES)
        self._move(x + _NUDGES_PX[-1], y + _NUDGES_PX[-1], steps=2)
        return "" if self._follows() else "it did not follow the pointer"

    def carry_to(self, place: Place) -> None:
        """To where it is to be dropped; the column shows room for it there, if its engine shows that."""
        assert self._recognised is not None, "lift comes first"
        if self._recognised.engine.makes_room:
            self._carry_until_room(place)
        else:
            self._carry_between(place)

    def _carry_until_room(self, place: Place | Home) -> None:
        shown: int | None = None
        for attempt in range(_AIMS + 1):
            reading = place.read()
            self._must_be_in_air()
            wanted, shown = place.index_in(reading), reading.index
            if reading.card is None:
                self._move(*reading.column.middle, steps=_STEPS)
                return
            if shown == wanted and reading.has_room:
                return
            if attempt < _AIMS:
                self._aim_at(reading, wanted, attempt)
        found = f"its place was {shown}" if shown is not None else "it was not over the column"
        wish = "the end" if place.at is None else f"place {place.at}"
        raise self._error(f"the column made no room for it at {wish}, {found}, after {_AIMS} moves")

    def _aim_at(self, reading: Reading, wanted: int, attempt: int) -> None:
        # The hand's place is where the card hangs, whatever the library has rounded.
        if reading.floating is not None:
            self._grip = (self._at[0] - reading.floating.x, self._at[1] - reading.floating.y)
        if attempt and reading.index is not None:
            # Libraries act when a card comes over another, not while it stays there: so leave it first.
            self._move_to_own_room(reading)
        left, top = _aim(reading, wanted, attempt)
        self._move(left + self._grip[0], top + self._grip[1], steps=_STEPS if attempt == 0 else 4)

    def _move_to_own_room(self, reading: Reading) -> None:
        assert reading.card is not None
        self._move(reading.card.x + self._grip[0], reading.card.y + self._grip[1], steps=4)

    def _carry_between(self, place: Place) -> None:
        # Measured again on arrival; the second move is the one that a drop target hears of as "over".
        for steps in (_STEPS, 2):
            reading = place.read()
            self._must_be_in_air()
            wanted = place.index_in(reading)
            if not reading.others:
                x, y = reading.column.middle
            elif wanted < len(reading.others):
                box = reading.others[wanted]
                x, y = box.middle[0], box.y + min(box.height / 4, 10)
            else:
                box = reading.others[-1]
                x, y = box.middle[0], box.bottom - min(box.height / 4, 10)
            self._move(x, y, steps=steps)

    def drop_at(self, x: float, y: float) -> None:
        """Carry the card to a point of the window and let go."""
        self._move(x, y, steps=_STEPS)
        self.drop()

    def drop(self, place: Place | None = None) -> None:
        """Let go, once, and wait until the card is at rest."""
        self._must_be_in_air()
        self._page.evaluate(TWO_FRAMES)
        self.in_air = False
        self._hand.release()
        wait_dropped(self._page, self.name, place)

    def cancel(self) -> None:
        """Give the drag up and wait until the card is back where it was lifted."""
        self.in_air = False
        if self._home is None:
            self._hand.cancel()
        else:
            self._put_back(self._home)
        wait_at_rest(self._page, self.name)

    def _put_back(self, home: Home) -> None:
        try:
            if home.read().card is not None and not self._has_ended():
                self._carry_until_room(home)
        except DragError as error:
            raise self._error(
                f"every end of a drag is a drop here, and what was given up did not go back: {error}"
            ) from None
        finally:
            self._hand.release()

    def _has_ended(self) -> bool:
        return self._shown and shows_nothing_in_the_air(self._page)

    def _must_be_in_air(self) -> None:
        # A card that is gone cannot be dropped anywhere: to let go is all that is left to do, and no trouble.
        if self._has_ended() and self._card.count():
            raise self._error(ENDED)

    def _let_go_of_nothing(self) -> None:
        if self._home is None:
            self._hand.cancel()
        else:
            self._hand.release()

    def _move(self, x: float, y: float, *, steps: int) -> None:
        width, height = self._window()
        if not (0 <= x < width and 0 <= y < height):
            raise self._error(
                f"it would have to go to ({x:.0f}, {y:.0f}), outside of the window of {width} x {height} px"
            )
        # Two moves at least: the last one alone would be swallowed where a move only starts a drag.
        self._hand.move(x, y - 1, steps=steps)
        self._hand.move(x, y)
        self._at = (x, y)

    def _window(self) -> tuple[int, int]:
        width, height = self._page.evaluate("[innerWidth, innerHeight]")
        return width, height

    def _is_lifted(self, timeout_ms: int) -> bool:
        assert self._recognised is not None
        return self._comes_true(f"(name) => {PAGE}.lifted(name)", self._recognised.engine.name, timeout_ms)

    def _follows(self) -> bool:
        x, y = self._at[0] - self._grip[0], self._at[1] - self._grip[1]
        mine = self._card.element_handles()
        expected = {"mine": mine, "x": x, "y": y, "within": _FOLLOWS_WITHIN_PX}
        return self._comes_true(_FOLLOWED, expected, _SIGN_MS)

    def _comes_true(self, condition: str, arg: object, timeout_ms: int) -> bool:
        try:
            self._page.wait_for_function(condition, arg=arg, timeout=timeout_ms)
        except TimeoutError:
            return False
        return True

    def _error(self, why: str) -> DragError:
        return DragError(f"could not drag {self.name} by {self._hand.by} ({self._engine_title}): {why}.")


def _aim(reading: Reading, wanted: int, attempt: int) -> tuple[float, float]:
    """The corner that the card is to have: that of its room, from the third try on beyond it."""
    assert reading.card is not None
    box = reading.floating or reading.card
    left = reading.column.middle[0] - box.width / 2
    beyond = 4 * max(0, attempt - 1)
    others, shown = reading.others, reading.index
    if not others:
        top = reading.column.middle[1] - box.height / 2 + beyond
    elif shown is not None and shown < wanted:
        top = others[wanted - 1].bottom - box.height + beyond
    elif wanted == len(others):
        top = min(others[-1].bottom + _GAP_PX, reading.column.bottom - box.height / 2 - 4) + beyond
    else:
        top = others[wanted].y - beyond
    return left, top
