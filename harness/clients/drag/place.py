"""Where a card is to go, and where it stands now: reads the column while the card is in the air."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import ElementHandle, Locator

from harness.clients.drag.present import wait_present
from harness.errors import DragError, UsageError

#: Ends when nothing of the column moves for two frames; a card that never rests is read where it is.
_READ = """async (cards, { mine, column, deadline_ms }) => {
  const box = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  };
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const floats = (element) => {
    for (let each = element; each && !each.contains(column); each = each.parentElement)
      if (getComputedStyle(each).position === 'fixed') return true;
    return false;
  };
  const standIn = '[data-dnd-placeholder]';
  const copies = [...mine, ...document.querySelectorAll(standIn)].filter((each) => each.isConnected);
  // Of a card and its copies, the one in the flow shows the place; without one, the card itself does.
  const stand = copies.find((each) => !floats(each)) ?? copies[0];
  const others = cards.filter((each) => !copies.includes(each) && !each.closest(standIn));
  const look = () => ({
    column: box(column),
    others: others.map(box),
    card: stand ? box(stand) : null,
    floating: copies.filter(floats).map(box)[0] ?? null,
    window: { width: innerWidth, height: innerHeight },
  });
  const moving = () => document.getAnimations().some(({ effect, playState }) =>
    playState === 'running' && effect.getComputedTiming().endTime !== Infinity
    && [...others, ...copies].some((each) => effect.target?.contains(each)));
  const end = performance.now() + deadline_ms;
  let last = '';
  for (let still = 0; still < 2 && performance.now() < end; ) {
    const now = JSON.stringify(look());
    still = now === last && !moving() ? still + 1 : 0;
    last = now;
    await frame();
  }
  return look();
}"""
# A copy that hangs on the pointer may hang in the list.
_READ_LIST = f"""(list, {{ item, deadline_ms }}) => {{
  const stands = (each) => each.getClientRects().length && getComputedStyle(each).position !== 'fixed';
  return ({_READ})([...list.children].filter(stands), {{ mine: [item], column: list, deadline_ms }});
}}"""
_STILL_MS = 1500
_LOOKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of the window, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A column at rest with a card in the air: the other cards in it, and the card."""

    column: Box
    #: From top to bottom.
    others: tuple[Box, ...]
    #: Where the card would fall, as far as the page shows it; None when the card is gone.
    card: Box | None
    #: The card, or its copy, as it hangs on the pointer; None where the browser draws it.
    floating: Box | None
    window: tuple[float, float]

    @property
    def index(self) -> int | None:
        """The place in the column that the page shows for the card; None when it is not in the column."""
        if self.card is None:
            return None
        x, y = self.card.middle
        slack = self.card.height / 2 + 1
        if not self.column.x <= x <= self.column.x + self.column.width:
            return None
        if not self.column.y - slack <= y <= self.column.bottom + slack:
            return None
        return sum(other.middle[1] < y for other in self.others)

    @property
    def has_room(self) -> bool:
        """Whether no other card lies under the one in the air: the column has made room for it."""
        card = self.card
        return card is None or all(
            min(card.bottom, other.bottom) - max(card.y, other.y) < min(card.height, other.height) / 3
            for other in self.others
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position in a column: `at` counts the other cards above it, None is its end."""

    card: Locator
    column: Locator
    #: All cards of the column.
    cards: Locator
    at: int | None

    def __post_init__(self) -> None:
        if self.at is not None and type(self.at) is not int:
            raise UsageError(
                f"at={self.at!r}: at counts the other cards above it: a whole number, "
                "or None for the column's end."
            )

    def read(self) -> Reading:
        """Look at the column when nothing in it moves any more."""
        reading = self._look()
        # A card that goes to another column may be drawn anew there while it is looked at.
        for _ in range(_LOOKS):
            if reading.card is not None or not self.card.count():
                break
            reading = self._look()
        return reading

    def _look(self) -> Reading:
        columns, mine = self.column.element_handles(), self.card.element_handles()
        if not columns:
            wait_present(self.column)
            columns = self.column.element_handles()
        if len(columns) != 1:
            raise DragError(f"could not drag to {self.column}: the page has {len(columns)} of it")
        told = self.cards.evaluate_all(_READ, {"mine": mine, "column": columns[0], "deadline_ms": _STILL_MS})
        return _reading(told)

    def index_in(self, reading: Reading) -> int:
        """The wanted index among the other cards as they are now. Raises UsageError when there is none."""
        last = len(reading.others)
        if self.at is None:
            return last
        if not 0 <= self.at <= last:
            raise UsageError(
                f"at={self.at}: no such place. With {last} other cards in the column, at is 0 to {last}."
            )
        return self.at


@dataclass(frozen=True, slots=True)
class Home:
    """Where a card stood among its siblings before it was lifted."""

    item: ElementHandle
    siblings: ElementHandle
    at: int | None

    @classmethod
    def of(cls, item: ElementHandle) -> Home:
        siblings = item.evaluate_handle("(item) => item.parentElement").as_element()
        assert siblings is not None, "an engine's item is one of a list"
        return cls(item, siblings, _look_at_list(siblings, item).index)

    def read(self) -> Reading:
        """Look at the list when nothing in it moves any more."""
        return _look_at_list(self.siblings, self.item)

    def index_in(self, reading: Reading) -> int:
        """Where it stood, as far as the list still goes."""
        last = len(reading.others)
        return last if self.at is None else min(self.at, last)


def _look_at_list(siblings: ElementHandle, item: ElementHandle) -> Reading:
    return _reading(siblings.evaluate(_READ_LIST, {"item": item, "deadline_ms": _STILL_MS}))


def _reading(told: dict[str, Any]) -> Reading:
    return Reading(
        column=Box(**told["column"]),
        others=tuple(sorted((Box(**each) for each in told["others"]), key=lambda box: box.middle[1])),
        card=_box(told["card"]),
        floating=_box(told["floating"]),
        window=(told["window"]["width"], told["window"]["height"]),
    )


def _box(told: dict[str, Any] | None) -> Box | None:
    return Box(**told) if told else None
