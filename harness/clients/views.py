"""Puts the lens's records together again: from differences to whole views of a board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.tap import RecordKind, TapRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card as it was shown; `element` tells two cards of one id apart, and stays with the element."""

    id: str | None
    version: int | None = None
    fields: Mapping[str, str | None] = field(default_factory=dict)
    element: int = 0

    def document(self) -> dict[str, Any]:
        return {"id": self.id, "version": self.version, **self.fields}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one document showed from `t` (epoch milliseconds) on, until its next view."""

    doc: str
    n: int
    t: float
    page: int = 0
    frame: str = ""
    #: Whether there was a board at all.
    board: bool = False
    #: Cards from top to bottom by the column's name, columns from left to right.
    columns: Mapping[str, tuple[Card, ...]] = field(default_factory=dict)
    #: The number that the app shows for a column.
    counts: Mapping[str, str] = field(default_factory=dict)
    badge: str | None = None
    toasts: tuple[str, ...] = ()
    dialog: str | None = None
    extras: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lists: Mapping[str, tuple[Mapping[str, str | None], ...]] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The view as one JSON object, without the marks of its record."""
        columns = {name: [card.document() for card in cards] for name, cards in self.columns.items()}
        shown = {"columns": columns, "badge": self.badge, "toasts": list(self.toasts), "dialog": self.dialog}
        extras = {name: list(texts) for name, texts in self.extras.items()}
        lists = {name: [dict(one) for one in found] for name, found in self.lists.items()}
        more = {"counts": dict(self.counts), "extras": extras, "lists": lists}
        return shown | {name: value for name, value in more.items() if value}


@dataclass(slots=True)
class _Column:
    name: str
    count: str | None
    #: Cards, each with the column it names itself (None: it is in this one).
    cards: tuple[tuple[str | None, Card], ...]


@dataclass(slots=True)
class _State:
    """The last view of one document, as its records give it."""

    last: int | None = None
    cards: dict[int, tuple[str | None, Card]] = field(default_factory=dict)
    columns: list[_Column] = field(default_factory=list)
    chrome: dict[str, Any] = field(default_factory=dict)


class Views:
    """Feed it records; each `view` record gives one View, unless the one it builds on was lost."""

    def __init__(self) -> None:
        self._states: dict[str, _State] = {}
        #: Views that could not be put together, because a record before them was lost.
        self.broken = 0

    def feed(self, record: TapRecord) -> View | None:
        """The view of a `view` record; None for every other record, and for a view that is broken."""
        if record.kind is not RecordKind.VIEW:
            return None
        base = record.data["base"]
        if base is None:
            self._states[record.doc] = _State()
        state = self._states.get(record.doc)
        if state is None or (base is not None and state.last != base):
            self.broken += 1
            return None
        _apply(state, record)
        return _view(state, record)


def _apply(state: _State, record: TapRecord) -> None:
    data = record.data
    state.last = record.n
    chrome = ("board", "badge", "toasts", "dialog", "extras", "lists")
    state.chrome |= {name: data[name] for name in chrome if name in data}
    for index, column in enumerate(data.get("columns", ())):
        if column != 0:
            top, bottom = column["keep"]
            before = state.columns[index].cards if top or bottom else ()
            between = tuple(_known(state, entry) for entry in column["cards"])
            cards = before[:top] + between + before[len(before) - bottom :]
            state.columns[index : index + 1] = [_Column(column["name"], column["count"], cards)]
    if "columns" in data:
        del state.columns[len(data["columns"]) :]


def _known(state: _State, entry: int | Mapping[str, Any]) -> tuple[str | None, Card]:
    """The card that `entry` describes, or the one already known by that key."""
    if isinstance(entry, int):
        return state.cards[entry]
    version = entry.get("version")
    fields = {name: text for name, text in entry.items() if name not in ("k", "id", "version", "column")}
    number = int(version) if isinstance(version, str) and version.isdecimal() else None
    card = Card(id=entry["id"], version=number, fields=fields, element=entry["k"])
    state.cards[card.element] = (entry.get("column"), card)
    return state.cards[card.element]


def _view(state: _State, record: TapRecord) -> View:
    chrome = state.chrome
    return View(
        doc=record.doc,
        n=record.n,
        t=record.t,
        page=record.page,
        frame=record.frame,
        board=chrome["board"],
        columns=_columns(state.columns),
        counts={one.name: one.count for one in state.columns if one.count is not None},
        badge=chrome["badge"],
        toasts=tuple(chrome["toasts"]),
        dialog=chrome["dialog"],
        extras={name: tuple(texts) for name, texts in chrome["extras"].items()},
        lists={name: tuple(found) for name, found in chrome["lists"].items()},
    )


def _columns(found: list[_Column]) -> dict[str, tuple[Card, ...]]:
    """Cards by column name: of columns with one name, one after the other."""
    columns: dict[str, list[Card]] = {}
    for one in found:
        names_itself = bool(one.cards) and one.cards[0][0] is not None
        if not names_itself:
            columns.setdefault(one.name, [])
        for own, card in one.cards:
            columns.setdefault(own or one.name, []).append(card)
    return {name: tuple(cards) for name, cards in columns.items()}
