"""What a page showed: one reading of the board after the other, and each card's way through them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.journal.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card as it stood on the board; `version` is None when the lens does not read one.

    `shown` is everything that the lens reads of it, by name.
    """

    id: str
    text: str
    column: str
    index: int
    version: int | None = None
    saving: bool | None = None
    shown: tuple[tuple[str, Any], ...] = ()

    def shows(self, title: str) -> bool:
        """Whether `title` can be read on the card; how white space is drawn does not matter."""
        return " ".join(title.split()) in " ".join(self.text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    text: str
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of the page: entry `seq`, shown from `t` until `until`.

    `columns` is None while no board is in sight, which is something else than an empty board. A `segment` is
    a stretch in which one board stayed in sight: a reload, another project or a page without one begins
    another. `filter` is only told when `tells_filter`.
    """

    seq: int
    t: float
    until: float
    segment: int
    project: str | None = None
    columns: Mapping[str, tuple[Card, ...]] | None = None
    toasts: tuple[Toast, ...] = ()
    dialog: Mapping[str, Any] | None = None
    tells_filter: bool = False
    filter: str | None = None
    dragging: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    epics: Mapping[str, Any] | None = None

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(card for cards in (self.columns or {}).values() for card in cards)

    def find(self, card_id: str) -> Card | None:
        return next((card for card in self.cards if card.id == card_id), None)

    @property
    def has_board(self) -> bool:
        return self.columns is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A card that stood unchanged on the board from `t` until `until`, first seen in reading `seq`."""

    seq: int
    t: float
    until: float
    segment: int
    column: str
    version: int | None
    text: str


#: Boards hardly change from one reading to the next: equal cards are one object.
CardCache = dict[tuple[Any, ...], Card]


def _card(raw: Mapping[str, Any], column: str, index: int, cache: CardCache) -> Card:
    text = raw.get("title")
    if text is None:
        text = raw.get("text")
    told = raw.get("saving") if "saving" in raw else _UNTOLD
    shown = tuple((name, value) for name, value in raw.items() if name not in _OWN)
    key = (raw["id"], raw.get("version"), column, index, *shown)
    known = cache.get(key)
    if known is None:
        known = cache[key] = Card(
            id=str(raw["id"]),
            text=str(text if text is not None else ""),
            column=column,
            index=index,
            version=whole_number(raw.get("version")),
            saving=None if told is _UNTOLD else _flag(told),
            shown=shown,
        )
    return known


_UNTOLD = "(untold)"
#: What a card has beside the fields of its lens.
_OWN = frozenset(("id", "version"))


def columns_of(entry: Entry, cache: CardCache | None = None) -> Mapping[str, tuple[Card, ...]] | None:
    """The board of a view entry; None when there was none in sight.

    Left out are cards on their way out (`leaving`), which are a picture only, and cards without an id.
    """
    raw = entry.get("columns")
    if not isinstance(raw, Mapping) or not raw or entry.get("board") is False:
        return None
    known: CardCache = {} if cache is None else cache
    return {
        str(column): tuple(
            _card(card, str(column), index, known)
            for index, card in enumerate(cards or ())
            if isinstance(card, dict) and card.get("id") is not None and not _flag(card.get("leaving"))
        )
        for column, cards in raw.items()
    }


def reading_of(
    entry: Entry, *, until: float, segment: int, project: str | None, cache: CardCache | None = None
) -> Reading:
    """A view entry as it stood from its time `until`. What a lens has among its `extras` counts as told."""
    counts, epics, extras = entry.get("counts"), entry.get("epics"), entry.get("extras")
    told: dict[str, Any] = {}
    if isinstance(extras, Mapping):
        told = {str(name): next(iter(texts or ()), None) for name, texts in extras.items()}
    told |= {name: entry.get(name) for name in ("filter", "dragging") if name in entry.fields}
    counted = counts.items() if isinstance(counts, Mapping) else ()
    listed = epics if isinstance(epics, list) else None
    return Reading(
        seq=entry.seq,
        t=entry.t,
        until=until,
        segment=segment,
        project=project,
        columns=columns_of(entry, cache),
        toasts=tuple(_toast(each) for each in entry.get("toasts") or ()),
        dialog=_dialog(entry.get("dialog"), busy=bool(told.get("busy"))),
        tells_filter="filter" in told,
        filter=str(told["filter"]) if told.get("filter") else None,
        dragging=str(told["dragging"]) if told.get("dragging") else None,
        counts={
            str(column): number for column, count in counted if (number := whole_number(count)) is not None
        },
        epics=None if listed is None else {str(e.get("id")): e for e in listed if isinstance(e, Mapping)},
    )


def _toast(raw: Any) -> Toast:
    """A lens tells a toast by its text, or with more about it."""
    if isinstance(raw, Mapping):
        return Toast(text=str(raw.get("text", "")), kind=raw.get("kind"))
    return Toast(text=str(raw))


def _dialog(raw: Any, *, busy: bool) -> Mapping[str, Any] | None:
    if isinstance(raw, Mapping):
        return raw
    return {"name": raw, "busy": busy} if raw else None


def _flag(value: Any) -> bool:
    """Whether an attribute read by a lens says yes: `true`, `""` (it is there), `"true"`."""
    return value not in (None, False, "false")


class Screen:
    """All readings of one client, in order of time."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.readings = tuple(readings)
        self._times = [reading.t for reading in readings]
        self._sightings: dict[str, tuple[Sighting, ...]] | None = None

    def at(self, t: float) -> Reading | None:
        """What was shown at `t`; None before the first reading and when the page was gone."""
        index = bisect_right(self._times, t)
        reading = self.readings[index - 1] if index else None
        return reading if reading is not None and t <= reading.until else None

    def between(self, start: float, end: float) -> tuple[Reading, ...]:
        """The readings shown at some time from `start` to `end`, the one that stood at `start` first."""
        first = max(0, bisect_right(self._times, start) - 1)
        last = bisect_right(self._times, end)
        return tuple(reading for reading in self.readings[first:last] if reading.until >= start)

    @property
    def boards(self) -> Iterable[Reading]:
        return (reading for reading in self.readings if reading.has_board)

    @property
    def sightings(self) -> Mapping[str, tuple[Sighting, ...]]:
        """Card id -> where and how it stood, in order of time; a card that stands twice counts once."""
        if self._sightings is None:
            self._sightings = _sightings(self.boards)
        return self._sightings


def _sightings(boards: Iterable[Reading]) -> dict[str, tuple[Sighting, ...]]:
    """Each card's runs through readings that follow each other, found in one pass over the boards."""
    found: dict[str, list[Sighting]] = {}
    #: Card id -> (how it stood, the reading its run began with, the reading it was last in)
    running: dict[str, tuple[tuple[Any, ...], Reading, Reading]] = {}
    for reading in boards:
        for card in {card.id: card for card in reversed(reading.cards)}.values():
            state = (card.column, card.version, card.text)
            run = running.get(card.id)
            if run is None or run[0] != state or not _follows(run[2], reading):
                if run is not None:
                    found.setdefault(card.id, []).append(_sighting(*run))
                running[card.id] = (state, reading, reading)
            else:
                running[card.id] = (state, run[1], reading)
    for card_id, run in running.items():
        found.setdefault(card_id, []).append(_sighting(*run))
    return {card_id: tuple(sightings) for card_id, sightings in found.items()}


def _follows(last: Reading, reading: Reading) -> bool:
    return last.until == reading.t and last.segment == reading.segment


def _sighting(state: tuple[Any, ...], first: Reading, last: Reading) -> Sighting:
    column, version, text = state
    return Sighting(
        seq=first.seq,
        t=first.t,
        until=last.until,
        segment=first.segment,
        column=column,
        version=version,
        text=text,
    )


def whole_number(value: Any) -> int | None:
    """`value` as an int when it says one (`4`, `"4"`, `4.0`), else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        return int(value)
    return None
